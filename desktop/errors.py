"""What can go wrong on this side, beyond what `formats` and `signing` already say.

Trouble with the exchange node is drawn in `formats.protocol.errors`.

YidaoError
├── DiskTrouble           a file could not be read or written
│   └── DiskFull          no room is left
└── OtherDocument         the node answered with a receipt of another document
Refused
├── BlockedByRules        a finding of severity ``block`` stands
├── NotFound              there is no such draft, document or consignment here
├── WrongState            the document is not at a step that allows this
├── NotGenuine            签收 is refused because the verdict is not green or blue
├── NoRecipients          a name the directory cannot answer, or nobody to send to
├── SameName              another file of that name is attached already
├── OutputIsInput         the result would be written over the file it is made from
├── NoReason              退回 needs one of the reasons of R26
├── PinNeeded             a PIN is needed and none was given
└── PinUnreadable         the file is not one that holds a PIN
"""

from formats.errors import Refused, YidaoError
from formats.i18n import mark


class DiskTrouble(YidaoError):
    """A file could not be read or written."""

    code = "disk.trouble"
    happened = mark("无法读写“{path}”：{reason}。")
    safe = mark("没有写入不完整的文件，已存的公文仍在。")
    advice = mark("请核对文件名、文件夹和权限后重试。")


class NotShown(YidaoError):
    """What a command printed could not be written to where it goes."""

    code = "desktop.not-shown"
    happened = mark("结果没有显示完：{reason}。")
    safe = mark("命令要写的文件如已写成，是完整的。")
    advice = mark("请检查输出去向（管道、重定向的文件所在磁盘），再查看结果。")


class DiskFull(DiskTrouble):
    """No room is left on the disk, or a quota is used up."""

    code = "disk.full"
    happened = mark("磁盘空间不足，“{path}”没有写成。")
    advice = mark("请清理磁盘空间后重试。")


class BlockedByRules(Refused):
    """A finding of severity ``block`` stands."""

    code = "rules.blocked"
    happened = mark("公文有 {count} 项不符合规定，不能签章或发送：{first}")
    safe = mark("草稿没有改动。")
    advice = mark("请按校核结果逐项修改后重试。")


class NotFound(Refused):
    """There is no such draft, document or consignment here."""

    code = "desktop.not-found"
    happened = mark("没有找到“{what}”。")
    advice = mark("请核对编号；若是新收到的公文，请先同步。")


class WrongState(Refused):
    """The document is not at a step that allows this."""

    code = "desktop.wrong-state"
    happened = mark("《{title}》{state}，不能{act}。")
    advice = mark("请刷新列表后按当前状态办理。")


class NotGenuine(Refused):
    """签收 is refused because the verdict is not green or blue."""

    code = "desktop.not-genuine"
    happened = mark("《{title}》没有通过验证，不能签收：{reason}")
    safe = mark("没有向发文单位发出任何回执。")
    advice = mark("请同步后重新验证；若仍不通过，请退回该公文，并与发文单位核对。")


class NoRecipients(Refused):
    """A name the directory cannot answer, or nobody to send to."""

    code = "desktop.no-recipients"
    happened = mark("收文单位不明确：{names}")
    safe = mark("没有发送任何内容。")
    advice = mark("请从通讯录中选择收文单位，或用 --to 写明；不在通讯录中的单位请用纸质件。")


class PinNeeded(Refused):
    """A PIN is needed and none was given."""

    code = "ukey.pin-needed"
    happened = mark("需要 UKEY 的 PIN，但没有输入。")
    advice = mark("请在终端输入 PIN，或用 --pin-file 指定存放 PIN 的文件。")


class PinsDiffer(Refused):
    """A new PIN was entered twice, and not alike; the UKEY was not asked."""

    code = "ukey.pins-differ"
    happened = mark("两次输入的新 PIN 不一致。")
    safe = mark("没有向 UKEY 提交 PIN，不计入输错次数。")
    advice = mark("请重新执行该命令。")


class PinUnreadable(Refused):
    """The file is not one that holds a PIN; the UKEY was not asked, so no try is spent."""

    code = "ukey.pin-unreadable"
    happened = mark("“{path}”不是存放 PIN 的文件。")
    safe = mark("没有向 UKEY 提交 PIN，不计入输错次数。")
    advice = mark("该文件应当只有一行文字，就是 PIN；请改正后重试。")


class SameName(Refused):
    """Another file of that name is attached already."""

    code = "desktop.same-name"
    happened = mark("已经附有另一个名为“{name}”的文件。")
    safe = mark("原来的附件没有改动，公文没有发送。")
    advice = mark("请改名后再附上，或先移除原来的附件。")


class OutputIsInput(Refused):
    """The result would be written over the file it is made from."""

    code = "desktop.output-is-input"
    happened = mark("输出文件“{path}”就是输入文件，会把它覆盖。")
    safe = mark("没有写入任何文件。")
    advice = mark("请另选输出文件名。")


class NoReason(Refused):
    """退回 needs one of the reasons of R26."""

    code = "desktop.no-reason"
    happened = mark("没有“{reason}”这种退回原因。")
    safe = mark("公文没有退回，状态没有改动。")
    advice = mark("请从下列原因中选择：{choices}。")


class OtherDocument(YidaoError):
    """The node answered with a receipt of another document."""

    code = "evidence.other-document"
    happened = mark("交换节点的回执属于另一份公文，不予采信。")
    safe = mark("公文已保存在本机，状态没有改动。")
    advice = mark("请稍后重试；若仍出现，请把错误代码告诉管理员。")
