"""What can be wrong with a ZIP from outside.

BadInput
├── BadZip            not a ZIP, or one that two readers would read differently
│   ├── UnsafeName    a member whose name could leave its folder or pass for another
│   ├── DuplicateName two members that one file system would take for the same file
│   ├── LinkMember    a link, device or pipe instead of a file
│   └── EncryptedZip  a password would be needed
└── ZipBomb           (TooLarge) it unpacks to more than a named limit
"""

from formats.errors import BadInput, TooLarge
from formats.i18n import mark


class BadZip(BadInput):
    """Not a ZIP, or one that two readers would read differently."""

    code = "formats.bad-zip"
    happened = mark("压缩包结构有误，无法读取。")
    safe = mark("没有解出任何文件，原文件没有改动。")
    advice = mark("请向提供文件的一方索取完好的文件后重试。")


class UnsafeName(BadZip):
    """A member whose name could leave its folder, or hide what it is."""

    code = "formats.zip-unsafe-name"
    happened = mark("压缩包中有不安全的文件名：{name}")
    advice = mark("该文件可能被做过手脚，请勿打开，并联系提供文件的一方。")


class DuplicateName(BadZip):
    """Two members that one file system would take for the same file."""

    code = "formats.zip-duplicate-name"
    happened = mark("压缩包中有重名文件：{name}")
    advice = mark("该文件可能被做过手脚，请勿打开，并联系提供文件的一方。")


class LinkMember(BadZip):
    """A link, device or pipe instead of a file."""

    code = "formats.zip-link"
    happened = mark("压缩包中有链接或特殊文件：{name}")
    advice = mark("该文件可能被做过手脚，请勿打开，并联系提供文件的一方。")


class EncryptedZip(BadZip):
    """A password would be needed; what cannot be read cannot be checked."""

    code = "formats.zip-encrypted"
    happened = mark("压缩包已加密，无法读取。")
    advice = mark("请向提供文件的一方索取未加密的文件后重试。")


class ZipBomb(TooLarge):
    """It unpacks to more than a named limit of members, bytes or ratio."""

    code = "formats.zip-bomb"
    happened = mark("压缩包解开后超过允许的大小（上限 {limit}）。")
    safe = mark("没有解出任何文件，原文件没有改动。")
    advice = mark("请减少文件或拆分后重试。")
