"""Loans, books, parcels to the city and goods of a played day: what the counters do, and what the judge says of it."""

import datetime as dt
from uuid import uuid4

import httpx
import pytest
from django.utils.timezone import now

from core.gateways.results import Result, Status
from core.gateways.services.answers import apply
from ecomnet.simulation.acts.books import end_books, lend_book, lend_one_book_twice
from ecomnet.simulation.acts.claims import file_claim
from ecomnet.simulation.acts.loans import collect_at_meeting, pay_after_write_off, pay_off_loan, repay_loan
from ecomnet.simulation.acts.shipping import end_parcels, send_parcel, take_parcel_back
from ecomnet.simulation.cast import Stage, Villager
from ecomnet.simulation.claims import await_claim_payments, decide_claims
from ecomnet.simulation.client import Client
from ecomnet.simulation.company import code_in
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import DONE, Case, Diary, Press
from ecomnet.simulation.ends import judge_cases
from ecomnet.simulation.lenders import lose_borrower, plan_loans_anew, write_off_lost_loans
from ecomnet.simulation.plan import Arrival
from ecomnet.wsgi import application
from education.courses.services import Mark, call_roll
from education.libraries.services import add_copies, open_library
from education.tutoring.services import start_tutoring
from finance.insurance.services import check_claim
from finance.models import Claim, ClaimPayment, LoanAdjustment, Payment
from logistics.parcels.services import receive_at_station
from stations.models import Person
from stations.people.queries import confirmed_guardians
from tests.factories.claims import decider, paying_bank, policy_of
from tests.factories.education import begun, class_at, learner_of
from tests.factories.finance import desk, helper_at, payer_at, switch_on
from tests.factories.loans import borrower_of, running
from tests.factories.purchases import at_station, handed_over, parcel_of, placed, shop
from tests.factories.shipping import counter as takes_parcels
from tests.factories.stations import (
    StationFactory,
    UserFactory,
    county_clerk_of,
    credit_officer,
    finance_officer,
    partner_of,
    token_for,
)
from tests.factories.supplies import confirmed, fridge, ordered, sent_on
from tests.factories.tutoring import booked, learner_at, tutor_of
from tests.finance.auditing import findings
from tests.finance.test_loan_groups import group_at
from tests.finance.test_loan_write_offs import given_up, late, written_off

DAY = dt.timedelta(days=1)


def counter_of(ready) -> CounterOfDay:
    """Its partner and a helper with a phone each, and two regulars."""
    diary, helper = Diary(), helper_at(ready)
    line = httpx.Client(transport=httpx.WSGITransport(app=application), base_url="http://testserver")
    partner, second = (
        Client(line, diary, token=token_for(user), name=user.username) for user in (ready.partner, helper)
    )
    phones = ("+8613900000001", "+8613900000002")
    people = [payer_at(ready, phone=phone) for phone in phones]
    regulars = tuple(Villager(person.pk, str(person.phone), person.full_name) for person in people)
    stage = Stage(ready.station.code, "prepaid", partner.name, second.name, "", "", regulars)
    return CounterOfDay(0, stage, partner, second, diary, None, "9001", is_drawer_open=True)


def arrival(number: int, luck: int = 7) -> Arrival:
    about = {"at": 0.5, "counter": 0, "act": "", "fault": None, "biller": "JS-POWER", "operator": "CN-MOBILE"}
    return Arrival(number=number, luck=luck, **about)


def kinds(counter: CounterOfDay, users, *, since) -> list[str]:
    """What the judge finds."""
    return [finding.kind for finding in judge_cases(counter.diary.cases, since=since, users=users)]


def test_a_loan_is_repaid_and_paid_off_by_one_of_two_and_a_slip_that_is_lost_is_found(own_database):
    ready, began = desk(), now()
    running(ready, at=began - DAY)
    counter = counter_of(ready)
    users = [ready.partner.pk, *ready.station.posts.values_list("user", flat=True)]
    repay_loan(counter, arrival(1))
    pay_off_loan(counter, arrival(2))
    assert [case.about["kind"] for case in counter.diary.cases] == ["repayment", "payoff"]
    assert counter.drawer == sum(Payment.objects.values_list("total_minor", flat=True))
    refused = {code for _operation, code in counter.diary.refusals}
    assert "amount_changed" in refused
    assert counter.diary.troubles == []
    assert kinds(counter, users, since=began) == []
    counter.diary.cases.pop()
    assert kinds(counter, users, since=began) == ["lost"]


