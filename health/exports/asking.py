"""What is asked for with an export: the parameters of its address."""

import datetime as dt
from typing import NamedTuple

from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from health.exports.resources import NDJSON
from health.fhir.table import TYPES

_PARAMETERS = frozenset({"_outputFormat", "_since", "_type"})
_FORMATS = frozenset({NDJSON, "application/ndjson", "ndjson"})


class Asked(NamedTuple):
    """Resource types, none for all, and since when they have changed."""

    types: list[str]
    since: dt.datetime | None


def asked_of(request: Request) -> Asked:
    """Raises `ValidationError` (400): nothing that is asked for is left out in silence."""
    given: QueryDict = request.query_params
    unknown = {name: [_("This parameter is not supported.")] for name in sorted(set(given) - _PARAMETERS)}
    if unknown:
        raise ValidationError(unknown)
    if "respond-async" not in request.headers.get("Prefer", ""):
        raise ValidationError({"Prefer": [_("An export is made later: send Prefer: respond-async.")]})
    if given.get("_outputFormat", NDJSON) not in _FORMATS:
        raise ValidationError({"_outputFormat": [_("This value is not possible here.")]})
    types = [name for text in given.getlist("_type") for name in text.split(",") if name]
    if not set(types) <= set(TYPES):
        raise ValidationError({"_type": [_("This value is not possible here.")]})
    return Asked(sorted(set(types)), _instant(given.get("_since", "")))


def _instant(text: str) -> dt.datetime | None:
    if not text:
        return None
    try:
        # A plus sign that was sent as it is reads as a blank.
        read = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        raise ValidationError({"_since": [_("An instant has a date, a time and a zone.")]})
    return read
