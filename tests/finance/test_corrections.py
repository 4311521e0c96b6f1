"""Corrections of commission: proposed, decided by somebody else, and never more than the event brought."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.errors import SamePerson, WrongState
from core.models import Notice
from core.money import Money
from finance import chart
from finance.fees.forms import AdjustmentForm
from finance.fees.services import (
    AboveEvent,
    AccountNotAdjustable,
    EventUnknown,
    NothingToCorrect,
    PricingErrorNotTheirs,
    approve_adjustment,
    propose_adjustment,
    reject_adjustment,
)
from finance.models import Adjustment
from tests.factories.commission import taken
from tests.factories.finance import biller, book, desk, flat_plan
from tests.factories.stations import api_client, auditor, county_manager_of, finance_officer


@pytest.fixture
def house(db):
    return book()


@pytest.fixture
def earned(house):
    """A desk, its power company, and a bill that has earned the partner 1.00 and the county 0.15."""
    flat_plan()
    ready, power = desk(float_minor=5_000_00), biller()
    return ready, power, taken(ready, power, amount=1_000_00)


def propose(ready, payment, minor, *, key=None, reason="duplicate", by=None, event_id=None):
    return propose_adjustment(
        account=ready.account(key or chart.commission_of_user(ready.partner.pk)),
        event_type="payment",
        event_id=event_id or str(payment.pk),
        amount=Money(minor, "CNY"),
        reason=reason,
        text="算了两次",
        by=by or finance_officer(),
        at=now(),
    )


def test_what_is_missing_is_paid_by_the_house_and_the_payee_is_told_at_once(earned):
    ready, _power, payment = earned
    adjustment = propose(ready, payment, 50, reason="accrual_missing")
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 1_00
    checker = finance_officer()
    approve_adjustment(adjustment=adjustment, by=checker, at=now())
    adjustment.refresh_from_db()
    assert (adjustment.status, adjustment.checked_by) == ("approved", checker)
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 1_50
    assert ready.holds(chart.platform("expense")) == 50
    notice = Notice.objects.get(template="account_adjusted")
    assert (notice.user, notice.params["text"]) == (ready.partner.pk, "算了两次")


def test_what_was_too_much_goes_back_to_revenue(earned):
    ready, _power, payment = earned
    before = ready.holds(chart.platform("revenue"))
    approve_adjustment(adjustment=propose(ready, payment, -40), by=finance_officer(), at=now())
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 60
    assert ready.holds(chart.platform("revenue")) == before + 40


def test_a_county_is_told_through_its_managers(earned):
    ready, _power, payment = earned
    manager = county_manager_of(ready.station.county)
    county_manager_of(desk().station.county)
    county = chart.commission_of_county(ready.station.county)
    approve_adjustment(adjustment=propose(ready, payment, -5, key=county), by=finance_officer(), at=now())
    assert Notice.objects.get(template="account_adjusted").user == manager.pk


def test_who_proposed_does_not_approve_or_reject_in_python_and_in_the_database(earned):
    ready, _power, payment = earned
    maker = finance_officer()
    adjustment = propose(ready, payment, -40, by=maker)
    for verb in (approve_adjustment, reject_adjustment):
        with pytest.raises(SamePerson):
            verb(adjustment=adjustment, by=maker, at=now())
    with pytest.raises(IntegrityError, match="another_person"), transaction.atomic():
        Adjustment.objects.update(checked_by=maker)
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 1_00
    assert Notice.objects.count() == 0


def test_a_correction_is_decided_once(earned):
    ready, _power, payment = earned
    officer = finance_officer()
    adjustment = propose(ready, payment, -40)
    reject_adjustment(adjustment=adjustment, by=officer, at=now())
    for verb in (approve_adjustment, reject_adjustment):
        with pytest.raises(WrongState):
            verb(adjustment=adjustment, by=officer, at=now())
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 1_00


@pytest.mark.parametrize("key", ["till_key", "float_key", "funds_key"])
def test_only_accounts_of_payees_are_corrected(earned, key):
    ready, _power, payment = earned
    with pytest.raises(AccountNotAdjustable):
        propose(ready, payment, 1_00, key=getattr(ready, key))
    assert Adjustment.objects.count() == 0


def test_a_correction_names_a_payment_of_ours(earned):
    ready, _power, payment = earned
    for event_id in (str(uuid4()), "gibberish"):
        with pytest.raises(EventUnknown):
            propose(ready, payment, 1_00, event_id=event_id)
    assert Adjustment.objects.count() == 0


def test_a_correction_of_nothing_is_none(earned):
    ready, _power, payment = earned
    with pytest.raises(NothingToCorrect):
        propose(ready, payment, 0)
    assert Adjustment.objects.count() == 0


def test_our_wrong_price_is_never_taken_from_a_partner_but_may_be_given(earned):
    ready, _power, payment = earned
    with pytest.raises(PricingErrorNotTheirs):
        propose(ready, payment, -1, reason="pricing_error")
    assert propose(ready, payment, 1, reason="pricing_error").status == "proposed"
    county = chart.commission_of_county(ready.station.county)
    assert propose(ready, payment, -1, key=county, reason="pricing_error").status == "proposed"


@pytest.mark.parametrize(("minor", "is_refused"), [(-99, False), (-1_00, False), (-1_01, True)])
def test_more_than_the_event_brought_is_not_taken_back(earned, minor, is_refused):
    ready, _power, payment = earned
    if is_refused:
        with pytest.raises(AboveEvent):
            propose(ready, payment, minor)
        assert Adjustment.objects.count() == 0
    else:
        assert propose(ready, payment, minor).status == "proposed"


def test_two_corrections_that_fit_alone_do_not_fit_together(earned):
    ready, _power, payment = earned
    first, second = propose(ready, payment, -60), propose(ready, payment, -60)
    approve_adjustment(adjustment=first, by=finance_officer(), at=now())
    with pytest.raises(AboveEvent):
        approve_adjustment(adjustment=second, by=finance_officer(), at=now())
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 40


def test_corrections_over_the_api_by_two_people_of_the_network(db):
    flat_plan()
    ready, power = desk(float_minor=5_000_00), biller()
    payment = taken(ready, power, amount=1_000_00)
    body = {
        "account": chart.commission_of_user(ready.partner.pk).code,
        "event_id": str(payment.pk),
        "amount": "-0.40",
        "reason": "duplicate",
        "text": "算了两次",
    }

    def post(user, path, key, data=None):
        return api_client(user).post(f"/api/v1/{path}", data, "json", headers={"Idempotency-Key": key * 16})

    maker, checker = finance_officer(), finance_officer()
    assert post(ready.partner, "adjustments/", "a", body).status_code == 403
    assert post(finance_officer(ready.station.county), "adjustments/", "b", body).status_code == 404
    made = post(maker, "adjustments/", "c", body)
    assert (made.status_code, made.json()["status"]) == (201, "proposed")
    approve = f"adjustments/{made.json()['id']}/approve/"
    assert post(desk().partner, approve, "d").status_code == 404
    assert post(auditor(), approve, "e").status_code == 403
    assert post(maker, approve, "f").json()["code"] == "same_person"
    answers = [post(checker, approve, "g") for _ in range(2)]
    assert [answer.json()["status"] for answer in answers] == ["approved", "approved"]
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 60
    assert [row["amount"] for row in api_client(auditor()).get("/api/v1/adjustments/").json()["results"]] == ["-0.40"]


def test_corrections_on_the_pages_of_finance(db, client):
    flat_plan()
    ready, power = desk(float_minor=5_000_00), biller()
    payment = taken(ready, power, amount=1_000_00)
    maker, checker = finance_officer(), finance_officer()
    client.force_login(maker)
    assert client.get("/finance/fees/adjustments/").status_code == 200
    typed = {
        "key": "a" * 32,
        "event_id": str(payment.pk),
        "account": chart.commission_of_user(ready.partner.pk).code,
        "amount": "-0.40",
        "reason": "duplicate",
        "text": "算了两次",
    }
    answer = client.post("/finance/fees/adjustments/", typed)
    adjustment = Adjustment.objects.get()
    path = f"/finance/fees/adjustments/{adjustment.pk}/"
    assert answer.headers["Location"] == path
    own = client.get(path).content.decode()
    assert f"{path}approve/" not in own
    assert client.post(f"{path}approve/", {"key": "b" * 32}).status_code == 409
    client.force_login(checker)
    assert f"{path}approve/" in client.get(path).content.decode()
    assert client.post(f"{path}approve/", {"key": "c" * 32}).status_code == 303
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 60
    client.force_login(ready.partner)
    assert client.get("/finance/fees/adjustments/").status_code == 403


def test_a_correction_is_typed_in_the_money_of_its_account(db):
    book(country="KW", zone="Asia/Kuwait")
    partner = desk().partner
    key = chart.commission_of_user(partner.pk)
    chart.open_one(key, country="KW", currency="KWD", at=now())
    typed = {"account": key.code, "event_id": str(uuid4()), "amount": "0.405", "reason": "duplicate", "text": "twice"}
    form = AdjustmentForm({**typed, "key": "a" * 32})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == Money(405, "KWD")
