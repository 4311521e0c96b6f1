"""Claims: filed with papers, checked, assessed and decided by different persons, counted under lock, paid once."""

import datetime as dt
import threading
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from PIL import Image

from core.errors import SamePerson, WrongState
from core.gateways.results import Status
from core.models import Job, Notice, StoredFile
from core.money import Money
from finance.data_subject import claims as claims_told
from finance.data_subject import obligations
from finance.insurance import accounts
from finance.insurance.pictures import ALIKE, difference_hash, distance, parts_near, parts_of
from finance.insurance.services import (
    AcceptedTooMuch,
    AmountChanged,
    BillReused,
    CeilingExhausted,
    CheckFailed,
    ClaimLimit,
    ClaimReasonsUnfit,
    ClaimsFloatTooSmall,
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
    answer_documents,
    ask_for_documents,
    check_claim,
    close_claims,
    deliver_review,
    enter_claim,
    forget_claims,
    mind_claim_clocks,
    reject_claim,
    return_to_assessor,
    reverse_approval,
    send_claim_payment,
    withdraw_claim,
)
from finance.insurance.services.filing import Bill
from finance.models import (
    Claim,
    ClaimAccountKey,
    ClaimCheck,
    ClaimPayment,
    CoverageCounter,
    Policy,
    ReconItem,
)
from ledger.audit import audit_book
from ledger.queries import balance
from ledger.services import SYSTEM, hold
from tests.factories.claims import (
    BEGAN,
    EVENT,
    agrees,
    approve,
    approved,
    assess,
    bank_says,
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
from tests.factories.insurance import DAY, NOON, in_force, insured, insurer, villager
from tests.factories.people import guardian_of, household_of, second_login_of
from tests.factories.stations import claims_assessor, county, finance_officer


@pytest.fixture
def ready(db):
    return desk()


def found(claim, result):
    """The codes of the last run with this result."""
    run = claim.checks.latest("run").run
    return set(claim.checks.filter(run=run, result=result).values_list("code", flat=True))


# --- the worked stays, and what is left


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


# --- at the counter


def test_a_claim_is_filed_once_its_papers_and_the_consent_are_there(ready):
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


# --- checks and visits


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


# --- decisions


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


@pytest.mark.parametrize(("days", "mark"), [(0, ""), (2, "half"), (6, "last_day"), (7, "last_day"), (8, "overdue")])
def test_assessors_hear_of_deadlines(ready, days, mark):
    assessor = claims_assessor()
    checked(ready)
    told = mind_claim_clocks(county=ready.station.county, zone=ready.station.zone, at=NOON + days * DAY)
    assert {name for name, number in told.items() if number} == ({mark} if mark else set())
    assert Notice.objects.filter(template=f"claim_{mark}", user=assessor.pk).exists() == bool(mark)


# --- payment


def test_the_bank_pays_once_and_the_books_say_so(ready):
    claim = sent(ready)
    payer = accounts.claims_float(claim.policy.version.product.insurer, at=NOON)
    assert (balance(payer).posted.minor, balance(payer).available.minor) == (500_000_00, 497_456_00)
    with pytest.raises(WrongState):
        send_claim_payment(claim=claim, by=finance_officer(), at=NOON)
    bank_says(claim, Status.PENDING)
    assert claim.status == "payment_pending"
    for _time in range(2):
        bank_says(claim, Status.SUCCEEDED)
    assert (claim.status, claim.paid_minor, balance(payer).posted.minor) == ("paid", 2_544_00, 497_456_00)
    bank_says(claim, Status.FAILED, code="account_invalid")
    assert (claim.status, ReconItem.objects.get().kind) == ("paid", "status")
    assert audit_book(book=accounts.insurance_book("CN"), at=NOON).findings == 0
    assert close_claims(at=NOON + 30 * DAY - dt.timedelta(seconds=1)) == 0
    assert close_claims(at=NOON + 30 * DAY) == 1


def test_what_the_bank_did_not_pay_is_sent_again(ready):
    claim = sent(ready)
    bank_says(claim, Status.FAILED, code="account_invalid")
    payer = accounts.claims_float(claim.policy.version.product.insurer, at=NOON)
    assert (claim.status, claim.sender, balance(payer).available.minor) == ("valuated", None, 500_000_00)
    send_claim_payment(claim=claim, by=finance_officer(), at=NOON)
    bank_says(claim, Status.SUCCEEDED)
    bank_says(claim, Status.REVERSED, code="account_closed")
    assert (claim.status, claim.paid_minor, balance(payer).posted.minor) == ("valuated", 0, 500_000_00)
    assert list(claim.payments.order_by("pk").values_list("status", flat=True)) == ["failed", "returned"]
    used = CoverageCounter.objects.get(kind="ceiling", peril="illness").used_minor
    assert used == 2_544_00


def test_another_amount_of_the_bank_is_for_people_to_look_at(ready):
    claim = sent(ready)
    bank_says(claim, Status.UNKNOWN, code="amount_differs", minor=1)
    assert (claim.status, ReconItem.objects.get().kind) == ("payment_pending", "amount")


def test_a_float_that_holds_too_little_pays_nothing(ready):
    paying_bank()
    claim = approved(ready)
    payer = accounts.claims_float(insurer(), at=NOON)
    hold(
        debit=payer,
        credit=accounts.payout_clearing("CN", "CNY", at=NOON),
        amount=Money(497_456_01, "CNY"),
        event_type="test_money",
        event_id="1",
        reason="test money",
        business_date=NOON.date(),
        made_by=SYSTEM,
        at=NOON,
    )
    with pytest.raises(ClaimsFloatTooSmall):
        send_claim_payment(claim=claim, by=finance_officer(), at=NOON)
    assert (Claim.objects.get().status, ClaimPayment.objects.count()) == ("valuated", 0)


def test_the_float_of_an_insurer_bounds_what_is_approved(ready):
    claim = assess(checked(ready, policy_of(ready, put_up=1_000_00)))
    assert claim.assessed_minor == 1_000_00
    claim = approve(claim)
    assert (claim.outcome, claim.reason_codes) == ("partial", ["ceiling_reached"])
    with pytest.raises(IntegrityError, match="ceiling_is_not_exceeded"), transaction.atomic():
        CoverageCounter.objects.filter(scope="fund_year").update(used_minor=1_000_01)


# --- a person's data, another currency, and races


def test_a_person_is_told_of_claims_and_forgotten_with_their_papers(ready):
    claim = approved(ready)
    person = claim.person
    assert [row["number"] for row in claims_told(person)] == [claim.number]
    assert len(obligations(person)) == 1
    files = list(claim.evidence.values_list("file", flat=True))
    assert forget_claims(person=person.pk, at=NOON) == 1
    assert not StoredFile.objects.filter(pk__in=files).exists()
    assert not ClaimAccountKey.objects.exists()
    assert set(claim.evidence.values_list("file", "bill_number")) == {(None, "")}
    claim.refresh_from_db()
    assert claim.approved_minor == 2_544_00


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


def test_two_officers_send_one_payment(own_database):
    ready = desk()
    claim = approved(ready)
    paying_bank()
    officers = [finance_officer() for _number in range(2)]
    outcomes, barrier = [], threading.Barrier(2)

    def send(officer):
        barrier.wait()
        try:
            send_claim_payment(claim=claim, by=officer, at=NOON)
            outcomes.append("sent")
        except WrongState as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(officer,)) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["sent", "wrong_state"]
    assert ClaimPayment.objects.count() == 1
