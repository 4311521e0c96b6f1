"""Premiums to insurers: a statement is drawn up by one officer and sent to the bank by another."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.access import demand_everywhere, requires
from core.days import last_months
from core.language import formatting
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from core.web.tables import Column, Table
from finance.insurance import services
from finance.insurance.display import kind_of_statement
from finance.insurance.machine import PREMIUMS
from finance.insurance.models import Insurer, PremiumStatement
from finance.insurance.payout_forms import BankAccountForm, StatementForm
from finance.insurance.queries import payee_of_insurer
from finance.payouts.models import PayoutAccount
from stations.accounts.queries import history_of
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ, DRAW, SEND = "finance.read_premium", "finance.draw_premiums", "finance.send_premiums"
#: Months over which a statement can be drawn up on the page.
MONTHS = 12


@requires(DRAW)
def draw(request: SignedInRequest) -> HttpResponse:
    """Draw up the statement of an insurer for a month that is over."""
    demand_everywhere(request.user, DRAW)
    insurers = list(Insurer.objects.open_to(request.user, DRAW).order_by("company_code"))
    months = list(reversed(last_months(localdate(), MONTHS + 1)))[1:]
    return form_page(
        request,
        operation=DRAW,
        form=StatementForm(request.POST or None, insurers=insurers, months=months),
        service=services.draw_premium_statement,
        then=page_of("insurance:premium_statement"),
        template="finance/insurance/premiums_new.html",
    )


def set_account(*, statement: PremiumStatement, **typed: Any) -> PayoutAccount:
    """The account of the statement's insurer."""
    return services.set_insurer_account(insurer=statement.insurer, **typed)


def _statements() -> QuerySet[PremiumStatement]:
    return PremiumStatement.objects.select_related("insurer", "maker", "sender")


def _context(request: HttpRequest, statement: PremiumStatement) -> dict[str, Any]:
    standing = PayoutAccount.objects.standing().filter(payee=payee_of_insurer(statement.insurer))
    is_drawn = statement.status == PremiumStatement.Status.DRAWN
    return {
        "statement": statement,
        "kind": kind_of_statement(statement),
        "lines": _lines(statement),
        "payout_account": standing.first(),
        "waits_for_another": is_drawn and is_same_person(request.user, statement.maker_id),
        "history": history_of(statement),
    }


def _lines(statement: PremiumStatement) -> Table:
    rows = statement.lines.select_related("batch__county").order_by("pk")
    return Table(
        gettext("Enrolments"),
        [
            *(Column(gettext("Enrolment")), Column(gettext("County"))),
            *(Column(gettext("Policies"), number=True), Column(gettext("Premiums"), number=True)),
        ],
        [(row.batch.number, row.batch.county.short_name, row.policies, formatting.money(row.amount)) for row in rows],
    )


STATEMENT_PAGE = ObjectPage(
    name="insurance:premium_statement",
    template="finance/insurance/premium_statement.html",
    grant=READ,
    noun="statement",
    rows=_statements,
    context=_context,
    machine=PREMIUMS,
    actions={
        "send": PageAction(
            grant=SEND,
            service=services.send_premiums,
            arrow="send_premiums",
            is_open=lambda statement, user: not is_same_person(user, statement.maker_id),
            title=_("Pay the insurer"),
            button=_("Pay the premiums"),
            doing=_("Sending…"),
        ),
        "account": PageAction(
            grant="finance.set_insurer_account",
            service=set_account,
            form=BankAccountForm,
            arrow="send_premiums",
            title=_("Bank account of the insurer"),
            button=_("Record the account"),
            doing=_("Recording…"),
            kind="",
        ),
    },
)
