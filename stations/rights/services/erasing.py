"""Forgetting somebody: what tells of them goes, the bare id stays where money and law need it."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from core.database.db import lock
from core.days import day_in
from core.errors import WrongState, refuses
from core.events.services import publish
from core.files.services import forget_file
from core.history import record_change
from stations.people.identity import destroy_key
from stations.people.models import Consent, Guardianship, Household, Person
from stations.people.queries import merged_into, records_of
from stations.rights.models import PersonRequest
from stations.rights.services.requests import REQUEST, ObligationsOpen, Status, end_request, obligations_of

#: What stands in place of a name.
NOBODY = "–"


@refuses(WrongState, ObligationsOpen)
@transaction.atomic
def erase_person(*, request: PersonRequest, at: dt.datetime) -> PersonRequest:
    """Forget the person, all records of theirs: of a merged one, the one that stands for it and its other parts.

    A second run changes nothing.

    Raises `ObligationsOpen` when something has come in the way since it was asked: the job tries again.
    """
    request = lock(request)
    if request.status != Status.OPEN:
        return request
    REQUEST.check("finish_request", request.status)
    person = lock(Person(pk=merged_into(request.person_id) or request.person_id))
    if obligations := obligations_of(person):
        raise ObligationsOpen(obligations=obligations)
    for record in records_of(person):
        _forget(record, at)
    station = person.home_station
    publish("stations.person_erased", at=at, person=str(person.pk), station=station.pk, county=station.county_id)
    record_change(person, old="", new="erased", at=at, reason=request.number)
    return end_request(request, Status.DONE, at)


def _forget(person: Person, at: dt.datetime) -> None:
    evidence = _evidence_of(person)
    today = day_in(person.home_station.zone, at)
    _leave_home(person, today)
    for side in ("child", "guardian"):
        rows = Guardianship.objects.filter(**{side: person})
        rows.filter(to_date=None).update(to_date=Greatest(F("from_date"), today))
        rows.update(evidence=None)
    person.consents.filter(withdrawn_at=None).update(withdrawn_at=Greatest(F("given_at"), at), withdrawn_by=person)
    Consent.objects.filter(person=person).update(evidence=None)
    person.cards.filter(revoked_at=None).update(revoked_at=at)
    person.name_keys.all().delete()
    person.phone_codes.all().delete()
    destroy_key(person.pk)
    _blank(person, at)
    person.deaths.update(evidence=None)
    for request in person.requests.exclude(file=None):
        evidence.append(request.file)
        PersonRequest.objects.filter(pk=request.pk).update(file=None)
    for file in evidence:
        forget_file(file)


def _blank(person: Person, at: dt.datetime) -> None:
    gone = person.residence != Person.Residence.DECEASED
    Person.objects.filter(pk=person.pk).update(
        full_name=NOBODY,
        preferred_name="",
        sex=Person.Sex.UNKNOWN,
        birth_date=None,
        birth_precision=Person.BirthPrecision.UNKNOWN,
        phone="",
        phone_reversed="",
        phone_verified_at=None,
        id_kind=Person.IdKind.NONE,
        id_cipher=None,
        id_key_no=None,
        id_index=None,
        village=None,
        household=None,
        death_evidence=None,
        residence=Person.Residence.MOVED_OUT if gone else person.residence,
        erased_at=at,
    )


def _evidence_of(person: Person) -> list:
    """Photos that show the person or their papers."""
    consents = person.consents.exclude(evidence=None).select_related("evidence")
    guardians = Guardianship.objects.filter(child=person).exclude(evidence=None).select_related("evidence")
    found = [row.evidence for row in (*consents, *guardians)]
    if person.death_evidence is not None:
        found.append(person.death_evidence)
    found += [row.evidence for row in person.deaths.exclude(evidence=None).select_related("evidence")]
    return list({file.pk: file for file in found}.values())


def _leave_home(person: Person, today: dt.date) -> None:
    homes = Household.objects.filter(memberships__person=person, memberships__to_date=None)
    for home in list(homes):
        home.memberships.filter(person=person, to_date=None).update(to_date=Greatest(F("from_date"), today))
        Household.objects.filter(pk=home.pk, head=person).update(head=None)
        if not home.memberships.filter(to_date=None).exists():
            Household.objects.filter(pk=home.pk).update(
                dissolved_date=Greatest(F("formed_date"), today), address_line="", house_number=""
            )
