"""Every number that is measured, with its clause, its strength and what it may stray.

Clauses are those of GB/T 9704-2012 where no other standard is named. ``low`` and ``high`` are how
far the measured value may lie below and above ``expected``: the standard's own tolerance where it
has one, else what an eye with a ruler would let pass.
"""

from typing import Final

from formats.i18n import mark
from formats.measure.check import RECOMMENDED, REQUIRED, USUAL, Check
from formats.measure.table_head import HEAD, LETTER, MINUTES, ORDER
from formats.typeset.grid import (
    CORE_BOTTOM,
    CORE_LEFT,
    CORE_TOP,
    CORE_WIDTH,
    EM,
    PAGE_NUMBER_Y,
    PITCH,
    ROWS,
)

_SHEET: Final = (
    Check("L01", "5.1", REQUIRED, mark("幅面 {measured}，应为 A4（{expected}）"), "210×297 mm"),
    Check("L02", "5.1", USUAL, mark("本页横放（{measured}），公文用纸应竖放装订"), "210×297 mm"),
    Check(
        "L03", "5.2.1", REQUIRED, mark("天头（首行文字上沿）{measured} mm，应为 {expected} mm"),
        CORE_TOP, 1.3, 1.3,
    ),
    Check(
        "L04", "5.2.1", REQUIRED, mark("订口（版心左边）{measured} mm，应为 {expected} mm"),
        CORE_LEFT, 1.05, 1.05,
    ),
    Check(
        "L05", "5.2.1", REQUIRED, mark("版心宽 {measured} mm，应为 {expected} mm"),
        CORE_WIDTH, EM + 0.2, 1.5,
    ),
    Check(
        "L06", "5.2.1", REQUIRED,
        mark("有内容印到 {measured} mm 处，越出版心边缘（{expected} mm）"), CORE_LEFT, 1.0, 1.0,
    ),
    Check(
        "L07", "5.2.3", USUAL, mark("行距 {measured} mm，一般每面排 22 行（行距 {expected} mm）"),
        PITCH, 0.25, 0.06,
    ),
    Check(
        "L08", "5.2.3", USUAL, mark("每面最多排 {measured} 行，一般为 {expected} 行"),
        float(ROWS), 1.0, 1.0, mark("行"),
    ),
    Check(
        "L09", "5.2.3", USUAL, mark("每行可排 {measured} 字，一般为 {expected} 字"),
        28.0, 0.0, 1.0, mark("字"),
    ),
    Check(
        "L10", "5.2.2", USUAL, mark("正文字号 {measured} 磅，一般用 3 号字（16 磅）"),
        16.0, 0.5, 0.4, mark("磅"),
    ),
    Check("L11", "5.2.2", USUAL, mark("正文用{measured}，一般用{expected}"), mark("仿宋")),
    Check("L12", "5.2.4", REQUIRED, mark("“{measured}”不是黑色"), mark("黑色")),
    Check(
        "L14", "5.2.1", USUAL,
        mark("首行文字上沿在 {measured} mm 处，行距占去版心，一般与版心上边缘（{expected} mm）齐"),
        CORE_TOP, 1.3, 1.3,
    ),
    Check("L13", "5.2.3", USUAL, mark("两行文字重叠：“{measured}”")),
)  # fmt: skip

