"""A `Draft` as a DOCX, in the manner of the program and the person that made it; and as text.

Looks: ``word`` (alignment, sizes and indents told in each paragraph), ``wps`` (仿宋_GB2312, indents
in characters, runs torn apart, WPS's own parts), ``styles`` (all looks in styles), ``spaces``
(everything put in place with blanks and tabs), ``bare`` (no look at all).

Ways of a line: ``box`` and ``art`` (text box, WordArt), ``header``, ``footer``; ``row``, ``cell``,
``same`` (a table that holds things in place: next row, next cell, same cell); ``br`` (behind a line
break in the paragraph above), ``page`` (page break before it), ``num=2`` (automatic number of that
level), ``was`` (a revision in which it replaced something), ``sdt``, ``link``, ``field``, ``note``
(comment and footnote), ``tab`` (## is a tab), ``split`` (## parts two cells); ``left``, ``center``,
``right``, ``flush``, ``size=22``, ``red``, ``black``; ``float`` (a picture over the text), ``land``
(on a landscape page).
"""

import io
import zipfile
from functools import cache
from xml.sax.saxutils import escape

from PIL import Image

from tests.support.drafts import Draft, DraftLine

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:wpsCustomData="http://www.wps.cn/officeDocument/2013/wpsCustomData"'
)
# By element: alignment, size in points, indent of the first line in characters, colour, face.
_LOOKS: dict[str, tuple[str, int, int, str, str]] = {
    "copy_number": ("", 16, 0, "", "仿宋_GB2312"),
    "urgency": ("", 16, 0, "", "黑体"),
    "issuer_mark": ("center", 42, 0, "FF0000", "方正小标宋简体"),
    "number": ("center", 16, 0, "", "仿宋_GB2312"),
    "approvers": ("right", 16, 0, "", "楷体_GB2312"),
    "title": ("center", 22, 0, "", "方正小标宋简体"),
    "main_recipients": ("", 16, 0, "", "仿宋_GB2312"),
    "level1": ("", 16, 2, "", "黑体"),
    "level2": ("", 16, 2, "", "楷体_GB2312"),
    "caption": ("center", 14, 0, "", "仿宋_GB2312"),
    "issuers": ("right", 16, 0, "", "仿宋_GB2312"),
    "signers": ("right", 16, 0, "", "楷体_GB2312"),
    "issue_date": ("right", 16, 0, "", "仿宋_GB2312"),
    "attachment_label": ("", 16, 0, "", "黑体"),
    "attachment_title": ("center", 22, 0, "", "方正小标宋简体"),
    "cc": ("", 14, 0, "", "仿宋_GB2312"),
    "printer": ("", 14, 0, "", "仿宋_GB2312"),
    "left_out": ("center", 14, 0, "", "宋体"),
}
_TEXT = ("", 16, 2, "", "仿宋_GB2312")
_NUMBERING = (
    f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="1">'
    + "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for n, (form, text) in enumerate(
            [("chineseCountingThousand", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."),
             ("decimal", "（%4）")]
        )
    )
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
)  # fmt: skip
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@cache
def png() -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (200, 210, 220)).save(out, "PNG")
    return out.getvalue()


def docx(draft: Draft) -> bytes:
    """The draft's bytes."""
    return _Builder(draft).package()


def text(draft: Draft) -> bytes:
    """The draft as saved without any look; numbers that were drawn are text now."""
    rows: list[str] = []
    for line in draft.lines:
        if line.element in {"gone", "image", "caption"} or "float" in line.how:
            continue
        if line.element == "table":
            rows += [row.replace(";", "\t") for row in line.taken.split(" / ")]
        elif line.element == "left_out" and ("header" in line.how or "footer" in line.how):
            continue
        else:
            numbered = line.taken if "num" in line.how else line.typed
            rows.append(numbered.replace("##", "  ").strip("\u3000 "))
    return "\n".join(rows).encode()


