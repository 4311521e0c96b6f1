"""What the home of whoever looks after the books says of the audit."""

import datetime as dt

import pytest
from django.utils import translation

from core.web.console import Measured
from ledger.console import CONSOLE, LATE_AFTER
from ledger.models import AuditFinding, AuditRun
from tests.factories.ledger import BookFactory

AT = dt.datetime(2026, 11, 25, 8, 0, tzinfo=dt.UTC)


def figure(name: str, at: dt.datetime = AT) -> Measured:
    return next(each for each in CONSOLE.figures if each.name == name).measure(user=None, at=at)


@pytest.mark.django_db
@translation.override("en")
def test_the_last_audit_is_told_with_its_checks_and_is_bad_news_after_two_hours():
    assert figure("ledger.last_run") == Measured("–", "no audit has run yet", "wait")
    AuditRun.objects.create(book=BookFactory(), started_at=AT, finished_at=AT, checks=31, findings=0)
    assert figure("ledger.last_run").detail == "31 checks"
    assert figure("ledger.last_run", AT + LATE_AFTER).status == ""
    assert figure("ledger.last_run", AT + LATE_AFTER + dt.timedelta(microseconds=1)).status == "bad"


@pytest.mark.django_db
@translation.override("en")
def test_what_an_audit_found_is_counted_with_the_time_since_when_until_it_is_cleared():
    run = AuditRun.objects.create(book=BookFactory(), started_at=AT, finished_at=AT, checks=31, findings=1)
    assert figure("ledger.findings") == Measured(0, "everything agrees", "ok")
    about = {"book": run.book, "scope": "book", "scope_key": "", "row_count": 1, "sample": []}
    AuditFinding.objects.create(last_run=run, check_code="sums", fingerprint="f", found_at=AT, **about)
    found = figure("ledger.findings")
    assert (found.value, found.status) == (1, "bad")
    assert found.detail.startswith("oldest ")
