"""What can be wrong with an electronic seal (GB/T 38540), each fault with a code of its own.

SealFault
├── SealMalformed     the bytes are no electronic seal
├── SealVersion       of a version, or with a picture, that is not known here
│   └── SealPictureBad   the picture is of a kind not drawn here, or damaged
├── SealForged        the maker's signature does not match
├── SealMakerBad      the maker's certificate is not to be trusted for making seals
├── SealMakerUnknown  the same, not settled: something needed to decide is missing
├── SealNotValid      at that time the seal is not valid yet, or no more
├── SealNotOurs       the signer's certificate is not among those the seal is made for
├── SealRevoked       the seal was taken out of use before that time
└── SealMissing       no seal at hand fits
"""

from typing import ClassVar

from formats.errors import BadInput, Refused
from formats.i18n import mark

_NOT_USED = mark("没有采信该印章，文件没有改动。")


class SealFault(BadInput):
    """An electronic seal that is not to be relied upon."""

    code = "eseal.bad"
    happened = mark("电子印章不可用。")
    safe = _NOT_USED
    advice = mark("请联系制章机构重新制作电子印章。")
    indeterminate: ClassVar[bool] = False
    """Whether more information could still decide for it."""


class SealMalformed(SealFault):
    """The bytes are no electronic seal: not DER, cut short, or with other fields."""

    code = "eseal.malformed"
    happened = mark("电子印章的数据有误，可能已损坏或被改动。")


class SealVersion(SealFault):
    """An electronic seal of a version that is not known here."""

    code = "eseal.version"
    happened = mark("不支持该版本的电子印章（{version}）。")
    advice = mark("请换用符合 GB/T 38540-2020 的电子印章。")


class SealPictureBad(SealFault):
    """The picture is of a kind that is not drawn here, or damaged."""

    code = "eseal.picture"
    happened = mark("电子印章的印模图片（{kind}）不受支持或已损坏。")


class SealForged(SealFault):
    """The maker's signature, or the time-stamp over it, does not match."""

    code = "eseal.maker-signature"
    happened = mark("电子印章的制章签名不符，印章可能被改动或伪造。")
    advice = mark("请勿采信该印章，并联系制章机构核实。")


class SealMakerBad(SealFault):
    """The maker's certificate is not to be trusted for making seals."""

    code = "eseal.maker"
    happened = mark("电子印章的制章证书不可信：{reason}")
    advice = mark("请勿采信该印章，并联系制章机构核实。")


class SealMakerUnknown(SealFault):
    """Whether the maker's certificate is to be trusted is not settled."""

    code = "eseal.maker-unknown"
    happened = mark("暂不能确认电子印章的制章证书：{reason}")
    advice = mark("请同步通讯录和吊销列表后重试。")
    indeterminate = True


class SealNotValid(SealFault):
    """At that time the seal is not valid yet, or no more."""

    code = "eseal.validity"
    happened = mark("电子印章“{name}”不在有效期内（有效期 {since} 至 {until}）。")
    advice = mark("请联系制章机构换发电子印章。")


class SealNotOurs(SealFault):
    """The signer's certificate is not among those that the seal was made for."""

    code = "eseal.certificate"
    happened = mark("电子印章“{name}”不是为该签名证书制作的。")
    advice = mark("请使用印章所属单位的 UKEY；证书换发后应重新制作电子印章。")


class SealRevoked(SealFault):
    """The seal was taken out of use before that time."""

    code = "eseal.revoked"
    happened = mark("电子印章“{name}”已于 {revoked} 停用。")
    advice = mark("请勿再使用该印章；如有疑问请联系制章机构。")


class SealMissing(Refused):
    """No electronic seal at hand fits the place."""

    code = "eseal.missing"
    happened = mark("没有找到适合“{body}”处的电子印章（{size}）。")
    safe = mark("原文件没有改动。")
    advice = mark("请联系制章机构把该单位的电子印章写入 UKEY，或导入印章文件后重试。")
