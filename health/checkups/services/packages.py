"""A clinical lead proposes another normal range, in a new revision; another person approves the whole revision."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words
from health.checkups.machine import PACKAGE
from health.checkups.models import CheckupItem, CheckupPackage, ItemRange
from scheduling.violations import refused_as
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_S = CheckupPackage.Status
Row = TypeVar("Row", CheckupItem, ItemRange)


class RangeWrong(Refused):
    """No end at all, ends in the wrong order, or ages that overlap those of another range."""

    code = "range_wrong"
    status = 422
    message = _("These limits do not fit together, or overlap another range of this item.")


class FirstRevision(Refused):
    """What came with the system has nothing before it."""

    code = "first_revision"
    message = _("This revision came with the system. It is approved, not discarded.")


@dataclass(frozen=True, slots=True)
class Limits:
    """The ends of a range, in the unit of the item; both ends are normal, critical limits are critical."""

    low: Decimal | None = None
    high: Decimal | None = None
    critical_low: Decimal | None = None
    critical_high: Decimal | None = None


@refuses(RangeWrong, WrongState)
@transaction.atomic
def propose_range(
    *,
    package: CheckupPackage,
    item: str,
    limits: Limits,
    by: User,
    at: dt.datetime,
    sex: str = "",
    from_age: int = 0,
    to_age: int | None = None,
    laboratory: str = "",
) -> CheckupPackage:
    """Set what is normal for ages `[from_age, to_age)` in a draft: that of the package, or a new revision of it.

    A critical limit that is not given stays the strictest of those that hold for these residents: leaving it out makes
    nothing less urgent.
    A draft that somebody else has proposed stays theirs and is refused (`wrong_state`): it is decided on first.
    """
    draft = _draft_of(package, by=by, at=at)
    found = draft.items.filter(code=item, kind=CheckupItem.Kind.NUMBER).first()
    if found is None:
        raise RangeWrong(field="item")
    if limits == Limits():
        raise RangeWrong(field="low")
    about: dict[str, Any] = {"sex": sex, "from_age": from_age, "to_age": to_age, "laboratory": laboratory}
    names = ("critical_limits_lie_outside_of_the_normal_range", "item_has_one_normal_range_for_a_person")
    ends = {"low": limits.low, "high": limits.high, **_critical_limits(found, limits, sex=sex, laboratory=laboratory)}
    with refused_as(dict.fromkeys(names, RangeWrong)):
        ItemRange.objects.update_or_create(item=found, **about, defaults=ends)
    record_change(draft, old=draft.status, new=f"range of {item}", at=at, actor=by.pk)
    return draft


@refuses(WrongState, SamePerson)
@transaction.atomic
def approve_checkup_package(*, package: CheckupPackage, by: User, at: dt.datetime) -> CheckupPackage:
    """Put a draft in use, as another person than the one who proposed it; the revision before is replaced.

    Campaigns that run keep theirs.
    """
    lock_all(CheckupPackage.objects.filter(code=package.code))
    package.refresh_from_db()
    PACKAGE.check("approve_checkup_package", package.status)
    require_two_persons(by, package.proposed_by_id)
    former = CheckupPackage.objects.filter(code=package.code, status=_S.ACTIVE).first()
    if former is not None:
        former.status = _S.RETIRED
        former.save(update_fields=["status", "updated_at"])
        record_change(former, old=_S.ACTIVE, new=_S.RETIRED, at=at, actor=by.pk)
    package.status, package.approved_by, package.approved_at = _S.ACTIVE, by, at
    package.save(update_fields=["status", "approved_by", "approved_at", "updated_at"])
    record_change(package, old=_S.DRAFT, new=_S.ACTIVE, at=at, actor=by.pk)
    return package


@refuses(WrongState, FirstRevision)
@needs_words("reason")
@transaction.atomic
def discard_checkup_draft(*, package: CheckupPackage, reason: str, by: User, at: dt.datetime) -> CheckupPackage:
    """Give up a proposed revision; the one in use stays, and another proposal begins from that one."""
    lock_all(CheckupPackage.objects.filter(code=package.code))
    package.refresh_from_db()
    PACKAGE.check("discard_checkup_draft", package.status)
    if package.proposed_by_id is None:
        raise FirstRevision
    package.status = _S.DISCARDED
    package.save(update_fields=["status", "updated_at"])
    record_change(package, old=_S.DRAFT, new=_S.DISCARDED, at=at, actor=by.pk, reason=reason[:200])
    return package


def _critical_limits(item: CheckupItem, limits: Limits, *, sex: str, laboratory: str) -> dict[str, Decimal | None]:
    ranges = item.ranges.filter(laboratory__in=["", laboratory])
    held = list(ranges.filter(sex__in=["", sex]) if sex else ranges)
    lows = [each.critical_low for each in held if each.critical_low is not None]
    highs = [each.critical_high for each in held if each.critical_high is not None]
    return {
        "critical_low": max(lows, default=None) if limits.critical_low is None else limits.critical_low,
        "critical_high": min(highs, default=None) if limits.critical_high is None else limits.critical_high,
    }


def _draft_of(package: CheckupPackage, *, by: User, at: dt.datetime) -> CheckupPackage:
    held = lock_all(CheckupPackage.objects.filter(code=package.code))
    known = next((each for each in held if each.status == _S.DRAFT), None)
    if known is None:
        PACKAGE.check("propose_range", lock(package).status)
        return _copied(package, revision=max(each.revision for each in held) + 1, by=by, at=at)
    if known.proposed_by_id != by.pk:
        raise WrongState(state=str(known.get_status_display()))
    return known


def _copied(package: CheckupPackage, *, revision: int, by: User, at: dt.datetime) -> CheckupPackage:
    same = ("code", "name", "name_zh", "country", "min_age", "report_days", "source")
    made = CheckupPackage.objects.create(
        revision=revision, proposed_by=by, **{name: getattr(package, name) for name in same}
    )
    old = list(package.items.prefetch_related("ranges"))
    new = CheckupItem.objects.bulk_create(_copy_of(each, package=made) for each in old)
    ranges = [_copy_of(each, item=to) for was, to in zip(old, new, strict=True) for each in was.ranges.all()]
    ItemRange.objects.bulk_create(ranges)
    record_change(made, old="", new=_S.DRAFT, at=at, actor=by.pk)
    return made


def _copy_of(row: Row, **values: object) -> Row:
    """The same row, of another package or item, not stored yet."""
    names = [field.attname for field in row._meta.concrete_fields if not field.primary_key]
    kept = {name: getattr(row, name) for name in names if name not in {"created_at", "updated_at"}}
    for name in values:
        kept.pop(f"{name}_id")
    return type(row)(**kept, **values)
