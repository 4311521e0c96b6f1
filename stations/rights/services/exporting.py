"""A copy of everything that we hold of a person, for the person."""

import datetime as dt
import io
import json
import zipfile
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from core.database.db import lock
from core.errors import WrongState, refused_by, refuses
from core.files.services import forget_file, store_archive
from core.history import changes_of
from stations.hooks import EXPORTED
from stations.people.identity import unseal
from stations.people.models import Person
from stations.people.queries import records_of
from stations.rights.models import PersonRequest
from stations.rights.services.requests import REQUEST, Status, end_request

#: A copy is kept to be fetched for so long, then its file is deleted.
KEPT_FOR = dt.timedelta(days=7)


@refuses(WrongState, *refused_by(store_archive))
@transaction.atomic
def export_person(*, request: PersonRequest, at: dt.datetime) -> PersonRequest:
    """Make the archive; a second run of the job changes nothing."""
    request = lock(request)
    if request.status != Status.OPEN:
        return request
    REQUEST.check("finish_request", request.status)
    request.file = store_archive(content=archive_of(request.person), by=request.asked_by_id, at=at)
    return end_request(request, Status.DONE, at)


@transaction.atomic
def forget_exports(*, at: dt.datetime) -> int:
    """Copies that nobody has fetched within a week are deleted; that they were made stays known."""
    old = PersonRequest.objects.filter(ended_at__lt=at - KEPT_FOR).exclude(file=None).select_related("file")
    files = [request.file for request in old]
    for file in files:
        PersonRequest.objects.filter(file=file).update(file=None)
        forget_file(file)
    return len(files)


def archive_of(person: Person) -> bytes:
    """A zip with `data.json`, readable by machines, and a page that says what it is."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        told = json.dumps(data_of(person), ensure_ascii=False, indent=2, cls=DjangoJSONEncoder)
        archive.writestr("data.json", told)
        archive.writestr("README.txt", _("Everything EcomNet holds about this person, as data.json (UTF-8)."))
    return content.getvalue()


def data_of(person: Person) -> dict[str, Any]:
    """Everything, part by part; records that were merged into this one as well."""
    return {"records": [_record(record) for record in records_of(person)]}


def _record(person: Person) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "person": _facts(person),
        "memberships": list(
            person.memberships.values("household__number", "relation", "from_date", "to_date").order_by("pk")
        ),
        "guardians": list(person.guardianships.values("guardian", "kind", "from_date", "to_date").order_by("pk")),
        "consents": list(
            person.consents.values(
                "purpose", "text_version__version", "text_version__body", "manner", "given_at", "withdrawn_at"
            ).order_by("pk")
        ),
        "cards": list(person.cards.values("code", "issued_at", "revoked_at").order_by("pk")),
        "looks_at_hidden_fields": list(person.reveals.values("field", "reason", "at").order_by("pk")),
        "who_read_it": list(person.access_reads.values("what", "at").order_by("pk")),
        "requests": list(person.requests.values("kind", "status", "asked_at", "ended_at").order_by("pk")),
        "history": [{"at": change.at, "what": change.new, "why": change.reason} for change in changes_of(person)],
    }
    return parts | {name: rows(person) for name, rows in EXPORTED.items()}


def _facts(person: Person) -> dict[str, Any]:
    return {
        "id": str(person.pk),
        "full_name": person.full_name,
        "preferred_name": person.preferred_name,
        "sex": person.sex,
        "birth_date": person.birth_date,
        "birth_precision": person.birth_precision,
        "phone": str(person.phone or ""),
        "phone_verified_at": person.phone_verified_at,
        "id_kind": person.id_kind,
        "id_number": unseal(person),
        "language": person.language,
        "residence": person.residence,
        "village": person.village.name if person.village else "",
        "household": person.household.number if person.household else "",
        "home_station": person.home_station.name,
        "registered_at": person.created_at,
        "last_served_at": person.last_served_at,
    }
