"""At the scale: announcing a harvest, weighing, one notice and one intake with what may be done."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import load, requires
from core.files.services import store_photo
from core.money import Money, zero
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from orders.produce import services
from orders.produce.display import REASON_WORDS, estimate_of, grade_rows, kind_of, weight_words
from orders.produce.forms import (
    AdvanceByCodeForm,
    AdvanceForm,
    AdvanceSignedForm,
    ConfirmHarvestForm,
    CorrectWeightForm,
    FarmerCodeForm,
    FarmerSignedForm,
    GradeForm,
    HarvestForm,
    IntakePhotoForm,
    ProduceReasonForm,
    WeighForm,
)
from orders.produce.machine import HARVEST, INTAKE
from orders.produce.models import HarvestNotice, Intake
from orders.produce.queries import advanced
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.current_station import counter_of
from stations.models import Person
from stations.people.queries import holder_of
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ, ANNOUNCE, WEIGH = "orders.read_intake", "orders.announce_harvest", "orders.weigh_intake"
FOR_WHOM = "orders/produce/for_whom.html"


def _farmer(request: SignedInRequest) -> Person | None:
    pk = request.GET.get("person")
    return load(Person.objects.living(), request.user, "stations.read_person", pk=pk) if pk else None


@requires(ANNOUNCE)
def announce(request: SignedInRequest) -> HttpResponse:
    """Write down what the farmer named in the address will bring."""
    station, farmer = counter_of(request.user, ANNOUNCE), _farmer(request)
    if farmer is None:
        return render(request, FOR_WHOM, {"is_harvest": True})
    return form_page(
        request,
        operation=ANNOUNCE,
        form=HarvestForm(request.POST or None),
        service=partial(services.announce_harvest, station=station, farmer=farmer),
        then=page_of("produce:harvest"),
        template="orders/produce/announce.html",
        page=lambda: {"farmer": farmer, "station": station},
    )


@requires(WEIGH)
def weigh(request: SignedInRequest) -> HttpResponse:
    """Weigh what the farmer named in the address has brought."""
    station, farmer = counter_of(request.user, WEIGH), _farmer(request)
    if farmer is None:
        return render(request, FOR_WHOM, {"is_harvest": False})
    notices = HarvestNotice.objects.filter(station=station, farmer=farmer, status__in=HarvestNotice.OPEN)
    return form_page(
        request,
        operation=WEIGH,
        form=WeighForm(request.POST or None, notices=notices.select_related("crop").order_by("from_date", "pk")),
        service=partial(services.weigh_intake, station=station, farmer=farmer),
        then=page_of("produce:intake"),
        template="orders/produce/weigh.html",
        page=lambda: {"farmer": farmer, "station": station},
    )


def _notices() -> "QuerySet[HarvestNotice]":
    return HarvestNotice.objects.select_related("station__county", "farmer", "crop", "announced_by")


def _notice_context(_request: SignedInRequest, notice: HarvestNotice) -> dict[str, Any]:
    return {
        "notice": notice,
        "kind": kind_of(notice),
        "expected": weight_words(notice.expected_g),
        "confirmed": weight_words(notice.confirmed_g) if notice.confirmed_g else "",
        "taken": weight_words(notice.taken_in_g),
        "intakes": [
            {"intake": each, "kind": kind_of(each), "net": weight_words(each.net_g)}
            for each in notice.intakes.order_by("-pk")[:50]
        ],
        "history": history_of(notice),
    }


HARVEST_PAGE = ObjectPage(
    name="produce:harvest",
    template="orders/produce/harvest.html",
    grant=READ,
    noun="notice",
    rows=_notices,
    context=_notice_context,
    machine=HARVEST,
    actions={
        "confirm": PageAction(
            grant="orders.confirm_harvest",
            service=services.confirm_harvest,
            form=ConfirmHarvestForm,
            form_kwargs=lambda _request, notice: {"initial": {"confirmed_g": f"{notice.expected_g / 1000:g}"}},
            arrow="confirm_harvest",
            title=_("Confirm the harvest"),
            button=_("We take it"),
            doing=_("Recording…"),
        ),
        "cancel": PageAction(
            grant="orders.cancel_harvest",
            service=services.cancel_harvest,
            form=ProduceReasonForm,
            arrow="cancel_harvest",
            title=_("Nothing will be brought"),
            button=_("Cancel the notice"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


def _intakes() -> "QuerySet[Intake]":
    return Intake.objects.select_related(
        "station__county", "farmer", "crop", "sheet", "notice", "weighed_by", "grader", "second_grader", "corrects"
    )


def _intake_context(_request: SignedInRequest, intake: Intake) -> dict[str, Any]:
    return {
        "intake": intake,
        "kind": kind_of(intake),
        "gross": weight_words(intake.gross_g),
        "tare": weight_words(intake.tare_g),
        "net": weight_words(intake.net_g),
        "taken": weight_words(intake.taken_g),
        "grades": grade_rows(intake),
        "estimate": None if intake.status == Intake.Status.CORRECTED else estimate_of(intake, at=now()),
        "advanced": advanced(intake),
        "correction": Intake.objects.filter(corrects=intake).first(),
        "history": history_of(intake, reasons=REASON_WORDS),
    }


@requires(READ, one_object=True)
def slip(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What the farmer signs: weights, grades and what they would bring."""
    intake = load(_intakes(), request.user, READ, pk=pk)
    return render(request, "orders/produce/slip.html", _intake_context(request, intake))


def _sign(*, intake: Intake, witness_card: str, by: User, at: dt.datetime) -> Intake:
    return services.accept_signed(intake=intake, witness=holder_of(by, witness_card), by=by, at=at)


