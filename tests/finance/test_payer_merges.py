"""Two records of one person become one: what the one paid and is owed is the other's, and finds its way back."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils.timezone import now

from core.events.services import publish
from core.money import Money
from finance.models import MergedPayer, Payment, Refund
from finance.payments.services import follow_record, grant_to_person
from stations.duplicates import services as duplicates
from tests.factories.finance import biller, desk, flat_plan, owed
from tests.factories.people import resident
from tests.factories.stations import county_manager_of
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def records():
    """A station that owes a resident two sums, who stands in its list twice."""
    flat_plan()
    ready = desk(float_minor=1_500_00)
    born = dt.date(1951, 3, 8)
    kept, gone = (resident("王秀英", ready.station, birth_date=born) for _ in range(2))
    owed(ready, biller(), payer=gone)
    five = Money(5_00, "CNY")
    with transaction.atomic():
        grant_to_person(person=gone, station=ready.station, amount=five, reason="variance", at=now(), key=uuid4().hex)
    return ready, kept, gone


def merge(ready, kept, gone):
    first, second = (county_manager_of(ready.station.county) for _ in range(2))
    row = duplicates.propose_merge(keep=kept, merge=gone, actor=first, at=now(), reason="同一个人")
    return duplicates.merge_persons(merge=row, actor=second, at=now())


def owners():
    """Who paid, and who is owed what nobody paid for."""
    return Payment.objects.get().payer, Refund.objects.get(payment=None).receiver


def test_money_owed_follows_the_person_into_the_kept_record_and_back(records):
    ready, kept, gone = records
    row = merge(ready, kept, gone)
    run_jobs()
    assert owners() == (kept, kept)
    assert {refund.recipient for refund in Refund.objects.all()} == {kept}
    duplicates.unmerge_persons(merge=row, actor=row.decided_by, at=now(), reason="其实是两个人")
    run_jobs()
    assert owners() == (gone, gone)
    assert MergedPayer.objects.get().undone_at is not None


def test_heard_twice_or_in_the_wrong_order_it_ends_as_the_records_are(records):
    ready, kept, gone = records
    row = merge(ready, kept, gone)
    for _twice in range(2):
        follow_record(merged=gone.pk, at=now())
    assert (owners(), MergedPayer.objects.count()) == ((kept, kept), 1)
    duplicates.unmerge_persons(merge=row, actor=row.decided_by, at=now(), reason="其实是两个人")
    with transaction.atomic():
        for name in ("stations.person_unmerged", "stations.person_merged"):
            publish(name, at=now(), kept=str(kept.pk), merged=str(gone.pk))
    run_jobs()
    assert owners() == (gone, gone)


def test_what_the_kept_record_paid_itself_stays_with_it(records):
    ready, kept, gone = records
    payment = owed(ready, biller("JS-GAS"), payer=kept).payment
    row = merge(ready, kept, gone)
    run_jobs()
    duplicates.unmerge_persons(merge=row, actor=row.decided_by, at=now(), reason="其实是两个人")
    run_jobs()
    payment.refresh_from_db()
    assert payment.payer == kept


def test_money_follows_a_chain_to_its_end_and_back_in_whatever_order_it_is_heard(records):
    ready, kept, gone = records
    last = resident("王秀英", ready.station, birth_date=dt.date(1951, 3, 8))
    own = owed(ready, biller("JS-GAS"), payer=kept).payment
    older = merge(ready, kept, gone)
    newer = merge(ready, last, kept)
    follow_record(merged=kept.pk, at=now())
    follow_record(merged=gone.pk, at=now())
    run_jobs()
    assert set(Payment.objects.values_list("payer", flat=True)) == {last.pk}
    assert Refund.objects.get(payment=None).receiver == last
    duplicates.unmerge_persons(merge=newer, actor=newer.decided_by, at=now(), reason="其实是两个人")
    run_jobs()
    assert set(Payment.objects.values_list("payer", flat=True)) == {kept.pk}
    duplicates.unmerge_persons(merge=older, actor=older.decided_by, at=now(), reason="其实是两个人")
    run_jobs()
    own.refresh_from_db()
    assert own.payer == kept
    assert Payment.objects.exclude(pk=own.pk).get().payer == gone
    assert Refund.objects.get(payment=None).receiver == gone
    assert not MergedPayer.objects.filter(undone_at=None).exists()
