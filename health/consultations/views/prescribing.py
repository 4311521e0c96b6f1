"""The page of a prescription for the pharmacist, and the slip that goes with the medicine."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy

from core.access import requires
from core.days import day_in
from core.web.page_actions import ObjectPage, PageAction
from health.consultations import services
from health.consultations.display import PRESCRIPTION_KINDS
from health.consultations.forms import ReturnForm
from health.consultations.loading import load_prescription
from health.consultations.machine import PRESCRIPTION
from health.consultations.models import READ_PRESCRIPTION, Prescription
from health.consultations.queries import last_weight, medicines_now, prescriptions
from health.records.display import allergy_words, medicines_table, value_words
from health.records.queries import allergies_of
from stations.accounts.models import User
from stations.people.queries.guardians import age_on
from stations.requests import SignedInRequest, signed_in
from stations.two_persons import is_same_person

DISPENSE = "health.dispense_prescription"
_action = partial(PageAction, doing=gettext_lazy("Recording…"))


class _PrescriptionPage(ObjectPage):
    """Writes down who was told that there is no such prescription."""

    def load(self, request: HttpRequest, verb: str, pk: UUID) -> Prescription:
        return load_prescription(signed_in(request), pk, verb)


def _prescription_context(request: HttpRequest, found: Prescription) -> dict[str, Any]:
    """What a pharmacist needs to check it: age, weight, allergies, what is taken now; nothing else."""
    at, case = now(), found.consultation
    services.record_prescription_reads(rows=[found], user=signed_in(request), at=at)
    weight = last_weight(case.resident, case.clinic)
    return {
        "prescription": found,
        "resident": case.resident,
        "age": age_on(case.resident.birth_date, day_in(case.clinic.zone, at)),
        "kind": PRESCRIPTION_KINDS[found.status],
        "weight": value_words(weight) if weight else "",
        "allergies": allergy_words(list(allergies_of(case.resident_id))),
        "medicines": medicines_table(medicines_now(case.resident, case.clinic, at)),
    }


@requires(DISPENSE, one_object=True)
def slip(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What the resident holds beside the medicine: drug, how much, how often, how long."""
    found = load_prescription(request.user, pk, DISPENSE)
    services.record_prescription_reads(rows=[found], user=request.user, at=now())
    language = found.consultation.resident.language
    page = {
        "prescription": found,
        "is_handed_out": found.status == Prescription.Status.DISPENSED,
        "drug": found.drug.name_zh if language.startswith("zh") else found.drug.name,
        "place": found.consultation.clinic.place_in(language),
        "lang": "zh-Hans" if language.startswith("zh") else language,
    }
    return render(request, "health/consultations/slip.html", page)


def _is_others(found: Prescription, user: User) -> bool:
    return not is_same_person(user, found.signed_by_id)


PRESCRIPTION_PAGE = _PrescriptionPage(
    name="consultations:prescription",
    template="health/consultations/prescription.html",
    grant=READ_PRESCRIPTION,
    noun="prescription",
    rows=prescriptions,
    context=_prescription_context,
    machine=PRESCRIPTION,
    actions={
        "release": _action(
            grant="health.release_prescription",
            service=services.release_prescription,
            arrow="release_prescription",
            is_open=_is_others,
            title=gettext_lazy("Checked: drug, dose, allergies"),
            button=gettext_lazy("Release it"),
        ),
        "dispense": _action(
            grant=DISPENSE,
            service=services.dispense_prescription,
            arrow="dispense_prescription",
            is_open=_is_others,
            title=gettext_lazy("The resident is here"),
            button=gettext_lazy("Handed out"),
        ),
        "return": _action(
            grant="health.return_prescription",
            service=services.return_prescription,
            form=ReturnForm,
            arrow="return_prescription",
            is_open=_is_others,
            title=gettext_lazy("Something is wrong"),
            button=gettext_lazy("Return it to the doctor"),
            kind="danger",
        ),
    },
)
