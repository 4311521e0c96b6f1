"""Recharges over the API and at the counter: who may, what is shown, and what is refused on the page."""

import re

import pytest

from finance.models import Operator, Payment, Recharge, Tariff
from finance.payments.phone_fields import seal
from tests.factories.finance import LONG_AGO_DATE, payer_at
from tests.factories.recharge import PHONE, margin_plan, operator, operator_says, plan, recharge, recharge_desk
from tests.factories.stations import api_client, county_clerk_of, partner_of

pytestmark = pytest.mark.django_db
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@pytest.fixture
def ready():
    margin_plan()
    return recharge_desk(float_minor=1_500_00)


@pytest.fixture
def mobile(ready):
    found = operator()
    plan(found)
    operator("CN-TELECOM", prefixes=("133", "1349"), name="China Telecom", name_zh="中国电信", position=2)
    return found


@pytest.fixture
def api(ready):
    return api_client(ready.partner)


def post(client, path, body, key="a" * 16):
    return client.post(f"/api/v1/{path}/", body, "json", headers={"Idempotency-Key": key})


def body_of(ready, **values):
    phone = {"phone": "13805160001", "operator": "CN-MOBILE", "plan": "CN-MOBILE-100"}
    return {**phone, "station": ready.station.code, **values}


# ---------------------------------------------------------------- over the API


@pytest.mark.parametrize(
    ("phone", "found"),
    [("13805160001", "CN-MOBILE"), ("138", "CN-MOBILE"), ("+8613305160001", "CN-TELECOM"), ("1701234", None)],
)
def test_operators_are_found_by_a_phone_or_its_first_digits(api, ready, mobile, phone, found):
    answer = api.get("/api/v1/operators/", {"phone": phone, "station": ready.station.code})
    assert (answer.status_code, answer.data["found"]) == (200, found)
    assert [row["code"] for row in answer.data["results"]] == ["CN-MOBILE", "CN-TELECOM"]
    assert answer.data["results"][0]["plans"] == [
        {
            "code": "CN-MOBILE-100",
            "kind": "talktime",
            "name": {"en": "100 yuan", "zh-hans": "100元"},
            "face_amount": "100.00",
        }
    ]


