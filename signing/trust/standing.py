"""What is known of a certificate's revocation, from lists and OCSP responses together.

The newest statement that can know of the certificate decides; but only a hold is ever lifted: a
list that no longer names what an older one revoked for good takes nothing back. A list need not
name a certificate any more once it has ended (RFC 5280 3.3), so what was published after that end
counts only where it says "revoked", or where its maker says that it goes on naming ended
certificates (X.509 8.6.2.12, RFC 6960 4.4.4).
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Final, Literal

from cryptography import x509

from signing import der
from signing.trust import certs, ocsp, revocation
from signing.trust.revocation import Status

EXPIRED_CERTS_ON_CRL: Final = x509.ObjectIdentifier("2.5.29.60")
"""The extension of a list that goes on naming certificates that ended since the time it gives."""


_HOLD: Final = "certificateHold"
"""The one reason that is ever taken back, RFC 5280 5.3.1."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A statement about one certificate, and where it stands."""

    status: Status
    kind: Literal["crl", "ocsp"]
    source: bytes
    """DER of the list or response."""


def standing_of(
    certificate: bytes, issuer: bytes, crls: Iterable[bytes], ocsps: Iterable[bytes] = ()
) -> Standing | None:
    """The statement that decides about a certificate of that issuer; ``None`` without one."""
    lists = tuple(crls)
    said = [*_from_lists(certificate, issuer, lists), *_answers(certificate, issuer, ocsps, lists)]
    if not said:
        return None
    # Of two of the same moment the one that says "revoked" is heard.
    newest = max(said, key=lambda s: (s.status.as_of, s.status.revoked is not None))
    final = [s for s in said if s.status.revoked and s.status.reason != _HOLD]
    if not final:
        return newest
    earliest = min(final, key=lambda s: str(s.status.revoked))
    status = replace(newest.status, revoked=earliest.status.revoked, reason=earliest.status.reason)
    return replace(newest if newest.status.revoked else earliest, status=status)


def _from_lists(certificate: bytes, issuer: bytes, crls: Iterable[bytes]) -> Iterable[Standing]:
    ended = certs.validity_of(certificate)[1]
    for data in crls:
        status = revocation.status_of(certificate, issuer, (data,))
        if status is None:
            continue
        kept = _keeps_since(data)
        if status.revoked or status.as_of <= ended or (kept is not None and kept <= ended):
            yield Standing(status, "crl", data)


def _answers(
    certificate: bytes, issuer: bytes, ocsps: Iterable[bytes], crls: tuple[bytes, ...]
) -> Iterable[Standing]:
    ended = certs.validity_of(certificate)[1]
    for data in ocsps:
        for answer in ocsp.answers_for(data, certificate, issuer, crls):
            kept = answer.cutoff is not None and answer.cutoff <= ended
            if answer.revoked or answer.as_of <= ended or kept:
                status = Status(answer.revoked, answer.reason, answer.as_of, answer.until)
                yield Standing(status, "ocsp", data)


@lru_cache(maxsize=512)
def _keeps_since(crl: bytes) -> datetime | None:
    """Since when a list names ended certificates too; ``None`` where it does not say."""
    extensions = revocation.load_crl(crl).extensions
    with suppress(x509.ExtensionNotFound, der.NotDer):
        value = extensions.get_extension_for_oid(EXPIRED_CERTS_ON_CRL).value
        if isinstance(value, x509.UnrecognizedExtension):
            return der.read(value.value).expect(der.GENERALIZED_TIME).instant()
    return None
