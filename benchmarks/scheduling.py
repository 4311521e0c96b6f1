"""Places: many people who race for a few, and finding free ones among millions."""

import contextlib
import datetime as dt
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from uuid import uuid4

from django.db import connection, transaction

from benchmarks import databases, sites
from benchmarks.clients import Pace, together
from benchmarks.lines import Line, Scale, rate, times
from scheduling.bookings.queries import slots_with_wrong_counters
from scheduling.bookings.services import SlotFull, hold_place
from scheduling.bookings.services.places import check_hours, deadlines
from scheduling.bookings.services.steps import hold_places
from scheduling.calendars.queries import free_slots
from scheduling.models import Booking, Offering, Participant, Resource, Slot
from stations.models import Person

PEOPLE, PLACES = 500, 20
CLIENTS, AT_LEAST = 8, 5
#: A day's slots of a resource, and the days for which they exist.
SLOTS_OF_DAY, DAYS, WINDOW_DAYS = 16, 35, 14
FIRST_DAY = dt.datetime(2026, 9, 7, tzinfo=dt.UTC)
MOST_MS, READS = 20, 200


def measure(scale: Scale) -> Iterator[Line]:
    """One statement that decides, against a lock, a look and a save; and the next free places of an offering."""
    with databases.of_ecomnet("scheduling"):
        resources = scale.of(tiny=4, quick=400, full=18_000)
        _fill(resources, people=2 * scale.rounds * PEOPLE)
        yield from _race(scale)
        yield from _booked(scale)
        yield _search(scale, resources)


def _race(scale: Scale) -> Iterator[Line]:
    """What decides, alone: who gets a place."""
    clients = scale.of(tiny=2, quick=CLIENTS, full=CLIENTS)
    ours, theirs = [], []
    for _round in range(scale.rounds):
        _reset()
        ours.append(_raced(clients, scale.seconds, hold_places))
        _reset()
        theirs.append(_raced(clients, scale.seconds, _locked_first))
    yield _against_a_lock(f"{PEOPLE} people race for {PLACES} places", ours, theirs)
    crowded = Slot.objects.filter(held__gt=PLACES).count()
    yield Line("places that were sold twice", str(crowded), "0", crowded == 0)
    _reset()


def _against_a_lock(told: str, ours: Sequence[Pace], theirs: Sequence[Pace]) -> Line:
    mine, peer = (statistics.median(pace.per_second for pace in paces) for paces in (ours, theirs))
    ratio, goal = mine / peer, f">= {AT_LEAST} x a lock"
    return Line(told, rate(mine), goal, ratio >= AT_LEAST, peer=rate(peer), ratio=times(ratio))


