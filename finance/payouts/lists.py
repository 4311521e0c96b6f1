"""The lists of payouts: batches, payees' accounts, what came back, and one's own."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core.defaults import default_currency
from core.money import total
from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from finance.payouts.display import home, kind_of, purpose, reason
from finance.payouts.models import PayoutAccount, PayoutBatch, PayoutLine
from finance.payouts.queries import own_account, own_waiting, with_urgency
from finance.recon.models import BankExplanation
from finance.settlement.queries.payees import names_of
from stations.models import Station, User
from stations.requests import signed_in

_BACK, _BACK_TO = "payouts:batches", gettext_lazy("Payouts")
_ENDS = (PayoutBatch.Status.SETTLED, PayoutBatch.Status.PARTIALLY_SETTLED, PayoutBatch.Status.CANCELLED)


class Batches(ListPage):
    """The batches so far, newest first; those under way whatever their age."""

    name = "payouts:batches"
    grant = "finance.read_payout_batch"
    title = gettext_lazy("Payouts")
    template = "finance/payouts/batches.html"
    headings = {
        "name": gettext_lazy("Batch"),
        "what": gettext_lazy("Region"),
        "at": gettext_lazy("Time"),
        "amount": gettext_lazy("Amount"),
        "state": gettext_lazy("State"),
    }
    order = ("-opened_at", "-pk")
    period, days = "opened_at", 92
    amount = "total_minor"
    states = (
        State("open", gettext_lazy("under way"), ~Q(status__in=_ENDS), ever=True),
        State("ended", gettext_lazy("ended"), Q(status__in=_ENDS)),
    )
    empty = Empty(
        gettext_lazy("No batches yet."),
        gettext_lazy("Statements close in the night after their last day and can then be paid here."),
        icon="coins",
    )

    def rows(self, request: HttpRequest) -> QuerySet[PayoutBatch]:
        """Those within reach."""
        return PayoutBatch.objects.open_to(request.user, self.grant).select_related("division")

    def row(self, row: PayoutBatch, known: Any) -> Row:
        """Its number, and whose payouts it holds."""
        return Row(
            name=row.number,
            href=f"/finance/payouts/batches/{row.pk}/",
            what=row.division.short_name if row.division else "",
            at=row.opened_at,
            amount=None if row.status == PayoutBatch.Status.OPEN else row.total,
            status=kind_of(row),
            words=row.get_status_display(),
        )


class Payees(ListPage):
    """Where payees are paid: stopped and waiting ones first."""

    name = "payouts:payees"
    grant = "finance.read_payout_account"
    title = gettext_lazy("Payout accounts")
    back, back_to = _BACK, _BACK_TO
    template = "finance/payouts/payees.html"
    headings = {
        "name": gettext_lazy("Payee"),
        "what": gettext_lazy("Bank account"),
        "at": gettext_lazy("Since"),
        "state": gettext_lazy("State"),
    }
    order = ("urgency", "-set_at", "-pk")
    search = gettext_lazy("Holder or end of the number")
    states = tuple(State(each.value, each.label, Q(status=each)) for each in PayoutAccount.Status)
    empty = Empty(
        gettext_lazy("No payout accounts yet."),
        gettext_lazy("Partners and helpers enter their own; enter organisations here."),
        icon="person",
    )

    def rows(self, request: HttpRequest) -> QuerySet[PayoutAccount]:
        """Those within reach that nothing has replaced."""
        return with_urgency(PayoutAccount.objects.open_to(request.user, self.grant))

    def known(self, rows: Sequence[PayoutAccount], request: HttpRequest) -> Mapping[str, str]:
        """What the payees are called."""
        return names_of(row.payee for row in rows)

    def row(self, row: PayoutAccount, known: Mapping[str, str]) -> Row:
        """Whose account, and where."""
        return Row(
            name=known[row.payee],
            href=f"/finance/payouts/payees/{row.pk}/",
            what=home(row),
            at=row.set_at,
            status=kind_of(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """By the holder's name or the last digits."""
        return Q(holder_name__icontains=words) | Q(account_tail=words)


