"""The JSON Schema of a document source, made from the model so that the two cannot differ.

`document.schema.json` beside this module is `schema_json()`; a test holds them together. Rewrite
it with ``python -m formats.document.schema``.
"""

import json
from pathlib import Path
from typing import Any, Final

import msgspec

from formats.document.model import Document
from formats.document.places import LABELS

SCHEMA_FILE: Final = Path(__file__).with_name("document.schema.json")


def schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of `Document`, each field with its Chinese title."""
    found = msgspec.json.schema(Document)
    for definition in found.get("$defs", {}).values():
        for name, field in definition.get("properties", {}).items():
            if name in LABELS and "$ref" not in field:
                field.setdefault("title", LABELS[name])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:yidao:document:1:schema",
        "title": "公文",
        **found,
    }


def schema_json() -> bytes:
    """The schema as the bytes of `SCHEMA_FILE`."""
    return (json.dumps(schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


if __name__ == "__main__":
    SCHEMA_FILE.write_bytes(schema_json())
