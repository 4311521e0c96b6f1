"""What a float will need: the sum of the days until the bank opens, levels, suggestions, every evening."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils.timezone import now

from core.days import instant_of
from core.jobs.models import Job
from core.jobs.ticks import fan_out
from core.models import Notice
from core.money import Money, parse
from finance.floats.queries import latest_forecast
from finance.floats.services import (
    credit_topup,
    forecast_need,
    import_bank_days,
    match_topup,
    request_topup,
    send_float,
)
from finance.models import BankDay, FloatDay, FloatForecast, StationMoney
from stations.models import Contract, OpeningException, OpeningHours, Station
from tests.factories.days import ZONE, today
from tests.factories.finance import desk, fill
from tests.factories.forecasts import EVENING, FRIDAY, MONDAY, TUESDAY, foreseen, open_every_day, used
from tests.factories.gateways import ProviderFactory
from tests.factories.stations import county, county_clerk_of, finance_officer
from tests.finance.test_floats import bank_row, imported
from tests.jobs import run_jobs

#: The example of docs/money.md.
EXAMPLE = (310, 280, 450, 390, 500, 420, 360, 405)


@pytest.fixture
def ready(db):
    found = desk(float_minor=380_00, till_open=False)
    open_every_day(found.station)
    return found


# --- the sum


def test_the_example_of_the_page(ready):
    used(ready.station, EXAMPLE, last=TUESDAY - dt.timedelta(days=7))
    row = foreseen(ready)
    assert row.basis == [{"date": "2026-11-24", "how": "usual", "minor": 450_00, "days": 8}]
    assert (row.need_minor, row.until_date, row.days) == (500_00, TUESDAY, 1)
    assert (row.available_minor, row.level, row.days_of_cover) == (380_00, "low", Decimal("0.7"))
    assert row.suggested_minor == 200_00


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ((600, 610, 620, 630), 630_00),  # the 4th of 4
        ((600, 610, 620, 630, 640), 630_00),  # the 4th of 5
        ((600, 610, 620, 630, 640, 650), 640_00),  # the 5th of 6
        ((600, 610, 620, 630, 640, 650, 660), 650_00),  # the 6th of 7
        ((900, 600, 610, 620, 630, 640, 650, 660, 9999), 660_00),  # only the last 8, the 7th of them
    ],
)
def test_four_of_five_of_the_last_such_days_decide(ready, amounts, expected):
    used(ready.station, amounts, last=TUESDAY - dt.timedelta(days=7))
    assert foreseen(ready).need_minor == expected


def test_fewer_than_four_such_days_take_the_mean_of_open_days_and_a_fifth_more_rounded_up(ready):
    used(ready.station, (700, 700, "700.01"), last=TUESDAY - dt.timedelta(days=7))
    row = foreseen(ready)
    assert (row.need_minor, row.basis[0]["how"], row.basis[0]["days"]) == (840_01, "mean", 3)


def test_the_mean_is_of_the_last_14_open_days_and_of_no_closed_one(ready):
    used(ready.station, [1000] * 14, last=MONDAY - dt.timedelta(days=1), every=1)
    used(ready.station, [9999] * 9, last=MONDAY - dt.timedelta(days=16), every=1)
    FloatDay.objects.filter(date=MONDAY - dt.timedelta(days=3)).update(is_open=False)
    row = foreseen(ready)
    assert row.basis[0]["how"] == "mean"
    assert row.need_minor == -(-6 * (13 * 1000_00 + 9999_00) // (5 * 14))


def test_where_nothing_is_known_the_least_float_counts_for_each_day(ready):
    row = foreseen(ready, date=FRIDAY)
    assert [day["how"] for day in row.basis] == ["least"] * 3
    assert (row.need_minor, row.until_date) == (1_500_00, dt.date(2026, 11, 30))


def test_days_of_today_and_later_do_not_count(ready):
    used(ready.station, (9000,), last=MONDAY)
    used(ready.station, (600, 600, 600, 600), last=TUESDAY - dt.timedelta(days=7))
    assert foreseen(ready).need_minor == 600_00


# --- days without a bank, and without a station


def test_on_a_friday_the_sum_goes_to_monday(ready):
    used(ready.station, [300] * 60, last=FRIDAY - dt.timedelta(days=1), every=1)
    row = foreseen(ready, date=FRIDAY)
    assert [day["date"] for day in row.basis] == ["2026-11-28", "2026-11-29", "2026-11-30"]
    assert (row.need_minor, row.days_of_cover) == (900_00, Decimal("1.2"))


@pytest.mark.parametrize(
    ("country", "day", "until"),
    [("CN", 26, 27), ("CN", 27, 30), ("KW", 26, 29), ("KW", 29, 30)],  # the 26th is a Thursday
)
def test_a_float_lasts_until_the_banks_of_its_country_open_again(db, country, day, until):
    currency, zone = {"CN": ("CNY", "Asia/Shanghai"), "KW": ("KWD", "Asia/Kuwait")}[country]
    abroad = desk(float_minor=380_000, till_open=False, county=county(country=country), zone=zone, currency=currency)
    open_every_day(abroad.station)
    assert foreseen(abroad, date=dt.date(2026, 11, day)).until_date == dt.date(2026, 11, until)


def test_a_closed_day_counts_nothing_but_counts_as_a_day(ready):
    OpeningException.objects.create(station=ready.station, date=dt.date(2026, 11, 29), reason="集市")
    used(ready.station, [300] * 60, last=FRIDAY - dt.timedelta(days=1), every=1)
    row = foreseen(ready, date=FRIDAY)
    assert [(day["how"], day["minor"]) for day in row.basis] == [("usual", 300_00), ("closed", 0), ("usual", 300_00)]
    assert (row.need_minor, row.days_of_cover) == (600_00, Decimal("1.9"))


def test_an_exception_may_open_a_day_that_the_week_closes(ready):
    OpeningHours.objects.filter(station=ready.station, weekday=7).delete()
    closed = foreseen(ready, date=FRIDAY)
    assert [day["how"] for day in closed.basis] == ["least", "closed", "least"]
    OpeningException.objects.create(
        station=ready.station, date=dt.date(2026, 11, 29), opens=dt.time(9), closes=dt.time(12), reason="集市"
    )
    assert [day["how"] for day in foreseen(ready, date=FRIDAY).basis] == ["least"] * 3


def test_a_station_that_is_shut_for_days_needs_nothing_until_it_reopens(ready):
    Station.objects.filter(pk=ready.station.pk).update(status="temporarily_closed", reopens_date=dt.date(2026, 11, 30))
    assert [day["how"] for day in foreseen(ready, date=FRIDAY).basis] == ["closed", "closed", "least"]


def test_a_holiday_moves_the_next_bank_day_and_a_working_weekend_brings_it_near(ready):
    BankDay.objects.bulk_create(
        [
            BankDay(country="CN", date=TUESDAY, is_working=False, name="Holiday", name_zh="节"),
            BankDay(country="CN", date=dt.date(2026, 11, 28), is_working=True, name="Working day", name_zh="班"),
            BankDay(country="JP", date=dt.date(2026, 11, 25), is_working=False, name="Elsewhere", name_zh="外"),
        ]
    )
    assert foreseen(ready).until_date == dt.date(2026, 11, 25)
    assert foreseen(ready, date=FRIDAY).until_date == dt.date(2026, 11, 28)


def test_the_banks_calendar_of_the_country_is_read_from_a_file_and_again(db):
    path = Path(settings.BASE_DIR) / "data/calendars/cn_bank_days.csv"
    for _ in range(2):
        count = import_bank_days(country="CN", path=path)
    assert BankDay.objects.count() == count
    assert not BankDay.objects.get(date=dt.date(2027, 1, 1)).is_working
    assert BankDay.objects.get(date=dt.date(2026, 10, 10)).is_working
    call_command("import_bank_days", "CN", str(path), verbosity=0)
    assert BankDay.objects.count() == count


# --- levels, and what is suggested


@pytest.mark.parametrize(
    ("available", "level"), [(249_99, "critical"), (250_00, "low"), (499_99, "low"), (500_00, "ok"), (500_01, "ok")]
)
def test_half_of_the_need_and_the_need_are_the_levels(db, available, level):
    ready = desk(float_minor=available, till_open=False)
    open_every_day(ready.station)
    assert foreseen(ready).level == level


@pytest.mark.parametrize(
    ("available", "most", "suggested"),
    [
        (500_00, 20_000_00, 0),
        (499_99, 20_000_00, 100_00),
        (400_00, 20_000_00, 100_00),
        (399_99, 20_000_00, 200_00),
        (0, 20_000_00, 500_00),
        (399_99, 550_00, 150_01),
        (600_00, 550_00, 0),
    ],
)
def test_hundreds_are_suggested_up_to_what_the_float_may_hold(db, available, most, suggested):
    ready = desk(float_minor=available, till_open=False)
    open_every_day(ready.station)
    StationMoney.objects.update(float_max_minor=most)
    assert foreseen(ready).suggested_minor == suggested


@pytest.mark.parametrize(("currency", "step"), [("JPY", 100), ("CNY", 100_00), ("KWD", 100_000)])
def test_a_hundred_is_a_hundred_in_every_currency(db, currency, step):
    ready = desk(till_open=False, currency=currency)
    StationMoney.objects.update(float_min_minor=step + 1)
    open_every_day(ready.station)
    assert foreseen(ready).suggested_minor == 2 * step


def test_what_is_set_aside_is_not_available(ready):
    other = desk(till_open=False)
    send_float(station=ready.station, to=other.station, amount=Money(150_00, "CNY"), by=ready.partner, at=now())
    assert foreseen(ready).available_minor == 230_00


@pytest.mark.parametrize(("minimum", "cover"), [(0, None), (380_00, Decimal("1.0"))])
def test_cover_is_told_only_of_a_need(db, minimum, cover):
    ready = desk(float_minor=380_00, till_open=False)
    StationMoney.objects.update(float_min_minor=minimum)
    open_every_day(ready.station)
    row = foreseen(ready)
    assert (row.need_minor, row.days_of_cover) == (minimum, cover)


@pytest.mark.parametrize("change", ["postpaid", "suspended", "no partner"])
def test_who_pays_from_no_float_needs_none(ready, change):
    if change == "postpaid":
        StationMoney.objects.update(mode="postpaid")
    elif change == "suspended":
        Station.objects.filter(pk=ready.station.pk).update(status="suspended")
    else:
        Contract.objects.all().delete()
    assert forecast_need(stations=[ready.station.pk], date=MONDAY, at=EVENING) == []
    assert FloatForecast.objects.count() == 0


def test_a_second_look_on_the_same_day_replaces_the_first(ready):
    foreseen(ready)
    fill(ready, ready.float_key, 1_000_00)
    assert foreseen(ready).available_minor == 1_380_00


def test_forecasts_of_many_stations_are_one_statement(ready, django_assert_num_queries):
    others = [desk(till_open=False).station.pk for _ in range(3)]
    with django_assert_num_queries(5):  # currencies, countries, and the statement between its savepoints
        assert len(forecast_need(stations=[ready.station.pk, *others], date=MONDAY, at=EVENING)) == 4


# --- in the evening


def test_every_evening_each_county_has_one_job_that_looks_ahead_and_tells_who_is_low(ready):
    ProviderFactory(code=settings.ECOMNET_SMS_PROVIDER)
    critical = desk(float_minor=100_00, till_open=False, county=ready.station.county)
    enough = desk(float_minor=5_000_00, till_open=False, county=ready.station.county)
    for place in (critical, enough):
        open_every_day(place.station)
    evening = instant_of(ZONE, today(), dt.time(20))
    for _ in range(2):
        fan_out(kind="floats.forecast_need", zone=ZONE, date=today())
    job = Job.objects.get(kind="floats.forecast_need", payload__place=ready.station.county.code)
    assert (job.dedupe_key, job.run_at) == (f"forecast:{ready.station.county.code}:{ZONE}:{today()}", evening)
    assert job.use_by == evening + dt.timedelta(hours=12)
    for _ in range(2):
        run_jobs(evening)
    assert FloatForecast.objects.filter(date=today()).count() == 3
    assert set(Notice.objects.filter(template="float_low").values_list("user", flat=True)) == {
        ready.partner.pk,
        critical.partner.pk,
    }


def test_after_a_top_up_the_float_is_looked_ahead_for_anew(ready):
    forecast_need(stations=[ready.station.pk], date=MONDAY, at=EVENING)
    assert latest_forecast(ready.station, at=EVENING).level == "low"
    topup = request_topup(station=ready.station, amount=parse("1600.00", "CNY"), by=ready.partner, at=EVENING)
    [line] = imported(bank_row(amount="1600.00"), total="1600.00")
    match_topup(topup=topup, bank_line=line, by=county_clerk_of(ready.station.county), at=EVENING)
    credit_topup(topup=topup, by=finance_officer(), at=EVENING)
    run_jobs(EVENING)
    row = latest_forecast(ready.station, at=EVENING)
    assert (row.level, row.available_minor) == ("ok", 1_980_00)
