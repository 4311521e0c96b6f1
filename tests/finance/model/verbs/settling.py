"""Time passes: nights in which days are settled and weeks told; corrections, other payables, lines that wait."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from finance import chart
from finance.fees.services import approve_adjustment, propose_adjustment, reject_adjustment
from finance.models import Adjustment, DayClose, PayableLine, Statement
from finance.settlement.services import accrue_payable, hold_lines, release_lines, reverse_payable, settle_day
from ledger.models import Account
from tests.finance.model.books import Effect, Move, moved
from tests.finance.model.earnings import EXPENSE, REVENUE, WHOLE, Line, half_up
from tests.finance.model.house import DAY, TAX_BP
from tests.finance.model.machine import ANY, chosen
from tests.finance.model.verbs.floats import Floats

SUBSIDY, SUPPLIER = "subsidy:reading", "supplier:HOSPITAL-1"
#: Kinds of accounts whose holders are told each week what is theirs.
PAYEES = frozenset({"commission", "supplier", "carrier", "farmer"})


@dataclass
class Told:
    """What has been told of a payee's account so far: what is carried on, and the month for its tax."""

    until: dt.datetime | None = None
    carried: int = 0
    months: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))


@dataclass
class Due:
    """A closed statement with something to pay."""

    row: Statement
    account: str
    minor: int
    closed_at: dt.datetime
    state: str = "closed"


@dataclass
class Correction:
    """A correction of one sale on one account."""

    row: Adjustment
    account: str
    event: str
    minor: int
    by: Any
    state: str = "proposed"
    decided_by: Any = None


@dataclass
class Payable:
    """What is owed to a supplier for something."""

    row: PayableLine
    event: str
    source: str
    left: int
    line: Line


