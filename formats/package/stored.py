"""ZIP in one form: every member stored, in the order given, no times, no extra fields.

The same members are the same bytes. Reading goes through the one door for hostile ZIP and then
rebuilds: bytes that `write_zip` would not have written are refused, so no header field, gap or
trailer can carry anything.
"""

import io
import zipfile
from collections.abc import Mapping
from typing import Final

from formats.errors import BadInput
from formats.i18n import mark
from formats.safe.zip import read_members

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_MODE: Final = 0o100644 << 16


class ForeignZip(BadInput):
    """A ZIP that was not written here, or was altered outside its members."""

    code = "package.foreign-zip"
    happened = mark("文件包的封装形式不符，可能被改动或被其他软件重新打包。")
    safe = mark("没有采信其中任何内容，收到的原件仍在。")
    advice = mark("请向提供文件的一方索取原件，不要解压后重新打包。")


def write_zip(members: Mapping[str, bytes]) -> bytes:
    """The ZIP of the members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = _UNIX
            info.external_attr = _MODE
            archive.writestr(info, data)
    return out.getvalue()


def read_zip(data: bytes, *, max_members: int, max_bytes: int) -> dict[str, bytes]:
    """The members of a ZIP that `write_zip` wrote, in order. Raises a `BadInput`."""
    members = read_members(
        data, max_members=max_members, max_member_bytes=max_bytes, max_total_bytes=max_bytes
    )
    if write_zip(members) != data:
        raise ForeignZip("not in the one form")
    return members
