"""The root of every error a user can meet.

    YidaoError
    ├── BadInput        outside data that is not what it claims to be; nothing was changed
    │   ├── TooLarge    a named limit was exceeded
    │   └── Classified  the document carries a 密级 and may not travel on this network
    └── Refused         a rule or a right forbids it; nothing was changed

Each package draws its own tree below these in its ``errors.py`` (or, for a room of ``formats``,
in the room's module). A class has a stable ``code`` and three sentences in Chinese: what
happened, what is still safe, what to do. The ``detail`` is English, for the log and for the
developer; it never holds a secret or the content of a document.
"""

from typing import ClassVar

from formats.i18n import mark, tr


class YidaoError(Exception):
    """An end that the user is told about: coded, in three sentences, nothing half done."""

    code: ClassVar[str] = "yidao.error"
    happened: ClassVar[str] = mark("操作没有完成。")
    safe: ClassVar[str] = mark("原有数据没有改动。")
    advice: ClassVar[str] = mark("请重试；若仍不成功，请把错误代码告诉管理员。")
    exit_status: ClassVar[int] = 1

    def __init__(self, detail: str = "", /, **values: object) -> None:
        self.detail = detail
        self.values = values
        super().__init__(f"{self.code}: {detail}" if detail else self.code)

    def sentences(self, language: str | None = None) -> tuple[str, str, str]:
        """What happened, what is safe, what to do."""
        first, second, third = (
            tr(text, language=language, **self.values)
            for text in (self.happened, self.safe, self.advice)
        )
        return first, second, third

    def text(self, language: str | None = None) -> str:
        """The three sentences as one line for a person."""
        return (
            "".join(self.sentences(language))
            if language != "en"
            else " ".join(self.sentences(language))
        )


class BadInput(YidaoError):
    """Outside data that is not what it claims to be."""

    code = "formats.bad-input"
    happened = mark("文件内容不符合要求，无法读取。")
    safe = mark("没有写入任何内容。")
    advice = mark("请向提供文件的一方索取完好的文件后重试。")


class TooLarge(BadInput):
    """A named limit of `formats.limits` was exceeded."""

    code = "formats.too-large"
    happened = mark("内容超过允许的大小（上限 {limit}）。")
    advice = mark("请缩小或拆分后重试。")


class Classified(BadInput):
    """A 密级 mark was found; 涉密 documents may not travel on this network."""

    code = "formats.classified"
    happened = mark("文件标有密级“{mark}”，涉密公文不得在本网络起草、传输或存储。")
    safe = mark("文件没有上传，也没有留存副本。")
    advice = mark("请立即停止在本机处理该文件，并按保密规定联系本单位保密工作人员。")


class Refused(YidaoError):
    """A rule or a right forbids the act."""

    code = "formats.refused"
    happened = mark("按规定不能执行该操作。")
    advice = mark("请核对文件和收发单位后重试。")
