"""The content origin: a host of its own without cookies, where packages are handed out and nothing else is answered.

What a package runs has the rights of that host and none of ours: our pages show it in a frame and hear its messages.
"""

import time
from collections.abc import Callable, Mapping
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner, b62_encode
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotFound
from django.template.loader import render_to_string

from education.packages.models import ContentPackage, PackageFile

HOUR = 60 * 60
#: So long an address leads to a package after the hour in which a page was shown has begun.
VALID_SECONDS = 12 * HOUR
PREFIX, PLAYER, PREVIEW = "/p/", "_player", "-preview"
#: Only the pages of packages show a frame, and only of the content origin.
FRAMES = {"frame-src": [settings.ECOMNET_CONTENT_ORIGIN]} if settings.ECOMNET_CONTENT_ORIGIN else {}


class _HourSigner(TimestampSigner):
    """The same address for an hour: what one child has loaded over the line of the station, the next has already."""

    def timestamp(self) -> str:
        return b62_encode(int(time.time()) // HOUR * HOUR)


_SIGNER = _HourSigner(sep=".", salt="education.packages.origin")
Next = Callable[[HttpRequest], HttpResponseBase]


def player_address(package: ContentPackage) -> str:
    """Where a page for a learner finds the player of a package; empty where no content origin is set.

    It leads nowhere as soon as the package cannot be played any more.
    """
    return _address(package.pk.hex)


def preview_address(package: ContentPackage) -> str:
    """Where those who decide about a package look at it, also while nobody plays it."""
    return _address(package.pk.hex + PREVIEW)


def files_address(package: ContentPackage) -> str:
    """Where a device that keeps a package finds its files, each under its path behind this."""
    return _address(package.pk.hex, path="")


def _address(said: str, *, path: str = PLAYER) -> str:
    if not settings.ECOMNET_CONTENT_ORIGIN:
        return ""
    return f"{settings.ECOMNET_CONTENT_ORIGIN}{PREFIX}{_SIGNER.sign(said)}/{path}"


class ContentOriginMiddleware:
    """Answers everything that comes to the content origin, before sessions, cookies and pages are thought of."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        host = settings.ECOMNET_CONTENT_ORIGIN.partition("://")[2]
        if not host or request.headers.get("Host", "") != host:
            return self.get_response(request)
        if request.path.startswith(settings.STATIC_URL):
            return self.get_response(request)
        response = _answer(request)
        for name, value in _headers().items():
            response.headers.setdefault(name, value)
        return response


def _answer(request: HttpRequest) -> HttpResponseBase:
    token, _slash, path = request.path.removeprefix(PREFIX).partition("/")
    # A worker of a package would outlive it, and stand between our player and the next child.
    is_worker = "Service-Worker" in request.headers
    if request.method not in {"GET", "HEAD"} or not request.path.startswith(PREFIX) or is_worker:
        return HttpResponseNotFound()
    package = _package_of(token)
    if package is None:
        return HttpResponseNotFound()
    if path == PLAYER:
        return _played(package)
    file = PackageFile.objects.select_related("stored").filter(package=package, path=path).first()
    if file is None:
        return HttpResponseNotFound()
    return FileResponse(file.stored.content.open("rb"), content_type=file.stored.media_type)


def _package_of(token: str) -> ContentPackage | None:
    """What an address leads to: to a package that is played, and for a preview to one in any state."""
    try:
        said: str = _SIGNER.unsign(token, max_age=VALID_SECONDS)
        pk = UUID(said.removesuffix(PREVIEW))
    except (BadSignature, ValueError):
        return None
    package = ContentPackage.objects.filter(pk=pk).first()
    is_open = package is not None and (said.endswith(PREVIEW) or package.status == ContentPackage.Status.OFFERED)
    return package if is_open else None


def _played(package: ContentPackage) -> HttpResponse:
    """The player. What a package has kept in the browser goes first: the next child at this screen is another one."""
    said = {"standard": package.standard, "launch": package.launch, "home": settings.ECOMNET_PUBLIC_URL}
    page = render_to_string("education/packages/player.html", {"said": said, "package": package})
    return HttpResponse(page, headers={"Clear-Site-Data": '"storage"', "Cache-Control": "no-store"})


def _headers() -> Mapping[str, str]:
    """Packages bring scripts and styles inside their pages; they reach nothing but their own host."""
    policy = (
        "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; form-action 'none'; base-uri 'none'; "
        f"object-src 'none'; frame-ancestors 'self' {settings.ECOMNET_PUBLIC_URL}"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "private, max-age=3600",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
