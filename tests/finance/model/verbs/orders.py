"""Orders of goods that are handed over for cash, and what of them is brought back: everybody gives back their part."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from orders.models import Fulfilment, FulfilmentLine, Order, Return
from orders.purchases.services import hand_over_purchase
from orders.returns.services import (
    Inspected,
    ReturnItem,
    Seen,
    approve_return,
    drop_return,
    inspect_return,
    receive_return,
    request_return,
    send_return,
)
from tests.factories.parcels import code_of as pickup_code_of
from tests.factories.purchases import Shop as Selling
from tests.factories.purchases import at_station, parcel_of, placed
from tests.finance.model import earnings
from tests.finance.model.books import Effect, Move, moved
from tests.finance.model.earnings import EXPENSE, REVENUE, WHOLE, Earning, Line, Lines, Step, half_up
from tests.finance.model.house import DAY, HELPER_BP, RULES
from tests.finance.model.machine import ANY, SHOPS, chosen
from tests.finance.model.market import AT_ONCE_MOST, LEG, OFF_BP, OFF_FROM, PRICE, SUPPLIER, VAN
from tests.finance.model.rows import Sale
from tests.finance.model.verbs.payouts import Payouts
from tests.finance.model.verbs.sales import CASH

WINDOW_DAYS, BRING_DAYS = 7, 14
#: A buyer has at most so many times what the counter gives back at once, in so many days.
PERSON_CEILINGS, PERSON_DAYS = 3, 30
#: Why goods come back, and whether a photo has to show it.
REASONS = {"defect": True, "wrong_item": True, "late": False, "change_of_mind": False}


@dataclass
class Bought:
    """Pieces of one order that the buyer has in hand, and who got what of them."""

    part: FulfilmentLine
    order: Order
    sale: Sale
    quantity: int
    #: What the buyer paid, and what the platform put in.
    price: int
    off: int
    supplier: Line
    earning: Earning
    shut_at: dt.datetime
    asked: int = 0
    refunded: int = 0

    @property
    def event(self) -> str:
        return str(self.part.pk)


@dataclass
class Back:
    """Some of these pieces on their way back."""

    row: Return
    bought: Bought
    quantity: int
    value: int
    reason: str
    is_at_once: bool
    asked_at: dt.datetime
    until: dt.date
    state: str = "approved"
    is_refunded: bool = False


class Orders(Payouts):
    """Everything there is at the counter, and goods that are ordered and brought back."""

    def __init__(self, house: Any) -> None:
        self.market = house.market  # before the sequence begins: it stays
        super().__init__(house)
        self.bought: list[Bought] = []
        self.backs: list[Back] = []

    @rule(where=SHOPS, who=st.booleans(), quantity=st.integers(1, 3))
    def goods_are_handed_over(self, where: int, who: bool, quantity: int) -> None:
        """Ordered through either of two people, brought to the station, and paid in cash at the counter."""
        shop, selling = self.house.shops[where], self.market.counters[where]
        by = shop.helper if who else shop.partner
        parcel = self.attempt(bring_to_the_station, selling=selling, quantity=quantity, by=by)
        goods = PRICE * quantity
        off = half_up(goods * OFF_BP, WHOLE) if goods >= OFF_FROM else 0
        sale = self._sale(shop, "order", "", goods - off, 0, False, "")
        sale.funding, part = "till", parcel.lines.get()
        shut_at = self.land.instant_of(self.today + (WINDOW_DAYS + 1) * DAY, dt.time())
        found = earnings.rule_for(RULES, "goods_order", "", goods)
        assert found
        helper_bp = HELPER_BP if who else None
        earning = Earning(found, goods, 0, shop.funds, self.at, shut_at, helper_bp, str(part.pk))
        earnings.accrue(earning, RULES, [], self.beneficiaries(shop), None)
        fees = earning.paid()
        supplier = Line(SUPPLIER, goods - sum(leg[2] for leg in fees), shut_at, str(part.pk))
        effects: list[Effect] = [Move(shop.till, shop.funds, goods - off), *moved(EXPENSE, shop.funds, off)]
        for source, account, minor in [*fees, (shop.funds, SUPPLIER, supplier.minor)]:
            effects += moved(source, account, minor)
        done = self.attempt(
            hand_over_purchase,
            expect=self._cash_refused(shop, goods - off),
            effects=effects,
            earned=[*earning.lines(), supplier],
            fulfilment=parcel,
            code=pickup_code_of(parcel_of(parcel)),
            tender=CASH,
            by=shop.partner,
            key=uuid4().hex,
        )
        if done:
            sale.payment = done.order.payments.get().payment
            sale.state, sale.finished_at = "succeeded", self.then
            self.bought.append(Bought(part, done.order, sale, quantity, goods - off, off, supplier, earning, shut_at))

    @precondition(lambda self: self.bought)
    @rule(n=ANY, quantity=st.sampled_from([1, 1, 2, 3]), reason=st.sampled_from(sorted(REASONS)))
    def ask_to_bring_it_back(self, n: int, quantity: int, reason: str) -> None:
        """A small one is approved at once, the county decides of the others; what was earned waits from now on."""
        bought = chosen(self.bought, n)
        expect = "return_window_shut" if self.at >= bought.shut_at else ""
        expect = expect or ("quantity_not_returnable" if quantity > bought.quantity - bought.asked else "")
        value = half_up(bought.price * quantity, bought.quantity)
        is_at_once, waiting = self._is_at_once(bought, value), self._can_wait(bought.event)
        row = self.attempt(
            request_return,
            expect=expect,
            order=bought.order,
            items=[ReturnItem(bought.part.order_line, quantity)],
            reason=reason,
            by=bought.sale.shop.partner,
            key=uuid4().hex,
        )
        if not row:
            return
        assert row.status == ("approved" if is_at_once else "requested")
        bought.asked += quantity
        for line in waiting:
            line.held_for = bought.event
        asked_at = self.then
        if not is_at_once:
            row = self.attempt(approve_return, goods_return=row, by=self.house.clerk)
        until = self.land.day_of(self.then) + BRING_DAYS * DAY
        self.backs.append(Back(row, bought, quantity, value, reason, is_at_once, asked_at, until))

    @precondition(lambda self: self.backs)
    @rule(n=ANY, is_as_new=st.sampled_from([True, True, False]), has_photo=st.sampled_from([True, True, False]))
    def it_is_brought_back(self, n: int, is_as_new: bool, has_photo: bool) -> None:
        """To the counter: there a small one is settled at once, unless its buyer has used what is not wanted."""
        back = chosen(self.backs, n)
        by = back.bought.sale.shop.partner
        expect = "" if back.state == "approved" else "wrong_state"
        if back.state == "approved" and self.today > back.until:
            expect = "brought_too_late"
        expect = expect or ("photo_needed" if REASONS[back.reason] and not has_photo else "")
        condition, photo = "as_new" if is_as_new else "opened", self.house.photo(by) if has_photo else None
        is_settled = not expect and back.is_at_once and (is_as_new or back.reason != "change_of_mind")
        effects, lines, owed = self._settled(back) if is_settled else ([], [], 0)
        about = {"goods_return": back.row, "seen": [Seen(back.row.lines.get().pk, condition, photo)], "by": by}
        if self.attempt(drop_return, expect=expect, effects=effects, earned=lines, **about):
            back.state = "dropped"
            if is_settled:
                self._is_settled(back, owed)

    @precondition(lambda self: any(back.state == "dropped" for back in self.backs))
    @rule(n=ANY)
    def the_centre_looks_at_it(self, n: int) -> None:
        """What was not settled at the counter is settled now; what was earned of the rest waits no more."""
        back = chosen([back for back in self.backs if back.state == "dropped"], n)
        clerk, bought = self.house.clerk, back.bought
        row = self.attempt(send_return, goods_return=back.row, by=bought.sale.shop.partner)
        row = self.attempt(receive_return, goods_return=row, by=clerk)
        effects, lines, owed = ([], [], 0) if back.is_refunded else self._settled(back)
        said = [Inspected(row.lines.get().pk, back.quantity, "as_new")]
        self.attempt(inspect_return, effects=effects, earned=lines, goods_return=row, inspected=said, by=clerk)
        back.state = "over"
        if not back.is_refunded:
            self._is_settled(back, owed)
        if not any(other.bought is bought and other.state != "over" for other in self.backs):
            self._go_on(bought.event)

    # --- the model

    def _is_at_once(self, bought: Bought, value: int) -> bool:
        """Whether the counter gives so much back: with what it gave of the order, and to the buyer lately."""
        since = self.at - PERSON_DAYS * DAY
        given = [back for back in self.backs if back.is_at_once]
        of_order = sum(back.value for back in given if back.bought is bought)
        lately = sum(back.value for back in given if back.asked_at > since)
        return of_order + value <= AT_ONCE_MOST and lately + value <= PERSON_CEILINGS * AT_ONCE_MOST

    def _settled(self, back: Back) -> tuple[list[Effect], Lines, int]:
        """Everybody gives back their part of these pieces, the way back is paid; what is owed to the buyer."""
        bought, funds = back.bought, back.bought.sale.shop.funds
        step = Step(bought.refunded, bought.refunded + back.quantity, bought.quantity)
        paid, off, when = step.of(bought.price), step.of(bought.off), max(self.at, bought.shut_at)
        parts = [part.line for who, part in bought.earning.parts.items() if who != "platform"]
        effects: list[Effect] = []
        lines: Lines = []
        for line in [bought.supplier, *parts]:
            assert line
            effects += moved(line.account, funds, step.of(line.minor))
            lines.append(Line(line.account, -step.of(line.minor), when, bought.event, of=line))
        # The platform's share is the rest, and what it had put in is its own again.
        effects += moved(REVENUE, funds, paid + off + sum(line.minor for line in lines))
        effects += moved(funds, EXPENSE, off)
        leg, leg_lines = self._way_back(back, paid)
        kept = LEG if back.reason == "change_of_mind" else 0
        return [*effects, *leg], [*lines, *leg_lines], paid - kept

    def _way_back(self, back: Back, paid: int) -> tuple[list[Effect], Lines]:
        """Who gave cause pays the carrier; a carrier at fault gets nothing."""
        if back.reason == "late":
            return [], []
        assert paid > LEG
        lines = [Line(VAN, LEG, self.at, str(back.row.pk))]
        if back.reason == "change_of_mind":
            return [Move(back.bought.sale.shop.funds, VAN, LEG)], lines
        effects: list[Effect] = [Move(EXPENSE, VAN, LEG)]
        if back.reason == "defect":
            effects.append(Move(SUPPLIER, EXPENSE, LEG))
            lines.append(Line(SUPPLIER, -LEG, self.at, str(back.row.pk)))
        return effects, lines

    def _is_settled(self, back: Back, owed: int) -> None:
        back.is_refunded = True
        back.bought.refunded += back.quantity
        self._owe(back.bought.sale, owed, "return")


def bring_to_the_station(*, selling: Selling, quantity: int, by: Any, at: dt.datetime) -> Fulfilment:
    """All that comes before the hand-over, and moves no money."""
    return at_station(selling, placed(selling, quantity, by=by, at=at), at=at)
