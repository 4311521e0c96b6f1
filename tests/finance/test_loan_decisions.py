"""Decisions about loan applications: by people who are not one person, within caps, with reasons."""

import datetime as dt
import threading
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from core.errors import SamePerson, WrongState
from core.models import Notice
from core.money import Money
from finance.credit.services import (
    CapReached,
    release_exposure,
    reserve_exposure,
)
from finance.loans.services import (
    ApprovalLimit,
    OfficerIsTied,
    OneApproves,
    ReasonsUnfit,
    ReconsiderationOver,
    approve_application,
    co_approve_application,
    expire_offers,
    reconsider_application,
    reject_application,
    withdraw_application,
)
from finance.models import ExposureCounter, ExposureEntry, LoanApplication
from stations.models import Person
from tests.factories.finance import desk
from tests.factories.loans import (
    NOON,
    appraise,
    appraised,
    approved,
    approver,
    borrower_of,
    cap,
    offered,
    submitted,
)
from tests.factories.people import guardian_of, household_of, second_login_of
from tests.factories.stations import UserFactory, credit_officer
from tests.races import together

DAY = dt.timedelta(days=1)


@pytest.fixture
def ready(db):
    return desk()


# --- the decision


def test_a_loan_is_approved_by_another_person_than_proposed_it(ready):
    officer = approver()
    application = appraised(ready, by=officer)
    with pytest.raises(SamePerson):
        approve_application(application=application, by=officer, at=NOON)
    with pytest.raises(SamePerson):
        approve_application(application=application, by=second_login_of(officer), at=NOON)
    approve_application(application=application, by=approver(), at=NOON)
    application.refresh_from_db()
    assert (application.status, application.approved_minor) == ("approved", 30_000_00)
    assert application.offer_valid_until_date == dt.date(2026, 12, 25)
    assert Notice.objects.filter(template="loan_approved", user=ready.partner.pk).exists()
    with pytest.raises(WrongState):
        approve_application(application=application, by=approver(), at=NOON)


