"""The complaints desk: what waits by its clock, one complaint with what may be done, complaining and disputing."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import demand, load, may, requires
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from core.web.pagination import link_to_position, position
from finance.complaints import services
from finance.complaints.clocks import is_forecast
from finance.complaints.display import kind_of
from finance.complaints.forms import AnswerForm, AssignForm, ComplainForm, DisputeForm, NoteForm
from finance.complaints.machine import COMPLAINT
from finance.complaints.models import Complaint
from finance.payments.models import Payment
from ledger.models import Account
from ledger.queries import entries as entries_of_account
from stations.accounts.models import Role, User
from stations.accounts.queries import history_of, people_in_role
from stations.current_station import counter_of
from stations.requests import SignedInRequest

READ, LOG, DISPUTE = "finance.read_complaint", "finance.log_complaint", "finance.dispute_entry"
ASSIGN, DECIDE = "finance.assign_complaint", "finance.decide_dispute"
PAGE = 50


@requires(LOG, one_object=True)
def complain(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Write down what somebody says about a payment."""
    payments = Payment.objects.select_related("station__county", "payer", "bill__biller__category")
    payment = load(payments, request.user, LOG, pk=pk)
    return form_page(
        request,
        operation=LOG,
        form=ComplainForm(request.POST or None),
        service=partial(services.log_complaint, payment=payment),
        then=page_of("complaints:complaint"),
        template="finance/complaints/complain.html",
        page=lambda: {"payment": payment},
    )


@requires(DISPUTE, one_object=True)
def account(request: SignedInRequest, code: str) -> HttpResponse:
    """What moved an own account, newest first; whatever took something from it can be disputed."""
    found = _own_account(request.user, code)
    before = position(request, "before")
    lines = entries_of_account(found, before_version=int(before) if before else None, limit=PAGE)
    disputed = dict(Complaint.objects.filter(entry__account=found).values_list("entry__version", "pk"))
    page = {
        "account": found,
        "lines": [(line, disputed.get(line.version)) for line in lines],
        "older": link_to_position(request, "before", lines[-1].version) if len(lines) == PAGE else "",
    }
    return render(request, "finance/complaints/account.html", page)


@requires(DISPUTE, one_object=True)
def dispute(request: SignedInRequest, code: str, version: int) -> HttpResponse:
    """Say that an entry on an own account is wrong."""
    found = _own_account(request.user, code)
    station = counter_of(request.user, DISPUTE)
    line = next(iter(entries_of_account(found, before_version=version + 1, limit=1)), None)
    if line is None or line.version != version:
        raise Http404
    return form_page(
        request,
        operation=DISPUTE,
        form=DisputeForm(request.POST or None),
        service=partial(services.dispute_entry, account=found, version=version, station=station),
        then=page_of("complaints:complaint"),
        template="finance/complaints/dispute.html",
        page=lambda: {"account": found, "line": line},
    )


def _own_account(user: User, code: str) -> Account:
    found = Account.objects.filter(code=code, holder=user.pk).order_by("closed_at").first()
    if found is None:
        raise Http404
    demand(user, DISPUTE)
    return found


def _context(request: SignedInRequest, found: Complaint) -> dict[str, Any]:
    return {
        "complaint": found,
        "kind": kind_of(found),
        "history": history_of(found),
        "clocks": _clocks(found),
        "is_forecast": found.is_open and _is_forecast(found),
        "sees_payment": bool(found.payment_id) and may(request.user, "finance.read_payment"),
    }


def _clocks(found: Complaint) -> list[tuple[Any, Any]]:
    clocks: list[tuple[Any, Any]] = []
    if found.status == Complaint.Status.LOGGED:
        clocks.append((_("Assign by"), found.assign_due_at))
    if found.status == Complaint.Status.PENDING_WITH_PROVIDER:
        clocks.append((_("The company answers by"), found.provider_due_at))
    return [*clocks, (_("Answered by"), found.due_at)] if found.is_open else clocks


def _is_forecast(found: Complaint) -> bool:
    station = found.station
    return is_forecast(country=station.county.country, zone=station.zone, at=found.due_at)


def _people_for(found: Complaint) -> list[Any]:
    at = now()
    clerks, managers = (
        people_in_role(role, at=at, station=found.station) for role in (Role.COUNTY_CLERK, Role.COUNTY_MANAGER)
    )
    return [*managers, *(clerk for clerk in clerks if clerk not in managers)]


def _complaints() -> QuerySet[Complaint]:
    return Complaint.objects.select_related(
        "station__county",
        "payment__payer",
        "payment__station",
        "payment__bill__biller__category",
        "entry__account",
        "entry__transfer",
        "assignee",
        "logged_by",
        "resolved_by",
    )


def _is_of_county(found: Complaint, _user: User) -> bool:
    return found.entry_id is None


def _is_of_finance(found: Complaint, _user: User) -> bool:
    return found.entry_id is not None


def _assign(*, complaint: Complaint, assignee: str, by: User, at: dt.datetime) -> Complaint:
    chosen = get_object_or_404(User, pk=assignee)
    return services.assign_complaint(complaint=complaint, assignee=chosen, by=by, at=at)


COMPLAINT_PAGE = ObjectPage(
    name="complaints:complaint",
    template="finance/complaints/complaint.html",
    grant=READ,
    noun="complaint",
    rows=_complaints,
    context=_context,
    machine=COMPLAINT,
    actions={
        "resolve": PageAction(
            grant="finance.resolve_complaint",
            service=services.resolve_complaint,
            form=AnswerForm,
            arrow="resolve_complaint",
            is_open=_is_of_county,
            title=_("Answer"),
            button=_("Send this answer"),
            doing=_("Recording…"),
        ),
        "decide": PageAction(
            grant=DECIDE,
            service=services.decide_dispute,
            form=AnswerForm,
            arrow="decide_dispute",
            is_open=_is_of_finance,
            title=_("Decide"),
            button=_("Confirm the decision"),
            doing=_("Recording…"),
        ),
        "assign": PageAction(
            grant=ASSIGN,
            service=_assign,
            form=AssignForm,
            form_kwargs=lambda _request, found: {"people": _people_for(found)},
            arrow="assign_complaint",
            is_open=_is_of_county,
            title=_("Assign to someone"),
            button=_("Assign"),
            doing=_("Recording…"),
        ),
        "ask-provider": PageAction(
            grant="finance.ask_provider",
            service=services.ask_provider,
            form=NoteForm,
            arrow="ask_provider",
            is_open=_is_of_county,
            title=_("The company was asked"),
            button=_("Record the query"),
            doing=_("Recording…"),
        ),
        "reopen": PageAction(
            grant="finance.reopen_complaint",
            service=services.reopen_complaint,
            form=NoteForm,
            arrow="reopen_complaint",
            is_open=_is_of_county,
            title=_("The person is not satisfied"),
            button=_("Reopen it"),
            doing=_("Recording…"),
        ),
    },
)
