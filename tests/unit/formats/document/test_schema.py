"""The published schema is the model's."""

from formats.document.schema import SCHEMA_FILE, schema, schema_json


def test_the_checked_in_schema_is_the_model() -> None:
    assert schema_json() == SCHEMA_FILE.read_bytes()


def test_the_schema_refuses_unknown_fields() -> None:
    assert all(
        definition["additionalProperties"] is False
        for definition in schema()["$defs"].values()
        if definition.get("type") == "object"
    )
