"""Jobs close the days of a book together: what dies goes on where it stopped, and no night is counted twice."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

from core.days import instant_of
from core.errors import Refused
from core.jobs.models import Job
from core.jobs.services import enqueue
from finance.loans.services import close_book_day, schedule_closes
from finance.loans.services import closing as of_closing
from finance.loans.services.books import loan_book_of
from finance.models import CloseRun, Loan, LoanAccrual, LoanBook, Payment
from tests.factories.finance import desk
from tests.factories.loans import NOON, lender, running
from tests.finance.test_loan_reversals import DAY, findings, pays
from tests.jobs import try_jobs
from tests.races import together, wait_until_somebody_waits

FIRST = NOON.date()
THREE_NIGHTS_LATER = FIRST + 3 * DAY
KILL = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE pid IN (SELECT pid FROM pg_locks WHERE NOT granted) AND datname = current_database()
"""


def at_night(book, date, *, minutes=0):
    return instant_of(book.zone, date, dt.time(0, 30)) + dt.timedelta(minutes=minutes)


def test_a_close_that_is_killed_in_a_chunk_is_ended_by_two_workers_day_by_day_without_counting_a_night_twice(
    own_database, monkeypatch
):
    monkeypatch.setattr(of_closing, "CHUNK", 1)
    ready = desk()
    loans = sorted((running(ready) for _number in range(3)), key=lambda loan: loan.pk)
    book = LoanBook.objects.get()
    night = at_night(book, THREE_NIGHTS_LATER)
    Job.objects.all().delete()
    enqueue("loans.close_day", dedupe_key="night", run_at=night, payload={"zone": book.zone})
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Loan.objects.select_for_update().get(pk=loans[0].pk)
            worker = pool.submit(lambda: together(lambda: try_jobs(night, limit=2)))
            wait_until_somebody_waits()
            with connection.cursor() as cursor:
                cursor.execute(KILL)
        worker.result()
    closed = set(LoanAccrual.objects.values_list("loan", "business_date"))
    assert closed == {(loan.pk, FIRST) for loan in loans[1:]}
    book.refresh_from_db()
    assert (book.business_date, Job.objects.filter(kind="loans.close_book").count()) == (FIRST, 3)
    later = at_night(book, THREE_NIGHTS_LATER, minutes=30)
    together(lambda: try_jobs(later), lambda: try_jobs(later))
    nights = [FIRST + number * DAY for number in range(3)]
    rows = sorted(LoanAccrual.objects.values_list("business_date", "loan", "interest_minor"))
    assert rows == [(date, loan.pk, 9_00) for date in nights for loan in loans]
    assert list(CloseRun.objects.order_by("pk").values_list("business_date", "status", "loans")) == [
        (date, "closed", 3) for date in nights
    ]
    assert not Job.objects.filter(kind="loans.close_book").exclude(state=Job.State.DONE).exists()
    assert findings() == []


def test_of_fifty_repayments_during_a_close_each_is_taken_once_or_told_to_wait_and_the_books_agree(
    own_database, monkeypatch
):
    monkeypatch.setattr(of_closing, "CHUNK", 2)
    ready = desk()
    loans = [running(ready) for _number in range(10)]
    book = LoanBook.objects.select_related("county", "book").get()

    def act(number):
        try:
            if number in (10, 11):
                return close_book_day(book=book, date=FIRST, at=NOON)
            return pays(ready, loans[number % 10], 100_00, key=f"phone {number}")
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(act, range(52)))
    assert {each for each in outcomes if isinstance(each, str)} <= {"loan_being_closed"}
    waited = [number for number, each in enumerate(outcomes) if isinstance(each, str)]
    again = [act(number) for number in waited]
    assert [each for each in again if isinstance(each, str)] == []
    stored = LoanAccrual.objects.values_list("loan", "business_date")
    assert sorted(stored) == sorted((each.pk, FIRST) for each in loans)
    book.refresh_from_db()
    assert (book.business_date, Payment.objects.filter(purpose="loan").count()) == (FIRST + DAY, 50)
    assert set(Loan.objects.values_list("advance_minor", flat=True)) == {500_00}
    assert findings() == []


def test_the_closes_of_many_books_are_written_in_two_statements(db, django_assert_num_queries):
    ready = desk()
    zone = loan_book_of(lender(), ready.station, at=NOON).zone
    for number in range(3):
        loan_book_of(lender(company_code=f"9{number}2"), ready.station, at=NOON)
    with django_assert_num_queries(4):  # and their savepoint
        schedule_closes(zone=zone, at=NOON)
    assert Job.objects.filter(kind="loans.close_book").count() == 4
