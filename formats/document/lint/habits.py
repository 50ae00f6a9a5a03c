"""Every habit by its code: the clause it goes against, and the sentence that says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from formats.i18n import mark


@dataclass(frozen=True, slots=True)
class Habit:
    """What is the same wherever the habit is found."""

    clause: str
    message: str


_MARKS: Final = "GB/T 15834-2011 "
_NUMBERS: Final = "GB/T 15835-2011 "
_LAYOUT: Final = "GB/T 9704-2012 "
_ORDINANCE: Final = mark("《党政机关公文处理工作条例》第九条")

HABITS: Final[Mapping[str, Habit]] = {
    "P01": Habit(_LAYOUT + "7.2.5", mark("发文字号的年份用六角括号“〔〕”括起。")),
    "P02": Habit(_LAYOUT + "7.2.5", mark("发文字号的序号不加“第”字，不编虚位，中间不留空。")),
    "P03": Habit(_NUMBERS + "5.1.4", mark("年份应标全称，用四位数字；请补全年份。")),
    "P04": Habit(_LAYOUT + "7.3.5.4", mark("日期用阿拉伯数字。")),
    "P05": Habit(_LAYOUT + "7.3.5.4", mark("月、日不编虚位（1 不编为 01）。")),
    "P06": Habit(_NUMBERS + "5.1.4", mark("日期用“日”，不用“号”。")),
    "P07": Habit(_NUMBERS + "5.2.5", mark("汉字年份中的零写作“〇”。")),
    "P08": Habit(_NUMBERS + "5.1.7", mark("阿拉伯数字和字母用半角。")),
    "P09": Habit(_MARKS + "4.13.3", mark("数值范围用“～”，时间、地域的起止用“—”。")),
    "P10": Habit(_NUMBERS + "5.1.3", mark("数值范围两端的百分号和“万”“亿”都应写出。")),
    "P11": Habit(_NUMBERS + "5.1.1", mark("多位数的千分撇用半角逗号；如是几个数并列，请用顿号。")),
    "P12": Habit(_NUMBERS + "5.1.2", mark("纯小数应写出小数点前的“0”。")),
    "P13": Habit(_NUMBERS + "5.3", mark("除“万”“亿”外，一个数不同时用阿拉伯数字和汉字数字。")),
    "P14": Habit(_NUMBERS + "5.2.1", mark("相邻两个数字并列表示概数，中间不加顿号。")),
    "P15": Habit(_NUMBERS + "5.1.5", mark("时、分之间用半角冒号。")),
    "P16": Habit("GB 3100-1993", mark("“{unit}”不是法定计量单位的规范写法。")),
    "P17": Habit("GB 3100-1993", mark("“{unit}”不是法定计量单位，请换算后填写。")),
    "P18": Habit(_NUMBERS + "5.1.3", mark("全文数值范围的连接号应一致，这里用“{mark}”。")),
    "P20": Habit(_MARKS + "5.1", mark("中文里的标点用全角。")),
    "P21": Habit(_MARKS + "4.9", mark("中文里的括号用全角。")),
    "P22": Habit(_MARKS + "4.8", mark("引号用弯引号“”，引号里面再用引号时用‘’。")),
    "P23": Habit(_MARKS + "4.8", mark("直引号不成对，请核对后改用弯引号“”。")),
    "P24": Habit(_MARKS + "4.11", mark("省略号是占两个字的“……”。")),
    "P25": Habit(_MARKS + "4.10", mark("破折号是占两个字的“——”。")),
    "P26": Habit(_MARKS + "5.1", mark("标点重复。")),
    "P27": Habit(_MARKS + "5.1", mark("汉字、标点之间不留空格。")),
    "P28": Habit(_MARKS + "4.5.3.5", mark("并列的书名号之间、引号之间不用顿号。")),
    "P29": Habit(_MARKS + "4.15", mark("书名号里面再用书名号时用“〈〉”。")),
    "P30": Habit(_MARKS + "5.1", mark("括号、书名号或引号不成对，请核对。")),
    "P31": Habit(_MARKS + "4.4.3", mark("“第一”“其次”等序次语之后用逗号。")),
    "P40": Habit(_LAYOUT + "7.3.3", mark("层次序数依次写作“一、”“（一）”“1.”“（1）”。")),
    "P41": Habit(_LAYOUT + "7.3.3", mark("层次序数越级：“{upper}”的下一层是“{lower}”。")),
    "P42": Habit(_LAYOUT + "7.3.3", mark("序号不连续，这里应为 {number}；请核对有无缺漏、重复。")),
    "P43": Habit(_LAYOUT + "7.3.3", mark("单独成行的标题末尾不用标点。")),
    "P50": Habit(_ORDINANCE, mark("标题应当以文种结尾；本件文种是“{kind}”。")),
    "P51": Habit(_ORDINANCE, mark("标题的文种“{found}”与本件文种“{kind}”不一致。")),
    "P52": Habit(_ORDINANCE, mark("标题除书名号、括号、引号外一般不用标点，末尾不用标点。")),
    "P53": Habit(_ORDINANCE, mark("标题中的发文机关“{found}”与发文机关“{issuer}”不一致。")),
    "P54": Habit(_LAYOUT + "7.3.4", mark("附件名称前不写“附件”和序号，后面不加标点。")),
    "P55": Habit(_LAYOUT + "7.3.4", mark("附件名称不加书名号。")),
    "P56": Habit(_LAYOUT + "7.3.4", mark("文中提到附件 {wanted}，公文只有 {there} 个附件。")),
    "P57": Habit(_LAYOUT + "7.3.2", mark("主送机关只填名称，排版时自动加冒号。")),
    "P58": Habit(_LAYOUT + "7.4.2", mark("抄送机关只填名称，排版时自动加句号。")),
    "P59": Habit(_LAYOUT + "7.4.3", mark("印发日期早于成文日期，请核对。")),
    "P60": Habit(_LAYOUT + "7.3.6", mark("附注加圆括号，末尾不用标点。")),
    "P61": Habit(_LAYOUT + "7.3.5", mark("发文机关署名不加标点。")),
    "P63": Habit(_LAYOUT + "7.4.3", mark("印发机关只填名称，不加标点。")),
    "P62": Habit(_ORDINANCE, mark("所引来文的序号 {cited} 与来文字号“{number}”不一致。")),
}  # fmt: skip
