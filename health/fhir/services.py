"""Reading over the interface, and what is written there.

Each resident whose data are sent, and each refusal, stands in the log.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refused_by, refuses
from core.web.pagination import CursorInvalid
from health.appointments.models import Appointment
from health.appointments.services import hold_at_desk, register_at_desk
from health.fhir import reach
from health.fhir.filters import reference_in
from health.fhir.kinds import ResourceType
from health.fhir.queries import Ask, Page, Shown, find, page_of, persons_refused, referred
from health.fhir.searches import Search
from health.fhir.table import TYPES
from health.hospitals.models import Doctor, Hospital, staffed_by
from health.records.models import Observation
from health.records.models.records import WRITE
from health.records.queries import FHIR_LOOK, acting_clinic, records
from health.records.services import Reading, add_measurement
from scheduling.calendars.models import Slot
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.services import log_reads, log_refused_read

BOOK_AT_DESK = "health.book_at_desk"


@transaction.atomic
def read(*, kind: ResourceType, pk: str, user: User, at: dt.datetime) -> Shown | None:
    """One resource; None where there is none within reach, and the attempt stands in the resident's log."""
    shown = read_made(kind=kind, pk=pk, user=user, at=at)
    if shown is None:
        _log_refusals(persons_refused(kind, [pk], user), user, at=at)
    return shown


@transaction.atomic
def read_made(*, kind: ResourceType, pk: str, user: User, at: dt.datetime) -> Shown | None:
    """What this user has made; None, and nothing refused, where it was written in an emergency: that opens pages."""
    shown = find(kind, pk, user)
    if shown is not None:
        _log([shown], user, at=at)
    return shown


@refuses(CursorInvalid)
@transaction.atomic
def search(*, search: Search, user: User, at: dt.datetime, position: str = "") -> tuple[Page, list[Shown]]:
    """A page of what was searched for, and what `_include` adds."""
    asks = [Ask(source, search.condition(source)) for source in search.kind.sources]
    page = page_of(asks, user, count=search.count, position=position)
    included = referred([each.resource for each in page.shown], user, search.includes, TYPES) if search.includes else []
    _log([*page.shown, *included], user, at=at)
    _log_refusals(_out_of_reach(search, user), user, at=at)
    return page, included


@dataclass(frozen=True, slots=True)
class Everything:
    """A page of all about a patient, what it refers to, and whether restricted entries are left out."""

    page: Page
    included: Sequence[Shown]
    is_partial: bool


@refuses(CursorInvalid)
@transaction.atomic
def everything(
    *, patient: str, asks: Sequence[Ask], count: int, user: User, at: dt.datetime, position: str = ""
) -> Everything | None:
    """A page of all that the reader may read of a patient, with hospitals and doctors; None where there is none."""
    found = find(TYPES["Patient"], patient, user)
    if found is None or found.person is None:
        _log_refusals(persons_refused(TYPES["Patient"], [patient], user), user, at=at)
        return None
    page = page_of(asks, user, count=count, position=position)
    directory = [name for name, kind in TYPES.items() if not kind.sources[0].person]
    included = referred([each.resource for each in page.shown], user, (), directory)
    _log([*page.shown, *included], user, at=at)
    return Everything(page, included, reach.is_partial(found.person, user))


@transaction.atomic
def record_refusal(*, kind: ResourceType, pk: str, user: User, at: dt.datetime) -> None:
    """Somebody asked to change what is not within reach: the attempt stands in the resident's log."""
    _log_refusals(persons_refused(kind, [pk], user), user, at=at)


class PatientOutOfReach(Refused):
    """There is no such patient, or none in whose record the user may write."""

    code = "patient_not_found"
    status = 422
    message = _("There is no such patient in your clinics.")

    def __init__(self, *, patient: UUID, user: User, at: dt.datetime, field: str = "subject") -> None:
        super().__init__(field=field)
        self._patient, self._user, self._at = patient, user, at

    def leave_trace(self) -> None:
        """The attempt stands in the resident's log."""
        log_refused_read(user=self._user, person_id=self._patient, at=self._at)


