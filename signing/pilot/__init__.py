"""A small certification authority for trials: real certificates, no legal effect.

One folder holds a root, a provincial CA, the directory signer, a neighbouring province's root with
a cross-certificate, every certificate issued, the recovery keys of the bodies and the CRLs.
"""

from signing.pilot.issue import (
    Issued,
    IssuedUkey,
    create_pilot,
    issue_neighbour,
    issue_node,
    issue_timestamp_authority,
    issue_tls,
    issue_ukey,
)
from signing.pilot.revoking import revoke, write_crl
from signing.pilot.store import Pilot

__all__ = [
    "Issued",
    "IssuedUkey",
    "Pilot",
    "create_pilot",
    "issue_neighbour",
    "issue_node",
    "issue_timestamp_authority",
    "issue_tls",
    "issue_ukey",
    "revoke",
    "write_crl",
]
