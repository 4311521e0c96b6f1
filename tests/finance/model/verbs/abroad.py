"""A station whose money is another: in the system's own book, or in that of the neighbouring country; nothing mixes."""

from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from finance.models import Payment
from finance.payments.services import Charge, refund_payment, take_payment
from finance.recon.services import explain_by_hand, import_bank_statement
from tests.factories.recon import HEADER
from tests.finance.model.books import Move, moved
from tests.finance.model.earnings import EXPENSE, REVENUE
from tests.finance.model.machine import ANY, chosen
from tests.finance.model.verbs.files import Files

SUMS = st.sampled_from([1, 999, 1_235, 100_000])
#: Other money at home; the other country.
PLACES = st.integers(0, 1)
#: Which of our bank accounts their money goes to: one lies in one country.
BANK_ACCOUNT = "main"


class Abroad(Files):
    """Everything, and money of another kind."""

    def __init__(self, house: Any) -> None:
        super().__init__(house)
        self.theirs = house.neighbour
        #: What was sold there, and how much of it was not given back.
        self.sold_there: list[tuple[Payment, list[int]]] = []

    @rule(where=PLACES, minor=SUMS)
    def sell_something_abroad(self, where: int, minor: int) -> None:
        """An essential service: the day that was opened weeks ago takes nothing else."""
        shop = self.house.abroad[where]
        charge = Charge("goods", "O-4", shop.station, self.theirs.money(minor), self.theirs.money(0), is_essential=True)
        effects = [Move(self._there(where, shop.till_key.code), self._there(where, shop.funds_key.code), minor)]
        payment = self.attempt(take_payment, effects=effects, charge=charge, by=shop.partner, key=uuid4().hex)
        self.sold_there.append((payment, [minor]))

    @precondition(lambda self: self.sold_there)
    @rule(n=ANY, part=st.sampled_from([1, 2, 3]))
    def give_something_back_abroad(self, n: int, part: int) -> None:
        payment, left = chosen(self.sold_there, n)
        minor = {1: left[0], 2: left[0] // 3, 3: left[0] + 1}[part]
        if minor == 0:
            return
        expect = "wrong_state" if left[0] == 0 else "refund_exceeds_payment" if minor > left[0] else ""
        about = {"payment": payment, "amount": self.theirs.money(minor), "reason": "return", "key": uuid4().hex}
        if self.attempt(refund_payment, expect=expect, **about):
            left[0] -= minor

    @rule(where=PLACES, way=st.sampled_from(["in", "out"]), minor=SUMS, is_explained=st.booleans())
    def a_line_of_the_bank_abroad(self, where: int, way: str, minor: int, is_explained: bool) -> None:
        sign, officer = 1 if way == "in" else -1, self.house.officers[0]
        amount, country = self.theirs.money(minor), self._country(where)
        bank, suspense = (self._there(where, f"{kind}:{BANK_ACCOUNT}") for kind in ("bank", "suspense"))
        row = f"{self.today},{uuid4().hex[:12]},{way},{amount},{amount.currency},对方,4821,"
        [line] = self.attempt(
            import_bank_statement,
            effects=moved(bank, suspense, sign * minor),
            bank_account=BANK_ACCOUNT,
            content=f"{HEADER}\n{row}\n".encode(),
            control_total=self.theirs.money(sign * minor),
            country=country,
            by=officer,
        )
        if is_explained:
            kind, account = ("interest", REVENUE) if way == "in" else ("fee", EXPENSE)
            effects = moved(suspense, self._there(where, account), sign * minor)
            about = {"kind": kind, "amount": amount, "of": "", "text": "", "by": officer}
            self.attempt(explain_by_hand, effects=effects, line=line, **about)

    # --- the model

    def _country(self, where: int) -> str:
        return self.house.abroad[where].station.county.country

    def _there(self, where: int, code: str) -> str:
        return self.coded(code, self._country(where), self.theirs.currency)
