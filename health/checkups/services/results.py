"""Results as devices and people send them: late, twice, in any order, several together.

What counts of an item is a function of all that was ever sent: a value before a reason for having none, then the one
that was made last. So two tablets that synchronise at night leave the same state, whichever comes first.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.database.db import lock_all
from core.days import day_in
from core.errors import Refused, refuses
from core.language.reasons import ReasonMissing
from core.language.text import is_blank
from core.resident_ids import refuse_number
from health.checkups.judging import Meant, meaning_for, meaning_of_choice
from health.checkups.machine import ORDER
from health.checkups.models import CheckupItem, CheckupOrder, CheckupResult
from health.checkups.models.orders import OrderQuerySet
from health.checkups.queries import agreed_to_record, items_of
from health.checkups.services.effects import follow_results
from health.checkups.services.reopening import lock_budgets_of, no_shows_among, reopen_no_show
from health.records.services import ValueNotPossible
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.queries.guardians import age_on
from stations.people.services.consents import ConsentMissing

ACCEPTED, KNOWN, REFUSED = "accepted", "known", "refused"
_S = CheckupOrder.Status


class OrderNotFound(Refused):
    """No check-up of the own clinic has this bar code."""

    code = "checkup_not_found"
    status = 422
    message = _("No check-up of your clinic has this bar code.")


class ReadingRefused(Refused):
    """The package has no such item or answer, it is in another unit, or the device's clock is wrong."""

    code = "reading_refused"
    status = 422
    message = _("This cannot be recorded: %(why)s")


class OpIdUsed(Refused):
    """A device gives each reading an id of its own: this one is of another item, or of another value of it."""

    code = "op_id_used"
    message = _("This id belongs to another reading.")


class NothingEntered(Refused):
    """A page on which nothing is new."""

    code = "nothing_entered"
    status = 422
    message = _("Enter at least one result, or say why there is none.")


@dataclass(frozen=True, slots=True)
class Reading:
    """One item of a check-up: a value in the unit of the item, the code of an answer, or why there is none."""

    op_id: UUID
    serial: str
    item: str
    made_at: dt.datetime
    value: Decimal | None = None
    choice: str = ""
    absent_because: str = ""
    unit: str = ""
    text: str = ""
    device: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a reading: stored, known from before, or refused; and what it means for the resident."""

    reading: Reading
    outcome: str
    flag: str = ""
    refusal: Refused | None = None


@dataclass(slots=True)
class Known:
    """What is read before the readings are looked at, in a few statements for any number of them."""

    orders: dict[str, CheckupOrder]
    items: dict[tuple[UUID, str], CheckupItem]
    agreed: set[UUID]
    rows: dict[UUID, CheckupResult]
    no_shows: set[UUID]
    current: dict[tuple[UUID, int], CheckupResult] = field(default_factory=dict)


@refuses()
@transaction.atomic
def record_results(*, readings: Sequence[Reading], within: OrderQuerySet, by: User, at: dt.datetime) -> list[Verdict]:
    """Store readings of check-ups within reach, each once however often it is sent, and say what became of each.

    One that is refused is refused visibly and stops no other: `checkup_not_found`, `reading_refused`,
    `value_not_possible`, `consent_missing`, `wrong_state`, `op_id_used`; after the check-up was completed another
    value needs a reason (`reason_missing`). Who was taken from the list as not come is on it again, as long as the
    budget pays (`budget_used_up`).
    """
    known = _known(readings, within)
    verdicts, made = [], []
    for reading in readings:
        try:
            row, is_new = _row_of(reading, known, by=by, at=at)
        except Refused as refusal:
            verdicts.append(Verdict(reading, REFUSED, refusal=refusal))
            continue
        known.rows[row.op_id] = row
        made += [row] if is_new else []
        verdicts.append(Verdict(reading, ACCEPTED if is_new else KNOWN, flag=row.flag))
    _store(made, known, by=by, at=at)
    return verdicts


def _known(readings: Sequence[Reading], within: OrderQuerySet) -> Known:
    named = within.filter(serial__in={each.serial for each in readings})
    lock_budgets_of(named.filter(status=_S.REVOKED))
    held = lock_all(named)
    packages = {each.campaign.package_id for each in held}
    items = {(package, item.code): item for package in packages for item in items_of(package)}
    people = Person.objects.filter(pk__in={each.resident_id for each in held})
    ops = Q(order__in=held) | Q(op_id__in=[each.op_id for each in readings])
    rows = {row.op_id: row for row in CheckupResult.objects.filter(ops)}
    current = {(row.order_id, row.item_id): row for row in rows.values() if row.is_current}
    agreed = set(agreed_to_record(people).values_list("pk", flat=True))
    orders = {each.serial: each for each in held}
    return Known(orders, items, agreed, rows, no_shows=no_shows_among(held), current=current)


def _row_of(reading: Reading, known: Known, *, by: User, at: dt.datetime) -> tuple[CheckupResult, bool]:
    """The row that has this id, or a new one; refused where it cannot be."""
    order = known.orders.get(reading.serial)
    if order is None:
        raise OrderNotFound(field="serial")
    item = known.items.get((order.campaign.package_id, reading.item))
    if item is None:
        raise ReadingRefused(field="item", why=_("the package has no such item"))
    found = known.rows.get(reading.op_id)
    if found is not None:
        _refuse_other(reading, found, about=(order.pk, item.pk))
        return found, False
    if order.pk not in known.no_shows or order.status != _S.REVOKED:
        ORDER.check("record_results", order.status)
    if order.resident_id not in known.agreed:
        raise ConsentMissing(field="serial")
    _check(reading, item)
    made_at = min(reading.made_at, at)
    meant = _meaning(reading, item, order, _day_of(order, made_at))
    _require_reason(reading, order, known.current.get((order.pk, item.pk)))
    row = CheckupResult(
        op_id=reading.op_id,
        order=order,
        item=item,
        value=reading.value,
        choice=reading.choice,
        absent_because=reading.absent_because,
        text=reading.text.strip(),
        unit=item.unit if reading.value is not None else "",
        low=meant.low,
        high=meant.high,
        flag=meant.flag,
        device=reading.device,
        reason=reading.reason.strip(),
        made_at=made_at,
        received_at=at,
        recorded_by=by,
        is_current=False,
    )
    if order.status == _S.REVOKED:
        reopen_no_show(order=order, by=by, at=at)
    return row, True


def _refuse_other(reading: Reading, found: CheckupResult, *, about: tuple[UUID, int]) -> None:
    said = (found.value, found.choice, found.absent_because)
    if (found.order_id, found.item_id) != about or said != (reading.value, reading.choice, reading.absent_because):
        raise OpIdUsed(field="op_id")


def _check(reading: Reading, item: CheckupItem) -> None:
    for name in ("text", "reason"):
        refuse_number(getattr(reading, name), field=name)
    given = [reading.value is not None, bool(reading.choice), bool(reading.absent_because)]
    is_number = item.kind == CheckupItem.Kind.NUMBER
    if sum(given) != 1 or given[1 if is_number else 0]:
        raise ReadingRefused(field=item.code, why=_("it needs a value, or the reason why there is none"))
    if reading.unit and reading.unit != item.unit:
        raise ReadingRefused(field=item.code, why=_("it is in another unit"))
    if reading.choice and item.option(reading.choice) is None:
        raise ReadingRefused(field=item.code, why=_("there is no such answer"))
    if reading.value is not None and not _is_possible(reading.value, item):
        raise ValueNotPossible(field=item.code)


def _is_possible(value: Decimal, item: CheckupItem) -> bool:
    return item.least is not None and item.most is not None and item.least <= value <= item.most


def _day_of(order: CheckupOrder, made_at: dt.datetime) -> dt.date:
    """The day of the result in the clinic's zone; before the check-up day no clock can be right."""
    day = day_in(order.campaign.clinic.zone, made_at)
    if day < order.day.local_date:
        raise ReadingRefused(field="made_at", why=_("it is dated before the check-up day"))
    return day


