"""The demonstration's own books: a system that begins with a finding would hold every settlement and payout."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from core.models import Callback, Provider
from devtools.sandbox import PROVIDERS
from ecomnet.demo_data.stations import STORY
from education.models import (
    ClassRun,
    ClassSession,
    ContentPackage,
    Handover,
    HomeworkSubmission,
    HomeworkTask,
    Kit,
    KitEntitlement,
    LearnerPictures,
    LearnerScreen,
    Quiz,
    QuizAttempt,
    QuizWaiver,
    Roster,
    RosterRecord,
    Statement,
    TutoringSession,
)
from education.quizzes.gains import gains_in
from finance.models import (
    BorrowerGroup,
    Claim,
    CollectionSheet,
    Goodwill,
    IndexPayout,
    IndexWindow,
    Loan,
    LoanAdjustment,
    PayoutAccount,
    PayoutBatch,
    PayoutLine,
    PremiumStatement,
    RecommendationStanding,
)
from health.models import CareTask, CheckupOrder, CheckupReport, Consultation, Prescription
from ledger.audit import audit_book
from ledger.models import AuditFinding
from ledger.services import book_of
from logistics.models import Carrier, Parcel, RouteRun
from orders.models import (
    Fulfilment,
    GroupOrder,
    GroupPledge,
    Intake,
    OrderLine,
    ParcelSubsidy,
    PaymentLink,
    PresaleClaim,
    PresaleCycle,
    PresaleOrder,
    Promotion,
    Return,
    Shipment,
    Shop,
    ShopOrder,
    Supplier,
    SupplierWebhook,
)
from stations.models import User
from tests.factories.days import today


def test_the_auditor_finds_nothing_in_the_demonstration(world):
    run = audit_book(book=book_of("CN"), at=now())
    assert list(AuditFinding.objects.filter(last_run=run).values_list("check_code", "scope_key", "sample")) == []


def test_payouts_and_goodwill_stand_in_every_state(world):
    assert set(Goodwill.objects.values_list("status", flat=True)) == set(Goodwill.Status.values)
    assert set(PayoutBatch.objects.values_list("status", flat=True)) == set(PayoutBatch.Status.values)
    assert set(PayoutLine.objects.values_list("status", flat=True)) == set(PayoutLine.Status.values)
    assert set(PayoutAccount.objects.values_list("status", flat=True)) == set(PayoutAccount.Status.values)
    assert set(PayoutAccount.objects.values_list("kind", flat=True)) == set(PayoutAccount.Kind.values)


def test_the_sandbox_plays_every_company_of_the_demonstration_also_the_systems_of_a_supplier_and_a_carrier(world):
    assert set(Provider.objects.values_list("code", flat=True)) <= set(PROVIDERS)
    supplier, carrier = Supplier.objects.get(system__isnull=False), Carrier.objects.get(system__isnull=False)
    assert {supplier.system.file_time, carrier.system.file_time} == {None}
    sold = OrderLine.objects.filter(variant__product__supplier=supplier, order__station__code=STORY)
    assert {"placed", "cancelled"} <= set(sold.values_list("order__status", flat=True))
    refused = SupplierWebhook.objects.get(status="failed")
    assert (refused.kind, refused.last_error, refused.order.status) == ("cancelled", "sent_already", "cancelled")
    assert set(Callback.objects.filter(provider=carrier.system).values_list("state", flat=True)) == {
        "applied",
        "contradicts",
    }
    assert Parcel.objects.filter(contradicted_at__isnull=False, outside_carrier=carrier).exists()
    assert Shipment.objects.filter(status="delivered", parcel__outside_carrier=carrier).exists()


def test_the_newest_trades_have_something_to_look_at(world):
    assert RecommendationStanding.objects.exists()
    assert Loan.objects.filter(status="closed_written_off").exists()
    assert Loan.objects.running().filter(restructure_count=1).exists()
    assert Loan.objects.running().filter(days_past_due__gt=0, application__group=None).exists()
    assert not any(loan.days_past_due > (today() - loan.disbursed_on_date).days for loan in Loan.objects.running())
    rates = LoanAdjustment.objects.filter(kind="rate_change", loan__station__county__code="321324000000")
    assert set(rates.values_list("status", flat=True)) == {"asked", "agreed", "done"}
    late, sheet = CollectionSheet.objects.filter(group__station__county__code="321324000000").order_by("meeting_date")
    assert (late.lines.get().payment_id is not None, 0 < late.collected_minor < late.expected_minor) == (True, True)
    assert Claim.objects.with_rest().filter(is_resting=True).exists()
    assert [line.payment_id is not None for line in sheet.lines.order_by("pk")] == [True, True, False]
    assert 0 < sheet.collected_minor < sheet.expected_minor
    assert BorrowerGroup.objects.filter(status="active", applications__status="appraised").exists()
    shown = (Shipment, ParcelSubsidy, Shop, ShopOrder, Consultation, Prescription, Kit, Handover, PaymentLink, RouteRun)
    shown += (TutoringSession,)
    assert [model.__name__ for model in shown if not model.objects.exists()] == []
    assert {"accepted", "delivered", "returned", "lost"} <= set(Shipment.objects.values_list("status", flat=True))
    supplied = Fulfilment.objects.filter(supplier__isnull=False)
    assert {"pending", "allocated", "picked", "dispatched", "cancelled"} == set(
        supplied.values_list("status", flat=True)
    )
    assert supplied.filter(not_needed_at__isnull=False, supplier_told_at=None).exists()
    assert Return.objects.filter(status="inspected", unsettled_at__isnull=False).exists()
    assert {"active", "completed"} == set(CheckupOrder.objects.values_list("status", flat=True))
    assert {"registered", "preliminary", "final"} == set(CheckupReport.objects.values_list("status", flat=True))
    assert {"requested"} == set(CareTask.objects.values_list("status", flat=True))
    assert {"asked", "agreed", "done"} == set(LoanAdjustment.objects.values_list("status", flat=True))
    assert {"open", "confirmed", "failed", "cancelled"} == set(GroupOrder.objects.values_list("status", flat=True))
    assert set(PresaleCycle.Status.values) == set(PresaleCycle.objects.values_list("status", flat=True))
    assert {"paid", "allotted", "handed_over", "returned"} == set(PresaleOrder.objects.values_list("status", flat=True))
    assert Intake.objects.filter(advance_minor__gt=0).exists()
    assert {"held", "ordered", "returned"} == set(GroupPledge.objects.values_list("status", flat=True))
    assert {"drawn", "paid"} == set(PremiumStatement.objects.values_list("status", flat=True))
    assert {"proposed", "open", "settled", "missing"} == set(IndexWindow.objects.values_list("status", flat=True))
    assert {"account_missing", "sent", "paid"} == set(IndexPayout.objects.values_list("status", flat=True))
    assert set(Promotion.objects.values_list("status", flat=True)) == set(Promotion.Status.values)
    assert Promotion.objects.filter(used_minor__gt=0).count() == 3
    coupons = Promotion.objects.filter(shop__isnull=False).order_by("code")
    assert [(each.status, each.agreed_at is not None, each.used_minor) for each in coupons] == [
        *(("approved", True, 20_00), ("prepared", True, 0), ("prepared", False, 0)),
    ]
    assert set(PresaleClaim.objects.values_list("status", flat=True)) == set(PresaleClaim.Status.values)


def test_quizzes_homework_and_tutoring_stand_in_every_state_at_the_station_of_the_story(world):
    station = world.station
    quizzes = Quiz.objects.filter(lesson__course__county=station.county)
    assert set(quizzes.values_list("status", flat=True)) == set(Quiz.Status.values)
    assert set(quizzes.values_list("purpose", flat=True)) == set(Quiz.Purpose.values)
    attempts = QuizAttempt.objects.filter(enrolment__run__station=station)
    assert set(attempts.values_list("status", flat=True)) == set(QuizAttempt.Status.values)
    assert QuizWaiver.objects.filter(enrolment__run__station=station).exists()
    assert gains_in(ClassRun.objects.filter(station=station))["SHOP1"].learners == 6
    tasks = HomeworkTask.objects.filter(station=station)
    assert set(tasks.values_list("status", flat=True)) == set(HomeworkTask.Status.values)
    assert tasks.filter(tutoring__isnull=False).exists()
    handed_in = HomeworkSubmission.objects.filter(task__station=station)
    assert set(handed_in.values_list("status", flat=True)) == set(HomeworkSubmission.Status.values)
    assert {"pass", "fail", "not_applicable"} <= set(handed_in.values_list("grade", flat=True))
    assert handed_in.filter(photos__is_voice=True).exists()
    kits = KitEntitlement.objects.filter(campaign__county=station.county)
    assert {"pending", "held", "approved", "handed_over", "returned"} <= set(kits.values_list("status", flat=True))
    assert TutoringSession.objects.unconfirmed().filter(station=station).exists()
    packages = ContentPackage.objects.filter(lesson__course__county=station.county)
    assert set(packages.values_list("status", flat=True)) == set(ContentPackage.Status.values)
    rooms = ClassSession.objects.filter(run__mode="broadcast", run__station__county=station.county, status="open")
    assert rooms.filter(links__to_at=None).exists()
    assert LearnerScreen.objects.filter(run__station=station, ended_at=None).count() == 1
    assert LearnerPictures.objects.locked().filter(station=station).exists()
    assert set(Roster.objects.values_list("status", flat=True)) == set(Roster.Status.values)
    undecided = RosterRecord.objects.filter(county=station.county).undecided()
    assert set(undecided.values_list("kind", flat=True)) == {"user", "class"}
    told = Statement.objects.filter(station=station)
    assert {"attended", "passed", "earned"} <= set(told.values_list("kind", flat=True))


def test_returns_of_the_story_stand_in_every_state_and_some_of_them_are_replacements(world):
    found = Return.objects.filter(station=world.station)
    assert set(found.values_list("status", flat=True)) == set(Return.Status.values)
    assert set(found.filter(resolution="replace").values_list("status", flat=True)) == {
        "inspected",
        "replaced",
        "closed",
    }
    assert {each.lines.count() for each in found} == {1, 2}


def test_it_is_not_loaded_where_a_country_has_its_books_already(own_database, settings):
    settings.ECOMNET_DEMONSTRATION = True
    call_command("install_country", "CN", verbosity=0)
    with pytest.raises(CommandError, match="no country is installed"):
        call_command("load_demonstration", residents=0, bills=0, stdout=StringIO())
    assert not User.objects.exists()
