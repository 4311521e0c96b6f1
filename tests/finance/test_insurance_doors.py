"""Insurance over the API and on the pages, appeals, and who may read of somebody's illness."""

import datetime as dt
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from PIL import Image

from core.errors import WrongState
from core.files.models import StoredFile
from core.files.services import may_see
from finance.insurance.services import (
    AppealExists,
    AppealTooLate,
    JudgeTookPart,
    JudgeUnfit,
    add_evidence,
    assign_appeal,
    check_claim,
    deliver_review,
    enter_claim,
    file_appeal,
    restore_claim,
    uphold_rejection,
)
from finance.models import Appeal, Claim, EnrolmentBatch, Policy
from stations.models import AccessRead
from tests.factories.claims import (
    EVENT,
    approve,
    assess,
    checked,
    decider,
    draft,
    paying_bank,
    photo_ids,
    picture,
    policy_of,
    proved,
    rejected,
    sent,
)
from tests.factories.finance import book, desk
from tests.factories.insurance import DAY, NOON, enrolled, fund, given, in_force, insurer, villager
from tests.factories.people import second_login_of
from tests.factories.records import signed_in
from tests.factories.stations import (
    StationFactory,
    UserFactory,
    api_client,
    auditor,
    claims_assessor,
    county_manager_of,
    finance_officer,
    helper_of,
    partner_of,
    send,
)


@pytest.fixture
def ready(db):
    return desk()


# --- the pages


def test_the_page_of_a_claim_with_a_visit_alike_photos_and_grades_takes_twelve_statements_at_most(ready, client):
    for day, seed in ((EVENT, 1), (EVENT + DAY, 1)):
        claim = draft(ready, policy_of(ready), peril="disability", grade="3", event=day)
        alike = picture(ready.partner, seed=seed)
        StoredFile.objects.filter(pk=alike.pk).update(sha256=day.isoformat().ljust(64, "f"))
        alike.refresh_from_db()
        add_evidence(claim=claim, kind="other", file=alike, by=ready.partner, at=NOON)
        claim = check_claim(claim=enter_claim(claim=proved(claim), by=ready.partner, at=NOON), at=NOON)
    visitor = claims_assessor()
    [photo] = photo_ids(visitor)
    deliver_review(claim=claim, words="属实", photos=[photo], by=visitor, at=NOON)
    address = f"/finance/insurance/claims/{claim.pk}/"
    for reader, button in ((claims_assessor(), "process"), (decider(), "approve")):
        signed_in(client, reader)
        client.get(address)
        with CaptureQueriesContext(connection) as taken:
            page = client.get(address)
        sent_ones = [query["sql"] for query in taken if "SAVEPOINT" not in query["sql"]]
        assert len(sent_ones) <= 12, "\n".join(sent_ones)
        assert page.context[button] is not None
        other = Claim.objects.exclude(pk=claim.pk).get()
        assert [row.claim_id for row in page.context["similar"]] == [other.pk]
        seen = AccessRead.objects.filter(user=reader, what="claim").values_list("person", flat=True)
        assert set(seen) == {claim.person_id, other.person_id}
        assert page.context["decisions"][0].photo_ids == [photo]
        assert ready.partner.shown_name in {entry.who for entry in page.context["history"]}
        if button == "process":
            assess(Claim.objects.get(pk=claim.pk))


# --- the API


def test_cover_over_the_api_from_the_list_to_the_premium(ready):
    book()
    version, manager = in_force(), api_client(county_manager_of(ready.station.county))
    person = villager(ready)
    start = now().date() + 2 * DAY
    wish = {"version": version.pk, "start_date": str(start), "person": str(person.pk)}
    made = send(manager, "/api/v1/enrolment-batches/", **wish)
    assert (made.status_code, made.json()["lines"]) == (201, [{"line": 1, "outcome": "accepted"}])
    bad = send(manager, "/api/v1/enrolment-batches/", version=version.pk, start_date=str(start), content="x")
    assert (bad.status_code, bad.json()["code"]) == (422, "enrolment_file_unreadable")
    officer = api_client(finance_officer())
    funds = {"poverty_fund": fund("poverty", 70_00).pk, "crowd_fund": fund("crowd", 29_99).pk}
    one = f"/api/v1/enrolment-batches/{made.json()['id']}/"
    assert send(officer, f"{one}fund/", **funds).json()["code"] == "fund_too_small"
    gift = {"giver_name": "某公司", "amount": "0.01", "receipt_ref": "B-9", "received_date": "2026-11-25"}
    assert send(officer, f"/api/v1/insurance-funds/{funds['crowd_fund']}/contributions/", **gift).status_code == 201
    assert send(officer, f"{one}fund/", **funds).json()["status"] == "funded"
    left = {row["id"]: row["left"] for row in officer.get("/api/v1/insurance-funds/").json()}
    assert set(left.values()) == {"0.00"}
    policies = api_client(ready.partner).get(f"/api/v1/policies/?person={person.pk}").json()["results"]
    assert [row["status"] for row in policies] == ["ready"]
    assert api_client(partner_of(StationFactory())).get("/api/v1/policies/").json()["results"] == []
    products = api_client(helper_of(ready.station)).get("/api/v1/insurance-products/").json()
    assert [len(row["benefits"]) for row in products] == [4]


