"""The list of mutations: what is spoiled on which good document, and which check must say so."""

from dataclasses import replace

from tests.unit.formats.measure.mutations import (
    BODY,
    Mutation,
    chained,
    closed_up,
    copies_under_label,
    each,
    everything,
    from_middle,
    heading_last,
    hourglass,
    move,
    nth_imprint,
    reset,
    reword,
    rules,
    runs,
    scaled,
    slots,
    text_pitch,
    unindented,
    without_text_above,
)

EM = 156 / 28

SHEET = (
    Mutation("text 3 mm too low", "general", "L03", everything(0, 3),
             ("7.2.1", "7.2.3", "7.2.4", "7.4.1")),
    Mutation("margin of 25 mm", "general", "L04", everything(-3, 0), (
        "7.2.4", "7.2.5", "7.3.1", "7.3.2", "7.3.3", "7.3.4", "7.3.5.1", "7.3.6", "7.3.7", "7.4.2",
        "7.2.1", "7.2.3",
    )),
    Mutation("rows 28 pt apart", "general", "L07", text_pitch(9.878), ("7.3.4", "7.3.5.1")),
    Mutation("rows 31 pt apart", "general", "L07", text_pitch(10.75), ("5.2.1",)),
    Mutation("text in 小三 (15 pt)", "general", "L10",
             runs(BODY, lambda r: scaled(r, 15 / 16)),
             ("5.2.1", "5.2.3")),
    Mutation("text in 宋体", "general", "L11", reset("body", "song")),
    Mutation("a paragraph in red", "general", "L12",
             runs("body", lambda r: replace(r, colour="red") if "一" in r.text else r)),
    Mutation("two rows on each other", "general", "L13", closed_up),
    Mutation("a row runs out at the right", "general", "L06",
             runs("body", lambda r: replace(r, xs=tuple(x + 4 for x in r.xs))
                  if r.xs[0] < 29 else r), ("7.3.3",)),
)  # fmt: skip

HEAD = (
    Mutation("mark 5 mm too high", "general", "L22", move("mark", dy=-5), ("7.2.5",)),
    Mutation("mark black", "general", "L21", runs("mark", lambda r: replace(r, colour="black"))),
    Mutation("mark off centre", "general", "L23", move("mark", dx=4), ("5.2.1",)),
    Mutation("mark wider than the core", "general", "L24",
             runs("mark", lambda r: replace(r, xs=tuple(106 + (x - 106) * 1.06 for x in r.xs))),
             ("5.2.1", "7.2.4")),
    Mutation("mark in 黑体", "general", "L25", reset("mark", "hei"), ("7.2.4",)),
    Mutation("no mark", "general", "L20", runs("mark", lambda _: None)),
    Mutation("copy number in three digits", "general", "L26",
             reword("copy_number", "000123", "123")),
    Mutation("urgency in 仿宋", "general", "L27", reset("urgency", "fang")),
    Mutation("number 3 mm too low", "general", "L28", move("number", dy=3), ("7.2.7",)),
    Mutation("number off centre", "general", "L29", move("number", dx=8)),
    Mutation("number in square brackets", "general", "L31", chained(
        reword("number", "〔", "["), reword("number", "〕", "]"))),
    Mutation("number with 第", "general", "L31", reword("number", "12号", "第12号")),
    Mutation("number with leading zero", "general", "L31", reword("number", "12号", "012号")),
    Mutation("number at the edge, upward", "up", "L30", move("number", dx=-EM)),
    Mutation("approvers at the edge", "up", "L32", move("approver", dx=EM), ("5.2.1",)),
    Mutation("approvers in 仿宋", "up", "L33", reset("approver", "fang")),
    Mutation("number a row above the approver", "up", "L19", move("number", dy=-10.45), ("7.2.5",)),
    Mutation("no red rule", "general", "L34", rules("red", lambda _: None), ("7.3.1",)),
    Mutation("red rule 7 mm below", "general", "L35",
             rules("red", lambda r: replace(r, y1=r.y1 + 3, y2=r.y2 + 3)), ("7.3.1",)),
    Mutation("red rule short", "general", "L36", rules("red", lambda r: replace(r, x2=r.x2 - 10))),
    Mutation("red rule black", "general", "L37",
             rules("red", lambda r: replace(r, colour="black"))),
    Mutation("red rule 2 mm thick", "general", "L38", rules("red", lambda r: replace(r, width=2.0)),
             ("7.2.7",)),
)  # fmt: skip

TEXT = (
    Mutation("title a row too low", "general", "L40", move("title", dy=8), ("7.3.2",)),
    Mutation("title in 三号", "general", "L41", runs("title", lambda r: from_middle(r, 18 / 22))),
    Mutation("title in 黑体", "general", "L42", reset("title", "hei")),
    Mutation("title off centre", "general", "L43", move("title", dx=6)),
    Mutation("title an hourglass", "long title", "L44", hourglass),
    Mutation("recipients indented", "general", "L45", move("recipients", dx=2 * EM), ("5.2.1",)),
    Mutation("no blank row above recipients", "general", "L46", move("title", dy=5), ("7.3.1",)),
    Mutation("recipients with half colon", "general", "L47", reword("recipients", "：", ":")),
    Mutation("page 1 without text", "general", "L48",
             each(lambda i, n: None if n == 1 and getattr(i, "tag", "") in BODY else i)),
    Mutation("paragraphs without indent", "general", "L49", unindented),
    Mutation("一、 in 仿宋", "general", "L50", reset("heading1", "fang")),
    Mutation("（一） in 黑体", "general", "L51", reset("heading2", "hei")),
    Mutation("heading at the foot of a page", "general", "L52", heading_last),
    Mutation("attachment note not indented", "general", "L55",
             move("attachment_note", dx=-2 * EM), ("7.3.3",)),
    Mutation("attachment note without blank row", "general", "L56",
             move("attachment_note", dy=-10.45), ("7.3.5.1",)),
    Mutation("attachment name ending in a stop", "general", "L57",
             reword("attachment_note", "规划", "规。")),
    Mutation("attachment label indented", "general", "L75", move("attachment", dx=EM)),
    Mutation("attachment label in 仿宋", "general", "L76", reset("attachment", "fang")),
    Mutation("attachment title in the second row", "general", "L77",
             move("attachment_title", dy=-10.45)),
    Mutation("attachment title off centre", "general", "L78", move("attachment_title", dx=5)),
)  # fmt: skip

