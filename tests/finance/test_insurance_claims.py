"""Claims at the counter: filed once, with papers and consent, and checked against the terms and other claims."""

import datetime as dt
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from core.errors import SamePerson, WrongState
from core.models import Job, StoredFile
from core.money import Money
from finance.insurance.pictures import ALIKE, difference_hash, distance, parts_near, parts_of
from finance.insurance.services import (
    BillReused,
    CheckFailed,
    ClaimStands,
    DocumentReused,
    EventInFuture,
    GradeMissing,
    HolderNameDiffers,
    InsuranceConsentMissing,
    PapersMissing,
    PayeeUnfit,
    PayTo,
    ReviewOpen,
    add_evidence,
    check_claim,
    deliver_review,
    enter_claim,
    fund_policies,
    start_policies,
    withdraw_claim,
)
from finance.insurance.services.filing import Bill
from finance.models import (
    Claim,
    ClaimCheck,
    Policy,
)
from stations.models import Certificate, StationService
from stations.network.services import ServiceNotOpen
from stations.people.services import move_person
from tests.factories.claims import (
    BEGAN,
    EVENT,
    agrees,
    assess,
    checked,
    draft,
    photo_ids,
    picture,
    policy_of,
    proved,
    takes_claims,
)
from tests.factories.finance import desk
from tests.factories.insurance import DAY, NOON, enrolled, funds_of, in_force, insured, villager
from tests.factories.people import guardian_of, household_of, second_login_of
from tests.factories.stations import claims_assessor, finance_officer


@pytest.fixture
def ready(db):
    return desk()


def found(claim, result):
    """The codes of the last run with this result."""
    run = claim.checks.latest("run").run
    return set(claim.checks.filter(run=run, result=result).values_list("code", flat=True))


def test_a_claim_is_filed_once_its_papers_and_the_consent_are_there(ready):
    takes_claims(ready)
    policy = insured(ready, at=BEGAN)
    claim = draft(ready, policy)
    with pytest.raises(PapersMissing) as refused:
        enter_claim(claim=claim, by=ready.partner, at=NOON)
    assert "2 ×" not in refused.value.params["papers"]
    proved(claim)
    with pytest.raises(InsuranceConsentMissing):
        enter_claim(claim=claim, by=ready.partner, at=NOON)
    agrees(policy.person, ready)
    claim = enter_claim(claim=claim, by=ready.partner, at=NOON)
    assert (claim.status, claim.decide_by_date) == ("entered", dt.date(2026, 12, 2))
    assert Job.objects.filter(kind="insurance.check_claim", payload__claim=str(claim.pk)).exists()
    with pytest.raises(WrongState):
        add_evidence(claim=claim, kind="other", file=picture(ready.partner), by=ready.partner, at=NOON)


def test_one_event_is_claimed_once_and_lies_in_the_past(ready):
    policy = policy_of(ready)
    claim = draft(ready, policy)
    with pytest.raises(ClaimStands):
        draft(ready, policy)
    with pytest.raises(EventInFuture):
        draft(ready, policy, event=NOON.date() + DAY)
    with pytest.raises(GradeMissing):
        draft(ready, policy, peril="disability", grade="slight")
    draft(ready, policy, peril="education_costs", event=EVENT - DAY)
    with pytest.raises(ClaimStands):
        draft(ready, policy, peril="education_costs", event=EVENT)
    withdraw_claim(claim=claim, by=ready.partner, at=NOON)
    assert draft(ready, policy).status == "draft"


def test_money_goes_to_the_insured_a_guardian_or_the_head(ready):
    child = villager(ready, full_name="王小宝", birth_date=dt.date(2015, 5, 1))
    grandmother, head, other = (villager(ready, full_name=name) for name in ("张奶奶", "王大伯", "李四"))
    guardian_of(child, grandmother)
    household = household_of(head)
    move_person(person=child, household=household, relation="grandchild", by=ready.partner, at=NOON)
    policy = policy_of(ready, person=child)
    Policy.objects.filter(pk=policy.pk).update(household=household)
    policy = Policy.objects.select_related("person", "household", "version__product").get(pk=policy.pk)
    number = "6228480402564890018"
    for day, payee in enumerate((child, grandmother, head)):
        pay_to = PayTo(payee, "ABC", number, payee.full_name)
        assert draft(ready, policy, event=EVENT + day * DAY, pay_to=pay_to).payee == payee
    with pytest.raises(PayeeUnfit):
        draft(ready, policy, event=EVENT - DAY, pay_to=PayTo(other, "ABC", number, other.full_name))
    with pytest.raises(HolderNameDiffers):
        draft(ready, policy, event=EVENT - DAY, pay_to=PayTo(head, "ABC", number, "李四"))


