"""What a scanned or typed code opens: a slip, a card, a station, a payment, a certificate.

`core` knows none of them: it asks `CODE_OPENERS` of `core.hooks`.
"""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from core.hooks import CODE_OPENERS

LONGEST = 300


def address_of_code(text: str, user: Any) -> str:
    """The page that a code opens for this person; empty when nobody knows it. Codes of ours may be whole addresses."""
    code = text.strip()[:LONGEST]
    if not code:
        return ""
    return _own_address(code) or next((found for opens in CODE_OPENERS if (found := opens(code, user))), "")


def _own_address(code: str) -> str:
    """The path of an address that one of our own pictures carries; never an address elsewhere."""
    if not code.startswith(f"{settings.ECOMNET_PUBLIC_URL}/"):
        return ""
    path = urlsplit(code).path
    try:
        resolve(path)
    except Resolver404:
        return ""
    return "" if path.startswith("//") else path
