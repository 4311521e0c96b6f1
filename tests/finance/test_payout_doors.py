"""Payouts over the API: each verb works once, says no in words, and is shut to the one who may not."""

import pytest
from django.utils.timezone import now

from core.fields import uuid7
from finance import chart
from finance.models import PayoutAccount, PayoutBatch, PayoutLine
from finance.payouts import services
from tests.factories.finance import book, desk
from tests.factories.payouts import (
    ACCOUNT_NO,
    approved,
    bank,
    bank_says,
    calculated,
    only_line,
    payable,
    submitted,
)
from tests.factories.stations import api_client, auditor, county_manager_of, finance_officer

pytestmark = pytest.mark.django_db


def post(user, path, body=None, *, key=""):
    headers = {"Idempotency-Key": key or uuid7().hex}
    return api_client(user).post(f"/api/v1/{path}", body or {}, "json", headers=headers)


def test_a_batch_goes_from_open_to_the_bank_over_the_api():
    bank()
    ready = payable()[0]
    maker, checker = finance_officer(), finance_officer()
    opened = post(maker, "payout-batches/", {"country": "CN", "region": None, "currency": "CNY"})
    path = f"payout-batches/{opened.data['id']}"
    assert (opened.status_code, opened.data["status"]) == (201, "open")
    told = post(maker, f"{path}/calculate/").data
    assert (told["total"], told["counties"]) == (
        "6.00",
        [{"county": ready.station.county.short_name, "payouts": 1, "total": "6.00", "unpaid": 0}],
    )
    assert post(maker, f"{path}/approve/").data["code"] == "same_person"
    assert post(checker, f"{path}/approve/").data["status"] == "approved"
    first, second = (post(checker, f"{path}/export/").data for _ in range(2))
    assert first == second
    assert first["content"].splitlines()[-1] == "T,1,6.00"
    assert api_client(checker).get(f"/api/v1/{path}/").data["status"] == "exported"
    [line] = api_client(checker).get(f"/api/v1/{path}/lines/").data["results"]
    assert (line["payee_name"], line["account_tail"], line["status"]) == (
        ready.partner.shown_name,
        "4821",
        "approved",
    )


@pytest.mark.parametrize(
    ("verb", "status", "code"),
    [("approve", 409, "wrong_state"), ("calculate", 422, "nothing_to_pay_out"), ("export", 409, "wrong_state")],
)
def test_an_empty_batch_goes_nowhere(verb, status, code):
    bank()
    desk()
    batch = services.create_payout_batch(country="CN", currency="CNY", division=None, by=finance_officer(), at=now())
    answer = post(finance_officer(), f"payout-batches/{batch.pk}/{verb}/")
    batch.refresh_from_db()
    assert (answer.status_code, answer.data["code"], batch.status) == (status, code, "open")


def test_the_same_key_approves_once():
    ready = payable()[0]
    batch, officer, key = calculated(), finance_officer(), uuid7().hex
    answers = [post(officer, f"payout-batches/{batch.pk}/approve/", key=key) for _ in range(3)]
    assert [answer.data for answer in answers] == [answers[0].data] * 3
    assert [answer.get("Idempotent-Replayed") for answer in answers] == [None, "true", "true"]
    assert ready.can_use(ready.own_key) == 0


def test_a_cancelled_batch_gives_everything_back():
    ready = payable()[0]
    answer = post(finance_officer(), f"payout-batches/{approved().pk}/cancel/")
    assert (answer.data["status"], answer.data["payouts"], ready.can_use(ready.own_key)) == (
        "cancelled",
        0,
        6_00,
    )


VERBS = ("calculate", "approve", "export", "cancel")


@pytest.mark.parametrize("verb", VERBS)
def test_batches_are_finances_alone(verb):
    ready = payable()[0]
    batch = calculated()
    path = f"payout-batches/{batch.pk}/{verb}/"
    assert post(auditor(), path).status_code == 403
    for nobody in (ready.partner, county_manager_of(ready.station.county)):
        assert post(nobody, path).status_code == 404
    batch.refresh_from_db()
    assert (batch.status, only_line().status) == ("calculated", "draft")


def test_a_region_that_is_not_there_is_404():
    bank()
    book()
    unknown = {"country": "CN", "region": "999999000000", "currency": "CNY"}
    assert post(finance_officer(), "payout-batches/", unknown).status_code == 404
    assert not PayoutBatch.objects.exists()