def test_a_photo_and_a_bill_prove_one_live_claim(ready):
    policy = policy_of(ready)
    claim, photo = draft(ready, policy), picture(ready.partner)
    bill = Bill(number="ZY-1", issuer="县医院")
    add_evidence(claim=claim, kind="other", file=photo, bill=bill, by=ready.partner, at=NOON)
    again = draft(ready, policy, event=EVENT + DAY)
    with pytest.raises(DocumentReused):
        add_evidence(claim=again, kind="other", file=photo, by=ready.partner, at=NOON)
    with pytest.raises(BillReused):
        add_evidence(claim=again, kind="other", file=picture(ready.partner), bill=bill, by=ready.partner, at=NOON)
    withdraw_claim(claim=claim, by=ready.partner, at=NOON)
    add_evidence(claim=again, kind="other", file=photo, bill=bill, by=ready.partner, at=NOON)


def test_a_claim_in_order_needs_no_visit(ready):
    claim = checked(ready)
    assert (claim.status, claim.review) == ("checked", "not_selected")
    assert found(claim, "fail") | found(claim, "refer") == set()


@pytest.mark.parametrize(
    ("days", "peril", "code"),
    [
        (-1, "disability", "event_outside_period"),
        (29, "illness", "waiting_period"),
        (30, "illness", ""),
        (0, "disability", ""),
    ],
)
def test_cover_begins_with_the_policy_and_after_the_waiting_time(ready, days, peril, code):
    began = BEGAN.date()
    about = {"grade": "1"} if peril == "disability" else {}
    claim = checked(ready, peril=peril, event=began + days * DAY, **about)
    assert found(claim, "fail") == ({code} if code else set())
    assert ("early_claim" in found(claim, "refer")) == (not code)


@pytest.mark.parametrize(("days", "is_outside"), [(-1, True), (0, False)])
def test_nothing_is_covered_that_happened_before_the_premium_was_paid(ready, days, is_outside):
    takes_claims(ready)
    version, funded_at = in_force(), BEGAN + 20 * DAY
    person = villager(ready)
    agrees(person, ready, at=BEGAN)
    batch = enrolled(person, version, start_date=BEGAN.date(), at=BEGAN)
    fund_policies(batch=batch, funds=funds_of(batch), by=finance_officer(), at=funded_at)
    start_policies(county=ready.station.county, zone=ready.station.zone, at=funded_at)
    claim = checked(ready, batch.policies.get(), event=funded_at.date() + days * DAY, peril="disability", grade="1")
    assert ("event_outside_period" in found(claim, "fail")) == is_outside


@pytest.mark.parametrize(("days", "is_late"), [(80, False), (81, True)])
def test_a_claim_comes_in_time(ready, days, is_late):
    policy = policy_of(ready, version=in_force(late_filing_days=80))
    claim = checked(ready, policy, event=NOON.date() - days * DAY, peril="disability", grade="1")
    assert ("filed_late" in found(claim, "fail")) == is_late


def test_what_fails_a_check_is_declined_or_overruled_with_a_reason(ready):
    claim = checked(ready, event=BEGAN.date() + 29 * DAY)
    with pytest.raises(CheckFailed):
        assess(claim)
    claim = assess(claim, override="医生证明是旧伤急发")
    assert claim.overrides == [{"check": "waiting_period", "reason": "医生证明是旧伤急发"}]


