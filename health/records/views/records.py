"""Pages of health records: one resident on one page, the paper for the resident, emergency access and its review."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy

from core.access import requires
from core.days import day_in
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from health.hospitals.models import Department, Hospital
from health.records import services
from health.records.display import (
    allergy_words,
    conditions_table,
    encounters_table,
    grantees_table,
    looks_table,
    measurements_table,
    medicines_table,
)
from health.records.forms import (
    AllergyForm,
    AllowForm,
    CorrectForm,
    DiagnosisForm,
    EmergencyForm,
    EncounterForm,
    GranteeForm,
    MedicineForm,
    OpenForm,
    ReviewForm,
    TakeBackForm,
    entries_of,
)
from health.records.loading import load_record
from health.records.models import EmergencyAccess, HealthRecord
from health.records.models.entries import Entry
from health.records.models.records import READ, REVIEW, SHARE, WRITE
from health.records.queries import (
    SHOWN,
    acting_clinic,
    clinic_for,
    contents_of,
    emergency_of,
    grantees_of,
    looks_at,
    looks_of,
    records,
)
from health.records.views import grantees
from stations.accounts.models import User
from stations.people.masking import mask_name
from stations.people.queries import text_of_the_day
from stations.people.queries.guardians import age_on
from stations.requests import SignedInRequest, signed_in

OPEN, EMERGENCY = "health.open_record", "health.open_emergency_access"
ALL = 1000


def _clinics(user: User, verb: str) -> QuerySet[Hospital]:
    return Hospital.objects.open_to(user, verb).filter(is_active=True).order_by("name_zh", "pk")


@requires(OPEN)
def open_record(request: SignedInRequest) -> HttpResponse:
    """Find a resident by the card, read the text aloud, open the record."""

    def page() -> dict[str, Any]:
        language, day = get_language() or "en", timezone.localdate()
        texts = [text_of_the_day(purpose=purpose, language=language, day=day) for purpose in (services.CONSENT, SHARE)]
        return {"texts": [text.body for text in texts if text]}

    return form_page(
        request,
        operation=OPEN,
        form=OpenForm(request.POST or None, clinics=_clinics(request.user, OPEN)),
        service=services.open_record,
        then=page_of("records:record"),
        template="health/records/open.html",
        page=page,
    )


@requires(EMERGENCY)
def open_emergency(request: SignedInRequest) -> HttpResponse:
    """Open a record without consent, for four hours and a reason."""
    return form_page(
        request,
        operation=EMERGENCY,
        form=EmergencyForm(request.POST or None, clinics=_clinics(request.user, EMERGENCY)),
        service=services.open_emergency_access,
        then=lambda made: page_of("records:record")(made.record),
        template="health/records/emergency.html",
    )


def _contents(user: User, found: HealthRecord, limit: int = SHOWN) -> dict[str, Any]:
    """What the page and the paper show; the look is recorded."""
    at = now()
    emergency = emergency_of(found, user, at=at)
    services.record_reads(residents=[found.resident], user=user, at=at, in_emergency=emergency is not None)
    seen = contents_of(found, user, at=at, limit=limit)
    return {
        "record": found,
        "resident": found.resident,
        "age": age_on(found.resident.birth_date, day_in(found.clinic.zone, at)),
        "emergency": emergency,
        "allergies": allergy_words(seen.allergies),
        "is_partial": seen.is_partial,
        "conditions": conditions_table(seen.conditions),
        "medicines": medicines_table(seen.medicines),
        "encounters": encounters_table(seen.encounters),
        "measurements": measurements_table(seen.observations),
        "grantees": grantees_table(grantees_of(found, at=at)),
        "looks": looks_table(looks_at(found.resident, limit=limit)),
        "has_agreed": services.has_agreed(found.resident),
    }


def _context(request: HttpRequest, found: HealthRecord) -> dict[str, Any]:
    return _contents(signed_in(request), found)


@requires(READ, one_object=True)
def paper(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What the resident takes home: all of it that this clinic may see, and who looked."""
    found = load_record(request.user, pk)
    return render(request, "health/records/paper.html", _contents(request.user, found, ALL))


class _RecordPage(ObjectPage):
    """Writes down who was told that there is no such record."""

    def load(self, request: HttpRequest, verb: str, pk: UUID) -> HealthRecord:
        return load_record(signed_in(request), pk, verb)


def _is_agreed(found: HealthRecord, _user: User) -> bool:
    return services.has_agreed(found.resident)


def _departments(request: HttpRequest, found: HealthRecord) -> dict[str, Any]:
    clinic = clinic_for(found, signed_in(request), WRITE, at=now())
    return {"departments": Department.objects.filter(hospital=clinic, is_active=True).order_by("code")}


def _today(_request: HttpRequest, found: HealthRecord) -> dict[str, Any]:
    return {"today": day_in(found.clinic.zone, now())}


