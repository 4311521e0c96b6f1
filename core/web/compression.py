"""Pages and answers travel compressed: stations pay for each kilobyte, and many have a slow connection."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

#: Pictures and archives are compressed already.
TEXT = ("text/", "application/json", "application/problem+json", "application/vnd.oai.openapi+json", "image/svg+xml")


class CompressionMiddleware(GZipMiddleware):
    """Compress texts for clients that ask for it.

    An attacker who makes somebody's browser open pages with guesses in their address could read secrets off the
    sizes (BREACH): Django adds a random number of bytes to each answer, and masks the CSRF token anew each time.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.get("Content-Type", "").startswith(TEXT):
            return response
        return super().process_response(request, response)
