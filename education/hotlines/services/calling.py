"""A call on its day: dialled up to three times, connected, ended; what nobody answered is offered other times."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.days import clock_in, day_in
from core.errors import Refused, WrongState, refused_by, refuses
from core.events.services import publish
from core.history import record_change
from core.notices.services import notify
from education.hotlines.models import MOST_TRIES, Call, CallAttempt, Caller
from education.hotlines.queries import SILENT, next_times
from education.hotlines.services.booking import ContactInactive
from education.hotlines.services.steps import tell_parent
from education.safeguarding.purposes import PARENT_CALLS
from education.safeguarding.queries import consent_on, is_child
from education.safeguarding.services import require_consent
from scheduling.bookings.models import Booking
from scheduling.bookings.services import fulfil_booking, record_arrival, record_noshow
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.network.models import Station
from stations.people.models import Person
from stations.people.queries import standing_record

#: So long before its time at the earliest a number is dialled, and so long apart are two tries.
BEFORE, APART = dt.timedelta(minutes=5), dt.timedelta(minutes=5)
#: A conversation of at least this length is one.
TALKED = dt.timedelta(seconds=60)
#: So many free times fit into one message.
TOLD = 2

Result, Outcome, Status = CallAttempt.Result, Call.Outcome, Booking.Status


class CallNotNow(Refused):
    """The time of the call is not now."""

    code = "call_not_now"
    message = _("This call can be made from five minutes before its time until it ends.")


class TriedJustNow(Refused):
    """Two tries are five minutes apart."""

    code = "tried_just_now"
    message = _("Wait five minutes before you try again.")


def is_open_to_dial(call: Call, at: dt.datetime) -> bool:
    """Whether this call may be dialled now: in its time, agreed to, not connected, or cut short before."""
    slot, status = call.booking.slot, call.booking.status
    if slot is None or not slot.starts_at - BEFORE <= at < slot.ends_at or not call.contact.is_active:
        return False
    day = day_in(call.booth.station.zone, at)
    child = standing_record(call.child)
    if is_child(child, day) and consent_on(child, PARENT_CALLS, day) is None:
        return False
    return status == Status.BOOKED or (status == Status.FULFILLED and call.outcome == Outcome.CUT_SHORT)


@refuses(
    *(WrongState, CallNotNow, TriedJustNow, ContactInactive),
    *refused_by(require_consent, record_arrival, record_noshow),
)
@transaction.atomic
def dial_call(*, call: Call, result: str, by: User, at: dt.datetime) -> Call:
    """The number was dialled, and this came of it. After three tries without an answer the call is given up.

    Another dial after a call that was cut short is free inside its time. Raises `CallNotNow`, `TriedJustNow`,
    `ContactInactive`, `ConsentMissing` (403, asked again on the day).
    """
    call = lock(call)
    slot, status = present(call.booking.slot), call.booking.status
    if status not in {Status.BOOKED, Status.FULFILLED} or call.outcome == Outcome.TALKED:
        raise WrongState(state=call.booking.get_status_display())
    if not slot.starts_at - BEFORE <= at < slot.ends_at:
        raise CallNotNow
    if call.failed and call.last_tried_at and at < call.last_tried_at + APART:
        raise TriedJustNow
    if not call.contact.is_active:
        raise ContactInactive
    require_consent(child=call.child, purpose=PARENT_CALLS, on_date=day_in(call.booth.station.zone, at))
    number = call.attempts.count() + 1
    CallAttempt.objects.create(call=call, number=number, at=at, result=result, made_by=by)
    call.last_tried_at = at
    if result == Result.CONNECTED:
        return _connect(call, by=by, at=at)
    if call.outcome != Outcome.CUT_SHORT:
        call.failed += 1
    call.save()
    return give_up_call(call=call, by=by, at=at) if call.failed >= MOST_TRIES and not call.outcome else call


@refuses(WrongState, *refused_by(fulfil_booking))
@transaction.atomic
def end_call(*, call: Call, by: User, at: dt.datetime) -> Call:
    """The conversation is over: from 60 seconds on they have talked, else it was cut short."""
    call = lock(call)
    if call.connected_at is None or call.ended_at is not None:
        raise WrongState(state=call.get_outcome_display() or call.booking.get_status_display())
    call.ended_at = at
    before, call.outcome = call.outcome, _outcome(call.connected_at, at)
    call.save()
    call.booking = fulfil_booking(booking=call.booking, by=by, at=at)
    if call.outcome == Outcome.TALKED:
        records = Person.objects.of_people(call.child_id).values("pk")
        Caller.objects.filter(child__in=records).update(silent_since=call.connected_at)
    record_change(call, old=before or "connected", new=call.outcome, at=at, actor=by.pk)
    return call


@refuses(WrongState, *refused_by(record_noshow))
@transaction.atomic
def give_up_call(*, call: Call, by: User | None, at: dt.datetime) -> Call:
    """Three tries, no answer: it counts against nobody, and the parent is told of the next free times."""
    lock(call.booking.session)
    booking = lock(call.booking)
    # The third try is the end of waiting: the grace of the policy is for calls that nobody tried.
    booking.noshow_after_at = min(at, present(booking.noshow_after_at))
    booking.save(update_fields=["noshow_after_at", "updated_at"])
    call.booking = record_noshow(booking=booking, by=by, at=at)
    call.outcome = Outcome.UNANSWERED
    call.save()
    record_change(call, old="booked", new=call.outcome, at=at, actor=by.pk if by else None)
    zone = call.contact.zone
    free = [each.starts_at for each in next_times(call, at=at)]
    times = ", ".join(f"{day_in(zone, each):%m-%d} {clock_in(zone, each):%H:%M}" for each in free[:TOLD])
    if times:
        name = call.booth.station.name
        tell_parent(call.contact, "call_unanswered", key=f"{call.pk}:no", at=at, station=name, times=times)
    return call


@transaction.atomic
def list_unreached(*, zone: str, week: str, at: dt.datetime) -> int:
    """Tell the partners of a zone, once a week, how many children have had no call for 30 days; how many children."""
    rows = Caller.objects.unreached(at - SILENT).filter(child__home_station__zone=zone)
    counts: dict[int, int] = {}
    for station in rows.values_list("child__home_station", flat=True):
        counts[station] = counts.get(station, 0) + 1
    for station in Station.objects.filter(pk__in=counts):
        for partner in people_in_role(Role.PARTNER, at=at, station=station):
            notify(
                template="calls_missing",
                params={"count": counts[station.pk], "station": station.name},
                language=partner.language,
                user=partner,
                link="/education/hotlines/children/?state=silent",
                dedupe_key=f"edu:nocall:{station.pk}:{week}:{partner.pk}",
                at=at,
            )
    return sum(counts.values())


def _connect(call: Call, *, by: User, at: dt.datetime) -> Call:
    if call.booking.status == Status.BOOKED:
        call.booking = record_arrival(booking=call.booking, by=by, at=at)
    before = call.outcome
    call.connected_at, call.ended_at, call.outcome = at, None, ""
    call.save()
    record_change(call, old=before or "booked", new="connected", at=at, actor=by.pk)
    publish("education.call_connected", at=at, call=str(call.pk), station=call.booth.station_id)
    return call


def _outcome(connected_at: dt.datetime, at: dt.datetime) -> str:
    return Outcome.TALKED if at - connected_at >= TALKED else Outcome.CUT_SHORT
