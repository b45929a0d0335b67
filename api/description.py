"""The interface as an OpenAPI document: to everybody what is for everybody, and the whole to who administers."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from api.auth import ADMIN_PATH, Reader

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
def public(request: Request) -> dict[str, Any]:
    whole: dict[str, Any] = request.app.openapi()
    paths = {path: each for path, each in whole["paths"].items() if not path.startswith(f"{ADMIN_PATH}/")}
    named = _named(paths, whole["components"]["schemas"])
    return whole | {"paths": paths, "components": {"schemas": named}}


@router.get(f"{ADMIN_PATH}/openapi.json")
def whole(_: Reader, request: Request) -> dict[str, Any]:
    found: dict[str, Any] = request.app.openapi()
    return found


def _named(paths: object, schemas: dict[str, Any]) -> dict[str, Any]:
    """The schemas that the paths name, and those that these name."""
    found: dict[str, Any] = {}
    waiting = [paths]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            waiting += each.values()
            name = str(each.get("$ref", "")).rpartition("/")[2]
            if name in schemas and name not in found:
                found[name] = schemas[name]
                waiting.append(schemas[name])
    return dict(sorted(found.items()))
