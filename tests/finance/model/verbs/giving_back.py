"""Money owed back: told, proved, handed back by either notes, spent on the next bill; companies asked to take back."""

import datetime as dt
from collections import Counter
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from finance.bills.services import pay_bill
from finance.models import Receipt
from finance.payments.services import (
    CodeProof,
    Tender,
    WitnessProof,
    ask_reversal,
    call_refund,
    compensate,
    hand_back_cash,
    move_funds,
    notify_refund,
    send_refund_code,
)
from tests.factories.recharge import company_says_of_asking
from tests.factories.refunds import code_sent_for
from tests.finance.model.books import Move
from tests.finance.model.house import BILL_FEE, CAP, DAY, DUE_DAYS, PER_DAY, Shop
from tests.finance.model.machine import ANY, SHOPS, chosen
from tests.finance.model.rows import GIVEN, UNDECIDED, Owed, Sale
from tests.finance.model.verbs.sales import Sales

REVERSAL_DAYS = {"JS-POWER": 5, "JS-WATER": 5, "JS-GAS": 5, "CN-MOBILE": 1, "CN-UNICOM": 0}
PROOFS = st.sampled_from(["slip", "slip", "slip alone", "code", "wrong code", "wrong slip"])
A_CODE_LIVES, AT_ONCE = dt.timedelta(minutes=10), dt.timedelta(minutes=15)