class Settling(Floats):
    """Everything at the counter, and what becomes of what was earned."""

    def __init__(self, house: Any) -> None:
        super().__init__(house)
        self.told: dict[str, Told] = defaultdict(Told)
        self.due: list[Due] = []
        self.corrections: list[Correction] = []
        self.payables: list[Payable] = []
        self.adjusted: list[Line] = []
        self.settled_until: dt.date | None = None

    # --- time

    @rule(hours=st.sampled_from([1, 5, 13]))
    def time_passes(self, hours: int) -> None:
        self.at += dt.timedelta(hours=hours)

    @rule(days=st.sampled_from([1, 1, 3, 7]))
    def another_morning(self, days: int) -> None:
        self.at = self.land.instant_of(self.today + days * DAY, dt.time(8))

    @rule()
    def the_night_is_settled(self) -> None:
        self._settle(self.today)

    @rule()
    def the_week_is_told(self) -> None:
        self._settle(self.today + (6 - self.today.weekday()) * DAY)

    def _settle(self, date: dt.date) -> None:
        """At half past two the day before is settled, and what was missed before it."""
        self.at = self.land.instant_of(date + DAY, dt.time(2, 30))
        effects, due = self._weeks_until(date)
        before = set(Statement.objects.values_list("pk", flat=True))
        done = self.attempt(
            settle_day, effects=effects, county=self.house.county, business_date=date, zone=self.land.zone
        )
        assert done
        assert not DayClose.objects.filter(business_date__lte=date).exclude(status="closed").exists()
        found = {}
        for row in Statement.objects.exclude(pk__in=before).select_related("account").order_by("period_to"):
            if row.payable_minor:
                found[row.account.code, row.period_to] = row
        theirs = {key: row.payable_minor for key, row in found.items()}
        assert theirs == due, f"told, and what the model says: {theirs}, {due}"
        self.due += [Due(row, code, row.payable_minor, self.then) for (code, _date), row in found.items()]

    def _weeks_until(self, date: dt.date) -> tuple[list[Effect], dict[tuple[str, dt.date], int]]:
        """The taxes and the payable amounts of every week that ends until this day and is not told yet."""
        first = self.settled_until + DAY if self.settled_until else date
        self.settled_until = max(date, self.settled_until or date)
        effects: list[Effect] = []
        due: dict[tuple[str, dt.date], int] = {}
        for number in range((date - first).days + 1):
            day = first + number * DAY
            if day.weekday() == 6:
                for code in self._payees():
                    minor, tax = self._tell(code, day)
                    effects += moved(code, "tax_payable:platform", tax)
                    if minor:
                        due[code, day] = minor
        return effects, due

    def _payees(self) -> list[str]:
        codes = {line.account for line in self.lines} | {code for code, _minor, _at in self.charges}
        return sorted(code for code in codes if code.partition(":")[0] in PAYEES)

    def _tell(self, code: str, sunday: dt.date) -> tuple[int, int]:
        """What is payable of a week, and its tax: of the month so far, less what was withheld in it."""
        told, until = self.told[code], self.land.instant_of(sunday + DAY, dt.time())

        def of_the_week(at: dt.datetime) -> bool:
            return (told.until is None or at > told.until) and at <= until

        mine = [line for line in self.lines if line.account == code and not line.waits]
        mine += [line for line in self.adjusted if line.account == code and not self._corrects_what_waits(line)]
        gross = sum(line.minor for line in mine if of_the_week(line.when))
        charges = sum(minor for account, minor, at in self.charges if account == code and of_the_week(at))
        brought = [due for due in self.due if due.account == code and due.state == "carried"]
        month = told.months[sunday.year, sunday.month]
        tax = 0
        if self._is_taxed(code):
            tax = max(0, half_up(max(0, month[0] + gross) * TAX_BP, WHOLE) - month[1])
        left = told.carried + sum(due.minor for due in brought) + gross - tax - charges
        for due in brought:
            due.state = "brought"
        month[0], month[1] = month[0] + gross, month[1] + tax
        payable = max(left + self._given_back(code, until), 0)
        told.until, told.carried = until, left - payable
        return payable, tax

    def _is_taxed(self, code: str) -> bool:
        return code.startswith("commission:") and code != self.house.county_account

    # --- corrections

    @precondition(lambda self: self.sales)
    @rule(
        n=ANY,
        who=st.sampled_from(["partner", "helper", "county"]),
        minor=st.sampled_from([-5_00, -1_00, -10, 50, 2_00]),
    )
    def propose_a_correction(self, n: int, who: str, minor: int) -> None:
        sale = chosen(self.sales, n)
        users = {"partner": sale.shop.partner, "helper": sale.shop.helper}
        key = chart.commission_of_user(users[who].pk) if who in users else chart.commission_of_county(self.house.county)
        account = Account.objects.filter(code=key.code).first()
        if account is None:
            return
        event, by = str(sale.payment.pk), self.house.officers[0]
        expect = "dispute_open" if minor < 0 and self._is_disputed(key.code, event) else ""
        expect = expect or ("above_event" if minor < 0 and self._brought(key.code, event) + minor < 0 else "")
        about = {"account": account, "event_type": "payment", "event_id": event, "amount": self.money(minor), "by": by}
        row = self.attempt(propose_adjustment, expect=expect, reason="agreed", text="agreed", **about)
        if row:
            self.corrections.append(Correction(row, key.code, event, minor, by))

    @precondition(lambda self: self.corrections)
    @rule(n=ANY, officer=st.integers(0, 1), is_yes=st.sampled_from([True, True, False]))
    def decide_a_correction(self, n: int, officer: int, is_yes: bool) -> None:
        correction, by = chosen(self.corrections, n), self.house.officers[officer]
        expect = "" if correction.state == "proposed" else "wrong_state"
        expect = expect or ("same_person" if by == correction.by else "")
        if not is_yes:
            if self.attempt(reject_adjustment, expect=expect, adjustment=correction.row, by=by):
                correction.state = "rejected"
            return
        minor = correction.minor
        is_above = minor < 0 and self._brought(correction.account, correction.event) + minor < 0
        is_disputed = minor < 0 and self._is_disputed(correction.account, correction.event)
        expect = expect or ("dispute_open" if is_disputed else "above_event" if is_above else "")
        source = EXPENSE if minor > 0 else REVENUE
        effects = [] if expect else moved(source, correction.account, minor)
        if self.attempt(approve_adjustment, expect=expect, effects=effects, adjustment=correction.row, by=by):
            correction.state, correction.decided_by = "approved", by
            when = max([self.then, *(line.when for line in self._of(correction) if line.of is None)])
            self.adjusted.append(Line(correction.account, minor, when, correction.event))

    def _of(self, correction: Correction | Line) -> list[Line]:
        """The lines that two people corrected: those of the event on the account."""
        about = (correction.account, correction.event)
        return [line for line in self.lines if (line.account, line.event) == about]

    def _corrects_what_waits(self, correction: Line) -> bool:
        return any(line.held_for for line in self._of(correction))

    def _is_disputed(self, code: str, event: str) -> bool:
        """Whether the payee disputes what an event took; nobody does here."""
        return False

    def _given_back(self, code: str, until: dt.datetime) -> int:
        """What is paid all the same while it is disputed."""
        return 0

    def _brought(self, code: str, event: str) -> int:
        """What an event has brought to an account, corrections included."""
        lines = sum(line.minor for line in self.lines if (line.account, line.event) == (code, event))
        done = (one for one in self.corrections if one.state == "approved")
        return lines + sum(one.minor for one in done if (one.account, one.event) == (code, event))

    # --- what apps above owe

    @rule(minor=st.sampled_from([10_00, 25_01, 60_00]), days=st.sampled_from([0, 0, 3]))
    def owe_a_supplier(self, minor: int, days: int) -> None:
        event = uuid4().hex
        source = SUBSIDY if self.books.can_use(SUBSIDY) >= minor else EXPENSE
        eligible_at = self.at + days * DAY
        row = self.attempt(
            accrue_payable,
            effects=[Move(source, SUPPLIER, minor)],
            event_type="appointment",
            event_id=event,
            account=self.house.supplier,
            amount=self.money(minor),
            source=self.house.subsidy,
            eligible_at=eligible_at,
            explanation={},
        )
        line = Line(SUPPLIER, minor, eligible_at, event)
        self.lines.append(line)
        self.payables.append(Payable(row, event, source, minor, line))

    @precondition(lambda self: self.payables)
    @rule(n=ANY, part=st.sampled_from([1, 2, 3]))
    def take_it_from_the_supplier(self, n: int, part: int) -> None:
        owed = chosen(self.payables, n)
        minor = {1: owed.left, 2: max(1, owed.left // 2), 3: owed.left + 1}[part]
        expect = "" if 0 < minor <= owed.left else "reversal_too_large"
        effects = [] if expect else [Move(SUPPLIER, owed.source, minor)]
        about = {"line": owed.row, "amount": self.money(minor), "key": uuid4().hex}
        if self.attempt(reverse_payable, expect=expect, effects=effects, **about):
            owed.left -= minor
            when = max(self.then, owed.row.eligible_at)
            self.lines.append(Line(SUPPLIER, -minor, when, owed.event, of=owed.line))

    @precondition(lambda self: self.lines)
    @rule(n=st.integers(0, 20))
    def let_lines_wait(self, n: int) -> None:
        event = chosen(self.lines, n).event
        waiting = self._can_wait(event)
        count = self.attempt(hold_lines, event_id=event, reason="a return")
        assert count >= len([line for line in waiting if line.minor])
        for line in waiting:
            line.held_for = event

    @precondition(lambda self: any(line.held_for for line in self.lines))
    @rule(n=ANY)
    def let_lines_go(self, n: int) -> None:
        event = chosen([line for line in self.lines if line.held_for], n).event
        self.attempt(release_lines, event_id=event)
        self._go_on(event)

    def _can_wait(self, event: str) -> list[Line]:
        """What an event has earned that is nobody's yet, and does not wait."""
        return [line for line in self.lines if line.event == event and line.when > self.at and not line.held_for]

    def _go_on(self, event: str) -> None:
        """What has waited of an event waits no more, with what corrects it."""
        go = [line for line in self.lines if line.event == event and line.waits]
        go += [line for line in self.adjusted if line.event == event and self._corrects_what_waits(line)]
        for line in go:
            line.held_for, line.when = "", max(line.when, self.then)
