"""A second login of the same person is no second person: whoever began something does not finish it by another name."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.errors import SamePerson
from core.forms import new_key
from core.gateways.models import Instruction
from core.gateways.services.answers import apply_unknown
from core.models import StoredFile
from core.money import Money
from finance import chart
from finance.fees.services import (
    approve_adjustment,
    approve_commission_plan,
    propose_adjustment,
    raise_rule,
    reject_adjustment,
)
from finance.floats.services import credit_topup, match_topup, request_topup
from finance.floats.services.cash import count_topup_cash
from finance.models import FloatTopUp, Payment, PayoutBatch, Refund
from finance.payments.services import WitnessProof, call_refund, decide_payment, propose_decision, send_to_review
from finance.payments.services.refunds import ProofMissing, hand_back_cash
from finance.payouts.services import BankDetails, approve_payout_batch, confirm_payout_account, set_bank_account
from finance.recon.services import ask_write_off, write_off_recon_item
from finance.settlement.services import close_book_day
from finance.tills.services import (
    AlreadyInvolved,
    NotTheReceiver,
    absorb_variance,
    charge_variance,
    close_loss,
    count_cash,
    decide_dispute,
    dispute_variance,
    explain_variance,
    hand_over_till,
    propose_charge,
    receive_remittance,
    report_loss,
)
from tests.factories.commission import taken
from tests.factories.days import today
from tests.factories.finance import biller, book, desk, flat_plan, found_bill, owed, pay, payer_at, plan_of
from tests.factories.findings import finding
from tests.factories.payouts import calculated, payable
from tests.factories.people import resident, second_login_of
from tests.factories.recon import bank_lines, recon_item
from tests.factories.refunds import photo_by
from tests.factories.settlement import DAY, MONDAY, noon, settle_night, village
from tests.factories.stations import county_clerk_of, finance_officer, helper_of, partner_of
from tests.factories.tills import cash_desk, declared, difference, on_its_way, open_centre, pieces

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def drawer():
    return cash_desk(2_044_40)


def test_a_payout_batch_is_not_approved_by_who_made_it_under_another_login(client):
    ready, _statement = payable()
    maker = finance_officer()
    batch = calculated(by=maker)
    second = finance_officer(user=second_login_of(maker))
    with pytest.raises(SamePerson):
        approve_payout_batch(batch=batch, by=second, at=now())
    with pytest.raises(IntegrityError, match="payout_batch_is_approved_by_another_person"), transaction.atomic():
        PayoutBatch.objects.filter(pk=batch.pk).update(approved_by=second)
    assert ready.can_use(ready.own_key) == 6_00
    client.force_login(second)
    page = f"/finance/payouts/batches/{batch.pk}/"
    assert f"{page}release/" not in client.get(page).content.decode()
    assert client.post(f"{page}release/", {"key": new_key()}).status_code == 409
    assert PayoutBatch.objects.get().status == "calculated"


@pytest.mark.parametrize("part", ["requested_by", "matched_by"])
def test_a_top_up_is_not_credited_by_who_asked_or_matched_under_another_login(part):
    ready = desk()
    topup = request_topup(station=ready.station, amount=Money(50_00, "CNY"), by=ready.partner, at=now())
    clerk = county_clerk_of(ready.station.county)
    [line] = bank_lines("L-1,in,50.00")
    match_topup(topup=topup, bank_line=line, by=clerk, at=now())
    second = second_login_of(ready.partner if part == "requested_by" else clerk)
    with pytest.raises(SamePerson):
        credit_topup(topup=topup, by=second, at=now())
    with pytest.raises(IntegrityError, match="topup_is_credited_by"), transaction.atomic():
        FloatTopUp.objects.filter(pk=topup.pk).update(credited_by=second)
    assert ready.holds(ready.float_key) == 0


def test_cash_for_a_float_is_not_counted_by_its_partner_under_another_login(drawer):
    topup = request_topup(station=drawer.station, amount=Money(50_00, "CNY"), by=drawer.partner, at=now(), via="cash")
    with pytest.raises(SamePerson):
        count_topup_cash(topup=topup, lines=pieces(50_00), by=second_login_of(drawer.partner), at=now())


def test_a_correction_is_not_decided_by_who_proposed_it_under_another_login():
    flat_plan()
    ready, maker = desk(float_minor=5_000_00), finance_officer()
    payment = taken(ready, biller(), amount=1_000_00)
    adjustment = propose_adjustment(
        account=ready.account(chart.commission_of_user(ready.partner.pk)),
        event_type="payment",
        event_id=str(payment.pk),
        amount=Money(-40, "CNY"),
        reason="duplicate",
        text="算了两次",
        by=maker,
        at=now(),
    )
    second = second_login_of(maker)
    for verb in (approve_adjustment, reject_adjustment):
        with pytest.raises(SamePerson):
            verb(adjustment=adjustment, by=second, at=now())
    adjustment.refresh_from_db()
    assert adjustment.status == "proposed"


@pytest.mark.parametrize("part", ["created", "wrote a rule"])
def test_a_plan_is_not_approved_by_who_wrote_in_it_under_another_login(part):
    book()
    rules = [{"total_kind": "flat", "total_value": value} for value in (100, 50)]
    plan = plan_of(*rules, version=2, from_date=today() + 3 * DAY, status="draft")
    writer = plan.created_by
    if part == "wrote a rule":
        writer = finance_officer()
        raise_rule(plan=plan, position=2, by=writer, at=now())
    with pytest.raises(SamePerson):
        approve_commission_plan(plan=plan, by=second_login_of(writer), at=now())


def test_a_held_day_is_not_closed_by_who_asked_under_another_login():
    station, first = village(), finance_officer()
    finding("county", station.county.code[:6])
    close = settle_night(station, MONDAY)
    close_book_day(close=close, reason="the count was on paper", by=first, at=noon(MONDAY + DAY))
    with pytest.raises(SamePerson):
        close_book_day(close=close, reason="", by=second_login_of(first), at=noon(MONDAY + DAY))
    close.refresh_from_db()
    assert close.status == "held"


def test_a_difference_is_not_written_off_by_who_asked_under_another_login():
    first = finance_officer()
    item = ask_write_off(item=recon_item(), text="nobody answers", by=first, at=now())
    with pytest.raises(SamePerson):
        write_off_recon_item(item=item, by=second_login_of(first), at=now())
    item.refresh_from_db()
    assert item.status == "assigned"


def test_a_payment_is_not_decided_by_who_proposed_it_under_another_login():
    flat_plan()
    ready, first = desk(float_minor=500_00), finance_officer()
    payment = pay(ready, found_bill(ready, biller()))
    apply_unknown(instruction=Instruction.objects.get(pk=payment.pk), code="no_answer", source="answer", at=now())
    payment = send_to_review(payment=payment, at=now())
    letter = StoredFile.objects.create(media_type="application/pdf", size=1, sha256="0" * 64, stored_at=now())
    propose_decision(payment=payment, outcome="failed", reason="their letter", evidence=letter, by=first, at=now())
    with pytest.raises(SamePerson):
        decide_payment(payment=payment, outcome="failed", by=second_login_of(first), at=now())
    assert Payment.objects.get().status == "manual_review"


def test_a_payout_account_is_not_confirmed_by_who_entered_it_under_another_login():
    first = finance_officer()
    details = BankDetails("ICBC", "6222021234567890", "泗洪县运营中心")
    account = set_bank_account(payee="county-321324", user=None, details=details, by=first, at=now())
    with pytest.raises(SamePerson):
        confirm_payout_account(account=account, by=second_login_of(first), at=now())


def test_a_call_of_ones_own_under_another_login_proves_no_hand_back():
    flat_plan()
    ready = desk(float_minor=5_000_00)
    refund = owed(ready, biller(), amount=450_00, payer=payer_at(ready, phone=""))
    clerk, witness = county_clerk_of(ready.station.county), resident("李大妈", ready.station)
    call_refund(refund=refund, outcome="confirmed", note="", by=clerk, at=now())
    giver = helper_of(ready.station, user=second_login_of(clerk))
    proof = WitnessProof(refund.payment.receipts.first().number, witness, photo_by(giver))
    later = now() + HOUR
    with pytest.raises(ProofMissing):
        hand_back_cash(refund=refund, notes="own", proof=proof, station=ready.station, by=giver, at=later)
    assert Refund.objects.get().status == "ready_for_cash"
    given = hand_back_cash(refund=refund, notes="own", proof=proof, station=ready.station, by=ready.partner, at=later)
    assert given.status == "paid_out"


def test_whoever_gives_money_back_is_not_its_witness():
    flat_plan()
    ready = desk(float_minor=5_000_00)
    refund = owed(ready, biller(), amount=45_00, payer=payer_at(ready, phone=""))
    giver = helper_of(ready.station)
    second_login_of(giver)
    proof = WitnessProof(refund.payment.receipts.first().number, giver.person, photo_by(giver))
    with pytest.raises(ProofMissing):
        hand_back_cash(refund=refund, notes="own", proof=proof, station=ready.station, by=giver, at=now())
    assert Refund.objects.get().status == "ready_for_cash"


def test_a_shortage_is_not_charged_by_who_proposed_it_or_held_the_till_under_another_login(drawer):
    short = difference(drawer, -4_40)
    explain_variance(over_short=short, text="找零", by=drawer.partner, at=short.found_at)
    with pytest.raises(SamePerson):
        propose_charge(over_short=short, text="我自己", by=second_login_of(drawer.partner), at=short.found_at)
    found = propose_charge(over_short=short, text="没有原因", by=drawer.manager, at=short.found_at)
    for person in (drawer.manager, drawer.partner):
        with pytest.raises(SamePerson):
            charge_variance(over_short=found, by=second_login(person), at=found.notice_at + 7 * DAY)
    dispute_variance(over_short=found, text="不是我", by=drawer.partner, at=now())
    with pytest.raises(AlreadyInvolved):
        decide_dispute(over_short=found, outcome="absorb", text="小数", by=second_login(drawer.manager), at=now())


def second_login(user):
    """The login that signs in for this person now, made when there is none."""
    known = user.person.logins.filter(is_active=True).exclude(pk=user.pk).first() if user.person else None
    return known or second_login_of(user)


def test_a_difference_is_not_borne_on_the_word_of_one_person_with_two_logins(drawer):
    short = difference(drawer, -4_40)
    absorb_variance(over_short=short, text="小数", by=drawer.manager, at=now())
    with pytest.raises(SamePerson):
        absorb_variance(over_short=short, text="小数", by=second_login_of(drawer.manager), at=now())


@pytest.mark.parametrize("part", ["reported", "asked"])
def test_a_loss_is_not_closed_by_who_reported_or_asked_under_another_login(drawer, part):
    loss = report_loss(
        station=drawer.station,
        kind="robbery",
        amount=Money(500_00, "CNY"),
        text="夜里被撬",
        police_number="118",
        by=drawer.partner,
        at=now(),
    )
    close_loss(loss_case=loss, by=drawer.officer, at=now())
    second = second_login_of(drawer.partner if part == "reported" else drawer.officer)
    with pytest.raises(SamePerson):
        close_loss(loss_case=loss, by=second, at=now())
    loss.refresh_from_db()
    assert loss.status == "open"


def test_a_till_does_not_change_hands_between_two_logins_of_one_person(drawer):
    other = helper_of(drawer.station, user=second_login_of(drawer.partner))
    day = count_cash(cash_day=drawer.day, lines=pieces(2_044_40), by=drawer.partner, at=now())
    with pytest.raises(SamePerson):
        hand_over_till(cash_day=day, to=other, by=other, at=now())


def test_cash_is_not_carried_or_counted_by_its_giver_under_another_login(drawer):
    open_centre(drawer)
    found = on_its_way(drawer, 1_00)
    second = partner_of(drawer.centre, user=second_login_of(drawer.partner))
    with pytest.raises(NotTheReceiver):
        receive_remittance(remittance=found, lines=pieces(1_00), by=second, at=now())
    with pytest.raises(SamePerson):
        declared(drawer, 1_00, carrier=second)
    found.refresh_from_db()
    assert found.status == "in_transit"