def _entries(request: HttpRequest, found: HealthRecord) -> dict[str, Any]:
    user, at = signed_in(request), now()
    own = clinic_for(found, user, "health.correct_entry", at=at)
    return {"entries": entries_of(contents_of(found, user, at=at), own)}


def writes(service: Callable[..., Entry | HealthRecord], verb: str) -> Callable[..., HealthRecord]:
    """The service as a page calls it: from the clinic of the user who writes."""

    def run(*, record: HealthRecord, by: User, at: dt.datetime, **typed: Any) -> HealthRecord:
        service(record=record, clinic=acting_clinic(record, by, verb, at=at), by=by, at=at, **typed)
        return record

    return run


def _allows_somebody(found: HealthRecord, _user: User) -> bool:
    return grantees.allows_somebody(found)


def _page_with_code(sent: grantees.CodeSent) -> str:
    return reverse("records:record", args=[sent.record.pk]) + sent.query


_action = partial(PageAction, doing=gettext_lazy("Recording…"), is_open=_is_agreed)

RECORD_PAGE = _RecordPage(
    name="records:record",
    template="health/records/record.html",
    grant=READ,
    noun="record",
    rows=records,
    context=_context,
    actions={
        "encounter": _action(
            grant=WRITE,
            service=writes(services.record_encounter, WRITE),
            form=EncounterForm,
            form_kwargs=_departments,
            title=gettext_lazy("Record an encounter"),
            button=gettext_lazy("Save the encounter"),
        ),
        "diagnosis": _action(
            grant="health.record_diagnosis",
            service=writes(services.record_diagnosis, "health.record_diagnosis"),
            form=DiagnosisForm,
            title=gettext_lazy("Confirm a diagnosis"),
            button=gettext_lazy("Confirm the diagnosis"),
        ),
        "allergy": _action(
            grant="health.record_allergy",
            service=writes(services.record_allergy, "health.record_allergy"),
            form=AllergyForm,
            title=gettext_lazy("Record an allergy"),
            button=gettext_lazy("Save the allergy"),
        ),
        "medicine": _action(
            grant="health.record_medicine",
            service=writes(services.record_medicine, "health.record_medicine"),
            form=MedicineForm,
            form_kwargs=_today,
            title=gettext_lazy("Record a medicine"),
            button=gettext_lazy("Save the medicine"),
        ),
        "send-code": _action(
            grant="health.allow_grantee",
            operation="health.send_grantee_code",
            service=grantees.send_code,
            form=GranteeForm,
            form_kwargs=grantees.to_allow,
            then=_page_with_code,
            title=gettext_lazy("Code for one hospital or doctor"),
            button=gettext_lazy("Send a code"),
            done=gettext_lazy("The code is on its way. It is valid for 10 minutes."),
        ),
        "allow": _action(
            grant="health.allow_grantee",
            service=grantees.allow,
            form=AllowForm,
            form_kwargs=grantees.to_allow,
            title=gettext_lazy("The resident allows one hospital or doctor"),
            button=gettext_lazy("Record the consent"),
        ),
        "take-back": _action(
            grant="health.withdraw_grantee",
            service=grantees.take_back,
            form=TakeBackForm,
            form_kwargs=grantees.to_take_back,
            is_open=_allows_somebody,
            title=gettext_lazy("The resident withdraws a consent"),
            button=gettext_lazy("Record it, access ends now"),
            kind="danger",
        ),
        "correct": _action(
            grant="health.correct_entry",
            service=writes(services.correct_entry, "health.correct_entry"),
            form=CorrectForm,
            form_kwargs=_entries,
            title=gettext_lazy("An entry is wrong"),
            button=gettext_lazy("Mark it as wrong"),
            kind="danger",
        ),
    },
)


def _accesses() -> QuerySet[EmergencyAccess]:
    return EmergencyAccess.objects.select_related("record__resident", "clinic__division", "opened_by", "reviewed_by")


def _access_context(_request: HttpRequest, found: EmergencyAccess) -> dict[str, Any]:
    name = mask_name(found.record.resident.full_name)
    return {"access": found, "name": name, "looks": looks_table(looks_of(found))}


def _is_unreviewed(found: EmergencyAccess, _user: User) -> bool:
    return not found.is_reviewed


EMERGENCY_PAGE = ObjectPage(
    name="records:emergency-access",
    template="health/records/emergency_access.html",
    grant=REVIEW,
    noun="access",
    rows=_accesses,
    context=_access_context,
    actions={
        "review": PageAction(
            grant=REVIEW,
            service=services.review_emergency_access,
            form=ReviewForm,
            is_open=_is_unreviewed,
            title=gettext_lazy("Review"),
            button=gettext_lazy("Save the verdict"),
            doing=gettext_lazy("Recording…"),
        ),
    },
)
