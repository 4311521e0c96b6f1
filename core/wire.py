"""JSON in and out of the API."""

import datetime as dt
from typing import Any

import orjson
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from core.instants import for_programs

#: With so many brackets nothing is too deep to be written by orjson.
SURELY_SHALLOW = 250


def dumps(data: Any) -> bytes:
    """The data as JSON: instants in UTC with milliseconds, days as ISO 8601, amounts and ids as strings."""
    return orjson.dumps(data, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)


def loads(body: bytes) -> Any:
    """What JSON says, strictly: UTF-8, no half of a character, no NaN. Raises `ValueError`.

    orjson reads deeper than it writes; what is too deep to be written again, as keys and columns do, is refused.
    """
    said = orjson.loads(body)
    if body.count(b"[") + body.count(b"{") > SURELY_SHALLOW:
        try:
            orjson.dumps(said)
        except TypeError as error:
            raise ValueError("too deep") from error
    return said


def _plain(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return for_programs(value)
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


class JSONRenderer(BaseRenderer):
    """JSON by orjson: several times faster than the standard renderer on lists."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        if data is None:
            return b""
        return dumps(data)


class JSONParser(BaseParser):
    """JSON by orjson, strict: UTF-8, no NaN, bounded in size and depth by the library and the settings."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise BodyTooLarge
        try:
            return loads(body)
        except ValueError as error:
            raise exceptions.ParseError(_("The body is not JSON.")) from error


class BodyTooLarge(exceptions.APIException):
    """The request is larger than any of ours needs to be."""

    status_code = 413
    default_detail = _("The request is too large.")
    default_code = "body_too_large"
