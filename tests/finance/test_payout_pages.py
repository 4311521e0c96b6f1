"""The pages of payouts: one press each for two officers, and everybody's own."""

import pytest

from core.fields import uuid7
from finance import chart
from finance.models import PayoutAccount, PayoutBatch, PayoutLine
from finance.payouts import services
from tests.factories.finance import desk, helper_at
from tests.factories.payouts import (
    approved,
    bank,
    bank_says,
    calculated,
    only_line,
    payable,
    submitted,
)
from tests.factories.stations import UserFactory, auditor, county_clerk_of, finance_officer

pytestmark = pytest.mark.django_db

BATCHES = "/finance/payouts/"


def press(client, path, **more):
    return client.post(path, {"key": uuid7().hex, **more})


def page_of(batch):
    return f"/finance/payouts/batches/{batch.pk}/"


def test_two_officers_release_the_weeks_payouts_with_one_press_each(client):
    payable()[0]
    bank()
    client.force_login(english_officer())
    client.get(BATCHES)
    press(client, BATCHES, region="all")
    batch = PayoutBatch.objects.get()
    assert "Another person must approve this" in read(client, page_of(batch))
    client.force_login(english_officer())
    assert "Approve and pay 6.00" in read(client, page_of(batch))
    press(client, page_of(batch) + "release/")
    batch.refresh_from_db()
    assert (batch.status, only_line().status) == ("exported", "approved")


def english_officer():
    return finance_officer(user=UserFactory(language="en"))


def read(client, path):
    return client.get(path).content.decode()


def test_the_maker_who_presses_anyway_is_refused_and_nothing_is_set_aside(client):
    ready = payable()[0]
    officer = finance_officer()
    batch = calculated(by=officer)
    client.force_login(officer)
    answer = press(client, page_of(batch) + "release/")
    batch.refresh_from_db()
    assert (answer.status_code, batch.status) == (409, "calculated")
    assert ready.can_use(ready.own_key) == 6_00


def test_a_batch_pressed_twice_is_one_batch(client):
    payable()[0]
    bank()
    client.force_login(finance_officer())
    key = uuid7().hex
    for _press in range(2):
        client.post(BATCHES, {"key": key, "region": "all"})
    assert PayoutBatch.objects.count() == 1


def test_nothing_to_pay_is_said_on_the_page(client):
    bank()
    desk()
    client.force_login(finance_officer())
    answer = press(client, BATCHES, region="all")
    assert answer.status_code == 422
    assert not PayoutBatch.objects.exists()


def test_the_file_is_the_one_that_the_bank_was_sent(client):
    payable()[0]
    batch = submitted()
    client.force_login(finance_officer())
    answer = client.get(page_of(batch) + "file/")
    assert answer.content == services.file_of(batch).content
    assert answer["Content-Disposition"] == f'attachment; filename="{batch.number}.csv"'
    client.force_login(auditor())
    assert client.get(page_of(batch) + "file/").status_code == 403


def test_a_payout_that_came_back_is_paid_again_from_its_page(client):
    payable()[0]
    submitted()
    line = only_line()
    bank_says(line, "paid")
    bank_says(line, "returned", return_code="limit")
    client.force_login(finance_officer())
    answer = press(client, f"/finance/payouts/{line.pk}/reissue/")
    again = PayoutLine.objects.get(reissues=line)
    assert answer["Location"] == f"/finance/payouts/{again.pk}/"


LISTS, OBJECTS = ["", "payees/"], ["batches/{batch}/", "batches/{batch}/sheet/", "{line}/", "payees/{account}/"]


@pytest.mark.parametrize("path", [*LISTS, *OBJECTS])
def test_the_desk_of_finance_is_shut_to_a_clerk_and_open_to_an_auditor(client, path):
    ready = payable()[0]
    batch = approved()
    names = {"batch": batch.pk, "line": only_line().pk, "account": PayoutAccount.objects.get().pk}
    page = BATCHES + path.format(**names)
    client.force_login(auditor())
    assert client.get(page).status_code == 200
    client.force_login(county_clerk_of(ready.station.county))
    assert client.get(page).status_code == (404 if path in OBJECTS else 403)