_BODY: Final = (
    Check(
        "L40", "7.3.1", REQUIRED,
        mark("标题在红色分隔线下 {measured} mm，应空二行（{expected} mm）"), 2 * PITCH, 2.2, 2.5,
    ),
    Check(
        "L41", "7.3.1", USUAL, mark("标题字号 {measured} 磅，一般用 2 号字（22 磅）"),
        22.0, 0.6, 0.6, mark("磅"),
    ),
    Check("L42", "7.3.1", USUAL, mark("标题用{measured}，一般用{expected}"), mark("小标宋体")),
    Check("L43", "7.3.1", REQUIRED, mark("标题偏离版心中线 {measured} mm，应居中"), 0.0, 1.8, 1.8),
    Check(
        "L44", "7.3.1", REQUIRED, mark("标题各行 {measured} 字，应排成梯形或菱形"),
        mark("梯形或菱形"),
    ),
    Check(
        "L45", "7.3.2", REQUIRED, mark("主送机关左空 {measured} mm，应顶格"), 0.0, 1.3, 2.9,
    ),
    Check(
        "L46", "7.3.2", REQUIRED,
        mark("主送机关与标题相距 {measured} 行，应空一行（相距 {expected} 行）"),
        2.0, 0.3, 0.3, mark("行"),
    ),
    Check(
        "L47", "7.3.2", REQUIRED, mark("主送机关末尾是“{measured}”，应为全角冒号"), "：",
    ),
    Check("L48", "7.3.3", REQUIRED, mark("公文首页没有显示正文"), mark("公文正文")),
    Check(
        "L49", "7.3.3", REQUIRED, mark("段首左空 {measured} 字，应空 {expected} 字"),
        2.0, 0.4, 0.4, mark("字"),
    ),
    Check(
        "L50", "7.3.3", USUAL, mark("第一层标题用{measured}，一般用{expected}"), mark("黑体"),
    ),
    Check(
        "L51", "7.3.3", USUAL, mark("第二层标题用{measured}，一般用{expected}"), mark("楷体"),
    ),
    Check("L52", "7.3.3", RECOMMENDED, mark("标题“{measured}”排在页末，下文在下一页")),
    Check(
        "L55", "7.3.4", REQUIRED, mark("附件说明左空 {measured} 字，应空 {expected} 字"),
        2.0, 0.4, 0.4, mark("字"),
    ),
    Check(
        "L56", "7.3.4", REQUIRED,
        mark("附件说明与正文相距 {measured} 行，应空一行（相距 {expected} 行）"),
        2.0, 0.3, 0.3, mark("行"),
    ),
    Check("L57", "7.3.4", REQUIRED, mark("附件名称后有“{measured}”，不加标点符号")),
    Check(
        "L58", "7.3.4", REQUIRED,
        mark("附件名称回行偏离首字 {measured} mm，应与上一行首字对齐"), 0.0, 1.5, 1.5,
    ),
    Check(
        "L75", "7.3.7", REQUIRED,
        mark("“附件”二字在左 {measured} mm 处，应顶格排在版心左上角第一行"), CORE_LEFT, 1.3, 1.3,
    ),
    Check(
        "L76", "7.3.7", REQUIRED,
        mark("“附件”二字用{measured}，应为 3 号{expected}"), mark("黑体"),
    ),
    Check(
        "L77", "7.3.7", REQUIRED, mark("附件标题在第 {measured} 行，应居中排在第 {expected} 行"),
        3.0, 0.35, 0.35, mark("行"),
    ),
    Check(
        "L78", "7.3.7", REQUIRED,
        mark("附件标题偏离版心中线 {measured} mm，应居中"),
        0.0, 1.8, 1.8,
    ),
)  # fmt: skip

_CLOSING: Final = (
    Check(
        "L60", "7.3.5.1", USUAL, mark("成文日期右空 {measured} 字，一般空 {expected} 字"),
        4.0, 0.4, 0.4, mark("字"),
    ),
    Check(
        "L61", "7.3.5.1", USUAL, mark("署名偏离成文日期中线 {measured} mm，一般以成文日期为准居中"),
        0.0, 1.8, 1.8,
    ),
    Check(
        "L62", "7.3.5.1", REQUIRED,
        mark("印章顶端距正文（或附件说明）{measured} mm，应在一行（{expected} mm）之内"),
        PITCH, 12.0, 0.6,
    ),
    Check("L63", "7.3.5.1", REQUIRED, mark("印章超出版心 {measured} mm"), 0.0, 0.0, 0.5),
    Check(
        "L64", "7.3.5.1", REQUIRED, mark("两枚印章相距 {measured} mm，不得相交或相切"), "> 0",
    ),
    Check(
        "L65", "7.3.5.1", REQUIRED,
        mark("印章没有居中下压署名和成文日期（{measured}）"),
    ),
    Check(
        "L66", "7.3.5.1", REQUIRED,
        mark("同排印章高低相差 {measured} mm，应排列整齐"),
        0.0, 1.0, 1.0,
    ),
    Check(
        "L67", "7.3.5.5", USUAL,
        mark("署名、成文日期和印章所在页没有正文，应调整行距、字距"), mark("公文正文"),
    ),
    Check(
        "L68", "7.3.5.2", REQUIRED,
        mark("署名右空 {measured} 字，应空 {expected} 字"),
        2.0, 0.4, 0.4, mark("字"),
    ),
    Check(
        "L69", "7.3.5.2", REQUIRED,
        mark("成文日期首字比署名首字右移 {measured} 字，应右移 {expected} 字"),
        2.0, 0.4, 0.4, mark("字"),
    ),
    Check(
        "L70", "7.3.5.4", REQUIRED,
        mark("成文日期写作“{measured}”，应用阿拉伯数字标全年月日，月、日不编虚位"),
    ),
    Check(
        "L71", "7.3.5.3", REQUIRED, mark("签名章右空 {measured} 字，应空 {expected} 字"),
        4.0, 0.5, 0.5, mark("字"),
    ),
    Check(
        "L72", "7.3.5.3", REQUIRED, mark("成文日期右空 {measured} 字，应空 {expected} 字"),
        4.0, 0.4, 0.4, mark("字"),
    ),
    Check(
        "L53", "7.3.5.3", REQUIRED,
        mark("签发人职务距签名章 {measured} 字，签名章左空 {expected} 字"),
        2.0, 0.4, 0.4, mark("字"),
    ),
    Check(
        "L54", "7.3.5.3", REQUIRED,
        mark("签发人职务偏离签名章中线 {measured} mm，应以签名章为准上下居中"), 0.0, 1.5, 1.5,
    ),
    Check(
        "L59", "7.3.5.3", REQUIRED,
        mark("成文日期在签名章下 {measured} 行，应空一行"), 1.0, 0.3, 0.9, mark("行"),
    ),
    Check(
        "L15", "7.3.5.3", REQUIRED,
        mark("签名章在正文（或附件说明）下 {measured} 行，应空二行"), 2.0, 0.5, 1.0, mark("行"),
    ),
    Check(
        "L73", "7.3.6", REQUIRED, mark("附注左空 {measured} 字，应空 {expected} 字"),
        2.0, 0.4, 0.4, mark("字"),
    ),
    Check("L74", "7.3.5.5", REQUIRED, mark("标有“{measured}”，应调整行距、字距")),
)  # fmt: skip

