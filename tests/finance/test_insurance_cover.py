"""Cover: what it costs and pays, who is enrolled, which funds pay, and when it begins and ends."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from core.errors import SamePerson, WrongState
from core.models import Notice
from finance.insurance import accounts
from finance.insurance.arithmetic import (
    Part,
    fixed,
    graded,
    parametric,
    remaining_cost,
    split_premium,
    term_cost,
    within,
)
from finance.insurance.services import (
    AgeOutside,
    FileEnrolled,
    FundTooSmall,
    FundUnfit,
    NoLineAccepted,
    PersonGone,
    PolicyOverlap,
    ReceiptRecorded,
    StartPast,
    VersionNotInForce,
    cancel_policy,
    end_of_term,
    enrol_list,
    fund_policies,
    resume_policy,
    retire_insurance_product,
    start_policies,
    suspend_policy,
)
from finance.insurance.tasks import start_policies as begin_all
from finance.models import (
    Benefit,
    Contribution,
    EnrolmentBatch,
    FinancingShare,
    Fund,
    InsuranceProductVersion,
    Policy,
    PolicyFunding,
)
from ledger.audit import audit_book
from ledger.queries import balance
from tests.factories.finance import book, desk
from tests.factories.insurance import (
    DAY,
    NOON,
    enrolled,
    fund,
    funds_of,
    given,
    in_force,
    insured,
    insurer,
    villager,
)
from tests.factories.people import second_login_of
from tests.factories.stations import UserFactory, county, county_manager_of, finance_officer
from tests.pages import told

PARTS = [Part("poverty_fund", 7_000, True), Part("crowd_fund", 3_000, False)]


@pytest.fixture
def ready(db):
    return desk()


def posted(account):
    return balance(account).posted.minor


# --- arithmetic


def test_what_others_do_not_pay_less_the_deductible_is_shared():
    told(
        "18,600.00 − 9,240.00 − 3,000.00 = 6,360.00; × 40 % = 2,544.00",
        "30,000.00 left to pay: 12,000.00, of which the year leaves 10,000.00 − 2,544.00 = 7,456.00",
        page="insurance.md",
    )
    first = remaining_cost(18_600_00, public=9_240_00, other=0, deductible_left=3_000_00, share_bp=4_000)
    assert (first.amount, first.deductible_used) == (2_544_00, 3_000_00)
    second = remaining_cost(30_000_00, public=0, other=0, deductible_left=0, share_bp=4_000)
    assert (second.amount, within(second.amount, [10_000_00 - first.amount])) == (12_000_00, 7_456_00)
    small = remaining_cost(1_000_00, public=0, other=200_00, deductible_left=3_000_00, share_bp=4_000)
    assert (small.amount, small.deductible_used) == (0, 800_00)


def test_an_index_pays_in_proportion_in_either_direction():
    told("40,000.00, index 300, trigger 400, exit 200: 20,000.00", page="insurance.md")
    drought = {"trigger": Decimal(400), "exit_at": Decimal(200)}
    assert parametric(40_000_00, **drought, index=Decimal(300)).amount == 20_000_00
    paid = [parametric(40_000_00, **drought, index=Decimal(index)).amount for index in (401, 400, 200, 0)]
    assert paid == [0, 0, 40_000_00, 40_000_00]
    flood = {"trigger": Decimal(100), "exit_at": Decimal(250)}
    assert [parametric(300, **flood, index=Decimal(index)).amount for index in (99, 101, 175, 300)] == [0, 2, 150, 300]


def test_grades_fixed_sums_and_bills_are_shares_half_up():
    told("20,000.00 × 10 % = 2,000.00", "| 5,000.00 |", "33.33 × 50 % = 16.67", page="insurance.md")
    assert graded(20_000_00, grade_bp=1_000).amount == 2_000_00
    assert fixed(5_000_00).amount == 5_000_00
    assert (term_cost(1, share_bp=5_000).amount, term_cost(3_333, share_bp=5_000).amount) == (1, 1_667)
    assert within(500, [400, -1]) == 0


@pytest.mark.parametrize(("premium", "poverty", "crowd"), [(100_00, 70_00, 30_00), (45_01, 31_51, 13_50), (1, 1, 0)])
def test_a_premium_is_split_to_the_last_unit(premium, poverty, crowd):
    told("70.00 + 30.00; of 45.01 the crowd fund pays 13.50 and the poverty fund 31.51.", page="insurance.md")
    assert split_premium(premium, PARTS) == {"poverty_fund": poverty, "crowd_fund": crowd}


@pytest.mark.parametrize(
    ("start", "end"),
    [("2026-11-25", "2027-11-24"), ("2028-02-29", "2029-02-27"), ("2026-01-01", "2026-12-31")],
)
def test_a_term_ends_on_the_day_before_it_would_begin_again(start, end):
    assert end_of_term(dt.date.fromisoformat(start), 12) == dt.date.fromisoformat(end)


# --- products and money of funds


def test_terms_in_force_do_not_change_and_were_approved_by_another_person(ready):
    version = in_force()
    assert version.benefits.count() == 4
    changes = [
        lambda: Benefit.objects.filter(version=version).update(share_bp=1),
        lambda: FinancingShare.objects.filter(version=version).delete(),
        lambda: InsuranceProductVersion.objects.filter(pk=version.pk).update(premium_minor=1),
    ]
    for change in changes:
        with pytest.raises(IntegrityError, match="in_force"), transaction.atomic():
            change()
    retire_insurance_product(version=version, by=UserFactory(), at=NOON)
    with pytest.raises(VersionNotInForce):
        enrolled(villager(ready), version)


def test_shares_that_do_not_make_the_whole_are_not_put_in_force(db):
    version = in_force()
    draft = InsuranceProductVersion.objects.create(
        product=version.product, version=9, premium_minor=1, maker=UserFactory(), made_at=NOON
    )
    FinancingShare.objects.create(version=draft, source="poverty_fund", share_bp=9_999, takes_remainder=True)
    rows = InsuranceProductVersion.objects.filter(pk=draft.pk)
    InsuranceProductVersion.objects.filter(pk=version.pk).update(status="retired")
    with pytest.raises(IntegrityError, match="shares_of_a_premium_make_the_whole"), transaction.atomic():
        rows.update(status="active", checker=UserFactory(), checked_at=NOON)


def test_a_receipt_of_the_bank_counts_once(db):
    company = insurer()
    made = given(company, 500_00, receipt_ref="B-1")
    with pytest.raises(ReceiptRecorded):
        given(fund(), 500_00, receipt_ref="B-1")
    assert posted(accounts.claims_float(company, at=NOON)) == 500_00
    assert posted(accounts.bank("CN", "CNY", at=NOON)) == 500_00
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Contribution.objects.filter(pk=made.pk).update(amount_minor=1)


# --- enrolment


def listed(ready, people, **values):
    content = "id_number,full_name\r\n" + "".join(f"{number},{name}\r\n" for number, name in people)
    return enrol_list(
        **{
            "content": content,
            "version": values.pop("version", None) or in_force(),
            "county": ready.station.county,
            "source": "poverty_file",
            "start_date": NOON.date(),
            "by": county_manager_of(ready.station.county),
            "at": NOON,
            **values,
        }
    )


def id_number(serial):
    """A resident's number born on 1 March 1979, with its check digit."""
    body = f"32132419790301{serial:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


