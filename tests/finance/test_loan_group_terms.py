"""What a group owes together: loans for members only, papers that say who stands up, and what was written off."""

from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.errors import SamePerson, WrongState
from core.web.waiting import waiting_for
from finance.loans.queries import to_recover
from finance.loans.services import (
    BorrowerOwesWrittenOff,
    GroupLeft,
    GroupMemberLate,
    GroupNeeded,
    GroupNotLiable,
    GroupOwesWrittenOff,
    GroupStandsUp,
    OfficerIsTied,
    add_group_member,
    approve_application,
    approve_group_release,
    close_loan_group,
    propose_group_release,
    reconsider_application,
    reject_application,
    remove_group_member,
    withdraw_application,
)
from finance.models import CommissionLine, GroupMember, LoanAdjustment, LoanApplication, Payment
from tests.ecomnet.test_needs import browser_of
from tests.factories.finance import desk, plan_of
from tests.factories.loans import NOON, application_of, appraised, approver, borrower_of, offered, running, submitted
from tests.factories.people import second_login_of
from tests.factories.stations import UserFactory, api_client, county, county_manager_of, credit_officer, send
from tests.finance.test_loan_groups import collects, group_at
from tests.finance.test_loan_reversals import findings
from tests.finance.test_loan_write_offs import given_up, late, recovers, written_off
from tests.pages import told


def test_a_loan_for_members_only_is_refused_without_a_group_of_the_county_and_says_so_before(db):
    ready = desk()
    version = offered("group_equal")
    alone, member = borrower_of(ready), borrower_of(ready)
    group_at(ready, member)
    typed = {"amount": "30000.00", "installments": "12", "purpose": "animals", "version": version.pk}
    answer = send(api_client(ready.partner), "/api/v1/loan-applications/", person=str(alone.pk), **typed)
    assert (answer.status_code, answer.json()["code"]) == (422, "group_needed")
    away = desk(county=county())
    with pytest.raises(GroupNeeded):
        application_of(away, person=member, version=version)
    application = application_of(ready, person=member, version=version)
    with pytest.raises(IntegrityError, match="keeps_the_terms_of_group"), transaction.atomic():
        LoanApplication.objects.filter(pk=application.pk).update(group=None)
    shown = browser_of(ready.partner).get(f"{reverse('loans:apply')}?person={alone.pk}").content.decode()
    assert "限小组组员" in shown
    [listed] = api_client(ready.partner).get("/api/v1/loan-products/").json()["results"]
    assert listed["needs_group"] is True


def test_who_was_declined_and_has_left_the_group_is_looked_at_again_as_a_member_only(db):
    ready = desk()
    member = borrower_of(ready)
    group = group_at(ready, member, borrower_of(ready))
    application = submitted(ready, person=member, version=offered("group_equal"))
    reject_application(application=application, reasons=["turnover_low"], by=credit_officer(), at=NOON)
    left = group.members.get(person=member)
    remove_group_member(group=group, member=left.pk, by=ready.partner, at=NOON)
    with pytest.raises(GroupLeft):
        reconsider_application(application=application, by=credit_officer(), at=NOON)
    add_group_member(group=group, person=member, by=ready.partner, at=NOON)
    assert reconsider_application(application=application, by=credit_officer(), at=NOON).appraiser is None


def test_contract_plan_and_slip_say_that_the_members_stand_up_and_the_slip_of_another_loan_does_not(db):
    ready = desk()
    version = offered("group_equal")
    member, other = borrower_of(ready), borrower_of(ready)
    group_at(ready, member)
    group_at(ready, other, name="各还各的", joint=False)
    loans = [running(ready, person=person, version=version) for person in (member, other)]
    browser, said = browser_of(ready.partner), []
    for loan in loans:
        papers = reverse("loans:contract", args=[loan.pk]), reverse("loans:plan", args=[loan.application_id])
        said += [["组员互相担保" in browser.get(paper).content.decode() for paper in papers]]
        collects(ready, loan.application.group, {loan: 100_00}, key=uuid4().hex)
    assert said == [[True, True], [False, False]]
    slips = [payment.receipts.get().lines for payment in Payment.objects.filter(purpose="loan").order_by("pk")]
    groups = [[line["value"] for line in lines if line["name"] == "liable_group"] for lines in slips]
    assert groups == [["养鹅一组"], []]


def test_a_written_off_loan_of_a_group_is_owed_by_its_members_until_it_is_recovered(db):
    told(
        "Of a group with joint liability one loan of 30,000.00 is written off. No member begins to apply, is approved "
        "or leaves until all that was given up has come in; then they do.",
        page="loans.md",
    )
    ready = desk()
    gone, other = borrower_of(ready), borrower_of(ready)
    group = group_at(ready, gone, other)
    waiting, annuity = appraised(ready, person=other, version=offered("farm_bullet")), offered("shop_annuity")
    loan = given_up(ready, person=gone)
    with pytest.raises(GroupMemberLate):
        application_of(ready, person=other, version=annuity)
    late(loan, 361)
    written_off(loan)
    with pytest.raises(GroupOwesWrittenOff, match=to_recover(loan).display()):
        approve_application(application=waiting, by=approver(), at=NOON)
    owes = group.members.get(person=gone)
    withdraw_application(application=waiting, by=ready.partner, at=NOON)
    for member in group.members.all():
        with pytest.raises(GroupStandsUp):
            remove_group_member(group=group, member=member.pk, by=ready.partner, at=NOON)
        with pytest.raises(IntegrityError, match="stays_in_its_group"), transaction.atomic():
            group.members.filter(pk=member.pk).update(left_at=NOON)
    shown = browser_of(ready.partner).get(reverse("loans:group", args=[group.pk])).content.decode()
    assert "本小组有贷款已被核销" in shown
    address = f"/api/v1/loan-groups/{group.pk}/"
    assert api_client(ready.partner).get(address).json()["written_off_left"] == str(to_recover(loan))
    recovers(ready, loan, to_recover(loan).minor - 1)
    loan.refresh_from_db()
    with pytest.raises(GroupOwesWrittenOff):
        application_of(ready, person=other, version=annuity)
    recovers(ready, loan, 1, key="last")
    assert application_of(ready, person=other).status == "draft"
    remove_group_member(group=group, member=owes.pk, by=ready.partner, at=NOON)
    assert findings() == []


