"""What is trusted, as a value that goes to another process."""

from datetime import timedelta

from formats.canonical import Value
from formats.directory import SuitePolicy
from formats.ids import Instant
from signing.trust.store import TrustStore


class Trusted(Value, frozen=True, kw_only=True):
    """A `TrustStore` on the wire: certificates, lists and responses in DER."""

    anchors: tuple[bytes, ...]
    intermediates: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    ocsps: tuple[bytes, ...]
    grace: float
    """Seconds."""
    policy: SuitePolicy | None
    ended_seals: dict[str, Instant]

    @classmethod
    def of(cls, trust: TrustStore) -> "Trusted":
        """The value of a trust store."""
        return cls(
            anchors=trust.anchors,
            intermediates=trust.intermediates,
            crls=trust.crls,
            ocsps=trust.ocsps,
            grace=trust.grace.total_seconds(),
            policy=trust.policy,
            ended_seals=trust.ended_seals,
        )

    def store(self) -> TrustStore:
        """The trust store again. Raises `CertificateBad`."""
        return TrustStore(
            self.anchors,
            self.intermediates,
            self.crls,
            ocsps=self.ocsps,
            grace=timedelta(seconds=self.grace),
            policy=self.policy,
            ended_seals=self.ended_seals,
        )
