"""Sentences as components are given them: translated, with the values that fill their placeholders."""

import zlib
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString

ICONS = {"ok": "check", "wait": "clock", "bad": "alert", "info": "info"}


def spoken(tag: Callable[..., Any]) -> Callable[..., Any]:
    """A tag whose sentences may come from `_("...")` in a template, where the engine doubles every percent sign."""

    @wraps(tag)
    def single(*args: Any, **kwargs: Any) -> Any:
        return tag(*map(_single, args), **{name: _single(value) for name, value in kwargs.items()})

    return single


def _single(value: Any) -> Any:
    if isinstance(value, str | Promise) and "%%" in str(value):
        single = str(value).replace("%%", "%")
        return SafeString(single) if isinstance(value, SafeString) else single
    return value


def say(sentence: Any, values: Mapping[str, Any]) -> Any:
    """A sentence with its placeholders filled."""
    return str(sentence) % values if values else sentence


def id_of(kind: str, text: Any) -> str:
    return f"{kind}-{zlib.crc32(str(text).encode()):08x}"
