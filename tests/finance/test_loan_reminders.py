"""Borrowers hear of an instalment before it is due, on its day and while it is late: once each, in their language."""

import datetime as dt

import pytest
from django.conf import settings

from core.days import instant_of
from core.models import Notice
from core.money import Money
from core.notices.services import message_of
from finance.loans.services import close_until, receive_repayment, remind_borrowers, retry_close
from finance.models import CloseException, LoanBook
from finance.payments.services import Tender
from stations.models import Person
from tests.factories.days import ZONE
from tests.factories.finance import desk
from tests.factories.gateways import ProviderFactory
from tests.factories.loans import NOON, borrower_of, offered, running
from tests.factories.stations import credit_officer
from tests.pages import told as told_on_the_page

DAY = dt.timedelta(days=1)
#: The first instalment of 2,500.00 + 270.00 of a loan that was paid out on 25 November.
DUE = dt.date(2026, 12, 25)


class Lent:
    """A borrower with a phone and a loan that runs."""

    def __init__(self):
        ProviderFactory(code=settings.ECOMNET_SMS_PROVIDER)
        self.ready = desk()
        version = offered("farm_equal", penalty_ppm=180_000)
        self.loan = running(self.ready, person=borrower_of(self.ready, phone="+8613912345678"), version=version)

    def morning(self, days, *, hour=8):
        """So many days after the due date, when the days before are closed."""
        date = DUE + days * DAY
        book = LoanBook.objects.select_related("county", "book").get()
        close_until(book=book, date=date - DAY, at=NOON)
        county = self.loan.station.county.code
        at = instant_of(ZONE, date, dt.time(hour))
        return remind_borrowers(county=county, zone=ZONE, date=date, at=at)


REMINDERS = ("loan_due_soon", "loan_due_today", "loan_late")


@pytest.fixture
def lent(db):
    return Lent()


def texts():
    """What the phone shows, the newest first."""
    rows = Notice.objects.filter(template__startswith="loan_", our_ref__isnull=False).order_by("-pk")
    return [message_of(row.our_ref)["text"] for row in rows if row.template in REMINDERS]


def test_a_borrower_hears_of_an_instalment_five_times_and_once_each(lent):
    told_on_the_page(
        "three days before an instalment is due, on its day, and 1, 7 and 15 days after it: at 08:00",
        "2,500.00 + 270.00, 15 days late at 18 %: 12 nights of penalty, 2,784.79.",
        page="loans.md",
    )
    Person.objects.filter(pk=lent.loan.borrower_id).update(language="en")
    told = [days for days in range(-4, 17) for _twice in range(2) if lent.morning(days)]
    assert told == [days for days in (-3, 0, 1, 7, 15) for _twice in range(2)]
    assert Notice.objects.filter(template__in=REMINDERS).count() == 5
    late, *_between, soon = texts()
    assert "¥2,770.00 is due on Fri 25 Dec" in soon
    assert "¥2,784.79" in late  # twelve nights of penalty
    assert lent.loan.number[-4:] in late


def test_whoever_has_paid_or_paid_in_advance_is_not_reminded(lent):
    receive_repayment(
        loan=lent.loan,
        amount=Money(2_770_00, "CNY"),
        station=lent.ready.station,
        tender=Tender(payer=lent.loan.borrower),
        by=lent.ready.partner,
        at=NOON,
        key="early",
    )
    assert [lent.morning(days) for days in (-3, 0, 1)] == [0, 0, 0]
    Person.objects.filter(pk=lent.loan.borrower_id).update(language="zh-hans")
    assert lent.morning(28) == 1  # three days before the second one
    assert "到期" in texts()[0]


def test_a_reminder_is_not_sent_at_night_nor_on_another_day(lent):
    assert lent.morning(-3, hour=22) == 1
    notice = Notice.objects.get(template="loan_due_soon")
    assert notice.use_by == instant_of(ZONE, DUE - 2 * DAY, dt.time())
    assert notice.send_at > notice.use_by


def test_who_borrows_on_a_loan_that_the_close_has_skipped_is_not_told_a_stale_amount(lent):
    skipped = CloseException.objects.create(loan=lent.loan, business_date=NOON.date(), error="x", found_at=NOON)
    assert [lent.morning(days) for days in (-3, 0)] == [0, 0]
    retry_close(loan=lent.loan, by=credit_officer(), at=NOON)
    skipped.refresh_from_db()
    assert (skipped.resolved_at, lent.morning(1)) == (NOON, 1)