def test_everybody_lists_their_own_payouts_and_finance_all():
    ready, other = payable()[0], payable(4_00)[0]
    submitted()
    mine = api_client(ready.partner).get("/api/v1/payouts/").data["results"]
    assert [(row["amount"], row["payee"]) for row in mine] == [("6.00", ready.partner.pk.hex)]
    assert len(api_client(finance_officer()).get("/api/v1/payouts/").data["results"]) == 2
    assert api_client(finance_officer()).get("/api/v1/payouts/?status=paid").data["results"] == []
    assert api_client(county_manager_of(other.station.county)).get("/api/v1/payouts/").data["results"] == []


def test_what_failed_is_paid_again_over_the_api():
    payable()[0]
    submitted()
    bank_says(only_line(), "failed", return_code="limit")
    line = only_line()
    answer = post(finance_officer(), f"payouts/{line.pk}/reissue/")
    assert (answer.status_code, answer.data["reissues"], answer.data["status"]) == (201, str(line.pk), "draft")
    assert post(finance_officer(), f"payouts/{line.pk}/reissue/").data["code"] == "wrong_state"
    assert post(auditor(), f"payouts/{line.pk}/reissue/").status_code == 403
    assert PayoutLine.objects.count() == 2


def named(ready, **more):
    usual = {"kind": "bank", "bank_code": "ICBC", "account_no": ACCOUNT_NO, "holder_name": ready.partner.shown_name}
    return usual | more


def test_a_partner_says_where_to_be_paid_and_sees_only_the_end_of_the_number():
    ready = desk()
    answer = post(ready.partner, "payout-accounts/", named(ready))
    assert (answer.status_code, answer.data["account_tail"], answer.data["status"]) == (201, "4821", "pending")
    assert ACCOUNT_NO not in str(api_client(ready.partner).get("/api/v1/payout-accounts/").data)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"account_no": "12"}, "account_no"),
        ({"account_no": "62220211020048=1"}, "account_no"),
        ({"bank_code": "a b"}, "bank_code"),
        ({"holder_name": " "}, "holder_name"),
        ({"kind": "float"}, "station"),
        ({"kind": "gold"}, "kind"),
    ],
)
def test_what_is_typed_wrong_is_told_by_field(wrong, field):
    ready = desk()
    answer = post(ready.partner, "payout-accounts/", named(ready, **wrong))
    assert (answer.status_code, list(answer.data["errors"])) == (400, [field])
    assert not PayoutAccount.objects.exists()


def test_nobody_names_an_account_for_somebody_else():
    ready, other = desk(), desk()
    answer = post(ready.partner, "payout-accounts/", named(other, payee=other.partner.pk.hex))
    assert answer.status_code == 403
    assert post(ready.partner, "payout-accounts/", named(other)).data["code"] == "name_differs"
    assert not PayoutAccount.objects.exists()


def test_finance_enters_confirms_stops_releases_and_rejects_over_the_api():
    ready = desk()
    key = chart.commission_of_county(ready.station.county)
    ready.account(key)
    maker, checker = finance_officer(), finance_officer()
    entered = post(maker, "payout-accounts/", named(ready, payee=key.key, holder_name="运营中心"))
    path = f"payout-accounts/{entered.data['id']}"
    assert post(maker, f"{path}/confirm/").data["code"] == "same_person"
    assert post(auditor(), f"{path}/confirm/").status_code == 403
    assert post(ready.partner, f"{path}/confirm/").status_code == 404
    assert post(checker, f"{path}/confirm/").data["status"] == "pending"
    assert post(checker, f"{path}/restrict/", {"reason": "frozen"}).data["status"] == "restricted"
    assert post(checker, f"{path}/release/").data["status"] == "pending"
    assert post(checker, f"{path}/reject/", {"reason": "not theirs"}).data["status"] == "rejected"
    assert post(checker, f"{path}/restrict/", {"reason": "again"}).data["code"] == "wrong_state"


def test_an_account_for_nobody_is_404():
    ready = desk()
    answer = post(finance_officer(), "payout-accounts/", named(ready, payee="county-999999"))
    assert (answer.status_code, PayoutAccount.objects.count()) == (404, 0)
