"""Loan products: drawn up by one, put in force by another, never edited; and what a loan of them costs."""

import pytest
from django.db import IntegrityError, transaction

from core.errors import SamePerson, WrongState
from core.models import StatusChange
from core.money import Money
from finance.loans.presets import presets
from finance.loans.schedules import SeasonalShare, TermsMalformed
from finance.loans.services import (
    InstallmentsMissing,
    PriceAboveCeiling,
    TermsOutsideProduct,
    activate_loan_product,
    discard_loan_product,
    draft_loan_product,
    quote_loan,
    retire_loan_product,
)
from finance.models import LoanProductVersion, SeasonalRow
from stations.models import BusinessDay
from tests.factories.finance import desk
from tests.factories.loans import NOON, drafted, lender, offered, product_of
from tests.factories.people import second_login_of
from tests.factories.stations import UserFactory, api_client, auditor, credit_officer, send
from tests.pages import told

pytestmark = pytest.mark.django_db


def quoted(version, amount=30_000_00, installments=12, **values):
    money = Money(amount, version.currency)
    return quote_loan(version=version, amount=money, installments=installments, at=NOON, **values)


def test_a_draft_is_put_in_force_by_another_person():
    version = drafted()
    with pytest.raises(SamePerson):
        activate_loan_product(version=version, by=version.maker, at=NOON)
    activate_loan_product(version=version, by=UserFactory(), at=NOON)
    version.refresh_from_db()
    assert (version.status, version.version) == ("active", 1)
    assert [change.new for change in StatusChange.objects.filter(object_id=str(version.pk)).order_by("pk")] == [
        "draft",
        "active",
    ]


def test_the_second_login_of_who_drew_it_up_is_the_same_person():
    version = drafted()
    again = second_login_of(version.maker)
    with pytest.raises(SamePerson):
        activate_loan_product(version=version, by=again, at=NOON)
    with (
        pytest.raises(IntegrityError, match="loan_product_version_is_approved_by_another_person"),
        transaction.atomic(),
    ):
        LoanProductVersion.objects.filter(pk=version.pk).update(status="active", checker=again, checked_at=NOON)


def test_the_version_before_is_offered_no_more():
    first = offered()
    second = drafted(product=first.product, rate_default_ppm=90_000)
    activate_loan_product(version=second, by=UserFactory(), at=NOON)
    assert list(LoanProductVersion.objects.order_by("version").values_list("status", flat=True)) == [
        "retired",
        "active",
    ]
    with pytest.raises(WrongState):
        activate_loan_product(version=first, by=UserFactory(), at=NOON)


def test_an_offered_version_ends_and_a_draft_can_be_thrown_away():
    version = offered()
    with pytest.raises(WrongState):
        discard_loan_product(version=version, by=UserFactory(), at=NOON)
    retire_loan_product(version=version, by=UserFactory(), at=NOON)
    draft = drafted(product=version.product)
    discard_loan_product(version=draft, by=UserFactory(), at=NOON)
    assert list(LoanProductVersion.objects.values_list("status", flat=True)) == ["retired"]


@pytest.mark.parametrize("change", [{"rate_default_ppm": 48_000}, {"product": None}, {"status": "draft"}])
def test_the_database_keeps_the_terms_of_an_offered_version(change):
    version = offered()
    if "product" in change:
        change = {"product": product_of(lender(), "other")}
    with pytest.raises(IntegrityError, match="offered_loan_product_stays"), transaction.atomic():
        LoanProductVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(IntegrityError, match="offered_loan_product_stays"), transaction.atomic():
        version.delete()


def test_the_database_keeps_the_season_of_an_offered_version():
    version = offered("harvest")
    for write in (
        lambda: SeasonalRow.objects.filter(version=version, n=6).update(principal_ppm=1),
        lambda: SeasonalRow.objects.filter(version=version, n=6).delete(),
        lambda: SeasonalRow.objects.create(version=version, n=9, principal_ppm=0, interest_ppm=0),
    ):
        with pytest.raises(IntegrityError, match="offered_loan_product_keeps_its_rows"), transaction.atomic():
            write()


