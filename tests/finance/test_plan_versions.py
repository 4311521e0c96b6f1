"""Versions of a plan: drawn up, approved by somebody else, in force from a later day, put away."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.errors import SamePerson, WrongState
from finance.fees.queries import rules_of_plan
from finance.fees.services import (
    PlanInForce,
    PlanIsEmpty,
    PlanOfOtherCountry,
    PlanStartsTooEarly,
    approve_commission_plan,
    draft_commission_plan,
    retire_commission_plan,
)
from finance.models import CommissionLine, CommissionPlan, Payment, ReconItem, Tariff
from stations.models import Contract
from tests.factories.commission import CHINA, DAY, NOON
from tests.factories.days import today
from tests.factories.finance import biller, book, desk, flat_plan, found_bill, pay, plan_of, provider, provider_says
from tests.factories.stations import county, finance_officer

TODAY = NOON.date()
THERE = {"country": "KW", "currency": "KWD"}


def desk_abroad():
    return desk(float_minor=10_000_000, county=county(country="KW"), zone="Asia/Kuwait", currency="KWD")


@pytest.fixture
def house(db):
    return book()


def draft(**values):
    values = {"version": 2, "from_date": today() + 3 * DAY, "status": "draft", **values}
    return plan_of({"total_kind": "flat", "total_value": 100}, **values)


@pytest.mark.usefixtures("house")
def test_a_plan_is_approved_by_another_person_and_ends_the_version_before():
    flat_plan()
    plan, officer = draft(), finance_officer()
    approved = approve_commission_plan(plan=plan, by=officer, at=now())
    assert (approved.status, approved.approved_by) == ("approved", officer)
    assert CommissionPlan.objects.get(version=1).to_date == plan.from_date
    with pytest.raises(WrongState):
        approve_commission_plan(plan=plan, by=officer, at=now())


@pytest.mark.usefixtures("house")
def test_a_version_that_begins_before_an_approved_later_one_leaves_that_one_alone():
    later = draft(version=3, from_date=today() + 9 * DAY)
    approve_commission_plan(plan=later, by=finance_officer(), at=now())
    sooner = draft()
    approve_commission_plan(plan=sooner, by=finance_officer(), at=now())
    later.refresh_from_db()
    assert later.to_date is None
    assert rules_of_plan("standard", currency="CNY", on=sooner.from_date)[0].plan == sooner
    assert rules_of_plan("standard", currency="CNY", on=later.from_date)[0].plan == later


@pytest.mark.usefixtures("house")
def test_a_plan_is_put_away_when_its_time_has_passed_and_still_explains_what_it_paid():
    flat_plan()
    old, officer = CommissionPlan.objects.get(version=1), finance_officer()
    with pytest.raises(PlanInForce):
        retire_commission_plan(plan=old, by=officer, at=now())
    following = approve_commission_plan(plan=draft(), by=officer, at=now())
    with pytest.raises(PlanInForce):
        retire_commission_plan(plan=old, by=officer, at=now() + 2 * DAY)
    old.refresh_from_db()
    assert old.status == "approved"
    retired = retire_commission_plan(plan=old, by=officer, at=now() + 3 * DAY)
    assert retired.status == "retired"
    assert rules_of_plan("standard", currency="CNY", on=today())[0].plan == old
    assert rules_of_plan("standard", currency="CNY", on=following.from_date)[0].plan == following
    with pytest.raises(WrongState):
        retire_commission_plan(plan=old, by=officer, at=now() + 3 * DAY)


@pytest.mark.django_db
def test_a_service_has_one_tariff_at_a_place_and_date():
    first = Tariff.objects.create(service="travel_booking", kind="flat", value=500, from_date=today(), to_date=None)
    with pytest.raises(IntegrityError, match="service_has_one_tariff"), transaction.atomic():
        Tariff.objects.create(service="travel_booking", kind="flat", value=400, from_date=today() + DAY)
    Tariff.objects.filter(pk=first.pk).update(to_date=today() + DAY)
    Tariff.objects.create(service="travel_booking", kind="flat", value=400, from_date=today() + DAY)
    assert Tariff.objects.count() == 2


@pytest.mark.usefixtures("house")
def test_who_drew_a_plan_up_does_not_approve_it_in_python_and_in_the_database():
    plan = draft()
    with pytest.raises(SamePerson):
        approve_commission_plan(plan=plan, by=plan.created_by, at=now())
    by_hand = CommissionPlan.objects.filter(pk=plan.pk)
    with pytest.raises(IntegrityError, match="another_person"), transaction.atomic():
        by_hand.update(status="approved", approved_by=plan.created_by)
    assert by_hand.get().status == "draft"


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(("days", "is_refused"), [(-1, True), (0, True), (1, False)])
def test_a_plan_begins_on_a_later_day_than_today_in_its_country(days, is_refused):
    plan = draft(from_date=TODAY + days * DAY)
    evening = dt.datetime(2026, 11, 25, 23, 59, 59, tzinfo=CHINA)
    if is_refused:
        with pytest.raises(PlanStartsTooEarly):
            approve_commission_plan(plan=plan, by=finance_officer(), at=evening)
        plan.refresh_from_db()
        assert plan.status == "draft"
    else:
        assert approve_commission_plan(plan=plan, by=finance_officer(), at=evening).status == "approved"


@pytest.mark.usefixtures("house")
def test_a_plan_without_rules_is_not_approved():
    plan = draft()
    plan.rules.all().delete()
    with pytest.raises(PlanIsEmpty):
        approve_commission_plan(plan=plan, by=finance_officer(), at=now())
    assert CommissionPlan.objects.get().status == "draft"


@pytest.mark.usefixtures("house")
def test_a_plan_in_yuan_pays_nobody_for_a_sale_in_dinars_and_finance_is_told():
    provider("JS-POWER", time_zone="Asia/Kuwait", **THERE)
    power = biller(**THERE)
    ready = desk_abroad()
    flat_plan()
    payment = pay(ready, found_bill(ready, power, amount=18_640, currency="KWD"))
    provider_says(payment, "succeeded")
    assert Payment.objects.get().status == "succeeded"
    assert not CommissionLine.objects.exists()
    assert ReconItem.objects.get(kind="rule").currency == "KWD"


@pytest.mark.usefixtures("house")
def test_a_contract_in_kuwait_cannot_name_a_plan_in_yuan():
    contracts = Contract.objects.filter(station=desk_abroad().station)
    fee = {"total_kind": "flat", "total_value": 100}
    plan_of(dict(fee), code="in-yuan")
    plan_of(dict(fee), code="in-dinars", **THERE)
    with (
        pytest.raises(IntegrityError, match="contract_names_a_plan_of_the_country_of_its_station"),
        transaction.atomic(),
    ):
        contracts.update(commission_plan_code="in-yuan")
    assert contracts.update(commission_plan_code="in-dinars") == 1


@pytest.mark.usefixtures("house")
def test_all_versions_of_a_plan_are_of_one_country_and_currency():
    flat_plan()
    book("KW")
    about = {"code": "standard", "from_date": today() + 3 * DAY, "by": finance_officer(), "at": now()}
    with pytest.raises(PlanOfOtherCountry) as refused:
        draft_commission_plan(**about, **THERE)
    assert refused.value.code == "plan_of_other_country"
    with pytest.raises(IntegrityError, match="commission_plan_has_one_c"), transaction.atomic():
        draft(**THERE)
    assert draft_commission_plan(**about, country="CN", currency="CNY").version == 2
