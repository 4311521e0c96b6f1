"""Claims are assessed and decided by different persons, and what is left of ceilings is counted under lock."""

import datetime as dt
import re
import threading
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import SamePerson, WrongState
from core.models import Job, Notice
from core.money import Money
from finance.insurance.console import CONSOLE
from finance.insurance.presets import poverty_reduction_100
from finance.insurance.services import (
    AcceptedTooMuch,
    AmountChanged,
    CeilingExhausted,
    ClaimLimit,
    ClaimReasonsUnfit,
    InsuranceConsentMissing,
    InsuranceConsentWithdrawn,
    PayTo,
    activate_insurance_product,
    answer_documents,
    ask_for_documents,
    assign_appeal,
    check_claim,
    deliver_review,
    draft_insurance_product,
    file_appeal,
    mind_claim_clocks,
    reject_claim,
    rest_claims,
    restore_claim,
    rests,
    return_to_assessor,
    reverse_approval,
    send_claim_payment,
    withdraw_claim,
)
from finance.models import (
    Claim,
    CoverageCounter,
    Policy,
)
from finance.ties import OfficerIsTied
from stations.models import Consent, Person
from stations.people.services import withdraw_consent
from tests.ecomnet.test_needs import browser_of
from tests.factories.claims import (
    BEGAN,
    EVENT,
    agrees,
    approve,
    approved,
    assess,
    checked,
    decider,
    draft,
    entered,
    paying_bank,
    photo_ids,
    policy_of,
    rejected,
)
from tests.factories.finance import book, desk
from tests.factories.insurance import DAY, NOON, in_force, insurer, villager
from tests.factories.people import household_of, second_login_of
from tests.factories.premiums import member
from tests.factories.stations import UserFactory, claims_assessor, county, finance_officer


@pytest.fixture
def ready(db):
    return desk()


def test_two_stays_use_up_the_year_and_a_third_is_declined(ready):
    policy = policy_of(ready)
    first = approved(ready, policy)
    assert (first.approved_minor, first.outcome, first.reason_codes) == (2_544_00, "complete", [])
    second = approved(ready, policy, cost=30_000_00, public=0, event=EVENT + DAY)
    assert (second.approved_minor, second.outcome, second.reason_codes) == (7_456_00, "partial", ["ceiling_reached"])
    third = checked(ready, policy, cost=9_000_00, public=0, event=EVENT + 2 * DAY)
    with pytest.raises(CeilingExhausted):
        assess(third)
    assess(third, reasons=["ceiling_exhausted"])
    reject_claim(claim=third, reasons=["ceiling_exhausted"], words="今年限额已用完", by=claims_assessor(), at=NOON)
    third.refresh_from_db()
    assert (third.status, third.outcome, third.approved_minor) == ("rejected", "error", None)
    used = dict(CoverageCounter.objects.exclude(scope="fund_year").values_list("kind", "used_minor").order_by("-pk"))
    assert used["deductible"] == 3_000_00
    counted = CoverageCounter.objects.get(scope="person_year", kind="ceiling", peril="illness")
    assert counted.used_minor == sum(counted.entries.values_list("amount_minor", flat=True))


@pytest.mark.parametrize(
    ("peril", "about", "paid"),
    [
        ("disability", {"grade": "3"}, 16_000_00),
        ("natural_disaster", {"grade": "heavy"}, 2_000_00),
        ("education_costs", {"cost": 4_000_00}, 2_000_00),
        ("education_costs", {"cost": 9_000_00}, 3_000_00),
    ],
)
def test_each_peril_pays_by_its_formula(ready, peril, about, paid):
    assert approved(ready, peril=peril, **about).approved_minor == paid


def test_an_approval_that_is_taken_back_gives_back_once(ready):
    claim = approved(ready)
    with pytest.raises(SamePerson):
        reverse_approval(claim=claim, reason="账号错", by=second_login_of(claim.decider), at=NOON)
    reverse_approval(claim=claim, reason="账号错", by=finance_officer(), at=NOON)
    with pytest.raises(WrongState):
        reverse_approval(claim=claim, reason="账号错", by=finance_officer(), at=NOON)
    assert set(CoverageCounter.objects.values_list("used_minor", flat=True)) == {0}
    claim = approve(Claim.objects.get(pk=claim.pk))
    assert claim.approved_minor == 2_544_00


