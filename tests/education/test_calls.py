"""Calls home: nobody outside a child's list is called, parents read their own time, and nothing is ever recorded."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from core.days import clock_in, day_in, instant_of
from core.errors import WrongState
from core.events.services import publish
from core.models import Event, Notice
from core.retention.services import forget_old_rows
from education.hotlines import services
from education.hotlines.models import PHONE_CONTEXT, Call, CallAttempt, CallContact, Caller
from education.hotlines.phones import number_of
from education.hotlines.queries import free_times, silent_children
from education.safeguarding.services import NotAChild, withdraw_child_consent
from scheduling.bookings.queries import slots_with_wrong_counters
from scheduling.bookings.services import PersonBusy, SlotFull
from scheduling.calendars.services import UnknownZone
from stations.hooks import EXPORTED
from stations.models import AccessRead
from stations.people.models import Consent, Person
from stations.people.services import record_death
from tests.factories.calls import PHONE, booth_at, call_of, parent_of
from tests.factories.education import agreed, child_of
from tests.factories.people import merged, resident
from tests.factories.stations import (
    StationFactory,
    api_client,
    county,
    county_manager_of,
    helper_of,
    partner_of,
    send,
)
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)


@pytest.fixture
def station():
    return StationFactory()


def browser_of(user):
    browser = Client()
    browser.force_login(user)
    session = browser.session
    session["second_factor_at"] = now().isoformat()
    session.save()
    return browser


def put_on_the_phone(child, contact, like):
    """A row that no service writes, looked at when the transaction would end."""
    booking = call_of(parent_of(child), at=now() + DAY, key="other").booking
    Call.objects.filter(booking=booking).delete()
    Call.objects.create(booking=booking, booth=like.booth, child=child, contact=contact, consent=like.consent)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def words_to_parent(template):
    return [notice.params for notice in Notice.objects.filter(template=template).order_by("pk")]


def test_e10_a_father_abroad_reads_his_own_time_and_three_tries_in_vain_offer_him_other_times(station):
    at = now()
    contact = parent_of(child_of(station), zone="Africa/Luanda")
    booth_at(station)
    sunday = day_in(station.zone, at) + DAY * (7 - day_in(station.zone, at).isoweekday() or 7)
    evening = instant_of(station.zone, sunday, dt.time(19))
    client = api_client(partner_of(station))
    path = f"/api/v1/children/{contact.child_id}/calls/"
    made = send(client, path, contact=str(contact.pk), starts_at=evening.isoformat())
    assert (made.status_code, made.json()["status"]) == (201, "booked")
    [told] = words_to_parent("call_booked")
    assert (told["there"], told["day"]) == ("19:00", day_in("Africa/Luanda", evening).isoformat())
    assert told["time"] == f"{clock_in('Africa/Luanda', evening):%H:%M}" == "12:00"
    helper, path = api_client(helper_of(station)), f"/api/v1/calls/{made.json()['id']}"
    assert send(helper, f"{path}/dial/", result="busy").json()["code"] == "call_not_now"
    call = Call.objects.get()
    for number in range(3):
        moment = evening + number * 5 * MINUTE
        if number:
            with pytest.raises(services.TriedJustNow):
                services.dial_call(call=call, result="busy", by=helper_of(station), at=moment - MINUTE)
        call = services.dial_call(call=call, result="no_answer", by=helper_of(station), at=moment)
    assert (call.booking.status, call.outcome, call.failed, call.attempts.count()) == ("noshow", "unanswered", 3, 3)
    [free] = words_to_parent("call_unanswered")
    assert free["times"].count(":") == 2
    with pytest.raises(WrongState):
        services.dial_call(call=call, result="connected", by=helper_of(station), at=evening + 20 * MINUTE)


def test_a_call_of_a_minute_is_talked_a_shorter_one_is_free_to_try_again_and_the_list_forgets_the_child(station):
    contact = parent_of(child_of(station), at=now() - 40 * DAY)
    call, helper = call_of(contact), helper_of(station)
    starts_at = call.booking.slot.starts_at
    assert Caller.objects.unreached(now() - 30 * DAY).count() == 1
    with pytest.raises(WrongState):
        services.end_call(call=call, by=helper, at=starts_at)
    call = services.dial_call(call=call, result="connected", by=helper, at=starts_at)
    call = services.end_call(call=call, by=helper, at=starts_at + 59 * dt.timedelta(seconds=1))
    assert (call.outcome, call.booking.status) == ("cut_short", "fulfilled")
    assert Caller.objects.unreached(now() - 30 * DAY).count() == 1
    for number in range(4):
        call = services.dial_call(call=call, result="busy", by=helper, at=starts_at + (number + 2) * MINUTE)
    assert call.failed == 0
    call = services.dial_call(call=call, result="connected", by=helper, at=starts_at + 7 * MINUTE)
    call = services.end_call(call=call, by=helper, at=starts_at + 8 * MINUTE)
    assert (call.outcome, call.booking.status) == ("talked", "fulfilled")
    assert not Caller.objects.unreached(starts_at - 30 * DAY).exists()
    assert Event.objects.filter(name="education.call_connected").count() == 2


def test_without_a_guardians_consent_or_outside_the_list_nobody_is_called(station):
    child, partner = child_of(station), partner_of(station)
    about = {"name": "陈建国", "relation": "father", "phone": PHONE, "zone": "Africa/Luanda"}
    path = f"/api/v1/children/{child.pk}/call-contacts/"
    refused = send(api_client(partner), path, **about)
    assert (refused.status_code, refused.json()["code"]) == (403, "child_consent_missing")
    contact = parent_of(child)
    adult = resident("赵六", station, birth_date=dt.date(1990, 1, 1), birth_precision="day")
    with pytest.raises(NotAChild):
        services.add_contact(child=adult, **about, by=partner, at=now())
    with pytest.raises(UnknownZone), transaction.atomic():
        services.add_contact(child=child, **about | {"zone": "Nowhere/Else"}, by=partner, at=now())
    booth_at(station)
    starts_at = free_times(station, at=now())[0].starts_at
    other = child_of(station)
    answer = send(
        api_client(partner), f"/api/v1/children/{other.pk}/calls/", contact=str(contact.pk), starts_at=starts_at
    )
    assert answer.status_code == 400
    call = call_of(contact)
    with pytest.raises(IntegrityError, match="call_goes_to_a_person_on_the_list_of_the_child"), transaction.atomic():
        put_on_the_phone(other, contact, call)
    for _number in range(5):
        services.add_contact(child=child, **about, by=partner, at=now())
    with pytest.raises(services.ContactsFull):
        services.add_contact(child=child, **about, by=partner, at=now())


def test_a_withdrawn_consent_cancels_what_is_to_come_in_the_same_transaction_and_tells_the_parent(station):
    call, partner = call_of(parent_of(child_of(station))), partner_of(station)
    past = call.booking.slot.starts_at - 30 * DAY
    withdraw_child_consent(child=call.child, purpose="parent_calls", reason="奶奶不同意", by=partner, at=now())
    call.refresh_from_db()
    assert (call.booking.status, call.booking.reason_code) == ("cancelled", "consent-withdrawn")
    assert not CallContact.objects.filter(is_active=True).exists()
    assert not Caller.objects.unreached(now() + 60 * DAY).exists()
    assert not slots_with_wrong_counters().exists()
    run_jobs()
    assert len(words_to_parent("call_cancelled")) == 1
    agreed(call.child, "parent_calls")
    with pytest.raises(services.ContactInactive):
        services.book_call(contact=call.contact, starts_at=past, by=partner, at=now(), key="again")


def test_a_removed_person_a_dead_child_and_a_station_that_cancels_end_calls_to_come(station):
    partner = partner_of(station)
    first, second, third = (call_of(parent_of(child_of(station)), key=f"call {number}") for number in range(3))
    services.remove_contact(contact=first.contact, by=partner, at=now())
    services.cancel_call(call=second, reason="停电", by=partner, at=now())
    record_death(person=third.child, died_date=day_in(station.zone, now()), by=partner, at=now())
    run_jobs()
    assert [call.booking.status for call in Call.objects.select_related("booking")] == ["cancelled"] * 3
    with pytest.raises(WrongState):
        services.remove_contact(contact=first.contact, by=partner, at=now())


def test_with_a_child_that_is_erased_names_and_numbers_of_its_people_go_under_each_record(station):
    one, kept = call_of(parent_of(child_of(station))), child_of(station)
    two = call_of(parent_of(kept), key="other")
    rows = CallContact.objects.filter(pk__in=[one.contact_id, two.contact_id])
    with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        rows.update(name="—")
    merged(kept, one.child)
    Person.objects.filter(pk=kept.pk).update(erased_at=now(), birth_date=None, birth_precision="unknown")
    publish("stations.person_erased", at=now(), person=str(kept.pk), station=0, county=0)
    run_jobs()
    assert {(row.name, number_of(row), row.phone_tail, row.is_active) for row in rows} == {("—", "", "", False)}


def test_the_last_booth_of_an_hour_is_given_once_and_a_child_is_in_one_place(station):
    contacts = [parent_of(child_of(station)) for _ in range(2)]
    booth_at(station)
    starts_at, partner = free_times(station, at=now())[0].starts_at, partner_of(station)
    services.book_call(contact=contacts[0], starts_at=starts_at, by=partner, at=now(), key="one")
    again = services.book_call(contact=contacts[0], starts_at=starts_at, by=partner, at=now(), key="one")
    assert Call.objects.get() == again
    with pytest.raises(SlotFull):
        services.book_call(contact=contacts[1], starts_at=starts_at, by=partner, at=now(), key="two")
    booth_at(station, name="第二间")
    with pytest.raises(PersonBusy), transaction.atomic():
        services.book_call(contact=contacts[0], starts_at=starts_at, by=partner, at=now(), key="three")
    services.book_call(contact=contacts[1], starts_at=starts_at, by=partner, at=now(), key="two")


def test_parents_are_reminded_a_day_and_an_hour_before_once_each(station):
    at = now()
    booth_at(station, at=at)
    contact = parent_of(child_of(station))
    later = next(slot for slot in free_times(station, at=at, limit=200) if slot.starts_at > at + 2 * DAY)
    starts_at = later.starts_at
    services.book_call(contact=contact, starts_at=starts_at, by=partner_of(station), at=at, key="call")
    reminded = [
        services.remind_of_calls(at=starts_at - before)
        for before in (25 * HOUR, 24 * HOUR, 24 * HOUR - MINUTE, HOUR, 59 * MINUTE, -MINUTE)
    ]
    assert reminded == [0, 1, 0, 1, 0, 0]
    soon = free_times(station, at=at)[0].starts_at
    services.book_call(contact=parent_of(child_of(station)), starts_at=soon, by=partner_of(station), at=at, key="soon")
    assert services.remind_of_calls(at=soon - min(soon - at, 2 * HOUR)) == 0


def test_the_county_reads_a_number_that_hides_small_counts_and_no_child(station):
    manager, helper = county_manager_of(station.county), helper_of(station)
    booth_at(station)
    call = call_of(parent_of(child_of(station), at=now() - 31 * DAY))
    assert [silent_children(manager, at=now() - days * DAY).value for days in (0, 2)] == ["<10", "0"]
    assert services.list_unreached(zone=station.zone, week="2026-11-23", at=now()) == 1
    assert services.list_unreached(zone="Asia/Kuwait", week="2026-11-23", at=now()) == 0
    pages = [reverse("hotlines:call", args=[call.pk]), reverse("hotlines:child", args=[call.child_id])]
    pages += ["/api/v1/calls/", "/api/v1/calls/unreached/", reverse("hotlines:calls"), reverse("hotlines:children")]
    for page in pages:
        reader = api_client(manager) if page.startswith("/api") else browser_of(manager)
        assert reader.get(page).status_code in {403, 404}, page
    assert browser_of(county_manager_of(county())).get(pages[0]).status_code in {403, 404}
    before = AccessRead.objects.count()
    shown = browser_of(helper).get(pages[0]).content.decode()
    assert AccessRead.objects.count() == before + 1
    assert len(api_client(helper).get("/api/v1/calls/").json()["results"]) == 1
    assert AccessRead.objects.filter(person=call.child, user=helper, what="calls").count() == 2
    assert PHONE not in shown
    assert call.child.full_name in shown
    assert call.child.full_name not in browser_of(manager).get(reverse("hotlines:booths")).content.decode()


def test_the_number_is_shown_while_the_call_is_on_and_stored_encrypted(station):
    call = call_of(parent_of(child_of(station)))
    starts_at = call.booking.slot.starts_at
    assert services.is_open_to_dial(call, starts_at - 5 * MINUTE)
    assert not services.is_open_to_dial(call, starts_at - 6 * MINUTE)
    assert not services.is_open_to_dial(call, call.booking.slot.ends_at)
    assert number_of(call.contact) == PHONE
    assert PHONE.encode() not in bytes(call.contact.phone_cipher)
    assert call.contact.phone_tail == PHONE[-4:]
    assert PHONE_CONTEXT == "education_callcontact.phone"


def test_the_copy_of_a_child_holds_whom_it_calls_and_when_with_the_end_of_the_number_alone(station):
    child, other = child_of(station), child_of(station)
    call = call_of(parent_of(child))
    [contact] = EXPORTED["people_to_call"](child)
    [told] = EXPORTED["calls_home"](child)
    assert (contact["name"], contact["relation"], contact["phone_tail"]) == ("陈建国", "father", PHONE[-4:])
    assert (told["booking__slot__starts_at"], told["contact__name"]) == (call.booking.slot.starts_at, "陈建国")
    assert PHONE not in str([contact, told])
    assert [EXPORTED[name](other) for name in ("people_to_call", "calls_home")] == [[], []]


def test_calls_and_their_tries_go_after_400_days(station):
    at = now()
    old, kept, _untried = (call_of(parent_of(child_of(station)), at=at, key=f"{number}") for number in range(3))
    for call, days in ((old, 401), (kept, 399)):
        tried = {"number": 1, "at": at - days * DAY, "result": "busy", "made_by": helper_of(station)}
        CallAttempt.objects.create(call=call, **tried)
    Call.objects.update(created_at=at - 401 * DAY)
    forget_old_rows(at=at)
    assert list(Call.objects.all()) == [kept]
    assert list(CallAttempt.objects.values_list("call", flat=True)) == [kept.pk]


def test_there_is_no_column_for_a_recording_and_a_try_is_never_rewritten(station):
    names = {field.name for model in (Call, CallAttempt) for field in model._meta.get_fields()}
    assert not {name for name in names for word in ("record", "transcript", "audio", "file", "voice") if word in name}
    call = call_of(parent_of(child_of(station)))
    services.dial_call(call=call, result="busy", by=helper_of(station), at=call.booking.slot.starts_at)
    with pytest.raises(DatabaseError, match=r"permission denied|append-only"), transaction.atomic():
        CallAttempt.objects.update(result="connected")


def test_a_conversation_that_began_early_goes_on_when_the_consent_ends_and_can_be_ended(station):
    call, partner = call_of(parent_of(child_of(station))), partner_of(station)
    starts_at = call.booking.slot.starts_at
    call = services.dial_call(call=call, result="connected", by=partner, at=starts_at - 4 * MINUTE)
    services.end_calls(child=call.child, purpose="parent_calls", by=partner, at=starts_at - 2 * MINUTE)
    call.booking.refresh_from_db()
    assert call.booking.status == "arrived"
    assert not CallContact.objects.filter(is_active=True).exists()
    assert services.end_call(call=call, by=partner, at=starts_at).outcome == "talked"
    assert not Notice.objects.filter(template="call_cancelled").exists()


@pytest.mark.parametrize("ending", ["removed", "withdrawn"])
def test_nobody_reads_the_number_of_somebody_who_is_not_called_any_more(station, ending):
    call, partner = call_of(parent_of(child_of(station))), partner_of(station)
    starts_at = call.booking.slot.starts_at
    assert services.is_open_to_dial(call, starts_at)
    if ending == "removed":
        services.remove_contact(contact=call.contact, by=partner, at=starts_at)
    else:
        Consent.objects.filter(pk=call.consent_id).update(withdrawn_at=now(), withdrawn_by=call.consent.given_by)
    call = Call.objects.select_related("contact").get(pk=call.pk)
    assert call.booking.status == "booked"
    assert not services.is_open_to_dial(call, starts_at)
