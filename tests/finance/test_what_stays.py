"""What was approved, agreed or answered stays as it was, no matter who writes to the database as the application."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from django.utils.timezone import now

from core.money import Money
from finance.fees.services import approve_commission_plan
from finance.floats.services import request_topup
from finance.models import (
    CashThreshold,
    CommissionPlan,
    CommissionRule,
    CommissionShare,
    CompensationRule,
    FloatTopUp,
    OverShort,
    Payment,
    Refund,
    Remittance,
    StatementTerms,
    Tariff,
    TaxRule,
)
from tests.factories.days import today
from tests.factories.finance import biller, desk, flat_plan, found_bill, owed, pay, plan_of
from tests.factories.stations import finance_officer
from tests.factories.tills import cash_desk, declared, difference

DAY = dt.timedelta(days=1)


def refused(statement, *values):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return True


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE finance_commissionplan SET status = 'draft', approved_by_id = NULL",
        "UPDATE finance_commissionplan SET from_date = from_date + 1",
        "UPDATE finance_commissionplan SET country = 'FR'",
        "UPDATE finance_commissionplan SET approved_at = now()",
        "DELETE FROM finance_commissionplan",
        "UPDATE finance_commissionrule SET total_value = total_value + 1",
        "UPDATE finance_commissionrule SET position = position + 1",
        "DELETE FROM finance_commissionrule",
        "INSERT INTO finance_commissionrule (created_at, updated_at, plan_id, position, service, party, station_level,"
        " amount_from_minor, total_kind, total_value, window_days, once_per_target_minutes)"
        " SELECT now(), now(), id, 9, 'recharge', '', '', 0, 'flat', 1, 0, 0 FROM finance_commissionplan",
        "UPDATE finance_commissionshare SET value = value + 1",
        "DELETE FROM finance_commissionshare",
        "INSERT INTO finance_commissionshare (created_at, updated_at, rule_id, position, beneficiary, kind, value)"
        " SELECT now(), now(), id, 9, 'county', 'flat', 1 FROM finance_commissionrule",
    ],
)
def test_an_approved_plan_keeps_every_word_rule_and_share(change):
    flat_plan()
    told = list(CommissionPlan.objects.values()), list(CommissionRule.objects.values())
    shares = list(CommissionShare.objects.values())
    assert refused(change)
    assert (list(CommissionPlan.objects.values()), list(CommissionRule.objects.values())) == told
    assert list(CommissionShare.objects.values()) == shares


@pytest.mark.django_db
def test_an_approved_plan_ends_once_and_is_put_away():
    plan = flat_plan()
    rows = CommissionPlan.objects.filter(pk=plan.pk)
    rows.update(to_date=today() + DAY)
    with pytest.raises(IntegrityError, match="approved_plan_stays"), transaction.atomic():
        rows.update(to_date=today() + 2 * DAY)
    rows.update(status="retired")
    with pytest.raises(IntegrityError, match="approved_plan_stays"), transaction.atomic():
        rows.update(status="approved")


@pytest.mark.django_db
def test_a_plan_begins_as_a_draft_and_a_draft_is_free():
    flat_plan()
    assert refused(
        "INSERT INTO finance_commissionplan (created_at, updated_at, code, version, country, currency, status,"
        " from_date, approved_by_id, approved_at) SELECT now(), now(), code, 9, country, currency, 'approved',"
        " from_date, approved_by_id, now() FROM finance_commissionplan"
    )
    draft = plan_of({"total_kind": "flat", "total_value": 50}, version=2, status="draft")
    CommissionRule.objects.filter(plan=draft).update(total_value=40)
    draft.delete()
    assert CommissionPlan.objects.count() == 1


@pytest.mark.usefixtures("own_database")
def test_a_rule_that_is_written_beside_the_approval_waits_and_is_refused():
    flat_plan()
    plan = plan_of({"total_kind": "flat", "total_value": 50}, version=2, from_date=today() + 3 * DAY, status="draft")
    officer, is_approved, is_asked = finance_officer(), Event(), Event()

    def approve():
        with transaction.atomic():
            approve_commission_plan(plan=plan, by=officer, at=now())
            is_approved.set()
            is_asked.wait(5)
        connection.close()

    def write():
        is_approved.wait(5)
        is_asked.set()
        try:
            CommissionRule.objects.filter(plan=plan).update(total_value=9_999)
        except IntegrityError:
            return "refused"
        finally:
            connection.close()
        return "written"

    with ThreadPoolExecutor(2) as pool:
        approving, writing = pool.submit(approve), pool.submit(write)
        approving.result()
        assert writing.result() == "refused"
    assert CommissionRule.objects.get(plan=plan).total_value == 50


DATED = {
    Tariff: {"service": "travel_booking", "kind": "flat", "value": 500},
    TaxRule: {"country": "CN", "payee_kind": "partner", "currency": "CNY", "method": "flat_bp", "table": {"bp": 100}},
    StatementTerms: {"country": "CN", "payee_kind": "partner", "currency": "CNY", "minimum_minor": 1_00},
    CompensationRule: {"country": "CN", "purpose": "bill", "per_day_minor": 5_00, "cap_minor": 50_00},
    CashThreshold: {"country": "CN", "currency": "CNY", "threshold_minor": 50_000_00},
}
NEW = {Tariff: ("value", 1), TaxRule: ("table", {"bp": 1}), StatementTerms: ("minimum_minor", 2)}
NEW |= {CompensationRule: ("cap_minor", 60_00), CashThreshold: ("threshold_minor", 1)}


@pytest.mark.django_db
@pytest.mark.parametrize("model", DATED, ids=lambda model: model.__name__)
def test_what_holds_is_not_rewritten_and_not_taken_away_but_may_end(model):
    name, value = NEW[model]
    holds = model.objects.create(**DATED[model], from_date=today() - 9 * DAY)
    rows = model.objects.filter(pk=holds.pk)
    for change in ({name: value}, {"from_date": today() - 8 * DAY}):
        with pytest.raises(IntegrityError, match="what_holds_stays"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="what_holds_stays"), transaction.atomic():
        rows.delete()
    rows.update(to_date=today() + DAY)
    coming = model.objects.create(**DATED[model], from_date=today() + 9 * DAY)
    model.objects.filter(pk=coming.pk).update(**{name: value})
    coming.delete()
    assert rows.get().to_date == today() + DAY


def paid_and_more():
    """One of everything that says an amount of money."""
    flat_plan()
    ready = desk(float_minor=5_000_00)
    pay(ready, found_bill(ready, biller()))
    owed(ready, biller("water"))
    request_topup(station=ready.station, amount=Money(50_00, "CNY"), by=ready.partner, at=now())
    drawer = cash_desk(2_044_40)
    declared(drawer, 1_00)
    difference(drawer, -4_40)


@pytest.mark.django_db
def test_what_was_agreed_about_money_is_written_once():
    paid_and_more()
    for model in (Payment, Refund, FloatTopUp, Remittance, OverShort):
        rows = model._base_manager
        assert rows.exists()
        for change in ({"amount_minor": F("amount_minor") + 1}, {"currency": "EUR"}):
            with pytest.raises(IntegrityError, match="columns_stay"), transaction.atomic():
                rows.update(**change)
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows.all()._raw_delete("default")
    assert refused("UPDATE finance_payment SET total_minor = total_minor + 1, amount_minor = amount_minor + 1")
    assert refused("UPDATE finance_payment SET taken_at = now()")
    assert refused("UPDATE finance_payment SET station_id = station_id + 1")
    assert Payment.objects.count() == 2
