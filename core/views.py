"""Pages that belong to no trade: language, help, the service worker, the policy's reports, the components."""

import datetime as dt
import json
import zlib
from collections import defaultdict
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import PUBLIC, requires
from core.language.text import CONTROLS
from core.problems import all_cases, cases_of
from core.scan_resolver import LONGEST, address_of_code
from core.templatetags.frame import MODULES, ON_DEMAND, ONCE_USED
from core.web import styleguide
from core.web.cookies import remember
from core.web.help import TOPICS, sorted_for, topic_of

log = structlog.get_logger(__name__)

LARGEST_REPORT = 8_192
LANGUAGE_AGE = dt.timedelta(days=365)


@requires(PUBLIC)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Change the reader's own language: on the account if there is one, on this browser otherwise."""
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        raise Http404
    target = request.POST.get("next") or request.META.get("HTTP_REFERER", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    response.status_code = 303
    if request.user.is_authenticated:
        get_user_model().objects.filter(pk=request.user.pk).update(language=code)
    remember(response, settings.LANGUAGE_COOKIE_NAME, code, age=LANGUAGE_AGE)
    return response


@requires(PUBLIC)
@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """What a browser refused to run: logged without addresses' query parts, never answered with anything."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REPORT:
        return HttpResponse(status=413)
    try:
        report = json.loads(request.body)
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    found = report.get("csp-report", report) if isinstance(report, dict) else {}
    if not isinstance(found, dict):
        return HttpResponse(status=400)
    log.warning(
        "csp_report",
        **{
            name.replace("-", "_"): str(found[name]).split("?")[0][:200]
            for name in ("document-uri", "blocked-uri", "effective-directive", "violated-directive", "source-file")
            if name in found
        },
    )
    return HttpResponse(status=204)


@requires(PUBLIC)
@require_GET
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker that keeps shell, help and icons; with the kill switch on, one that removes itself."""
    name = "core/sw_off.js" if settings.ECOMNET_SERVICE_WORKER_OFF else "core/sw.js"
    paths = ["core/console.css", "core/icons.svg", "core/logo.svg", "core/vendor/htmx.min.js", *MODULES, *ON_DEMAND]
    files = [static(path) for path in paths]
    names = ["", "no-network/", *(f"{topic.name}/" for topic in TOPICS)]
    pages = [f"/help/{name}?in={code}" for name in names for code, _name in settings.LANGUAGES]
    script = get_template(name).render(
        {
            "files": json.dumps(files),
            "pages": json.dumps(pages),
            "once_used": json.dumps([static(path) for path in ONCE_USED]),
            "version": json.dumps(_version_of([*files, settings.ECOMNET_VERSION])),
        }
    )
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


def _version_of(files: list[str]) -> str:
    return f"{zlib.crc32(' '.join(files).encode()):08x}"


@requires(PUBLIC)
@require_GET
@cache_control(max_age=3600, public=True)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone shows when the console is put on its home screen."""
    return JsonResponse(
        {
            "name": "EcomNet",
            "short_name": "EcomNet",
            "description": _("The counter of a village service station"),
            "lang": translation.get_language(),
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f4f6f3",
            "theme_color": "#0a5c4a",
            "icons": [
                {"src": static("core/logo.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
                {
                    "src": static("core/logo-maskable.svg"),
                    "sizes": "any",
                    "type": "image/svg+xml",
                    "purpose": "maskable",
                },
            ],
        },
        content_type="application/manifest+json",
    )


@requires(PUBLIC)
@require_GET
def help_index(request: HttpRequest) -> HttpResponse:
    """How each task is done, the reader's own first; the copy that a browser stores lists the counter's."""
    own, others = ([], TOPICS) if "in" in request.GET else sorted_for(request.user)
    return _in_language(request, "help/index.html", {"own": own, "others": others})


@requires(PUBLIC)
@require_GET
def help_topic(request: HttpRequest, name: str) -> HttpResponse:
    """One task in a few steps."""
    if name == "no-network":
        return _in_language(request, "help/no-network.html", {})
    topic = topic_of(name)
    if topic is None:
        raise Http404
    return _in_language(request, "help/topic.html", {"topic": topic})


def _in_language(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """In the reader's language, or in the one the service worker asks for to keep it."""
    code = request.GET.get("in", "")
    if code not in dict(settings.LANGUAGES):
        return render(request, template, context)
    with translation.override(code):
        return render(request, template, context)


@requires(PUBLIC)
@require_GET
def problem_index(request: HttpRequest) -> HttpResponse:
    """Every code with which the API refuses, by HTTP status; a page each says what it means."""
    by_status: dict[int, list[str]] = defaultdict(list)
    for code, cases in all_cases().items():
        for status in dict.fromkeys(case.status for case in cases):
            by_status[status].append(code)
    return render(request, "problems/index.html", {"codes": sorted(by_status.items())})


@requires(PUBLIC)
@require_GET
def problem_page(request: HttpRequest, code: str) -> HttpResponse:
    """One code: what it says, and what a program and a person do next. The `type` of a problem document leads here."""
    if not (cases := cases_of(code)):
        raise Http404
    return render(request, "problems/code.html", {"code": code, "cases": cases})


@requires(PUBLIC)
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    """One field that knows every code of the system: slip, card, station, certificate, payment; it goes there.

    What is typed is sent in the body; the address carries a code only where somebody else's page made the link.
    """
    asked = request.POST.get("q", "") if request.method == "POST" else request.GET.get("code", "")
    text = CONTROLS.sub("", asked).strip()[:LONGEST]
    if text and (address := address_of_code(text, request.user)):
        response = HttpResponseRedirect(address)
        response.status_code = 303
        return response
    return render(request, "core/scan.html", {"unknown": bool(text)})


@requires(PUBLIC)
def components(request: HttpRequest) -> HttpResponse:
    """Every component in all its states; in the demonstration only."""
    if not settings.ECOMNET_DEMONSTRATION:
        raise Http404
    return render(request, "components.html", styleguide.context(request.POST or None))
