"""What a window pays goes to the bank by itself: once, to the right account, as far as the payer has money."""

import datetime as dt
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils.timezone import localdate

from core.gateways.results import Status
from core.models import Notice
from finance.data_subject import index_payouts, obligations
from finance.insurance import accounts
from finance.insurance.services import (
    HolderNameDiffers,
    PayeeUnfit,
    build_register,
    pay_index_payouts,
    set_policy_account,
)
from finance.models import (
    CoverageCounter,
    IndexPayment,
    PayoutAccount,
    Policy,
    RegisterRow,
)
from ledger.audit import audit_book
from stations.models import Person
from stations.people.services import move_person
from tests.factories.claims import paying_bank
from tests.factories.finance import desk
from tests.factories.insurance import DAY, NOON, given, insured, insurer, villager
from tests.factories.people import household_of
from tests.factories.premiums import (
    AFTER,
    FIRST,
    LAST,
    account_of_person,
    bank_says_of,
    drought,
    left,
    measured,
    member,
    payout_of,
    run_job,
    settle,
    weather_station,
    window,
)
from tests.factories.stations import StationFactory, UserFactory, api_client, finance_officer, partner_of, send


@pytest.fixture
def ready(db):
    return desk()


def test_people_without_an_account_are_told_once_and_a_guardian_or_head_may_get_the_money(ready):
    paying_bank()
    head = villager(ready, phone="+8613812345678")
    child = member(ready, household_of(head), full_name="李小四", birth_date=dt.date(2018, 1, 1))
    policy = insured(ready, version=drought(), person=child)
    given(insurer(), 20_000_00)
    opened = window(weather_station(ready), policy.version)
    measured(opened.source, 300)
    for number in range(2):
        run_job(AFTER + number * DAY)
    assert payout_of(policy).status == "account_missing"
    assert Notice.objects.filter(template="index_payout_account").count() == 1
    about = {"policy": policy, "bank_code": "ABC", "account_no": "622848040256", "by": ready.partner, "at": AFTER}
    stranger = villager(ready, full_name="张三")
    with pytest.raises(PayeeUnfit):
        set_policy_account(payee=stranger, holder_name="张三", **about)
    with pytest.raises(HolderNameDiffers):
        set_policy_account(payee=head, holder_name="李小四", **about)
    account_of_person(policy, head, at=AFTER)
    run_job(AFTER + 2 * DAY)
    payout = payout_of(policy)
    assert (payout.status, payout.payee) == ("sent", head)
    assert [row["amount_minor"] for row in index_payouts(child)] == [20_000_00]
    assert len(obligations(child)) == 1
    bank_says_of(IndexPayment.objects.get(), Status.FAILED, code="account_invalid", at=AFTER + 2 * DAY)
    assert (payout_of(policy).status, left()) == ("account_missing", 20_000_00)
    run_job(AFTER + 3 * DAY)
    assert IndexPayment.objects.count() == 1
    account_of_person(policy, head, account_no="622848040257", at=AFTER + 3 * DAY)
    run_job(AFTER + 3 * DAY)
    bank_says_of(IndexPayment.objects.latest("pk"), Status.REVERSED, at=AFTER + 3 * DAY)
    assert (payout_of(policy).status, left()) == ("account_missing", 20_000_00)
    assert audit_book(book=accounts.insurance_book("CN"), at=AFTER).findings == 0


def test_the_head_of_a_household_that_the_insured_has_left_is_paid_nothing(ready):
    paying_bank()
    former, head = villager(ready), villager(ready, full_name="新家户主")
    wife = member(ready, household_of(former))
    policy = insured(ready, version=drought(), person=wife)
    given(insurer(), 20_000_00)
    account_of_person(policy, former, at=AFTER - 5 * DAY)
    move_person(person=wife, household=household_of(head), relation="spouse", by=ready.partner, at=NOON)
    opened = window(weather_station(ready), policy.version)
    measured(opened.source, 300)
    run_job()
    assert payout_of(policy).status == "account_missing"
    about = {"bank_code": "ABC", "account_no": "622848040256", "by": ready.partner, "at": AFTER}
    policy = Policy.objects.get()
    with pytest.raises(PayeeUnfit):
        set_policy_account(policy=policy, payee=former, holder_name=former.full_name, **about)
    account_of_person(policy, head, account_no="622848040257", at=AFTER)
    run_job(AFTER + 3 * DAY)
    assert payout_of(policy).payee == head


