"""Groups of borrowers: an own loan each, approved together, collected from in one act, and no one leaves owing."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import SamePerson, WrongState
from core.money import Money
from finance import chart
from finance.loans.queries import due_of, group_of, latest_receipt, loans_of_group
from finance.loans.services import (
    AmountOverDebt,
    ApprovalLimit,
    Collected,
    GroupApplicationsChanged,
    GroupFull,
    GroupMemberLate,
    GroupNameTaken,
    InAGroup,
    MemberOwes,
    MemberUnknown,
    NothingCollected,
    PayerOutsideGroup,
    SheetChanged,
    SheetCollected,
    ShortfallUnexplained,
    add_group_member,
    appoint_group_leader,
    approve_application,
    approve_group_loans,
    close_loan_group,
    co_approve_application,
    collect_from_group,
    collect_line,
    disburse_loan,
    form_loan_group,
    group_collecting,
    remove_group_member,
    reverse_receipt,
    to_approve_together,
)
from finance.loans.services.grouping import MOST_MEMBERS
from finance.models import BorrowerGroup, CollectionSheet, GroupMember, Loan, LoanApplication, SheetLine
from finance.payments.models import Payment
from stations.models import Person
from stations.people.masking import mask_name
from tests.ecomnet.test_needs import browser_of
from tests.factories.finance import desk
from tests.factories.loans import (
    NOON,
    account_of,
    application_of,
    appraised,
    approver,
    borrower_of,
    lender,
    offered,
    product_of,
    running,
    signed,
)
from tests.factories.people import resident
from tests.factories.stations import api_client, county, credit_officer, finance_officer, partner_of, send
from tests.finance.test_loan_reversals import DAY, FIRST_DUE, closed, findings, pays
from tests.pages import told
from tests.races import together, wait_until_somebody_waits


def group_at(ready, *people, name="养鹅一组", joint=True, first=dt.date(2026, 12, 2), at=NOON):
    group = form_loan_group(
        station=ready.station,
        name=name,
        first_meeting_date=first,
        every_weeks=2,
        joint_liability=joint,
        by=ready.partner,
        at=at,
    )
    for person in people:
        add_group_member(group=group, person=person, by=ready.partner, at=at)
    return group


def lent(ready, *people, version=None, **values):
    """A group whose members each have a loan that runs."""
    version = version or offered("farm_equal", penalty_ppm=180_000)
    group = group_at(ready, *people, **values)
    for person in people:
        running(ready, version=version, person=person)
    return group, list(loans_of_group(group))


def collects(ready, group, amounts, *, key="k", at=NOON, **said):
    """`amounts` are minor units by loan, with what is `said` of each."""
    lines = [
        Collected(loan=loan.pk, amount=Money(minor, ready.station.currency), **{"reason": "卖得晚", **said})
        for loan, minor in amounts.items()
    ]
    return collect_from_group(group=group, collected=lines, station=ready.station, by=ready.partner, at=at, key=key)


def counts_otherwise(sheet):
    """Another sum than that of its lines, and what the end of the transaction would check."""
    CollectionSheet.objects.filter(pk=sheet.pk).update(collected_minor=1)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_what_a_group_brings_is_taken_in_one_act_exactly_in_part_and_not_at_all(db):
    told(
        "Of three members with 2,770.00 due each, one brings 2,770.00, one 1,000.00 and one nothing: two payments, "
        "3,770.00 of 8,310.00.",
        page="loans.md",
    )
    ready = desk()
    group, loans = lent(ready, *(borrower_of(ready) for _number in range(3)))
    closed(loans[0], FIRST_DUE - DAY)
    loans = list(loans_of_group(group))
    assert [str(due_of(loan)) for loan in loans] == ["2770.00"] * 3
    before = ready.holds(chart.till(ready.station))
    sheet = collects(ready, group, dict(zip(loans, (2_770_00, 1_000_00, 0), strict=True)))
    assert (str(sheet.expected), str(sheet.collected)) == ("8310.00", "3770.00")
    lines = list(sheet.lines.order_by("loan"))
    assert [line.payment is not None for line in lines] == [True, True, False]
    assert [str(due_of(loan)) for loan in loans_of_group(group)] == ["0.00", "1770.00", "2770.00"]
    assert ready.holds(chart.till(ready.station)) - before == 3_770_00
    assert [receipt.payment.payer for receipt in (latest_receipt(loan) for loan in loans[:2])] == [
        loan.borrower for loan in loans[:2]
    ]
    reversed_one = reverse_receipt(
        loan=loans[1], receipt=latest_receipt(loans[1]), reason="wrong", by=ready.partner, at=NOON
    )
    assert (reversed_one.status, findings()) == ("done", [])
    with pytest.raises(DatabaseError), transaction.atomic():
        SheetLine.objects.update(collected_minor=1)
    with pytest.raises(IntegrityError, match="sum_of_its_lines"), transaction.atomic():
        counts_otherwise(sheet)


def test_a_member_pays_for_another_and_the_payment_names_them_but_nobody_outside_does(db):
    ready = desk()
    people = [borrower_of(ready) for _number in range(2)]
    group, loans = lent(ready, *people)
    outside = borrower_of(ready)
    with pytest.raises(PayerOutsideGroup):
        collects(ready, group, dict.fromkeys(loans, 100_00), payer=outside)
    sheet = collects(ready, group, dict.fromkeys(loans, 100_00), payer=people[1])
    payers = set(sheet.lines.values_list("payment__payer", flat=True))
    assert (payers, findings()) == ({people[1].pk}, [])


def test_all_or_none_is_recorded_once_a_day_with_the_loans_that_were_shown(db):
    ready = desk()
    group, loans = lent(ready, *(borrower_of(ready) for _number in range(2)))
    closed(loans[0], FIRST_DUE - DAY)
    first, second = loans
    for amounts, said, refusal in (
        ({first: 100_00}, {}, SheetChanged),
        ({first: 0, second: 0}, {}, NothingCollected),
        ({first: 2_769_99, second: 2_770_00}, {"reason": " "}, ShortfallUnexplained),
        ({first: 100_00, second: 99_000_00}, {}, AmountOverDebt),
    ):
        with pytest.raises(refusal):
            collects(ready, group, amounts, **said)
    assert (Payment.objects.filter(purpose="loan").count(), CollectionSheet.objects.count()) == (0, 0)
    collects(ready, group, {first: 2_770_00, second: 2_770_00}, reason="")
    with pytest.raises(SheetCollected):
        collects(ready, group, {first: 100_00, second: 100_00}, key="again")
    sheet = CollectionSheet.objects.get()
    sheet.pk = uuid4()
    with pytest.raises(IntegrityError, match="loan_group_is_collected_from_once_a_day"), transaction.atomic():
        sheet.save(force_insert=True)
    collects(ready, group, {first: 100_00, second: 100_00}, key="tomorrow", at=NOON + DAY)
    assert (CollectionSheet.objects.count(), findings()) == (2, [])


def test_the_applications_of_a_group_are_approved_together_or_not_at_all(db):
    ready = desk()
    people = [borrower_of(ready) for _number in range(2)]
    group = group_at(ready, *people)
    version = offered("farm_equal")
    waiting = [appraised(ready, version=version, person=person).pk for person in people]
    assert {row.pk for row in to_approve_together(group)} == set(waiting)
    with pytest.raises(GroupApplicationsChanged):
        approve_group_loans(group=group, applications=waiting[:1], by=approver(), at=NOON)
    small = approver(10_000_00)
    with pytest.raises(ApprovalLimit):
        approve_group_loans(group=group, applications=waiting, by=small, at=NOON)
    appraiser = LoanApplication.objects.get(pk=waiting[0]).appraiser
    appraiser.posts.update(limit_minor=500_000_00, currency="CNY")
    with pytest.raises(SamePerson):
        approve_group_loans(group=group, applications=waiting, by=appraiser, at=NOON)
    assert LoanApplication.objects.filter(status="approved").count() == 0
    approve_group_loans(group=group, applications=waiting, by=approver(), at=NOON)
    assert LoanApplication.objects.filter(status="approved", group=group).count() == 2
    with pytest.raises(GroupApplicationsChanged):
        approve_group_loans(group=group, applications=waiting, by=approver(), at=NOON)


@pytest.mark.parametrize(("days", "is_refused"), [(30, False), (31, True)])
def test_with_a_member_more_than_thirty_days_late_no_member_gets_a_new_loan(db, days, is_refused):
    ready = desk()
    late, other = borrower_of(ready), borrower_of(ready)
    _group, (loan,) = lent(ready, late)
    add_group_member(group=_group, person=other, by=ready.partner, at=NOON)
    application = appraised(ready, person=other)
    Loan.objects.filter(pk=loan.pk).update(days_past_due=days)
    if not is_refused:
        assert approve_application(application=application, by=approver(), at=NOON).status == "approved"
        return
    with pytest.raises(GroupMemberLate):
        approve_application(application=application, by=approver(), at=NOON)
    with pytest.raises(GroupMemberLate):
        application_of(ready, person=late)
    Loan.objects.filter(pk=loan.pk).update(days_past_due=0)
    loan = signed(ready, application=approve_application(application=application, by=approver(), at=NOON))
    account_of(loan, ready)
    Loan.objects.exclude(pk=loan.pk).update(days_past_due=days)
    with pytest.raises(GroupMemberLate):
        disburse_loan(loan=loan, by=finance_officer(), at=NOON)


def test_who_joins_with_an_application_under_way_is_approved_as_the_other_members_are(db):
    ready = desk()
    late, other = borrower_of(ready), borrower_of(ready)
    group, (loan,) = lent(ready, late)
    terms = {"amount_max_minor": 300_000_00, "amount_max_first_minor": 300_000_00}
    large = appraised(ready, version=offered("farm_bullet", **terms), person=other, amount=250_000_00)
    add_group_member(group=group, person=other, by=ready.partner, at=NOON)
    Loan.objects.filter(pk=loan.pk).update(days_past_due=31)
    with pytest.raises(GroupMemberLate):
        approve_application(application=large, by=approver(), at=NOON)
    Loan.objects.filter(pk=loan.pk).update(days_past_due=0)
    approve_application(application=large, by=approver(), at=NOON)
    Loan.objects.filter(pk=loan.pk).update(days_past_due=31)
    with pytest.raises(GroupMemberLate):
        co_approve_application(application=large, by=approver(), at=NOON)
    large.refresh_from_db()
    assert (large.status, large.approver2) == ("appraised", None)


def test_who_has_moved_to_another_county_applies_there_for_themselves(db):
    ready, elsewhere = desk(), desk(county=county())
    moved = borrower_of(ready)
    group = group_at(ready, moved)
    Person.objects.filter(pk=moved.pk).update(home_station=elsewhere.station)
    moved.refresh_from_db()
    application = appraised(elsewhere, person=moved)
    assert (application.group, list(to_approve_together(group)), group_of(moved)) == (None, [], group)


def test_members_of_a_group_without_joint_liability_borrow_by_themselves(db):
    ready = desk()
    late, other = borrower_of(ready), borrower_of(ready)
    group, (loan,) = lent(ready, late, joint=False)
    add_group_member(group=group, person=other, by=ready.partner, at=NOON)
    Loan.objects.filter(pk=loan.pk).update(days_past_due=90)
    assert application_of(ready, person=other).group == group


def test_a_resident_is_in_one_group_and_no_member_leaves_owing(db):
    ready = desk()
    owing, applied, free = (borrower_of(ready) for _number in range(3))
    group, _loans = lent(ready, owing)
    add_group_member(group=group, person=applied, by=ready.partner, at=NOON)
    add_group_member(group=group, person=free, by=ready.partner, at=NOON)
    application_of(ready, person=applied)
    members = {member.person_id: member for member in group.members.all()}
    assert [members[person.pk].is_leader for person in (owing, applied, free)] == [True, False, False]
    other = group_at(ready, name="养鹅二组")
    with pytest.raises(InAGroup):
        add_group_member(group=other, person=free, by=ready.partner, at=NOON)
    for person in (owing, applied):
        with pytest.raises(MemberOwes):
            remove_group_member(group=group, member=members[person.pk].pk, by=ready.partner, at=NOON)
    with pytest.raises(MemberOwes):
        close_loan_group(group=group, by=ready.partner, at=NOON)
    appoint_group_leader(group=group, member=members[free.pk].pk, by=ready.partner, at=NOON)
    remove_group_member(group=group, member=members[free.pk].pk, by=ready.partner, at=NOON)
    assert (group_of(free), group.members.get(is_leader=True, left_at=None).person) == (None, owing)
    with pytest.raises(MemberUnknown):
        remove_group_member(group=group, member=members[free.pk].pk, by=ready.partner, at=NOON)
    add_group_member(group=other, person=free, by=ready.partner, at=NOON)
    close_loan_group(group=other, by=ready.partner, at=NOON)
    with pytest.raises(WrongState):
        add_group_member(group=other, person=free, by=ready.partner, at=NOON)
    with pytest.raises(GroupNameTaken):
        group_at(ready)
    assert group_at(ready, name="养鹅二组").status == "active"  # the former one has ended


def test_a_full_group_and_the_dead_are_refused_and_meetings_come_by_weeks(db):
    ready = desk()
    group = group_at(ready)
    gone = resident(station=ready.station, by=ready.partner)
    Person.objects.filter(pk=gone.pk).update(died_date=dt.date(2026, 1, 1), residence="deceased")
    gone.refresh_from_db()
    with pytest.raises(MemberUnknown):
        add_group_member(group=group, person=gone, by=ready.partner, at=NOON)
    GroupMember.objects.bulk_create(
        GroupMember(
            group=group,
            person=resident(station=ready.station, by=ready.partner),
            added_by=ready.partner,
            joined_at=NOON,
        )
        for _number in range(MOST_MEMBERS)
    )
    with pytest.raises(GroupFull):
        add_group_member(group=group, person=borrower_of(ready), by=ready.partner, at=NOON)
    first = dt.date(2026, 12, 2)
    days = [first - DAY, first, first + DAY, first + 14 * DAY, first + 15 * DAY]
    assert [group.next_meeting(day) for day in days] == [
        *(first, first, first + 14 * DAY, first + 14 * DAY),
        first + 28 * DAY,
    ]


def in_dinars():
    """A group of two in Kuwait, each with a loan that runs."""
    ready = desk(county=county(country="KW"), zone="Asia/Kuwait", currency="KWD")
    bank = lender(company_code="KW1", country="KW", currency="KWD")
    version = offered(product=product_of(bank), penalty_ppm=180_000)
    people = [borrower_of(ready) for _number in range(2)]
    group = group_at(ready, *people)
    for person in people:
        application = appraised(ready, version=version, person=person, amount=1_200_000)
        approve_application(application=application, by=approver(500_000_000, "KWD"), at=NOON)
        running(ready, application=application)
    return ready, group, list(loans_of_group(group))


def test_in_dinars_of_two_who_record_the_same_meeting_at_once_one_does(own_database):
    ready, group, loans = in_dinars()
    outcomes = together(*[lambda key=key: collects(ready, group, dict.fromkeys(loans, 1_005), key=key) for key in "ab"])
    assert [each for each in outcomes if isinstance(each, str)] == ["sheet_collected"]
    sheet = CollectionSheet.objects.get()
    assert (str(sheet.collected), Payment.objects.filter(purpose="loan").count(), findings()) == ("2.010", 2, [])


@pytest.mark.parametrize("page", ["", "sheet/", "collect/", "lines/", "list"])
def test_its_pages_ask_the_same_for_two_loans_and_for_four(db, page):
    ready = desk()
    first, second, *others = [borrower_of(ready) for _number in range(4)]
    version = offered("farm_equal")
    group, _loans = lent(ready, first, second, version=version)
    address = reverse("loans:groups") if page == "list" else f"{reverse('loans:group', args=[group.pk])}{page}"
    browser, counts = browser_of(ready.partner), []
    for people in ([], others):
        for person in people:
            add_group_member(group=group, person=person, by=ready.partner, at=NOON)
            running(ready, version=version, person=person)
        browser.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(address).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_member_by_member_each_line_is_recorded_once_and_a_refused_one_holds_up_no_other(db):
    ready = desk()
    group, loans = lent(ready, *(borrower_of(ready) for _number in range(3)), first=dt.date(2099, 1, 7))
    closed(loans[0], FIRST_DUE - DAY)
    first, second, third = loans = list(loans_of_group(group))
    partner, page = browser_of(ready.partner), reverse("loans:group_lines", args=[group.pk])
    before = ready.holds(chart.till(ready.station))
    addresses = [reverse("loans:group_line", args=[group.pk, loan.pk]) for loan in loans]

    def brings(loan, amount, *, key, reason=""):
        typed = {f"amount_{loan.pk.hex}": amount, f"reason_{loan.pk.hex}": reason, f"payer_{loan.pk.hex}": ""}
        return partner.post(addresses[loans.index(loan)], typed | {"key": key})

    kept = uuid4().hex
    assert [brings(first, "2770.00", key=kept).status_code for _again in range(2)] == [303, 303]
    refused = brings(second, "99000.00", key=uuid4().hex)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, [f"amount_{second.pk.hex}"])
    assert refused.context["form"][f"amount_{second.pk.hex}"].value() == "99000.00"
    assert brings(third, "0", key=uuid4().hex, reason="住院").status_code == 303
    line = {"loan": str(first.pk), "amount": "5.00"}
    again = send(api_client(ready.partner), f"/api/v1/loan-groups/{group.pk}/collection-lines/", **line)
    assert (again.status_code, again.json()["code"]) == (409, "line_collected")
    whole = [{"loan": str(loan.pk), "amount": "3000.00"} for loan in loans]
    whole = send(api_client(ready.partner), f"/api/v1/loan-groups/{group.pk}/collections/", lines=whole)
    assert (whole.status_code, whole.json()["code"]) == (409, "sheet_collected")
    shown = partner.get(page)
    assert [loan for loan, _form, _draft in shown.context["forms"]] == [second]
    assert brings(second, "1000.00", key=uuid4().hex, reason="卖得晚").status_code == 303
    sheet = CollectionSheet.objects.get()
    assert (str(sheet.expected), str(sheet.collected)) == ("8310.00", "3770.00")
    assert ready.holds(chart.till(ready.station)) - before == 3_770_00
    assert (Payment.objects.filter(purpose="loan").count(), findings()) == (2, [])


def test_of_two_devices_that_record_one_member_in_dinars_at_once_one_does(own_database):
    ready, group, loans = in_dinars()
    line = Collected(loan=loans[0].pk, amount=Money(1_005, "KWD"), reason="later")
    about = {"group": group, "station": ready.station, "by": ready.partner, "at": NOON}
    pressed = [(line, "a"), (line, "b"), (replace(line, loan=loans[1].pk), "c")]
    outcomes = together(*[lambda each=each: collect_line(line=each[0], key=each[1], **about) for each in pressed])
    assert [each for each in outcomes if isinstance(each, str)] == ["line_collected"]
    sheet = CollectionSheet.objects.get()
    assert (str(sheet.collected), sheet.lines.count(), findings()) == ("2.010", 2, [])


def test_a_meeting_and_a_payment_at_the_counter_at_once_are_both_taken(own_database):
    ready = desk()
    group, loans = lent(ready, *(borrower_of(ready) for _number in range(3)))
    amounts = dict.fromkeys(loans, 500_00)
    both = together(lambda: collects(ready, group, amounts), lambda: pays(ready, loans[-1], 100_00))
    assert [each for each in both if isinstance(each, str)] == []
    assert (Payment.objects.filter(purpose="loan").count(), findings()) == (4, [])


def test_a_meeting_and_another_sale_at_the_same_drawer_wait_for_each_other(own_database, monkeypatch):
    ready = desk()
    version = offered("farm_equal")
    group, loans = lent(ready, borrower_of(ready), version=version)
    other = running(ready, version=version, person=borrower_of(ready))
    hold, sales = group_collecting.hold_exposures, []

    def hold_and_let_another_begin(**about):
        hold(**about)
        sales.append(pool.submit(together, lambda: pays(ready, other, 100_00, key="other")))
        wait_until_somebody_waits()

    monkeypatch.setattr(group_collecting, "hold_exposures", hold_and_let_another_begin)
    with ThreadPoolExecutor(1) as pool:
        sheet = collects(ready, group, dict.fromkeys(loans, 500_00))
    [[payment]] = [sale.result() for sale in sales]
    assert (str(sheet.collected), payment.status, findings()) == ("500.00", "succeeded", [])


def test_the_pages_of_a_sheet_say_whole_names_which_amount_is_too_much_and_why_less_was_paid(db):
    ready = desk()
    alike = [borrower_of(ready, full_name=name) for name in ("王小英", "王大英")]
    group, loans = lent(ready, *alike)
    closed(loans[0], FIRST_DUE - DAY)
    first, second = loans = list(loans_of_group(group))
    partner, page = browser_of(ready.partner), reverse("loans:group_collect", args=[group.pk])
    for name in ("王小英", "王大英"):
        assert name in partner.get(page).content.decode()
    typed = {f"amount_{first.pk.hex}": "1000.00", f"reason_{first.pk.hex}": "苹果没卖完"}
    typed |= {f"payer_{first.pk.hex}": str(second.borrower_id)}
    too_much = typed | {f"amount_{second.pk.hex}": "99000.00", "key": uuid4().hex}
    answer = partner.post(page, too_much)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [f"amount_{second.pk.hex}"])
    unsaid = typed | {f"amount_{second.pk.hex}": "1.00", "key": uuid4().hex}
    assert list(partner.post(page, unsaid).context["form"].errors) == [f"reason_{second.pk.hex}"]
    paid = typed | {f"amount_{second.pk.hex}": "2770.00"}
    ended = partner.post(page, paid | {f"amount_{uuid4().hex}": "88.00", "key": uuid4().hex})
    assert (ended.status_code, "88.00" in ended.content.decode()) == (422, True)
    assert ended.context["form"][f"amount_{second.pk.hex}"].value() == "2770.00"
    done = partner.post(page, paid | {"key": uuid4().hex})
    shown = partner.get(done["Location"]).content.decode()
    assert [each in shown for each in ("苹果没卖完", "2,770.00", mask_name(second.borrower.full_name))] == [True] * 3
    Loan.objects.filter(pk=first.pk).update(days_past_due=7)
    assert "7" in partner.get(reverse("loans:group", args=[group.pk])).content.decode().partition(first.number)[2][:300]


def test_a_group_goes_its_way_over_pages_and_the_api(db):
    ready = desk()
    people = [borrower_of(ready) for _number in range(2)]
    partner, officer = browser_of(ready.partner), credit_officer()
    typed = {"name": "鱼塘组", "first_meeting_date": "2026-12-02", "every_weeks": "1", "joint_liability": "on"}
    made = partner.post(reverse("loans:group_new"), typed | {"key": uuid4().hex})
    assert made.status_code == 303
    page = made["Location"]
    group = BorrowerGroup.objects.get()
    join = f"{reverse('loans:group_join')}?person={people[0].pk}"
    assert "鱼塘组" in partner.get(join).content.decode()
    assert partner.post(join, {"group": str(group.pk), "key": uuid4().hex}).status_code == 303
    address = f"/api/v1/loan-groups/{group.pk}/"
    client = api_client(ready.partner)
    assert send(client, f"{address}members/", person=str(people[1].pk)).status_code == 200
    assert send(client, f"{address}approve-loans/", applications=[str(uuid4())]).status_code == 403
    stranger = partner_of(desk(county=county()).station)
    assert send(api_client(stranger), f"{address}members/", person=str(people[1].pk)).status_code == 404
    version = offered("farm_equal")
    waiting = [appraised(ready, version=version, person=person) for person in people]
    shown = browser_of(officer).get(page).content.decode()
    assert waiting[0].number in shown
    limited = approver()
    said = ",".join(str(row.pk) for row in waiting)
    answer = browser_of(limited).post(f"{page}approve/", {"applications": said, "key": uuid4().hex})
    assert answer.status_code == 303
    for application in LoanApplication.objects.filter(status="approved"):
        running(ready, application=application)
    sheet = client.get(f"{address}sheet/").json()["lines"]
    assert [line["due"] for line in sheet] == ["0.00", "0.00"]
    assert "鱼塘组" in partner.get(f"{page}sheet/").content.decode()
    assert partner.get(f"{page}collect/").status_code == 200
    loans = list(loans_of_group(group))
    amounts = {f"amount_{loan.pk.hex}": "50.00" for loan in loans}
    recorded = partner.post(f"{page}collect/", amounts | {"key": uuid4().hex})
    assert recorded.status_code == 303
    assert "50.00" in partner.get(recorded["Location"]).content.decode()
    lines = [{"loan": str(loan.pk), "amount": "1.00"} for loan in loans]
    again = send(client, f"{address}collections/", lines=lines)
    assert (again.status_code, again.json()["code"]) == (409, "sheet_collected")
    found = client.get(f"/api/v1/collection-sheets/{CollectionSheet.objects.get().pk}/").json()
    assert (found["collected"], len(found["lines"])) == ("100.00", 2)
    detail = client.get(address).json()
    assert [member["is_leader"] for member in detail["members"]] == [True, False]
    assert findings() == []
