"""What the operating system says of a file, in the reader's language."""

import errno
from typing import Final

from formats.i18n import mark, tr

_REASONS: Final = {
    errno.ENOSPC: mark("磁盘空间不足"),
    errno.EDQUOT: mark("磁盘配额已用完"),
    errno.ENOENT: mark("文件或文件夹不存在"),
    errno.ENOTDIR: mark("路径中有一段不是文件夹"),
    errno.EISDIR: mark("这是文件夹，不是文件"),
    errno.EEXIST: mark("已有同名文件，没有覆盖"),
    errno.ENOTEMPTY: mark("文件夹不是空的"),
    errno.EACCES: mark("没有权限"),
    errno.EPERM: mark("没有权限"),
    errno.EROFS: mark("磁盘是只读的"),
    errno.ENAMETOOLONG: mark("文件名太长"),
    errno.EIO: mark("磁盘读写出错"),
    errno.EBUSY: mark("文件正被占用"),
    errno.EMFILE: mark("打开的文件太多"),
    errno.ELOOP: mark("链接循环"),
}
"""What the system says in its own language, in Chinese."""


def reason_of(error: OSError) -> str:
    """A few words, without a full stop; the system's own where there are no others."""
    told = _REASONS.get(error.errno or 0)
    return tr(told) if told else error.strerror or type(error).__name__
