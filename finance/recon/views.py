"""The finance board: what does not agree by kind and age, what stops tonight's close, and the bank's lines."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now

from core.access import demand_everywhere, may, may_everywhere, requires
from core.history import changes_of
from core.language import formatting
from core.money import Money
from core.web.page_actions import ObjectPage, PageAction, form_page, to
from core.web.pagination import link_to_position, row_at_position
from core.web.timeline import entries_of
from finance.recon import services
from finance.recon.board import STATES, bank_row_of, chips, risk_row_of, row_of, rows_of_file, table_of, words_of
from finance.recon.forms import BY_HAND, ExplainForm, ResolveForm, StatementForm, WriteOffForm
from finance.recon.models import BankStatementLine, ProviderFile, ReconItem, RiskRow
from finance.recon.queries import AGES, BANK_LINE, PAGE, counts_of_items, items_of, lines_of, stops
from finance.recon.reasons import LABELS, may_be_written_off, reasons_for
from finance.recon.services.explaining import RULES
from stations.accounts.queries import names_of as people_of
from stations.models import User
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ, WRITE_OFF = "finance.read_recon_item", "finance.write_off_recon_item"
READ_BANK, IMPORT = "finance.read_bank_statement", "finance.import_bank_statement"


@requires(READ)
def board(request: SignedInRequest) -> HttpResponse:
    """What is open by kind and age, what stops tonight's close, and the list, oldest first."""
    at = now()
    kind, age = _kind(request), _age(request)
    is_of_network = may_everywhere(request.user, READ)
    if kind == BANK_LINE:
        lines = BankStatementLine.objects.open_to(request.user, READ_BANK)
        found: list[Any] = lines_of(lines, age=age, at=at, after=row_at_position(request, "after", lines))
        rows = [bank_row_of(line, at=at) for line in found[:PAGE]]
    else:
        items = ReconItem.objects.open_to(request.user, READ)
        found = items_of(items, kind=kind, age=age, at=at, after=row_at_position(request, "after", items))
        rows = [row_of(item, at=at) for item in found[:PAGE]]
    page = {
        "table": table_of(counts_of_items(at=at)) if is_of_network else None,
        "stops": stops(at=at) if is_of_network else [],
        "rows": rows,
        "more": link_to_position(request, "after", found[PAGE - 1].pk) if len(found) > PAGE else "",
        "kind": words_of(kind) if kind else "",
        "chips": chips(kind, age),
        "may_import": may_everywhere(request.user, IMPORT),
        "may_see_risks": may(request.user, "finance.read_risk_row"),
        "may_see_bank": may(request.user, READ_BANK),
        "is_of_network": is_of_network,
    }
    return render(request, "finance/recon/board.html", page)


@requires(IMPORT)
def import_statement(request: SignedInRequest) -> HttpResponse:
    """Import a bank's statement, under a control total that is typed by hand."""
    demand_everywhere(request.user, IMPORT)
    return form_page(
        request,
        operation=IMPORT,
        form=StatementForm(request.POST or None, request.FILES or None),
        service=_import,
        then=lambda _lines: f"{reverse('recon:board')}?kind={BANK_LINE}",
        template="finance/recon/import.html",
    )


@requires(READ)
def files(request: SignedInRequest) -> HttpResponse:
    """The companies' daily files, newest first, and what each comes to."""
    found = ProviderFile.objects.open_to(request.user, READ).select_related("provider").prefetch_related("sums")
    rows = [row for file in found.order_by("-pk")[:PAGE] for row in rows_of_file(file)]
    return render(request, "finance/recon/files.html", {"rows": rows})


@requires("finance.read_risk_row")
def risks(request: SignedInRequest) -> HttpResponse:
    """What stood out at night, newest first."""
    found = RiskRow.objects.open_to(request.user, "finance.read_risk_row").select_related("station")
    rows = [risk_row_of(risk) for risk in found.order_by("-date", "kind", "pk")[:PAGE]]
    return render(request, "finance/recon/risks.html", {"rows": rows})


def _import(*, content: UploadedFile, **typed: Any) -> list[BankStatementLine]:
    return services.import_bank_statement(content=content.read(), **typed)


def _reason(code: str) -> str:
    """Why a difference was closed, in words; what somebody has written instead as it is."""
    return str(LABELS.get(code, code))


def _company(found: ReconItem) -> str:
    """The name of the company beside the code by which files call it."""
    provider = found.provider
    if provider is None:
        return ""
    return f"{formatting.name_of(provider) or provider.name} · {provider.code}"


def _reasons(found: ReconItem) -> list[tuple[str, Any]]:
    return [(reason.code, reason.label) for reason in reasons_for(found)]


def _kinds(found: BankStatementLine) -> list[tuple[str, Any]]:
    return [(kind.value, kind.label) for kind in BY_HAND if found.direction in RULES[kind].directions]


