"""FHIR's JSON: decimals are numbers that keep their digits (7.10 stays 7.10)."""

from decimal import Decimal

import orjson

#: None is nothing: no resource that is sent has it.
Json = str | int | bool | Decimal | None | list["Json"] | dict[str, "Json"]
Resource = dict[str, Json]

MEDIA_TYPE = "application/fhir+json"


def dumps(data: Resource) -> bytes:
    """A resource as JSON, also as one line of NDJSON."""
    return orjson.dumps(data, default=_number)


def _number(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(f"{value:f}")
    raise TypeError(type(value).__name__)
