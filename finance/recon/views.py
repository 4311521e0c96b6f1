"""The finance board: what does not agree by kind and age, what stops tonight's close, and the bank's lines."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from core import writing
from core.access import demand_everywhere, load, may, may_everywhere, requires
from core.forms import KeyedForm, PressForm, submit
from core.history import changes_of
from core.money import Money
from core.pages import link_to_position, row_at_position
from core.timeline import entries_of
from finance.recon import services
from finance.recon.board import STATES, bank_row_of, chips, risk_row_of, row_of, rows_of_file, table_of, words_of
from finance.recon.forms import BY_HAND, ExplainForm, ResolveForm, StatementForm, WriteOffForm
from finance.recon.models import BankStatementLine, ProviderFile, ReconItem, RiskRow
from finance.recon.queries import AGES, BANK_LINE, PAGE, counts_of_items, items_of, lines_of, stops
from finance.recon.reasons import LABELS, may_be_written_off, reasons_for
from finance.recon.services.explaining import RULES
from stations.accounts.queries import names_of as people_of
from stations.two_persons import is_same_person

READ, ASSIGN, RESOLVE, WRITE_OFF = (
    "finance.read_recon_item",
    "finance.assign_recon_item",
    "finance.resolve_recon_item",
    "finance.write_off_recon_item",
)
READ_BANK, EXPLAIN, IMPORT = (
    "finance.read_bank_statement",
    "finance.explain_bank_line",
    "finance.import_bank_statement",
)


@requires(READ)
def board(request: HttpRequest) -> HttpResponse:
    """What is open by kind and age, what stops tonight's close, and the list, oldest first."""
    at = now()
    kind, age = _kind(request), _age(request)
    is_of_network = may_everywhere(request.user, READ)
    if kind == BANK_LINE:
        lines = BankStatementLine.objects.open_to(request.user, READ_BANK)
        found = lines_of(lines, age=age, at=at, after=row_at_position(request, "after", lines))
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


@requires(READ)
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One difference, and what the reader may do with it."""
    return render(request, "finance/recon/item.html", _item_page(request, load(_items(), request.user, READ, pk=pk)))


@require_POST
@requires(ASSIGN)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a difference on."""
    found = load(_items(), request.user, ASSIGN, pk=pk)

    def run(_data: dict[str, Any]) -> str:
        services.assign_recon_item(item=found, to=request.user, by=request.user, at=now())
        return reverse("recon:item", args=[pk])

    return _acted(request, found, ASSIGN, PressForm(request.POST), run)


@require_POST
@requires(RESOLVE)
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a difference with a reason."""
    found = load(_items(), request.user, RESOLVE, pk=pk)

    def run(data: dict[str, Any]) -> str:
        services.resolve_recon_item(
            item=found, reason_code=data["reason"], text=data["text"], by=request.user, at=now()
        )
        return reverse("recon:board")

    return _acted(request, found, RESOLVE, ResolveForm(request.POST, reasons=_reasons(found)), run, name="resolve")


@require_POST
@requires(WRITE_OFF)
def ask_write_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that the house bears a difference."""
    found = load(_items(), request.user, WRITE_OFF, pk=pk)

    def run(data: dict[str, Any]) -> str:
        services.ask_write_off(item=found, text=data["text"], by=request.user, at=now())
        return reverse("recon:item", args=[pk])

    return _acted(request, found, WRITE_OFF, WriteOffForm(request.POST), run, name="ask")


@require_POST
@requires(WRITE_OFF)
def write_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Write off what somebody else asked for."""
    found = load(_items(), request.user, WRITE_OFF, pk=pk)

    def run(_data: dict[str, Any]) -> str:
        services.write_off_recon_item(item=found, by=request.user, at=now())
        return reverse("recon:board")

    return _acted(request, found, WRITE_OFF, PressForm(request.POST), run)


@requires(READ_BANK)
def bank_line(request: HttpRequest, pk: Any) -> HttpResponse:
    """One bank line: what it was, and what of it is still to be explained."""
    found = load(BankStatementLine.objects.all(), request.user, READ_BANK, pk=pk)
    return render(request, "finance/recon/bank_line.html", _line_page(request, found))


@require_POST
@requires(EXPLAIN)
def explain(request: HttpRequest, pk: Any) -> HttpResponse:
    """Say what a bank line was."""
    found = load(BankStatementLine.objects.all(), request.user, EXPLAIN, pk=pk)
    form = ExplainForm(request.POST, kinds=_kinds(found), currency=found.currency)

    def run(data: dict[str, Any]) -> str:
        services.explain_by_hand(
            line=found,
            kind=data["kind"],
            amount=data["amount"],
            of=data["of"],
            text=data["text"],
            by=request.user,
            at=now(),
        )
        return reverse("recon:bank_line", args=[pk])

    outcome = submit(request, operation=EXPLAIN, form=form, run=run)
    if outcome.done:
        return outcome.response
    found.refresh_from_db()
    page = {**_line_page(request, found), "form": outcome.form}
    return render(request, "finance/recon/bank_line.html", page, status=outcome.status)


@requires(IMPORT)
def import_statement(request: HttpRequest) -> HttpResponse:
    """Import a bank's statement, under a control total that is typed by hand."""
    demand_everywhere(request.user, IMPORT)
    form = StatementForm(request.POST or None, request.FILES or None)

    def run(data: dict[str, Any]) -> str:
        services.import_bank_statement(
            bank_account=data["bank_account"],
            content=data["content"].read(),
            control_total=data["control_total"],
            country=data["country"],
            by=request.user,
            at=now(),
        )
        return f"{reverse('recon:board')}?kind={BANK_LINE}"

    outcome = submit(request, operation=IMPORT, form=form, run=run)
    if outcome.done:
        return outcome.response
    return render(request, "finance/recon/import.html", {"form": outcome.form}, status=outcome.status)