def test_a_claim_over_the_api_from_the_counter_to_the_bank(ready):
    at = now()
    policy, partner = policy_of(ready, at=at - 100 * DAY), api_client(ready.partner)
    paying_bank()
    event = str((at - 20 * DAY).date())
    wish = {
        **{"policy": str(policy.pk), "peril": "illness", "event_date": event, "amount": "18600.00"},
        **{"public_cover": "9240.00", "payee": str(policy.person_id), "bank_code": "ABC"},
        **{"account_no": "6228480402564890018", "holder_name": policy.person.full_name},
    }
    headers = {"Idempotency-Key": uuid4().hex}
    answers = [partner.post("/api/v1/claims/", wish, format="json", headers=headers) for _time in range(2)]
    assert answers[0].json() == answers[1].json()
    assert Claim.objects.count() == 1
    one = f"/api/v1/claims/{answers[0].json()['id']}/"
    missing = send(partner, f"{one}enter/")
    assert (missing.status_code, missing.json()["code"]) == (422, "papers_missing")
    for kind in ("settlement_sheet", "discharge_paper"):
        assert send(partner, f"{one}evidence/", kind=kind, file=str(picture(ready.partner).pk)).status_code == 201
    assert send(partner, f"{one}evidence/", kind="other", file=str(picture(UserFactory()).pk)).status_code == 422
    assert send(partner, f"{one}enter/").json()["status"] == "entered"
    claim = check_claim(claim=Claim.objects.get(), at=at)
    assert send(partner, f"{one}process/").status_code == 403
    first, second = api_client(claims_assessor()), api_client(decider())
    assert send(first, f"{one}process/", words="齐全").json()["status"] == "processed"
    assert send(second, f"{one}approve/", amount="2544.01").json()["code"] == "amount_changed"
    assert send(second, f"{one}approve/", amount="2544.00").json()["approved"] == "2544.00"
    assert send(second, f"{one}approve/", amount="2544.00").json()["code"] == "wrong_state"
    assert send(api_client(finance_officer()), f"{one}pay/").json()["status"] == "payment_pending"
    detail = partner.get(one).json()
    assert (detail["peril"], len(detail["evidence"]), detail["history"][-1]["new"]) == ("illness", 2, "payment_pending")
    assert "peril" not in partner.get("/api/v1/claims/").json()["results"][0]
    assert claim.number


def test_only_those_who_may_read_of_an_illness_and_it_is_recorded(ready, client):
    claim = checked(ready)
    path, photo = f"/api/v1/claims/{claim.pk}/", claim.evidence.all()[0].file
    for reader in (partner_of(StationFactory()), claims_assessor(StationFactory().county)):
        assert api_client(reader).get(path).status_code == 404
        assert not may_see(reader, photo)
    helper = helper_of(ready.station)
    assert api_client(helper).get(path).status_code == 404
    assert not may_see(helper, photo)
    readers = (ready.partner, county_manager_of(ready.station.county), claims_assessor(), finance_officer(), auditor())
    for reader in readers:
        assert api_client(reader).get(path).status_code == 200
        assert may_see(reader, photo)
    reads = AccessRead.objects.filter(person=claim.person, what="claim")
    assert set(reads.values_list("user", flat=True)) == {reader.pk for reader in readers}
    client.force_login(ready.partner)
    assert client.get(f"/finance/insurance/claims/{claim.pk}/").status_code == 200
    assert reads.filter(user=ready.partner).count() == 2


