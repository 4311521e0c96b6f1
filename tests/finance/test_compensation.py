"""Anyone who waits too long is given something for it: by rule, without a claim, once, to the cap."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils.timezone import now

from core.jobs.models import Job
from core.money import Money
from finance import chart
from finance.models import Biller, CompensationRecovery, CompensationRule, Refund
from finance.payments.services import (
    AlreadyRecovered,
    NothingToRecover,
    compensate,
    notify_refund,
    plan_compensations,
    recover_compensation,
)
from ledger.audit import audit_book
from ledger.models import AuditFinding
from tests.factories.finance import biller, book, desk, flat_plan, found_bill, pay, provider_says
from tests.factories.stations import api_client, finance_officer
from tests.jobs import run_jobs

CHINA = ZoneInfo("Asia/Shanghai")
DAY = dt.timedelta(days=1)
#: The afternoon of a payment.
PAID = dt.datetime(2026, 11, 20, 15, tzinfo=CHINA)


@pytest.fixture
def ready(db):
    flat_plan()
    CompensationRule.objects.create(
        country="CN",
        purpose="bill",
        due_days=1,
        per_day_minor=5_00,
        cap_minor=50_00,
        from_date=dt.date(2026, 1, 1),
    )
    return desk(float_minor=1_500_00)


def paid(ready):
    power = Biller.objects.first() or biller()
    return pay(ready, found_bill(ready, power, expires_at=PAID + 90 * DAY), at=PAID)


def reversed_after(ready, days):
    """Paid, and so many local days later taken back, its money ready the same day."""
    payment = paid(ready)
    provider_says(payment, "succeeded", at=PAID)
    provider_says(payment, "succeeded", event_type="transaction.reversed", at=PAID + days * DAY)
    notify_refund(refund=payment.refunds.get(), at=PAID + days * DAY)
    payment.refresh_from_db()
    return payment


def given(payment):
    return payment.refunds.filter(reason="compensation").first()


@pytest.mark.parametrize(
    ("days", "minor"), [(0, None), (1, None), (2, 5_00), (4, 15_00), (10, 45_00), (11, 50_00), (12, 50_00)]
)
def test_every_day_after_the_first_counts_up_to_the_cap(ready, days, minor):
    payment = reversed_after(ready, days)
    refund = compensate(payment=payment, at=PAID + (days + 1) * DAY)
    assert (refund.amount_minor if refund else None) == minor


def test_paid_on_the_25th_and_taken_back_on_the_29th_is_worth_fifteen(ready):
    """The worked example: one day may pass; the 27th, 28th and 29th count."""
    payment = reversed_after(ready, 4)
    refund = compensate(payment=payment, at=PAID + 5 * DAY)
    assert refund.amount == Money(15_00, "CNY")
    assert (ready.holds(chart.platform("expense")), ready.holds(ready.funds_key)) == (15_00, 186_40 + 15_00)
    payment.refresh_from_db()
    assert payment.refunded_minor == payment.total_minor  # beside it, not of it
    assert [f.check_code for f in AuditFinding.objects.filter(last_run=audit_book(book=book(), at=now()))] == []


def test_the_clock_stops_on_the_local_day_it_succeeded(ready):
    payment = paid(ready)
    just_before_midnight = dt.datetime(2026, 11, 22, 23, 59, tzinfo=CHINA)
    provider_says(payment, "succeeded", at=just_before_midnight)
    assert compensate(payment=payment, at=PAID + 3 * DAY).amount_minor == 5_00


def test_while_it_is_undecided_nothing_is_given_before_the_cap(ready):
    payment = paid(ready)
    assert compensate(payment=payment, at=PAID + 10 * DAY) is None
    assert compensate(payment=payment, at=PAID + 11 * DAY).amount_minor == 50_00


def test_it_is_given_once(ready):
    payment = reversed_after(ready, 4)
    assert compensate(payment=payment, at=PAID + 5 * DAY)
    assert compensate(payment=payment, at=PAID + 6 * DAY) is None
    assert Refund.objects.filter(reason="compensation").count() == 1
    assert ready.holds(chart.platform("expense")) == 15_00


@pytest.mark.parametrize(
    "change", [{"purpose": "travel"}, {"country": "FR"}, {"from_date": dt.date(2026, 11, 21)}, {"currency": "EUR"}]
)
def test_without_a_rule_for_it_nothing_is_given(ready, change):
    rule = CompensationRule.objects.get()
    CompensationRule.objects.filter(pk=rule.pk).update(to_date=rule.from_date + DAY)
    rule.pk, rule.from_date = None, rule.from_date + DAY
    for name, value in change.items():
        setattr(rule, name, value)
    rule.save(force_insert=True)
    assert compensate(payment=reversed_after(ready, 4), at=PAID + 5 * DAY) is None


def test_money_that_is_not_ready_yet_goes_on_counting(ready):
    payment = paid(ready)
    provider_says(payment, "failed", at=PAID + 4 * DAY)
    payment.refresh_from_db()
    assert compensate(payment=payment, at=PAID + 5 * DAY) is None
    notify_refund(refund=payment.refunds.get(), at=PAID + 6 * DAY)
    assert compensate(payment=payment, at=PAID + 7 * DAY).amount_minor == 25_00


def test_at_one_in_the_night_those_that_have_earned_it_are_found_and_told_once(db):
    flat_plan()
    CompensationRule.objects.create(
        country="CN", purpose="bill", per_day_minor=5_00, cap_minor=50_00, from_date=dt.date(2026, 1, 1)
    )
    ready = desk(float_minor=5_000_00)
    waited, quick, open_ = reversed_after(ready, 4), reversed_after(ready, 0), paid(ready)
    at = PAID + 6 * DAY
    assert plan_compensations(zone="Asia/Shanghai", at=at) == 1
    assert plan_compensations(zone="Asia/Shanghai", at=at) == 1
    [job] = Job.objects.filter(kind="payments.compensate")
    assert job.dedupe_key == f"compensate:{waited.pk}"
    Job.objects.exclude(pk=job.pk).delete()
    run_jobs(at)
    assert given(waited).status == "ready_for_cash"
    assert (given(quick), given(open_)) == (None, None)
    assert plan_compensations(zone="Asia/Shanghai", at=at) == 0
    assert plan_compensations(zone="Europe/Paris", at=at) == 0


def test_it_is_given_as_soon_as_the_clock_stops_and_not_in_the_next_night(db):
    flat_plan()
    CompensationRule.objects.create(
        country="CN", purpose="bill", per_day_minor=5_00, cap_minor=50_00, from_date=dt.date(2026, 1, 1)
    )
    ready = desk(float_minor=5_000_00)
    late, quick, taken_back = paid(ready), paid(ready), paid(ready)
    provider_says(quick, "succeeded", at=PAID)
    provider_says(late, "succeeded", at=PAID + 3 * DAY)
    provider_says(taken_back, "failed", at=PAID + 3 * DAY)
    asked = Job.objects.filter(kind="payments.compensate").values_list("dedupe_key", flat=True)
    assert list(asked) == [f"compensate:{late.pk}"]
    notify_refund(refund=taken_back.refunds.get(), at=PAID + 3 * DAY)
    assert set(asked.all()) == {f"compensate:{late.pk}", f"compensate:{taken_back.pk}"}
    Job.objects.exclude(kind="payments.compensate").delete()
    run_jobs(PAID + 3 * DAY)
    assert [given(payment).amount_minor for payment in (late, taken_back)] == [10_00, 10_00]
    assert given(quick) is None


# --- borne by the company


def recover(refund, *, by=None):
    return recover_compensation(refund=refund, reason="four days late", by=by or finance_officer(), at=now())


def company_holds(ready):
    """What the biller owes us in fees, and our expense."""
    return ready.holds(chart.fee_receivable(Biller.objects.get())), ready.holds(chart.platform("expense"))


def test_a_compensation_that_the_company_bears_is_added_to_the_fees_that_it_owes(ready):
    refund = compensate(payment=reversed_after(ready, 4), at=PAID + 5 * DAY)
    assert company_holds(ready) == (0, 15_00)
    officer = finance_officer()
    recovery = recover(refund, by=officer)
    assert company_holds(ready) == (15_00, 0)
    assert (recovery.account.code, recovery.made_by) == ("fee_receivable:JS-POWER", officer)
    assert ready.holds(ready.funds_key) == 186_40 + 15_00  # the villager keeps it
    assert [f.check_code for f in AuditFinding.objects.filter(last_run=audit_book(book=book(), at=now()))] == []
    with pytest.raises(DatabaseError), transaction.atomic():
        CompensationRecovery.objects.update(reason="none")


def test_a_company_is_charged_once(ready):
    refund = compensate(payment=reversed_after(ready, 4), at=PAID + 5 * DAY)
    recover(refund)
    with pytest.raises(AlreadyRecovered):
        recover(refund)
    assert company_holds(ready) == (15_00, 0)


def test_what_was_paid_back_is_no_compensation_and_charged_to_nobody(ready):
    with pytest.raises(NothingToRecover):
        recover(reversed_after(ready, 4).refunds.get())
    assert CompensationRecovery.objects.count() == 0
    assert company_holds(ready) == (0, 0)


def test_eight_officers_at_once_charge_the_company_once(own_database):
    flat_plan()
    CompensationRule.objects.create(
        country="CN", purpose="bill", per_day_minor=5_00, cap_minor=50_00, from_date=dt.date(2026, 1, 1)
    )
    ready = desk(float_minor=1_500_00)
    refund = compensate(payment=reversed_after(ready, 4), at=PAID + 5 * DAY)
    officers = [finance_officer() for _ in range(8)]

    def attempt(officer):
        try:
            recover(refund, by=officer)
        except AlreadyRecovered:
            return "refused"
        finally:
            connection.close()
        return "charged"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(attempt, officers)) == ["charged", *["refused"] * 7]
    assert company_holds(ready) == (15_00, 0)


def test_over_the_api_and_on_the_page_finance_alone_charges_the_company(ready, client):
    refund = compensate(payment=reversed_after(ready, 4), at=PAID + 5 * DAY)
    path, body = f"/api/v1/refunds/{refund.pk}/recover/", {"reason": "four days late"}
    refused = api_client(ready.partner).post(path, body, "json", headers={"Idempotency-Key": "a" * 16})
    assert (refused.status_code, CompensationRecovery.objects.count()) == (403, 0)
    officer = finance_officer()
    page = f"/finance/refunds/{refund.pk}/"
    client.force_login(officer)
    assert f"{page}recover/" in client.get(page).content.decode()
    typed = {"key": "b" * 16, "reason": ""}
    assert (client.post(f"{page}recover/", typed).status_code, CompensationRecovery.objects.count()) == (422, 0)
    for _twice in range(2):
        answer = api_client(officer).post(path, body, "json", headers={"Idempotency-Key": "a" * 16})
        assert (answer.status_code, answer.json()["reason"]) == (200, "compensation")
    assert company_holds(ready) == (15_00, 0)
    shown = client.get(page).content.decode()
    assert ("four days late" in shown, f"{page}recover/" in shown) == (True, False)