@requires(READ)
def files(request: HttpRequest) -> HttpResponse:
    """The companies' daily files, newest first, and what each comes to."""
    found = ProviderFile.objects.open_to(request.user, READ).select_related("provider").prefetch_related("sums")
    rows = [row for file in found.order_by("-pk")[:PAGE] for row in rows_of_file(file)]
    return render(request, "finance/recon/files.html", {"rows": rows})


@requires("finance.read_risk_row")
def risks(request: HttpRequest) -> HttpResponse:
    """What stood out at night, newest first."""
    found = RiskRow.objects.open_to(request.user, "finance.read_risk_row").select_related("station")
    rows = [risk_row_of(risk) for risk in found.order_by("-date", "kind", "pk")[:PAGE]]
    return render(request, "finance/recon/risks.html", {"rows": rows})


def _acted(
    request: HttpRequest, found: ReconItem, verb: str, form: KeyedForm, run: Any, *, name: str = "press"
) -> HttpResponse:
    outcome = submit(request, operation=verb, form=form, run=run)
    if outcome.done:
        return outcome.response
    found.refresh_from_db()
    page = {**_item_page(request, found), name: outcome.form, "refused": outcome.form}
    return render(request, "finance/recon/item.html", page, status=outcome.status)


def _item_page(request: HttpRequest, found: ReconItem) -> dict[str, Any]:
    user, is_asked, changes = request.user, found.write_off_asked_by_id is not None, list(changes_of(found))
    is_own = is_same_person(user, found.write_off_asked_by_id)
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
        "press": PressForm() if found.is_open and may(user, ASSIGN) and found.owner_id != user.pk else None,
        "resolve": ResolveForm(reasons=_reasons(found)) if found.is_open and may(user, RESOLVE) else None,
        "ask": WriteOffForm() if may_write_off and not is_asked else None,
        "second": PressForm() if may_write_off and is_asked and not is_own else None,
        "waits_for_another": may_write_off and is_own,
    }


def _reason(code: str) -> str:
    """Why a difference was closed, in words; what somebody has written instead as it is."""
    return str(LABELS.get(code, code))


def _company(found: ReconItem) -> str:
    """The name of the company beside the code by which files call it."""
    provider = found.provider
    if provider is None:
        return ""
    return f"{writing.name_of(provider) or provider.name} · {provider.code}"


def _line_page(request: HttpRequest, found: BankStatementLine) -> dict[str, Any]:
    is_open = found.explained_minor < found.amount_minor
    form = ExplainForm(kinds=_kinds(found), currency=found.currency, initial={"amount": found.unexplained})
    return {
        "line": found,
        "is_open": is_open,
        "explanations": found.explanations.select_related("account", "made_by").order_by("pk"),
        "form": form if is_open and may(request.user, EXPLAIN) else None,
    }


def _reasons(found: ReconItem) -> list[tuple[str, Any]]:
    return [(reason.code, reason.label) for reason in reasons_for(found)]


def _kinds(found: BankStatementLine) -> list[tuple[str, Any]]:
    return [(kind.value, kind.label) for kind in BY_HAND if found.direction in RULES[kind].directions]


def _items() -> Any:
    return ReconItem.objects.select_related("provider", "owner", "payment", "write_off_asked_by", "closed_by")


def _kind(request: HttpRequest) -> str:
    kind = request.GET.get("kind", "")
    allowed = {*ReconItem.Kind.values} | ({BANK_LINE} if may(request.user, READ_BANK) else set())
    return kind if kind in allowed else ""


def _age(request: HttpRequest) -> int | None:
    age = request.GET.get("age", "")
    return int(age) if age.isascii() and age.isdigit() and len(age) < 3 and int(age) in AGES else None
