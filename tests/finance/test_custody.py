"""Who holds the till: handed over with a count that both have seen, its difference that of who held it."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.errors import SamePerson, WrongState
from core.history import changes_of
from core.models import Job, Notice
from finance import chart
from finance.models import OverShort, TillCustody
from finance.tills.services import (
    CountStale,
    DayAlreadyClosed,
    NotOfThisStation,
    NotYourDrawer,
    close_cash_day,
    count_cash,
    hand_over_till,
    open_cash_day,
    remind_close,
)
from stations.network.services import set_hours
from tests.factories.finance import desk, fill, helper_at
from tests.factories.stations import api_client, partner_of
from tests.factories.tills import cash_desk, close_with, open_centre, pieces


@pytest.fixture
def ready(db):
    return cash_desk(100_00)


@pytest.fixture
def helper(ready):
    return helper_at(ready)


def counted(ready, minor, by=None):
    return count_cash(cash_day=ready.day, lines=pieces(minor), by=by or ready.partner, at=now())


def holders(ready):
    return [(each.holder, each.status) for each in TillCustody.objects.order_by("pk")]


def test_whoever_opens_holds_the_till_until_the_day_is_closed(ready):
    assert holders(ready) == [(ready.partner, "held")]
    day = close_with(ready, 100_00)
    custody = TillCustody.objects.get()
    assert (custody.status, custody.count.total_minor, custody.to_at) == ("ended", 100_00, day.closed_at)


def test_one_counts_and_the_other_takes_it_and_the_day_goes_on(ready, helper):
    day = hand_over_till(cash_day=counted(ready, 100_00), to=helper, by=helper, at=now())
    assert (day.status, day.counted_minor, OverShort.objects.count()) == ("open", None, 0)
    assert holders(ready) == [(ready.partner, "handed_over"), (helper, "held")]
    assert [change.new for change in changes_of(day)] == ["open", "counting", "balanced", "open"]


def test_the_taker_may_count_and_the_giver_press(ready, helper):
    hand_over_till(cash_day=counted(ready, 100_00, by=helper), to=helper, by=ready.partner, at=now())
    assert holders(ready)[-1] == (helper, "held")


@pytest.mark.parametrize("who", ["giver alone", "taker alone", "to oneself"])
def test_one_person_alone_hands_nothing_over(ready, helper, who):
    by = helper if who == "taker alone" else ready.partner
    to = ready.partner if who == "to oneself" else helper
    day = counted(ready, 100_00, by=by)
    with pytest.raises(SamePerson):
        hand_over_till(cash_day=day, to=to, by=by, at=now())
    assert holders(ready) == [(ready.partner, "held")]


def test_what_is_missing_at_the_hand_over_is_asked_of_who_held_it(ready, helper):
    hand_over_till(cash_day=counted(ready, 97_00), to=helper, by=helper, at=now())
    found = OverShort.objects.get()
    assert (found.found, found.amount_minor, found.holder) == ("hand_over", -3_00, ready.partner)
    assert ready.holds(chart.over_short(ready.station, ready.partner)) == 3_00
    assert Notice.objects.get(template="variance_found").user == ready.partner.pk
    close_with(ready, 95_00)
    later = OverShort.objects.get(found="closing")
    assert (later.amount_minor, later.holder) == (-2_00, helper)


def test_a_till_goes_to_nobody_from_elsewhere_and_not_after_it_moved(ready, helper):
    day = counted(ready, 100_00)
    stranger = cash_desk().partner
    with pytest.raises(NotOfThisStation):
        hand_over_till(cash_day=day, to=stranger, by=stranger, at=now())
    fill(ready, ready.till_key, 1_00)
    with pytest.raises(CountStale):
        hand_over_till(cash_day=day, to=helper, by=helper, at=now())
    assert holders(ready)[0] == (ready.partner, "held")


def test_without_a_count_or_after_the_close_nothing_is_handed_over(ready, helper):
    with pytest.raises(WrongState):
        hand_over_till(cash_day=ready.day, to=helper, by=helper, at=now())
    day = close_with(ready, 100_00)
    with pytest.raises(DayAlreadyClosed):
        hand_over_till(cash_day=day, to=helper, by=helper, at=now())
    assert TillCustody.objects.count() == 1


def test_the_database_knows_one_holder_at_a_time(ready, helper):
    with pytest.raises(IntegrityError), transaction.atomic():
        TillCustody.objects.create(cash_day=ready.day, holder=helper, from_at=now())


def test_people_of_the_county_keep_the_centres_till_alone(ready):
    open_centre(ready)
    with pytest.raises(NotYourDrawer):
        count_cash(cash_day=ready.day, lines={}, by=ready.clerk, at=now())
    close_with(ready, 100_00)
    fresh = cash_desk(0)
    fresh_day = fresh.day
    with pytest.raises(NotYourDrawer):
        close_cash_day(
            cash_day=count_cash(cash_day=fresh_day, lines={}, by=fresh.partner, at=now()), by=fresh.clerk, at=now()
        )
    fresh_day.refresh_from_db()
    assert fresh_day.status != "closed"


def test_an_open_day_is_reminded_of_half_an_hour_after_closing(db):
    ready = desk(mode="postpaid", till_open=False)
    week = {weekday: [(dt.time(8), dt.time(12)), (dt.time(14), dt.time(18))] for weekday in range(1, 8)}
    set_hours(station=ready.station, week=week, from_date=dt.date(2026, 1, 1), actor=ready.partner)
    at = dt.datetime(2026, 11, 25, 0, 10, tzinfo=dt.UTC)
    day = open_cash_day(station=ready.station, lines={}, by=ready.partner, at=at)
    job = Job.objects.get(kind="tills.remind_close")
    assert job.dedupe_key == f"closecash:{ready.station.code}:2026-11-25"
    assert (job.run_at, job.use_by - job.run_at) == (
        dt.datetime(2026, 11, 25, 10, 30, tzinfo=dt.UTC),
        dt.timedelta(hours=3),
    )
    remind_close(cash_day=day, at=job.run_at)
    assert Notice.objects.get(template="till_still_open").user == ready.partner.pk


def test_a_day_that_was_closed_meanwhile_is_not_reminded_of(ready):
    remind_close(cash_day=close_with(ready, 100_00), at=now())
    assert not Notice.objects.filter(template="till_still_open").exists()


def test_the_till_is_handed_over_over_the_api(db):
    ready = cash_desk(100_00)
    helper = helper_at(ready)
    day = counted(ready, 100_00)

    def answer(user, to, key):
        path = f"/api/v1/cash-days/{day.pk}/hand-over/"
        return api_client(user).post(path, {"to": to}, "json", headers={"Idempotency-Key": key * 16})

    assert answer(cash_desk().partner, helper.username, "a").status_code == 404
    assert answer(ready.clerk, helper.username, "b").status_code == 403
    assert answer(helper, "nobody", "c").json()["code"] == "not_of_this_station"
    done = answer(helper, helper.username, "d")
    assert (done.status_code, done.json()["holder"]) == (200, helper.shown_name)
    assert answer(helper, helper.username, "d").json() == done.json()
    second = partner_of(ready.station)
    assert answer(second, second.username, "e").json()["code"] == "wrong_state"