def test_any_doubt_asks_for_a_visit_before_it_is_assessed(ready):
    claim = proved(
        draft(ready),
        total=Money(18_600_00, "CNY"),
        public_cover=Money(9_240_00, "CNY"),
        self_paid=Money(9_000_00, "CNY"),
    )
    claim = check_claim(claim=enter_claim(claim=claim, by=ready.partner, at=NOON), at=NOON)
    assert (claim.review, found(claim, "refer")) == ("selected", {"bill_arithmetic"})
    with pytest.raises(ReviewOpen):
        assess(claim)
    with pytest.raises(IntegrityError, match="claim_is_visited_before_it_is_assessed"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(status="processed", assessor=claims_assessor())
    visitor = claims_assessor()
    with pytest.raises(SamePerson):
        deliver_review(claim=claim, words="属实", by=second_login_of(ready.partner), at=NOON)
    deliver_review(claim=claim, words="属实", photos=photo_ids(visitor), by=visitor, at=NOON)
    assert assess(Claim.objects.get(pk=claim.pk)).status == "processed"
    with pytest.raises(WrongState):
        withdraw_claim(claim=claim, by=ready.partner, at=NOON)


def test_a_lot_draws_visits_that_cannot_be_foretold(ready, settings):
    settings.ECOMNET_CLAIM_VISITS_BP = 10_000
    assert found(checked(ready), "refer") == {"random_visit"}


def test_an_account_of_three_households_and_of_staff_are_looked_at(ready):
    people = [villager(ready, full_name=name) for name in ("甲一", "乙二", "丙三")]
    for person in people:
        household_of(person)
        person.refresh_from_db()
    version = in_force()
    claims = [checked(ready, policy_of(ready, person=person, version=version)) for person in people]
    assert [found(claim, "refer") for claim in claims] == [set(), set(), {"account_shared"}]
    ready.partner.person = people[0]
    ready.partner.save()
    again = checked(ready, claims[0].policy, event=EVENT + DAY)
    assert found(again, "refer") == {"account_shared", "payee_is_staff"}


def test_photos_that_look_alike_are_shown_side_by_side(ready):
    policy = policy_of(ready)
    first = draft(ready, policy)
    add_evidence(claim=first, kind="other", file=picture(ready.partner, seed=1), by=ready.partner, at=NOON)
    check_claim(claim=enter_claim(claim=proved(first), by=ready.partner, at=NOON), at=NOON)
    second = draft(ready, policy, event=EVENT + DAY)
    alike = picture(ready.partner, seed=1)
    StoredFile.objects.filter(pk=alike.pk).update(sha256="f" * 64)
    alike.refresh_from_db()
    add_evidence(claim=second, kind="other", file=alike, by=ready.partner, at=NOON)
    check_claim(claim=enter_claim(claim=proved(second), by=ready.partner, at=NOON), at=NOON)
    check = ClaimCheck.objects.get(claim=second, code="picture_similar")
    assert check.result == "refer"
    assert check.evidence == [str(first.evidence.get(kind="other").pk)]


def test_hashes_that_differ_in_six_bits_share_a_near_part():
    drawn = BytesIO()
    Image.linear_gradient("L").rotate(30).save(drawn, "PNG")
    number = difference_hash(drawn.getvalue())
    for flipped in (0b111111, 0b1 << 15 | 0b1 << 16 | 0b11 << 31 | 0b1 << 48 | 0b1 << 63):
        other = (number ^ flipped) & ((1 << 64) - 1)
        signed = other - (1 << 64) if other >> 63 else other
        assert distance(number, signed) == ALIKE
        assert set(parts_of(signed)) & set(parts_near(number))


def test_a_payee_who_works_here_under_a_merged_record_is_looked_at(ready):
    policy = policy_of(ready)
    merged = ready.partner.person = villager(ready)
    ready.partner.save()
    merged.merged_into = policy.person
    merged.save()
    assert found(checked(ready, policy), "refer") == {"payee_is_staff"}


def test_a_claim_begins_where_the_station_takes_claims_and_the_partner_holds_the_certificate(ready):
    policy = policy_of(ready)
    Certificate.objects.filter(holder=ready.partner).update(expires_date=NOON.date() - DAY)
    with pytest.raises(ServiceNotOpen):
        draft(ready, policy)
    Certificate.objects.filter(holder=ready.partner).update(expires_date=NOON.date())
    assert draft(ready, policy).status == "draft"
    StationService.objects.filter(station=ready.station, service__code="insurance_claim").delete()
    with pytest.raises(ServiceNotOpen):
        draft(ready, policy, event=EVENT - DAY)
    assert Claim.objects.count() == 1