def known(ready, serial, name="王秀英", **values):
    values.setdefault("birth_date", dt.date(1979, 3, 1))
    return villager(ready, full_name=name, id_kind="resident_id", id_number=id_number(serial), **values)


def test_a_list_says_of_each_line_what_became_of_it_and_stores_no_number(ready):
    book()
    first, second = known(ready, 1), known(ready, 2, "李四")
    insured_already = known(ready, 3)
    version = in_force()
    enrolled(insured_already, version)
    lines = [
        *((id_number(1), "王秀英"), (id_number(2), "李五"), (id_number(2), " 李 四"), (id_number(1), "王秀英")),
        *((id_number(3), "王秀英"), (id_number(4), "不在")),
    ]
    batch = listed(ready, lines, version=version)
    outcomes = [line["outcome"] for line in batch.report]
    assert outcomes == [
        *("accepted", "name_differs_in_list", "accepted", "line_repeated", "policy_overlap", "person_not_found")
    ]
    assert (batch.rows, batch.accepted, batch.refused, batch.premium_minor) == (6, 2, 4, 200_00)
    assert id_number(1) not in str(EnrolmentBatch.objects.filter(pk=batch.pk).values().get())
    assert {policy.person_id for policy in batch.policies.all()} == {first.pk, second.pk}
    with pytest.raises(FileEnrolled):
        listed(ready, lines, version=version)


