"""A check-up day of a village's clinic that was yesterday, with residents on its list."""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.timezone import now

from core.days import day_in, instant_of
from core.money import Money
from health.checkups.models import CheckupDay, CheckupItem, CheckupOrder, CheckupPackage, CheckupReport, CheckupResult
from health.checkups.queries import missing_items, orders
from health.checkups.services import (
    Reading,
    Verdict,
    approve_checkup_package,
    finish_order,
    open_campaign,
    open_checkup_day,
    record_results,
    release_report,
    roster_eligible,
)
from health.records.services import agree
from stations.models import User
from stations.people.models import Person
from tests.factories.chronic import Practice, practice
from tests.factories.finance import Desk
from tests.factories.stations import PostFactory, UserFactory

ELDER = {"birth_date": dt.date(1950, 3, 1), "sex": "female"}
DAYS = dt.timedelta(days=1)


@dataclass
class CheckupPlace(Practice):
    """A clinic with a check-up day yesterday at its station."""

    day: CheckupDay

    @property
    def noon(self) -> dt.datetime:
        """Of the check-up day, when it is over."""
        return instant_of(self.clinic.zone, self.day.local_date, dt.time(12))

    @property
    def before(self) -> dt.datetime:
        """When the list was made."""
        return self.noon - 2 * DAYS

    def elder(self, full_name: str = "张桂兰", *, agrees: bool = True, **values: Any) -> Person:
        """A resident of the station who is old enough."""
        person, _number = self.resident(full_name, **{**ELDER, **values})
        if agrees:
            agree(resident=person, manner="signature", by=self.nurse, at=self.before)
        return person

    def listed(self, full_name: str = "张桂兰", **values: Any) -> CheckupOrder:
        """A resident who is on the list."""
        person = self.elder(full_name, **values)
        roster_eligible(day=self.day, by=self.nurse, at=self.before)
        return self.order_of(person)

    def order_of(self, person: Person) -> CheckupOrder:
        """The check-up of a resident as it stands."""
        return orders().get(resident=person, campaign=self.day.campaign)

    def send(self, *readings: Reading, by: User | None = None, at: dt.datetime | None = None) -> list[Verdict]:
        """Readings as a tablet of the clinic sends them."""
        by = by or self.nurse
        within = orders().open_to(by, "health.record_checkup_result")
        return record_results(readings=readings, within=within, by=by, at=at or self.noon)

    def reading(self, order: CheckupOrder, item: str, value: Any = None, **values: Any) -> Reading:
        """One item; a number is a value, a word the code of an answer."""
        given = {"choice": value} if isinstance(value, str) and value.isalpha() else {}
        if value is not None and not given:
            given = {"value": Decimal(str(value))}
        about = {"op_id": uuid.uuid4(), "serial": order.serial, "item": item, "made_at": self.noon}
        return Reading(**{**about, **given, **values})

    def fill(self, order: CheckupOrder, **values: Any) -> list[Verdict]:
        """All needed items: these values, and normal ones for the rest."""
        missing = missing_items(order)
        readings = [self.reading(order, each.code, values.get(each.code, normal_of(each))) for each in missing]
        return self.send(*readings)

    def completed(self, order: CheckupOrder | None = None, **values: Any) -> CheckupOrder:
        """A check-up with all its results, completed on its day."""
        order = order or self.listed()
        self.fill(order, **values)
        return finish_order(order=order, by=self.nurse, at=self.noon)

    def released(self, order: CheckupOrder | None = None, **values: Any) -> CheckupReport:
        """A report that the doctor has released."""
        done = self.completed(order, **values)
        return release_report(report=done.report, by=self.doctor, at=self.noon)


def normal_of(item: CheckupItem) -> Any:
    """A value that is normal for an old woman."""
    if item.kind == CheckupItem.Kind.CHOICE:
        return item.options[0]["code"]
    known = {"height": 160, "weight": 55, "waist": 80, "creatinine": 60, "haemoglobin": 130, "glucose": 5}
    if item.code in known:
        return known[item.code]
    found = next((each for each in item.ranges.all() if each.sex in ("", "female")), None)
    if found is None:
        return item.least
    return found.low if found.low is not None else found.high


def clinical_lead() -> User:
    """A doctor over the network, who decides what is normal for everybody."""
    lead = UserFactory()
    PostFactory(user=lead, role="doctor")
    return lead


def package_in_use() -> CheckupPackage:
    """The package of China, approved."""
    found = CheckupPackage.objects.get(code="cn-65plus-2025", revision=1)
    if found.status == "draft":
        found = approve_checkup_package(package=found, by=UserFactory(), at=now() - 9 * DAYS)
    return found


def checkup_place(
    ready: Desk | None = None, *, price: int = 120_00, budget: int = 12_000_00, per_slot: int = 8, **values: Any
) -> CheckupPlace:
    """A clinic, its campaign, and its day yesterday from eight to half past nine: three half-hours."""
    there = practice(ready, **values)
    at, currency = now() - 5 * DAYS, there.clinic.currency
    yesterday = day_in(there.clinic.zone, now()) - DAYS
    campaign = open_campaign(
        package=package_in_use(),
        clinic=there.clinic,
        name="65岁以上体检",
        from_date=yesterday - 30 * DAYS,
        to_date=yesterday + 30 * DAYS,
        price=Money(price, currency),
        budget=Money(budget, currency),
        by=UserFactory(),
        at=at,
    )
    day = open_checkup_day(
        campaign=campaign,
        station=there.ready.station,
        day=yesterday,
        starts=dt.time(8),
        ends=dt.time(9, 30),
        per_slot=per_slot,
        by=there.nurse,
        at=at,
    )
    return CheckupPlace(there.ready, there.clinic, there.nurse, there.doctor, day)


def counting(order: CheckupOrder, item: str) -> CheckupResult:
    """The result that counts."""
    return CheckupResult.objects.get(order=order, item__code=item, is_current=True)