CLOSING = (
    Mutation("date at the edge", "general", "L60", chained(
        move(("date", "issuer"), dx=3 * EM), slots(lambda s, _: replace(s, x_mm=s.x_mm + 3 * EM)),
    ), ("5.2.1", "7.3.5.1")),
    Mutation("issuer not over the date", "general", "L61", move("issuer", dx=-8), ("7.3.5.1",)),
    Mutation("seal 12 mm lower", "general", "L62", chained(
        move(("date", "issuer", "note"), dy=12),
        slots(lambda s, _: replace(s, y_mm=s.y_mm + 12))), ("5.2.1",)),
    Mutation("seal outside the core", "general", "L63", chained(
        move(("date", "issuer"), dx=7.5 * EM),
        slots(lambda s, _: replace(s, x_mm=s.x_mm + 7.5 * EM))), ("5.2.1", "7.3.5.1")),
    Mutation("seals touching", "joint", "L64",
             slots(lambda s, n: replace(s, x_mm=s.x_mm + (3 if n == 0 else 0))), ("7.3.5.1",)),
    Mutation("seals not level", "joint", "L66",
             slots(lambda s, n: replace(s, y_mm=s.y_mm + (3 if n == 0 else 0)))),
    Mutation("seal beside its issuer", "general", "L65",
             slots(lambda s, _: replace(s, x_mm=s.x_mm - 12))),
    Mutation("blank seal", "general", "L65",
             slots(lambda s, _: replace(s, x_mm=s.x_mm - 60))),
    Mutation("signature alone on its page", "general", "L67", without_text_above),
    Mutation("issuer at the edge, unsealed", "unsealed", "L68", move(("issuer", "date"), dx=2 * EM),
             ("5.2.1",)),
    Mutation("date under the issuer's first character", "unsealed", "L69",
             move("date", dx=-2 * EM), ("7.3.5.1", "7.3.5.2")),
    Mutation("date with leading zero", "general", "L70",
             reword("date", "11月2", "01月2")),
    Mutation("note not indented", "general", "L73", move("note", dx=-2 * EM)),
)  # fmt: skip

IMPRINT = (
    Mutation("first imprint rule thin", "general", "L80",
             nth_imprint(0, lambda r: replace(r, width=0.2))),
    Mutation("inner imprint rule thick", "general", "L81",
             nth_imprint(1, lambda r: replace(r, width=0.5))),
    Mutation("imprint 4 mm too high", "general", "L82", chained(
        move("imprint", dy=-4), rules("black", lambda r: replace(r, y1=r.y1 - 4, y2=r.y2 - 4)))),
    Mutation("imprint rules short", "general", "L83",
             rules("black", lambda r: replace(r, x2=r.x2 - 6))),
    Mutation("imprint in 三号", "general", "L85",
             runs("imprint", lambda r: scaled(r, 15 / 14)), ("5.2.1", "7.4.2", "7.4.3")),
    Mutation("imprint in 宋体", "general", "L85", reset("imprint", "song")),
    Mutation("imprint at the edge", "general", "L86", move("imprint", dx=-EM)),
    Mutation("wrapped recipients of copies under the label", "general", "L87",
             copies_under_label),
    Mutation("抄送 without full stop", "general", "L88", reword("imprint", "。", "、")),
    Mutation("print date with leading zero", "general", "L89",
             reword("imprint", "年11月", "年01月")),
    Mutation("print date without 印发", "general", "L89", reword("imprint", "印发", "发出")),
)  # fmt: skip

NUMBERS = (
    Mutation("no page numbers", "general", "L90", runs("page_number", lambda _: None)),
    Mutation("page numbers in 小五", "general", "L91",
             runs("page_number", lambda r: replace(scaled(r, 9 / 14), xs=tuple(
                 (x - r.xs[0] + 0) * 9 / 14 + r.xs[0] + (5 if r.xs[0] > 106 else 0)
                 for x in r.xs))), ("7.5",)),
    Mutation("page numbers 15 mm below", "general", "L92", move("page_number", dy=8)),
    Mutation("page numbers centred", "general", "L93",
             runs("page_number", lambda r: replace(r, xs=tuple(
                 x - r.xs[0] + 100 for x in r.xs)))),
    Mutation("all page numbers at the right", "general", "L93",
             runs("page_number", lambda r: replace(r, xs=tuple(
                 x - r.xs[0] + 163 for x in r.xs)) if r.xs[0] < 100 else r)),
    Mutation("page numbers with hyphens", "general", "L94", reword("page_number", "—", "-", "song"),
             ("7.5",)),
    Mutation("page number twice", "general", "L95", reword("page_number", "3", "2", "song")),
    Mutation("page numbers in 黑体", "general", "L97", reset("page_number", "hei"), ("7.5",)),
)  # fmt: skip

MUTATIONS = (*SHEET, *HEAD, *TEXT, *CLOSING, *IMPRINT, *NUMBERS)
