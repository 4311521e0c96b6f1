"""What was earned is paid out in batches of two officers, to accounts that payees name; a float gives some back."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from finance.floats.services import withdraw_float
from finance.models import PayoutAccount, PayoutBatch, PayoutLine, Refund
from finance.payouts.services import (
    BankDetails,
    approve_payout_batch,
    cancel_payout_batch,
    export_payout_batch,
    prepare_payout_batch,
)
from finance.payouts.services.accounts import activate_accounts, restrict_payout_account
from tests.factories.payouts import takes_file
from tests.finance.model.books import Effect, Hold, Move, Void
from tests.finance.model.house import DAY
from tests.finance.model.machine import ANY, SHOPS, chosen
from tests.finance.model.rows import Owed
from tests.finance.model.verbs.abroad import Abroad
from tests.finance.model.verbs.bank import CLEARING
from tests.finance.model.verbs.settling import Due

WITH_THE_BANK = frozenset({"approved", "processing"})


@dataclass
class Home:
    """Where a payee is paid, and from when on; nothing where the bank said that the account is closed."""

    kind: str
    from_at: dt.datetime | None = None
    is_stopped: bool = False


@dataclass
class Payout:
    """One payment to one payee: of a statement, or a withdrawal from a float."""

    row: PayoutLine
    account: str
    payee: str
    minor: int
    due: Due | None = None
    kind: str = ""
    home: Home | None = None
    state: str = "draft"
    batch: "Batch | None" = None
    #: What the bank said last that ended it.
    outcome: str = ""
    owed: Owed | None = None
    paid_at: dt.datetime | None = None
    #: Whether a line of the bank was its return.
    has_come_back: bool = False

    @property
    def name(self) -> str:
        return f"payout {self.row.pk}"

    @property
    def is_withdrawal(self) -> bool:
        return self.due is None


@dataclass
class Batch:
    """Payouts that are released together."""

    row: PayoutBatch
    by: Any
    payouts: list[Payout] = field(default_factory=list)
    state: str = "calculated"

    @property
    def is_written(self) -> bool:
        return self.state in {"exported", "submitted"}


class Batches(Abroad):
    """Payouts that two officers release, and what a float gives out."""

    def __init__(self, house: Any) -> None:
        super().__init__(house)
        first, second = house.shops
        self.homes: dict[str, Home] = {
            house.commission(first.partner): Home("bank"),
            house.commission(second.partner): Home("float"),
            house.commission(first.helper): Home("cash_at_station"),
            house.county_account: Home("bank"),
        }
        self.payouts: list[Payout] = []
        self.batches: list[Batch] = []

    # --- asked for

    @rule(where=SHOPS, minor=st.sampled_from([50_00, 123_45, 1_600_00]))
    def take_float_out(self, where: int, minor: int) -> None:
        shop = self.house.shops[where]
        account = self.house.commission(shop.partner)
        self.attempt(activate_accounts)
        expect = "" if self._is_usable(account, kind="bank") else "no_payout_account"
        hold = f"withdrawal {len(self.payouts)}"
        row = self.attempt(
            withdraw_float,
            expect=expect,
            effects=[] if expect else [Hold(shop.float, CLEARING, minor, hold)],
            lack={"float": "withdrawal_too_large"},
            station=shop.station,
            amount=self.money(minor),
            by=shop.partner,
        )
        if row:
            payout = Payout(row, shop.float, account, minor)
            self.books.held[payout.name] = self.books.held.pop(hold)
            self.payouts.append(payout)

    @rule(is_home=st.booleans())
    def name_another_account(self, is_home: bool) -> None:
        """The first partner goes to another bank, or the bank's account is taken off."""
        partner = self.house.shops[0].partner
        home = self.homes[self.house.commission(partner)]
        if is_home:
            details = BankDetails("ICBC", "6222021102004821", partner.shown_name)
            self.attempt(self.house.name_bank_account, user=partner, details=details)
            home.from_at, home.is_stopped = self.then + 3 * DAY, False
            return
        account = PayoutAccount.objects.standing().get(payee=partner.pk.hex)
        expect = "wrong_state" if home.is_stopped else ""
        about = {"account": account, "reason": "odd", "by": self.house.officers[2]}
        if self.attempt(restrict_payout_account, expect=expect, **about):
            home.is_stopped = True

    # --- released

    @precondition(lambda self: self.due or self.payouts)
    @rule(officer=st.integers(0, 1))
    def put_a_batch_together(self, officer: int) -> None:
        by = self.house.officers[officer]
        at = self.at
        statements = [due for due in self.due if self._waits(due) and self._is_usable(due.account)]
        waiting = [payout for payout in self.payouts if payout.state == "draft" and payout.batch is None]
        waiting = [each for each in waiting if self._is_usable(each.payee, kind="bank" if each.is_withdrawal else "")]
        expect = "" if statements or waiting else "nothing_to_pay_out"
        row = self.attempt(prepare_payout_batch, expect=expect, **self.house.of_home, division=None, by=by)
        if row is None:
            return
        assert self.at > at
        batch = Batch(row, by)
        self.batches.append(batch)
        lines = {line.statement_id: line for line in row.lines.exclude(statement=None).filter(reissues=None)}
        for due in statements:
            line = lines.pop(due.row.pk)
            assert line.amount_minor == due.minor
            payout = Payout(line, due.account, due.account, due.minor, due)
            self.payouts.append(payout)
            self._join(payout, batch)
        assert not lines
        for payout in waiting:
            self._join(payout, batch)
        assert (row.line_count, row.total_minor) == self._total(batch)

    @precondition(lambda self: self.batches)
    @rule(n=ANY, officer=st.integers(0, 2))
    def approve_a_batch(self, n: int, officer: int) -> None:
        batch, by = chosen(self.batches, n), self.house.officers[officer]
        expect = "" if batch.state == "calculated" else "wrong_state"
        expect = expect or ("same_person" if by == batch.by else "")
        drafts = [payout for payout in batch.payouts if payout.state == "draft"]
        stays = [payout for payout in drafts if self._is_where_it_was(payout)]
        expect = expect or ("" if stays else "account_changed")
        effects = [] if expect else [effect for payout in stays for effect in self._approved(payout)]
        row = self.attempt(approve_payout_batch, expect=expect, effects=effects, batch=batch.row, by=by)
        if row is None:
            return
        self._leave_out([payout for payout in drafts if payout not in stays])
        for payout in stays:
            payout.state = "approved" if payout.kind == "bank" else "paid"
            if payout.state == "paid":
                payout.due.state, payout.paid_at = "paid", self.then
            if payout.kind == "cash_at_station":
                self._owe_in_cash(payout)
        batch.state = "approved"
        assert (row.line_count, row.total_minor) == self._total(batch)
        self._conclude(batch)

    @precondition(lambda self: any(batch.state in {"approved", "exported"} for batch in self.batches))
    @rule(n=ANY, is_refused=st.sampled_from([False, False, False, True]))
    def the_file_goes_to_the_bank(self, n: int, is_refused: bool) -> None:
        batch = chosen([batch for batch in self.batches if batch.state in {"approved", "exported"}], n)
        by = self.house.officers[2]
        approved = [payout for payout in batch.payouts if payout.state == "approved"]
        if batch.state == "approved":
            gone = [payout for payout in approved if not self._is_where_it_was(payout)]
            expect = "" if len(gone) < len(approved) else "nothing_for_the_bank"
            effects = [] if expect else [Void(payout.name) for payout in gone if not payout.is_withdrawal]
            if self.attempt(export_payout_batch, expect=expect, effects=effects, batch=batch.row, by=by):
                self._leave_out(gone)
                batch.state = "exported"
            return
        refusal = "control_total_mismatch" if is_refused else ""
        effects = [Void(payout.name) for payout in approved] if is_refused else []
        self._is_sound = False
        takes_file(batch.row, refusal=refusal)
        self.books.apply(effects)
        for payout in approved:
            payout.state = "failed" if is_refused else "processing"
            payout.outcome = "failed" if is_refused else payout.outcome
        batch.state = "submitted"
        self._conclude(batch)

    @precondition(lambda self: self.batches)
    @rule(n=ANY)
    def call_a_batch_off(self, n: int) -> None:
        batch = chosen(self.batches, n)
        expect = "" if batch.state in {"calculated", "approved"} else "wrong_state"
        out = [payout for payout in batch.payouts if payout.state in {"draft", "approved"}]
        held = [payout for payout in out if payout.state == "approved" and not payout.is_withdrawal]
        effects = [] if expect else [Void(payout.name) for payout in held]
        by = self.house.officers[0]
        if self.attempt(cancel_payout_batch, expect=expect, effects=effects, batch=batch.row, by=by):
            self._leave_out(out)
            batch.state = "cancelled"

    # --- the model

    def _is_usable(self, account: str, *, kind: str = "") -> bool:
        """Whether money may go there: named three days ago, and not stopped."""
        home = self.homes.get(account)
        if home is None or home.is_stopped or (home.from_at and self.at < home.from_at):
            return False
        return not kind or home.kind == kind

    def _waits(self, due: Due) -> bool:
        """A closed statement that no payout has taken up."""
        return due.state == "closed" and not any(p.due is due and p.state != "left_out" for p in self.payouts)

    def _join(self, payout: Payout, batch: Batch) -> None:
        home = self.homes[payout.payee]
        payout.batch, payout.home, payout.kind = batch, Home(home.kind, home.from_at), home.kind
        batch.payouts.append(payout)

    def _is_where_it_was(self, payout: Payout) -> bool:
        home = self.homes[payout.payee]
        return home.from_at == payout.home.from_at and not home.is_stopped

    def _approved(self, payout: Payout) -> list[Effect]:
        if payout.kind == "float":
            return [Move(payout.account, self.house.shops[1].float, payout.minor)]
        if payout.kind == "cash_at_station":
            return [Move(payout.account, self.house.shops[1].funds, payout.minor)]
        return [] if payout.is_withdrawal else [Hold(payout.account, CLEARING, payout.minor, payout.name)]

    def _leave_out(self, payouts: list[Payout]) -> None:
        """A statement may be taken up again; a withdrawal or a second try goes back to waiting."""
        for payout in payouts:
            batch = payout.batch
            payout.row.refresh_from_db()
            if payout.is_withdrawal or payout.row.reissues_id:
                payout.state, payout.batch = "draft", None
                batch.payouts.remove(payout)
            else:
                payout.state = "left_out"

    def _owe_in_cash(self, payout: Payout) -> None:
        refund = Refund.objects.get(payout_line=payout.row)
        shop = self.house.shops[1]
        payout.owed = Owed(refund, shop, payout.minor, "payout", receiver=self.house.shops[0].helper)
        self.owed.append(payout.owed)

    def _total(self, batch: Batch) -> tuple[int, int]:
        counted = [payout for payout in batch.payouts if payout.state != "left_out"]
        return len(counted), sum(payout.minor for payout in counted)

    def _conclude(self, batch: Batch) -> None:
        """A batch has ended when nothing of it is with the bank any more; its file stays what it was."""
        if batch.state == "approved" and not any(p.state in {"draft", *WITH_THE_BANK} for p in batch.payouts):
            batch.state = "settled"