class _Builder:
    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.headers: list[str] = []
        self.footers: list[str] = []
        self.pictures = 0

    def package(self) -> bytes:
        body = self._body()
        parts: dict[str, bytes] = {
            "[Content_Types].xml": (
                '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
                '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
                'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
                '<Default Extension="png" ContentType="image/png"/>'
                '<Override PartName="/word/document.xml" '
                f'ContentType="{_OFFICE}.document.main+xml"/>'
                "</Types>"
            ).encode(),
            "_rels/.rels": (
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" '
                'Target="word/document.xml"/></Relationships>'
            ).encode(),
            "word/styles.xml": _styles(self.draft.look).encode(),
            "word/numbering.xml": _NUMBERING.encode(),
            "word/media/image1.png": png(),
        }
        related = [("rIdS", "styles", "styles.xml"), ("rIdN", "numbering", "numbering.xml"),
                   ("rIdP", "image", "media/image1.png")]  # fmt: skip
        sect = ""
        for kind, content in (("header", self.headers), ("footer", self.footers)):
            if content:
                tag = {"header": "hdr", "footer": "ftr"}[kind]
                parts[f"word/{kind}1.xml"] = (
                    f"<w:{tag} {_SPACES}>{''.join(content)}</w:{tag}>".encode()
                )
                related.append((f"rId{kind}", kind, f"{kind}1.xml"))
                sect += f'<w:{kind}Reference w:type="default" r:id="rId{kind}"/>'
        if self.draft.look == "wps":
            parts["customXml/item1.xml"] = (
                b'<s:customData xmlns="http://www.wps.cn/officeDocument/2013/wpsCustomData" '
                b'xmlns:s="http://www.wps.cn/officeDocument/2013/wpsCustomData"><extobjs/></s:customData>'
            )
            related.append(("rIdC", "customXml", "../customXml/item1.xml"))
        parts["word/document.xml"] = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            f'<w:document {_SPACES} mc:Ignorable="wpsCustomData"><w:body>{body}<w:sectPr>{sect}'
            '<w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>'
        ).encode()
        parts["word/_rels/document.xml.rels"] = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            + "".join(
                f'<Relationship Id="{i}" Type="{_RELATIONS}/{t}" Target="{target}"/>'
                for i, t, target in related
            )
            + "</Relationships>"
        ).encode()
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in parts.items():
                archive.writestr(zipfile.ZipInfo(name), data)
        return out.getvalue()

    def _body(self) -> str:
        done: list[str] = []
        rows: list[list[str]] = []
        for line in self.draft.lines:
            if not {"row", "cell", "same"} & set(line.how) and rows:
                done.append(_frame(rows))
                rows = []
            self._put(line, done, rows)
        if rows:
            done.append(_frame(rows))
        return "".join(done)

    def _put(self, line: DraftLine, done: list[str], rows: list[list[str]]) -> None:  # noqa: C901 - one way a branch
        how = line.how
        if line.element == "table":
            done.append(self._table(line))
        elif line.element == "image" or "float" in how:
            done.append(f"<w:p><w:r>{self._picture(line)}</w:r></w:p>")
        elif "header" in how:
            self.headers.append(self._paragraph(line))
        elif "footer" in how:
            self.footers.append(self._paragraph(line))
        elif "row" in how:
            parts = line.typed.split("##") if "split" in how else [line.typed]
            rows.append([self._paragraph(line, part) for part in parts])
        elif "cell" in how:
            rows[-1].append(self._paragraph(line))
        elif "same" in how:
            rows[-1][-1] += self._paragraph(line)
        elif "box" in how:
            done.append(_box(self._paragraph(line)))
        elif "art" in how:
            done.append(
                '<w:p><w:r><w:pict><v:shape style="width:400pt;height:60pt" fillcolor="red">'
                f'<v:textpath string="{escape(line.typed)}"/></v:shape></w:pict></w:r></w:p>'
            )
        elif "br" in how:
            end = done[-1].rindex("</w:p>")
            done[-1] = done[-1][:end] + "<w:r><w:br/></w:r>" + self._runs(line) + "</w:p>"
        else:
            done.append(self._paragraph(line))

    def _paragraph(self, line: DraftLine, typed: str | None = None) -> str:
        content = self._runs(line, typed)
        if "page" in line.how:
            content = '<w:r><w:br w:type="page"/></w:r>' + content
        if "sdt" in line.how:
            control = '<w:sdt><w:sdtPr><w:alias w:val="域"/></w:sdtPr><w:sdtContent>'
            content = f"{control}{content}</w:sdtContent></w:sdt>"
        if "link" in line.how:
            content = f'<w:hyperlink w:anchor="x">{content}</w:hyperlink>'
        return f"<w:p>{self._properties(line)}{content}</w:p>"

    def _properties(self, line: DraftLine) -> str:
        align, _, indent, _, _ = _look(line)
        look = self.draft.look
        inner = ""
        if look == "styles":
            inner += f'<w:pStyle w:val="{line.element}"/>'
        if "num" in line.how:
            inner += f'<w:numPr><w:ilvl w:val="{line.how["num"]}"/><w:numId w:val="1"/></w:numPr>'
        if look in {"word", "wps"}:
            if indent:
                inner += ('<w:ind w:firstLineChars="200" w:firstLine="640"/>' if look == "wps"
                          else '<w:ind w:firstLine="640"/>')  # fmt: skip
            if "left" in line.how:
                inner += f'<w:ind w:left="{int(line.how["left"] or 10) * 320}"/>'
            if align:
                inner += f'<w:jc w:val="{align}"/>'
        elif look == "styles" and {"left", "center", "right"} & set(line.how):
            inner += f'<w:jc w:val="{align}"/>'
        return f"<w:pPr>{inner}</w:pPr>" if inner else ""

    def _runs(self, line: DraftLine, typed: str | None = None) -> str:
        words = line.typed if typed is None else typed
        look = self.draft.look
        align, size, indent, colour, face = _look(line)
        if look == "spaces":
            words = {"center": "\u3000" * 5, "right": "\u3000" * 14}.get(
                align, "\u3000" * indent
            ) + words
        face_xml = ""
        if look in {"word", "wps"}:
            face_xml = (
                f'<w:rFonts w:ascii="{face}" w:eastAsia="{face}" w:hint="eastAsia"/>'
                + (f'<w:color w:val="{colour}"/>' if colour else "")
                + f'<w:sz w:val="{2 * size}"/>'
            )
        pieces = [words]
        if look == "wps" and len(words) > 8:
            pieces = [words[:7], words[7:]]
        runs = "".join(_run(piece, face_xml) for piece in pieces)
        if "was" in line.how:
            runs = (
                '<w:del w:id="1" w:author="甲"><w:r><w:delText>'
                f"{line.how['was']}</w:delText></w:r></w:del>"
                f'<w:ins w:id="2" w:author="甲">{runs}</w:ins>'
            )
        if "field" in line.how:
            runs = (
                '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DOCPROPERTY x'
                '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
                f'{runs}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
            )
        if "note" in line.how:
            runs += (
                '<w:r><w:commentReference w:id="0"/></w:r>'
                '<w:r><w:footnoteReference w:id="2"/></w:r>'
            )
        return runs

    def _table(self, line: DraftLine) -> str:
        rows = [row.split(";") for row in line.typed.split(" / ")]
        xml = "".join(f"<w:tr>{_cells(row)}</w:tr>" for row in rows)
        table = f"<w:tbl><w:tblPr><w:tblBorders/></w:tblPr>{xml}</w:tbl>"
        if "land" in line.how:
            portrait = "<w:p><w:pPr><w:sectPr/></w:pPr></w:p>"
            sideways = (
                '<w:p><w:pPr><w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
                "</w:sectPr></w:pPr></w:p>"
            )
            return portrait + table + sideways
        return table

    def _picture(self, line: DraftLine) -> str:
        self.pictures += 1
        inner = (
            '<wp:extent cx="2160000" cy="1440000"/>'
            f'<wp:docPr id="{self.pictures}" name="图片 1" descr="{escape(line.typed)}"/>'
            '<a:graphic><a:graphicData uri="x"><pic:pic><pic:blipFill><a:blip r:embed="rIdP"/>'
            "</pic:blipFill></pic:pic></a:graphicData></a:graphic>"
        )
        if "float" in line.how:
            return f'<w:drawing><wp:anchor behindDoc="0">{inner}</wp:anchor></w:drawing>'
        return f"<w:drawing><wp:inline>{inner}</wp:inline></w:drawing>"


