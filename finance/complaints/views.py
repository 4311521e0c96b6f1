"""The complaints desk: what waits by its clock, one complaint with what may be done, complaining and disputing."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core.access import load, may, requires
from core.forms import KeyedForm, submit
from core.history import changes_of
from core.timeline import entries_of
from finance.complaints import services
from finance.complaints.clocks import is_forecast
from finance.complaints.forms import AnswerForm, AssignForm, ComplainForm, DisputeForm, NoteForm
from finance.complaints.machine import COMPLAINT
from finance.complaints.models import Complaint
from finance.complaints.queries import answered, by_clock
from finance.payments.models import Payment
from ledger.models import Account
from ledger.queries import entries as entries_of_account
from stations.accounts.models import Role, User
from stations.accounts.queries import names_of, people_in_role
from stations.counter import counter_of

READ, LOG, DISPUTE = "finance.read_complaint", "finance.log_complaint", "finance.dispute_entry"
ASSIGN, ASK, RESOLVE, REOPEN, DECIDE = (
    "finance.assign_complaint",
    "finance.ask_provider",
    "finance.resolve_complaint",
    "finance.reopen_complaint",
    "finance.decide_dispute",
)
PAGE = 50
#: The colour of a complaint's state.
KINDS = {
    Complaint.Status.ESCALATED: "bad",
    Complaint.Status.RESOLVED: "ok",
    Complaint.Status.CLOSED: "info",
}


@requires(READ)
def complaints(request: HttpRequest) -> HttpResponse:
    """What waits, by its clock, then what was answered; the desk of a county, or what one's own station said."""
    rows = Complaint.objects.open_to(request.user, READ).select_related("station", "payment", "assignee")
    page = {
        "waiting": [(row, kind_of(row)) for row in by_clock(rows)[:PAGE]],
        "answered": [(row, kind_of(row)) for row in answered(rows)[:PAGE]],
        "is_desk": may(request.user, ASSIGN) or may(request.user, DECIDE),
    }
    return render(request, "finance/complaints/list.html", page)


@requires(READ)
def complaint(request: HttpRequest, pk: Any) -> HttpResponse:
    """One complaint: what was said, its clocks, its history, and what the reader may do."""
    found = load(_complaints(), request.user, READ, pk=pk)
    return render(request, "finance/complaints/complaint.html", _page(request, found))


@require_POST
@requires(ASSIGN)
def assign(request: HttpRequest, pk: Any) -> HttpResponse:
    """Give it to somebody of the county."""
    found = load(_complaints(), request.user, ASSIGN, pk=pk)
    form = AssignForm(request.POST, people=_people_for(found))

    def verb(data: dict[str, Any]) -> None:
        assignee = get_object_or_404(User, pk=data["assignee"])
        services.assign_complaint(complaint=found, assignee=assignee, by=request.user, at=now())

    return _acted(request, found, ASSIGN, form, verb, name="assign")


@require_POST
@requires(ASK)
def ask(request: HttpRequest, pk: Any) -> HttpResponse:
    """Note that the company was asked."""
    found = load(_complaints(), request.user, ASK, pk=pk)
    form = NoteForm(request.POST)

    def verb(data: dict[str, Any]) -> None:
        services.ask_provider(complaint=found, note=data["note"], by=request.user, at=now())

    return _acted(request, found, ASK, form, verb, name="ask")


@require_POST
@requires(RESOLVE)
def resolve(request: HttpRequest, pk: Any) -> HttpResponse:
    """Answer it."""
    found = load(_complaints(), request.user, RESOLVE, pk=pk)

    def verb(data: dict[str, Any]) -> None:
        services.resolve_complaint(complaint=found, **data, by=request.user, at=now())

    return _acted(request, found, RESOLVE, AnswerForm(request.POST), verb, name="resolve")


@require_POST
@requires(REOPEN)
def reopen(request: HttpRequest, pk: Any) -> HttpResponse:
    """The resident says that the answer is not enough."""
    found = load(_complaints(), request.user, REOPEN, pk=pk)

    def verb(data: dict[str, Any]) -> None:
        services.reopen_complaint(complaint=found, text=data["note"], by=request.user, at=now())

    return _acted(request, found, REOPEN, NoteForm(request.POST), verb, name="reopen")


@require_POST
@requires(DECIDE)
def decide(request: HttpRequest, pk: Any) -> HttpResponse:
    """Decide about a disputed entry."""
    found = load(_complaints(), request.user, DECIDE, pk=pk)

    def verb(data: dict[str, Any]) -> None:
        services.decide_dispute(complaint=found, **data, by=request.user, at=now())

    return _acted(request, found, DECIDE, AnswerForm(request.POST), verb, name="decide")


