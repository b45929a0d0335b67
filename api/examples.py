"""Examples in the OpenAPI document: of each body that is sent and each that is answered, made of its own schema.

What a model says by itself (json_schema_extra, Body(examples=…)) goes before; else each field has the value that stands
here for its name, or one of its type. So an example has every field, and none is forgotten when one is added.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_JSON = "application/json"
_DEEP = 6  # levels; below them lists are empty
_METHODS = ("get", "post", "put", "patch", "delete")
# What a field of this name holds, where its type allows it.
_VALUES: dict[str, Any] = {
    "id": "4be1f9c2",
    "document": "kunnan-ohje",
    "document_id": "kunnan-ohje",
    "documents": "kunnan-ohje",
    "draft": "4be1f9c2",
    "draft_id": "4be1f9c2",
    "drafts": "4be1f9c2",
    "job": "9a0c2d11",
    "job_id": "9a0c2d11",
    "title": "Kunnan tekoälyohje",
    "publisher": "Esimerkin kunta",
    "question": "Saako Copilotiin syöttää henkilötietoja?",
    "questions": "Saako Copilotiin syöttää henkilötietoja?",
    "text": "Henkilötietoja ei saa syöttää tekoälypalveluihin.",
    "quote": "Henkilötietoja ei saa syöttää tekoälypalveluihin.",
    "evidence": "Henkilötietoja ei saa syöttää tekoälypalveluihin.",
    "message": "Ei. Henkilötietoja ei saa syöttää tekoälypalveluihin.",
    "detail": "Kirjoita päivä, esimerkiksi 1.3.2026.",
    "section": "Tiedot ja palvelut",
    "name": "Copilot",
    "other_names": "M365 Copilot",
    "data": "public_data",
    "decision": "Tietohallintopäätös 12/2026",
    "condition": "kun esihenkilö on antanut luvan",
    "conditions": "kun esihenkilö on antanut luvan",
    "field": "valid_from",
    "file_name": "ohje.docx",
    "version": "20260115T090000-1f2e3d4c",
    "index_versions": "20260115T090000-1f2e3d4c",
    "made_by": "aino",
    "started_by": "aino",
    "who": "aino",
    "language": "fi",
    "languages": "fi",
    "sha256": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    "why": "Tarkistettu tietosuojavastaavan kanssa",
    "note": "Tarkistettu tietosuojavastaavan kanssa",
    "path": "ohje.docx",
    "place": "/srv/ohjeet",
    "percent": 40,
    "file": "ohje.docx",
    "of": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    "groups": "hr",
    "published": "2026-01-15",
    "valid_from": "2026-02-01",
    "valid_until": "2027-12-31",
    "since": "2026-01-01",
    "until": "2026-03-31",
}


def with_examples(document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document, with an example of each body and a description of each answer, where it has none."""
    schemas = document["components"]["schemas"]
    for operations in document["paths"].values():
        for method, operation in operations.items():
            if method not in _METHODS:
                continue
            for content in operation.get("requestBody", {}).get("content", {}).values():
                _add(content, schemas)
            for status, response in operation["responses"].items():
                if not status.startswith("2"):
                    continue
                contents = response.get("content", {})
                if _JSON in contents:
                    _add(contents[_JSON], schemas)
                if response["description"] in ("", "Successful Response"):
                    response["description"] = _said(operation, contents.get(_JSON, {}).get("schema", {}), schemas)
    return document


def _add(content: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    if "example" not in content and "examples" not in content:
        content["example"] = example_of(content.get("schema", {}), schemas)


def _said(operation: Mapping[str, Any], schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """What the answer is: as its model says, else as the operation does."""
    named = schema.get("$ref") or schema.get("items", {}).get("$ref", "")
    told = schemas.get(str(named).rpartition("/")[2], {}).get("description") or operation.get("description", "")
    first: str = str(told).split("\n\n")[0].replace("\n", " ")
    return first or str(operation.get("summary", ""))


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str = "", depth: int = 0) -> Any:
    """A value that the schema permits. name: of the field that it is for; schemas: of the document, by their names."""
    if schema.get("examples"):
        return schema["examples"][0]
    if "$ref" in schema:
        return example_of(schemas[str(schema["$ref"]).rpartition("/")[2]], schemas, name, depth)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        wanted = _VALUES.get(name)
        return wanted if wanted in schema["enum"] else schema["enum"][0]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            first = next((each for each in schema[several] if each.get("type") != "null"), {"type": "null"})
            return example_of(first, schemas, name, depth)
    kind = schema.get("type")
    if kind == "array":
        if depth >= _DEEP:
            return []
        items = schema.get("items") or (schema.get("prefixItems") or [{}])[0]
        least = max(int(schema.get("minItems", 0)), 1)
        return [example_of(items, schemas, name, depth + 1)] * least
    if kind == "object" or "properties" in schema:
        made = {
            key: example_of(each, schemas, key, depth + 1)
            for key, each in schema.get("properties", {}).items()
            if depth < _DEEP or key in schema.get("required", ())
        }
        more = schema.get("additionalProperties")
        if not made and isinstance(more, Mapping):
            key = str(example_of(schema.get("propertyNames", {"const": "heldout"}), schemas, "", depth + 1))
            made = {key: example_of(more, schemas, key, depth + 1)}
        return made
    return _plain(schema, kind, name)


def _plain(schema: Mapping[str, Any], kind: object, name: str) -> Any:
    form = schema.get("format")
    if form == "date-time":
        return "2026-01-15T09:00:00Z"
    if form == "date":
        value = str(_VALUES.get(name, ""))
        return value if value[:2] == "20" else "2026-01-15"
    if kind == "boolean":
        return True
    if kind in ("integer", "number"):
        value = _VALUES.get(name, 0 if name == "start" else 1)
        return value if isinstance(value, int) else 1
    if kind == "null":
        return None
    if kind == "string" and "pattern" in schema:
        of_ids = {"^[a-z][a-z0-9_]*$": "henkilotiedot", "^[0-9a-f]{64}$": _VALUES["sha256"]}
        return of_ids.get(str(schema["pattern"]), _VALUES["quote"])
    return _VALUES.get(name, "esimerkki")
