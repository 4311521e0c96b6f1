"""The drawer: opened with what is in it, counted blind, closed only when notes and books agree."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils.timezone import now

from core.errors import WrongState
from core.history import changes_of
from finance import chart
from finance.models import CashDay, OverShort, Payment
from finance.payments.services import CodeProof, hand_back_cash, send_refund_code
from finance.tills.queries import last_count, till_state
from finance.tills.services import (
    CashDayNotOpen,
    CashDayOpenElsewhere,
    CountStale,
    DayAlreadyClosed,
    NotANote,
    OpeningDiffers,
    PreviousDayNotClosed,
    close_cash_day,
    count_cash,
    open_as_left,
    open_cash_day,
    resume_day,
)
from ledger.queries import transfers_of
from tests.conftest import SignedInClient
from tests.factories.finance import biller, desk, fill, flat_plan, found_bill, owed, pay, payer_at
from tests.factories.refunds import code_sent_for
from tests.factories.stations import api_client, auditor, helper_of

SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)
CHINA = ZoneInfo("Asia/Shanghai")
EIGHT = dt.datetime(2026, 11, 25, 8, tzinfo=CHINA)
#: 2,044.40 in notes and coins, and the same with 4.40 missing.
ALL = {100_00: 20, 20_00: 2, 1_00: 4, 10: 4}
SHORT = {100_00: 20, 20_00: 2}


@pytest.fixture
def power(db):
    flat_plan()
    return biller()


@pytest.fixture
def shut(power):
    """A station in postpaid mode whose day has not begun."""
    return desk(mode="postpaid", till_open=False)


def opened(ready, lines=None, at=EIGHT):
    return open_cash_day(station=ready.station, lines=lines or {}, by=ready.partner, at=at)


def count(day, lines, ready, at=EIGHT):
    return count_cash(cash_day=day, lines=lines, by=ready.partner, at=at)


def close(day, ready, at=EIGHT):
    return close_cash_day(cash_day=day, by=ready.partner, at=at)


def sell(ready, power, *, at=EIGHT, amount=186_40):
    fetch = found_bill(ready, power, amount=amount, expires_at=at + dt.timedelta(minutes=30))
    return pay(ready, fetch, at=at)


# --- opened


def test_a_day_opens_with_what_was_counted(shut):
    fill(shut, shut.till_key, 120_00)
    day = opened(shut, {100_00: 1, 20_00: 1})
    assert (day.status, day.opening_minor, day.business_date) == ("open", 120_00, dt.date(2026, 11, 25))
    counted = day.counts.get()
    assert (counted.is_opening, counted.total_minor, counted.till_version) == (True, 120_00, 1)
    assert {line.value_minor: line.pieces for line in counted.lines.all()} == {100_00: 1, 20_00: 1}


@pytest.mark.parametrize(("lines", "amount"), [({100_00: 1, 10: 199}, -10), ({100_00: 1, 20_00: 1, 10: 1}, 10)])
def test_ten_cents_too_few_or_too_many_are_the_stations_difference_before_any_sale(shut, lines, amount):
    fill(shut, shut.till_key, 120_00)
    day = opened(shut, lines)
    found = OverShort.objects.get()
    assert (found.found, found.amount_minor, found.holder, found.cash_day) == ("opening", amount, None, day)
    assert (found.status, day.status, day.opening_minor) == ("open", "open", 120_00 + amount)
    assert shut.holds(shut.till_key) == 120_00 + amount
    assert shut.holds(chart.over_short(shut.station, None)) == -amount


def test_what_was_counted_right_in_the_morning_is_no_difference(shut):
    fill(shut, shut.till_key, 120_00)
    opened(shut, {100_00: 1, 20_00: 1})
    assert OverShort.objects.count() == 0


def test_what_is_no_note_is_not_counted(shut):
    with pytest.raises(NotANote):
        opened(shut, {3_00: 1})
    assert CashDay.objects.count() == 0


def test_one_press_opens_the_day_as_it_was_left(shut, power):
    first = opened(shut, at=EIGHT - DAY)
    sell(shut, power, at=EIGHT - DAY, amount=186_40)
    count(first, {100_00: 1, 50_00: 1, 20_00: 1, 10_00: 1, 5_00: 1, 1_00: 1, 10: 4}, shut, at=EIGHT - DAY)
    close(first, shut, at=EIGHT - DAY)
    day = open_as_left(station=shut.station, by=shut.partner, at=EIGHT)
    assert (day.opening_minor, day.business_date) == (186_40, dt.date(2026, 11, 25))
    assert last_count(shut.station).cash_day == first


def test_as_left_does_not_open_when_money_moved_since(shut):
    first = opened(shut, at=EIGHT - DAY)
    count(first, {}, shut, at=EIGHT - DAY)
    close(first, shut, at=EIGHT - DAY)
    fill(shut, shut.till_key, 10_00)
    with pytest.raises(OpeningDiffers):
        open_as_left(station=shut.station, by=shut.partner, at=EIGHT)
    assert CashDay.objects.count() == 1


def test_the_drawer_has_one_day_at_a_time_and_each_date_once(shut):
    day = opened(shut)
    with pytest.raises(CashDayOpenElsewhere):
        opened(shut)
    count(day, {}, shut)
    close(day, shut)
    with pytest.raises(DayAlreadyClosed):
        opened(shut)
    assert CashDay.objects.count() == 1


def test_a_day_that_was_left_open_is_counted_before_the_next_opens(shut):
    yesterday = opened(shut, at=EIGHT - DAY)
    with pytest.raises(PreviousDayNotClosed):
        opened(shut)
    assert CashDay.objects.count() == 1
    count(yesterday, {}, shut)
    close(yesterday, shut)
    assert opened(shut).status == "open"


@pytest.mark.parametrize(("clock", "goes_on"), [(dt.time(3, 59, 59), True), (dt.time(4, 0), False)])
def test_a_day_goes_on_until_four_in_the_morning_of_the_station(shut, power, clock, goes_on):
    day = opened(shut, at=EIGHT)
    night = dt.datetime.combine(dt.date(2026, 11, 26), clock, tzinfo=CHINA)
    if goes_on:
        assert sell(shut, power, at=night).status == "held"
    else:
        with pytest.raises(CashDayNotOpen):
            sell(shut, power, at=night)
        assert (Payment.objects.count(), shut.holds(shut.till_key)) == (0, 0)
    assert till_state(shut.station, at=night).is_left_over
    assert CashDay.objects.get() == day


def test_two_dates_later_there_is_no_night_that_goes_on(shut, power):
    opened(shut, at=EIGHT)
    with pytest.raises(CashDayNotOpen):
        sell(shut, power, at=dt.datetime(2026, 11, 27, 0, 30, tzinfo=CHINA))
    assert Payment.objects.count() == 0


def test_company_cash_does_not_move_before_the_day_opens_nor_after_it_closed(shut, power):
    with pytest.raises(CashDayNotOpen):
        sell(shut, power)
    day = opened(shut)
    count(day, {}, shut)
    close(day, shut)
    with pytest.raises(CashDayNotOpen):
        sell(shut, power)
    assert (Payment.objects.count(), shut.holds(shut.till_key)) == (0, 0)


def test_the_float_is_the_partners_own_and_needs_no_cash_day(power):
    ready = desk(float_minor=500_00, till_open=False)
    assert sell(ready, power).funding == "float"


# --- counted and closed


def test_scenario_8_counted_two_thousand_and_forty_of_2044_40_the_day_closes_with_the_difference(shut):
    fill(shut, shut.till_key, 2_044_40)
    day = opened(shut, ALL)
    assert (day.expected_minor, day.counted_minor) == (None, None)
    day = count(day, SHORT, shut)
    assert (day.status, day.over_short_minor, day.expected_minor) == ("variance_pending", -4_40, 2_044_40)
    assert shut.holds(shut.till_key) == 2_044_40
    day = close(day, shut)
    assert (day.status, day.over_short_minor, day.settled_version) == ("closed", -4_40, day.till_version + 1)
    [transfer] = transfers_of("over_short", f"{OverShort.objects.get().pk}:1")
    assert (transfer.id, transfer.money.minor) == (day.difference_transfer_id, 4_40)
    assert shut.holds(shut.till_key) == 2_040_00
    assert shut.holds(chart.over_short(shut.station, shut.partner)) == 4_40
    found = OverShort.objects.get()
    assert (found.amount_minor, found.holder, found.found, found.status) == (-4_40, shut.partner, "closing", "open")


def test_counted_again_and_found_the_day_closes_without_a_difference(shut):
    fill(shut, shut.till_key, 2_044_40)
    day = count(count(opened(shut, ALL), SHORT, shut), ALL, shut)
    assert close(day, shut).difference_transfer_id is None
    assert OverShort.objects.count() == 0


def test_scenario_8_what_the_books_say_is_not_told_before_the_count(db):
    ready = desk(till_open=False)
    fill(ready, ready.till_key, 2_044_40)
    day = open_cash_day(station=ready.station, lines=ALL, by=ready.partner, at=now())
    client = api_client(ready.partner)
    [listed] = client.get("/api/v1/cash-days/").json()["results"]
    assert (listed["expected"], listed["over_short"]) == (None, None)
    page = ready_browser(ready).get(f"/finance/tills/{day.pk}/count/")
    assert page.status_code == 200
    assert "2,044" not in page.content.decode()
    lines = [{"value": "100.00", "pieces": 20}, {"value": "20.00", "pieces": 2}]
    answer = client.post(
        f"/api/v1/cash-days/{day.pk}/count/", {"lines": lines}, "json", headers={"Idempotency-Key": "a" * 16}
    )
    assert (answer.json()["expected"], answer.json()["over_short"]) == ("2044.40", "-4.40")


def test_scenario_8_a_sale_between_count_and_close_makes_the_count_stale(shut, power):
    day = count(opened(shut), {}, shut)
    sell(shut, power, amount=100_00)
    with pytest.raises(CountStale):
        close(day, shut)
    day.refresh_from_db()
    assert (day.status, day.closed_at) == ("balanced", None)
    day = count(day, {100_00: 1}, shut)
    assert close(day, shut).closed_by == shut.partner


def test_cash_handed_back_between_count_and_close_makes_the_count_stale(power):
    ready = desk(mode="postpaid")
    refund = owed(ready, power, payer=payer_at(ready))
    day = count(CashDay.objects.get(), {100_00: 1}, ready, at=now())
    send_refund_code(refund=refund, at=now())
    proof = CodeProof(code_sent_for(refund))
    hand_back_cash(refund=refund, notes="drawer", proof=proof, station=ready.station, by=ready.partner, at=now())
    with pytest.raises(CountStale):
        close(day, ready, at=now())
    assert CashDay.objects.get().status == "balanced"


def test_a_payment_in_progress_does_not_keep_the_day_open(shut, power):
    day = opened(shut)
    sell(shut, power, amount=100_00)
    day = close(count(day, {100_00: 1}, shut), shut)
    assert (day.status, Payment.objects.get().status) == ("closed", "held")


def test_a_count_is_put_aside_and_the_day_goes_on(shut, power):
    day = resume_day(cash_day=count(opened(shut), {10: 5}, shut), by=shut.partner, at=EIGHT)
    assert (day.status, day.counted_minor, day.expected_minor, day.till_version) == ("open", None, None, None)
    assert sell(shut, power).status == "held"
    with pytest.raises(WrongState):
        close(day, shut)
    with pytest.raises(WrongState):
        resume_day(cash_day=day, by=shut.partner, at=EIGHT)
    assert [change.new for change in changes_of(day)] == ["open", "counting", "variance_pending", "open"]


def test_closed_is_final(shut):
    day = close(count(opened(shut), {}, shut), shut)
    with pytest.raises(DayAlreadyClosed):
        close(day, shut)
    for verb in (lambda: count(day, {}, shut), lambda: resume_day(cash_day=day, by=shut.partner, at=EIGHT)):
        with pytest.raises(WrongState):
            verb()
    assert CashDay.objects.get().counts.count() == 2


# --- many at once


@pytest.mark.usefixtures("own_database")
def test_eight_who_close_at_once_close_it_once():
    ready = desk()
    day = count(CashDay.objects.get(), {}, ready, at=now())

    def attempt(_):
        try:
            close(day, ready, at=now())
        except DayAlreadyClosed:
            return "refused"
        finally:
            connection.close()
        return "closed"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(attempt, range(8))) == ["closed"] + ["refused"] * 7
    assert [change.new for change in changes_of(day)].count("closed") == 1


@pytest.mark.usefixtures("own_database")
def test_eight_who_open_at_once_open_one_day():
    ready = desk(till_open=False)

    def attempt(_):
        try:
            opened(ready, at=now())
        except CashDayOpenElsewhere:
            return "refused"
        finally:
            connection.close()
        return "opened"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(attempt, range(8))) == ["opened"] + ["refused"] * 7
    assert CashDay.objects.count() == 1


@pytest.mark.usefixtures("own_database")
def test_a_day_never_closes_over_a_sale_that_came_between_count_and_close():
    """Counts, closes and sales race; whatever happened, a closed day's count is what the drawer then held."""
    flat_plan()
    power, ready = biller(), desk(mode="postpaid")
    day = CashDay.objects.get()
    fetches = [found_bill(ready, power, amount=100_00) for _ in range(6)]

    def act(step):
        try:
            if step < 6:
                pay(ready, fetches[step])
            elif step % 2:
                close(day, ready, at=now())
            else:
                held = till_state(ready.station, at=now()).balance.minor
                count(day, {100_00: held // 100_00}, ready, at=now())
        except (CashDayNotOpen, CountStale, WrongState, DayAlreadyClosed) as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    order = [0, 6, 7, 1, 8, 2, 9, 3, 10, 11, 4, 12, 13, 5]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(act, order))
    day.refresh_from_db()
    differs = sum(OverShort.objects.values_list("amount_minor", flat=True))
    if day.status == "closed":
        assert ready.holds(ready.till_key) == day.counted_minor == day.expected_minor + differs
    assert ready.holds(ready.till_key) == 100_00 * Payment.objects.count() + differs


# --- who may


def ready_browser(ready):
    browser = SignedInClient()
    browser.force_login(ready.partner)
    return browser


def test_the_helper_counts_but_the_partner_closes_and_nobody_elses_drawer_is_seen(db):
    ready = desk()
    day = CashDay.objects.get()
    helper = helper_of(ready.station)

    def answer(user, verb, key):
        path = f"/api/v1/cash-days/{day.pk}/{verb}/"
        return api_client(user).post(path, {"lines": []}, "json", headers={"Idempotency-Key": key * 16}).status_code

    assert answer(desk().partner, "count", "a") == 404
    assert answer(auditor(), "count", "b") == 403
    assert answer(helper, "count", "c") == 200
    assert answer(helper, "close", "d") == 403
    day.refresh_from_db()
    assert day.status == "balanced"
    assert answer(ready.partner, "close", "e") == 200


def test_closed_twice_with_one_key_is_one_close_and_one_answer(db):
    ready = desk()
    day = count(CashDay.objects.get(), {}, ready, at=now())
    client = api_client(ready.partner)
    answers = [
        client.post(f"/api/v1/cash-days/{day.pk}/close/", headers={"Idempotency-Key": "f" * 16}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert [change.new for change in changes_of(day)].count("closed") == 1
