"""Carriers' systems say where parcels are, signed: as a clerk would record it, in any order, twice, and late."""

import datetime as dt
import json
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.timezone import now
from django.utils.translation import override

from core.errors import WrongState
from core.gateways.sandbox.signing import headers_for
from core.models import Callback, Event, Provider
from logistics.parcels.console import CONSOLE
from logistics.parcels.display import steps_in_words
from logistics.parcels.models import Parcel, ParcelEvent
from logistics.parcels.services import examine_contradiction
from logistics.routes.models import Carrier
from orders.shipping.services import hand_on_shipment
from tests.factories.gateways import ProviderFactory
from tests.factories.shipping import accepted, at_centre, counter, handed_on, in_trouble
from tests.jobs import run_jobs, try_jobs
from tests.sandbox import until

pytestmark = pytest.mark.usefixtures("sandbox")
MINUTE, HOUR, DAY = (dt.timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days"))


def counter_with_system():
    """A counter whose carrier has a tracking system: the company EXPRESS of the sandbox."""
    ready = counter()
    Carrier.objects.filter(code="express").update(system=ProviderFactory(code="EXPRESS", file_time=None))
    return ready


@pytest.fixture
def ready(db):
    return counter_with_system()


@pytest.fixture
def parcel(ready):
    """A parcel that the carrier has."""
    return handed_on(ready).parcel


def tell(parcel, word, *, at=None, code="EXPRESS", event_id="", note=None, **changed):
    """A signed callback of the carrier; the status of the answer."""
    data = {"our_ref": parcel.number, "note": note}
    event = {
        "event_id": event_id or f"evt-{uuid4().hex}",
        "event_type": f"parcel.{word}",
        "occurred_at": (at or now()).isoformat(),
        "data": data,
    }
    body, path = json.dumps({**event, **changed}, ensure_ascii=False).encode(), f"/api/v1/gateways/{code}/callbacks"
    headers = headers_for(f"{code}-1", f"sandbox-secret-{code.lower()}", "POST", path, body)
    return Client().post(path, body, content_type="application/json", headers=headers).status_code


def heard(parcel):
    """The parcel's state, and what the carrier has said of it."""
    parcel.refresh_from_db()
    said = ParcelEvent.objects.filter(parcel=parcel, kind__in=["tracked", "delivered", "brought_back"])
    return parcel.status, [(event.kind, event.reason) for event in said.order_by("sequence")]


def effects():
    return list(Callback.objects.order_by("pk").values_list("state", "note"))


def test_the_way_of_a_parcel_is_recorded_as_a_clerk_would_and_its_sender_hears_of_the_delivery(parcel):
    scanned = now() - HOUR
    assert tell(parcel, "on_the_way", at=scanned, note="徐州转运中心") == 202
    assert tell(parcel, "delivered") == 202
    run_jobs()
    assert heard(parcel) == ("delivered", [("tracked", "徐州转运中心"), ("delivered", "")])
    first = ParcelEvent.objects.get(parcel=parcel, kind="tracked")
    assert (first.made_at, first.actor) == (scanned, None)
    assert Event.objects.filter(name="logistics.parcel_delivered").count() == 1
    assert parcel.ended_at is not None
    assert effects() == [("applied", ""), ("applied", "")]


def test_what_could_not_be_delivered_waits_for_the_next_run_back(parcel):
    tell(parcel, "brought_back", note="查无此人")
    run_jobs()
    assert heard(parcel) == ("return_to_sender", [("brought_back", "查无此人")])


def test_the_same_event_twice_is_one_and_another_that_says_the_same_changes_nothing(parcel):
    assert [tell(parcel, "delivered", event_id="evt-1") for _ in range(3)] == [202, 200, 200]
    tell(parcel, "delivered")
    run_jobs()
    assert heard(parcel) == ("delivered", [("delivered", "")])
    assert effects() == [("applied", ""), ("ignored", "")]


def test_scans_that_come_after_the_delivery_stand_in_the_history_alone(parcel):
    tell(parcel, "delivered")
    tell(parcel, "on_the_way", at=now() - DAY, note="徐州")
    run_jobs()
    assert heard(parcel) == ("delivered", [("delivered", ""), ("tracked", "徐州")])
    assert ParcelEvent.objects.get(parcel=parcel, kind="tracked").is_out_of_order


@pytest.mark.parametrize(("first", "second"), [("delivered", "brought_back"), ("brought_back", "delivered")])
def test_what_contradicts_the_end_changes_nothing_and_calls_a_clerk_who_examines_it(ready, parcel, first, second):
    tell(parcel, first)
    tell(parcel, second, note="门卫代收")
    run_jobs()
    assert [kind for kind, _note in heard(parcel)[1]] == [first]
    assert [state for state, _note in effects()] == ["applied", "contradicts"]
    need = next(each for each in CONSOLE.needs if each.name == "parcels.contradicted")
    assert list(need.rows(user=ready.clerk, at=now())) == [parcel]
    with override("en"):
        entry = steps_in_words(parcel)[-1]
    assert (entry.text, entry.who) == ("the carrier says something else", "the carrier's system")
    assert entry.detail.endswith("门卫代收")
    examined = examine_contradiction(parcel=parcel, outcome="收件人已签收", by=ready.clerk, at=now())
    assert (examined.status, examined.contradicted_at) == (parcel.status, None)
    assert list(need.rows(user=ready.clerk, at=now())) == []
    with pytest.raises(WrongState):
        examine_contradiction(parcel=parcel, outcome="收件人已签收", by=ready.clerk, at=now())


def test_a_parcel_that_people_have_reported_lost_is_not_delivered_by_a_callback(ready):
    shipment = handed_on(ready)
    in_trouble(ready, shipment, "lost")
    tell(shipment.parcel, "delivered")
    run_jobs()
    assert heard(shipment.parcel)[0] == "lost"
    assert [state for state, _note in effects()] == ["contradicts"]


def test_a_word_that_overtakes_the_hand_over_waits_for_it_for_a_day(ready):
    shipment = at_centre(ready, accepted(ready))
    early, never = shipment.parcel, at_centre(ready, accepted(ready)).parcel
    tell(early, "on_the_way", note="徐州")
    tell(never, "on_the_way")
    at = now()
    try_jobs(at)
    assert effects() == [("stored", ""), ("stored", "")]
    hand_on_shipment(shipment=shipment, carrier_number="YT75", by=ready.clerk, at=at)
    try_jobs(at + 10 * MINUTE)
    assert heard(early) == ("out_for_delivery", [("tracked", "徐州")])
    try_jobs(at + DAY + HOUR)
    assert effects() == [("applied", ""), ("applied", "unknown reference")]
    assert heard(never)[1] == []


def test_a_carrier_speaks_only_of_parcels_that_it_was_given(parcel):
    ProviderFactory(code="MILL", file_time=None)
    tell(parcel, "delivered", code="MILL")
    tell(Parcel(number="P-NOBODY"), "delivered")
    run_jobs()
    assert heard(parcel) == ("out_for_delivery", [])
    assert effects() == [("applied", "unknown reference")] * 2


@pytest.mark.parametrize(
    ("word", "changed"),
    [
        ("eaten", {}),
        ("delivered", {"occurred_at": "yesterday"}),
        ("delivered", {"occurred_at": "2026-11-25T08:00:00"}),
        ("delivered", {"occurred_at": "0001-01-01T00:00:00+14:00"}),
        ("delivered", {"occurred_at": "9999-12-31T23:59:59-12:00"}),
        ("delivered", {"note": "x" * 201}),
        ("delivered", {"note": ["x"]}),
        ("delivered", {"note": "a\x07b"}),
    ],
)
def test_what_is_not_as_the_protocol_says_changes_nothing(parcel, word, changed):
    tell(parcel, word, **changed)
    run_jobs()
    assert heard(parcel) == ("out_for_delivery", [])
    assert effects() == [("ignored", "not as the protocol says")]


def test_an_event_with_the_longest_id_and_an_empty_note_counts_too(parcel):
    assert tell(parcel, "on_the_way", event_id="e" * 80, note="") == 202
    run_jobs()
    assert heard(parcel) == ("out_for_delivery", [("tracked", "")])
    assert [entry.who for entry in steps_in_words(parcel)][-1] == "the carrier's system"


def test_a_note_that_may_be_an_identity_number_is_not_kept(parcel):
    tell(parcel, "on_the_way", note="收件人 11010519491231002X")
    run_jobs()
    assert heard(parcel)[1] == [("tracked", "")]


def test_a_future_that_a_carrier_invents_is_now(parcel):
    tell(parcel, "on_the_way", at=now() + DAY)
    at = now()
    run_jobs(at)
    assert ParcelEvent.objects.get(parcel=parcel, kind="tracked").made_at <= at


@pytest.mark.usefixtures("own_database")
@pytest.mark.parametrize(
    ("wish", "answered", "kinds"),
    [
        ({"times": 3}, ["202", "200", "200"], ["delivered"]),
        ({"fault": "bad_signature"}, ["401"], []),
        ({"fault": "clock_skew"}, ["401"], []),
    ],
    ids=["three times", "wrong signature", "wrong clock"],
)
def test_the_system_of_a_carrier_calls_back_over_http(sandbox, web, wish, answered, kinds):
    parcel = handed_on(counter_with_system()).parcel
    sandbox.ask("PUT", "callbacks", {"url": web})
    event = {"provider": "EXPRESS", "our_ref": parcel.number, "event": "delivered", "occurred_at": now().isoformat()}
    sandbox.ask("POST", "parcel-events", {**event, **wish})
    until(lambda: [sent["answered"] for sent in sandbox.ask("GET", "events")] == answered)
    run_jobs()
    assert [kind for kind, _note in heard(parcel)[1]] == kinds
    assert Provider.objects.get(code="EXPRESS").carrier.code == "express"
