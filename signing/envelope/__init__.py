"""The envelope: a package closed for its recipients, and opened by one of them."""

from signing.envelope.dispatch import (
    OpenedDispatch,
    SealedDispatch,
    SignedHeader,
    close_package,
    header_digest,
    open_dispatch,
    open_header,
)
from signing.envelope.enveloped import unwrap_secret, wrap_secret
from signing.envelope.unwrap import KeyUnwrapper, TokenUnwrapper, Unwrapper

__all__ = [
    "KeyUnwrapper",
    "OpenedDispatch",
    "SealedDispatch",
    "SignedHeader",
    "TokenUnwrapper",
    "Unwrapper",
    "close_package",
    "header_digest",
    "open_dispatch",
    "open_header",
    "unwrap_secret",
    "wrap_secret",
]