class CameBack(ListPage):
    """Money that came back over the bank and waits for its payout, oldest first."""

    name = "payouts:returns"
    grant = "finance.read_bank_statement"
    title = gettext_lazy("Returned money")
    back, back_to = _BACK, _BACK_TO
    headings = {
        "name": gettext_lazy("Text"),
        "what": gettext_lazy("From"),
        "at": gettext_lazy("Value date"),
        "amount": gettext_lazy("Amount"),
        "state": gettext_lazy("State"),
    }
    order = ("line__value_date", "pk")
    period, days = "line__value_date", None
    amount = "amount_minor"
    states = (
        State("waiting", gettext_lazy("not matched"), Q(ended_as=None)),
        State("matched", gettext_lazy("matched"), Q(ended_as__isnull=False)),
    )
    state = "waiting"
    empty = Empty(
        gettext_lazy("No returned money is waiting."),
        gettext_lazy("Returns with a reference are matched automatically."),
        icon="coins",
    )

    def rows(self, request: HttpRequest) -> QuerySet[BankExplanation]:
        """Those within reach."""
        rows = BankExplanation.objects.open_to(request.user, self.grant).came_back()
        return rows.select_related("line", "ended_as")

    def row(self, row: BankExplanation, known: Any) -> Row:
        """What the bank wrote, and from whom."""
        is_matched = hasattr(row, "ended_as")
        return Row(
            name=row.line.text or row.line.line_ref,
            href=f"/finance/payouts/returns/{row.pk}/",
            what=row.line.counterparty,
            at=row.line.value_date,
            amount=row.amount,
            status="ok" if is_matched else "wait",
            words=gettext_lazy("matched") if is_matched else gettext_lazy("not matched"),
        )


class OwnPayouts(ListPage):
    """What was paid to the reader, newest first; above it what waits, and where it will be paid."""

    name = "payouts:mine"
    grant = "finance.read_own_earnings"
    title = gettext_lazy("Payouts")
    template = "finance/payouts/mine.html"
    headings = {
        "name": gettext_lazy("Earned in"),
        "what": gettext_lazy("To"),
        "at": gettext_lazy("Time"),
        "amount": gettext_lazy("Amount"),
        "state": gettext_lazy("State"),
    }
    order = ("-our_ref",)
    period, days = "made_at", 366
    amount = "amount_minor"
    empty = Empty(
        gettext_lazy("Nothing has been paid to you yet."),
        gettext_lazy("What is yours by the end of a week is paid out with that week."),
        icon="coins",
    )

    def rows(self, request: HttpRequest) -> QuerySet[PayoutLine]:
        """The reader's."""
        rows = PayoutLine.objects.filter(payee=signed_in(request).pk.hex)
        return rows.select_related("payout_account__station", "statement")

    def row(self, row: PayoutLine, known: Any) -> Row:
        """For which days, to where, and why it did not stay paid."""
        why = reason(row.return_code) if row.return_code else ""
        return Row(
            name=purpose(row),
            what=" · ".join(filter(None, [home(row.payout_account), why])),
            at=row.made_at,
            amount=row.amount,
            status=kind_of(row),
            words=row.get_status_display(),
        )

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """What comes next."""
        account, waiting = own_account(signed_in(request)), own_waiting(signed_in(request))
        currency = waiting[0].currency if waiting else _currency_of(signed_in(request))
        return {
            "account": account,
            "home": home(account),
            "kind": kind_of(account) if account else "",
            "waiting": waiting,
            "waiting_total": total((statement.payable for statement in waiting), currency),
        }


def _currency_of(user: User) -> str:
    """The money of the station where they work."""
    found = Station.objects.filter(posts__user=user).order_by("-posts__from_at").values_list("currency", flat=True)
    return found.first() or default_currency()


BATCHES, PAYEES, CAME_BACK, OWN_PAYOUTS = Batches(), Payees(), CameBack(), OwnPayouts()