def test_operators_are_listed_without_phone_and_station_in_four_statements(api, mobile, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        assert api.get("/api/v1/operators/").data["found"] is None


@pytest.mark.parametrize("phone", ["abc", "1", "1" * 17, "138 0516"])
def test_a_phone_that_cannot_be_is_refused_at_its_field(api, mobile, phone):
    answer = api.get("/api/v1/operators/", {"phone": phone})
    assert (answer.status_code, list(answer.data["errors"])) == (400, ["phone"])


def test_a_quote_tells_price_fee_and_the_own_part(api, ready, mobile):
    answer = post(api, "recharge-quotes", body_of(ready))
    assert answer.json() == {
        "amount": "100.00",
        "agent_fee": "0.00",
        "total": "100.00",
        "own_part": "1.00",
        "currency": "CNY",
    }


def test_a_recharge_over_the_api_and_the_same_key_again(api, ready, mobile):
    body = body_of(ready, agent_fee="0.00", own_part="1.00", cash_given="100.00")
    first, again = post(api, "recharges", body), post(api, "recharges", body)
    assert (first.status_code, first.json()["status"], first.json()["purpose"]) == (202, "held", "recharge")
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (first.json(), "true")
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"phone": "13305160001"}, 422, "operator_mismatch"),
        ({"plan": "CN-MOBILE-7"}, 422, "plan_not_sold"),
        ({"plan": None, "amount": "1000.01"}, 422, "amount_not_allowed"),
        ({"plan": None, "amount": "10.001"}, 400, None),
        ({"phone": "138"}, 400, "phone_invalid"),
        ({"operator": "NOBODY"}, 404, "not_found"),
        ({"agent_fee": "0.00", "own_part": "2.00"}, 409, "quote_changed"),
        ({"own_part": "1.00"}, 400, "invalid"),
        ({"plan": None}, 400, "invalid"),
        ({"cash_given": "99.99"}, 422, "cash_too_little"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_taken(api, ready, mobile, changed, status, code):
    answer = post(api, "recharges", body_of(ready, **changed))
    assert answer.status_code == status
    assert code is None or answer.json()["code"] == code
    assert Payment.objects.count() == Recharge.objects.count() == 0
    assert ready.can_use(ready.float_key) == 1_500_00


def test_a_moved_number_goes_through_once_it_is_confirmed(api, ready, mobile):
    body = body_of(ready, phone="13305160001", confirmed_operator="CN-MOBILE")
    assert post(api, "recharges", body).status_code == 202
    assert Recharge.objects.get().is_ported


def test_a_stranger_reaches_no_station_but_his_own(ready, mobile):
    stranger = partner_of(recharge_desk().station)
    assert post(api_client(stranger), "recharges", body_of(ready)).status_code == 404
    assert Payment.objects.count() == 0


def test_who_may_not_recharge_is_told_so(ready, mobile):
    clerk = county_clerk_of(ready.station.county)
    assert post(api_client(clerk), "recharges", body_of(ready)).status_code == 403
    assert api_client(clerk).get("/api/v1/operators/").status_code == 403
    assert Payment.objects.count() == 0


# ---------------------------------------------------------------- at the counter


def hidden_in(answer, without=()):
    found = dict(HIDDEN.findall(answer.content.decode()))
    return {name: value for name, value in found.items() if name not in {"csrfmiddlewaretoken", *without}}


def at_the_counter(client, ready):
    client.force_login(ready.partner)
    return client


def check_page(client, phone="13805160001", operator_code="CN-MOBILE", **picked):
    return client.post("/finance/recharge/check/", {"phone": phone, "operator": operator_code, **picked})


def test_a_known_residents_number_is_there_with_its_operators_plans(client, ready, mobile):
    person = payer_at(ready, phone=PHONE)
    page = at_the_counter(client, ready).get("/finance/recharge/", {"person": person.pk}).content.decode()
    assert 'value="138****0001"' in page
    assert "13805160001" not in page.replace(" ", "")
    assert 'value="CN-MOBILE-100"' in page


def test_no_page_of_a_recharge_carries_a_registered_number_in_an_input_and_the_mask_sent_back_recharges_it(
    client, ready, mobile
):
    person = payer_at(ready, phone=PHONE)
    first = at_the_counter(client, ready).get("/finance/recharge/", {"person": person.pk})
    carried = dict(re.findall(r'<input type="hidden" name="(known|phone)" value="([^"]+)"', first.content.decode()))
    again = client.post("/finance/recharge/", {"phone": "138****0001", "person": person.pk, "known": carried["known"]})
    assert 'value="CN-MOBILE-100"' in again.content.decode()
    last = check_page(client, phone=carried["phone"], person=person.pk, plan="CN-MOBILE-100")
    for page in (first, again, last):
        assert not re.search(r'value="[^"]*13805160001', page.content.decode())
    assert 'value="138****0001"' in last.content.decode()
    assert "138 0516 0001" in last.content.decode()
    assert client.post("/finance/recharge/pay/", {**hidden_in(last), "payer_phone": "138****0001"}).status_code == 303
    payment = Payment.objects.get()
    assert (str(payment.recharge.phone), str(payment.payer_phone)) == (PHONE, PHONE)


def test_a_sealed_number_that_is_not_ours_is_a_number_that_nobody_has(client, ready, mobile):
    answer = check_page(at_the_counter(client, ready), phone="~1.AAAA", plan="CN-MOBILE-100")
    assert answer.status_code == 422
    paid = client.post("/finance/recharge/pay/", {"operator": "CN-MOBILE", "plan": "CN-MOBILE-100", "phone": "~x"})
    assert (paid.status_code, Payment.objects.count()) == (422, 0)


def test_the_phone_recharged_the_last_time_is_filled_in_again(client, ready, mobile):
    person = payer_at(ready, phone="+8613305167777")
    paid = recharge(ready, mobile, amount=plan(mobile, face=20_00, wholesale=19_70).face, payer=person)
    operator_says(paid, "succeeded")
    page = at_the_counter(client, ready).get(f"/people/{person.pk}/").content.decode()
    again = f"/finance/recharge/?person={person.pk}&amp;again={paid.pk}"
    assert again in page
    assert "13805160001" not in page
    assert 'value="138****0001"' in client.get(again.replace("&amp;", "&")).content.decode()


def test_a_number_typed_goes_by_post_and_brings_its_plans(client, ready, mobile):
    answer = at_the_counter(client, ready).post("/finance/recharge/", {"phone": "138 0516 0001"})
    assert answer.status_code == 200
    assert 'value="CN-MOBILE-100"' in answer.content.decode()


@pytest.mark.parametrize("typed", ["", "12", "abc"])
def test_what_is_no_number_is_said_at_its_field_with_what_was_typed(client, ready, mobile, typed):
    answer = at_the_counter(client, ready).post("/finance/recharge/", {"phone": typed})
    assert (answer.status_code, f'value="{typed}"' in answer.content.decode() or not typed) == (422, True)


def test_a_number_that_nobody_has_asks_for_its_company(client, ready, mobile):
    page = at_the_counter(client, ready).post("/finance/recharge/", {"phone": "17012345678"}).content.decode()
    assert 'name="operator" value="CN-TELECOM"' in page
    assert "CN-MOBILE-100" not in page


def test_the_check_page_reads_back_and_the_press_recharges(client, ready, mobile):
    page = check_page(at_the_counter(client, ready), plan="CN-MOBILE-100")
    assert "138 0516 0001" in page.content.decode()
    assert Payment.objects.count() == 0
    form = hidden_in(page)
    done = client.post("/finance/recharge/pay/", {**form, "cash_given": "100"})
    payment = Payment.objects.get()
    assert (done.status_code, done.headers["Location"]) == (303, f"/finance/payments/{payment.pk}/")
    assert (
        client.post("/finance/recharge/pay/", {**form, "cash_given": "100"}).headers["Location"]
        == done.headers["Location"]
    )
    assert Payment.objects.count() == 1


def test_another_amount_is_recharged_too(client, ready, mobile):
    page = check_page(at_the_counter(client, ready), amount="33")
    assert client.post("/finance/recharge/pay/", hidden_in(page)).status_code == 303
    assert Payment.objects.get().amount_minor == 33_00


@pytest.mark.parametrize("picked", [{}, {"amount": "0.50"}, {"amount": "1000.01"}, {"amount": "x"}, {"plan": "GONE"}])
def test_what_is_not_sold_leads_back_to_the_amounts(client, ready, mobile, picked):
    answer = check_page(at_the_counter(client, ready), **picked)
    assert answer.status_code == 422
    assert 'value="CN-MOBILE-100"' in answer.content.decode()


def test_a_quote_that_has_changed_is_shown_anew_and_the_next_press_recharges(client, ready, mobile):
    page = check_page(at_the_counter(client, ready), plan="CN-MOBILE-100")
    Tariff.objects.create(service="recharge", kind="flat", value=50, from_date=LONG_AGO_DATE)
    refused = client.post("/finance/recharge/pay/", hidden_in(page))
    assert (refused.status_code, Payment.objects.count()) == (409, 0)
    assert "100.50" in refused.content.decode()
    assert client.post("/finance/recharge/pay/", hidden_in(refused)).status_code == 303
    assert Payment.objects.get().total_minor == 100_50


def test_a_moved_number_is_asked_about_and_recharged_once_it_is_confirmed(client, ready, mobile):
    page = check_page(at_the_counter(client, ready), phone="13305160001", plan="CN-MOBILE-100")
    assert 'name="confirmed"' in page.content.decode()
    refused = client.post("/finance/recharge/pay/", hidden_in(page))
    assert (refused.status_code, Payment.objects.count()) == (422, 0)
    assert "中国电信" in refused.content.decode()
    assert client.post("/finance/recharge/pay/", {**hidden_in(refused), "confirmed": "on"}).status_code == 303


def test_the_company_that_a_number_is_with_now_is_chosen_on_the_first_page(client, ready, mobile):
    at_the_counter(client, ready)
    plan(Operator.objects.get(code="CN-TELECOM"), code="CN-TELECOM-50")
    page = client.post("/finance/recharge/", {"phone": "13805160001"})
    sealed = page.context["moved"]["phone"].value()
    chosen = client.post("/finance/recharge/", {"phone": seal(sealed), "operator": "CN-TELECOM"})
    assert chosen.status_code == 200
    assert 'value="CN-TELECOM-50"' in chosen.content.decode()
    foreign = client.post("/finance/recharge/", {"phone": "~1.broken", "operator": "CN-TELECOM"})
    assert foreign.status_code == 422


def test_a_plan_that_ends_between_check_and_press_is_not_sold(client, ready, mobile):
    page = check_page(at_the_counter(client, ready), plan="CN-MOBILE-100")
    mobile.plans.update(to_date=LONG_AGO_DATE.replace(year=LONG_AGO_DATE.year + 1))
    refused = client.post("/finance/recharge/pay/", hidden_in(page))
    assert (refused.status_code, Payment.objects.count()) == (422, 0)


@pytest.mark.parametrize("path", ["check", "pay"])
def test_the_later_pages_begin_at_the_first(client, ready, mobile, path):
    at_the_counter(client, ready)
    answer = client.post(f"/finance/recharge/{path}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/finance/recharge/")


def test_no_address_of_these_pages_ever_holds_a_number(client, ready, mobile):
    at_the_counter(client, ready)
    pages = [client.post("/finance/recharge/", {"phone": "13805160001"}), check_page(client, plan="CN-MOBILE-100")]
    for page in pages:
        assert not re.search(r'(href|action)="[^"]*13805160001', page.content.decode())


def test_a_key_that_can_be_nobodys_is_not_found(client, ready, mobile):
    at_the_counter(client, ready)
    assert client.get("/finance/recharge/?person=on").status_code == 404
    assert client.post("/finance/recharge/", {"person": "on"}).status_code == 404
