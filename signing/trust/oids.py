"""Object identifiers of our own, under the UUID arc (X.667), which needs no registration."""

from typing import Final

_ARC: Final = "2.25.126424194994975567948160528809280220727"

DIRECTORY_SIGNING: Final = f"{_ARC}.1"
"""Extended key usage of the certificate that signs directory snapshots."""

TIMESTAMP_POLICY: Final = f"{_ARC}.2"
"""Policy under which the local time-stamp authority issues tokens."""

PILOT_POLICY: Final = f"{_ARC}.3"
"""Certificate policy of the pilot PKI: trials only, no legal effect."""

SEAL_MAKING: Final = f"{_ARC}.4"
"""Extended key usage of the certificate that signs electronic seals (制章)."""

SEAL_ATTRIBUTE: Final = f"{_ARC}.5"
"""Signed attribute of a CMS that holds the SESeal (GB/T 38540) whose picture the field shows."""

STAMPED_ATTRIBUTE: Final = f"{_ARC}.6"
"""Signed attribute of a CMS whose signer had it time-stamped, NULL. The time-stamp itself is an
unsigned attribute, which anybody could take away without a trace; now it is missed."""