_IMPRINT: Final = (
    Check("L79", "7.4", REQUIRED, mark("版记在第 {measured} 页，应置于公文最后一面")),
    Check(
        "L80", "7.4.1", RECOMMENDED, mark("版记首末分隔线粗 {measured} mm，推荐 {expected} mm"),
        0.35, 0.06, 0.06,
    ),
    Check(
        "L81", "7.4.1", RECOMMENDED, mark("版记中间分隔线粗 {measured} mm，推荐 {expected} mm"),
        0.25, 0.06, 0.06,
    ),
    Check(
        "L82", "7.4.1", REQUIRED,
        mark("版记末条分隔线在 {measured} mm 处，应与版心下边缘（{expected} mm）重合"),
        CORE_BOTTOM, 1.0, 1.0,
    ),
    Check(
        "L83", "7.4.1", REQUIRED, mark("版记分隔线长 {measured} mm，应与版心等宽（{expected} mm）"),
        CORE_WIDTH, 1.2, 1.2,
    ),
    Check(
        "L84", "GB/T 33476.2 7.3.1", USUAL,
        mark("版记在单数页（第 {measured} 页），一般在双数页"),
    ),
    Check("L85", "7.4.2", USUAL, mark("版记文字为{measured}，一般用{expected}"), mark("4 号仿宋")),
    Check(
        "L86", "7.4.2", REQUIRED, mark("版记文字距版心边 {measured} 字，应左右各空 {expected} 字"),
        1.0, 0.35, 0.35, mark("字"),
    ),
    Check(
        "L87", "7.4.2", REQUIRED,
        mark("抄送机关回行偏离冒号后首字 {measured} mm，应对齐"), 0.0, 1.5, 1.5,
    ),
    Check("L88", "7.4.2", REQUIRED, mark("最后一个抄送机关名称后是“{measured}”，应标句号"), "。"),
    Check(
        "L89", "7.4.3", REQUIRED,
        mark("印发日期写作“{measured}”，应标全年月日，月、日不编虚位，后加“印发”"),
    ),
)  # fmt: skip

_NUMBERS: Final = (
    Check("L90", "7.5", REQUIRED, mark("第 {measured} 页没有页码")),
    Check(
        "L91", "7.5", USUAL, mark("页码字号 {measured} 磅，一般用 4 号字（14 磅）"),
        14.0, 0.5, 0.5, mark("磅"),
    ),
    Check(
        "L92", "7.5", REQUIRED,
        mark("页码一字线距版心下边缘 {measured} mm，应为 {expected} mm"),
        PAGE_NUMBER_Y - CORE_BOTTOM, 0.8, 0.8,
    ),
    Check(
        "L93", "7.5", REQUIRED, mark("页码{measured}，应{expected}"),
    ),
    Check("L94", "7.5", REQUIRED, mark("页码写作“{measured}”，应为“{expected}”")),
    Check("L95", "7.5", REQUIRED, mark("页码为 {measured}，应连续编排为 {expected}")),
    Check("L96", "7.5", REQUIRED, mark("空白页和其后的版记页不编排页码，第 {measured} 页有页码")),
    Check(
        "L97", "7.5", USUAL,
        mark("页码用{measured}，一般用半角{expected}阿拉伯数字"), mark("宋体"),
    ),
)  # fmt: skip

CHECKS: Final[dict[str, Check]] = {
    check.code: check
    for check in (
        *_SHEET, *HEAD, *_BODY, *_CLOSING, *_IMPRINT, *_NUMBERS, *LETTER, *ORDER, *MINUTES,
    )
}  # fmt: skip
"""By code."""