@pytest.mark.parametrize(
    ("terms", "refusal", "field"),
    [
        ({"installments_offered": []}, InstallmentsMissing, "installments_offered"),
        ({"apr_max_bp": 1_134}, PriceAboveCeiling, None),
        ({"day_count": "actual_365", "principal_method": "annuity_ceiled"}, TermsMalformed, "day_count"),
        ({"principal_method": "seasonal"}, TermsMalformed, "seasonal_table"),
    ],
)
def test_a_draft_whose_usual_loan_gives_no_plan_is_refused(terms, refusal, field):
    with pytest.raises(refusal) as refused:
        drafted(**terms)
    assert refused.value.field == field


@pytest.mark.parametrize("code", [preset.code for preset in presets("CNY")])
@pytest.mark.parametrize("currency", ["CNY", "JPY", "KWD"])
def test_every_preset_gives_a_plan_in_every_currency(code, currency):
    country = {"CNY": "CN", "JPY": "JP", "KWD": "KW"}[currency]
    version = drafted(code, product=product_of(lender(country=country, currency=currency), code))
    for installments in version.installments_offered:
        plan = quoted(version, amount=version.usual.minor, installments=installments)
        assert sum(row.principal for row in plan.schedule.rows) == version.usual.minor
        assert plan.price.effective_bp < 1_300


def test_the_quote_of_the_page_of_examples():
    told(
        "30,000.00 as `farm_equal` in 12 months: first 2,770.00, last 2,522.50, together 31,755.00; 10.80 % a year, "
        "11.35 % compounded.",
        page="loans.md",
    )
    quote = quoted(offered())
    assert (str(quote.received), str(quote.to_pay), str(quote.cost)) == ("30000.00", "31755.00", "1755.00")
    assert (quote.price.nominal_bp, quote.price.effective_bp) == (1_080, 1_135)
    assert [row.payment for row in quote.schedule.rows][::11] == [277_000, 252_250]


def test_a_fee_is_kept_back_and_counted():
    quote = quoted(offered(fee_payout_bp=100))
    assert (str(quote.fee), str(quote.received), str(quote.cost)) == ("300.00", "29700.00", "2055.00")
    assert quote.price.effective_bp > 1_135


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": 999_99}, "amount"),
        ({"amount": 500_000_01}, "amount"),
        ({"installments": 7}, "installments"),
        ({"rate_ppm": 47_999}, "rate_ppm"),
        ({"rate_ppm": 144_001}, "rate_ppm"),
        ({"grace_principal": 1}, "grace_principal"),
    ],
)
def test_what_the_product_does_not_offer_is_refused(values, field):
    with pytest.raises(TermsOutsideProduct) as refused:
        quoted(offered(), **values)
    assert refused.value.field == field


@pytest.mark.parametrize("values", [{"amount": 1_000_00}, {"amount": 500_000_00}, {"rate_ppm": 144_000}])
def test_what_the_product_just_offers_is_planned(values):
    assert quoted(offered(), **values).schedule.rows


def test_due_days_follow_the_calendar_of_the_product_s_country():
    BusinessDay.objects.create(country="CN", date="2026-12-25", is_working=False, source="tests", official=True)
    rows = quoted(offered()).schedule.rows
    assert rows[0].due.isoformat() == "2026-12-28"
    assert [row.calendar_unconfirmed for row in rows] == [False] + [True] * 11


def test_due_days_move_over_the_weekend_of_the_country():
    kuwait = lender(country="KW", currency="KWD")
    version = drafted(product=product_of(kuwait, "farm_equal"))
    due = [row.due for row in quoted(version, amount=version.usual.minor).schedule.rows]
    assert {day.isoweekday() for day in due} & {5, 6} == set()
    assert due[0].isoformat() == "2026-12-27"  # the 25th is a Friday there, the 27th a Sunday


def test_a_season_repays_after_the_harvest():
    rows = quoted(offered("harvest"), installments=8).schedule.rows
    assert [row.principal for row in rows] == [0] * 5 + [1_200_000, 900_000, 900_000]


# --- over the API