def _meaning(reading: Reading, item: CheckupItem, order: CheckupOrder, day: dt.date) -> Meant:
    """By sex, age on the day of the result, and the laboratory of the campaign."""
    if reading.choice:
        return meaning_of_choice(item, reading.choice)
    if reading.value is None:
        return Meant()
    resident = order.resident
    age = age_on(resident.birth_date, day)
    laboratory = order.campaign.laboratory
    return meaning_for(reading.value, item.ranges.all(), sex=resident.sex, age=age, laboratory=laboratory)


def _require_reason(reading: Reading, order: CheckupOrder, counting: CheckupResult | None) -> None:
    """After the end another value is a correction; a value in place of a reason is none."""
    if order.status != _S.COMPLETED or counting is None or counting.absent_because:
        return
    if (counting.value, counting.choice) != (reading.value, reading.choice) and is_blank(reading.reason):
        raise ReasonMissing(field="reason")


def _rank(row: CheckupResult) -> tuple[bool, dt.datetime, UUID]:
    return not row.absent_because, row.made_at, row.op_id


def _store(made: Sequence[CheckupResult], known: Known, *, by: User, at: dt.datetime) -> None:
    """What counts is set anew for each item of which something came, before its rows are stored."""
    if not made:
        return
    touched = {(row.order_id, row.item_id) for row in made}
    before = {pair: known.current[pair] for pair in touched if pair in known.current}
    best: dict[tuple[UUID, int], CheckupResult] = {}
    for row in [*before.values(), *made]:
        pair = row.order_id, row.item_id
        best[pair] = max(best.get(pair, row), row, key=_rank)
    fresh = {row.op_id for row in made}
    beaten = [row for pair, row in before.items() if best[pair] is not row]
    CheckupResult.objects.filter(pk__in=[row.pk for row in beaten]).update(is_current=False)
    for row in best.values():
        row.is_current = True
    CheckupResult.objects.bulk_create(made)
    counting = [row for row in best.values() if row.op_id in fresh]
    follow_results(orders=list(known.orders.values()), counting=counting, beaten=beaten, by=by, at=at)
