"""Bills, recharges and goods at the counter, and whatever their companies say of them."""

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from core.gateways.models import Instruction
from core.gateways.services.answers import apply_unknown
from core.gateways.services.sending import begin_call
from finance.bills.services import pay_bill
from finance.payments.services import (
    Charge,
    Tender,
    cancel_payment,
    decide_payment,
    pass_deadline,
    propose_decision,
    refund_payment,
    send_to_review,
    take_payment,
)
from finance.recharge.services import recharge_phone
from tests.factories.finance import provider_says
from tests.factories.recharge import operator_says
from tests.finance.model.books import Effect, Hold, Move, moved
from tests.finance.model.house import BILL_FEE, CEILING, DAY, RECHARGE_FEE, Shop
from tests.finance.model.machine import ANY, SHOPS, chosen
from tests.finance.model.rows import UNDECIDED, Drawer, Owed, Sale
from tests.finance.model.verbs.words import Words

CASH = Tender()
AMOUNTS = st.one_of(st.integers(1_00, 300_00), st.sampled_from([1, 99, 199_99, 200_00, 400_00, 1_500_00]))


class Sales(Words):
    """The counter."""

    def __init__(self, house: Any) -> None:
        super().__init__(house)
        self.modes = {shop.float: shop.mode for shop in house.shops}
        self.drawers = {shop.till: Drawer(shop) for shop in house.shops}

    # --- taking

    @rule(where=SHOPS, who=st.booleans(), biller=st.integers(0, 2), customer=st.integers(0, 1), amount=AMOUNTS)
    def pay_a_bill(self, where: int, who: bool, biller: int, customer: int, amount: int) -> None:
        self._pay(where, who, biller, customer, amount)

    def _pay(self, where: int, who: bool, biller: int, customer: int, amount: int) -> None:
        shop, company = self.house.shops[where], self.house.billers[biller]
        fee = BILL_FEE if where else 0
        sale = self._sale(shop, "bill", company.code, amount, fee, who, f"{company.code}:{customer}")
        self._start(
            sale,
            pay_bill,
            biller=company,
            fetch=None,
            parameters={"customer_no": f"321324000{customer}345"},
        )

    @rule(
        where=SHOPS,
        who=st.booleans(),
        operator=st.integers(0, 1),
        phone=st.integers(1, 2),
        amount=st.sampled_from([10_00, 33_33, 50_00, 100_00, 299_99]),
    )
    def recharge_a_phone(self, where: int, who: bool, operator: int, phone: int, amount: int) -> None:
        self._recharge(where, who, operator, phone, amount)

    def _recharge(self, where: int, who: bool, operator: int, phone: int, amount: int) -> None:
        shop, company = self.house.shops[where], self.house.operators[operator]
        fee = RECHARGE_FEE if where else 0
        number = self.land.phone(operator, phone)
        sale = self._sale(shop, "recharge", company.code, amount, fee, who, f"{company.code}:{number}")
        is_open = any(
            other.target == sale.target and other.amount == amount and other.state in UNDECIDED for other in self.sales
        )
        self._start(
            sale,
            recharge_phone,
            expect="recharge_in_progress" if is_open else "",
            operator=company,
            plan=None,
            phone=number,
        )

    @rule(where=SHOPS, amount=AMOUNTS, is_essential=st.booleans())
    def sell_goods(self, where: int, amount: int, is_essential: bool) -> None:
        shop = self.house.shops[where]
        sale = self._sale(shop, "goods", "", amount, 0, False, "")
        charge = Charge("goods", "O-1", shop.station, self.money(amount), self.money(0), is_essential=is_essential)
        sale.funding = "till"
        payment = self.attempt(
            take_payment,
            expect=self._cash_refused(shop, amount, is_essential=is_essential),
            effects=[Move(shop.till, shop.funds, amount)],
            charge=charge,
            by=sale.taken_by,
            key=uuid4().hex,
        )
        if payment:
            sale.payment, sale.state, sale.finished_at = payment, "succeeded", sale.taken_at
            self.sales.append(sale)

    @rule(
        where=SHOPS,
        who=st.booleans(),
        biller=st.integers(0, 2),
        customer=st.integers(0, 1),
        amount=st.integers(1_00, 250_00),
    )
    def a_bill_is_paid(self, where: int, who: bool, biller: int, customer: int, amount: int) -> None:
        """The usual: taken, and done."""
        self._is_paid(self._pay, where, who, biller, customer, amount)

    @rule(where=SHOPS, who=st.booleans(), operator=st.integers(0, 1), amount=st.sampled_from([10_00, 33_33, 100_00]))
    def a_phone_is_recharged(self, where: int, who: bool, operator: int, amount: int) -> None:
        self._is_paid(self._recharge, where, who, operator, 1, amount)

    def _is_paid(self, take: Any, *what: Any) -> None:
        count = len(self.sales)
        take(*what)
        if len(self.sales) > count:
            self.at += dt.timedelta(seconds=30)
            self._say(self.sales[-1], "succeeded")

    # --- what becomes of it

    @precondition(lambda self: self.sales)
    @rule(n=ANY, word=st.sampled_from(["succeeded", "failed", "reversed", "pending", "silence", "amount"]))
    def a_company_speaks(self, n: int, word: str) -> None:
        self._say(chosen(self.sales, n), word)

    @precondition(lambda self: any(sale.state in UNDECIDED for sale in self.sales))
    @rule(n=ANY)
    def a_company_has_done_it(self, n: int) -> None:
        self._say(chosen([sale for sale in self.sales if sale.state in UNDECIDED], n), "succeeded")

    @precondition(lambda self: self.sales)
    @rule(n=ANY)
    def a_worker_sends_it(self, n: int) -> None:
        sale = chosen(self.sales, n)
        if not sale.is_executed:
            return
        self._is_sound = False
        begin_call(our_ref=sale.payment.pk, attempt=1, may_have_run="", at=self.at)
        if sale.wire == "committed":
            sale.state, sale.submitted_at, sale.wire = "submitted", self.at, "sent"
        elif sale.wire == "sent":
            sale.state, sale.wire = "unknown", "unknown"  # begun before: the one who died then may have reached them

    @precondition(lambda self: self.sales)
    @rule(n=ANY, is_other=st.booleans())
    def call_it_off(self, n: int, is_other: bool) -> None:
        sale = chosen(self.sales, n)
        if not sale.is_executed:
            return
        by = self.house.manager if is_other else sale.taken_by
        expect = "only_who_took_it" if is_other else "already_submitted" if sale.wire != "committed" else ""
        effects = [] if expect else self._failed(sale)
        if self.attempt(cancel_payment, expect=expect, effects=effects, payment=sale.payment, by=by):
            self._has_failed(sale, outcome="withdrawn")

    @precondition(lambda self: any(sale.state in {"pending", "unknown"} for sale in self.sales))
    @rule(n=ANY)
    def nobody_knows(self, n: int) -> None:
        sale = chosen([sale for sale in self.sales if sale.state in {"pending", "unknown"}], n)
        if sale.state == "pending":
            self.attempt(pass_deadline, payment=sale.payment)
            sale.state = "unknown"
        else:
            self.attempt(send_to_review, payment=sale.payment)
            sale.state = "manual_review"

    @precondition(lambda self: any(sale.state == "manual_review" for sale in self.sales))
    @rule(n=ANY, officer=st.integers(0, 1), outcome=st.sampled_from(["succeeded", "failed"]), has_proof=st.booleans())
    def people_decide(self, n: int, officer: int, outcome: str, has_proof: bool) -> None:
        sale = chosen([sale for sale in self.sales if sale.state == "manual_review"], n)
        by = self.house.officers[officer]
        if sale.proposal is None:
            proof = self.house.photo(by) if has_proof else None
            expect = "" if has_proof or self.at >= sale.submitted_at + 14 * DAY else "evidence_missing"
            about = {"payment": sale.payment, "outcome": outcome, "reason": "written", "evidence": proof}
            if self.attempt(propose_decision, expect=expect, by=by, **about):
                sale.proposal = outcome, by
            return
        proposed, proposer = sale.proposal
        expect = "same_person" if proposer == by else "proposal_changed" if proposed != outcome else ""
        self._decide(sale, outcome, decide_payment, expect=expect, payment=sale.payment, outcome=outcome, by=by)

    @precondition(lambda self: self.sales)
    @rule(n=ANY, officer=st.integers(0, 1), has_proof=st.sampled_from([True, True, False]))
    def people_take_it_back(self, n: int, officer: int, has_proof: bool) -> None:
        """The company has written that it took a payment back, and its machine has not said so."""
        sale, by = chosen(self.sales, n), self.house.officers[officer]
        is_success = sale.outcome == "succeeded" and sale.state not in UNDECIDED and self._can_be_reversed(sale)
        expect = "" if is_success and sale.purpose != "goods" else "wrong_state"
        about = {"payment": sale.payment, "outcome": "reversed", "by": by}
        if sale.proposal is None or sale.proposal[0] != "reversed":
            until = (sale.submitted_at or sale.taken_at) + 14 * DAY
            expect = expect or ("" if has_proof or self.at >= until else "evidence_missing")
            about |= {"reason": "written", "evidence": self.house.photo(by) if has_proof else None}
            if self.attempt(propose_decision, expect=expect, **about):
                sale.proposal = "reversed", by
            return
        expect = expect or ("same_person" if sale.proposal[1] == by else "")
        self._decide(sale, "reversed", decide_payment, expect=expect, **about)

    @precondition(lambda self: any(sale.state in {"succeeded", "partially_refunded"} for sale in self.sales))
    @rule(n=ANY, part=st.integers(1, 5), odd=st.integers(0, 3))
    def give_a_part_back(self, n: int, part: int, odd: int) -> None:
        sale = chosen([sale for sale in self.sales if sale.state in {"succeeded", "partially_refunded"}], n)
        left = sale.total - sale.back
        amount = left if part == 5 else max(1, left * part // 5 + odd)
        self._give_back(sale, amount)

    # --- the model

    def _sale(self, shop: Shop, purpose: str, party: str, amount: int, fee: int, is_helper: bool, target: str) -> Sale:
        by = shop.helper if is_helper else shop.partner
        funding = "float" if self.mode_of(shop) == "prepaid" else "till"
        return Sale(None, shop, purpose, party, amount, fee, funding, by, self.at, target)  # type: ignore[arg-type]

    def mode_of(self, shop: Shop) -> str:
        """Prepaid from the float, or postpaid with company cash."""
        return self.modes[shop.float]

    def _start(
        self, sale: Sale, verb: Any, *, expect: str = "", owed: Owed | None = None, tender: Tender = CASH, **given: Any
    ) -> None:
        """Take the money and set it aside for the company."""
        shop, hold = sale.shop, str(uuid4())
        spent = owed.minor if owed else 0
        effects: list[Effect] = []
        if owed:
            sale.funding = "owed"
            effects += moved(owed.shop.funds, shop.funds, spent) if owed.shop is not shop else []
        cash = sale.total - spent
        is_low = "provider_down" if self.is_low.get(sale.party) else ""
        if sale.funding == "float":
            expect = expect or is_low
            effects.append(Hold(shop.float, sale.clearing, sale.total, hold))
        else:
            expect = expect or ("refund_exceeds_total" if cash < 0 else "") or is_low or self._cash_refused(shop, cash)
            effects += moved(shop.till, shop.funds, cash) if cash > 0 else []
            effects.append(Hold(shop.funds, sale.clearing, sale.total, hold))
        payment = self.attempt(
            verb,
            expect=expect,
            effects=effects,
            lack={"float": "float_too_small"},
            amount=self.money(sale.amount),
            station=shop.station,
            tender=replace(tender, payer=self.house.payer if sale.has_payer else None),
            by=sale.taken_by,
            key=uuid4().hex,
            **given,
        )
        if payment:
            sale.payment = payment
            self.books.held[sale.name] = self.books.held.pop(hold)
            self.sales.append(sale)

    def _cash_refused(self, shop: Shop, cash: int, *, is_essential: bool = False) -> str:
        """Why no company cash can be taken here now. Opened in the morning, a day goes on until four the next."""
        drawer = self.drawers[shop.till]
        if drawer.state in {"", "closed"} or (not is_essential and self.is_left_over(drawer)):
            return "cash_day_not_open"
        is_above = self.books.holds(shop.till) + cash > CEILING
        return "ceiling_reached" if is_above and cash and not is_essential else ""

    def is_left_over(self, drawer: Drawer) -> bool:
        """Whether the day was left open past four in the morning."""
        return self.at >= self.land.instant_of(drawer.date + DAY, dt.time(4))

    def _say(self, sale: Sale, word: str) -> None:
        """A company says something, by callback; silence is an answer that never came."""
        if not sale.is_executed:
            return
        if word == "silence":
            instruction = Instruction.objects.get(pk=sale.payment.pk)
            silence = {"instruction": instruction, "code": "no_answer", "source": "answer"}
            self._decide(sale, word, apply_unknown, **silence)
            return
        said: dict[str, Any] = {"status": word, "payment": sale.payment}
        if word == "reversed":
            said |= {"status": "succeeded", "event_type": "transaction.reversed"}
        if word == "amount":
            said |= {"status": "succeeded", "amount": str(self.money(sale.amount + 1_00))}
        self._decide(sale, word, provider_says if sale.purpose == "bill" else operator_says, **said)

    def _decide(self, sale: Sale, word: str, verb: Any, *, expect: str = "", **given: Any) -> None:
        """What a word does to a payment: money when it ends it, an item when it contradicts the end."""
        if expect:
            self.attempt(verb, expect=expect, **given)
            return
        effects, lines, note = self._meaning(sale, word)
        answer = self.attempt(verb, effects=effects, earned=lines, **given)
        assert answer not in {"malformed", "stray"}
        note()

    def _give_back(self, sale: Sale, amount: int) -> None:
        left = sale.total - sale.back
        expect = "refund_exceeds_payment" if amount > left else ""
        effects, lines = ([], []) if expect or not sale.is_executed else self._step(sale, amount)
        refund = self.attempt(
            refund_payment,
            expect=expect,
            effects=effects,
            earned=lines,
            payment=sale.payment,
            amount=self.money(amount),
            reason="return",
            key=uuid4().hex,
        )
        if refund:
            sale.back += amount
            sale.state = "refunded" if sale.back == sale.total else "partially_refunded"
            self._owe(sale, amount, "return", refund=refund)