def test_a_list_without_any_fit_line_leaves_nothing(ready):
    book()
    with pytest.raises(NoLineAccepted):
        listed(ready, [(id_number(1), "王秀英")])
    assert not EnrolmentBatch.objects.exists()


def test_somebody_dead_too_young_or_insured_is_not_enrolled(ready):
    version = in_force(age_min=18)
    person = villager(ready)
    enrolled(person, version)
    with pytest.raises(PolicyOverlap):
        enrolled(person, version, start_date=NOON.date() + 300 * DAY)
    with pytest.raises(AgeOutside):
        enrolled(villager(ready, full_name="赵小宝", birth_date=dt.date(2010, 1, 1)), version)
    dead = villager(ready, full_name="钱老三")
    dead.died_date = NOON.date()
    with pytest.raises(PersonGone):
        enrolled(dead, version)
    with pytest.raises(StartPast):
        enrolled(villager(ready, full_name="孙六"), version, start_date=NOON.date() - DAY)


def test_the_database_refuses_two_policies_of_one_product_at_once(ready):
    policy = insured(ready)
    again = Policy.objects.get(pk=policy.pk)
    again.pk, again.number = None, "x"
    again.status, again.start_date, again.end_date = "idle", policy.end_date, policy.end_date + 9 * DAY
    with pytest.raises(IntegrityError, match="policies_of_a_person_do_not_overlap"), transaction.atomic():
        again.save(force_insert=True)
    again.start_date = policy.end_date + DAY
    again.save(force_insert=True)


def test_the_merged_record_of_a_person_counts_as_the_person(ready):
    version = in_force()
    merged, kept = villager(ready), villager(ready)
    enrolled(merged, version)
    merged.merged_into = kept
    merged.save()
    with pytest.raises(PolicyOverlap):
        enrolled(kept, version)


# --- funding


def test_two_funds_pay_a_premium_and_another_person_says_so(ready):
    batch = enrolled(villager(ready))
    funds = funds_of(batch)
    for officer in (batch.maker, second_login_of(batch.maker)):
        with pytest.raises(SamePerson):
            fund_policies(batch=batch, funds=funds, by=officer, at=NOON)
    fund_policies(batch=batch, funds=funds, by=finance_officer(), at=NOON)
    policy = batch.policies.get()
    assert policy.status == "ready"
    assert dict(PolicyFunding.objects.values_list("source", "amount_minor")) == {
        "poverty_fund": 70_00,
        "crowd_fund": 30_00,
    }
    held = [posted(accounts.fund_account(funds[source], at=NOON)) for source in ("poverty_fund", "crowd_fund")]
    assert held == [30_00, 70_00]
    assert posted(accounts.premium_payable(policy.version.product.insurer, at=NOON)) == 100_00
    with pytest.raises(WrongState):
        fund_policies(batch=batch, funds=funds, by=finance_officer(), at=NOON)
    assert audit_book(book=accounts.insurance_book("CN"), at=NOON).findings == 0


def test_a_fund_of_another_kind_region_or_currency_pays_nothing(ready):
    batch = enrolled(villager(ready))
    funds = funds_of(batch)
    Fund.objects.filter(pk=funds["poverty_fund"].pk).update(region=batch.county.parent)
    wrong = {**funds, "crowd_fund": funds["poverty_fund"]}
    missing = {"poverty_fund": funds["poverty_fund"]}
    foreign = {**funds, "crowd_fund": fund("crowd", country="JP", currency="JPY")}
    elsewhere = {**funds, "crowd_fund": fund("crowd", 100_00, region=county())}
    for named in (wrong, missing, foreign, elsewhere):
        with pytest.raises(FundUnfit):
            fund_policies(batch=batch, funds=named, by=finance_officer(), at=NOON)
    assert fund_policies(batch=batch, funds=funds, by=finance_officer(), at=NOON).status == "funded"


def test_a_fund_that_is_given_for_a_region_pays_claims_of_that_region_only(ready):
    there = in_force(payer="fund", payer_fund=fund("crowd", region=county()))
    with pytest.raises(VersionNotInForce):
        enrolled(villager(ready), there)
    Fund.objects.update(region=ready.station.county.parent)
    assert enrolled(villager(ready), there).status == "idle"


