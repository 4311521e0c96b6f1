"""Parametric cover: readings are released by two persons, and each window pays each policy once, by itself."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.errors import SamePerson, WrongState
from core.gateways.results import Status
from core.models import Notice
from finance.insurance import accounts
from finance.insurance.services import (
    IndexFileLoaded,
    NotParametric,
    ReadingsRefused,
    WindowBegun,
    WindowOverlap,
    WindowTooFar,
    ask_to_cancel_index_window,
    cancel_index_window,
    discard_index_file,
    fund_policies,
    keep_index_window,
    load_index_readings,
    release_index_file,
    resume_policy,
    settle_index_windows,
    start_policies,
    suspend_policy,
    wait_for_reading,
)
from finance.models import (
    CoverageCounter,
    IndexFile,
    IndexPayment,
    IndexPayout,
    IndexReading,
    IndexSource,
    IndexWindow,
    Policy,
)
from ledger.audit import audit_book
from stations.models import Person
from tests.factories.claims import paying_bank
from tests.factories.finance import desk
from tests.factories.insurance import DAY, NOON, enrolled, funds_of, given, in_force, insured, insurer, villager
from tests.factories.people import household_of, second_login_of
from tests.factories.premiums import (
    AFTER,
    FIRST,
    LAST,
    account_of_person,
    bank_says_of,
    drought,
    left,
    measured,
    member,
    payout_of,
    proposed_window,
    run_job,
    settle,
    weather_station,
    window,
)
from tests.factories.stations import PostFactory, UserFactory, county, finance_officer


@pytest.fixture
def ready(db):
    return desk()


# --- readings


def test_a_file_is_loaded_whole_or_each_of_its_lines_is_named(ready):
    weather_station(ready)
    by = UserFactory()
    bad = (
        "source,date,value\r\nqinglong,2026-11-24,12.5\r\nnowhere,2026-11-24,1\r\n"
        "qinglong,2026-11-25,1\r\nqinglong,2026-11-23,-1\r\nqinglong,2026-11-24,13\r\n"
    )
    with pytest.raises(ReadingsRefused) as refused:
        load_index_readings(content=bad, by=by, at=NOON)
    faults = refused.value.params["faults"]
    assert [number for number in range(2, 7) if f"第{number}行" in faults] == [3, 4, 5, 6]
    assert not IndexReading.objects.exists()
    for content in ("", "a,b\r\n1,2\r\n", "source,date,value\r\n", "source,date,value\nqing\0long,2026-11-24,1\n"):
        with pytest.raises(ReadingsRefused):
            load_index_readings(content=content, by=by, at=NOON)
    good = "\ufeffsource,date,value\r\nqinglong,2026-11-24,12.5\r\nqinglong,2026-11-23,0\r\n\r\n"
    file = load_index_readings(content=good, by=by, at=NOON)
    assert (file.rows, file.status) == (2, "loaded")
    with pytest.raises(IndexFileLoaded):
        load_index_readings(content=good, by=by, at=NOON)
    discard_index_file(file=file, by=by, at=NOON)
    assert load_index_readings(content=good, by=by, at=NOON).readings.count() == 2


def test_another_person_releases_readings_and_nobody_changes_them_then(ready):
    source, by = weather_station(ready), UserFactory()
    file = load_index_readings(content="source,date,value\nqinglong,2026-11-24,12.5\n", by=by, at=NOON)
    with pytest.raises(SamePerson):
        release_index_file(file=file, by=second_login_of(by), at=NOON)
    with pytest.raises(IntegrityError, match="readings_are_released_by_another_person"), transaction.atomic():
        IndexFile.objects.filter(pk=file.pk).update(status="released", checker=by, checked_at=NOON)
    release_index_file(file=file, by=finance_officer(), at=NOON)
    with pytest.raises(WrongState):
        discard_index_file(file=file, by=by, at=NOON)
    rows = IndexReading.objects.filter(source=source)
    for change in (lambda: rows.update(value=1), lambda: rows.delete(), lambda: rows.update(released_at=None)):
        with pytest.raises(IntegrityError, match=r"released_reading_stays|columns_stay"), transaction.atomic():
            change()
    level = weather_station(ready, "river", kind="water_level")
    with pytest.raises(IntegrityError, match="backup_measures_the_same"), transaction.atomic():
        IndexSource.objects.filter(pk=source.pk).update(backup=level)


# --- windows


def test_a_window_is_of_a_parametric_benefit_begins_in_future_and_overlaps_no_other(ready):
    source, version = weather_station(ready), drought()
    window(source, version)
    with pytest.raises(WindowOverlap):
        window(source, version, first=LAST, last=LAST + DAY)
    with pytest.raises(WindowBegun):
        window(source, version, first=NOON.date(), last=LAST)
    farthest = NOON.date() + 2 * 366 * DAY
    assert proposed_window(source, version, first=LAST + DAY, last=farthest).status == "proposed"
    for last in (farthest + DAY, dt.date.max):
        with pytest.raises(WindowTooFar):
            window(source, version, first=farthest, last=last)
    with pytest.raises(NotParametric):
        window(weather_station(ready, "abroad", region=county(country="JP")), version)
    graded = in_force().benefits.get(peril="natural_disaster")
    with pytest.raises(IntegrityError, match="window_is_of_a_parametric_benefit"), transaction.atomic():
        IndexWindow.objects.create(
            benefit=graded,
            source=source,
            start_date=FIRST,
            end_date=LAST,
            stand_in_date=LAST + DAY,
            wait_until_date=LAST + DAY,
            maker=UserFactory(),
            made_at=NOON,
        )


def test_the_worked_example_pays_twenty_thousand_once_however_often_the_job_runs(ready):
    paying_bank()
    policy = insured(ready, version=drought(), person=villager(ready, phone="+8613812345678"))
    given(policy.version.product.insurer, 30_000_00)
    account_of_person(policy)
    opened = window(weather_station(ready), policy.version)
    measured(opened.source, 300)
    for _time in range(2):
        run_job()
    payout = payout_of(policy)
    assert (payout.amount_minor, payout.status, payout.payee) == (20_000_00, "sent", policy.person)
    assert left() == 10_000_00
    payment = IndexPayment.objects.get()
    for _time in range(2):
        bank_says_of(payment, Status.SUCCEEDED, at=AFTER)
    run_job(AFTER + DAY)
    opened.refresh_from_db()
    payout.refresh_from_db()
    assert (opened.status, payout.status, payout.paid_at) == ("settled", "paid", AFTER)
    told = Notice.objects.get(template="index_payout_paid")
    assert "20,000.00" in str(told.params)
    assert audit_book(book=accounts.insurance_book("CN"), at=AFTER).findings == 0


@pytest.mark.parametrize(
    ("trigger", "exit_at", "measurements"),
    [
        (400, 200, [("400", None), ("399.99", 2_00), ("200", 40_000_00), ("0", 40_000_00)]),
        (100, 250, [("100", None), ("101", 266_67), ("250", 40_000_00), ("300", 40_000_00)]),
    ],
)
def test_the_index_pays_from_its_trigger_to_its_exit_in_either_direction(ready, trigger, exit_at, measurements):
    version = drought(trigger=trigger, exit=exit_at)
    policy = insured(ready, version=version)
    for number, (value, minor) in enumerate(measurements):
        source = weather_station(ready, f"s{number}")
        last = FIRST + (2 * number + 1) * DAY
        window(source, version, first=last - DAY, last=last)
        measured(source, value, date=last)
        settle()
        paid = IndexPayout.objects.filter(policy=policy, window__source=source).values_list("amount_minor", flat=True)
        assert list(paid) == ([] if minor is None else [minor])


def test_the_stand_in_counts_where_the_weather_station_says_nothing(ready):
    version = drought()
    policy = insured(ready, version=version)
    backup = weather_station(ready, "guiren")
    opened = window(weather_station(ready, backup=backup), version)
    measured(opened.source, 100, released=False)
    measured(backup, 300)
    grace_ends = dt.datetime.combine(LAST + 6 * DAY, dt.time(6), tzinfo=NOON.tzinfo)
    assert [settle(AFTER), settle(grace_ends - DAY)] == [0, 0]
    assert settle(grace_ends) > 0
    opened.refresh_from_db()
    assert (opened.reading.source, payout_of(policy).amount_minor) == (backup, 20_000_00)


def test_what_stands_in_for_a_weather_station_stays_while_a_window_waits(ready, client):
    backup, other = weather_station(ready, "guiren"), weather_station(ready, "shuangou")
    opened = window(weather_station(ready, backup=backup), drought())
    page = f"/admin/finance/indexsource/{opened.source_id}/change/"
    client.force_login(PostFactory(role="finance_officer", user__is_staff=True).user)
    stands_in = []
    for is_closed in (False, True):
        if is_closed:
            settle(AFTER + 30 * DAY)
            opened.refresh_from_db()
            ask_to_cancel_index_window(window=opened, reason="雨量站停用", by=finance_officer(), at=AFTER + 30 * DAY)
            cancel_index_window(window=opened, by=finance_officer(), at=AFTER + 30 * DAY)
        answer = client.post(page, {"name": "Qinglong", "name_zh": "青龙站", "backup": other.pk, "grace_days": 5})
        assert answer.status_code == 302
        stands_in.append(IndexSource.objects.get(pk=opened.source_id).backup)
    assert stands_in == [backup, other]


def test_a_window_without_a_reading_waits_ten_days_and_then_for_people(ready):
    version = drought()
    opened = window(weather_station(ready), version)
    tenth = dt.datetime.combine(LAST + 10 * DAY, dt.time(12), tzinfo=NOON.tzinfo)
    assert settle(tenth) == 0
    assert settle(tenth + DAY) == 1
    opened.refresh_from_db()
    assert opened.status == "missing"
    wait_for_reading(window=opened, reason="下周补报", by=finance_officer(), at=tenth + DAY)
    assert settle(tenth + 11 * DAY) == 0
    assert settle(tenth + 12 * DAY) == 1
    officer, last = finance_officer(), tenth + 20 * DAY
    ask_to_cancel_index_window(window=opened, reason="雨量站停用", by=officer, at=last)
    with pytest.raises(SamePerson):
        cancel_index_window(window=opened, by=officer, at=last)
    keep_index_window(window=opened, reason="下周补报", by=finance_officer(), at=last)
    assert settle(last) == 1
    opened.refresh_from_db()
    assert opened.status == "missing"
    ask_to_cancel_index_window(window=opened, reason="雨量站停用", by=officer, at=last)
    ended = cancel_index_window(window=opened, by=finance_officer(), at=last)
    assert (ended.status, settle(last + DAY), IndexPayout.objects.count()) == ("cancelled", 0, 0)
    with pytest.raises(WrongState):
        wait_for_reading(window=ended, reason="再等", by=finance_officer(), at=last)


def test_whoever_was_not_insured_through_the_window_or_lives_elsewhere_is_not_paid(ready):
    version = drought()
    whole = insured(ready, version=version)
    insured(ready, version=version, person=villager(ready, full_name="李四"), start_date=FIRST + DAY)
    stopped = insured(ready, version=version, person=villager(ready, full_name="张三"))
    suspend_policy(policy=stopped, reason="核查", by=UserFactory(), at=NOON)
    elsewhere = desk()
    insured(elsewhere, version=version)
    opened = window(weather_station(ready), version)
    measured(opened.source, 0)
    settle()
    assert list(IndexPayout.objects.values_list("policy", flat=True)) == [whole.pk]


def test_whose_premium_was_paid_when_the_weather_was_known_is_not_paid(ready):
    version = drought()
    in_time, late = (enrolled(villager(ready, full_name=name), version, start_date=FIRST) for name in ("李四", "张三"))
    midnight = dt.datetime.combine(FIRST + DAY, dt.time(), tzinfo=NOON.tzinfo)
    for batch, at in ((in_time, midnight - dt.timedelta(seconds=1)), (late, midnight)):
        fund_policies(batch=batch, funds=funds_of(batch), by=finance_officer(), at=at)
    start_policies(county=ready.station.county, zone=ready.station.zone, at=midnight)
    opened = window(weather_station(ready), version)
    measured(opened.source, 300)
    settle()
    assert list(IndexPayout.objects.values_list("policy__batch", flat=True)) == [in_time.pk]


def test_whoever_was_suspended_when_cover_ended_is_not_paid(ready):
    version = drought()
    resumed, stopped = (insured(ready, version=version, person=villager(ready, full_name=n)) for n in ("李四", "张三"))
    for policy in (resumed, stopped):
        suspend_policy(policy=policy, reason="核查", by=UserFactory(), at=NOON)
    resume_policy(policy=resumed, reason="核查完毕", by=UserFactory(), at=NOON)
    opened = window(weather_station(ready), version, last=resumed.end_date)
    over = dt.datetime.combine(resumed.end_date + DAY, dt.time(6), tzinfo=NOON.tzinfo)
    start_policies(county=ready.station.county, zone=ready.station.zone, at=over)
    assert set(Policy.objects.values_list("status", flat=True)) == {"expired"}
    measured(opened.source, 300, date=opened.end_date, at=over)
    settle(over)
    assert list(IndexPayout.objects.values_list("policy", flat=True)) == [resumed.pk]


def test_whoever_died_before_a_window_began_is_not_paid_under_whichever_record(ready):
    version = drought()
    dead, merged, alive, mourned = (villager(ready, full_name=name) for name in ("李四", "张三", "王五", "赵六"))
    policies = [insured(ready, version=version, person=person) for person in (dead, merged, alive, mourned)]
    opened = window(weather_station(ready), version)
    Person.objects.filter(pk=merged.pk).update(merged_into=dead)
    for person, day in ((dead, FIRST - DAY), (mourned, FIRST)):
        Person.objects.filter(pk=person.pk).update(residence="deceased", died_date=day)
    measured(opened.source, 300)
    settle()
    assert list(IndexPayout.objects.order_by("pk").values_list("policy", flat=True)) == [
        policy.pk for policy in policies[2:]
    ]


def test_the_ceilings_of_person_household_and_payer_hold_for_all_together(ready):
    ceilings = (
        ("person_year", "", 15_000_00),
        ("household_year", "", 25_000_00),
        ("fund_year", "", None),
    )
    version = drought(ceilings=ceilings)
    head = villager(ready)
    home = household_of(head)
    head.refresh_from_db()
    second, third = (member(ready, home, full_name=name) for name in ("李四", "李小四"))
    stranger, last = (villager(ready, full_name=name) for name in ("张三", "赵六"))
    people = [head, second, third, stranger, last]
    policies = [insured(ready, version=version, person=person) for person in people]
    given(insurer(), 45_000_00)
    opened = window(weather_station(ready), version)
    measured(opened.source, 300)
    settle()
    amounts = [payout_of(policy).amount_minor for policy in policies]
    assert amounts == [15_000_00, 10_000_00, 0, 15_000_00, 5_000_00]
    assert payout_of(policies[2]).status == "exhausted"
    used = dict(CoverageCounter.objects.values_list("scope_ref", "used_minor"))
    assert (used[f"h{home.pk}"], used[f"insurer:{insurer().pk}"]) == (25_000_00, 45_000_00)
    assert audit_book(book=accounts.insurance_book("CN"), at=AFTER).findings == 0


@pytest.mark.parametrize("chunk", [1, 500])
def test_whose_records_were_merged_is_paid_once_by_a_window(ready, monkeypatch, chunk):
    monkeypatch.setattr("finance.insurance.services.index_windows.CHUNK", chunk)
    version = drought()
    kept, merged, other = (villager(ready, full_name=name) for name in ("李四", "李小四", "张三"))
    policies = [insured(ready, version=version, person=person) for person in (merged, kept, other)]
    Person.objects.filter(pk=merged.pk).update(merged_into=kept)
    opened = window(weather_station(ready), version)
    measured(opened.source, 300)
    settle()
    assert [payout_of(policy).amount_minor for policy in policies] == [20_000_00, 0, 20_000_00]
    assert payout_of(policies[1]).status == "exhausted"


def test_a_job_that_was_killed_goes_on_where_it_stopped(ready, monkeypatch):
    monkeypatch.setattr("finance.insurance.services.index_windows.CHUNK", 1)
    version = drought()
    policies = [insured(ready, version=version, person=villager(ready, full_name=f"村民{n}")) for n in range(3)]
    opened = window(weather_station(ready, backup=weather_station(ready, "guiren")), version)
    measured(opened.source.backup, 300)
    grace_over = AFTER + 5 * DAY
    assert settle_index_windows(country="CN", at=grace_over)
    assert settle_index_windows(country="CN", at=grace_over)
    assert IndexPayout.objects.count() == 1
    measured(opened.source, 0)
    assert settle(grace_over + DAY) == 3
    assert [payout_of(policy).amount_minor for policy in policies] == [20_000_00] * 3
    with pytest.raises(IntegrityError, match="policy_is_paid_once_for_a_window"), transaction.atomic():
        IndexPayout.objects.create(
            policy=policies[0], window=opened, gross_minor=1, amount_minor=1, currency="CNY", made_at=NOON
        )
    with pytest.raises(IntegrityError, match="window_keeps_its_reading"), transaction.atomic():
        type(opened).objects.filter(pk=opened.pk).update(
            reading=IndexReading.objects.get(source=opened.source), status="settled"
        )


def test_the_statements_of_a_chunk_do_not_grow_with_its_policies(ready):
    version = drought(ceilings=(("person_year", "", 15_000_00), ("fund_year", "", None)))
    given(insurer(), 500_000_00)
    counted = []
    for number, size in enumerate((2, 6)):
        source = weather_station(ready, f"s{number}")
        for each in range(size):
            insured(ready, version=version, person=villager(ready, full_name=f"村民{number}{each}"))
        last = FIRST + (2 * number + 1) * DAY
        window(source, version, first=last - DAY, last=last)
        measured(source, 300, date=last)
        assert settle_index_windows(country="CN", at=AFTER)
        with CaptureQueriesContext(connection) as queries:
            assert settle_index_windows(country="CN", at=AFTER)
        counted.append(len(queries))
        settle()
    assert counted[0] == counted[1]
