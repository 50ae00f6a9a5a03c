"""What a UKEY and its driver can really do, tried step by step: `yidao ukey check`.

Each step does on the device what a day at the desk asks of it: sign and have the signature verified
by another implementation, open a capsule made for the device, read its seals, end its login. A step
that fails does not stop the others. Nothing is written to the device, one right PIN is entered.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

from formats.directory import BodyCertificate, WrapProfile
from formats.effects import Randomness
from formats.errors import YidaoError
from formats.i18n import mark
from signing import suites
from signing.envelope import unwrap_secret, wrap_secret
from signing.errors import CapsuleError, KeyMissing, LoginNeeded, TokenError, TokenMissing
from signing.seal.eseal import parse_seal
from signing.signer import SignatureAlgorithm
from signing.tokens.base import Secret, Token, TokenCertificate

Outcome = Literal["ok", "failed", "skipped"]
Timer = Callable[[], float]
"""Seconds of a steady clock."""

_PROFILES: Final[dict[SignatureAlgorithm, tuple[WrapProfile, ...]]] = {
    "sm2-sm3": ("sm2",),
    "ecdsa-sha256": ("ecdh-p256",),
    "rsa-sha256": ("oaep-sha256", "oaep-sha1"),
}
STEPS: Final = {
    "describe": mark("读取 UKEY 信息"),
    "certificates": mark("读取证书"),
    "seals": mark("读取电子印章"),
    "login": mark("验证 PIN"),
    "sign": mark("签名并验签"),
    "unwrap": mark("解密密钥封装"),
    "logout": mark("退出登录后不能签名"),
}
"""What a person reads of each step."""

_SAMPLE: Final = 48
"""Bytes signed and wrapped: no block's size, as nothing real has one."""


class LoginStays(TokenError):
    """The UKEY signs although its login was ended: whoever sits down next could sign."""

    code = "ukey.login-stays"
    happened = mark("退出登录后，UKEY 仍能签名。")
    safe = mark("测试签名已弃用。")
    advice = mark("离开时请拔下该 UKEY，并升级其驱动程序。")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing tried."""

    step: str
    """A key of `STEPS`."""
    outcome: Outcome
    about: str
    """The algorithm or profile, or how many were found; empty where there is nothing to say."""
    error: str
    """Code of the error, or empty."""
    words: str
    """The error in the reader's language, or empty."""
    seconds: float


def check_token(
    token: Token, pin: Secret | None, *, randomness: Randomness, timer: Timer
) -> tuple[Step, ...]:
    """Try everything; without a PIN what needs a login is skipped. Ends the login.

    Raises `TokenMissing` when the UKEY is pulled out meanwhile.
    """
    trial = _Trial(token, randomness, timer)
    trial.run("describe", "", trial.describe)
    trial.run("certificates", "", trial.list_certificates)
    trial.run("seals", "", trial.read_seals)
    try:
        if pin is not None and trial.run("login", "", partial(trial.log_in, pin)):
            for step, about, act in trial.acts():
                trial.run(step, about, act)
            if trial.signing() is not None:
                trial.run("logout", "", trial.refuse)
        else:
            for step, about, _ in trial.acts():
                trial.skip(step, about)
    finally:
        token.logout()
    return tuple(trial.steps)


def passed(steps: Sequence[Step]) -> bool:
    """Whether the UKEY serves: all went well, but that one of two RSA profiles may be missing."""
    failed = {s.step for s in steps if s.outcome == "failed"}
    done = {s.step for s in steps if s.outcome == "ok"}
    return failed <= {"unwrap"} and {"sign", "unwrap", "logout"} <= done


class _Trial:
    """The steps on one token, and what came of them."""

    def __init__(self, token: Token, randomness: Randomness, timer: Timer) -> None:
        self.steps: list[Step] = []
        self._token = token
        self._randomness = randomness
        self._timer = timer
        self._certificates: tuple[TokenCertificate, ...] = ()

    def run(self, step: str, about: str, act: Callable[[], str]) -> bool:
        """Try one step. Raises `TokenMissing` alone."""
        begun = self._timer()
        try:
            said = act()
        except TokenMissing:
            raise
        except YidaoError as error:
            spent = self._timer() - begun
            self.steps.append(Step(step, "failed", about, error.code, error.text(), spent))
            return False
        self.steps.append(Step(step, "ok", about or said, "", "", self._timer() - begun))
        return True

    def skip(self, step: str, about: str) -> None:
        """Note a step that was not tried."""
        self.steps.append(Step(step, "skipped", about, "", "", 0.0))

    def acts(self) -> Iterator[tuple[str, str, Callable[[], str]]]:
        """What is tried with each key: step, about what, the act."""
        for entry in self._certificates:
            if entry.usage == "sign":
                yield "sign", entry.algorithm, partial(self._sign, entry)
                continue
            for profile in _PROFILES[entry.algorithm]:
                yield "unwrap", profile, partial(self._unwrap, entry, profile)

    def signing(self) -> TokenCertificate | None:
        """A certificate that signs."""
        return next((c for c in self._certificates if c.usage == "sign"), None)

    def describe(self) -> str:
        """Name, maker, profile."""
        info = self._token.info()
        return " ".join(filter(None, (info.label, info.manufacturer, info.model, info.profile)))

    def list_certificates(self) -> str:
        """How many; both uses must be there."""
        self._certificates = self._token.certificates()
        missing = {"sign", "encrypt"} - {c.usage for c in self._certificates}
        if missing:
            raise KeyMissing(", ".join(sorted(missing)))
        return str(len(self._certificates))

    def read_seals(self) -> str:
        """Their names; that they are genuine is for `signing.verdict` to say."""
        return "、".join(parse_seal(seal).name for seal in self._token.seals())

    def log_in(self, pin: Secret) -> str:
        """With the PIN given."""
        self._token.login(pin)
        return ""

    def refuse(self) -> str:
        """Nothing may be signed once the login has ended."""
        entry = self.signing()
        self._token.logout()
        try:
            if entry is not None:
                self._token.sign(entry.key_ref, entry.algorithm, b"x")
        except LoginNeeded:
            return ""
        raise LoginStays

    def _sign(self, entry: TokenCertificate) -> str:
        data = self._randomness(_SAMPLE)
        signature = self._token.sign(entry.key_ref, entry.algorithm, data)
        oid = suites.suite_of(entry.algorithm).signatures[entry.algorithm]
        suites.verify_with(suites.public_key(entry.der), signature, data, signature_oid=oid)
        return entry.algorithm

    def _unwrap(self, entry: TokenCertificate, profile: WrapProfile) -> str:
        secret = self._randomness(_SAMPLE)
        recipient = BodyCertificate(usage="encrypt", certificate=entry.der, wrap=profile)
        p7m = wrap_secret(secret, [recipient], randomness=self._randomness)
        if unwrap_secret(p7m, self._token) != secret:
            raise CapsuleError("another secret")
        return profile