def _raced(clients: int, seconds: float, take: Callable[[int, int], bool]) -> Pace:
    """Every client asks for a place of the same slot as all others, of the next one when all have asked."""
    slots = list(Slot.objects.order_by("pk").values_list("pk", flat=True)[:20_000])
    each = max(1, PEOPLE // clients)

    def make_act(_n: int) -> Callable[[], object]:
        asked = iter(range(len(slots) * each))
        return lambda: take(slots[next(asked) // each % len(slots)], 1)

    return together(clients, seconds, make_act)


def _locked_first(slot_id: int, quantity: int) -> bool:
    """As it is usually written: lock the row, look, add, save."""
    with transaction.atomic():
        slot = Slot.objects.select_for_update().get(pk=slot_id)
        if slot.state != Slot.State.OPEN or slot.booked + slot.held + quantity > slot.capacity:
            return False
        slot.held += quantity
        slot.save(update_fields=["held", "updated_at"])
        return True


def _booked(scale: Scale) -> Iterator[Line]:
    """The same as a counter books: with all rules, the booking, who takes part, its history and its event."""
    clients, resources = scale.of(tiny=2, quick=CLIENTS, full=CLIENTS), iter(Resource.objects.order_by("pk"))
    everybody = iter(Person.objects.order_by("pk"))
    ours, theirs, raced = [], [], []
    for _round in range(scale.rounds):
        for paces, take in ((ours, _hold), (theirs, _book_locked)):
            raced.append(next(resources))
            paces.append(_all_book(clients, scale.seconds, raced[-1], list(islice(everybody, PEOPLE)), take))
    yield _against_a_lock("the same with a booking and all rules", ours, theirs)
    slots = Slot.objects.filter(session__resource__in=raced)
    wrong = slots_with_wrong_counters().filter(pk__in=slots).count() + slots.filter(held__gt=PLACES).count()
    yield Line("places without a booking, or with two", str(wrong), "0", wrong == 0)


def _all_book(
    clients: int, seconds: float, of: Resource, people: Sequence[Person], take: Callable[[Slot, Person], object]
) -> Pace:
    """Slots of one resource and people of its own: nobody is asked to be in two places at a time."""
    slots = list(Slot.objects.filter(session__resource=of).order_by("starts_at"))

    def make_act(n: int) -> Callable[[], object]:
        own = people[n::clients]
        asked = iter((slot, person) for slot in slots for person in own)
        return lambda: take(*next(asked))

    return together(clients, seconds, make_act)


def _hold(slot: Slot, person: Person) -> None:
    with contextlib.suppress(SlotFull):
        hold_place(slot=slot, subject=person, owner_kind="bench", by=None, at=FIRST_DAY, key=uuid4().hex)


def _book_locked(slot: Slot, person: Person) -> None:
    """As it is usually written, without a key, exclusivity, history or events."""
    with transaction.atomic():
        of_session = Slot.objects.select_related("session__offering__policy", "session__resource")
        slot = of_session.select_for_update(of=("self",)).get(pk=slot.pk)
        check_hours(slot.session, at=FIRST_DAY)
        if slot.state != Slot.State.OPEN or slot.booked + slot.held >= slot.capacity:
            return
        slot.held += 1
        slot.save(update_fields=["held", "updated_at"])
        session, policy = slot.session, slot.session.offering.policy
        booking = Booking.objects.create(
            status=Booking.Status.PENDING,
            owner_kind="bench",
            offering=session.offering,
            session=session,
            slot=slot,
            subject=person,
            hold_expires_at=FIRST_DAY + dt.timedelta(minutes=policy.hold_minutes),
            made_at=FIRST_DAY,
            public_label=session.offering.label,
            key=uuid4().hex,
            **deadlines(policy, slot, session, session.resource.zone),
        )
        Participant.objects.create(
            booking=booking, person=person, role="subject", starts_at=slot.starts_at, ends_at=slot.ends_at
        )


def _search(scale: Scale, resources: int) -> Line:
    """The 95th percentile of the free places of one offering in 14 days."""
    count = scale.of(tiny=5, quick=READS, full=READS)
    offerings = list(Offering.objects.order_by("pk")[: count * (resources // count or 1) : resources // count or 1])
    taken = []
    for number in range(count):
        what = offerings[number % len(offerings)]
        start = time.perf_counter()
        until = FIRST_DAY + dt.timedelta(days=WINDOW_DAYS)
        found = list(free_slots(offerings=[what], since=FIRST_DAY, until=until, at=FIRST_DAY))
        taken.append((time.perf_counter() - start) * 1000)
        if not found:
            raise RuntimeError("no free place is found")
    slots = resources * SLOTS_OF_DAY * DAYS
    slowest = statistics.quantiles(taken, n=20)[-1]
    return Line(
        f"free places of 14 days among {slots:,}", f"{slowest:.1f} ms", f"<= {MOST_MS} ms p95", slowest <= MOST_MS
    )


def _reset() -> None:
    Slot.objects.filter(held__gt=0).update(held=0)


def _fill(resources: int, *, people: int) -> None:
    """Resources with a session each day from 8 to 12, in 16 slots of 20 places; the offerings are on sale."""
    station = sites.only_station()
    with connection.cursor() as cursor:
        for statement in _FILLED:
            cursor.execute(
                statement,
                {
                    "resources": resources,
                    "first": FIRST_DAY,
                    "days": DAYS,
                    "slots": SLOTS_OF_DAY,
                    "places": PLACES,
                    "people": people,
                    "station": station.pk,
                },
            )
    databases.as_owner("VACUUM ANALYZE", database=connection.settings_dict["NAME"])


_FILLED = (
    """
    INSERT INTO scheduling_bookingpolicy (created_at, updated_at, code, revision, opens_days_before, release_local_time,
        closes_minutes_before, cancel_minutes_before, hold_minutes, hold_max_minutes, late_minutes,
        noshow_grace_minutes, attendance)
    VALUES (now(), now(), 'bench', 1, 60, '08:00', 0, 60, 10, 30, 0, 30, 'recorded')
    """,
    """
    INSERT INTO scheduling_resource (created_at, updated_at, id, kind, name, zone, owner_kind, owner_ref, is_exclusive,
        buffer_before_minutes, buffer_after_minutes, works_on_makeup_days, is_active)
    SELECT now(), now(), uuidv7(), 'practitioner', 'doctor ' || n, 'Asia/Shanghai', 'bench', n::text, true, 0, 0,
           false, true
      FROM generate_series(1, %(resources)s) AS n
    """,
    """
    INSERT INTO scheduling_offering (created_at, updated_at, id, owner_kind, owner_ref, label, label_zh, policy_id,
        has_waitlist, allows_series, is_active)
    SELECT now(), now(), uuidv7(), 'bench', resource.owner_ref, 'Appointment', '门诊', policy.id, false, false, true
      FROM scheduling_resource AS resource CROSS JOIN scheduling_bookingpolicy AS policy
    """,
    """
    INSERT INTO scheduling_session (created_at, updated_at, resource_id, offering_id, starts_at, ends_at, local_date,
        part_of_day, opens_at, closes_at, unavailable_because, next_sequence, is_out_of_template)
    SELECT now(), now(), resource.id, offering.id, start, start + INTERVAL '4 hours',
           (start AT TIME ZONE 'Asia/Shanghai')::date, 'morning', start - INTERVAL '60 days', start, '', 1, false
      FROM scheduling_resource AS resource
      JOIN scheduling_offering AS offering ON offering.owner_ref = resource.owner_ref
     CROSS JOIN LATERAL (
           SELECT %(first)s::timestamptz + day * INTERVAL '1 day' + INTERVAL '1 hour' AS start
             FROM generate_series(0, %(days)s - 1) AS day
     ) AS mornings
    """,
    """
    INSERT INTO scheduling_slot (created_at, updated_at, session_id, starts_at, ends_at, state, capacity, ceiling,
        booked, held, version)
    SELECT now(), now(), session.id, starts_at + n * length, starts_at + (n + 1) * length, 'open', %(places)s,
           %(places)s, 0, 0, 0
      FROM scheduling_session AS session
     CROSS JOIN generate_series(0, %(slots)s - 1) AS n
     CROSS JOIN LATERAL (SELECT (session.ends_at - session.starts_at) / %(slots)s AS length) AS one
    """,
    """
    INSERT INTO stations_person (id, created_at, updated_at, full_name, preferred_name, sex, birth_precision, phone,
        phone_reversed, id_kind, language, residence, is_walk_in,
        home_station_id)
    SELECT uuidv7(), now(), now(), 'Resident ' || n, '', 'female', 'unknown', '', '', 'none', 'zh-hans', 'resident',
           false, %(station)s
      FROM generate_series(1, %(people)s) AS n
    """,
)
