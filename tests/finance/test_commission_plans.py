"""Commission plans on their pages: drawn up by one person, never guessed, worked out by the arithmetic that pays."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import translation
from django.utils.timezone import now

from core.errors import QuoteChanged, SamePerson, WrongState
from core.models import StatusChange
from core.money import Money
from finance.bills.services import quote_bill
from finance.fees.examples import worked
from finance.fees.forms import RuleForm
from finance.fees.queries import rules_of_plan
from finance.fees.services import (
    Part,
    PlanStartsTooEarly,
    RuleMissing,
    RuleUnclear,
    approve_commission_plan,
    discard_commission_plan,
    draft_commission_plan,
    raise_rule,
    remove_rule,
    write_rule,
)
from finance.models import CommissionPlan, CommissionShare, Payment
from tests.factories.days import today
from tests.factories.finance import biller, book, desk, flat_plan, found_bill, pay, plan_of
from tests.factories.stations import api_client, auditor, finance_officer

DAY = dt.timedelta(days=1)
HOUSE = {"country": "CN", "currency": "CNY"}
FLAT = {"service": "bill_payment", "total_kind": "flat", "total_value": 1_50}


@pytest.fixture
def house(db):
    return book()


def drafted(by=None, *, days=3, like=None, code="standard"):
    return draft_commission_plan(
        code=code, from_date=today() + days * DAY, by=by or finance_officer(), at=now(), like=like, **HOUSE
    )


def write(plan, by=None, *, position=None, parts=(), **facts):
    facts = FLAT | facts
    return write_rule(plan=plan, position=position, facts=facts, parts=parts, by=by or plan.created_by, at=now())


# --- drawing up


@pytest.mark.usefixtures("house")
def test_the_next_version_begins_with_the_rules_of_the_one_it_is_like_and_leaves_that_one_alone():
    first = flat_plan()
    second = drafted(like=first)
    assert (second.version, second.status) == (2, "draft")
    shares = CommissionShare.objects.filter(rule__plan=second).values_list("beneficiary", "kind", "value")
    assert list(shares) == [("partner", "flat", 100), ("county", "flat", 15)]
    write(second, position=1, total_value=9_99)
    assert [rule.total_value for rule in first.rules.all()] == [1_50]
    assert (first.rules.get().shares.count(), second.rules.get().shares.count()) == (2, 0)


@pytest.mark.usefixtures("house")
def test_rules_are_written_moved_up_and_taken_out_while_it_is_a_draft():
    plan = drafted()
    for value in (1, 2, 3):
        write(plan, total_value=value)
    raise_rule(plan=plan, position=3, by=plan.created_by, at=now())
    raise_rule(plan=plan, position=1, by=plan.created_by, at=now())  # the first stays where it is
    assert list(plan.rules.order_by("position").values_list("position", "total_value")) == [(1, 1), (2, 3), (3, 2)]
    remove_rule(plan=plan, position=1, by=plan.created_by, at=now())
    assert list(plan.rules.order_by("position").values_list("position", "total_value")) == [(1, 3), (2, 2)]
    with pytest.raises(RuleMissing):
        remove_rule(plan=plan, position=3, by=plan.created_by, at=now())
    approve_commission_plan(plan=plan, by=finance_officer(), at=now())
    for verb, about in (
        (write, {}),
        (raise_rule, {"position": 2, "by": plan.created_by, "at": now()}),
        (remove_rule, {"position": 1, "by": plan.created_by, "at": now()}),
        (discard_commission_plan, {"by": plan.created_by, "at": now()}),
    ):
        with pytest.raises(WrongState):
            verb(**{"plan": plan, **about})
    assert plan.rules.count() == 2


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("facts", "is_refused"),
    [
        ({"amount_from_minor": 100, "amount_to_minor": 100}, True),
        ({"amount_from_minor": 100, "amount_to_minor": 101}, False),
        ({"floor_minor": 101, "cap_minor": 100}, True),
        ({"floor_minor": 100, "cap_minor": 100}, False),
    ],
)
def test_a_band_holds_an_amount_and_a_floor_stands_below_its_cap(facts, is_refused):
    plan = drafted()
    if is_refused:
        with pytest.raises(RuleUnclear):
            write(plan, **facts)
    else:
        write(plan, **facts)
    assert plan.rules.exists() is not is_refused


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(("days", "is_refused"), [(0, True), (1, False)])
def test_a_draft_begins_on_a_later_day(days, is_refused):
    if is_refused:
        with pytest.raises(PlanStartsTooEarly):
            drafted(days=days)
    else:
        drafted(days=days)
    assert CommissionPlan.objects.exists() is not is_refused


@pytest.mark.usefixtures("house")
def test_nobody_who_has_written_in_a_draft_approves_it():
    plan, second, third = drafted(), finance_officer(), finance_officer()
    write(plan, second)
    for writer in (plan.created_by, second):
        with pytest.raises(SamePerson):
            approve_commission_plan(plan=plan, by=writer, at=now())
    plan.refresh_from_db()
    assert plan.status == "draft"
    assert approve_commission_plan(plan=plan, by=third, at=now()).approved_by == third


@pytest.mark.usefixtures("house")
def test_a_version_before_an_approved_one_ends_where_that_one_begins():
    later, sooner = drafted(days=9), drafted(days=5)
    for plan in (later, sooner):
        write(plan)
        approve_commission_plan(plan=plan, by=finance_officer(), at=now())
    sooner.refresh_from_db()
    assert sooner.to_date == later.from_date


@pytest.mark.usefixtures("house")
def test_a_draft_thrown_away_leaves_its_number_and_a_row_that_says_who():
    plan = drafted()
    write(plan)
    number, officer = plan.pk, finance_officer()
    discard_commission_plan(plan=plan, by=officer, at=now())
    assert not CommissionPlan.objects.exists()
    assert StatusChange.objects.get(object_id=str(number), new="discarded").actor == officer.pk
    assert drafted().version == 1


def test_two_drafts_of_one_plan_at_once_get_two_versions(own_database):
    book()
    officers = [finance_officer(), finance_officer()]

    def draw(officer):
        try:
            return drafted(officer).version
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(draw, officers)) == [1, 2]


@pytest.mark.usefixtures("house")
def test_shares_are_taken_in_their_order_however_they_were_stored():
    plan = plan_of({**FLAT, "shares": [("partner", "flat", 1_00), ("county", "flat", 1_00)]}, status="draft")
    rule = plan.rules.get()
    partner = rule.shares.get(beneficiary="partner")
    CommissionShare.objects.filter(pk=partner.pk).update(position=9)  # the row moves to the end of the table
    CommissionShare.objects.filter(pk=partner.pk).update(position=0)
    CommissionPlan.objects.filter(pk=plan.pk).update(status="approved", approved_by=finance_officer())
    assert [share.beneficiary for share in rules_of_plan("standard", currency="CNY", on=today())[0].shares.all()] == [
        "partner",
        "county",
    ]


# --- asked back, never guessed


def typed(**values):
    return {
        "key": "k" * 32,
        "service": "bill_payment",
        "station_level": "all",
        "total_kind": "percent",
        "total_value": "1 %",
        "partner_kind": "percent_of_total",
        "partner_value": "60 %",
        "county_kind": "none",
        **values,
    }


@pytest.mark.usefixtures("house")
def test_a_percentage_of_10_is_asked_back_and_what_was_picked_counts():
    plan = drafted()
    with translation.override("en"):
        form = RuleForm(typed(total_value="10"), plan=plan)
        assert not form.is_valid()
        assert form.errors["total_value"] == ["10 % or 0.10 %? Choose below."]
        assert form.fields["total_value_meant"].choices == [("1000", "10 %"), ("10", "0.10 %")]
    for meant, basis_points in (("1000", 1_000), ("10", 10)):
        picked = RuleForm(typed(total_value="10", total_value_meant=meant), plan=plan)
        assert picked.is_valid(), picked.errors
        assert picked.facts["total_value"] == basis_points
    guessed = RuleForm(typed(total_value="20", total_value_meant="1000"), plan=plan)  # typed anew, then pressed
    assert not guessed.is_valid()


@pytest.mark.usefixtures("house")
def test_every_part_is_asked_back_by_itself():
    form = RuleForm(typed(partner_value="60", county_kind="percent_of_base", county_value="10"), plan=drafted())
    assert not form.is_valid()
    assert set(form.errors) == {"partner_value", "county_value"}
    assert "value_meant" in form.first_receivers[0]
    assert "value_meant" in form.first_receivers[1]


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"total_kind": "flat", "total_value": "1 %"}, "total_value"),
        ({"total_kind": "flat", "total_value": "-1"}, "total_value"),
        ({"total_value": "101 %"}, "total_value"),
        ({"total_value": ""}, "total_value"),
        ({"partner_value": ""}, "partner_value"),
        ({"cap": "1.234"}, "cap"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(values, field):
    form = RuleForm(typed(**values), plan=drafted())
    assert not form.is_valid()
    assert set(form.errors) == {field}


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("values", "minutes"),
    [
        ({"total_kind": "flat", "total_value": "1.50"}, 30),
        ({"total_kind": "flat", "total_value": "1.50", "once_minutes": "0"}, 0),
        ({}, 0),
        ({"once_minutes": "5"}, 5),
    ],
)
def test_parts_of_a_bill_count_as_one_for_half_an_hour_where_the_sum_is_always_the_same(values, minutes):
    form = RuleForm(typed(**values), plan=drafted())
    assert form.is_valid(), form.errors
    assert form.facts["once_per_target_minutes"] == minutes


@pytest.mark.usefixtures("house")
def test_a_rule_comes_back_from_its_form_as_it_was():
    parts = [Part("partner", "percent_of_base", 100), Part("county", "flat", 15)]
    facts = {
        "total_kind": "percent",
        "total_value": 1_25,
        "floor_minor": 50,
        "amount_to_minor": 500_00,
        "window_days": 7,
    }
    plan = drafted()
    rule = write(plan, parts=parts, **facts)
    shown = RuleForm(plan=plan, rule=rule)
    values = {name: shown[name].value() for name in shown.fields}
    again = RuleForm({name: "" if value is None else str(value) for name, value in values.items()}, plan=plan)
    assert again.is_valid(), again.errors
    assert again.parts == parts
    assert again.facts == {name: getattr(rule, name) for name in again.facts} | {"party": "", "station_level": ""}


# --- the worked example


@pytest.mark.usefixtures("house")
def test_the_worked_example_is_what_a_sale_would_earn():
    shares = [("partner", "percent_of_total", 60_00), ("county", "percent_of_total", 15_00)]
    percent = {"service": "bill_payment", "total_kind": "percent", "shares": shares}
    plan = plan_of(
        {**percent, "total_value": 1_00, "amount_to_minor": 100_00, "floor_minor": 50},
        {**percent, "total_value": 50, "amount_from_minor": 100_00, "cap_minor": 4_00},
    )
    low, high = rules = rules_of_plan("standard", currency="CNY", on=today())
    assert plan == low.plan
    shown = {each.base.minor: (each.total.minor, each.parts["partner"].minor) for each in worked(low, rules)}
    assert shown == {20_00: (50, 30), 50_00: (50, 30), 99_99: (1_00, 60)}
    assert {each.base.minor: each.total.minor for each in worked(high, rules)} == {
        **{100_00: 50, 200_00: 1_00, 500_00: 2_50},
        1_000_00: 4_00,
    }
    ready, power = desk(float_minor=1_500_00), biller()
    for minor, (_total, partner) in shown.items():
        quote = quote_bill(biller=power, amount=Money(minor, "CNY"), station=ready.station, by=ready.partner, at=now())
        assert quote.own_part.minor == partner


@pytest.mark.usefixtures("house")
def test_a_rule_that_never_decides_has_no_example():
    plan_of({**FLAT}, {**FLAT, "total_value": 9_99})
    first, shadowed = rules = rules_of_plan("standard", currency="CNY", on=today())
    assert worked(first, rules)
    assert worked(shadowed, rules) == []


# --- quoted, then changed


def test_a_plan_that_changes_between_quote_and_confirmation_answers_with_quote_changed(house):
    flat_plan()
    ready, power = desk(float_minor=1_500_00), biller()
    fetch = found_bill(ready, power, expires_at=now() + 9 * DAY)
    about = {"biller": power, "amount": fetch.amount, "station": ready.station, "by": ready.partner, "fetch": fetch}
    quote = quote_bill(**about, at=now())
    following = drafted()
    write(following, parts=[Part("partner", "flat", 80)])
    approve_commission_plan(plan=following, by=finance_officer(), at=now())
    assert quote_bill(**about, at=now() + 2 * DAY) == quote
    later = now() + 3 * DAY
    with pytest.raises(QuoteChanged) as refusal:
        pay(ready, fetch, expected=quote, at=later)
    assert refusal.value.problem()["params"] == {
        **{"amount": "186.40", "agent_fee": "0.00", "total": "186.40", "own_part": "0.80"},
        "currency": "CNY",
    }
    assert Payment.objects.count() == 0
    new = quote_bill(**about, at=later)
    assert (quote.own_part.minor, new.own_part.minor) == (1_00, 80)


# --- pages


def test_a_plan_is_drawn_up_looked_at_and_approved_on_its_pages(db, client):
    book()
    maker, checker = finance_officer(), finance_officer()
    client.force_login(maker)
    made = client.post(
        "/finance/fees/plans/new/", {"key": "a" * 32, "code": "standard", "from_date": today() + 3 * DAY}
    )
    plan = CommissionPlan.objects.get()
    path = f"/finance/fees/plans/{plan.pk}/"
    assert made.headers["Location"] == path
    asked = client.post(f"{path}rules/new/", typed(total_value="10"))
    assert asked.status_code == 422
    assert 'name="total_value_meant"' in asked.content.decode()
    assert not plan.rules.exists()
    for number in range(2):
        answer = client.post(f"{path}rules/new/", typed(total_value="10", total_value_meant="10"))
        assert (answer.status_code, answer.headers["Location"]) == (303, path), number  # pressed twice, written once
    assert plan.rules.get().total_value == 10
    page = client.get(path).content.decode()
    assert f"{path}approve/" not in page
    assert client.post(f"{path}approve/", {"key": "c" * 32}).status_code == 409
    moved = client.post(f"{path}rules/1/act/", {"key": "d" * 32, "act": "raise"})
    assert moved.status_code == 303
    client.force_login(checker)
    assert f"{path}approve/" in client.get(path).content.decode()
    assert client.post(f"{path}approve/", {"key": "e" * 32}).status_code == 303
    plan.refresh_from_db()
    assert (plan.status, plan.approved_by) == ("approved", checker)
    assert client.post(f"{path}retire/", {"key": "f" * 32}).status_code == 409
    assert client.get(f"/finance/fees/plans/new/?like={plan.pk}").status_code == 200
    assert client.get("/finance/fees/plans/?status=approved").status_code == 200


def test_who_may_not_draw_up_plans_does_not(db, client):
    ready = desk()
    plan = drafted()
    path = f"/finance/fees/plans/{plan.pk}/"
    for reader, opened, changed in (
        (ready.partner, 404, 404),
        (auditor(), 200, 403),
        (finance_officer(ready.station.county), 404, 404),
    ):
        client.force_login(reader)
        assert client.get(path).status_code == opened
        assert client.post(f"{path}rules/new/", typed()).status_code == changed
        assert client.post(f"{path}discard/", {"key": "d" * 32}).status_code == changed
    client.force_login(finance_officer(ready.station.county))
    assert client.get("/finance/fees/plans/new/").status_code == 403
    assert (
        api_client(finance_officer(ready.station.county))
        .post(f"/api/v1/commission-plans/{plan.pk}/approve/", headers={"Idempotency-Key": "g" * 16})
        .status_code
        == 404
    )
    assert CommissionPlan.objects.get().status == "draft"
    assert not plan.rules.exists()
