"""A certificate to print, in both languages, and the page on which anybody verifies one."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from core.access import PUBLIC, load, may, requires
from core.errors import Refused
from core.web.page_actions import ObjectPage, PageAction
from core.web.qr import qr_picture
from education.courses import services
from education.courses.display import public_name, status_of_certificate
from education.courses.forms import ReasonForm
from education.courses.machine import CERTIFICATE
from education.courses.models import CourseCertificate
from education.courses.models.certificates import READ_CERTIFICATE
from education.courses.queries import verified
from education.courses.serials import TOKEN
from education.safeguarding.display import name_for
from stations.accounts.queries import history_of
from stations.people.masking import mask_name
from stations.people.services import log_read
from stations.recruitment.services import count_look_up
from stations.requests import SignedInRequest

PRINT = "education.print_course_certificate"


def _certificates() -> QuerySet[CourseCertificate]:
    return CourseCertificate.objects.select_related(
        "course", "run__station__county", "run__teacher", "learner__home_station__county"
    )


def _context(request: SignedInRequest, found: CourseCertificate) -> dict[str, Any]:
    log_read(user=request.user, person=found.learner, what="certificate", at=now())
    return {
        "certificate": found,
        "kind": status_of_certificate(found),
        "name": name_for(request.user, found.learner),
        "seen": public_name(found),
        "may_print": may(request.user, PRINT),
        "history": history_of(found),
    }


CERTIFICATE_PAGE = ObjectPage(
    name="courses:certificate",
    template="education/courses/certificate.html",
    grant=READ_CERTIFICATE,
    noun="certificate",
    rows=_certificates,
    context=_context,
    machine=CERTIFICATE,
    actions={
        "revoke": PageAction(
            grant="education.revoke_course_certificate",
            service=services.revoke_course_certificate,
            form=ReasonForm,
            arrow="revoke_course_certificate",
            title=_("Revoke the certificate"),
            button=_("Revoke this certificate"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


@require_GET
@requires(PRINT, one_object=True)
def print_certificate(request: SignedInRequest, pk: str) -> HttpResponse:
    """The paper, in the language of the address or else of the reader."""
    found = load(_certificates(), request.user, PRINT, pk=pk)
    log_read(user=request.user, person=found.learner, what="certificate", at=now())
    wanted = request.GET.get("in", "")
    language = wanted if wanted in dict(settings.LANGUAGES) else translation.get_language() or "en"
    page = {
        "certificate": found,
        "name": found.learner.full_name,
        "teacher": mask_name(found.run.teacher.full_name),
        "lessons": found.course.lessons.count(),
        "address": _address(found.token),
        "picture": reverse("verify-picture", args=[found.token]),
    }
    with translation.override(language):
        return render(request, "education/courses/print_certificate.html", page)


@require_GET
@requires(PUBLIC)
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """What the QR code of a certificate opens: is it genuine? Unknown and mistyped tokens look the same."""
    try:
        count_look_up(address=request.META.get("REMOTE_ADDR", ""), at=now())
    except Refused as refusal:
        response = render(request, "education/courses/verify.html", {"refusal": refusal}, status=refusal.status)
        response["Retry-After"] = str(refusal.retry_after)
        return response
    found = verified(token) if TOKEN.fullmatch(token) else None
    if found is None:
        return render(request, "education/courses/verify.html", {}, status=404)
    page = {"found": found, "kind": status_of_certificate(found), "seen": public_name(found)}
    return render(request, "education/courses/verify.html", page)


@require_GET
@requires(PUBLIC)
def verify_picture(request: HttpRequest, token: str) -> HttpResponse:
    """The QR code of a certificate's page, as an image of our own; says nothing about whether there is one."""
    if not TOKEN.fullmatch(token):
        raise Http404
    return qr_picture(_address(token))


def _address(token: str) -> str:
    return f"{settings.ECOMNET_PUBLIC_URL}{reverse('verify', args=[token])}"