def test_the_database_refuses_one_person_in_two_parts(ready):
    application = approved(ready)
    rows = LoanApplication.objects.filter(pk=application.pk)
    again = second_login_of(application.appraiser)
    for change, name in (
        ({"appraiser": ready.partner}, "loan_is_appraised_by_another_person"),
        ({"approver": again}, "loan_is_approved_by_another_person"),
        ({"approver2": application.approver}, "loan_is_approved_by_a_second_other_person"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**change)


def test_nobody_decides_about_a_loan_of_their_household_their_guardian_or_ward_and_the_database_refuses_it_too(ready):
    borrower = borrower_of(ready)
    at_home, ward = (borrower_of(ready) for _number in range(2))
    Person.objects.filter(pk=at_home.pk).update(household=household_of(borrower, by=ready.partner))
    guardian_of(ward, borrower)
    lives_there, is_ward = (UserFactory(person_id=person.pk) for person in (at_home, ward))
    application = submitted(ready, person=borrower)
    for login in (lives_there, is_ward):
        with pytest.raises(OfficerIsTied):
            appraise(application, by=credit_officer(user=login))
        with pytest.raises(OfficerIsTied):
            reject_application(application=application, reasons=["turnover_low"], by=login, at=NOON)
    appraise(application)
    with pytest.raises(OfficerIsTied):
        approve_application(application=application, by=lives_there, at=NOON)
    approve_application(application=application, by=approver(), at=NOON)
    rows = LoanApplication.objects.filter(pk=application.pk)
    for part in ("appraiser", "approver", "approver2", "rejected_by"):
        with pytest.raises(IntegrityError, match="decided_by_nobody_close_to_the_borrower"), transaction.atomic():
            rows.update(**{part: lives_there})


@pytest.mark.parametrize(("limit", "fits"), [(29_999_99, False), (30_000_00, True), (None, False)])
def test_a_post_approves_up_to_its_limit(ready, limit, fits):
    application = appraised(ready)
    if fits:
        assert approve_application(application=application, by=approver(limit), at=NOON).status == "approved"
    else:
        with pytest.raises(ApprovalLimit):
            approve_application(application=application, by=approver(limit), at=NOON)


@pytest.mark.parametrize(("amount", "two"), [(200_000_00, False), (200_000_01, True)])
def test_a_large_amount_is_approved_by_two(ready, amount, two):
    version = offered(amount_max_first_minor=500_000_00)
    application = appraised(ready, amount=amount, version=version)
    first = approver()
    approve_application(application=application, by=first, at=NOON)
    assert application.status == "appraised" or not two
    application.refresh_from_db()
    assert application.status == ("appraised" if two else "approved")
    if not two:
        with pytest.raises(WrongState):
            co_approve_application(application=application, by=approver(), at=NOON)
        return
    with pytest.raises(SamePerson):
        co_approve_application(application=application, by=first, at=NOON)
    with pytest.raises(WrongState):
        approve_application(application=application, by=approver(), at=NOON)
    assert co_approve_application(application=application, by=approver(), at=NOON).status == "approved"


def test_a_small_amount_has_no_second_approver(ready):
    application = appraised(ready)
    with pytest.raises(OneApproves):
        co_approve_application(application=application, by=approver(), at=NOON)


def test_less_than_asked_for_has_reasons_that_the_borrower_reads(ready):
    application = submitted(ready)
    with pytest.raises(ReasonsUnfit):
        appraise(application, amount=20_000_00)
    appraise(application, amount=20_000_00, reasons=["turnover_low", "instalment_heavy"])
    approve_application(application=application, by=approver(), at=NOON)
    application.refresh_from_db()
    assert (application.approved_minor, application.reasons) == (20_000_00, ["turnover_low", "instalment_heavy"])
    assert len(application.reason_words) == 2


def test_what_is_given_in_full_has_no_reasons(ready):
    with pytest.raises(ReasonsUnfit):
        appraise(submitted(ready), reasons=["turnover_low"])


FIVE = ["turnover_low", "bills_late", "proofs_few", "activity_weak", "purpose_unclear"]


@pytest.mark.parametrize("reasons", [[], FIVE, ["turnover_low"] * 2, ["score_too_low"]])
def test_a_rejection_names_one_to_four_known_reasons(ready, reasons):
    application = submitted(ready)
    with pytest.raises(ReasonsUnfit):
        reject_application(application=application, reasons=reasons, by=credit_officer(), at=NOON)
    application.refresh_from_db()
    assert application.status == "submitted_and_pending_approval"


def test_the_database_wants_reasons_for_a_rejection(ready):
    application = submitted(ready)
    with pytest.raises(IntegrityError, match="loan_has_reasons_exactly_when_less_was_approved"), transaction.atomic():
        LoanApplication.objects.filter(pk=application.pk).update(status="rejected", rejected_by=credit_officer())


def test_what_was_declined_is_looked_at_again_once_by_another_officer(ready):
    application, officer = submitted(ready), credit_officer()
    reject_application(application=application, reasons=FIVE[:4], by=officer, at=NOON)
    assert Notice.objects.filter(template="loan_rejected", user=ready.partner.pk).exists()
    with pytest.raises(SamePerson):
        reconsider_application(application=application, by=officer, at=NOON)
    reconsider_application(application=application, by=credit_officer(), at=NOON + 30 * DAY)
    reject_application(application=application, reasons=FIVE[:1], by=officer, at=NOON + 31 * DAY)
    with pytest.raises(ReconsiderationOver):
        reconsider_application(application=application, by=credit_officer(), at=NOON + 31 * DAY)


def test_after_thirty_days_it_is_too_late_to_look_again(ready):
    application = submitted(ready)
    reject_application(application=application, reasons=FIVE[:1], by=credit_officer(), at=NOON)
    with pytest.raises(ReconsiderationOver):
        reconsider_application(
            application=application, by=credit_officer(), at=NOON + 30 * DAY + dt.timedelta(seconds=1)
        )


@pytest.mark.parametrize(("days", "ended"), [(30, 0), (31, 1)])
def test_an_offer_ends_after_its_last_day_and_frees_what_it_reserved(ready, days, ended):
    cap("county", 100_000_00)
    application = approved(ready)
    assert expire_offers(at=NOON + days * DAY) == ended
    application.refresh_from_db()
    assert application.status == ("expired" if ended else "approved")
    assert ExposureCounter.objects.get().used_minor == (0 if ended else 30_000_00)


def test_the_borrower_withdraws_and_the_cap_is_free_again(ready):
    cap("borrower", 50_000_00)
    application = approved(ready)
    withdraw_application(application=application, by=ready.partner, at=NOON)
    withdraw_again = LoanApplication.objects.get(pk=application.pk)
    with pytest.raises(WrongState):
        withdraw_application(application=withdraw_again, by=ready.partner, at=NOON)
    assert ExposureCounter.objects.get().used_minor == 0


# --- caps


def test_a_cap_holds_for_each_of_its_scopes(ready):
    cap("village", 60_000_00)
    cap("borrower", 30_000_00)
    approved(ready)
    approved(ready)
    application = appraised(ready, amount=1_000_00)
    with pytest.raises(CapReached) as refused:
        approve_application(application=application, by=approver(), at=NOON)
    assert refused.value.params["left"] == "¥0.00"
    application.refresh_from_db()
    assert (application.status, application.approver) == ("appraised", None)
    assert sorted(ExposureCounter.objects.values_list("scope", "used_minor")) == [
        ("borrower", 30_000_00),
        ("borrower", 30_000_00),
        ("village", 60_000_00),
    ]


def test_the_cap_of_a_partner_is_that_of_the_person_under_whichever_login(ready):
    cap("partner", 30_000_00)
    approved(ready)
    later = replace(ready, partner=second_login_of(ready.partner))
    application = appraised(later, amount=1_000_00)
    with pytest.raises(CapReached) as refused:
        approve_application(application=application, by=approver(), at=NOON)
    assert refused.value.params["left"] == "¥0.00"


def test_the_same_event_is_counted_and_given_back_once(ready):
    cap("county", 100_00)
    loan = uuid4()
    for _time in range(2):
        reserve_exposure(
            loan_ref=loan,
            scopes={"county": ["1"]},
            amount=Money(60_00, "CNY"),
            country="CN",
            date=NOON.date(),
            event_ref="approved",
        )
    assert ExposureCounter.objects.get().used_minor == 60_00
    for _time in range(2):
        release_exposure(loan_ref=loan, amount=Money(20_00, "CNY"), event_ref="paid 1")
    assert ExposureCounter.objects.get().used_minor == 40_00
    release_exposure(loan_ref=loan, amount=None, event_ref="end")
    counter = ExposureCounter.objects.get()
    assert (counter.used_minor, sum(ExposureEntry.objects.values_list("amount_minor", flat=True))) == (0, 0)


def test_of_twelve_approvals_at_the_last_of_a_cap_one_succeeds(own_database):
    cap("county", 44_000_00)
    outcomes, barrier = [], threading.Barrier(12)

    def approve():
        barrier.wait()
        try:
            reserve_exposure(
                loan_ref=uuid4(),
                scopes={"county": ["1"], "village": ["2"]},
                amount=Money(44_000_00, "CNY"),
                country="CN",
                date=NOON.date(),
                event_ref="approved",
            )
            outcomes.append("approved")
        except CapReached as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=approve) for _number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", *["cap_reached"] * 11]
    assert ExposureCounter.objects.get().used_minor == 44_000_00


def test_of_two_officers_who_decide_at_once_one_does_and_the_cap_is_taken_once(own_database):
    cap("county", 60_000_00)
    ready, (first, second) = desk(), (approver(), approver())
    application = appraised(ready)
    acts = [lambda: approve_application(application=application, by=first, at=NOON)]
    acts += [lambda: approve_application(application=application, by=second, at=NOON)]
    acts += [lambda: reject_application(application=application, reasons=["turnover_low"], by=second, at=NOON)]
    outcomes = together(*acts)
    assert sorted(each for each in outcomes if isinstance(each, str)) == ["wrong_state"] * 2
    application.refresh_from_db()
    is_approved = application.status == "approved"
    assert (application.status, application.rejected_by_id) in {("approved", None), ("rejected", second.pk)}
    assert (ExposureEntry.objects.count(), Notice.objects.filter(template="loan_approved").count()) == (
        (1, 1) if is_approved else (0, 0)
    )
    used = sum(ExposureCounter.objects.values_list("used_minor", flat=True))
    assert used == (30_000_00 if is_approved else 0)