def test_nobody_writes_to_the_phone_of_the_dead(ready):
    head = villager(ready, phone="+8613812345678")
    dead = member(ready, household_of(head), phone="+8613800000000")
    policy = insured(ready, version=drought(), person=dead)
    opened = window(weather_station(ready), policy.version)
    Person.objects.filter(pk=dead.pk).update(residence="deceased", died_date=LAST)
    measured(opened.source, 300)
    run_job()
    assert payout_of(policy).status == "account_missing"
    assert Notice.objects.get(template="index_payout_account").phone_tail == "5678"


def test_a_payer_that_holds_too_little_pays_whom_it_can_and_the_rest_waits(ready):
    paying_bank()
    version = drought()
    policies = [insured(ready, version=version, person=villager(ready, full_name=f"村民{n}")) for n in range(2)]
    for number, policy in enumerate(policies):
        account_of_person(policy, account_no=f"62284804025{number}")
    given(insurer(), 39_999_99)
    opened = window(weather_station(ready), version)
    measured(opened.source, 300)
    run_job()
    assert sorted(payout_of(policy).status for policy in policies) == ["due", "sent"]
    given(insurer(), 1)
    run_job(AFTER + DAY)
    assert {payout_of(policy).status for policy in policies} == {"sent"}


def test_the_public_register_counts_payouts_of_an_index_and_takes_off_what_came_back(ready):
    paying_bank()
    policy = insured(ready, version=drought())
    given(insurer(), 20_000_00)
    account_of_person(policy)
    opened = window(weather_station(ready), policy.version)
    measured(opened.source, 300)
    run_job()
    payment = IndexPayment.objects.get()
    bank_says_of(payment, Status.SUCCEEDED, at=AFTER)
    about = {"country": "CN", "since": AFTER - DAY, "until": AFTER + DAY}
    assert build_register(month=dt.date(2027, 9, 1), **about) == 1
    bank_says_of(payment, Status.REVERSED, at=AFTER)
    assert build_register(month=dt.date(2027, 10, 1), **about) == 1
    rows = RegisterRow.objects.order_by("is_correction").values_list("group", "amount_minor", "place__level")
    assert list(rows) == [("disaster", 20_000_00, "province"), ("disaster", -20_000_00, "province")]


def test_two_jobs_at_once_pay_each_policy_once(own_database):
    ready = desk()
    paying_bank()
    version = drought(ceilings=(("person_year", "", 50_000_00), ("fund_year", "", None)))
    policies = [insured(ready, version=version, person=villager(ready, full_name=f"村民{n}")) for n in range(4)]
    for number, policy in enumerate(policies):
        account_of_person(policy, account_no=f"62284804025{number}")
    given(insurer(), 200_000_00)
    opened = window(weather_station(ready), version)
    measured(opened.source, 300)
    barrier = threading.Barrier(2)

    def work():
        barrier.wait()
        try:
            run_job()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pay_index_payouts(country="CN", after=None, at=AFTER)
    assert {payout_of(policy).status for policy in policies} == {"sent"}
    assert (IndexPayment.objects.count(), left()) == (4, 120_000_00)
    assert CoverageCounter.objects.get(scope="fund_year").used_minor == 80_000_00


# --- the doors