def test_no_member_leaves_a_group_of_which_a_loan_is_late_for_more_than_thirty_days(db):
    ready = desk()
    slow, other = borrower_of(ready), borrower_of(ready)
    group = group_at(ready, slow, other)
    loan = running(ready, person=slow)
    member = group.members.get(person=other)
    late(loan, 31)
    with pytest.raises(GroupStandsUp):
        remove_group_member(group=group, member=member.pk, by=ready.partner, at=NOON)
    late(loan, 30)
    remove_group_member(group=group, member=member.pk, by=ready.partner, at=NOON)


def test_the_county_and_the_lender_release_a_group_and_its_borrower_still_owes(db):
    told(
        "Released from the rest of it, the two others of three borrow and leave; its borrower, who leaves too, joins "
        "no other group and gets no loan before all of it has come in.",
        page="loans.md",
    )
    ready = desk()
    gone, other, third = (borrower_of(ready) for _number in range(3))
    group = group_at(ready, gone, other, third)
    loan = late(given_up(ready, person=gone), 361)
    manager, officer = county_manager_of(ready.station.county), credit_officer()
    with pytest.raises(WrongState):
        propose_group_release(loan=loan, reason="受灾", by=manager, at=NOON)
    written_off(loan)
    with pytest.raises(OfficerIsTied):
        propose_group_release(loan=loan, reason="受灾", by=UserFactory(person=third), at=NOON)
    wanted = LoanAdjustment(loan=loan, kind="release_group", reason="受灾", asked_at=NOON)
    wanted.asked_by = UserFactory(person=other)
    with pytest.raises(IntegrityError, match="changed_by_nobody_close_to_the_borrower"), transaction.atomic():
        wanted.save()
    browser, page = browser_of(manager), reverse("loans:loan", args=[loan.pk])
    assert "申请解除小组责任" in browser.get(page).content.decode()
    path = f"/api/v1/loans/{loan.pk}"
    asked = send(api_client(manager), f"{path}/propose-group-release/", reason="全村受灾，其他组员已垫付两期")
    assert (asked.status_code, asked.json()["kind"]) == (201, "release_group")
    again = send(api_client(manager), f"{path}/propose-group-release/", reason="受灾")
    assert again.json()["code"] == "adjustment_asked"
    proposal = {"proposal": UUID(asked.json()["id"])}
    with pytest.raises(SamePerson):
        approve_group_release(loan=loan, **proposal, by=second_login_of(manager), at=NOON)
    assert "解除其他组员的责任" in browser_of(officer).get(page).content.decode()
    [waits] = waiting_for(officer, at=NOON)
    assert waits.need.name == "loans.group_release"
    done = send(api_client(officer), f"{path}/approve-group-release/", proposal=asked.json()["id"])
    assert (done.status_code, done.json()["status"]) == (200, "done")
    with pytest.raises(GroupNotLiable):
        propose_group_release(loan=loan, reason="受灾", by=credit_officer(), at=NOON)
    assert application_of(ready, person=other).status == "draft"
    for person in (gone, third):
        remove_group_member(group=group, member=group.members.get(person=person).pk, by=ready.partner, at=NOON)
    elsewhere = group_at(ready, name="养鹅二组")
    with pytest.raises(BorrowerOwesWrittenOff):
        add_group_member(group=elsewhere, person=gone, by=ready.partner, at=NOON)
    with pytest.raises(IntegrityError, match="stays_in_its_group"), transaction.atomic():
        GroupMember.objects.create(group=elsewhere, person=gone, added_by=ready.partner, joined_at=NOON)
    with pytest.raises(BorrowerOwesWrittenOff):
        application_of(ready, person=gone)
    recovers(ready, loan, to_recover(loan).minor)
    add_group_member(group=elsewhere, person=gone, by=ready.partner, at=NOON)


def test_a_group_whose_members_stand_for_themselves_ends_though_a_loan_of_it_was_written_off(db):
    ready = desk()
    gone = borrower_of(ready)
    group = group_at(ready, gone, joint=False)
    written_off(given_up(ready, person=gone))
    add_group_member(group=group, person=borrower_of(ready), by=ready.partner, at=NOON)
    assert close_loan_group(group=group, by=ready.partner, at=NOON).status == "closed"


def test_a_repayment_costs_no_fee_and_earns_nobody_anything_whatever_a_plan_says(db):
    shares = [("partner", "percent_of_base", 100)]
    plan_of({"service": "loan_repayment", "total_kind": "percent", "total_value": 100, "shares": shares})
    ready = desk()
    loan = running(ready)
    collects_of = send(api_client(ready.partner), f"/api/v1/loans/{loan.pk}/repayments/", amount="2000.00")
    assert collects_of.status_code == 201
    payment = Payment.objects.get(purpose="loan")
    assert (payment.agent_fee.minor, CommissionLine.objects.count()) == (0, 0)
