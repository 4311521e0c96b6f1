"""The finance board: what does not agree by kind and age, what stops tonight's close, and the bank's lines."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from core.access import demand_everywhere, may, requires
from core.history import changes_of
from core.language import formatting
from core.web.page_actions import ObjectPage, PageAction, form_page, to
from core.web.tables import Cell, Column, Table
from core.web.timeline import entries_of
from finance.recon import services
from finance.recon.board import STATES
from finance.recon.forms import BY_HAND, ExplainForm, ResolveForm, StatementForm, WriteOffForm
from finance.recon.models import BankStatementLine, ReconItem
from finance.recon.reasons import LABELS, may_be_written_off, reasons_for
from finance.recon.services.explaining import RULES
from finance.recon.sides import facts_of, verdict
from stations.accounts.queries import names_of as people_of
from stations.models import User
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ, WRITE_OFF = "finance.read_recon_item", "finance.write_off_recon_item"
READ_BANK, IMPORT = "finance.read_bank_statement", "finance.import_bank_statement"


@requires(IMPORT)
def import_statement(request: SignedInRequest) -> HttpResponse:
    """Import a bank's statement, under a control total that is typed by hand."""
    demand_everywhere(request.user, IMPORT)
    return form_page(
        request,
        operation=IMPORT,
        form=StatementForm(request.POST or None, request.FILES or None),
        service=_import,
        then=to("recon:bank_lines"),
        template="finance/recon/import.html",
    )


def _import(*, content: UploadedFile, **typed: Any) -> list[BankStatementLine]:
    return services.import_bank_statement(content=content.read(), **typed)


def _reason(code: str) -> str:
    """Why a difference was closed, in words; what somebody has written instead as it is."""
    return str(LABELS.get(code, code))


def _company(found: ReconItem) -> str:
    """The name of the company."""
    return formatting.name_of(found.provider) if found.provider else ""


def _reasons(found: ReconItem) -> list[tuple[str, Any]]:
    return [(reason.code, reason.label) for reason in reasons_for(found)]


def _kinds(found: BankStatementLine) -> list[tuple[str, Any]]:
    return [(kind.value, kind.label) for kind in BY_HAND if found.direction in RULES[kind].directions]


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
        "sides_table": _sides_table(found),
        "verdict": verdict(found),
        "receipt": found.payment.receipts.order_by("-pk").first() if found.payment else None,
        "reason": _reason(found.reason_code),
        "company": _company(found),
        "history": entries_of(changes, ReconItem.Status, names=people_of(changes), reasons=_reason),
        "waits_for_another": may_write_off and is_same_person(user, found.write_off_asked_by_id),
    }


def _sides_table(found: ReconItem) -> Table:
    """Both records, line by line; what differs says so in a word, for whoever sees no colours."""
    return Table(
        _("What each side says"),
        [Column(""), Column(_("Our record")), Column(_("Their record")), Column("")],
        [
            [fact.name, fact.ours, fact.theirs, Cell(_("different"), status="wait") if fact.differs else ""]
            for fact in facts_of(found)
        ],
        small=True,
    )


def _items() -> QuerySet[ReconItem]:
    return ReconItem.objects.select_related(
        "provider", "owner", "payment__payer", "payment__station", "write_off_asked_by", "closed_by"
    )


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
        "explanations": found.explanations.filter(taken_back=None).select_related("account", "made_by").order_by("pk"),
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