def _look(line: DraftLine) -> tuple[str, int, int, str, str]:
    align, size, indent, colour, face = _LOOKS.get(line.element, _TEXT)
    for side in ("left", "center", "right"):
        if side in line.how:
            align, indent = side, 0
    size = int(line.how.get("size", size))
    colour = "FF0000" if "red" in line.how else "" if "black" in line.how else colour
    if "flush" in line.how:
        indent = 0
    return align, size, indent, colour, face


def _run(words: str, face: str) -> str:
    inner = "<w:tab/>".join(
        f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in words.split("##")
    )
    return f"<w:r><w:rPr>{face}</w:rPr>{inner}</w:r>" if face else f"<w:r>{inner}</w:r>"


def _cells(row: list[str]) -> str:
    """``^`` goes on with the cell above, ``>`` with the one to the left."""
    done = ""
    for at, told in enumerate(row):
        cell = told
        if cell.strip() == ">":
            continue
        span = 1
        while at + span < len(row) and row[at + span].strip() == ">":
            span += 1
        merge = "<w:vMerge/>" if cell.strip() == "^" else ""
        if cell.startswith("v:"):
            merge, cell = '<w:vMerge w:val="restart"/>', cell[2:]
        wide = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
        words = "" if cell.strip() == "^" else escape(cell.strip())
        done += (
            f"<w:tc><w:tcPr>{wide}{merge}</w:tcPr><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>"
        )
    return done


def _frame(rows: list[list[str]]) -> str:
    cells = "".join(
        "<w:tr>" + "".join(f"<w:tc><w:tcPr/>{cell}</w:tc>" for cell in row) + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl><w:tblPr/>{cells}</w:tbl><w:p/>"


def _box(inner: str) -> str:
    box = f"<w:txbxContent>{inner}</w:txbxContent>"
    return (
        '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic>'
        f'<a:graphicData uri="x"><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></a:graphicData>'
        "</a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>"
        f"{box}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )


def _styles(look: str) -> str:
    done = f'<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>'
    done += '<w:sz w:val="21"/></w:rPr></w:rPrDefault></w:docDefaults>'
    done += '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"/>'
    if look == "styles":
        for element in (*_LOOKS, "text", "level3", "level4", "note", "attachment_text",
                        "attachment_note", "contact", "attendance"):  # fmt: skip
            align, size, indent, colour, _ = _LOOKS.get(element, _TEXT)
            done += (
                f'<w:style w:type="paragraph" w:styleId="{element}">'
                '<w:basedOn w:val="Normal"/><w:pPr>'
                + (f'<w:ind w:firstLineChars="{100 * indent}"/>' if indent else "")
                + (f'<w:jc w:val="{align}"/>' if align else "")
                + "</w:pPr><w:rPr>"
                + (f'<w:color w:val="{colour}"/>' if colour else "")
                + f'<w:sz w:val="{2 * size}"/></w:rPr></w:style>'
            )
    return done + "</w:styles>"
