"""A series is moved and given up at the same moment: one waits for the other, and every fee is settled once."""

import datetime as dt

import pytest
from django.utils.timezone import now

from finance.payments.models import Refund
from health.appointments.models import Appointment
from health.appointments.services import Reason, cancel_appointment, cancel_series, move_series
from scheduling.bookings.queries import slots_with_wrong_counters
from scheduling.bookings.services import Scope
from tests.factories.health import in_series, weekly_clinic
from tests.finance.auditing import findings
from tests.races import together

pytestmark = pytest.mark.usefixtures("own_database")


def test_moves_and_cancellations_of_one_series_at_once_wait_for_each_other():
    there = weekly_clinic()
    rows = in_series(there)
    day_after = rows[0].booking.session.local_date + dt.timedelta(days=1)
    by, at = there.ready.partner, now()
    gone = {"reason": Reason.CANNOT_COME, "by": by, "at": at}

    def move(number):
        wish = {"scope": Scope.ALL, "to_date": day_after, "clock": dt.time(14)}
        return lambda: move_series(appointment=rows[0], **wish, by=by, at=at, key=f"move-{number:012}")

    together(
        move(1),
        lambda: cancel_appointment(appointment=rows[0], **gone),
        lambda: cancel_series(appointment=rows[0], scope=Scope.ALL, **gone),
        move(2),
        lambda: cancel_appointment(appointment=rows[1], **gone),
    )
    cancel_series(appointment=Appointment.objects.get(pk=rows[3].pk), scope=Scope.ALL, **gone)
    ended = Appointment.objects.filter(booking__status="cancelled", settled_at__isnull=False)
    assert (ended.count(), Refund.objects.count()) == (4, 4)
    assert not slots_with_wrong_counters().exists()
    assert findings() == []
