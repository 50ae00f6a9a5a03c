"""The numbers of 版头, and of the three special 格式. See `formats.measure.table`."""

from typing import Final

from formats.i18n import mark
from formats.measure.check import RECOMMENDED, REQUIRED, USUAL, Check
from formats.typeset.grid import CORE_WIDTH, EM, PITCH

HEAD: Final = (
    Check("L20", "7.2.4", REQUIRED, mark("首页没有发文机关标志")),
    Check("L21", "7.2.4", REQUIRED, mark("发文机关标志不是红色"), mark("红色")),
    Check(
        "L22", "7.2.4", REQUIRED,
        mark("发文机关标志上边缘距版心上边缘 {measured} mm，应为 {expected} mm"), 35.0, 0.8, 0.8,
    ),
    Check(
        "L23", "7.2.4", REQUIRED, mark("发文机关标志偏离中线 {measured} mm，应居中"), 0.0, 1.8, 1.8,
    ),
    Check(
        "L24", "7.2.4", REQUIRED,
        mark("发文机关标志宽 {measured} mm，不得超出版心（{expected} mm）"),
        CORE_WIDTH, CORE_WIDTH, 0.6,
    ),
    Check(
        "L25", "7.2.4", RECOMMENDED, mark("发文机关标志用{measured}，推荐用{expected}"),
        mark("小标宋体"),
    ),
    Check(
        "L26", "7.2.1", USUAL,
        mark("份号“{measured}”，一般用 6 位 3 号阿拉伯数字顶格排在版心左上角第一行"),
    ),
    Check("L27", "7.2.3", USUAL, mark("“{measured}”一般用 3 号黑体字，顶格排在版心左上角")),
    Check("L39", "7.2.2", USUAL, mark("“{measured}”一般用 3 号黑体字，顶格排在版心左上角第二行")),
    Check(
        "L28", "7.2.5", REQUIRED,
        mark("发文字号在发文机关标志下 {measured} mm，应空二行（{expected} mm）"),
        2 * PITCH, 2.2, 2.2,
    ),
    Check("L29", "7.2.5", REQUIRED, mark("发文字号偏离中线 {measured} mm，应居中"), 0.0, 1.8, 1.8),
    Check(
        "L30", "7.2.5", REQUIRED, mark("发文字号左空 {measured} 字，上行文应空 {expected} 字"),
        1.0, 0.3, 0.3, mark("字"),
    ),
    Check(
        "L31", "7.2.5", REQUIRED,
        mark("发文字号写作“{measured}”，年份应标全称用〔〕括入，顺序号不编虚位、不加“第”字"),
    ),
    Check(
        "L32", "7.2.6", REQUIRED,
        mark("签发人右空 {measured} 字，应空 {expected} 字"),
        1.0, 0.4, 0.4, mark("字"),
    ),
    Check(
        "L33", "7.2.6", REQUIRED,
        mark("签发人姓名用{measured}，应用 3 号{expected}"), mark("楷体"),
    ),
    Check(
        "L19", "7.2.5", REQUIRED,
        mark("发文字号与最后一个签发人相差 {measured} mm，应排在同一行"),
        0.0, 1.0, 1.0,
    ),
    Check("L34", "7.2.7", REQUIRED, mark("发文字号下没有红色分隔线")),
    Check(
        "L35", "7.2.7", REQUIRED, mark("红色分隔线在发文字号下 {measured} mm，应为 {expected} mm"),
        4.0, 0.7, 0.7,
    ),
    Check(
        "L36", "7.2.7", REQUIRED, mark("红色分隔线长 {measured} mm，应与版心等宽（{expected} mm）"),
        CORE_WIDTH, 1.2, 1.2,
    ),
    Check("L37", "7.2.7", REQUIRED, mark("版头中的分隔线不是红色"), mark("红色")),
    Check(
        "L38", "7.2.7", RECOMMENDED, mark("红色分隔线粗 {measured} mm，通常为 0.35 至 1 mm"),
        0.5, 0.2, 0.9,
    ),
)  # fmt: skip