def test_a_group_is_collected_from_once_and_what_comes_in_after_a_write_off_is_no_repayment(own_database):
    ready, began = desk(), now()
    lost = written_off(given_up(ready))
    people = [borrower_of(ready) for _number in range(3)]
    group_at(ready, *people, at=began - DAY)
    for person in people:
        running(ready, person=person, at=began - DAY)
    counter = counter_of(ready)
    users = [ready.partner.pk, *ready.station.posts.values_list("user", flat=True)]
    collect_at_meeting(counter, arrival(1))
    pay_after_write_off(counter, arrival(2))
    assert [case.about["kind"] for case in counter.diary.cases] == ["repayment", "repayment", "recovery"]
    assert counter.diary.cases[-1].about["loan"] == str(lost.pk)
    refused = {code for _operation, code in counter.diary.refusals}
    assert {"sheet_collected", "amount_over_written_off"} <= refused
    assert (counter.diary.troubles, kinds(counter, users, since=began)) == ([], [])
    counter.diary.cases[-1].about["kind"] = "repayment"
    assert kinds(counter, users, since=began) == ["lost"]


def test_where_the_network_is_poor_a_group_is_collected_from_member_by_member_and_each_once(own_database):
    ready, began = desk(), now()
    people = [borrower_of(ready) for _number in range(2)]
    group_at(ready, *people, at=began - DAY)
    for person in people:
        running(ready, person=person, at=began - DAY)
    counter = counter_of(ready)
    users = [ready.partner.pk, *ready.station.posts.values_list("user", flat=True)]
    collect_at_meeting(counter, arrival(1, luck=8))
    assert "line_collected" in {code for _operation, code in counter.diary.refusals}
    assert (len(counter.diary.cases), counter.diary.troubles) == (2, [])
    assert (kinds(counter, users, since=began), findings()) == ([], [])


def test_two_officers_agree_to_a_new_plan_which_the_borrower_signs_once(own_database):
    ready, began = desk(), now()
    loan = running(ready, at=began - DAY)
    counter = counter_of(ready)
    first, second = (
        Client(counter.partner.http, counter.diary, token=token_for(user), name=user.username)
        for user in (credit_officer(), credit_officer())
    )
    assert [plan_loans_anew(counter, officers=(first, second)) for _again in range(2)] == [1, 0]
    refused = {code for _operation, code in counter.diary.refusals}
    assert {"same_person", "quote_expired", "not_ripe_for_write_off"} <= refused
    assert (counter.diary.troubles, kinds(counter, [ready.partner.pk], since=began)) == ([], [])
    assert (loan.contracts.count(), LoanAdjustment.objects.get().status) == (2, "done")
    counter.diary.cases[-1].about["proposal"] = str(uuid4())
    assert kinds(counter, [ready.partner.pk], since=began) == ["lost"]


def test_whose_borrower_is_gone_is_written_off_by_two_people_once_and_a_loan_that_still_runs_is_found(own_database):
    ready, began = desk(), now()
    loan = late(given_up(ready), 1)
    assert lose_borrower()
    counter = counter_of(ready)
    lender, *officers = (
        Client(counter.partner.http, counter.diary, token=token_for(user), name=user.username)
        for user in (credit_officer(), finance_officer(), finance_officer())
    )
    assert write_off_lost_loans(counter, lender=lender, officers=tuple(officers)) == 1
    assert write_off_lost_loans(counter, lender=lender, officers=tuple(officers)) == 0
    loan.refresh_from_db()
    assert (counter.diary.troubles, loan.status) == ([], "closed_written_off")
    assert (kinds(counter, [ready.partner.pk], since=began), findings()) == ([], [])
    counter.diary.cases[-1].about["proposal"] = str(uuid4())
    assert kinds(counter, [ready.partner.pk], since=began) == ["lost"]


def test_a_book_is_lent_to_one_of_two_and_comes_back_by_the_evening(own_database):
    ready, began = desk(), now()
    clerk = county_clerk_of(ready.station.county)
    switch_on(ready.station, "library")
    library = open_library(station=ready.station, by=clerk, at=began - DAY)
    add_copies(library=library, title="昆虫记", copies=2, by=ready.partner, at=began - DAY)
    counter = counter_of(ready)
    users = list(ready.station.posts.values_list("user", flat=True))
    lend_book(counter, arrival(1))
    lend_one_book_twice(counter, arrival(2, luck=8))
    assert len(counter.diary.cases) == 2
    assert kinds(counter, users, since=began) == ["open", "open"]
    end_books(counter)
    assert counter.diary.troubles == []
    assert kinds(counter, users, since=began) == []


def test_parcels_to_the_city_are_taken_back_once_or_given_to_the_carrier(own_database):
    ready, began = takes_parcels(), now()
    counter = counter_of(ready)
    counter.clerk = Client(counter.partner.http, counter.diary, token=token_for(ready.clerk), name=ready.clerk.username)
    users = list(ready.station.posts.values_list("user", flat=True))
    for number in range(3):
        send_parcel(counter, arrival(number, luck=5))
    assert counter.drawer == 3 * 8_00
    take_parcel_back(counter, arrival(4))
    [press] = counter.owed
    assert (press.total, press.funding) == ("8.00", "till")
    end_parcels(counter)
    assert counter.diary.troubles == []
    assert sorted(case.end for case in counter.diary.cases) == ["", "cancelled", "done"]
    assert kinds(counter, users, since=began) == []
    assert findings() == []
    counter.diary.cases[0].back = 0
    counter.diary.cases.pop()
    assert sorted(kinds(counter, users, since=began)) == ["doubled", "lost"]


