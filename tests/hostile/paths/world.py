"""A small hierarchy in one suite, and what a case makes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

from signing import der
from signing.trust.store import Usage
from tests.hostile.paths import builder as make
from tests.hostile.paths.builder import AnyKey, Party

AT: Final = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
"""When cases are judged, unless they say otherwise."""
DAY: Final = timedelta(days=1)
SIGN: Final = ("digitalSignature", "nonRepudiation")
ISSUE: Final = ("keyCertSign", "cRLSign")


@dataclass(frozen=True, slots=True)
class Setup:
    """What is judged: a certificate, what is trusted, what is known, when and for what."""

    leaf: bytes
    anchors: tuple[bytes, ...]
    intermediates: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    extra: tuple[bytes, ...] = ()
    at: datetime = AT
    usage: Usage = "sign"


@dataclass(frozen=True, slots=True)
class World:
    """A root and a CA under it, both of one kind of key; makes whatever else a case needs."""

    kind: str
    root: Party = field(init=False)
    ca: Party = field(init=False)
    _serials: "count[int]" = field(default_factory=lambda: count(1000))

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", self.authority("Root", None))
        object.__setattr__(self, "ca", self.authority("CA", self.root))

    def key(self, label: str, kind: str | None = None) -> AnyKey:
        """The key of that label, the same whenever asked for."""
        return make.shared_key(kind or self.kind, label)

    # --- certificates -------------------------------------------------------------------------
    def party(
        self,
        subject: bytes,
        issuer: Party | None,
        key: AnyKey,
        extensions: Sequence[bytes] | None,
        *,
        since: datetime | bytes = AT - 100 * DAY,
        until: datetime | bytes = AT + 100 * DAY,
        serial: int | bytes | None = None,
        algorithm: str | None = None,
        inner: bytes | None = None,
        outer: bytes | None = None,
        spki: bytes | None = None,
        named: bytes | None = None,
        version: bytes = make.VERSION_3,
        tail: bytes = b"",
    ) -> Party:
        """A certificate of anybody by anybody; bytes stand for whole DER elements."""
        number = next(self._serials) if serial is None else serial
        by = issuer.key if issuer is not None else key
        how = algorithm or make.usual_algorithm(by)
        tbs = make.certificate_body(
            subject=subject,
            issuer=named or (issuer.subject if issuer is not None else subject),
            spki=spki or make.spki_of(key),
            serial=number if isinstance(number, bytes) else der.integer(number),
            since=since if isinstance(since, bytes) else der.time(since),
            until=until if isinstance(until, bytes) else der.time(until),
            algorithm=inner or make.ALGORITHMS[how],
            extensions=extensions,
            version=version,
            tail=tail,
        )
        certificate = make.signed(tbs, by, how, outer=outer)
        return Party(subject, key, certificate, number if isinstance(number, int) else 0)

    def authority(
        self,
        label: str,
        issuer: Party | None,
        *,
        subject: bytes | None = None,
        key: AnyKey | None = None,
        pathlen: int | None = None,
        usage: Sequence[str] = ISSUE,
        ca: bool = True,
        more: Sequence[bytes] = (),
        ids: bool = True,
        extensions: Sequence[bytes] | None = None,
        **other: object,
    ) -> Party:
        """A CA certificate."""
        key = key or self.key(label)
        usual = [make.basic(ca=ca, pathlen=pathlen), *([make.key_usage(*usage)] if usage else ())]
        if ids:
            usual += self._ids(key, issuer)
        return self.party(
            subject if subject is not None else make.common(label),
            issuer,
            key,
            [*usual, *more] if extensions is None else extensions,
            **other,  # type: ignore[arg-type]  # the rest of `party`'s parameters
        )

    def leaf(
        self,
        issuer: Party | None = None,
        *,
        subject: bytes | None = None,
        key: AnyKey | None = None,
        usage: Sequence[str] = SIGN,
        more: Sequence[bytes] = (),
        ids: bool = True,
        extensions: Sequence[bytes] | None = None,
        **other: object,
    ) -> Party:
        """An end entity's certificate, of the CA unless another issuer is given."""
        by = issuer or self.ca
        key = key or self.key("leaf")
        usual = [make.basic(ca=False), *([make.key_usage(*usage)] if usage else ())]
        if ids:
            usual += self._ids(key, by)
        return self.party(
            subject if subject is not None else make.common("某单位"),
            by,
            key,
            [*usual, *more] if extensions is None else extensions,
            **other,  # type: ignore[arg-type]  # the rest of `party`'s parameters
        )

    @staticmethod
    def _ids(key: AnyKey, issuer: Party | None) -> list[bytes]:
        ids = [make.subject_id(make.key_id(make.spki_of(key)))]
        if issuer is not None:
            ids.append(make.authority_id(make.key_id(make.spki_of(issuer.key))))
        return ids

    # --- lists --------------------------------------------------------------------------------
    def crl(
        self,
        issuer: Party,
        *entries: bytes,
        since: datetime = AT - DAY,
        until: datetime | None = AT + 6 * DAY,
        **other: object,
    ) -> bytes:
        """A complete list of an issuer that is in force."""
        return make.revocation_list(
            issuer,
            entries=entries,
            since=since,
            until=until,
            **other,  # type: ignore[arg-type]  # the rest of `revocation_list`'s parameters
        )

    # --- what is judged -----------------------------------------------------------------------
    def setup(
        self,
        leaf: Party,
        *issuers: Party,
        anchors: Sequence[Party] | None = None,
        crls: Sequence[bytes] | None = None,
        extra: Sequence[Party] = (),
        at: datetime = AT,
        usage: Usage = "sign",
    ) -> Setup:
        """By default: the root trusted, the CA known (or ``issuers``), an empty list of each."""
        between = issuers or (self.ca,)
        trusted = (self.root,) if anchors is None else tuple(anchors)
        if crls is None:
            crls = [self.crl(party) for party in {p.key: p for p in (*trusted, *between)}.values()]
        return Setup(
            leaf=leaf.certificate,
            anchors=tuple(p.certificate for p in trusted),
            intermediates=tuple(p.certificate for p in between),
            crls=tuple(crls),
            extra=tuple(p.certificate for p in extra),
            at=at,
            usage=usage,
        )


Build = Callable[[World], Setup]
BOTH: Final = ("p256", "sm2")
INTL_ONLY: Final = ("p256",)


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its name, how it is made, what is expected, in which suites it makes sense."""

    name: str
    build: Build
    expected: str
    """The code of the error, empty where the certificate is to be trusted."""
    suites: tuple[str, ...]
    seconds: float
    """Processor time that judging it may take."""
    judge: str
    """What openssl says where it differs on purpose: ``OK`` or ``refused``, else empty."""
    why: str
    """The reason for that difference."""


CASES: dict[str, Case] = {}


def case(
    expected: str = "",
    *,
    suites: tuple[str, ...] = BOTH,
    seconds: float = 2.0,
    judge: str = "",
    why: str = "",
) -> Callable[[Build], Build]:
    """Enter a case under its function's name."""

    def enter(build: Build) -> Build:
        label = build.__name__.replace("_", "-")
        if label in CASES or bool(judge) != bool(why):
            raise ValueError(label)
        CASES[label] = Case(label, build, expected, suites, seconds, judge, why)
        return build

    return enter