@refuses(PatientOutOfReach, *refused_by(add_measurement))
@transaction.atomic
def record_observation(
    *, patient: UUID, encounter: UUID, reading: Reading, measured_at: dt.datetime | None, by: User, at: dt.datetime
) -> Observation:
    """Add a measurement to an encounter of the own clinic, in a record that is open to it for writing."""
    record = records().open_to(by, WRITE).filter(resident=patient).first()
    if record is None:
        raise PatientOutOfReach(patient=patient, user=by, at=at)
    clinic = acting_clinic(record, by, WRITE, at=at)
    return add_measurement(
        record=record, clinic=clinic, encounter=encounter, reading=reading, measured_at=measured_at, by=by, at=at
    )


class SlotOutOfReach(Refused):
    """There is no such slot at those times, or it is of another hospital."""

    code = "slot_not_found"
    status = 422
    message = _("There is no such slot in your hospitals at this time.")


@dataclass(frozen=True, slots=True)
class Wish:
    """Which slot for whom. Its times, and who else takes part, are what the writer believes of it."""

    slot: int
    patient: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    others: frozenset[str] = frozenset()


@refuses(SlotOutOfReach, PatientOutOfReach, *refused_by(register_at_desk))
@transaction.atomic
def register(*, wish: Wish, by: User, at: dt.datetime, key: str) -> Appointment:
    """Register a patient whom the reader reaches for a slot of the own hospital."""
    slot, patient = _wished(wish, by, at=at)
    return register_at_desk(slot=slot, resident=patient, by=by, at=at, key=key)


@refuses(SlotOutOfReach, PatientOutOfReach, *refused_by(hold_at_desk))
@transaction.atomic
def hold(*, wish: Wish, by: User, at: dt.datetime, key: str) -> Appointment:
    """Hold a slot of the own hospital for a patient whom the reader reaches."""
    slot, patient = _wished(wish, by, at=at)
    return hold_at_desk(slot=slot, resident=patient, by=by, at=at, key=key)


def _wished(wish: Wish, by: User, *, at: dt.datetime) -> tuple[Slot, Person]:
    patient = reach.patients(Person.objects.all(), by).filter(pk=wish.patient).first()
    if patient is None:
        raise PatientOutOfReach(patient=wish.patient, user=by, at=at, field="participant")
    own = Hospital.objects.filter(staffed_by(by, BOOK_AT_DESK))
    slots = Slot.objects.filter(session__offering__doctor__department__hospital__in=own)
    times = {"starts_at": wish.starts_at, "ends_at": wish.ends_at}
    slot = (
        slots.select_related("session__resource", "session__offering__doctor__department")
        .filter(pk=wish.slot, **times)
        .first()
    )
    if slot is None or not wish.others <= _actors_of(slot.session.offering.doctor):
        raise SlotOutOfReach(field="slot")
    return slot, patient


def _actors_of(doctor: Doctor) -> frozenset[str]:
    """Who and what takes part in each appointment with a doctor, by their references."""
    of_doctor = (f"{kind}/{doctor.pk}" for kind in ("Practitioner", "PractitionerRole"))
    place = (f"HealthcareService/{doctor.department_id}", f"Location/{doctor.department.hospital_id}")
    return frozenset({*of_doctor, *place})


def _out_of_reach(search: Search, user: User) -> set[UUID]:
    """Residents who, or whose resources, were asked for by id and are not for this reader."""
    asked: dict[str, set[str]] = defaultdict(set)
    asked[search.kind.name] |= set(search.values_of("_id"))
    for source in search.kind.sources:
        for name, parameter in source.filters.items():
            for kind, pk in map(reference_in, search.values_of(name) if parameter.targets else ()):
                for target in parameter.targets:
                    if kind in {"", target}:
                        asked[target].add(pk)
    return {person for name, ids in asked.items() for person in persons_refused(TYPES[name], ids, user)}


def _log(shown: Iterable[Shown], user: User, *, at: dt.datetime) -> None:
    """One row for each resident, in one statement."""
    people = {each.person for each in shown if each.person is not None}
    if people:
        log_reads(user=user, people=[Person(pk=key) for key in sorted(people)], what=FHIR_LOOK, at=at)


def _log_refusals(people: Iterable[UUID], user: User, *, at: dt.datetime) -> None:
    for key in people:
        log_refused_read(user=user, person_id=key, at=at)