def test_a_partner_sees_what_is_offered_in_the_own_country_and_asks_what_it_costs():
    version = offered()
    partner = api_client(desk().partner)
    found = partner.get("/api/v1/loan-products/").json()["results"]
    assert [(row["product"], row["amount_max"]) for row in found] == [("farm_equal", "500000.00")]
    answer = send(partner, "/api/v1/loan-quotes/", version=version.pk, amount="30000.00", installments=12)
    assert answer.status_code == 200
    assert (answer.json()["total_payment"], answer.json()["apr_effective_bp"]) == ("31755.00", 1_135)
    assert answer.json()["rows"][11]["balance"] == "0.00"


def test_the_products_of_another_country_are_out_of_reach():
    japan = lender(company_code="JP1", country="JP", currency="JPY")
    version = activate_loan_product(version=drafted(product=product_of(japan, "farm_equal")), by=UserFactory(), at=NOON)
    partner = api_client(desk().partner)
    assert partner.get("/api/v1/loan-products/").json()["results"] == []
    assert send(partner, "/api/v1/loan-quotes/", version=version.pk, amount="30000", installments=12).status_code == 404


def test_a_quote_is_refused_with_a_code():
    version = offered()
    partner = api_client(desk().partner)
    answer = send(partner, "/api/v1/loan-quotes/", version=version.pk, amount="30000.00", installments=7)
    assert (answer.status_code, answer.json()["code"]) == (422, "terms_outside_product")
    answer = send(partner, "/api/v1/loan-quotes/", version=version.pk, amount="30000", installments=12)
    assert (answer.status_code, answer.json()["code"]) == (400, "amount_malformed")


BODY = {
    **{"amount_min": "1000.00", "amount_default": "30000.00", "amount_max_first": "50000.00"},
    **{"amount_max": "500000.00", "money_step": "0.01", "installments_offered": [12], "apr_max_bp": 2400},
    **{"rate_min_ppm": 48_000, "rate_default_ppm": 108_000, "rate_max_ppm": 144_000, "penalty_ppm": 162_000},
    **{"principal_method": "equal_principal", "day_count": "thirty_360"},
}


def test_credit_officers_draw_up_and_approve_over_the_api():
    desk()
    product = product_of(lender())
    maker, checker = api_client(credit_officer()), api_client(credit_officer())
    made = send(maker, f"/api/v1/loan-products/{product.pk}/versions/", **BODY)
    assert (made.status_code, made.json()["status"]) == (201, "draft")
    path = f"/api/v1/loan-product-versions/{made.json()['id']}/activate/"
    assert send(maker, path).json()["code"] == "same_person"
    assert send(checker, path).json()["status"] == "active"
    assert send(checker, path).json()["code"] == "wrong_state"


def test_who_may_only_read_products_may_not_put_them_in_force():
    version = drafted()
    ready = desk()
    for reader in (ready.partner, auditor(), credit_officer(ready.station.county)):
        answer = send(api_client(reader), f"/api/v1/loan-product-versions/{version.pk}/activate/")
        assert answer.status_code == 403
    version.refresh_from_db()
    assert version.status == "draft"


# --- on the page


def test_the_page_shows_the_four_figures_and_every_instalment(client):
    version = offered()
    client.force_login(desk().partner)
    page = client.get("/finance/loans/quote/", {"version": version.pk, "amount": "30000", "installments": "12"})
    assert page.status_code == 200
    text = page.content.decode()
    for figure in ("30,000.00", "31,755.00", "1,755.00", "11.35%", "2,522.50"):
        assert figure in text


def test_the_page_says_what_is_wrong(client):
    version = offered()
    client.force_login(desk().partner)
    page = client.get("/finance/loans/quote/", {"version": version.pk, "amount": "1", "installments": "12"})
    assert page.status_code == 422
    assert "1,000.00" in page.content.decode()


def test_the_page_says_that_nothing_is_offered(client):
    client.force_login(desk().partner)
    assert client.get("/finance/loans/quote/").status_code == 200


def test_a_season_that_does_not_add_up_is_refused():
    terms = presets("CNY")[2].terms
    product = product_of(lender(), "harvest")
    drafted("farm_equal")
    with pytest.raises(TermsMalformed):
        draft_loan_product(
            product=product, terms=terms, seasonal_rows=[SeasonalShare(1, 1)] * 8, by=UserFactory(), at=NOON
        )