# --- the pages


def jpeg(name):
    drawn = BytesIO()
    Image.effect_noise((64, 48), 90).save(drawn, "JPEG")
    return SimpleUploadedFile(f"{name}.jpg", drawn.getvalue(), "image/jpeg")


def key_of(page, action):
    return page.context[action]["key"].value()


def test_the_pages_lead_from_the_photos_to_the_appeal(ready, client):
    at = now()
    policy, event = policy_of(ready, at=at - 100 * DAY), str((at - 20 * DAY).date())
    client.force_login(ready.partner)
    assert client.get("/finance/insurance/").status_code == 200
    assert client.get("/finance/insurance/claims/new/").status_code == 200
    person = f"/finance/insurance/claims/new/?person={policy.person_id}"
    chosen = client.get(person).context["choices"]
    address = f"/finance/insurance/claims/new/{chosen[0][2]}"
    page = client.get(address)
    kinds = [name for name, _kind in page.context["form"].papers]
    typed = {
        **{"key": page.context["form"]["key"].value(), "event_date": event, "amount": "18600"},
        **{"public_cover": "9240", "payee": str(policy.person_id), "bank_code": "ABC"},
        **{"account_no": "6228480402564890018", "holder_name": policy.person.full_name},
    }
    sent_form = client.post(address, typed | {kinds[0]: jpeg("one")})
    assert sent_form.status_code == 303
    story = sent_form["Location"]
    page = client.get(story)
    assert len(page.context["missing"]) == 1
    refused = client.post(f"{story}enter/", {"key": key_of(page, "enter")})
    assert refused.status_code == 422
    more = {"key": key_of(page, "add_photo"), "photo": jpeg("two"), "kind": "discharge_paper"}
    assert client.post(f"{story}add-photo/", more).status_code == 303
    page = client.get(story)
    assert client.post(f"{story}enter/", {"key": key_of(page, "enter")}).status_code == 303
    claim = check_claim(claim=Claim.objects.get(), at=at)
    client.force_login(claims_assessor())
    page = client.get(story)
    proposal = {"key": key_of(page, "process"), "accepted": "18600", "other_cover": "0", "words": "齐全"}
    assert client.post(f"{story}process/", proposal).status_code == 303
    client.force_login(decider())
    page = client.get(story)
    assert page.context["approve"]["amount"].value() == "2544.00"
    shown = page.content.decode()
    assert [shown.count(f'aria-keyshortcuts="{key}"') for key in "ad"] == [1, 1]
    assert shown.count("<meter") == len(page.context["ceilings"]) > 0
    decline = {"key": key_of(page, "reject"), "reasons": ["papers_unclear"], "words": "重拍"}
    assert client.post(f"{story}reject/", decline).status_code == 303
    client.force_login(ready.partner)
    page = client.get(story)
    appeal = client.post(f"{story}appeal/", {"key": key_of(page, "appeal"), "words": "请再看"})
    assert client.get(appeal["Location"]).status_code == 200
    assert claim.policy_id == policy.pk


def test_a_county_enrols_and_finance_pays_on_the_pages(ready, client):
    book()
    version, manager = in_force(), county_manager_of(ready.station.county)
    client.force_login(manager)
    page = client.get("/finance/insurance/enrolments/new/")
    typed = {"key": page.context["form"]["key"].value(), "version": version.pk, "source": "list"}
    file = SimpleUploadedFile("list.csv", b"id_number,full_name\r\n1,x\r\n", "text/csv")
    start = str(now().date() + 2 * DAY)
    refused = client.post("/finance/insurance/enrolments/new/", typed | {"start_date": start, "content": file})
    assert refused.status_code == 422
    person = villager(ready)
    address = f"/finance/insurance/enrolments/person/?person={person.pk}"
    key = client.get(address).context["form"]["key"].value()
    made = client.post(address, {"key": key, "version": version.pk, "start_date": start})
    assert made.status_code == 303
    batch = EnrolmentBatch.objects.get()
    poverty, crowd = fund("poverty", 70_00), fund("crowd", 30_00)
    client.force_login(finance_officer())
    page = client.get(made["Location"])
    pressed = {"key": key_of(page, "fund"), "poverty_fund": poverty.pk, "crowd_fund": crowd.pk}
    assert client.post(f"{made['Location']}fund/", pressed).status_code == 303
    batch.refresh_from_db()
    assert batch.status == "funded"
    page = client.get(f"/finance/insurance/funds/{crowd.pk}/")
    gift = {"giver_name": "某公司", "amount": "5", "receipt_ref": "B-1", "received_date": "2026-11-25"}
    gift |= {"key": page.context["form"]["key"].value()}
    assert client.post(f"/finance/insurance/funds/{crowd.pk}/", gift).status_code == 303
    assert "5.00" in client.get(f"/finance/insurance/funds/{crowd.pk}/").content.decode()
    client.force_login(partner_of(StationFactory()))
    assert client.get(f"/finance/insurance/policies/{Policy.objects.get().pk}/").status_code == 404


