"""One check-up: results by groups, its report, urgent results; the paper for the resident."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from core.access import requires
from core.database.db import lock
from core.days import day_in
from core.web.page_actions import ObjectPage, PageAction, to
from health.checkups import services
from health.checkups.display import former_table, plain_report, report_state, results_table, state_of
from health.checkups.forms import ExplainedForm, ReasonForm, ReleaseForm, ResultsForm, TaskForm, readings_of
from health.checkups.judging import range_for
from health.checkups.loading import load_order
from health.checkups.machine import ORDER
from health.checkups.models import CareTask, CheckupItem, CheckupOrder, CheckupReport
from health.checkups.models.orders import READ_REPORT
from health.checkups.queries import (
    current_results,
    former_results,
    is_examined,
    items_of,
    missing_items,
    orders,
    resident_agrees,
)
from health.records.queries import CHECKUP_LOOK
from stations.accounts.models import User
from stations.people.queries.guardians import age_on
from stations.people.services import log_read
from stations.requests import SignedInRequest, signed_in

RECORD, FINISH = "health.record_checkup_result", "health.finish_checkup"
RELEASE, TELL, DO = "health.release_checkup_report", "health.tell_checkup_report", "health.complete_urgent_result"
REVOKE = "health.revoke_checkup"
_R = CheckupReport.Status


def _log(request: HttpRequest, found: CheckupOrder) -> None:
    log_read(user=signed_in(request), person=found.resident, what=CHECKUP_LOOK, at=now())


def _group_of(request: HttpRequest) -> str:
    wanted = request.POST.get("group") or request.GET.get("group", "")
    return wanted if wanted in CheckupItem.Group.values else CheckupItem.Group.LIFE


def _context(request: SignedInRequest, found: CheckupOrder) -> dict[str, Any]:
    _log(request, found)
    today, results = day_in(found.campaign.clinic.zone, now()), current_results(found)
    kind, words = state_of(found)
    report_kind, report_words = report_state(found.report, today)
    missing = missing_items(found)
    group = _group_of(request)
    return {
        "order": found,
        "resident": found.resident,
        "age": age_on(found.resident.birth_date, today),
        "kind": kind,
        "words": words,
        "group": group,
        "groups": [
            (code, label, sum(item.group == code for item in missing)) for code, label in CheckupItem.Group.choices
        ],
        "missing": missing,
        "results": results_table(results.values()),
        "former": former_table(former) if (former := former_results(found)) else None,
        "report": found.report,
        "report_kind": report_kind,
        "report_words": report_words,
        "to_do": list(found.tasks.filter(status="requested").select_related("result__item")),
        "has_agreed": resident_agrees(found),
    }


def _results_form(request: SignedInRequest, found: CheckupOrder) -> dict[str, Any]:
    group = _group_of(request)
    day = day_in(found.campaign.clinic.zone, now())
    about: dict[str, Any] = {
        "sex": found.resident.sex,
        "age": age_on(found.resident.birth_date, day),
        "laboratory": found.campaign.laboratory,
    }
    items = [item for item in items_of(found.campaign.package_id) if item.group == group]
    return {
        "items": [(item, range_for(item.ranges.all(), **about)) for item in items],
        "current": current_results(found),
        "group": group,
        "is_completed": found.status == CheckupOrder.Status.COMPLETED,
    }


def _record(
    *,
    order: CheckupOrder,
    entered: list[tuple[CheckupItem, Decimal | str | None]],
    absent_because: str,
    reason: str,
    group: str,
    key: str,
    by: User,
    at: dt.datetime,
) -> tuple[CheckupOrder, str]:
    """All of the group, or nothing of it."""
    if not entered:
        raise services.NothingEntered
    readings = readings_of(
        entered,
        order=order.pk,
        serial=order.serial,
        key=key,
        absent_because=absent_because,
        reason=reason,
        at=at,
    )
    verdicts = services.record_results(readings=readings, within=orders().open_to(by, RECORD), by=by, at=at)
    refused = next((verdict.refusal for verdict in verdicts if verdict.refusal), None)
    if refused is not None:
        raise refused
    return order, group


def _to_day(made: tuple[CheckupOrder, str]) -> str:
    """Back to the scan field, for the next resident at the same table."""
    order, group = made
    return f"{reverse('checkups:day', args=[order.day_id])}?group={group}"


def _release(*, order: CheckupOrder, summary: str, by: User, at: dt.datetime) -> CheckupReport:
    return services.release_report(report=order.report, summary=summary, by=by, at=at)


def _tell(*, order: CheckupOrder, how: str, by: User, at: dt.datetime) -> CheckupReport:
    return services.tell_resident(report=order.report, how=how, by=by, at=at)


def _do(*, order: CheckupOrder, outcome: str, by: User, at: dt.datetime) -> CheckupOrder:
    """One call about all that is urgent of this resident."""
    lock(order)
    for task in order.tasks.filter(status=CareTask.Status.REQUESTED).order_by("pk"):
        services.complete_task(task=task, outcome=outcome, by=by, at=at)
    return order


def _is_agreed(found: CheckupOrder, _user: User) -> bool:
    begun = day_in(found.campaign.clinic.zone, now()) >= found.day.local_date
    return begun and resident_agrees(found)


def _is_complete(found: CheckupOrder, _user: User) -> bool:
    return not missing_items(found)


def _is_to_release(found: CheckupOrder, _user: User) -> bool:
    return found.report.status in (_R.PRELIMINARY, _R.AMENDED) and found.report.released_at is None


def _is_to_tell(found: CheckupOrder, _user: User) -> bool:
    return found.report.released_at is not None and found.report.told_at is None


def _is_urgent(found: CheckupOrder, _user: User) -> bool:
    return found.tasks.filter(status="requested").exists()


def _has_nothing(found: CheckupOrder, _user: User) -> bool:
    return not is_examined(found)


class _OrderPage(ObjectPage):
    """Writes down who was told that there is no such check-up."""

    def load(self, request: HttpRequest, verb: str, pk: UUID) -> CheckupOrder:
        return load_order(signed_in(request), pk, verb)


def _orders() -> QuerySet[CheckupOrder]:
    return orders()


ORDER_PAGE = _OrderPage(
    name="checkups:order",
    template="health/checkups/order.html",
    grant=READ_REPORT,
    noun="order",
    rows=_orders,
    context=_context,
    machine=ORDER,
    actions={
        "urgent": PageAction(
            grant=DO,
            service=_do,
            form=TaskForm,
            is_open=_is_urgent,
            title=gettext_lazy("What was done about the urgent result?"),
            button=gettext_lazy("Record what was done"),
            doing=gettext_lazy("Recording…"),
        ),
        "record": PageAction(
            grant=RECORD,
            service=_record,
            form=ResultsForm,
            form_kwargs=_results_form,
            arrow="record_results",
            is_open=_is_agreed,
            then=_to_day,
            title=gettext_lazy("Results"),
            button=gettext_lazy("Save, next resident"),
            doing=gettext_lazy("Recording…"),
            done=gettext_lazy("Saved."),
        ),
        "finish": PageAction(
            grant=FINISH,
            service=services.finish_order,
            arrow="finish_order",
            is_open=_is_complete,
            title=gettext_lazy("Complete the check-up"),
            button=gettext_lazy("Complete it"),
            doing=gettext_lazy("Recording…"),
        ),
        "release": PageAction(
            grant=RELEASE,
            service=_release,
            form=ReleaseForm,
            is_open=_is_to_release,
            title=gettext_lazy("Release the report"),
            button=gettext_lazy("Release it"),
            doing=gettext_lazy("Recording…"),
        ),
        "tell": PageAction(
            grant=TELL,
            service=_tell,
            form=ExplainedForm,
            is_open=_is_to_tell,
            title=gettext_lazy("The report was explained"),
            button=gettext_lazy("Record that it was explained"),
            doing=gettext_lazy("Recording…"),
        ),
        "revoke": PageAction(
            grant=REVOKE,
            service=services.revoke_order,
            form=ReasonForm,
            arrow="revoke_order",
            is_open=_has_nothing,
            then=to("checkups:days"),
            title=gettext_lazy("Take from the list"),
            button=gettext_lazy("Take from the list"),
            doing=gettext_lazy("Recording…"),
            kind="danger",
        ),
    },
)


@require_GET
@requires(READ_REPORT, one_object=True)
def paper(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The report in plain words on one sheet; of one that no doctor has released nothing is shown."""
    found = load_order(request.user, pk, READ_REPORT)
    _log(request, found)
    is_released = found.report.released_at is not None
    results = current_results(found) if is_released else {}
    former = former_results(found) if is_released and found.report.status == _R.AMENDED else []
    page = {
        "order": found,
        "report": found.report,
        "is_released": is_released,
        "plain": plain_report(results, found.resident.full_name),
        "results": results_table(results.values()),
        "former": former_table(former) if former else None,
    }
    return render(request, "health/checkups/paper.html", page)
