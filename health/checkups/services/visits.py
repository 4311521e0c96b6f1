"""A check-up as a visit of chronic care: what of its results counts there, and what is corrected afterwards."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from decimal import Decimal
from uuid import UUID

from core.database.db import present
from health.checkups.models import CheckupOrder, CheckupResult
from health.checkups.queries import current_results
from health.chronic.models import FollowUpVisit
from health.chronic.services import correct_visit
from health.records.services import Glucose, Pressure, Reading, ValueNotPossible
from stations.accounts.models import User


def readings_of(results: Mapping[str, CheckupResult]) -> list[Reading]:
    """Pressure and fasting glucose of a check-up, of its results by the codes of their items."""
    values = {code: row.value for code, row in results.items() if row.value is not None}
    found: list[Reading] = []
    upper, lower = values.get("systolic"), values.get("diastolic")
    if upper is not None and lower is not None and upper > lower:
        found.append(Pressure(int(_whole(upper)), int(_whole(lower))))
    if "glucose" in values:
        found.append(Glucose(values["glucose"], results["glucose"].unit, is_fasting=True))
    return found


def correct_visits(*, orders: Iterable[CheckupOrder], changed: Collection[UUID], by: User, at: dt.datetime) -> None:
    """Carry what was corrected after a check-up was completed to the visit as which it counts."""
    completed = (each for each in orders if each.pk in changed and each.status == CheckupOrder.Status.COMPLETED)
    for order in sorted(completed, key=lambda each: (each.resident_id, each.pk)):
        visit = _visit_of(order)
        if visit is None:
            continue
        found = readings_of({row.item.code: row for row in current_results(order).values()})
        # What nobody alive can have changes no care; the report shows it, and who typed it corrects it.
        with suppress(ValueNotPossible):
            correct_visit(visit=visit, measured_at=present(order.completed_at), readings=found, by=by, at=at)


def _visit_of(order: CheckupOrder) -> FollowUpVisit | None:
    """The visit with values of the instant at which the check-up was completed: also that of an earlier one."""
    visits = FollowUpVisit.objects.filter(resident=order.resident_id, clinic=order.campaign.clinic_id)
    return visits.filter(observations__measured_at=present(order.completed_at)).first()


def _whole(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1))