class GivingBack(Sales):
    """The counter, and what it owes."""

    def __init__(self, house: Any) -> None:
        super().__init__(house)
        #: What has gone from the villagers' money of a station to the other.
        self.moved: Counter[str] = Counter()

    @precondition(lambda self: any(owed.state == "granted" and not owed.is_online for owed in self.owed))
    @rule(n=ANY)
    def tell_them(self, n: int) -> None:
        owed = chosen([owed for owed in self.owed if owed.state == "granted" and not owed.is_online], n)
        self.attempt(notify_refund, refund=owed.refund)
        owed.state, owed.ready_at = "ready_for_cash", self.then

    @precondition(lambda self: self.owed)
    @rule(n=ANY, where=SHOPS)
    def send_a_code(self, n: int, where: int) -> None:
        owed = chosen(self.owed, n)
        today = self.today
        sent = owed.codes[1] if owed.codes[0] == today else 0
        expect = "already_paid_out" if owed.state in GIVEN else ""
        expect = expect or ("" if owed.state in {"ready_for_cash", "locked"} else "wrong_state")
        expect = expect or ("" if owed.has_phone else "no_phone_for_code") or ("too_many" if sent >= 3 else "")
        if self.attempt(send_refund_code, expect=expect, refund=owed.refund, station=self.house.shops[where].station):
            owed.state, owed.tries, owed.codes = "ready_for_cash", 0, (today, sent + 1)
            owed.code, owed.code_ends_at = code_sent_for(owed.refund), self.then + A_CODE_LIVES

    @precondition(lambda self: any(owed.state in {"ready_for_cash", "locked"} for owed in self.owed))
    @rule(n=ANY, outcome=st.sampled_from(["confirmed", "confirmed", "not_reached", "denied"]))
    def the_county_calls(self, n: int, outcome: str) -> None:
        owed = chosen([owed for owed in self.owed if owed.state in {"ready_for_cash", "locked"}], n)
        self.attempt(call_refund, refund=owed.refund, outcome=outcome, note="", by=self.house.clerk)
        owed.was_called = owed.was_called if outcome == "not_reached" else outcome == "confirmed"

    @precondition(lambda self: self.owed)
    @rule(n=ANY, where=SHOPS, who=st.booleans(), notes=st.sampled_from(["drawer", "own"]), how=PROOFS)
    def hand_back(self, n: int, where: int, who: bool, notes: str, how: str) -> None:
        owed, shop = chosen(self.owed, n), self.house.shops[where]
        by = shop.helper if who else shop.partner
        expect = self._proof_refused(owed, shop, how) or ("" if owed.state == "ready_for_cash" else "wrong_state")
        drawer = self.drawers[shop.till]
        is_shut = drawer.state in {"", "closed"} or self.is_left_over(drawer)
        expect = expect or ("cash_day_not_open" if notes == "drawer" and is_shut else "")
        done = self.attempt(
            hand_back_cash,
            expect=expect,
            effects=[Move(owed.shop.funds, shop.till if notes == "drawer" else shop.float, owed.minor)],
            lack={"till": "till_too_small"},
            refund=owed.refund,
            notes=notes,
            proof=self._proof(owed, how, by),
            station=shop.station,
            by=by,
        )
        self._note_try(owed, expect)
        if done:
            owed.state, owed.paid_at = "paid_out", self.then

    @precondition(lambda self: any(owed.state == "ready_for_cash" for owed in self.owed))
    @rule(n=ANY, where=SHOPS, biller=st.integers(0, 2), more=st.sampled_from([-10, 0, 37, 12_00]), how=PROOFS)
    def pay_the_next_bill_with_it(self, n: int, where: int, biller: int, more: int, how: str) -> None:
        owed = chosen([owed for owed in self.owed if owed.state == "ready_for_cash"], n)
        shop, company = self.house.shops[where], self.house.billers[biller]
        fee = BILL_FEE if where else 0
        amount = max(1, owed.minor - fee + more)
        sale = self._sale(shop, "bill", company.code, amount, fee, False, f"{company.code}:2")
        expect = self._proof_refused(owed, shop, how)
        self._start(
            sale,
            pay_bill,
            expect=expect,
            owed=owed,
            biller=company,
            fetch=None,
            parameters={"customer_no": "3213240002345"},
            tender=Tender(refund=owed.refund, proof=self._proof(owed, how, shop.partner)),
        )
        self._note_try(owed, expect)
        if self.sales and self.sales[-1] is sale:
            owed.state = "spent"

    @rule(where=SHOPS, minor=st.sampled_from([1, 10_00, 50_01]))
    def an_order_moves_with_its_money(self, where: int, minor: int) -> None:
        """What was paid at one station is owed at the other; the app of the order would explain it to the auditor."""
        here, there = self.house.shops[where], self.house.shops[1 - where]
        if self._move(here, there, minor):
            self.moved[here.funds] += minor

    def before_the_audit(self) -> None:
        super().before_the_audit()
        first, second = self.house.shops
        net = self.moved[first.funds] - self.moved[second.funds]
        if net:
            self._move(second if net > 0 else first, first if net > 0 else second, abs(net))

    def _move(self, here: Shop, there: Shop, minor: int) -> bool:
        lacks = self.books.can_use(here.funds) < minor
        about = {"subject_ref": "O-1", "from_station": here.station, "to_station": there.station, "key": uuid4().hex}
        self.attempt(move_funds, effects=[Move(here.funds, there.funds, minor)], amount=self.money(minor), **about)
        return not lacks

    # --- asking back

    @precondition(lambda self: self.sales)
    @rule(n=ANY, is_wrong=st.sampled_from([False, False, False, True]))
    def ask_it_back(self, n: int, is_wrong: bool) -> None:
        sale = chosen(self.sales, n)
        expect = "" if sale.state == "succeeded" else "wrong_state"
        expect = expect or ("" if sale.is_executed else "nothing_to_ask_back")
        if not expect and self.today > self.land.day_of(sale.finished_at) + REVERSAL_DAYS[sale.party] * DAY:
            expect = "reversal_period_over"
        proof = WitnessProof("0-0-0" if is_wrong else _slip_of(sale))
        by = sale.shop.partner
        expect = expect or ("slip_wrong" if is_wrong else "")
        reason = "wrong_number" if sale.purpose == "recharge" else "wrong_household"
        if self.attempt(ask_reversal, expect=expect, payment=sale.payment, reason=reason, proof=proof, by=by):
            sale.state, sale.asked = "reversal_asked", "asked"

    @precondition(lambda self: any(sale.asked for sale in self.sales))
    @rule(n=ANY, status=st.sampled_from(["succeeded", "failed", "pending"]))
    def a_company_answers_that(self, n: int, status: str) -> None:
        sale = chosen([sale for sale in self.sales if sale.asked], n)
        effects, lines = [], []
        is_open = sale.asked == "asked" and sale.state == "reversal_asked"
        if is_open and status == "succeeded":
            effects, lines = self._reversed(sale)
        self.attempt(company_says_of_asking, effects=effects, earned=lines, payment=sale.payment, status=status)
        if is_open and status == "succeeded":
            self._was_reversed(sale, outcome=sale.outcome)
        if is_open and status == "failed":
            sale.state, sale.asked = "succeeded", "refused"

    # --- beside it

    @precondition(lambda self: any(sale.purpose == "bill" for sale in self.sales))
    @rule(n=ANY)
    def something_for_having_waited(self, n: int) -> None:
        sale = chosen([sale for sale in self.sales if sale.purpose == "bill"], n)
        minor = self._worth(sale)
        effects = [Move("expense:platform", sale.shop.funds, minor)] if minor else []
        refund = self.attempt(compensate, effects=effects, payment=sale.payment)
        assert (refund.amount_minor if refund else 0) == minor
        if refund:
            self._owe(sale, minor, "compensation", refund=refund)

    # --- the model

    def _worth(self, sale: Sale) -> int:
        """For every day after those that may pass, once its clock has stopped or the most is reached."""
        mine = [owed for owed in self.owed if owed.sale is sale]
        if any(owed.reason == "compensation" for owed in mine):
            return 0
        stopped = sale.finished_at
        if sale.state in UNDECIDED or sale.state == "reversal_asked":
            stopped = None
        elif sale.state in {"failed", "reversed"}:
            stopped = mine[0].ready_at or mine[0].paid_at
        until = self.land.day_of(stopped) if stopped else self.today
        waited = (until - self.land.day_of(sale.taken_at)).days - DUE_DAYS
        minor = min(CAP, PER_DAY * max(0, waited))
        return minor if stopped or minor == CAP else 0

    def _proof_refused(self, owed: Owed, shop: Shop, how: str) -> str:
        """Why this proof is not enough, by the rules of money that is owed back."""
        if owed.state in GIVEN:
            return "already_paid_out"
        if owed.receiver is not None and shop is self.house.shops[0]:
            return "fetched_elsewhere"
        if how in {"code", "wrong code"}:
            return self._code_refused(owed, how)
        if how == "wrong slip" or owed.sale is None:
            return "slip_wrong"
        sale = owed.sale
        is_at_once = self.at - sale.finished_at <= AT_ONCE if sale.finished_at else False
        if owed.reason == "failed_payment" and owed.shop is shop and is_at_once:
            return ""
        is_small = owed.minor <= self.land.whole(200) or owed.was_called
        return "" if how == "slip" and is_small else "proof_missing"

    def _code_refused(self, owed: Owed, how: str) -> str:
        if owed.state == "locked":
            return "code_locked"
        if not owed.code or self.at >= owed.code_ends_at:
            return "code_expired"
        return "code_wrong" if how == "wrong code" else ""

    def _note_try(self, owed: Owed, expect: str) -> None:
        if expect == "code_wrong":
            owed.tries += 1
            owed.state = "locked" if owed.tries == 5 else owed.state

    def _proof(self, owed: Owed, how: str, by: Any) -> Any:
        if how in {"code", "wrong code"}:
            wrong = "000000" if owed.code != "000000" else "000001"
            return CodeProof(owed.code if how == "code" else wrong)
        slip = "0-0-0" if how == "wrong slip" or owed.sale is None else _slip_of(owed.sale)
        return WitnessProof(slip, self.house.witness if how == "slip" else None, self.house.photo(by))


def _slip_of(sale: Sale) -> str:
    return Receipt.objects.filter(payment=sale.payment).values_list("number", flat=True)[0]
