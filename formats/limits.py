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
