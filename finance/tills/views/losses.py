"""Cash that is gone: reported at the station, closed by two people of finance."""

import datetime as dt
from functools import partial
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from core.access import requires
from core.files.services import store_photo
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from finance.tills import forms, services
from finance.tills.models import LossCase, Remittance
from finance.tills.reach import drawer_of
from finance.tills.services import LOSS_CASE
from finance.tills.views.remittances import line_of
from stations.accounts.queries import history_of
from stations.models import Station, User
from stations.requests import SignedInRequest

READ, REPORT = "finance.read_loss_case", "finance.report_loss"
PAGE = 50


@requires(REPORT)
def report(request: SignedInRequest) -> HttpResponse:
    """Report that cash is gone."""
    station = drawer_of(request.user, REPORT)
    under_way = list(Remittance.objects.filter(station=station, status=Remittance.Status.IN_TRANSIT))
    return form_page(
        request,
        operation=REPORT,
        form=forms.LossForm(
            request.POST or None, request.FILES or None, currency=station.currency, on_the_way=under_way
        ),
        service=partial(_report, station=station, under_way=under_way),
        then=page_of("tills:loss"),
        template="finance/tills/report_loss.html",
        page=lambda: {"station": station},
    )


def _report(
    *,
    station: Station,
    under_way: list[Remittance],
    kind: str,
    photo: UploadedFile | None,
    by: User,
    at: dt.datetime,
    **told: Any,
) -> LossCase:
    """The loss with its photo, stored first; cash lost on its way was chosen by its remittance."""
    lost = next((each for each in under_way if str(each.pk) == kind), None)
    return services.report_loss(
        station=station,
        kind=LossCase.Kind.LOST_REMITTANCE if lost else kind,
        remittance=lost,
        files=[store_photo(upload=photo, by=by.pk, at=at, field="photo")] if photo else [],
        by=by,
        at=at,
        **told,
    )


def _insure(*, loss_case: LossCase, bank_line: str, by: User, at: dt.datetime) -> LossCase:
    return services.take_insurance(loss_case=loss_case, bank_line=line_of(bank_line), by=by, at=at)


def _context(_request: SignedInRequest, found: LossCase) -> dict[str, Any]:
    return {"row": found, "history": history_of(found)}


def _rows() -> QuerySet[LossCase]:
    return LossCase.objects.select_related("station__county", "reported_by", "asked_by", "closed_by", "remittance")


LOSS = ObjectPage(
    name="tills:loss",
    template="finance/tills/loss.html",
    grant=READ,
    noun="loss_case",
    rows=_rows,
    context=_context,
    machine=LOSS_CASE,
    actions={
        "insurance": PageAction(
            grant="finance.take_insurance",
            service=_insure,
            form=forms.LineForm,
            arrow="take_insurance",
            title=_("The insurer has paid"),
            button=_("This is the line"),
            doing=_("Matching…"),
            kind="plain",
        ),
        "close": PageAction(
            grant="finance.close_loss",
            service=services.close_loss,
            arrow="close_loss",
            title=_("Close the case"),
            button=_("Close the case"),
            doing=_("Recording…"),
        ),
    },
)