def _advance_signed(*, intake: Intake, amount: Money, witness_card: str, by: User, at: dt.datetime) -> Intake:
    witness = holder_of(by, witness_card)
    return services.pay_advance(intake=intake, amount=amount, witness=witness, by=by, at=at)


def _grades(_request: HttpRequest, intake: Intake) -> dict[str, Any]:
    return {"grades": list(intake.sheet.grades.order_by("position"))}


def _has_phone(intake: Intake, _user: User) -> bool:
    return bool(intake.farmer.phone)


def _has_code(intake: Intake, _user: User) -> bool:
    return bool(intake.code_hash)


def _can_advance(intake: Intake, user: User) -> bool:
    is_possible = advanced(intake) is None and services.most_in_advance(intake) is not None
    return is_possible and not is_same_person(user, intake.farmer_id)


def _can_advance_by_code(intake: Intake, user: User) -> bool:
    return bool(intake.farmer.phone) and _can_advance(intake, user)


def _most(_request: HttpRequest, intake: Intake) -> dict[str, Any]:
    return {"most": services.most_in_advance(intake) or zero(intake.currency)}


def _photograph(*, intake: Intake, photo: UploadedFile, by: User, at: dt.datetime) -> Intake:
    stored = store_photo(upload=photo, by=by.pk, at=at, field="photo")
    return services.photograph_intake(intake=intake, photo=stored, by=by, at=at)


def _is_not_farmer(intake: Intake, user: User) -> bool:
    return not is_same_person(user, intake.farmer_id)


def _is_another(intake: Intake, user: User) -> bool:
    return not is_same_person(user, intake.grader_id, intake.farmer_id)


INTAKE_PAGE = ObjectPage(
    name="produce:intake",
    template="orders/produce/intake.html",
    grant=READ,
    noun="intake",
    rows=_intakes,
    context=_intake_context,
    machine=INTAKE,
    actions={
        "grade": PageAction(
            grant="orders.grade_intake",
            service=services.grade_intake,
            form=GradeForm,
            form_kwargs=_grades,
            arrow="grade_intake",
            title=_("Grade it"),
            button=_("Store the grades"),
            doing=_("Recording…"),
        ),
        "regrade": PageAction(
            grant="orders.regrade_intake",
            service=services.regrade_intake,
            form=GradeForm,
            form_kwargs=_grades,
            arrow="regrade_intake",
            is_open=_is_another,
            title=_("Grade it a second time"),
            button=_("Store these grades"),
            doing=_("Recording…"),
        ),
        "agree": PageAction(
            grant="orders.accept_intake",
            service=services.accept_by_code,
            form=FarmerCodeForm,
            arrow="accept_intake",
            is_open=_has_code,
            title=_("The farmer agrees"),
            button=_("Accept it"),
            doing=_("Recording…"),
        ),
        "sign": PageAction(
            grant="orders.accept_intake",
            service=_sign,
            form=FarmerSignedForm,
            arrow="accept_intake",
            title=_("The farmer has signed the slip"),
            button=_("Accept it"),
            doing=_("Recording…"),
        ),
        "ask": PageAction(
            grant="orders.ask_farmer",
            service=services.ask_farmer,
            arrow="ask_farmer",
            is_open=_has_phone,
            title=_("Send a code to the farmer's phone"),
            button=_("Send the code"),
            doing=_("Sending…"),
            kind="",
        ),
        "advance-code": PageAction(
            grant="orders.send_advance_code",
            service=services.send_advance_code,
            form=AdvanceForm,
            form_kwargs=_most,
            arrow="send_advance_code",
            is_open=_can_advance_by_code,
            title=_("Send a code for an advance to the farmer's phone"),
            button=_("Send the code"),
            doing=_("Sending…"),
            kind="",
        ),
        "advance": PageAction(
            grant="orders.pay_advance",
            service=services.pay_advance,
            form=AdvanceByCodeForm,
            form_kwargs=_most,
            arrow="pay_advance",
            is_open=_can_advance_by_code,
            title=_("Pay an advance"),
            button=_("Cash paid to the farmer"),
            doing=_("Recording…"),
        ),
        "advance-signed": PageAction(
            grant="orders.pay_advance",
            service=_advance_signed,
            form=AdvanceSignedForm,
            form_kwargs=_most,
            arrow="pay_advance",
            is_open=_can_advance,
            title=_("Pay an advance to a farmer who signs for it"),
            button=_("Cash paid to the farmer"),
            doing=_("Recording…"),
        ),
        "photo": PageAction(
            grant="orders.photograph_intake",
            service=_photograph,
            form=IntakePhotoForm,
            arrow="photograph_intake",
            title=_("Photo of the fruit"),
            button=_("Keep the photo"),
            doing=_("Recording…"),
            kind="",
        ),
        "dispute": PageAction(
            grant="orders.dispute_intake",
            service=services.dispute_intake,
            form=ProduceReasonForm,
            arrow="dispute_intake",
            title=_("The farmer disputes the grades"),
            button=_("Ask a second grader"),
            doing=_("Recording…"),
            kind="",
        ),
        "correct": PageAction(
            grant="orders.correct_intake",
            service=services.correct_intake,
            form=CorrectWeightForm,
            arrow="correct_intake",
            is_open=_is_not_farmer,
            then=page_of("produce:intake"),
            title=_("The weight is wrong"),
            button=_("Correct the weight"),
            doing=_("Recording…"),
            kind="",
        ),
        "reject": PageAction(
            grant="orders.reject_intake",
            service=services.reject_intake,
            form=ProduceReasonForm,
            arrow="reject_intake",
            title=_("The farmer takes it home"),
            button=_("Nothing is taken"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)
