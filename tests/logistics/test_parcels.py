"""A parcel comes, waits and is handed over once, against a proof."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from core.errors import CodeExpired, CodeLocked, CodeWrong, WrongState
from core.models import Event, Notice
from core.money import Money
from logistics.models import Parcel, ParcelEvent, StoragePolicy
from logistics.parcels.services import (
    AlreadyCollected,
    BelongsToAnOrder,
    CashFirst,
    CashNeedsAnOrder,
    CodeSentOften,
    ExtendedAlready,
    IdCheck,
    IdCheckIncomplete,
    NotForThisStation,
    NothingToAnnul,
    NotYourScan,
    PhotoOfDamage,
    Scan,
    StationNotServed,
    annul_scan,
    arrive_at_hub,
    collect_parcel,
    extend_storage,
    load_parcel,
    mark_uncollected,
    receive_at_station,
    receive_return_leg,
    refuse_parcel,
    reissue_code,
    remind_receivers,
    report_exception,
    return_to_sender,
)
from stations.network.models import Station
from tests.factories.parcels import code_of, parcel, waiting, wrong_code
from tests.factories.people import resident
from tests.factories.refunds import photo_by
from tests.factories.stations import StationFactory, UserFactory, county, county_clerk_of, helper_of

pytestmark = pytest.mark.django_db
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
#: Three in the afternoon in China.
AT = dt.datetime(2026, 11, 25, 7, tzinfo=dt.UTC)


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def helper(station):
    return helper_of(station)


def events(name):
    return [event.payload for event in Event.objects.filter(name=f"logistics.parcel_{name}").order_by("pk")]


def test_a_parcel_is_loaded_received_and_handed_over_against_the_code_of_the_receivers_phone(station, helper):
    person = resident(station=station)
    made = parcel(station, receiver=person, at=AT)
    clerk = county_clerk_of(station.county)
    made = load_parcel(parcel=made, by=clerk, at=AT)
    assert (made.status, made.custodian) == ("out_for_delivery", None)
    made = receive_at_station(parcel=made, by=helper, at=AT)
    assert (made.status, made.custodian, made.storage_until_date) == (
        "available_for_pickup", station, dt.date(2026, 12, 2),
    )  # fmt: skip
    notice = Notice.objects.get(template="parcel_available")
    assert code_of(made) not in f"{notice.params}{made.codes.get().code_hash}"
    made = collect_parcel(parcel=made, code=code_of(made), by=helper, at=AT + MINUTE)
    assert (made.status, made.proof, made.collected_by, made.custodian) == ("collected", "code", helper, None)
    assert made.codes.get().status == "used"
    kinds = list(made.events.order_by("sequence").values_list("sequence", "kind"))
    assert kinds == [(1, "created"), (2, "loaded"), (3, "received"), (4, "collected")]
    told = {"parcel": str(made.pk), "contents_ref": None, "station": station.pk, "person": str(person.pk)}
    assert [event | told for event in events("available") + events("collected")] == events("available") + events(
        "collected"
    )
    with pytest.raises(AlreadyCollected, match=helper.shown_name):
        collect_parcel(parcel=made, code="000000", by=helper, at=AT + 2 * MINUTE)


def test_the_fifth_wrong_code_locks_it_the_sixth_try_is_refused_and_a_new_code_opens_it(station, helper):
    made = waiting(station, at=AT)
    first = code_of(made)
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(CodeWrong) as refusal:
            collect_parcel(parcel=made, code=wrong_code(made) if left > 3 else "x", by=helper, at=AT)
        assert refusal.value.params == {"tries_left": left}
    with pytest.raises(CodeLocked):
        collect_parcel(parcel=made, code=first, by=helper, at=AT)
    made = reissue_code(parcel=made, by=helper, at=AT)
    with pytest.raises(CodeSentOften):
        reissue_code(parcel=made, by=helper, at=AT)
    reissue_code(parcel=made, by=county_clerk_of(station.county), at=AT)
    assert collect_parcel(parcel=made, code=code_of(made), by=helper, at=AT).status == "collected"
    assert sorted(made.codes.values_list("status", flat=True)) == ["reissued", "reissued", "used"]


def test_a_code_of_the_night_comes_in_the_morning_and_one_that_is_asked_for_at_the_counter_at_once(station, helper):
    night = dt.datetime(2026, 11, 25, 15, 30, tzinfo=dt.UTC)
    made = waiting(station, at=night)
    reissue_code(parcel=made, by=helper, at=night)
    sent = dict(Notice.objects.filter(template__startswith="parcel_").values_list("template", "send_at"))
    assert sent == {"parcel_available": dt.datetime(2026, 11, 26, tzinfo=dt.UTC), "parcel_code_again": night}


def test_a_code_lives_as_long_as_the_parcel_waits_and_waits_longer_once(station, helper):
    made = waiting(station, at=AT)
    code = code_of(made)
    end = dt.datetime(2026, 12, 2, 16, tzinfo=dt.UTC)
    with pytest.raises(CodeExpired):
        collect_parcel(parcel=made, code=code, by=helper, at=end)
    made = extend_storage(parcel=made, by=helper, at=AT)
    assert made.storage_until_date == dt.date(2026, 12, 9)
    with pytest.raises(ExtendedAlready):
        extend_storage(parcel=made, by=helper, at=AT)
    assert collect_parcel(parcel=made, code=code, by=helper, at=end).status == "collected"


def test_without_a_code_it_takes_a_third_person_and_a_photo(station, helper):
    receiver, witness = resident(station=station), resident("赵铁柱", station=station)
    made = waiting(station, receiver=receiver, receiver_phone="")
    assert made.codes.count() == 0
    photo = photo_by(helper)
    for check in (IdCheck(None, photo), IdCheck(receiver, photo), IdCheck(witness, None)):
        with pytest.raises(IdCheckIncomplete):
            collect_parcel(parcel=made, id_check=check, by=helper, at=AT)
    made = collect_parcel(parcel=made, id_check=IdCheck(witness, photo), by=helper, at=AT)
    assert (made.status, made.proof, made.witness) == ("collected", "id_check", witness)


def test_what_an_order_sent_is_handed_over_by_the_order_after_its_cash(station, helper):
    contents = uuid4()
    made = waiting(station, cash=120_000, contents_ref=contents, at=AT)
    code = code_of(made)
    with pytest.raises(BelongsToAnOrder):
        collect_parcel(parcel=made, code=code, by=helper, at=AT)
    with pytest.raises(CashFirst):
        collect_parcel(parcel=made, code=code, contents_ref=contents, by=helper, at=AT)
    with pytest.raises(IntegrityError, match="collected_parcel_has_its_cash"), transaction.atomic():
        Parcel.objects.filter(pk=made.pk).update(
            status="collected", proof="code", collected_by=helper, custodian=None, ended_at=AT
        )
    paid = uuid4()
    made = collect_parcel(parcel=made, code=code, contents_ref=contents, cash_cleared_by=paid, by=helper, at=AT)
    assert (made.status, made.cash_cleared_by) == ("collected", paid)
    assert events("collected")[0]["contents_ref"] == str(contents)
    with pytest.raises(CashNeedsAnOrder):
        parcel(station, cash_due=Money(100, station.currency))


def test_a_refused_parcel_stays_on_the_shelf_until_it_goes_back_to_its_sender(station, helper):
    made = refuse_parcel(parcel=waiting(station, at=AT), reason="damaged", by=helper, at=AT)
    assert (made.status, made.custodian, events("refused")[0]["reason"]) == ("refused", station, "damaged")
    assert events("refused")[0]["is_justified"]
    refuse_parcel(parcel=waiting(station, at=AT), reason="not_ordered", by=helper, at=AT)
    assert not events("refused")[1]["is_justified"]
    with pytest.raises(WrongState):
        collect_parcel(parcel=made, code="000000", by=helper, at=AT)
    made = return_to_sender(parcel=made, by=helper, at=AT)
    assert (made.status, made.custodian) == ("return_to_sender", None)
    made = receive_return_leg(parcel=made, by=county_clerk_of(station.county), at=AT)
    assert (made.status, len(events("returned"))) == ("returned", 1)


def test_scans_that_come_out_of_order_are_stored_and_never_take_a_parcel_back(station, helper):
    made, driver = parcel(station, at=AT), UserFactory()
    received = Scan(AT + 30 * MINUTE, "phone-of-station")
    made = receive_at_station(parcel=made, by=helper, at=AT + 31 * MINUTE, scan=received)
    made = load_parcel(parcel=made, by=driver, at=AT + 40 * MINUTE, scan=Scan(AT + 5 * MINUTE, "phone-of-driver"))
    made = load_parcel(parcel=made, by=driver, at=AT + 41 * MINUTE, scan=Scan(AT + 5 * MINUTE, "phone-of-driver"))
    receive_at_station(parcel=made, by=helper, at=AT + 42 * MINUTE, scan=received)
    assert made.status == "available_for_pickup"
    late = made.events.get(kind="loaded")
    assert (late.is_out_of_order, late.made_at, late.actor) == (True, AT + 5 * MINUTE, driver)
    assert made.events.count() == 3
    assert Notice.objects.filter(template="parcel_available").count() == 1
    with pytest.raises(WrongState):
        load_parcel(parcel=made, by=driver, at=AT + 50 * MINUTE)


def test_a_parcel_passes_the_hubs_and_another_station_does_not_take_it_in(station, helper):
    hub = StationFactory(kind="township_hub", county=station.county, parent=station.parent)
    made = load_parcel(parcel=parcel(station), to=hub, by=UserFactory(), at=AT)
    assert made.status == "in_transit"
    made = arrive_at_hub(parcel=made, hub=hub, by=UserFactory(), at=AT)
    assert (made.status, made.custodian) == ("at_township_hub", hub)
    other = StationFactory(county=station.county, parent=station.parent)
    with pytest.raises(NotForThisStation, match=station.name):
        receive_at_station(parcel=made, station=other, by=helper, at=AT)
    made = report_exception(parcel=made, exception="misrouted", reason="", by=helper, at=AT)
    assert return_to_sender(parcel=made, by=helper, at=AT).status == "return_to_sender"
    Station.objects.filter(pk=other.pk).update(status="suspended")
    other.refresh_from_db()
    with pytest.raises(StationNotServed):
        parcel(other)


def test_a_wrong_scan_is_annulled_by_its_maker_for_fifteen_minutes_and_by_the_county_later(station, helper):
    made = load_parcel(parcel=parcel(station, at=AT), by=helper, at=AT)
    made = receive_at_station(parcel=made, by=helper, at=AT)
    code = made.codes.get()
    with pytest.raises(NotYourScan):
        annul_scan(parcel=made, reason="扫错了", by=helper, at=AT + 15 * MINUTE + dt.timedelta(seconds=1))
    made = annul_scan(parcel=made, reason="扫错了", by=helper, at=AT + 15 * MINUTE)
    code.refresh_from_db()
    assert (made.status, made.custodian, code.status) == ("out_for_delivery", None, "expired")
    clerk = county_clerk_of(station.county)
    made = annul_scan(parcel=made, reason="扫错了", by=clerk, at=AT + DAY)
    assert (made.status, made.custodian) == ("pre_transit", station.parent)
    with pytest.raises(NothingToAnnul):
        annul_scan(parcel=made, reason="扫错了", by=clerk, at=AT + DAY)
    assert [event.kind for event in made.events.order_by("sequence")] == [
        "created", "loaded", "received", "annulled", "annulled",
    ]  # fmt: skip
    assert receive_at_station(parcel=made, by=helper, at=AT + DAY).status == "available_for_pickup"


def test_damage_is_shown_and_a_lost_parcel_has_ended(station, helper):
    made = parcel(station)
    with pytest.raises(PhotoOfDamage):
        report_exception(parcel=made, exception="damaged", reason="", by=helper, at=AT)
    made = report_exception(parcel=made, exception="damaged", reason="", photo=photo_by(helper), by=helper, at=AT)
    assert (made.status, made.exception) == ("pre_transit", "damaged")
    made = report_exception(parcel=made, exception="lost", reason="", by=helper, at=AT)
    assert (made.status, made.custodian, len(events("lost"))) == ("lost", None, 1)


def test_receivers_are_reminded_on_their_days_and_what_stays_is_marked_on_the_day_after_the_last(station):
    StoragePolicy.objects.create(division=station.county, valid_from_date=dt.date(2026, 1, 1), reminder_days=[2, 4])
    StoragePolicy.objects.create(division=county(), valid_from_date=dt.date(2026, 1, 1), days=1)
    made = waiting(station, at=AT)
    where = {"county": station.county.code, "zone": station.zone}
    told = [remind_receivers(**where, at=AT + days * DAY) for days in range(9)]
    assert told == [0, 0, 1, 0, 1, 0, 0, 0, 0]
    assert remind_receivers(**where, at=AT + 2 * DAY) == 1
    assert Notice.objects.filter(template="parcel_waits").count() == 2
    midnight = dt.datetime(2026, 12, 2, 16, tzinfo=dt.UTC)
    assert mark_uncollected(**where, at=midnight - MINUTE) == 0
    assert mark_uncollected(**where, at=midnight) == 1
    assert mark_uncollected(**where, at=midnight + MINUTE) == 0
    made.refresh_from_db()
    assert (made.status, len(events("uncollected")), made.codes.get().status) == ("uncollected", 1, "expired")


def test_steps_have_no_gap_and_none_is_changed(station):
    made = parcel(station)
    step = {"parcel": made, "kind": "loaded", "new_status": "in_transit", "made_at": AT, "received_at": AT}
    with pytest.raises(IntegrityError, match="sequence_without_gaps"), transaction.atomic():
        ParcelEvent.objects.create(**step, sequence=3, key="gap")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        made.events.update(reason="other")


def test_the_same_key_registers_one_parcel_and_money_of_another_country_stays_its_own():
    abroad = StationFactory(county=county(country="KE"), currency="KES", zone="Africa/Nairobi")
    made = parcel(abroad, cash=1_500, key="again")
    assert parcel(abroad, cash=1_500, key="again", contents_ref=uuid4()).pk == made.pk
    assert str(made.cash_due) == str(Money(1_500, "KES"))
    evening = dt.datetime(2026, 11, 25, 20, 30, tzinfo=dt.UTC)
    assert receive_at_station(parcel=made, by=UserFactory(), at=evening).storage_until_date == dt.date(2026, 12, 2)
