"""Lots: opened, filled from intakes and older lots, closed for sale, split."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock_all
from core.days import day_in
from core.errors import Refused, WrongState, refuses
from orders.produce.machine import LOT
from orders.produce.models import Crop, Grade, IntakeGrade, Lot, LotGrade, LotSource
from orders.produce.queries import waiting_for_a_lot
from orders.produce.services.steps import begin, held_lot, key_of, move
from stations.accounts.models import User
from stations.network.models import Station
from stations.network.paper_numbers import paper_number

_L = Lot.Status


class NothingToAdd(Refused):
    """A lot is filled with accepted fruit of its crop and county that is in no lot yet."""

    code = "nothing_to_add"
    message = _("Some of this fruit is already in a lot, or does not belong in this one. Choose again.")


class LotEmpty(Refused):
    """A lot without fruit is not for sale."""

    code = "lot_empty"
    message = _("This lot is empty. Add fruit first.")


class LotTooSmall(Refused):
    """Not so many grams of the grade are left."""

    code = "lot_too_small"
    message = _("Only %(left)s kg of this grade are left in the lot.")


class LotSetAside(Refused):
    """What residents have ordered of a harvest is delivered to them."""

    code = "lot_set_aside"
    message = _("This lot is reserved for presale %(presale)s.")


@transaction.atomic
def open_lot(*, station: Station, crop: Crop, by: User, at: dt.datetime, key: str) -> Lot:
    """Begin a lot of a crop at a warehouse. The same key again answers as before."""
    known = Lot.objects.filter(key=key_of(by, key)).first()
    return known or begin(_new_lot(station, crop, by=by, at=at, key=key), _L.OPEN, at=at, by=by)


@refuses(WrongState, NothingToAdd, LotSetAside)
@transaction.atomic
def fill_lot(
    *, lot: Lot, by: User, at: dt.datetime, intake_grades: Sequence[IntakeGrade] = (), lots: Sequence[Lot] = ()
) -> Lot:
    """Add all that is left of grades of intakes, and of older lots of the same crop, county and currency."""
    lot = held_lot(lot)
    LOT.check("fill_lot", lot.status)
    pks = [each.pk for each in intake_grades]
    chosen = lock_all(waiting_for_a_lot(lot).filter(pk__in=pks))
    sources = [LotSource(lot=lot, grade=each.grade, intake_grade=each, grams=each.free_g) for each in chosen]
    still_there = waiting_for_a_lot(lot).filter(pk__in=pks).count()  # a weight may have been corrected meanwhile
    if not len(chosen) == still_there == len(set(pks)) or not (sources or lots):
        raise NothingToAdd
    for parent in sorted(lots, key=lambda each: each.pk):
        sources += _all_of(lot, parent, by=by, at=at)
    LotSource.objects.bulk_create(sources)
    for pk in {source.parent_lot_id for source in sources if source.parent_lot_id}:
        end_when_empty(held_lot(Lot(pk=pk)), at=at, by=by)
    return lot


@refuses(WrongState, LotEmpty)
@transaction.atomic
def close_lot(*, lot: Lot, by: User, at: dt.datetime) -> Lot:
    """Let nothing more into a lot: it is for sale."""
    lot = held_lot(lot)
    LOT.check("close_lot", lot.status)
    if not lot.grades.exists():
        raise LotEmpty
    return move(lot, _L.CLOSED, at=at, by=by)


@refuses(WrongState, LotTooSmall, LotEmpty, LotSetAside)
@transaction.atomic
def split_lot(*, lot: Lot, grams: Mapping[Grade, int], by: User, at: dt.datetime, key: str) -> Lot:
    """Move grams of a lot into a new one, which is for sale where the old one was. Grades stay apart."""
    lot = held_lot(lot)
    known = Lot.objects.filter(key=key_of(by, key)).first()
    if known is not None:
        return known
    refuse_set_aside(lot)
    return split_off(lot, grams, by=by, at=at, key=key)


@refuses(LotSetAside)
def refuse_set_aside(lot: Lot) -> None:
    """Refuse to touch a lot that a presale waits for."""
    if lot.set_aside_for:
        raise LotSetAside(presale=lot.set_aside_for)


@refuses(WrongState, LotTooSmall, LotEmpty)
def split_off(lot: Lot, grams: Mapping[Grade, int], *, by: User, at: dt.datetime, key: str) -> Lot:
    """The new lot with so many grams of one that the caller holds."""
    LOT.check("split_lot", lot.status)
    wanted = {grade: count for grade, count in grams.items() if count}
    if not wanted:
        raise LotEmpty
    levels = {level.grade_id: level for level in lock_all(LotGrade.objects.filter(lot=lot))}
    for grade, count in wanted.items():
        left = levels[grade.pk].free_g if grade.pk in levels else 0
        if count > left:
            raise LotTooSmall(left=f"{left / 1000:g}")
    child = _new_lot(lot.station, lot.crop, by=by, at=at, key=key)
    child.best_before_date, child.status = lot.best_before_date, lot.status
    begin(child, child.status, at=at, by=by)
    LotSource.objects.bulk_create(
        [LotSource(lot=child, grade=grade, parent_lot=lot, grams=count) for grade, count in wanted.items()]
    )
    end_when_empty(lot, at=at, by=by)
    return child


def end_when_empty(lot: Lot, *, at: dt.datetime, by: User) -> Lot:
    """A lot of which nothing is left is sold; one of which nothing was sold is in other lots."""
    levels = list(lot.grades.all())
    if any(level.free_g for level in levels):
        return lot
    return move(lot, _L.ALLOCATED if any(level.grams_sold for level in levels) else _L.MOVED, at=at, by=by)


def _new_lot(station: Station, crop: Crop, *, by: User, at: dt.datetime, key: str) -> Lot:
    return Lot(
        code=paper_number(station, "L", at),
        key=key_of(by, key),
        crop=crop,
        station=station,
        currency=station.currency,
        best_before_date=day_in(station.zone, at) + dt.timedelta(days=crop.keeps_days),
        opened_by=by,
        opened_at=at,
    )


def _all_of(lot: Lot, parent: Lot, *, by: User, at: dt.datetime) -> list[LotSource]:
    """Everything that is left of an older lot."""
    parent = held_lot(parent)
    LOT.check("split_lot", parent.status)
    refuse_set_aside(parent)
    same = (parent.crop_id, parent.currency, parent.station.county_id)
    levels = [level for level in lock_all(LotGrade.objects.filter(lot=parent)) if level.free_g]
    if parent.pk >= lot.pk or same != (lot.crop_id, lot.currency, lot.station.county_id) or not levels:
        raise NothingToAdd
    lot.best_before_date = min(lot.best_before_date, parent.best_before_date)
    lot.save(update_fields=["best_before_date", "updated_at"])
    return [LotSource(lot=lot, grade_id=level.grade_id, parent_lot=parent, grams=level.free_g) for level in levels]
