"""The close of a day: findings hold it until they are cleared, people close it together, the book follows."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from core.days import instant_of
from core.errors import SamePerson, WrongState
from core.history import changes_of
from core.jobs.models import Job
from core.jobs.ticks import start_local_work
from core.language import formatting
from core.language.reasons import ReasonMissing
from core.models import Notice
from finance.models import DayClose
from finance.settlement.console import CONSOLE
from finance.settlement.services import (
    close_book_date,
    close_book_date_when_settled,
    close_book_day,
    resume_held_days,
)
from ledger.models import AuditFinding, AuditRun, Book
from ledger.services import clear_finding
from tests.factories.finance import book
from tests.factories.findings import finding
from tests.factories.settlement import (
    DAY,
    MONDAY,
    SUNDAY,
    account_at,
    days_of,
    earns,
    noon,
    settle_night,
    statements_of,
    village,
)
from tests.factories.stations import finance_officer
from tests.jobs import run_jobs

TUESDAY = MONDAY + DAY


def cleared(found):
    clear_finding(finding=found, by=finance_officer().pk, reason="looked into", at=noon(SUNDAY))


@pytest.mark.django_db
@pytest.mark.parametrize("scope", ["county", "book"])
def test_a_finding_holds_the_day_until_it_is_cleared(scope):
    station = village()
    officer = finance_officer()
    account = account_at(station)
    earns(account, 3_00, at=noon(SUNDAY), station=station)
    found = finding(scope, station.county.code[:6] if scope == "county" else "CN")
    close = settle_night(station, SUNDAY)
    assert (close.status, close.stopped_by) == ("held", ["finance.tills_are_counted"])
    assert [s.status for s in statements_of(account)] == ["calculated"]
    assert Notice.objects.get(template="day_held").user == officer.pk
    assert resume_held_days(at=noon(SUNDAY + DAY)) == 0
    cleared(found)
    assert resume_held_days(at=noon(SUNDAY + DAY)) == 1
    close.refresh_from_db()
    assert close.status == "closed"
    assert [s.status for s in statements_of(account)] == ["closed"]
    assert [change.new for change in changes_of(close)] == ["closing", "held", "closing", "closed"]


@pytest.mark.django_db
def test_a_finding_about_another_county_stops_nobody_here():
    station, other = village(), village()
    finding("county", other.county.code[:6])
    assert settle_night(station, MONDAY).status == "closed"
    assert settle_night(other, MONDAY).status == "held"


@pytest.mark.django_db
def test_a_finding_about_a_payee_holds_his_statement_alone():
    station = village()
    wrong, right = account_at(station), account_at(station)
    for account in (wrong, right):
        earns(account, 3_00, at=noon(SUNDAY), station=station)
    found = finding("payee", wrong.code, code="finance.payees_are_their_lines")
    assert settle_night(station, SUNDAY).status == "closed"
    assert [statements_of(account)[0].status for account in (wrong, right)] == ["calculated", "closed"]
    earns(wrong, 4_00, at=noon(SUNDAY + DAY), station=station)
    settle_night(station, SUNDAY + 7 * DAY)
    assert [s.status for s in statements_of(wrong)] == ["calculated"]
    cleared(found)
    settle_night(station, SUNDAY + 8 * DAY)
    assert [(s.status, s.payable_minor) for s in statements_of(wrong)] == [("closed", 3_00), ("closed", 4_00)]


@pytest.mark.django_db
def test_later_days_close_while_one_is_held_but_no_statement_passes_over_it():
    station = village()
    account = account_at(station)
    earns(account, 3_00, at=noon(MONDAY), station=station)
    found = finding("county", station.county.code[:6])
    settle_night(station, MONDAY)
    AuditRun.objects.create(book=book(), started_at=noon(MONDAY), finished_at=noon(MONDAY), checks=1, findings=0)
    AuditFinding.objects.filter(pk=found.pk).update(last_run=AuditRun.objects.latest("pk"))
    DayClose.objects.filter(business_date=MONDAY).update(status="held")
    cleared(found)
    assert settle_night(station, SUNDAY).status == "closed"
    figure = CONSOLE.figures[0].measure(user=finance_officer(), at=noon(SUNDAY))
    assert figure.value == formatting.short_day(MONDAY - DAY)
    assert statements_of(account) == []
    resume_held_days(at=noon(SUNDAY + DAY))
    settle_night(station, SUNDAY + DAY)
    assert [(s.period_from, s.period_to) for s in statements_of(account)] == [(MONDAY, SUNDAY)]


@pytest.mark.django_db
def test_a_held_day_is_closed_by_two_people_with_a_reason():
    station = village()
    finding("county", station.county.code[:6])
    close = settle_night(station, MONDAY)
    first, second = finance_officer(), finance_officer()
    with pytest.raises(ReasonMissing):
        close_book_day(close=close, reason=" ", by=first, at=noon(TUESDAY))
    close_book_day(close=close, reason="the count was on paper", by=first, at=noon(TUESDAY))
    with pytest.raises(SamePerson):
        close_book_day(close=close, reason="", by=first, at=noon(TUESDAY))
    close.refresh_from_db()
    assert (close.status, close.asked_by) == ("held", first)
    close = close_book_day(close=close, reason="", by=second, at=noon(TUESDAY))
    assert (close.status, close.closed_by, close.reason) == ("closed", second, "the count was on paper")
    with pytest.raises(WrongState):
        close_book_day(close=close, reason="again", by=first, at=noon(TUESDAY))


@pytest.mark.django_db
def test_statements_of_a_day_that_people_closed_are_closed_by_the_next_job():
    station = village()
    account = account_at(station)
    earns(account, 3_00, at=noon(SUNDAY), station=station)
    finding("county", station.county.code[:6])
    close = settle_night(station, SUNDAY)
    for officer in (finance_officer(), finance_officer()):
        close_book_day(close=close, reason="looked into", by=officer, at=noon(SUNDAY + DAY))
    run_jobs(noon(SUNDAY + DAY))
    assert [s.status for s in statements_of(account)] == ["closed"]


@pytest.mark.django_db
def test_the_database_lets_nobody_close_a_day_alone():
    station = village()
    finding("county", station.county.code[:6])
    close = settle_night(station, MONDAY)
    first = finance_officer()
    close_book_day(close=close, reason="why", by=first, at=noon(TUESDAY))
    with pytest.raises(DatabaseError), transaction.atomic():
        DayClose.objects.filter(pk=close.pk).update(status="closed", closed_at=noon(TUESDAY), closed_by=first)
    assert DayClose.objects.get(pk=close.pk).status == "held"


@pytest.mark.django_db
def test_the_book_closes_its_date_when_every_county_is_closed_or_held():
    here, there = village(), village()
    finding("county", there.county.code[:6])
    settle_night(here, MONDAY)
    assert not close_book_date_when_settled(country="CN", date=MONDAY, at=noon(TUESDAY))
    assert Book.objects.get().first_open_date < MONDAY
    settle_night(there, MONDAY)
    assert close_book_date_when_settled(country="CN", date=MONDAY, at=noon(TUESDAY))
    assert Book.objects.get().first_open_date == TUESDAY
    assert Job.objects.filter(dedupe_key=f"audit:CN:settled:{MONDAY}").count() == 1
    close_book_date(book=Book.objects.get(), date=MONDAY - DAY, at=noon(TUESDAY))
    assert Book.objects.get().first_open_date == TUESDAY


@pytest.mark.django_db
def test_at_six_the_book_closes_whatever_is_held_and_the_county_is_settled_later_all_the_same():
    station = village()
    account = account_at(station)
    earns(account, 3_00, at=noon(MONDAY), station=station)
    close_book_date(book=Book.objects.get(), date=MONDAY, at=instant_of(station.zone, TUESDAY, dt.time(6)))
    assert Book.objects.get().first_open_date == TUESDAY
    assert settle_night(station, MONDAY).status == "closed"
    assert days_of(account) == {MONDAY: (3_00, 0)}


@pytest.mark.django_db
def test_the_night_comes_by_the_clock_of_each_county_and_settles_and_closes():
    station = village()
    account = account_at(station)
    earns(account, 3_00, at=noon(SUNDAY), station=station)
    night = instant_of(station.zone, SUNDAY + DAY, dt.time(2, 30))
    start_local_work(at=night)
    run_jobs(night)
    assert Job.objects.filter(dedupe_key=f"settle:{SUNDAY + DAY}:{station.county.code}", state="done").count() == 1
    assert [s.status for s in statements_of(account)] == ["closed"]
    assert Book.objects.get().first_open_date == SUNDAY + DAY