def test_weather_cover_over_the_api(ready):
    version = drought()
    policy, source = insured(ready, version=version), weather_station(ready)
    first, second = api_client(finance_officer()), api_client(finance_officer())
    first_day, last_day = (str(localdate() + days * DAY) for days in (30, 120))
    wish = {"version": version.pk, "source": source.pk, "start_date": first_day, "end_date": last_day}
    opened = send(first, "/api/v1/index-windows/", **wish)
    assert (opened.status_code, opened.json()["status"]) == (201, "proposed")
    here = f"/api/v1/index-windows/{opened.json()['id']}/"
    assert send(first, f"{here}approve/").json()["code"] == "same_person"
    assert send(second, f"{here}approve/").json()["status"] == "open"
    assert send(first, f"{here}ask-to-cancel/", reason="气象站迁址").json()["status"] == "cancelling"
    assert send(first, f"{here}cancel/").json()["code"] == "same_person"
    assert send(second, f"{here}keep/", reason="仍在测量").json()["status"] == "open"
    assert send(second, f"{here}withdraw/", reason="写错了").json()["code"] == "wrong_state"
    level = weather_station(ready, "river", kind="water_level")
    assert send(first, "/api/v1/index-windows/", **wish | {"source": level.pk}).json()["code"] == "other_index"
    assert send(first, "/api/v1/index-windows/", **wish).json()["code"] == "window_overlap"
    too_far = wish | {"end_date": "9999-12-31"}
    assert send(first, "/api/v1/index-windows/", **too_far).json()["code"] == "window_too_far"
    content = "source,date,value\nqinglong,2020-01-01,12.5\n"
    loaded = send(first, "/api/v1/index-files/", content=content)
    assert loaded.status_code == 201
    file = f"/api/v1/index-files/{loaded.json()['id']}/release/"
    assert send(first, file).json()["code"] == "same_person"
    assert send(second, file).json()["status"] == "released"
    readings = second.get(f"/api/v1/index-sources/{source.pk}/readings/").json()["results"]
    assert [row["measured"] for row in readings] == ["12.50"]
    waits = send(first, f"/api/v1/index-windows/{opened.json()['id']}/wait/", reason="下周补报")
    assert waits.json()["code"] == "wrong_state"
    account = {"bank_code": "ABC", "account_no": "6228480402564890018", "holder_name": policy.person.full_name}
    here = f"/api/v1/policies/{policy.pk}/account/"
    assert send(api_client(ready.partner), here, payee=str(policy.person_id), **account).json()["status"] == "pending"
    other = {"payee": str(UserFactory().pk), **account}
    assert send(api_client(ready.partner), here, **other).json()["code"] == "payee_unfit"
    stranger = api_client(partner_of(StationFactory()))
    assert send(stranger, here, payee=str(policy.person_id), **account).status_code == 404
    assert stranger.get("/api/v1/index-windows/").status_code == 403
    assert stranger.get("/api/v1/index-payouts/").json()["results"] == []


def test_the_pages_lead_from_the_window_to_the_account_of_the_insured(ready, client):
    policy = insured(ready, version=drought())
    source = weather_station(ready, backup=weather_station(ready, "guiren"))
    opened = window(source, policy.version)
    for day in (FIRST, FIRST + DAY, LAST):
        measured(source, 300, date=day)
    settle()
    client.force_login(finance_officer())
    weather = "/finance/insurance/weather/"
    shown = client.get(f"{weather}windows/{opened.pk}/").content.decode()
    assert "20,000.00" in shown
    assert "青龙站" in client.get(weather).content.decode()
    assert "<svg" in client.get(f"{weather}sources/{source.pk}/").content.decode()
    assert client.get(f"{weather}sources/").status_code == 200
    assert client.get(f"{weather}new/").status_code == 200
    page = client.get(f"{weather}readings/new/")
    typed = {"key": page.context["form"]["key"].value()}
    bad = SimpleUploadedFile("r.csv", b"source,date,value\nqinglong,2020-13-01,1\n", "text/csv")
    refused = client.post(f"{weather}readings/new/", typed | {"content": bad})
    assert (refused.status_code, "第2行" in refused.content.decode()) == (422, True)
    good = SimpleUploadedFile("r.csv", b"source,date,value\nqinglong,2020-01-01,1\n", "text/csv")
    page = client.get(f"{weather}readings/new/")
    made = client.post(f"{weather}readings/new/", {"key": page.context["form"]["key"].value(), "content": good})
    assert made.status_code == 303
    assert client.get(made["Location"]).context["release"] is None
    client.force_login(finance_officer())
    file = client.get(made["Location"])
    assert (
        client.post(f"{made['Location']}release/", {"key": file.context["release"]["key"].value()}).status_code == 303
    )
    assert client.get(f"{weather}readings/").status_code == 200
    client.force_login(ready.partner)
    assert "20,000.00" in client.get(f"{weather}index-payouts/?state=due").content.decode()
    for typed, is_found in ((policy.number, True), ("没有此人", False)):
        page = client.get(f"{weather}index-payouts/", {"state": "due", "q": typed}).content.decode()
        assert ("20,000.00" in page) is is_found
    address = f"/finance/insurance/policies/{policy.pk}/"
    page = client.get(address)
    typed = {
        **{"key": page.context["account"]["key"].value(), "payee": str(policy.person_id), "bank_code": "ABC"},
        **{"account_no": "6228 4804 0256 4890 018", "holder_name": policy.person.full_name},
    }
    assert client.post(f"{address}account/", typed).status_code == 303
    assert PayoutAccount.objects.get().payee == f"person-{policy.person_id.hex}"
