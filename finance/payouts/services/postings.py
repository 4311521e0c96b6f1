"""The ledger's side of payouts: what each arrow moves, as groups that one statement posts."""

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from core.database.db import present
from finance import chart
from finance.payouts.models import PayoutAccount, PayoutLine
from ledger.models import Account, Book
from ledger.queries import business_date_of, transfers_of
from ledger.services import Group, Leg, MadeBy, post_groups

PROVIDER = MadeBy("provider")
#: What pays a payee: the event of the transfers that leave the account for good, by kind of payout account.
PAID, IN_CASH, INTO_FLOAT = "payout_paid", "payout_in_cash", "payout_into_float"


class Postings:
    """Groups of one book that are posted together, with its accounts opened once."""

    def __init__(self, book: Book, *, currency: str, made_by: MadeBy, at: dt.datetime) -> None:
        self._book, self._currency, self._made_by, self._at = book, currency, made_by, at
        self._business_date = business_date_of(book, at)
        self._opened: dict[chart.AccountKey, Account] = {}
        self.groups: list[Group] = []

    def account(self, key: chart.AccountKey) -> Account:
        """An account of this book, opened when it is missing."""
        if key not in self._opened:
            self._opened[key] = chart.open_one(key, country=self._book.country, currency=self._currency, at=self._at)
        return self._opened[key]

    def add(self, line: PayoutLine, event_type: str, *legs: Leg) -> None:
        """One more event of a payout."""
        self.groups.append(Group(legs, event_type, str(line.pk), self._business_date, self._made_by))

    def hold(self, line: PayoutLine) -> UUID:
        """Set the amount aside for the bank: payee's account -> payout_clearing, pending."""
        clearing = self.account(chart.platform("payout_clearing"))
        leg = Leg(line.account, clearing, line.amount, "held for the payout", kind="pending")
        self.add(line, "payout_approved", leg)
        return leg.id

    def pay_at_once(self, line: PayoutLine) -> None:
        """Cash at a station, or the payee's own float: nothing for a bank to do."""
        account = present(line.payout_account)
        station = present(account.station)
        if account.kind == PayoutAccount.Kind.FLOAT:
            target = self.account(chart.float_of(station, present(account.user_id)))
            self.add(line, INTO_FLOAT, Leg(line.account, target, line.amount, "payout into the float"))
        else:
            target = self.account(chart.customer_funds(station))
            self.add(line, IN_CASH, Leg(line.account, target, line.amount, "payout to fetch in cash"))

    def confirm(self, line: PayoutLine) -> None:
        """The bank has paid: the hold moves, and the money leaves our bank account."""
        clearing = self.account(chart.platform("payout_clearing"))
        bank = self.account(chart.bank(present(line.batch).bank_account))
        hold = line.hold_transfer_id
        moved = Leg(line.account, clearing, line.amount, "the bank has paid", kind="post", pending_id=hold)
        self.add(line, PAID, moved, Leg(clearing, bank, line.amount, "payout"))

    def void(self, line: PayoutLine, event_type: str) -> None:
        """The money stays the payee's: it was not paid."""
        clearing, hold = self.account(chart.platform("payout_clearing")), line.hold_transfer_id
        voided = Leg(line.account, clearing, line.amount, "not paid out", kind="void", pending_id=hold)
        self.add(line, event_type, voided)

    def take_back(self, line: PayoutLine) -> None:
        """The money has come back: every leg that paid it is reversed."""
        paid = [transfer for event in (PAID, IN_CASH, INTO_FLOAT) for transfer in transfers_of(event, str(line.pk))]
        legs = [
            Leg(transfer.credit, transfer.debit, transfer.money, "payout came back", reversal_of=transfer.id)
            for transfer in reversed(paid)
        ]
        self.add(line, "payout_returned", *legs)

    def come_back(self, line: PayoutLine) -> None:
        """A bank line has brought the money to payout_clearing: it is the payee's again."""
        clearing = self.account(chart.platform("payout_clearing"))
        self.add(line, "payout_returned", Leg(clearing, line.account, line.amount, "payout came back"))

    def move_mirror_back(self, line: PayoutLine, *, event_id: str) -> None:
        """The bank had told of it, so that the mirror of our account has moved: its line moves nothing twice."""
        clearing, bank = (
            self.account(chart.platform("payout_clearing")),
            self.account(chart.bank(present(line.batch).bank_account)),
        )
        leg = Leg(clearing, bank, line.amount, "the bank had told of it")
        self.groups.append(Group([leg], "return_matched", event_id, self._business_date, self._made_by))

    def post(self) -> None:
        """All of it, whole or not at all."""
        if self.groups:
            post_groups(groups=self.groups, at=self._at)


def postings_of(lines: Sequence[PayoutLine], *, made_by: MadeBy, at: dt.datetime) -> Postings:
    """For payouts of one book and currency."""
    return Postings(lines[0].account.book, currency=lines[0].currency, made_by=made_by, at=at)


def void_all(lines: Iterable[PayoutLine], event_type: str, *, made_by: MadeBy, at: dt.datetime) -> None:
    """Void the holds of many payouts in one statement."""
    held = [line for line in lines if line.hold_transfer_id]
    if held:
        postings = postings_of(held, made_by=made_by, at=at)
        for line in held:
            postings.void(line, event_type)
        postings.post()
