"""The money rules of a station: dated, changed by service, and the mode only while nothing is set aside."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.history import changes_of
from core.money import Money
from finance.floats.queries import money_rules
from finance.floats.services import (
    FloatHoldsPending,
    LimitsNotInOrder,
    ModeStartsToday,
    NothingChanges,
    RulesInThePast,
    decline_float,
    send_float,
    set_station_money,
)
from finance.models import StationMoney
from tests.factories.days import today
from tests.factories.finance import LIMITS, LONG_AGO_DATE, biller, desk, flat_plan, found_bill, pay, provider_says
from tests.factories.stations import PostFactory, api_client, auditor, county_clerk_of, finance_officer

TOMORROW = dt.timedelta(days=1)


@pytest.fixture
def ready(db):
    return desk(float_minor=1_000_00, till_open=False)


def change(ready, from_date=None, reason="Winter", **changes):
    return set_station_money(
        station=ready.station,
        changes=changes,
        from_date=from_date or today(),
        reason=reason,
        by=finance_officer(),
        at=now(),
    )


def rows(ready):
    found = StationMoney.objects.filter(station=ready.station).order_by("from_date")
    return [(row.from_date, row.to_date, row.float_min_minor) for row in found]


def test_new_rules_end_the_old_ones_on_their_first_day(ready):
    rules = change(ready, today() + TOMORROW, float_min_minor=800_00)
    assert rows(ready) == [
        (LONG_AGO_DATE, today() + TOMORROW, 500_00),
        (today() + TOMORROW, None, 800_00),
    ]
    assert money_rules(ready.station, on=today()).float_min_minor == 500_00
    assert money_rules(ready.station, on=today() + TOMORROW).float_min_minor == 800_00
    assert rules.float_max_minor == 20_000_00
    assert changes_of(rules)[0].reason == "Winter"


def test_what_was_planned_for_later_is_replaced_by_what_is_decided_now(ready):
    change(ready, today() + 5 * TOMORROW, float_min_minor=900_00)
    change(ready, today() + TOMORROW, float_min_minor=800_00)
    change(ready, today() + TOMORROW, float_min_minor=850_00)
    assert rows(ready) == [
        (LONG_AGO_DATE, today() + TOMORROW, 500_00),
        (today() + TOMORROW, None, 850_00),
    ]


def test_a_station_without_rules_gets_its_first(ready):
    StationMoney.objects.all().delete()
    change(ready, ceiling_minor=6_000_00)
    assert money_rules(ready.station, on=today()).ceiling_minor == 6_000_00


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"float_min_minor": 20_000_01}, LimitsNotInOrder),
        ({"float_min_minor": 20_000_00}, None),
        ({"float_min_minor": -1}, LimitsNotInOrder),
        ({"cash_max_minor": 199_99}, LimitsNotInOrder),
        ({"cash_max_minor": 200_00}, None),
        ({"ceiling_minor": 0}, LimitsNotInOrder),
        ({"warn_bp": 10_001}, LimitsNotInOrder),
        ({"float_min_minor": 500_00}, NothingChanges),
        ({"mode": "prepaid"}, NothingChanges),
    ],
)
def test_limits_are_in_order_and_something_changes(ready, changes, refusal):
    if refusal is None:
        assert change(ready, **changes).pk
        return
    with pytest.raises(refusal), transaction.atomic():
        change(ready, **changes)
    assert len(rows(ready)) == 1


def test_nothing_changes_backwards(ready):
    with pytest.raises(RulesInThePast):
        change(ready, today() - TOMORROW, float_min_minor=800_00)
    assert len(rows(ready)) == 1


def test_the_mode_changes_today_or_not_at_all(ready):
    with pytest.raises(ModeStartsToday):
        change(ready, today() + TOMORROW, mode="postpaid")
    assert change(ready, mode="postpaid").mode == "postpaid"


def test_the_mode_changes_only_while_nothing_of_the_float_is_set_aside(ready):
    flat_plan()
    payment = pay(ready, found_bill(ready, biller()))
    with pytest.raises(FloatHoldsPending), transaction.atomic():
        change(ready, mode="postpaid")
    assert change(ready, float_min_minor=800_00).mode == "prepaid"
    provider_says(payment, "succeeded")
    assert change(ready, mode="postpaid").mode == "postpaid"


def test_a_float_on_its_way_in_holds_the_mode_as_well(ready):
    other = desk(float_minor=500_00, till_open=False)
    transfer = send_float(
        station=other.station, to=ready.station, amount=Money(100_00, "CNY"), by=other.partner, at=now()
    )
    with pytest.raises(FloatHoldsPending), transaction.atomic():
        change(ready, mode="postpaid")
    decline_float(transfer=transfer, by=ready.partner, at=now())
    assert change(ready, mode="postpaid").mode == "postpaid"


def test_the_database_knows_one_rule_at_any_date(ready):
    with pytest.raises(IntegrityError, match="station_has_one_money_rule"), transaction.atomic():
        StationMoney.objects.create(station=ready.station, mode="postpaid", from_date=today(), **LIMITS)


# --- over the API, on the page, in the administration


def body_of(ready, **more):
    return {"station": ready.station.code, "from_date": str(today()), "reason": "winter", "float_min": "800.00", **more}


def test_over_the_api_finance_changes_them_and_the_county_reads_them(db):
    ready = desk(till_open=False)
    path, clerk = "/api/v1/station-money-rules/", county_clerk_of(ready.station.county)

    def post(user, key, **more):
        return api_client(user).post(path, body_of(ready, **more), "json", headers={"Idempotency-Key": key * 16})

    assert post(clerk, "a").status_code == 403
    assert post(auditor(), "b").status_code == 403
    assert post(ready.partner, "c").status_code == 403
    far = finance_officer(desk(till_open=False).station.county)
    assert post(far, "d").status_code == 404
    officer = finance_officer()
    made = [post(officer, "e") for _ in range(2)]
    assert [(answer.status_code, answer.json()["float_min"]) for answer in made] == [(201, "800.00")] * 2
    assert post(officer, "f").json()["code"] == "nothing_changes"
    assert post(officer, "g", float_min="20000.01").json()["code"] == "limits_not_in_order"
    listed = api_client(clerk).get(f"{path}?station={ready.station.code}").json()["results"]
    assert [(row["from_date"], row["float_min"]) for row in listed] == [
        (str(today()), "800.00"),
        ("2020-01-01", "500.00"),
    ]


def test_on_the_page_a_refusal_stands_beside_what_was_typed(client, db):
    ready = desk(till_open=False)
    client.force_login(finance_officer())
    page = reverse("floats:rules", args=[ready.station.code])
    shown = client.get(page)
    typed = {name: field.value() for name, field in ((f.name, f) for f in shown.context["form"])}
    typed = {name: str(value) for name, value in typed.items() if value is not None} | {"reason": "Winter"}
    refused = client.post(page, typed)
    assert (refused.status_code, len(rows(ready))) == (422, 1)
    typed["key"] = refused.context["form"]["key"].value()
    done = client.post(page, typed | {"float_min": "800.00"})
    assert done.status_code == 303
    assert rows(ready)[-1] == (today(), None, 800_00)
    assert client.get(done.url).status_code == 200


def test_in_the_administration_new_rules_go_through_the_service(client, ready):
    client.force_login(PostFactory(role="finance_officer", user__is_staff=True).user)
    add = reverse("admin:finance_stationmoney_add")
    assert client.get(add).status_code == 200
    values = {
        "station": ready.station.pk,
        "from_date": str(today()),
        "mode": "prepaid",
        "ceiling_minor": "5,000.00",
        "warn_bp": 8_000,
        "float_min_minor": "800",
        "float_max_minor": "700.00",
        "cash_min_minor": "200.00",
        "cash_max_minor": "10,000.00",
        "reason": "Winter",
    }
    refused = client.post(add, values)
    assert (refused.status_code, len(rows(ready))) == (200, 1)
    assert client.post(add, values | {"float_max_minor": "20,000.00"}).status_code == 302
    assert rows(ready)[-1] == (today(), None, 800_00)
    row = StationMoney.objects.latest("pk")
    assert client.post(reverse("admin:finance_stationmoney_change", args=[row.pk]), values).status_code == 403