def test_claims_are_withdrawn_or_decided_by_two_and_paid_once(own_database):
    ready, began = desk(), now()
    paying_bank()
    counter = counter_of(ready)
    regular, _other = counter.stage.villagers
    Person.objects.filter(pk=regular.id).update(birth_date=dt.date(1970, 1, 1), birth_precision="day")
    insured = policy_of(ready, person=Person.objects.get(pk=regular.id), at=began - 100 * DAY)
    first, second, officer = (
        Client(counter.partner.http, counter.diary, token=token_for(user), name=user.username)
        for user in (decider(), decider(), finance_officer())
    )
    for luck in (4, 6):
        file_claim(counter, arrival(luck, luck=luck))
    assert [case.end for case in counter.diary.cases] == ["cancelled", ""]
    assert kinds(counter, [ready.partner.pk], since=began) == ["open"]
    check_claim(claim=Claim.objects.get(policy=insured, status="entered"), at=now())
    assert decide_claims(counter, assessors=(first, second), officer=officer) == 1
    payment = ClaimPayment.objects.get()
    result = Result(str(payment.pk), "payout", Status.SUCCEEDED, "BANK-1", payment.amount)
    apply(our_ref=payment.pk, result=result, source="callback", at=now(), attempts=1)
    assert await_claim_payments(officer=officer) == 1
    assert counter.diary.troubles == []
    assert kinds(counter, [ready.partner.pk], since=began) == []
    assert findings() == []
    counter.diary.cases[1].about["approved"] = 0
    assert kinds(counter, [ready.partner.pk], since=began) == ["doubled"]


@pytest.mark.django_db
def test_an_order_must_have_the_end_that_its_counter_knows():
    began, ready = now(), shop()
    part = handed_over(ready, at_station(ready, placed(ready)))
    case = Case("goods", str(part.order_id), None, end=DONE)
    payment = Payment.objects.get()
    case.presses.append(Press("k", 0, str(payment.pk), str(payment.total), "CNY", "till", status="succeeded"))

    def found(*cases):
        return [each.kind for each in judge_cases(cases, since=began, users=[ready.partner.pk])]

    assert found(case) == []
    assert found() == ["lost"]
    case.end, case.back = "", 1
    assert found(case) == ["lost", "lost"]
    case.end, case.back = DONE, 0
    _order, supplied = ordered(ready, fridge(), 2)
    supplied = sent_on(ready, confirmed(ready, supplied, 1))
    receive_at_station(parcel=parcel_of(supplied), by=ready.partner, at=now())
    of_supplier = Case("goods", str(handed_over(ready, supplied).order_id), None, end=DONE)
    paid = Payment.objects.get(purchase__order=supplied.order_id)
    of_supplier.presses.append(Press("s", 0, str(paid.pk), str(paid.total), "CNY", "till", status="succeeded"))
    assert found(case, of_supplier) == []
    case.end, case.back = "", 1
    placed(ready)
    assert sorted(found(case, of_supplier)) == ["lost", "lost", "lost", "open", "open"]


@pytest.mark.django_db
def test_a_roll_that_was_called_and_a_lesson_that_was_held_are_known_to_a_counter():
    began, station = now(), StationFactory()
    partner, child = partner_of(station), learner_at(station)
    tutor = tutor_of(station)
    held = booked(tutor, child, by=UserFactory())
    starts_at = held.booking.slot.starts_at
    start_tutoring(session=held, adult=confirmed_guardians(child, starts_at.date())[0], by=partner, at=starts_at)

    def found(*cases):
        return [each.kind for each in judge_cases(cases, since=began, users=[partner.pk])]

    assert found() == ["lost"]
    known = Case("tutoring", str(held.pk), None)
    assert found(known) == []
    run = class_at(station)
    seat = learner_of(run)
    lesson = begun(run)
    at = lesson.slot.starts_at
    call_roll(session=lesson, marks=[Mark(seat.pk, seat.learner_id, "present", at)], by=partner, at=at)
    assert found(known) == ["lost"]
    roll = Case("lesson", str(lesson.pk), None, end=DONE, about={str(seat.learner_id): "present"})
    assert found(known, roll) == []


def test_the_code_of_a_message_is_not_the_date_in_the_number_of_a_parcel():
    assert code_in("Parcel P261128-K7P2QXM is here until 2026-11-30. Pick-up code 481516.") == "481516"
    assert code_in("包裹P261128-K7P2QXM已到站，取件码481516，请于2026-11-30前取走。") == "481516"
