"""The search of the header: for each reader what that reader may see, and never a refusal."""

import pytest
from django.urls import reverse

from core.hooks import CONSOLES
from finance.insurance.models import Claim
from finance.loans.models import Loan, LoanApplication
from finance.payments.models import Receipt
from tests.access.blank import BLANK
from tests.ecomnet.test_needs import STAFF, browser_of, shell_of

#: Names, the ends of numbers, an amount, what nothing has, and what is no text.
TYPED = ("wang", "4821", "186.40", "袁集", "张", "%00\x00", "ABCDEF", "13800004821")


def found(browser, text):
    return browser.post(reverse("core:search"), {"q": text}, follow=True)


def sections(answer):
    return {section.finder.name: [hit.href for hit in section.hits] for section in answer.context["sections"]}


@pytest.mark.parametrize("role", STAFF)
def test_nobody_is_refused_by_the_search_in_the_header(world, role, settings):
    settings.TEMPLATES = BLANK
    browser = browser_of(world.user(STAFF[role]))
    assert {text: found(browser, text).status_code for text in TYPED} == dict.fromkeys(TYPED, 200)


@pytest.mark.parametrize("role", STAFF)
def test_the_label_of_the_search_names_what_the_reader_may_find(world, role):
    user = world.user(STAFF[role])
    answer = found(browser_of(user), "wang")
    finders = [section.finder for section in answer.context["sections"]]
    named = [finder for finder in finders if finder.named] or finders
    assert {str(finder.label).lower() for finder in named} == set(
        shell_of(user).searched.replace("、", ", ").split(", ")
    )


def test_who_may_not_find_residents_gets_no_section_of_them(world):
    kinds = {role: set(sections(found(browser_of(world.user(name)), "wang"))) for role, name in STAFF.items()}
    assert kinds == {
        "helper": {"pages", "residents", "slips", "payments", "stations", "products", "parcels"},
        "partner": {"pages", "residents", "slips", "payments", "stations", "products", "parcels"},
        "county_clerk": {"pages", "residents", "slips", "payments", "stations", "products", "parcels"},
        "county_manager": {"pages", "residents", "slips", "payments", "stations", "products", "parcels"},
        "finance_officer": {"pages", "slips", "payments", "stations"},
        "auditor": {"pages", "slips", "payments", "stations", "products", "parcels"},
        "platform_admin": {"pages", "stations", "products"},
        "credit_officer": {"pages", "stations", "loans"},
        "claims_assessor": {"pages", "stations", "claims"},
        "nurse": {"pages"},
        "doctor": {"pages"},
        "teacher": {"pages", "stations"},
        "pharmacist": {"pages"},
    }


@pytest.mark.parametrize("reader", ["partner", "finance", "auditor", "manager"])
def test_the_six_large_characters_of_a_slip_open_its_payment(world, reader):
    receipt = Receipt.objects.filter(payment__station=world.station).latest("pk")
    browser = browser_of(world.user(reader))
    for typed in (receipt.number[-6:], receipt.number[-6:].lower(), receipt.number):
        answer = browser.post(reverse("core:search"), {"q": typed})
        assert (answer.status_code, answer["Location"]) == (303, reverse("payments:payment", args=[receipt.payment_id]))


def test_a_slip_of_another_county_opens_for_nobody_of_this_one(world):
    receipt = Receipt.objects.filter(payment__station=world.station).latest("pk")
    answer = found(browser_of(world.stranger), receipt.number[-6:])
    assert sections(answer)["slips"] == []


def test_payments_are_found_by_their_amount_within_reach(world):
    payment = world.payment()
    here, elsewhere = (
        sections(found(browser_of(user), f"{payment.total.decimal}"))["payments"]
        for user in (world.user("partner"), world.stranger)
    )
    assert reverse("payments:payment", args=[payment.pk]) in here
    assert reverse("payments:payment", args=[payment.pk]) not in elsewhere


def test_a_station_is_found_by_its_name_and_opens_for_its_finder(world):
    for reader in ("partner", "finance", "auditor", "admin", "manager"):
        browser = browser_of(world.user(reader))
        [address] = sections(found(browser, world.station.name))["stations"]
        assert browser.get(address).status_code == 200


def test_a_page_of_the_menu_is_found_by_its_name_by_whoever_may_open_it(world):
    losses = {name: sections(found(browser_of(world.user(name)), "损失"))["pages"] for name in ("finance", "nurse")}
    assert losses == {"finance": [reverse("tills:losses")], "nurse": []}


def test_a_whole_number_never_stands_in_an_address(world):
    browser = browser_of(world.user("partner"))
    answer = browser.post(reverse("core:search"), {"q": "13800004821"})
    assert answer.status_code == 200
    assert browser.get(reverse("core:search"), {"q": "13800004821"})["Location"] == reverse("core:search")


def test_every_finder_names_itself_once():
    names = [finder.name for console in CONSOLES for finder in console.finders]
    assert len(names) == len(set(names))


def test_loans_applications_and_claims_are_found_by_the_end_of_their_number(world):
    claim = Claim.objects.filter(station=world.station).latest("pk")
    assert sections(found(browser_of(world.user("claims")), claim.number[-6:]))["claims"] == [
        reverse("insurance:claim", args=[claim.pk])
    ]
    loan, waiting = Loan.objects.latest("pk"), LoanApplication.objects.filter(loan=None).latest("pk")
    credit = browser_of(world.user("credit"))
    assert sections(found(credit, loan.number[-4:]))["loans"] == [reverse("loans:loan", args=[loan.pk])]
    assert sections(found(credit, waiting.number))["loans"] == [reverse("loans:application", args=[waiting.pk])]