def test_use_under_a_merged_record_counts_for_the_person(ready):
    policy = policy_of(ready)
    approved(ready, policy, cost=24_000_00, public=0)
    kept = villager(ready)
    merged = policy.person
    merged.merged_into = kept
    merged.save()
    policy.refresh_from_db()
    pay_to = PayTo(kept, "ABC", "6228480402564890018", kept.full_name)
    second = approved(ready, policy, cost=24_000_00, public=0, event=EVENT + DAY, pay_to=pay_to)
    assert second.approved_minor == 10_000_00 - 8_400_00


def test_filer_assessor_decider_and_payer_are_four_persons(ready):
    officer = decider()
    claim = checked(ready)
    with pytest.raises(SamePerson):
        assess(claim, by=second_login_of(ready.partner))
    claim = assess(claim, by=officer)
    for one in (officer, second_login_of(officer)):
        with pytest.raises(SamePerson):
            approve(claim, by=one)
    claim = approve(claim)
    with pytest.raises(SamePerson):
        send_claim_payment(claim=claim, by=second_login_of(claim.decider), at=NOON)
    rows = Claim.objects.filter(pk=claim.pk)
    for change, name in (
        ({"assessor": claim.filer}, "claim_is_assessed_by_another_person"),
        ({"decider": claim.assessor}, "claim_is_decided_by_another_person"),
        ({"sender": claim.decider}, "claim_is_paid_by_another_person"),
        ({"paid_minor": 1_000_000_00}, "no_more_is_paid_than_approved_than_claimed"),
        ({"approved_minor": None}, "approved_claim_has_its_amount"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**change)


def test_nobody_assesses_decides_or_pays_a_claim_of_their_household_and_the_database_refuses_it_too(ready):
    claim = checked(ready)
    at_home = villager(ready)
    Person.objects.filter(pk=at_home.pk).update(household=household_of(claim.person))
    lives_there = UserFactory(person_id=at_home.pk)
    with pytest.raises(OfficerIsTied):
        assess(claim, by=lives_there)
    claim = assess(claim)
    with pytest.raises(OfficerIsTied):
        approve(claim, by=lives_there)
    with pytest.raises(OfficerIsTied):
        reject_claim(claim=claim, reasons=["not_covered"], words="不", by=lives_there, at=NOON)
    claim = approve(claim)
    with pytest.raises(OfficerIsTied):
        send_claim_payment(claim=claim, by=lives_there, at=NOON)
    for part in ("assessor", "decider", "sender"):
        with pytest.raises(IntegrityError, match="decided_by_nobody_close_to_the_insured"), transaction.atomic():
            Claim.objects.filter(pk=claim.pk).update(**{part: lives_there})


@pytest.mark.parametrize(("limit", "fits"), [(2_543_99, False), (2_544_00, True), (None, False)])
def test_a_post_approves_claims_up_to_its_limit(ready, limit, fits):
    claim = assess(checked(ready))
    if fits:
        assert approve(claim, by=decider(limit)).status == "valuated"
    else:
        with pytest.raises(ClaimLimit):
            approve(claim, by=decider(limit))


def test_another_amount_than_was_seen_is_refused_with_the_new_one(ready):
    policy = policy_of(ready)
    one = assess(checked(ready, policy))
    other = assess(checked(ready, policy, cost=40_000_00, public=0, event=EVENT + DAY))
    approve(one)
    with pytest.raises(AmountChanged) as refused:
        approve(other)
    assert refused.value.params["amount"] == "¥7,456.00"
    approve(other, minor=7_456_00)


def test_no_more_is_accepted_than_was_claimed_and_less_may_be(ready):
    claim = checked(ready)
    with pytest.raises(AcceptedTooMuch):
        assess(claim, accepted=Money(18_600_01, "CNY"))
    claim = assess(claim, accepted=Money(14_240_00, "CNY"), other_cover=Money(0, "CNY"))
    assert claim.assessed_minor == 800_00


FIVE = ["papers_unclear", "papers_missing", "filed_late", "not_confirmed", "paid_before"]


@pytest.mark.parametrize("reasons", [[], FIVE, ["papers_unclear"] * 2, ["no_money"]])
def test_declining_names_one_to_four_known_reasons(ready, reasons):
    claim = assess(checked(ready))
    with pytest.raises(ClaimReasonsUnfit):
        reject_claim(claim=claim, reasons=reasons, words="重拍", by=claims_assessor(), at=NOON)
    with pytest.raises(IntegrityError, match="declined_claim_says_why"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(status="rejected", decider=claims_assessor())


def test_who_is_declined_hears_of_it_and_the_papers_are_free_again(ready):
    claim = rejected(ready, policy_of(ready, person=villager(ready, phone="+8613812345678")))
    assert Notice.objects.filter(template="claim_rejected", user=ready.partner.pk).exists()
    assert Notice.objects.filter(template="claim_rejected_family").exists()
    assert not claim.evidence.filter(is_live=True).exists()
    assert draft(ready, claim.policy).status == "draft"


def test_of_a_claim_of_the_dead_the_one_who_is_paid_is_told(ready):
    head = villager(ready, phone="+8613812345678")
    dead = member(ready, household_of(head), phone="+8613800000000")
    policy = policy_of(ready, person=dead)
    Person.objects.filter(pk=dead.pk).update(died_date=EVENT, residence="deceased")
    policy.refresh_from_db()
    entered(ready, policy, pay_to=PayTo(head, "ABC", "6228480402564890018", head.full_name))
    assert Notice.objects.get(template="claim_entered_family").phone_tail == "5678"


def test_a_proposal_is_returned_to_the_assessor(ready):
    claim = assess(checked(ready))
    with pytest.raises(SamePerson):
        return_to_assessor(claim=claim, reason="金额不符", by=claim.assessor, at=NOON)
    claim = return_to_assessor(claim=claim, reason="金额不符", by=claims_assessor(), at=NOON)
    assert (claim.status, claim.assessor, claim.assessed_minor) == ("checked", None, None)


def test_the_clock_stands_while_papers_are_asked_for(ready):
    claim = checked(ready)
    ask_for_documents(claim=claim, words="补出院小结", by=claims_assessor(), at=NOON + DAY)
    with pytest.raises(WrongState):
        ask_for_documents(claim=claim, words="再补", by=claims_assessor(), at=NOON + DAY)
    assert mind_claim_clocks(county=ready.station.county, zone=ready.station.zone, at=NOON + 30 * DAY)["overdue"] == 0
    claim = answer_documents(claim=claim, words="已补", by=ready.partner, at=NOON + 6 * DAY)
    assert claim.decide_by_date == dt.date(2026, 12, 7)
    assert Job.objects.filter(kind="insurance.check_claim", payload__claim=str(claim.pk)).count() == 2


def test_a_claim_rests_while_the_insured_has_taken_the_consent_back_and_what_was_approved_is_paid(ready):
    paying_bank()
    policy = policy_of(ready)
    owed = approved(ready, policy)
    waits = assess(checked(ready, policy, event=EVENT + DAY))
    visited = checked(ready, policy, event=EVENT + 2 * DAY)
    Claim.objects.filter(pk=visited.pk).update(review="selected")
    deadline = waits.decide_by_date
    for consent in Consent.objects.filter(person=policy.person, purpose="insurance_data"):
        withdraw_consent(consent=consent, by=ready.partner, at=NOON)
    for act in (
        lambda: approve(Claim.objects.get(pk=waits.pk)),
        lambda: reject_claim(claim=waits, reasons=["papers_unclear"], words="看不清", by=claims_assessor(), at=NOON),
        lambda: deliver_review(claim=visited, words="见到本人", by=claims_assessor(), at=NOON),
        lambda: assess(visited),
    ):
        with pytest.raises(InsuranceConsentWithdrawn):
            act()
    assert [rest_claims(person=policy.person_id, at=NOON) for _twice in range(2)] == [2, 2]
    assert Notice.objects.filter(template="claim_rests", user=ready.partner.pk).count() == 2
    other = claims_assessor()
    for need in CONSOLE.needs:
        if need.name in ("insurance.assess", "insurance.visit", "insurance.approve"):
            assert not need.rows(user=other, at=NOON).exists()
    assert "被保险人撤回了同意" in browser_of(other).get(reverse("insurance:claims")).content.decode()
    page = browser_of(ready.partner).get(reverse("insurance:claim", args=[waits.pk])).content.decode()
    assert "撤回" in page
    assert send_claim_payment(claim=owed, by=finance_officer(), at=NOON).status == "payment_pending"
    with pytest.raises(InsuranceConsentMissing):
        answer_documents(claim=waits, words="家里想好了", by=ready.partner, at=NOON + DAY)
    Claim.objects.filter(pk=visited.pk).update(review="delivered")
    withdraw_claim(claim=visited, by=ready.partner, at=NOON + DAY)
    agrees(policy.person, ready, at=NOON + DAY)
    answer_documents(claim=waits, words="家里想好了", by=ready.partner, at=NOON + DAY)
    waits.refresh_from_db()
    assert (waits.status, waits.documents_asked_at) == ("processed", None)
    assert waits.decide_by_date == deadline + DAY
    with pytest.raises(WrongState):
        withdraw_claim(claim=waits, by=ready.partner, at=NOON + DAY)
    assert approve(waits).status == "valuated"


def test_a_claim_that_has_to_be_decided_again_rests_too_where_the_consent_was_taken_back(ready):
    policy, other, judge = policy_of(ready), claims_assessor(), claims_assessor()
    owed, declined = approved(ready, policy), rejected(ready, policy, event=EVENT + DAY)
    filed = entered(ready, policy, event=EVENT + 2 * DAY)
    for consent in Consent.objects.filter(person=policy.person, purpose="insurance_data"):
        withdraw_consent(consent=consent, by=ready.partner, at=NOON)
    assert rest_claims(person=policy.person_id, at=NOON) == 1
    check_claim(claim=filed, at=NOON)
    assert not Notice.objects.filter(template="claim_to_assess", link__contains=str(filed.pk)).exists()
    with pytest.raises(InsuranceConsentMissing):
        file_appeal(claim=declined, words="请再看", photos=photo_ids(ready.partner), by=ready.partner, at=NOON)
    appeal = file_appeal(claim=declined, words="请再看", by=ready.partner, at=NOON)
    appeal = assign_appeal(appeal=appeal, judge=judge, by=judge, at=NOON)
    back = reverse_approval(claim=owed, reason="账号错", by=finance_officer(), at=NOON)
    again = restore_claim(appeal=appeal, words="重新处理", by=judge, at=NOON)
    assert [rests(Claim.objects.get(pk=claim.pk)) for claim in (back, again)] == [True, True]
    assert Notice.objects.filter(template="claim_rests", user=ready.partner.pk).count() == 3
    for need in CONSOLE.needs:
        if need.name in ("insurance.assess", "insurance.approve"):
            assert not need.rows(user=other, at=NOON).exists()
    agrees(policy.person, ready, at=NOON)
    back = answer_documents(claim=Claim.objects.get(pk=back.pk), words="家里想好了", by=ready.partner, at=NOON)
    assert approve(back).status == "valuated"


@pytest.mark.parametrize(("days", "mark"), [(0, ""), (2, "half"), (6, "last_day"), (7, "last_day"), (8, "overdue")])
def test_assessors_hear_of_deadlines(ready, days, mark):
    assessor = claims_assessor()
    checked(ready)
    told = mind_claim_clocks(county=ready.station.county, zone=ready.station.zone, at=NOON + days * DAY)
    assert {name for name, number in told.items() if number} == ({mark} if mark else set())
    assert Notice.objects.filter(template=f"claim_{mark}", user=assessor.pk).exists() == bool(mark)


def test_the_float_of_an_insurer_bounds_what_is_approved(ready):
    claim = assess(checked(ready, policy_of(ready, put_up=1_000_00)))
    assert claim.assessed_minor == 1_000_00
    claim = approve(claim)
    assert (claim.outcome, claim.reason_codes) == ("partial", ["ceiling_reached"])
    with pytest.raises(IntegrityError, match="ceiling_is_not_exceeded"), transaction.atomic():
        CoverageCounter.objects.filter(scope="fund_year").update(used_minor=1_000_01)


def test_a_claim_in_yen_has_no_decimals(db):
    book("JP", "Asia/Tokyo")
    ready = desk(county=county(country="JP"), currency="JPY", zone="Asia/Tokyo")
    version = in_force(insurer(company_code="JP1", country="JP", currency="JPY"), at=BEGAN)
    policy = policy_of(ready, version=version, put_up=500_000)
    claim = assess(checked(ready, policy, cost=18_600, public=9_240))
    assert claim.assessed_minor == 2_544
    assert approve(claim, by=decider(50_000, "JPY")).approved.display("en") == "¥2,544"


def test_of_twelve_approvals_at_the_last_of_a_ceiling_one_succeeds(own_database):
    ready = desk()
    policy = policy_of(ready)
    approved(ready, policy, cost=24_000_00, public=0)
    claims = [
        assess(checked(ready, policy, cost=5_000_00, public=0, event=EVENT - number * DAY), accepted=None)
        for number in range(1, 13)
    ]
    assert {claim.assessed_minor for claim in claims} == {1_600_00}
    officers = [decider() for _claim in claims]
    outcomes, barrier = [], threading.Barrier(12)

    def decide(claim, officer):
        barrier.wait()
        try:
            approve(claim, by=officer)
            outcomes.append("approved")
        except (AmountChanged, CeilingExhausted) as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=pair) for pair in zip(claims, officers, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", *["ceiling_exhausted"] * 11]
    counter = CoverageCounter.objects.get(kind="ceiling", scope="person_year", peril="illness")
    assert counter.used_minor == counter.limit_minor == 10_000_00


def test_a_ceiling_beside_the_cap_of_a_benefit_counts_once(ready):
    preset = poverty_reduction_100("CNY")
    preset = replace(preset, ceilings=(*preset.ceilings, ("person_year", "illness", 3_000_00)))
    version = draft_insurance_product(insurer=insurer(), preset=preset, by=UserFactory(), at=BEGAN)
    version = activate_insurance_product(version=version, by=UserFactory(), at=BEGAN)
    policy = policy_of(ready, version=version)
    approved(ready, policy)
    counter = CoverageCounter.objects.get(kind="ceiling", scope="person_year", peril="illness")
    assert (counter.used_minor, counter.limit_minor) == (2_544_00, 3_000_00)
    assert approved(ready, policy, cost=30_000_00, public=0, event=EVENT + DAY).approved_minor == 456_00


def test_counters_are_given_back_in_the_order_in_which_they_are_taken(ready):
    version, home = in_force(at=BEGAN), household_of(villager(ready))
    policies = [policy_of(ready, version=version) for _member in range(2)]
    Policy.objects.filter(pk__in=[policy.pk for policy in policies]).update(household=home)
    for policy in policies:
        policy.refresh_from_db()
    approved(ready, policies[0])  # its counter of the household is older than any of the other member
    claim = assess(checked(ready, policies[1]))

    def counters(queries):
        changed = [query["sql"] for query in queries if query["sql"].startswith('UPDATE "finance_coveragecounter"')]
        return [re.findall(r'"id" = (\d+)', sql)[-1] for sql in changed]

    with CaptureQueriesContext(connection) as taken:
        claim = approve(claim)
    with CaptureQueriesContext(connection) as returned:
        reverse_approval(claim=claim, reason="账号错", by=finance_officer(), at=NOON)
    assert len(counters(taken)) == 5
    assert counters(returned) == counters(taken)