def test_ones_own_page_shows_ones_own_alone(client):
    ready, other = payable()[0], payable(4_00)[0]
    submitted()
    for line in PayoutLine.objects.all():
        bank_says(line, "paid")
    client.force_login(ready.partner)
    page = read(client, "/finance/payouts/mine/")
    assert ("6.00" in page, "4.00" in page, "4821" in page) == (True, False, True)
    assert other.partner.pk.hex not in page


def test_a_partner_names_a_bank_account_and_only_its_end_is_shown(client):
    ready = desk()
    client.force_login(ready.partner)
    holder = ready.partner.shown_name
    typed = {"kind": "bank", "bank_code": "icbc", "account_no": "6222 0211-0200 4821", "holder_name": holder}
    press(client, "/finance/payouts/mine/account/", **typed)
    account = PayoutAccount.objects.get()
    assert (account.bank_code, account.account_tail, account.status) == ("ICBC", "4821", "pending")
    assert "62220211" not in read(client, "/finance/payouts/mine/")


def test_a_name_that_is_not_the_payees_is_refused_at_its_field(client):
    ready = desk()
    client.force_login(ready.partner)
    typed = {"kind": "bank", "bank_code": "ICBC", "account_no": "6222021102004821", "holder_name": "别人"}
    answer = press(client, "/finance/payouts/mine/account/", **typed)
    assert answer.status_code == 422
    assert not PayoutAccount.objects.exists()


LACKING = [
    {"kind": "bank"},
    {"kind": "float"},
    {"kind": "bank", "bank_code": "x", "account_no": "12", "holder_name": "n"},
]


@pytest.mark.parametrize("typed", LACKING)
def test_what_the_chosen_way_needs_is_asked_for(client, typed):
    ready = desk()
    client.force_login(ready.partner)
    assert press(client, "/finance/payouts/mine/account/", **typed).status_code == 422
    assert not PayoutAccount.objects.exists()


def test_a_helper_is_paid_to_an_account_of_their_own(client):
    helper = helper_at(desk())
    client.force_login(helper)
    typed = {"kind": "bank", "bank_code": "ICBC", "account_no": "6222021102004821", "holder_name": helper.shown_name}
    press(client, "/finance/payouts/mine/account/", **typed)
    assert PayoutAccount.objects.get().user == helper


def test_finance_enters_confirms_stops_and_rejects(client):
    ready = desk()
    key = chart.commission_of_county(ready.station.county)
    ready.account(key)
    client.force_login(finance_officer())
    typed = {"payee": key.key, "bank_code": "ICBC", "account_no": "1100200300", "holder_name": "运营中心"}
    press(client, "/finance/payouts/payees/", **typed)
    account = PayoutAccount.objects.get()
    page = f"/finance/payouts/payees/{account.pk}/"
    assert press(client, page + "confirm/").status_code == 409
    client.force_login(finance_officer())
    press(client, page + "confirm/")
    press(client, page + "restrict/", reason="frozen")
    account.refresh_from_db()
    assert (account.confirmed_by is not None, account.status, account.reason) == (True, "restricted", "frozen")
    press(client, page + "reject/", reason="not theirs")
    account.refresh_from_db()
    assert account.status == "rejected"


def test_an_account_for_somebody_unknown_is_not_entered(client):
    client.force_login(finance_officer())
    typed = {"payee": "county-999999", "bank_code": "ICBC", "account_no": "1100200300", "holder_name": "x"}
    assert press(client, "/finance/payouts/payees/", **typed).status_code == 422
    assert not PayoutAccount.objects.exists()


def test_the_pages_ask_the_database_as_often_for_many_as_for_few(client, django_assert_max_num_queries):
    for _each in range(4):
        payable()[0]
    batch = approved()
    client.force_login(finance_officer())
    client.get(page_of(batch))
    with django_assert_max_num_queries(24):
        client.get(page_of(batch))
