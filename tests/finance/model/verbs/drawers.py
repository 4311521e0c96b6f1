"""The drawer's day: opened, counted blind, handed over, closed; what a count finds beside the books."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from finance.models import CashDay, OverShort
from finance.tills.services import (
    absorb_variance,
    charge_variance,
    close_cash_day,
    count_cash,
    decide_dispute,
    dispute_variance,
    explain_variance,
    hand_over_till,
    open_cash_day,
    propose_charge,
    resume_day,
    return_variance,
)
from tests.factories.tills import pieces
from tests.finance.model.books import Effect, moved
from tests.finance.model.earnings import EXPENSE
from tests.finance.model.house import DAY
from tests.finance.model.machine import ANY, chosen
from tests.finance.model.rows import Drawer
from tests.finance.model.verbs.online import Online

PLACES = st.integers(0, 2)
BESIDE = st.sampled_from([0, 0, 0, 0, -4_40, -100_00, 5_00])
SETTLED = frozenset({"absorbed", "returned", "charged"})
UNCLAIMED = "unclaimed:platform"
FOUND = frozenset({"open", "explained"})


@dataclass
class Difference:
    """What a count has found: counted less expected, on whose account, and how far the question has come."""

    row: OverShort
    shop: Any
    account: str
    holder: Any
    minor: int
    found_at: dt.datetime
    state: str = "open"
    notice_at: dt.datetime | None = None
    proposed_by: Any = None
    asked: tuple[str, Any] = ("", None)
    owner: Any = None
    involved: set[Any] = field(default_factory=set)


@dataclass
class Count:
    """A count that became what the books say: when, who held the drawer until then, and what it found."""

    shop: Any
    at: dt.datetime
    holder: Any
    found: Difference | None


class Drawers(Online):
    """The counter, and its drawer."""

    def __init__(self, house: Any) -> None:
        super().__init__(house)
        self.differences: list[Difference] = []
        self.counts: list[Count] = []
        #: What was charged to a payee, and when; below nothing where a charge was taken back.
        self.charges: list[tuple[str, int, dt.datetime]] = []
        self.drawers[house.centre_place.till] = Drawer(house.centre_place)

    def place(self, n: int) -> Any:
        """A station, or the centre."""
        return [*self.house.shops, self.house.centre_place][n]

    # --- the day

    @initialize(is_open=st.sampled_from([True, True, True, False]))
    def the_first_morning(self, is_open: bool) -> None:
        if is_open:
            for n in range(3):
                self._open(self.place(n))

    @rule(days=st.sampled_from([1, 1, 1, 3, 7]), who=st.sampled_from([(0, 1), (0, 1), (0,), (1,), (0, 1, 2)]))
    def a_new_morning(self, days: int, who: tuple[int, ...]) -> None:
        """They have counted and closed in the evening, and open again."""
        for n in who:
            place = self.place(n)
            if self.drawers[place.till].state not in {"", "closed"}:
                self._count(place, False, 0)
                self._close(place)
        self.at = self.land.instant_of(self.today + days * DAY, dt.time(8))
        for n in who:
            self._open(self.place(n))

    @rule(where=PLACES, beside=BESIDE)
    def open_the_day(self, where: int, beside: int) -> None:
        self._open(self.place(where), beside)

    def _open(self, place: Any, beside: int = 0) -> None:
        drawer = self.drawers[place.till]
        expect = ""
        if drawer.state not in {"", "closed"}:
            expect = "previous_day_not_closed" if drawer.date < self.today else "cash_day_open_elsewhere"
        elif drawer.date == self.today:
            expect = "cash_day_closed"
        counted, lines = self._counted(place, beside)
        found = counted - self.books.holds(place.till)
        account = f"over_short:{place.station.code}"
        opened = self.attempt(
            open_cash_day,
            expect=expect,
            effects=moved(place.till, account, found),
            station=place.station,
            lines=lines,
            by=place.partner,
        )
        if opened:
            drawer.state, drawer.date, drawer.holder = "open", self.today, place.partner
            self._note_difference(place, found, account, None, counted_at=self.then)

    @rule(where=PLACES, who=st.booleans(), beside=BESIDE)
    def count_the_drawer(self, where: int, who: bool, beside: int) -> None:
        self._count(self.place(where), who, beside)

    def _count(self, place: Any, who: bool, beside: int) -> None:
        drawer = self.drawers[place.till]
        if not drawer.state:
            return
        counted, lines = self._counted(place, beside)
        by = place.helper if who else place.partner
        expect = "wrong_state" if drawer.state == "closed" else ""
        if self.attempt(count_cash, expect=expect, cash_day=self._day(place), lines=lines, by=by):
            drawer.state, drawer.counted, drawer.counted_by = "counted", counted, by
            drawer.counted_at = self.then
            drawer.version = self.books.versions[place.till]

    @precondition(lambda self: any(drawer.state for drawer in self.drawers.values()))
    @rule(where=PLACES)
    def go_on_selling(self, where: int) -> None:
        place = self.place(where)
        drawer = self.drawers[place.till]
        expect = "" if drawer.state == "counted" else "wrong_state"
        if drawer.state and self.attempt(resume_day, expect=expect, cash_day=self._day(place), by=place.partner):
            drawer.state = "open"

    @precondition(lambda self: any(drawer.state for drawer in self.drawers.values()))
    @rule(where=PLACES, is_helper=st.booleans(), who=st.booleans(), fresh=st.booleans(), beside=BESIDE)
    def hand_the_till_over(self, where: int, is_helper: bool, who: bool, fresh: bool, beside: int) -> None:
        place = self.place(where)
        drawer = self.drawers[place.till]
        if not drawer.state:
            return
        if fresh:
            self._count(place, who, beside)
        to, by = (place.helper if flag else place.partner for flag in (is_helper, not who))
        expect = self._count_refused(drawer)
        if not expect and (drawer.holder == to or {drawer.counted_by, by} != {drawer.holder, to}):
            expect = "same_person"
        found, account = self._found(place)
        effects = [] if expect else moved(place.till, account, found)
        if self.attempt(hand_over_till, expect=expect, effects=effects, cash_day=self._day(place), to=to, by=by):
            self._note_difference(place, found, account, drawer.holder, counted_at=drawer.counted_at)
            drawer.state, drawer.holder = "open", to

    @precondition(lambda self: any(drawer.state for drawer in self.drawers.values()))
    @rule(where=PLACES, fresh=st.booleans(), beside=BESIDE)
    def close_the_day(self, where: int, fresh: bool, beside: int) -> None:
        place = self.place(where)
        drawer = self.drawers[place.till]
        if not drawer.state:
            return
        if fresh:
            self._count(place, False, beside)
        self._close(place)

    def _close(self, place: Any) -> None:
        drawer = self.drawers[place.till]
        expect = self._count_refused(drawer)
        found, account = self._found(place)
        effects = [] if expect else moved(place.till, account, found)
        day = self._day(place)
        if self.attempt(close_cash_day, expect=expect, effects=effects, cash_day=day, by=place.partner):
            self._note_difference(place, found, account, drawer.holder, counted_at=drawer.counted_at)
            drawer.state = "closed"

    # --- what was found

    @precondition(lambda self: self.differences)
    @rule(n=ANY, is_other=st.booleans())
    def say_what_happened(self, n: int, is_other: bool) -> None:
        found = chosen(self.differences, n)
        by = self.house.clerk if is_other else found.holder or found.shop.partner
        expect = "" if found.state == "open" else "wrong_state"
        expect = expect or ("not_the_holder" if found.holder not in {None, by} else "")
        if self.attempt(explain_variance, expect=expect, over_short=found.row, text="change", by=by):
            self._arrow(found, "explained", by)

    @precondition(lambda self: self.differences)
    @rule(n=ANY)
    def propose_to_charge_it(self, n: int) -> None:
        found, by = chosen(self.differences, n), self.house.manager
        expect = "" if found.state in FOUND else "wrong_state"
        if not expect and found.state == "open" and self.at < found.found_at + 3 * DAY:
            expect = "explanation_awaited"
        expect = expect or self._not_chargeable(found, by)
        if self.attempt(propose_charge, expect=expect, over_short=found.row, text="?", by=by):
            self._notice(found, by)

    @precondition(lambda self: any(found.state == "charge_proposed" for found in self.differences))
    @rule(n=ANY, is_same=st.sampled_from([False, False, True]), officer=st.integers(0, 2))
    def charge_it(self, n: int, is_same: bool, officer: int) -> None:
        found = chosen([found for found in self.differences if found.state == "charge_proposed"], n)
        by = found.proposed_by if is_same else self.house.officers[officer]
        expect = "same_person" if by in {found.proposed_by, found.holder} else ""
        expect = expect or ("notice_too_short" if self.at < found.notice_at + 7 * DAY else "")
        payee = self.house.commission(found.holder)
        effects = moved(payee, found.account, -found.minor)
        if self.attempt(charge_variance, expect=expect, effects=effects, over_short=found.row, by=by):
            self._arrow(found, "charged", by)
            found.charged_at = self.then
            self.charges.append((payee, -found.minor, self.then))

    @precondition(lambda self: self.differences)
    @rule(n=ANY, officer=st.integers(0, 2))
    def let_the_house_bear_it(self, n: int, officer: int) -> None:
        found, by = chosen(self.differences, n), self.house.officers[officer]
        expect = "" if found.state in FOUND else "wrong_state"
        wanted, asker = found.asked
        is_second = wanted == "absorb"
        expect = expect or ("same_person" if is_second and asker == by else "")
        effects = self._borne(found) if is_second else []
        done = self.attempt(absorb_variance, expect=expect, effects=effects, over_short=found.row, text="?", by=by)
        if done and is_second:
            found.state = "absorbed"
        elif done:
            found.asked = "absorb", by
        if done:
            found.involved.add(by)

    @precondition(lambda self: self.differences)
    @rule(n=ANY, is_other=st.sampled_from([False, False, True]))
    def dispute_it(self, n: int, is_other: bool) -> None:
        found = chosen(self.differences, n)
        by = self.house.clerk if is_other else found.holder or found.shop.partner
        expect = "" if found.state in {*FOUND, "charge_proposed", "charged"} else "wrong_state"
        expect = expect or ("not_the_holder" if found.holder not in {None, by} else "")
        effects: list[Effect] = []
        if found.state == "charged" and not expect:
            expect = "dispute_period_over" if self.at > found.charged_at + 60 * DAY else ""
            effects = moved(found.account, self.house.commission(found.holder), -found.minor)
        if self.attempt(dispute_variance, expect=expect, effects=effects, over_short=found.row, text="no", by=by):
            if found.state == "charged":
                self.charges.append((self.house.commission(found.holder), found.minor, self.then))
            self._arrow(found, "disputed", by)

    @precondition(lambda self: any(found.state == "disputed" for found in self.differences))
    @rule(n=ANY, officer=st.integers(0, 2), outcome=st.sampled_from(["absorb", "charge"]))
    def decide_about_it(self, n: int, officer: int, outcome: str) -> None:
        found = chosen([found for found in self.differences if found.state == "disputed"], n)
        by = self.house.officers[officer]
        expect = "already_involved" if by in found.involved or by == found.holder else ""
        effects: list[Effect] = []
        if outcome == "charge":
            expect = expect or self._not_chargeable(found, by)
        else:
            effects = self._borne(found)
        about = {"over_short": found.row, "outcome": outcome, "text": "so", "by": by}
        if self.attempt(decide_dispute, expect=expect, effects=effects, **about):
            if outcome == "charge":
                self._notice(found, by)
            else:
                self._arrow(found, "absorbed", by)

    @precondition(lambda self: self.differences and self.sales)
    @rule(n=ANY, m=ANY, officer=st.integers(0, 2))
    def give_it_to_its_owner(self, n: int, m: int, officer: int) -> None:
        found, sale, by = chosen(self.differences, n), chosen(self.sales, m), self.house.officers[officer]
        wanted, asker = found.asked
        is_second = wanted == "return"
        expect = self._not_returnable(found, sale)
        expect = expect or ("owner_differs" if is_second and found.owner is not sale else "")
        expect = expect or ("same_person" if is_second and asker == by else "")
        if is_second:
            expect = expect or ("more_than_paid" if self._left_to_return(sale) < found.minor else "")
        source = UNCLAIMED if found.state == "absorbed" else found.account
        effects = moved(source, sale.shop.funds, found.minor) if is_second and not expect else []
        about = {"over_short": found.row, "payment": sale.payment, "text": "his", "by": by}
        if not self.attempt(return_variance, expect=expect, effects=effects, **about):
            return
        found.involved.add(by)
        if is_second:
            found.state = "returned"
            self._returned(sale, found.minor)
        else:
            found.asked, found.owner = ("return", by), sale

    # --- the model

    def _day(self, place: Any) -> CashDay:
        return CashDay.objects.filter(station=place.station).latest("business_date")

    def _counted(self, place: Any, beside: int) -> tuple[int, dict[int, int]]:
        """What is counted: what should be there and a difference; nobody counts less than a jiao."""
        lines = pieces(max(0, self.books.holds(place.till) + beside))
        return sum(value * number for value, number in lines.items()), lines

    def _count_refused(self, drawer: Drawer) -> str:
        """Why a count does not end a custody or a day."""
        if drawer.state == "closed":
            return "cash_day_closed"
        if drawer.state != "counted":
            return "wrong_state"
        return "count_stale" if drawer.version != self.books.versions[drawer.shop.till] else ""

    def _found(self, place: Any) -> tuple[int, str]:
        drawer = self.drawers[place.till]
        return drawer.counted - self.books.holds(place.till), f"over_short:{drawer.holder.pk.hex}"

    def _note_difference(self, shop: Any, minor: int, account: str, holder: Any, *, counted_at: dt.datetime) -> None:
        found = None
        if minor:
            row = OverShort.objects.order_by("pk").last()
            assert (row.amount_minor, row.holder) == (minor, holder)
            found = Difference(row, shop, account, holder, minor, self.then)
            self.differences.append(found)
        self.counts.append(Count(shop, counted_at, holder, found))

    def _not_chargeable(self, found: Difference, by: Any) -> str:
        if found.minor > 0 or found.holder is None:
            return "not_chargeable"
        return "same_person" if found.holder == by else ""

    def _borne(self, found: Difference) -> list[Effect]:
        """Short: our expense. Too much: kept for its owner."""
        other = EXPENSE if found.minor < 0 else UNCLAIMED
        return moved(found.account, other, found.minor)

    def _notice(self, found: Difference, by: Any) -> None:
        found.proposed_by, found.notice_at = by, self.then
        self._arrow(found, "charge_proposed", by)

    def _arrow(self, found: Difference, state: str, by: Any) -> None:
        found.state = state
        found.involved.add(by)
        if state not in {"absorbed", "returned"}:
            found.asked = "", None

    def _not_returnable(self, found: Difference, sale: Any) -> str:
        if found.state not in {*FOUND, "absorbed"}:
            return "wrong_state"
        if found.minor <= 0:
            return "not_too_much"
        return "" if sale.shop is found.shop else "owner_missing"

    def _left_to_return(self, sale: Any) -> int:
        """Nobody gets more back as found too much than was paid."""
        returned = sum(owed.minor for owed in self.owed if owed.sale is sale and owed.reason == "variance")
        return sale.total - returned

    def _returned(self, sale: Any, minor: int) -> None:
        self._owe(sale, minor, "variance")
