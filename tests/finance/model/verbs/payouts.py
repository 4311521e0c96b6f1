"""What becomes of what was paid out: the bank's words, what comes back, cash that is fetched or not, months."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from finance.payouts.services import (
    end_waiting,
    match_return,
    match_return_by_reference,
    reissue_payout,
    take_back_cash,
)
from finance.payouts.services.accounts import activate_accounts
from finance.recon.services import explain_by_hand
from tests.factories.payouts import bank_says
from tests.finance.model.books import Effect, Move, Post, Void
from tests.finance.model.house import DAY
from tests.finance.model.machine import ANY, chosen
from tests.finance.model.verbs.bank import BANK, CLEARING, SUSPENSE
from tests.finance.model.verbs.batches import WITH_THE_BANK, Batches, Payout

LIVE = frozenset({"draft", "approved", "processing", "paid"})


class Payouts(Batches):
    """Everything there is."""

    @precondition(lambda self: any(payout.batch and payout.batch.is_written for payout in self.payouts))
    @rule(n=ANY, word=st.sampled_from(["paid", "paid", "failed", "returned"]), is_closed=st.booleans())
    def the_bank_speaks(self, n: int, word: str, is_closed: bool) -> None:
        written = [
            p for p in self.payouts if p.batch and p.batch.is_written and p.kind == "bank" and p.state != "left_out"
        ]
        if not written:
            return
        payout = chosen(written, n)
        code = None if word == "paid" else "account_closed" if is_closed else "limit"
        effects = self._said(payout, word)
        answer = self.attempt(bank_says, effects=effects, line=payout.row, status=word, return_code=code)
        assert answer not in {"malformed", "stray"}
        if effects:
            self._has_ended(payout, word, code)
        self._conclude(payout.batch)

    @precondition(lambda self: any(payout.batch and payout.batch.is_written for payout in self.payouts))
    @rule(n=ANY, has_reference=st.booleans())
    def it_comes_back_over_the_bank(self, n: int, has_reference: bool) -> None:
        """A line of exactly its amount: with its reference it is found, without one a person says so."""
        payout = chosen([p for p in self.payouts if p.batch and p.batch.is_written], n)
        is_the_banks = payout.kind == "bank" and payout.state not in {"draft", "left_out"}
        line = self._import("in", payout.minor, text=str(payout.row.pk) if has_reference else "")
        to_clearing, by = [Move(SUSPENSE, CLEARING, payout.minor)], self.house.officers[0]
        back = self._back_over_the_bank(payout) if is_the_banks and not payout.has_come_back else []
        if has_reference:
            effects = [*to_clearing, *back] if back else []
            done = self.attempt(match_return_by_reference, effects=effects, bank_line=line.row)
            assert bool(done) == bool(back)
            line.explained = line.minor if done else 0
        else:
            about = {
                "kind": "sent_back",
                "amount": self.money(line.minor),
                "of": "",
                "text": "",
                "by": by,
            }
            came = self.attempt(explain_by_hand, effects=to_clearing, line=line.row, **about)
            line.explained = line.minor
            expect = "return_matched" if payout.has_come_back else "" if is_the_banks else "return_unfit"
            about = {"explanation": came, "payout": payout.row, "by": by}
            done = self.attempt(match_return, expect=expect, effects=back, **about)
            if not done:
                self.came_back.append((line, line.minor))
        if done:
            self._was_sent_back(payout)

    @precondition(lambda self: self.payouts)
    @rule(n=ANY)
    def pay_it_again(self, n: int) -> None:
        payout, by = chosen(self.payouts, n), self.house.officers[0]
        if payout.batch is None:
            return
        expect = "" if payout.state in {"failed", "returned"} else "wrong_state"
        expect = expect or ("back_in_the_float" if payout.is_withdrawal else "")
        expect = expect or ("statement_carried" if payout.due.state in {"carried", "brought"} else "")
        row = self.attempt(reissue_payout, expect=expect, line=payout.row, by=by)
        if row:
            payout.state = "reissued"
            self.payouts.append(Payout(row, payout.account, payout.payee, payout.minor, payout.due))

    @precondition(lambda self: any(payout.owed for payout in self.payouts))
    @rule(n=ANY)
    def nobody_fetches_it(self, n: int) -> None:
        payout = chosen([payout for payout in self.payouts if payout.owed], n)
        is_there = self._is_to_fetch(payout)
        effects = [Move(self.house.shops[1].funds, payout.account, payout.minor)] if is_there else []
        self.attempt(take_back_cash, effects=effects, line=payout.row)
        if is_there:
            payout.state, payout.owed.state = "returned", "went_back"
            self._conclude(payout.batch)

    @precondition(lambda self: any(due.state == "closed" for due in self.due) or any(p.owed for p in self.payouts))
    @rule()
    def a_month_passes(self) -> None:
        """What could not be paid for thirty days stands in the next statement; cash is kept for ninety."""
        self.at += 31 * DAY
        old = [payout for payout in self.payouts if payout.state == "paid" and self._is_to_fetch(payout)]
        old = [payout for payout in old if payout.paid_at <= self.at - 90 * DAY]
        back = [Move(self.house.shops[1].funds, payout.account, payout.minor) for payout in old]
        self.attempt(activate_accounts)
        self.attempt(end_waiting, effects=back, county=self.house.county)
        for payout in old:
            payout.state, payout.owed.state = "returned", "went_back"
        for due in self.due:
            is_live = any(p.due is due and p.state in LIVE for p in self.payouts)
            is_old = due.closed_at <= self.then - 30 * DAY
            is_ours = due.row.county_id == self.house.county.pk
            if due.state == "closed" and not is_live and is_old and is_ours and not self._is_in_use(due.account):
                due.state = "carried"

    # --- the model

    def _is_to_fetch(self, payout: Payout) -> bool:
        return payout.owed is not None and payout.owed.state in {"granted", "ready_for_cash", "locked"}

    def _is_in_use(self, account: str) -> bool:
        return self._is_usable(account)

    def _said(self, payout: Payout, word: str) -> list[Effect]:
        paid = [Post(payout.name), Move(CLEARING, BANK, payout.minor)]
        back = [Move(CLEARING, payout.account, payout.minor), Move(BANK, CLEARING, payout.minor)]
        if payout.state in WITH_THE_BANK:
            return {"paid": paid, "failed": [Void(payout.name)], "returned": [*paid, *back]}[word]
        return back if payout.state == "paid" and word == "returned" else []

    def _has_ended(self, payout: Payout, word: str, code: str | None) -> None:
        if word in {"paid", "returned"} and payout.due:
            payout.due.state = "paid"
        payout.state = payout.outcome = word
        home = self.homes[payout.payee]
        if code == "account_closed" and self._is_where_it_was(payout):
            home.is_stopped = True

    def _back_over_the_bank(self, payout: Payout) -> list[Effect]:
        """It is the payee's again; where the bank had told of it, the mirror of our account had moved."""
        if payout.state in {*WITH_THE_BANK, "paid"}:
            return [*self._said(payout, "paid"), Move(CLEARING, payout.account, payout.minor)]
        return [Move(CLEARING, BANK, payout.minor)]

    def _was_sent_back(self, payout: Payout) -> None:
        payout.has_come_back = True
        if payout.state in {*WITH_THE_BANK, "paid"}:
            payout.state = payout.outcome = "returned"
            if payout.due:
                payout.due.state = "paid"
        self._conclude(payout.batch)
