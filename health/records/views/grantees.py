"""Whom a resident allows alone to read the record: recorded at the station, or by a clinic that is not the one."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from core.access import requires
from core.database.db import present
from core.days import day_in
from core.files.services import store_photo
from core.web.page_actions import PageAction
from health.hospitals.models import Doctor, Hospital
from health.records import services
from health.records.display import grantees_table
from health.records.forms import AllowForm, GranteeForm, TakeBackForm
from health.records.models import GranteeConsent, HealthRecord
from health.records.queries import grantees_of, hospitals_to_allow, record_of
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.queries import merged_into
from stations.people.refused_reads import ResidentPage, load_or_log
from stations.requests import SignedInRequest

ALLOW, TAKE_BACK = "health.allow_at_station", "health.withdraw_at_station"
#: What the address of the page says after a code was sent, so that it need not be typed again.
CHOSEN = ("hospital", "licence_no", "until_date", "manner")


@dataclass(frozen=True, slots=True)
class CodeSent:
    """For whom a code was sent, as the form to type it in is filled."""

    record: HealthRecord
    chosen: Mapping[str, str]

    @property
    def query(self) -> str:
        """The end of the address to which the page goes on."""
        return "?" + urlencode(self.chosen)


def chosen_for(request: HttpRequest, record: HealthRecord) -> dict[str, Any]:
    """What a form about a grantee is filled with: what a code was sent for, else a day in a month."""
    if request.GET.get("manner") == GranteeConsent.Manner.CODE:
        return {name: request.GET.get(name, "") for name in CHOSEN}
    month = day_in(record.clinic.zone, now()) + dt.timedelta(days=30)
    return {"until_date": month, "manner": GranteeConsent.Manner.PAPER}


def to_allow(request: HttpRequest, record: HealthRecord) -> dict[str, Any]:
    """The hospitals that may be chosen, and what is chosen already."""
    return {"hospitals": hospitals_to_allow(record), "chosen": chosen_for(request, record)}


def to_take_back(_request: HttpRequest, record: HealthRecord) -> dict[str, Any]:
    """What holds now, as it is chosen from."""
    return {"consents": [(str(each.pk), each.grantee) for each in grantees_of(record, at=now())]}


def allows_somebody(record: HealthRecord) -> bool:
    """Whether there is something to take back."""
    return bool(grantees_of(record, at=now()))


def send_code(
    *,
    record: HealthRecord,
    hospital: Hospital | None,
    doctor: Doctor | None,
    until_date: dt.date,
    by: User,
    at: dt.datetime,
) -> CodeSent:
    """Send the code, and remember on the page for what."""
    services.send_grantee_code(record=record, hospital=hospital, doctor=doctor, until_date=until_date, by=by, at=at)
    chosen = {
        "hospital": str(hospital.pk) if hospital else "",
        "licence_no": doctor.licence_no if doctor else "",
        "until_date": until_date.isoformat(),
        "manner": GranteeConsent.Manner.CODE.value,
    }
    return CodeSent(record, chosen)


def allow(*, record: HealthRecord, photo: BinaryIO | None, by: User, at: dt.datetime, **typed: Any) -> HealthRecord:
    """As typed on a page, with the photo that came along."""
    evidence = store_photo(upload=photo, by=by.pk, at=at, field="photo") if photo else None
    services.allow_grantee(record=record, evidence=evidence, by=by, at=at, **typed)
    return record


def take_back(**typed: Any) -> HealthRecord:
    """What is chosen on a page ends."""
    return services.withdraw_grantee(**typed).record


def _residents() -> QuerySet[Person]:
    return Person.objects.living().select_related("home_station__county")


def _context(request: HttpRequest, person: Person) -> dict[str, Any]:
    record = record_of(person)
    agreed = services.has_agreed(person)
    return {
        "person": person,
        "sent": request.GET.get("manner") == GranteeConsent.Manner.CODE,
        "can_be_allowed": record is not None and agreed,
        "grantees": grantees_table(grantees_of(record, at=now())) if record and agreed else None,
    }


def _of_person(form_kwargs: Any, request: HttpRequest, person: Person) -> Mapping[str, Any]:
    record = record_of(person)
    if record is None:
        raise Http404
    return form_kwargs(request, record)


def _with_record(service: Any, *, person: Person, **typed: Any) -> Any:
    return service(record=present(record_of(person)), **typed)


def _has_record(person: Person, _user: User) -> bool:
    return record_of(person) is not None and services.has_agreed(person)


def _allows_somebody(person: Person, user: User) -> bool:
    return _has_record(person, user) and allows_somebody(present(record_of(person)))


def _page_of_resident(sent: CodeSent) -> str:
    resident = sent.record.resident_id
    return reverse("records:readers", args=[merged_into(resident) or resident]) + sent.query


READERS_PAGE = ResidentPage(
    name="records:readers",
    template="health/records/readers.html",
    grant=ALLOW,
    noun="person",
    resident="pk",
    rows=_residents,
    context=_context,
    actions={
        "send-code": PageAction(
            grant=ALLOW,
            operation="health.send_code_at_station",
            service=partial(_with_record, send_code),
            form=GranteeForm,
            form_kwargs=partial(_of_person, to_allow),
            is_open=_has_record,
            then=_page_of_resident,
            title=gettext_lazy("They agree by code"),
            button=gettext_lazy("Send a code"),
            doing=gettext_lazy("Sending…"),
        ),
        "allow": PageAction(
            grant=ALLOW,
            service=partial(_with_record, allow),
            form=AllowForm,
            form_kwargs=partial(_of_person, to_allow),
            is_open=_has_record,
            title=gettext_lazy("Record whom they allow"),
            button=gettext_lazy("Record the consent"),
            doing=gettext_lazy("Recording…"),
        ),
        "take-back": PageAction(
            grant=TAKE_BACK,
            service=partial(_with_record, take_back),
            form=TakeBackForm,
            form_kwargs=partial(_of_person, to_take_back),
            is_open=_allows_somebody,
            title=gettext_lazy("The resident withdraws a consent"),
            button=gettext_lazy("Record it, access ends now"),
            doing=gettext_lazy("Recording…"),
            kind="danger",
        ),
    },
)


@require_GET
@requires(ALLOW)
def readers_of(request: SignedInRequest) -> HttpResponse:
    """From the page of a resident to those who may read the record; without a resident one is looked for first."""
    if "person" not in request.GET:
        return redirect("people:find")
    person = load_or_log(_residents(), request.user, ALLOW, resident="pk", pk=request.GET["person"])
    return redirect("records:readers", person.pk)
