"""Loans are signed with their price before the borrower's eyes, and paid out by a fourth person to the borrower."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.db.models import F

from core.days import instant_of
from core.errors import CodeWrong, SamePerson, WrongState
from core.gateways.models import Instruction
from core.models import Event, Notice
from finance.loans.accounts import LoanAccounts
from finance.loans.services import (
    BorrowerAccountMissing,
    BorrowerUnknown,
    OfferExpired,
    OfficerIsTied,
    PayeeIsStaff,
    PlanChanged,
    SignatureMissing,
    SignedAlready,
    ask_about_disbursements,
    cancel_loan,
    disburse_loan,
    expire_offers,
    send_signing_code,
    set_borrower_account,
    sign_contract,
    withdraw_application,
)
from finance.models import ExposureCounter, Loan, LoanContract, LoanInstallment, LoanProductVersion, ReconItem
from finance.payouts.services import NameDiffers, body_of_payout, set_bank_account
from finance.payouts.services.accounts import BankDetails
from ledger.audit import audit_book
from ledger.models import AuditFinding, Book
from ledger.queries import balance
from stations.models import Person
from tests.factories.finance import desk
from tests.factories.loans import (
    ACCOUNT_NO,
    NOON,
    account_of,
    approved,
    approver,
    bank_answers,
    borrower_of,
    cap,
    lender_holds,
    offered,
    running,
    sent,
    signed,
)
from tests.factories.people import second_login_of
from tests.factories.refunds import photo_by
from tests.factories.register import code_sent
from tests.factories.stations import UserFactory, credit_officer, finance_officer
from tests.pages import told

DAY, TODAY = dt.timedelta(days=1), dt.date(2026, 11, 25)


@pytest.fixture
def ready(db):
    return desk()


def test_a_contract_is_frozen_as_it_was_signed(ready):
    version = offered("farm_equal")
    loan = signed(ready, version=version)
    contract = loan.contract
    assert (loan.status, loan.amount.minor, contract.principal_minor) == ("approved", 30_000_00, 30_000_00)
    assert (contract.apr_nominal_bp, contract.apr_effective_bp) == (1080, 1135)
    assert contract.total_interest_minor == 1_755_00
    assert contract.terms["rate_ppm"] == 108_000
    LoanProductVersion.objects.filter(pk=version.pk).update(status="retired")
    for change in ({"penalty_ppm": 1}, {"terms": {}}):
        with pytest.raises(DatabaseError), transaction.atomic():
            LoanContract.objects.filter(pk=contract.pk).update(**change)
    with pytest.raises(SignedAlready):
        sign_contract(application=loan.application, on=TODAY, code="123456", by=ready.partner, at=NOON)


def test_the_message_to_those_who_pay_out_opens_the_loan_and_not_its_application(ready):
    officer = finance_officer()
    loan = signed(ready)
    message = Notice.objects.get(template="loan_signed", user=officer.pk)
    assert message.link == f"/finance/loans/running/{loan.pk}/"


def test_a_borrower_signs_by_a_code_whose_wrong_tries_count(ready):
    application = approved(ready, person=borrower_of(ready, phone="+8613800138999"))
    with pytest.raises(SignatureMissing):
        sign_contract(application=application, on=TODAY, by=ready.partner, at=NOON)
    send_signing_code(application=application, by=ready.partner, at=NOON)
    code = code_sent(application.person, "loan")
    wrong = "000000" if code != "000000" else "1"
    with pytest.raises(CodeWrong) as refusal:
        sign_contract(application=application, on=TODAY, code=wrong, by=ready.partner, at=NOON)
    assert refusal.value.params["tries_left"] == 4
    loan = sign_contract(application=application, on=TODAY, code=code, by=ready.partner, at=NOON)
    assert (loan.contract.manner, loan.contract.paper) == ("code", None)


def test_a_code_or_a_photo_signs_the_plan_of_the_day_that_was_shown_and_no_other(ready):
    application = approved(ready, person=borrower_of(ready, phone="+8613800138999"))
    evening = instant_of("Asia/Shanghai", TODAY, dt.time(23, 58))
    after = evening + dt.timedelta(minutes=4)
    send_signing_code(application=application, by=ready.partner, at=evening)
    signs = {"application": application, "code": code_sent(application.person, "loan"), "by": ready.partner}
    with pytest.raises(PlanChanged):
        sign_contract(**signs, on=TODAY, at=after)
    with pytest.raises(PlanChanged):
        sign_contract(**signs | {"code": "", "paper": photo_by(ready.partner).pk}, on=TODAY, at=after)
    with pytest.raises(CodeWrong):  # the plan of the next day was not shown with it
        sign_contract(**signs, on=TODAY + DAY, at=after)
    assert not Loan.objects.exists()
    send_signing_code(application=application, by=ready.partner, at=after)
    signs["code"] = code_sent(application.person, "loan")
    assert sign_contract(**signs, on=TODAY + DAY, at=after).contract.terms["schedule_start"] == str(TODAY + DAY)


@pytest.mark.parametrize(("days", "stands"), [(30, True), (31, False)])
def test_an_offer_is_signed_until_its_last_day(ready, days, stands):
    application = approved(ready)
    if stands:
        assert signed(ready, application=application, at=NOON + days * DAY).status == "approved"
    else:
        with pytest.raises(OfferExpired):
            signed(ready, application=application, at=NOON + days * DAY)


def test_the_bank_pays_and_the_plan_begins_on_that_day(ready):
    told("loan_principal → payout_clearing of 29,700.00 in the **lender's own book**", page="loans.md")
    cap("borrower", 50_000_00)
    version = offered("farm_equal", fee_payout_bp=100)
    loan = sent(ready, version=version)
    instruction = Instruction.objects.get(pk=loan.disbursements.get().pk)
    assert instruction.request["amount"] == "29700.00"
    assert "account_no" not in instruction.request
    assert body_of_payout(instruction.pk)["account_no"] == ACCOUNT_NO
    assert (loan.status, lender_holds(loan, "loan_principal")) == ("disbursing", 0)
    bank_answers(loan, "paid", at=NOON + DAY)
    assert (loan.status, loan.disbursed_on_date, loan.outstanding_minor) == (
        "active",
        loan.book.business_date,
        30_000_00,
    )
    kinds = ("loan_principal", "payout_clearing", "bank", "fee_income")
    assert [lender_holds(loan, kind) for kind in kinds] == [30_000_00, 0, -29_700_00, 300_00]
    rows = LoanInstallment.objects.filter(loan=loan).order_by("n")
    assert [row.principal_minor for row in rows] == [2_500_00] * 12
    assert (rows[0].start_date, rows[0].end_date) == (loan.disbursed_on_date, dt.date(2026, 12, 25))
    assert Loan.objects.get(application__status="taken_up") == loan
    assert Event.objects.filter(name="finance.loan_disbursed").count() == 1
    assert ExposureCounter.objects.get().used_minor == 30_000_00
    bank_answers(loan, "paid", at=NOON + DAY)
    assert LoanInstallment.objects.filter(loan=loan).count() == 12
    audit_book(book=loan.book.book, at=NOON + DAY)
    assert not AuditFinding.objects.exists()


def test_a_definite_no_frees_the_money_and_silence_decides_nothing(ready):
    officer = finance_officer()
    loan = sent(ready, by=officer)
    assert ask_about_disbursements(at=NOON + DAY) == 1
    loan.refresh_from_db()
    assert loan.status == "disbursing"
    with pytest.raises(WrongState):
        disburse_loan(loan=loan, by=officer, at=NOON)
    with pytest.raises(WrongState):
        cancel_loan(loan=loan, by=credit_officer(), at=NOON)
    bank_answers(loan, "failed", return_code="account_closed")
    assert (loan.status, loan.disburser, loan.disbursements.get().code) == ("approved", None, "account_closed")
    account = LoanAccounts(loan.book, at=NOON).of("loan_principal")
    assert (balance(account).posted.minor, balance(account).available.minor) == (0, 0)
    assert Notice.objects.filter(template="loan_not_paid_out", user=officer.pk).exists()
    with pytest.raises(BorrowerAccountMissing):  # the bank does not know it
        disburse_loan(loan=loan, by=officer, at=NOON)
    account_of(loan, ready, account_no="6222021102004899")
    disburse_loan(loan=loan, by=officer, at=NOON)
    assert bank_answers(loan, "paid").status == "active"
    bank_answers(loan, "returned", return_code="account_closed")
    assert (loan.status, ReconItem.objects.get().kind) == ("active", "status")


def test_another_person_than_took_part_pays_out(ready):
    loan = signed(ready)
    account_of(loan, ready)
    for somebody in (loan.recommender, loan.appraiser, loan.approver, second_login_of(loan.approver)):
        with pytest.raises(SamePerson):
            disburse_loan(loan=loan, by=somebody, at=NOON)
    oneself = UserFactory(person=loan.borrower)
    with pytest.raises(OfficerIsTied):
        disburse_loan(loan=loan, by=oneself, at=NOON)
    with pytest.raises(IntegrityError, match="paid_out_by_nobody_close_to_the_borrower"), transaction.atomic():
        Loan.objects.filter(pk=loan.pk).update(disburser=oneself)
    with pytest.raises(IntegrityError, match="loan_is_paid_out_by_a_fourth_person"), transaction.atomic():
        Loan.objects.filter(pk=loan.pk).update(disburser=second_login_of(loan.appraiser))
    with pytest.raises(IntegrityError, match="loan_names_the_people_of_its_application"), transaction.atomic():
        Loan.objects.create(
            number="X",
            application=approved(ready, person=borrower_of(ready)),
            **{name: getattr(loan, name) for name in ("book", "station", "borrower", "product", "currency")},
            recommender=loan.recommender,
            appraiser=loan.appraiser,
            approver=UserFactory(),
            principal_minor=1,
        )


def test_the_money_goes_to_the_borrowers_own_account_and_to_no_staff(ready):
    loan = signed(ready)
    with pytest.raises(BorrowerAccountMissing):
        disburse_loan(loan=loan, by=finance_officer(), at=NOON)
    details = {"bank_code": "ICBC", "by": ready.partner, "at": NOON - 4 * DAY}
    with pytest.raises(NameDiffers):
        set_borrower_account(loan=loan, account_no=ACCOUNT_NO, holder_name="别人", **details)
    set_bank_account(
        payee=ready.partner.pk.hex,
        user=ready.partner,
        details=BankDetails("ICBC", ACCOUNT_NO, ready.partner.shown_name),
        by=ready.partner,
        at=NOON,
    )
    with pytest.raises(PayeeIsStaff):
        set_borrower_account(loan=loan, account_no=ACCOUNT_NO, holder_name=loan.borrower.full_name, **details)
    account_of(loan, ready, account_no="6222021102004899")
    assert disburse_loan(loan=loan, by=finance_officer(), at=NOON).status == "disbursing"


def test_who_has_died_since_the_signature_is_paid_nothing(ready):
    loan = signed(ready)
    account_of(loan, ready)
    Person.objects.filter(pk=loan.borrower_id).update(died_date=TODAY, residence="deceased")
    with pytest.raises(BorrowerUnknown):
        disburse_loan(loan=Loan.objects.get(pk=loan.pk), by=finance_officer(), at=NOON)
    assert not Instruction.objects.filter(kind="payout").exists()
    assert cancel_loan(loan=loan, by=approver(), at=NOON).status == "cancelled"


def test_a_signed_loan_ends_with_its_offer_and_gives_its_caps_back(ready):
    cap("borrower", 50_000_00)
    loan = signed(ready)
    assert ExposureCounter.objects.get().used_minor == 30_000_00
    assert expire_offers(at=NOON + 31 * DAY) == 1
    loan.refresh_from_db()
    assert (loan.status, ExposureCounter.objects.get().used_minor) == ("cancelled", 0)


def test_a_signed_loan_is_cancelled_or_withdrawn_before_it_is_sent(ready):
    first = signed(ready)
    cancel_loan(loan=first, by=approver(), at=NOON)
    first.refresh_from_db()
    assert (first.status, first.application.status) == ("cancelled", "withdrawn_by_client")
    second = signed(ready, person=first.borrower)
    withdraw_application(application=second.application, by=ready.partner, at=NOON)
    assert Loan.objects.get(pk=second.pk).status == "cancelled"
    third = sent(ready, person=first.borrower)
    with pytest.raises(WrongState):
        withdraw_application(application=third.application, by=ready.partner, at=NOON)
    assert expire_offers(at=NOON + 31 * DAY) == 0


def test_instalments_always_add_up_to_their_loan(ready):
    loan = running(ready)
    for rows, change in (
        (loan.installments.filter(n=1), {"principal_minor": F("principal_minor") + 1}),
        (Loan.objects.filter(pk=loan.pk), {"interest_accrued_minor": 1}),
    ):
        with transaction.atomic():
            rows.update(**change)
            with pytest.raises(IntegrityError, match="instalments of a loan add up"):
                connection.check_constraints()
            transaction.set_rollback(True)


def test_of_many_loans_that_are_written_at_once_each_is_checked_and_nobody_can_call_that_off(ready):
    loans = [running(ready) for _number in range(2)]
    with transaction.atomic():
        Loan.objects.update(days_past_due=0)
        connection.check_constraints()
        LoanInstallment.objects.filter(loan=loans[1], n=2).update(penalty_minor=1)
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM finance_changedplans")
        Loan.objects.update(days_past_due=0)
        with pytest.raises(IntegrityError, match="instalments of a loan add up"):
            connection.check_constraints()
        transaction.set_rollback(True)


def test_a_lender_has_a_book_of_its_own(ready):
    loan = running(ready)
    assert loan.book.book != Book.objects.get(code="CN")
    assert loan.book.book.country == "CN"
