"""A text as a square code, as a picture of our own: the policy of pages allows none inside their text."""

import io

import segno
from django.http import HttpResponse


def qr_picture(text: str) -> HttpResponse:
    """The code in SVG, with its quiet zone, that phones read from a screen and from paper."""
    picture = io.BytesIO()
    segno.make(text, error="m").save(picture, kind="svg", scale=4, border=4, xmldecl=False, light="#ffffff")
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")