def _kind(request: SignedInRequest) -> str:
    kind = request.GET.get("kind", "")
    allowed = {*ReconItem.Kind.values} | ({BANK_LINE} if may(request.user, READ_BANK) else set())
    return kind if kind in allowed else ""


def _age(request: SignedInRequest) -> int | None:
    age = request.GET.get("age", "")
    return int(age) if age.isascii() and age.isdigit() and len(age) < 3 and int(age) in AGES else None


def _may_take_on(item: ReconItem, user: User) -> bool:
    return item.is_open and item.owner_id != user.pk


def _may_be_asked(item: ReconItem, _user: User) -> bool:
    return item.is_open and may_be_written_off(item) and item.write_off_asked_by_id is None


def _may_be_second(item: ReconItem, user: User) -> bool:
    is_asked = item.is_open and may_be_written_off(item) and item.write_off_asked_by_id is not None
    return is_asked and not is_same_person(user, item.write_off_asked_by_id)


def _assign(*, item: ReconItem, by: User, at: dt.datetime) -> ReconItem:
    return services.assign_recon_item(item=item, to=by, by=by, at=at)


def _resolve(*, item: ReconItem, reason: str, text: str, by: User, at: dt.datetime) -> ReconItem:
    return services.resolve_recon_item(item=item, reason_code=reason, text=text, by=by, at=at)


def _item_context(request: SignedInRequest, found: ReconItem) -> dict[str, Any]:
    user, changes = request.user, list(changes_of(found))
    may_write_off = found.is_open and may(user, WRITE_OFF) and may_be_written_off(found)
    return {
        "item": found,
        "status": STATES[found.status],
        "sides": " · ".join(str(ReconItem.Side(side).label) for side in found.sides),
        "difference": Money(abs(found.amount_diff_minor), found.currency) if found.amount_diff_minor else None,
        "is_more": found.amount_diff_minor > 0,
        "reason": _reason(found.reason_code),
        "company": _company(found),
        "history": entries_of(changes, ReconItem.Status, names=people_of(changes), reasons=_reason),
        "waits_for_another": may_write_off and is_same_person(user, found.write_off_asked_by_id),
    }


def _items() -> QuerySet[ReconItem]:
    return ReconItem.objects.select_related("provider", "owner", "payment", "write_off_asked_by", "closed_by")


ITEM = ObjectPage(
    name="recon:item",
    template="finance/recon/item.html",
    grant=READ,
    noun="item",
    rows=_items,
    context=_item_context,
    actions={
        "assign": PageAction(grant="finance.assign_recon_item", service=_assign, is_open=_may_take_on),
        "resolve": PageAction(
            grant="finance.resolve_recon_item",
            service=_resolve,
            form=ResolveForm,
            form_kwargs=lambda _request, item: {"reasons": _reasons(item)},
            is_open=lambda item, _user: item.is_open,
            then=to("recon:board"),
        ),
        "ask-write-off": PageAction(
            grant=WRITE_OFF, service=services.ask_write_off, form=WriteOffForm, is_open=_may_be_asked
        ),
        "write-off": PageAction(
            grant=WRITE_OFF, service=services.write_off_recon_item, is_open=_may_be_second, then=to("recon:board")
        ),
    },
)


def _is_unexplained(line: BankStatementLine, _user: User) -> bool:
    return line.explained_minor < line.amount_minor


def _may_be_explained(line: BankStatementLine, user: User) -> bool:
    return _is_unexplained(line, user) and not hasattr(line, "topup")


def _explaining(_request: SignedInRequest, line: BankStatementLine) -> dict[str, Any]:
    return {"kinds": _kinds(line), "currency": line.currency, "initial": {"amount": line.unexplained}}


def _may_fill_a_float(line: BankStatementLine) -> bool:
    came = line.direction == BankStatementLine.Direction.IN
    return came and not line.explained_minor and not hasattr(line, "topup")


def _line_context(request: SignedInRequest, found: BankStatementLine) -> dict[str, Any]:
    return {
        "line": found,
        "is_open": _is_unexplained(found, request.user),
        "may_fill": _may_fill_a_float(found) and may(request.user, "finance.record_topup"),
        "explanations": found.explanations.select_related("account", "made_by").order_by("pk"),
    }


BANK_LINE_PAGE = ObjectPage(
    name="recon:bank_line",
    template="finance/recon/bank_line.html",
    grant=READ_BANK,
    noun="line",
    rows=lambda: BankStatementLine.objects.select_related("topup__station"),
    context=_line_context,
    actions={
        "explain": PageAction(
            grant="finance.explain_bank_line",
            service=services.explain_by_hand,
            form=ExplainForm,
            form_kwargs=_explaining,
            is_open=_may_be_explained,
        ),
    },
)