LETTER: Final = (
    Check(
        "L101", "10.1", REQUIRED,
        mark("发文机关标志上边缘距上页边 {measured} mm，应为 {expected} mm"),
        30.0, 0.8, 0.8,
    ),
    Check(
        "L102", "10.1", REQUIRED,
        mark("第一条红色双线在发文机关标志下 {measured} mm，应为 {expected} mm"), 4.0, 0.8, 0.8,
    ),
    Check(
        "L103", "10.1", REQUIRED, mark("红色双线长 {measured} mm，应为 {expected} mm"),
        170.0, 1.0, 1.0,
    ),
    Check(
        "L104", "10.1", REQUIRED, mark("第二条红色双线距下页边 {measured} mm，应为 {expected} mm"),
        20.0, 0.6, 0.6,
    ),
    Check("L105", "10.1", REQUIRED, mark("红色双线{measured}，应{expected}")),
    Check("L106", "10.1", REQUIRED, mark("红色双线偏离中线 {measured} mm，应居中"), 0.0, 1.0, 1.0),
    Check("L107", "10.1", REQUIRED, mark("首页有页码“{measured}”，信函首页不显示页码")),
    Check(
        "L108", "10.1", REQUIRED, mark("发文字号右边距版心右边缘 {measured} mm，应顶格"),
        0.0, 1.3, 1.3,
    ),
    Check(
        "L109", "10.1", REQUIRED,
        mark("“{measured}”不在第一条红色双线下 3 号汉字高度的 7/8（4.8 mm）处"),
    ),
    Check(
        "L110", "10.1", REQUIRED,
        mark("标题与其上最后一个要素相距 {measured} mm，应空二行（{expected} mm）"),
        2 * PITCH, 2.2, 2.5,
    ),
    Check(
        "L111", "10.1", REQUIRED,
        mark("版记有{measured}，信函版记不加印发机关、印发日期和分隔线"),
    ),
    Check("L112", "10.1", REQUIRED, mark("{measured}不是红色双线"), mark("红色双线")),
)  # fmt: skip

ORDER: Final = (
    Check(
        "L121", "10.2", REQUIRED,
        mark("命令（令）标志上边缘距版心上边缘 {measured} mm，应为 {expected} mm"), 20.0, 0.8, 0.8,
    ),
    Check(
        "L122", "10.2", REQUIRED,
        mark("令号在发文机关标志下 {measured} mm，应空二行（{expected} mm）"), 2 * PITCH, 2.2, 2.2,
    ),
    Check("L123", "10.2", REQUIRED, mark("令号偏离中线 {measured} mm，应居中"), 0.0, 1.8, 1.8),
    Check(
        "L124", "10.2", REQUIRED, mark("正文在令号下 {measured} mm，应空二行（{expected} mm）"),
        2 * PITCH, 2.2, 2.5,
    ),
)  # fmt: skip

MINUTES: Final = (
    Check(
        "L131", "10.3", REQUIRED,
        mark("纪要标志上边缘距版心上边缘 {measured} mm，应为 {expected} mm"), 35.0, 0.8, 0.8,
    ),
    Check("L132", "10.3", USUAL, mark("“{measured}”一般用 3 号{expected}"), mark("黑体")),
    Check(
        "L133", "10.3", REQUIRED, mark("“出席”等左空 {measured} 字，应空 {expected} 字"),
        2.0, 0.4, 0.4, mark("字"),
    ),
    Check(
        "L134", "10.3", REQUIRED, mark("名单回行偏离冒号后的首字 {measured} mm，应对齐"),
        0.0, 1.5, 1.5,
    ),
)  # fmt: skip

SEVEN_EIGHTHS: Final = EM * 7 / 8
"""Of a 3号 character, 4.9 mm: from a letter's first double rule to what stands below it."""