@requires(LOG)
def complain(request: HttpRequest, pk: Any) -> HttpResponse:
    """Write down what somebody says about a payment."""
    payments = Payment.objects.select_related("station__county", "payer", "bill__biller__category")
    payment = load(payments, request.user, LOG, pk=pk)

    def run(data: dict[str, Any]) -> str:
        logged = services.log_complaint(payment=payment, **data, by=request.user, at=now())
        return reverse("complaints:complaint", args=[logged.pk])

    outcome = submit(request, operation=LOG, form=ComplainForm(request.POST or None), run=run)
    if outcome.done:
        return outcome.response
    page = {"payment": payment, "form": outcome.form}
    return render(request, "finance/complaints/complain.html", page, status=outcome.status)


@requires(DISPUTE)
def account(request: HttpRequest, code: str) -> HttpResponse:
    """What moved an own account, newest first; whatever took something from it can be disputed."""
    found = _own_account(request.user, code)
    lines = entries_of_account(found, before_version=_version(request.GET.get("before", "")), limit=PAGE)
    disputed = dict(Complaint.objects.filter(entry__account=found).values_list("entry__version", "pk"))
    page = {
        "account": found,
        "lines": [(line, disputed.get(line.version)) for line in lines],
        "older": f"?before={lines[-1].version}" if len(lines) == PAGE else "",
    }
    return render(request, "finance/complaints/account.html", page)


@requires(DISPUTE)
def dispute(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Say that an entry on an own account is wrong."""
    station = counter_of(request.user, DISPUTE)
    found = _own_account(request.user, code)
    line = next(iter(entries_of_account(found, before_version=version + 1, limit=1)), None)
    if line is None or line.version != version:
        raise Http404

    def run(data: dict[str, Any]) -> str:
        disputed = services.dispute_entry(
            account=found, version=version, text=data["text"], station=station, by=request.user, at=now()
        )
        return reverse("complaints:complaint", args=[disputed.pk])

    outcome = submit(request, operation=DISPUTE, form=DisputeForm(request.POST or None), run=run)
    if outcome.done:
        return outcome.response
    page = {"account": found, "line": line, "form": outcome.form}
    return render(request, "finance/complaints/dispute.html", page, status=outcome.status)


def kind_of(found: Complaint) -> str:
    """The colour of its status word."""
    return KINDS.get(Complaint.Status(found.status), "wait")


def _own_account(user: Any, code: str) -> Account:
    found = Account.objects.filter(code=code, holder=user.pk).order_by("closed_at").first()
    if found is None:
        raise Http404
    return found


def _version(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)


def _acted(
    request: HttpRequest,
    found: Complaint,
    operation: str,
    form: KeyedForm,
    verb: Callable[[dict[str, Any]], None],
    *,
    name: str,
) -> HttpResponse:
    def run(data: dict[str, Any]) -> str:
        verb(data)
        return reverse("complaints:complaint", args=[found.pk])

    outcome = submit(request, operation=operation, form=form, run=run)
    if outcome.done:
        return outcome.response
    found.refresh_from_db()
    page = {**_page(request, found), name: outcome.form, "refused": outcome.form}
    return render(request, "finance/complaints/complaint.html", page, status=outcome.status)


def _page(request: HttpRequest, found: Complaint) -> dict[str, Any]:
    changes = list(changes_of(found))
    names = names_of(changes)
    return {
        "complaint": found,
        "kind": kind_of(found),
        "history": entries_of(changes, Complaint.Status, names=names),
        "clocks": _clocks(found),
        "is_forecast": found.is_open and _is_forecast(found),
        "sees_payment": bool(found.payment_id) and may(request.user, "finance.read_payment"),
        **_forms(request, found),
    }


def _forms(request: HttpRequest, found: Complaint) -> dict[str, Any]:
    """A form for each verb that the reader holds and that the state allows."""

    def allows(grant: str, verb: str) -> bool:
        about_entry = grant == DECIDE
        starts = found.status in COMPLAINT.arrows[verb]
        return starts and may(request.user, grant) and bool(found.entry_id) == about_entry

    return {
        "assign": AssignForm(people=_people_for(found)) if allows(ASSIGN, "assign_complaint") else None,
        "ask": NoteForm() if allows(ASK, "ask_provider") else None,
        "resolve": AnswerForm() if allows(RESOLVE, "resolve_complaint") else None,
        "reopen": NoteForm() if allows(REOPEN, "reopen_complaint") else None,
        "decide": AnswerForm() if allows(DECIDE, "decide_dispute") else None,
    }


def _clocks(found: Complaint) -> list[tuple[Any, Any]]:
    clocks: list[tuple[Any, Any]] = []
    if found.status == Complaint.Status.LOGGED:
        clocks.append((_("Given to somebody by"), found.assign_due_at))
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


def _complaints() -> Any:
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