def test_a_fund_that_covers_249_of_250_leaves_the_whole_list_idle(ready):
    book()
    for serial in range(1, 251):
        known(ready, serial, f"村民{serial}")
    batch = listed(ready, [(id_number(serial), f"村民{serial}") for serial in range(1, 251)])
    assert batch.accepted == 250
    funds = {"poverty_fund": fund("poverty", 250 * 70_00), "crowd_fund": fund("crowd", 249 * 30_00)}
    with pytest.raises(FundTooSmall):
        fund_policies(batch=batch, funds=funds, by=finance_officer(), at=NOON)
    batch.refresh_from_db()
    assert batch.status == "idle"
    assert set(batch.policies.values_list("status", flat=True)) == {"idle"}
    held = [posted(accounts.fund_account(each, at=NOON)) for each in funds.values()]
    assert held == [250 * 70_00, 249 * 30_00]
    given(funds["crowd_fund"], 30_00)
    fund_policies(batch=batch, funds=funds, by=finance_officer(), at=NOON)
    assert [posted(accounts.fund_account(each, at=NOON)) for each in funds.values()] == [0, 0]


def test_the_database_wants_a_premium_paid_before_a_policy_is_in_force(ready):
    policy = enrolled(villager(ready)).policies.get()
    with pytest.raises(IntegrityError, match="policy_is_in_force_once_it_is_paid"), transaction.atomic():
        Policy.objects.filter(pk=policy.pk).update(status="active")
    part = {"policy": policy, "source": "poverty_fund", "fund": fund(), "amount_minor": 99_99, "currency": "CNY"}
    PolicyFunding.objects.create(**part)
    with pytest.raises(IntegrityError, match="funding_of_a_policy_is_its_premium"):
        transaction.get_connection().check_constraints()


# --- begin and end


@pytest.mark.parametrize(("days", "status"), [(-1, "ready"), (0, "active"), (364, "active"), (365, "expired")])
def test_a_policy_begins_and_ends_on_its_days(ready, days, status):
    batch = enrolled(villager(ready, phone="+8613812345678"), start_date=NOON.date() + 10 * DAY)
    fund_policies(batch=batch, funds=funds_of(batch), by=finance_officer(), at=NOON)
    for day in {min(days, 0), days}:
        start_policies(county=ready.station.county, zone=ready.station.zone, at=NOON + (10 + day) * DAY)
    assert batch.policies.get().status == status
    assert Notice.objects.filter(template="policy_begins").count() == (days >= 0)


def test_a_county_suspends_resumes_and_cancels_with_a_reason(ready):
    policy, manager = insured(ready), county_manager_of(ready.station.county)
    about = {"by": manager, "at": NOON, "reason": "搬走了"}
    with pytest.raises(WrongState):
        cancel_policy(policy=policy, **about)
    assert suspend_policy(policy=policy, **about).status == "suspended"
    assert resume_policy(policy=policy, **about).status == "active"
    suspend_policy(policy=policy, **about)
    assert cancel_policy(policy=policy, **about).status == "cancelled"
    assert insured(ready, person=policy.person).status == "active"


def test_cover_in_yen_has_no_decimals(db):
    book("JP", "Asia/Tokyo")
    ready = desk(county=county(country="JP"), currency="JPY", zone="Asia/Tokyo")
    company = insurer(company_code="JP1", country="JP", currency="JPY")
    version = in_force(company)
    assert version.premium_minor == 100
    batch = enrolled(villager(ready), version)
    funds = funds_of(batch)
    fund_policies(batch=batch, funds=funds, by=finance_officer(), at=NOON)
    assert posted(accounts.premium_payable(company, at=NOON)) == 100
    assert posted(accounts.fund_account(funds["crowd_fund"], at=NOON)) == 70
    assert accounts.insurance_book("JP").code == "JP-INS"


def test_all_that_begin_on_a_day_begin_however_many_they_are(ready, monkeypatch):
    monkeypatch.setattr("finance.insurance.services.policies.SWEEP", 1)
    batches = [enrolled(villager(ready)) for _person in range(3)]
    for batch in batches:
        fund_policies(batch=batch, funds=funds_of(batch), by=finance_officer(), at=NOON)
    begin_all({"place": ready.station.county.code, "date": NOON.date().isoformat()}, NOON)
    assert set(Policy.objects.values_list("status", flat=True)) == {"active"}


@pytest.mark.parametrize(("language", "product"), [("en", "Poverty Reduction 100"), ("zh-hans", "扶贫100")])
def test_whoever_is_insured_reads_the_product_in_their_language(ready, language, product):
    insured(ready, person=villager(ready, phone="+8613812345678", language=language))
    assert Notice.objects.get(template="policy_begins").params["product"] == product
