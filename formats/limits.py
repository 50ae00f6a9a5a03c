"""Every limit on outside data, by name and with its reason. One section a room."""

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB
GIB: Final = 1024 * MIB

# --- values -------------------------------------------------------------------------------------
MAX_JSON_BYTES: Final = 8 * MIB
"""A document source with long attachments is under 1 MiB; eight leaves room for tables."""

MAX_JSON_DEPTH: Final = 32
"""The deepest model (document, attachment, table, rows) nests seven levels."""

MAX_DIRECTORY_BYTES: Final = 64 * MIB
"""10,000 bodies with four certificates each of about 1 KiB, in base64, are 55 MiB."""

# --- signatures ---------------------------------------------------------------------------------
MAX_DER_DEPTH: Final = 32
"""A CMS with certificates and a time-stamp inside nests some twenty levels."""

MAX_SIGNED_BYTES: Final = 96 * MIB
"""A directory snapshot of 64 MiB is the largest thing signed as one CMS."""

MAX_CMS_CERTIFICATES: Final = 16
"""A signer, its issuers and a cross-certificate are four; sixteen leaves room for bridges."""

MAX_CERTIFICATE_BYTES: Final = 16 * KIB
"""Certificates here are under 2 KiB; foreign ones with long policies stay under eight."""

# --- typesetting --------------------------------------------------------------------------------
MAX_FONT_FILES: Final = 4000
"""A full office workstation has some 800 font files; beyond this a scan is looking elsewhere."""

MAX_FONT_BYTES: Final = 128 * MIB
"""The largest CJK TrueType collections are about 60 MiB."""

MAX_PAGES: Final = 2000
"""The longest annexes of record are a few hundred pages; this ends a run gone wild."""