# --- appeals


def test_a_judge_took_no_part_and_the_old_claim_stays_declined(ready):
    claim = rejected(ready)
    appeal = file_appeal(claim=claim, words="请再看", photos=photo_ids(ready.partner), by=ready.partner, at=NOON)
    with pytest.raises(AppealExists):
        file_appeal(claim=claim, words="再来", by=ready.partner, at=NOON)
    clerk = claims_assessor()
    for officer in (claim.assessor, claim.decider):
        with pytest.raises(JudgeTookPart):
            assign_appeal(appeal=appeal, judge=officer, by=clerk, at=NOON)
        with pytest.raises(IntegrityError, match="appeal_is_judged_by_somebody_who_took_no_part"), transaction.atomic():
            Appeal.objects.filter(pk=appeal.pk).update(status="assigned", judge=officer)
    with pytest.raises(JudgeUnfit):
        assign_appeal(appeal=appeal, judge=finance_officer(), by=clerk, at=NOON)
    judge = claims_assessor()
    appeal = assign_appeal(appeal=appeal, judge=judge, by=clerk, at=NOON)
    with pytest.raises(JudgeTookPart):
        restore_claim(appeal=appeal, words="重新处理", by=clerk, at=NOON)
    again = restore_claim(appeal=appeal, words="重拍的清楚", by=judge, at=NOON)
    claim.refresh_from_db()
    assert (claim.status, again.status, again.restores, again.claimed_minor) == (
        "rejected",
        "checked",
        claim,
        18_600_00,
    )
    assert again.evidence.filter(is_live=True).count() == claim.evidence.count() == 2
    assert approve(assess(again)).approved_minor == 2_544_00
    with pytest.raises(WrongState):
        uphold_rejection(appeal=appeal, words="不", by=judge, at=NOON)


def test_an_appeal_that_is_upheld_says_why(ready):
    judge = claims_assessor()
    appeal = file_appeal(claim=rejected(ready), words="请再看", by=ready.partner, at=NOON)
    assign_appeal(appeal=appeal, judge=judge, by=judge, at=NOON)
    upheld = uphold_rejection(appeal=appeal, words="照片仍看不清", by=judge, at=NOON + DAY)
    assert (upheld.status, upheld.outcome_words) == ("upheld", "照片仍看不清")
    assert Claim.objects.count() == 1


@pytest.mark.parametrize(("time", "is_late"), [("2027-01-24T15:59Z", False), ("2027-01-24T16:00Z", True)])
def test_an_appeal_is_possible_until_the_end_of_its_last_day_at_the_station(ready, time, is_late):
    at = dt.datetime.fromisoformat(time)
    claim = rejected(ready)
    if is_late:
        with pytest.raises(AppealTooLate) as refused:
            file_appeal(claim=claim, words="请再看", by=ready.partner, at=at)
        assert refused.value.params["date"] == dt.date(2027, 1, 24)
    else:
        assert file_appeal(claim=claim, words="请再看", by=ready.partner, at=at).status == "filed"


def test_a_judge_with_a_second_login_is_the_same_person(ready):
    claim = rejected(ready)
    appeal = file_appeal(claim=claim, words="请再看", by=ready.partner, at=NOON)
    again = claims_assessor(user=second_login_of(claim.decider))
    with pytest.raises(JudgeTookPart):
        assign_appeal(appeal=appeal, judge=again, by=claims_assessor(), at=NOON)


def test_what_was_paid_cannot_be_appealed(ready):
    claim = sent(ready)
    with pytest.raises(WrongState):
        file_appeal(claim=claim, words="太少", by=ready.partner, at=NOON)
    assert given(insurer(), 1).amount.minor == 1
    assert enrolled(villager(ready, full_name="李四")).accepted == 1
