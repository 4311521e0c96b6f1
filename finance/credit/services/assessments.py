"""A visit is written down by whoever made it, with photos; of one application two people of two stations visit."""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, SamePerson, refused_by, refuses
from core.files.models import StoredFile
from core.language.reasons import needs_words
from finance.credit.models import Assessment
from finance.tills.services.evidence import own_files
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person
from stations.two_persons import require_two_persons

PHOTOS_LEAST = 2


class PhotosMissing(Refused):
    """What was seen is shown."""

    code = "photos_missing"
    status = 422
    message = _("Take at least %(least)s photos of what you saw.")


class RelationshipUnclear(Refused):
    """Whoever visits says how they stand to the borrower."""

    code = "relationship_unclear"
    status = 422
    message = _("Say how you are related to the borrower.")


class SameStation(Refused):
    """The second assessor comes from another station."""

    code = "same_station"
    status = 422
    message = _("The second visit must be made from another station.")


@refuses(PhotosMissing, RelationshipUnclear, SameStation, SamePerson, *refused_by(own_files))
@needs_words("opinion")
@transaction.atomic
def record_assessment(
    *,
    application_ref: UUID,
    person: Person,
    station: Station,
    role: str,
    relationship: str,
    seen: dict[str, Any],
    opinion: str,
    photos: Collection[UUID],
    by: User,
    at: dt.datetime,
) -> Assessment:
    """Write down a visit, or correct one's own. `seen` are the columns of what was seen (minor units, counts)."""
    if relationship not in Assessment.Relationship.values:
        raise RelationshipUnclear(field="relationship")
    files: list[StoredFile] = own_files(photos, by=by, field="photos")
    if len(files) < PHOTOS_LEAST:
        raise PhotosMissing(field="photos", least=PHOTOS_LEAST)
    standing = Assessment.objects.filter(application_ref=application_ref, replaced_by=None)
    for other in standing.exclude(role=role):
        require_two_persons(by, other.assessor_id)
        if other.station_id == station.pk:
            raise SameStation
    made = Assessment.objects.create(
        application_ref=application_ref,
        person=person,
        station=station,
        assessor=by,
        role=role,
        relationship=relationship,
        opinion=opinion,
        signed_at=at,
        replaces=standing.filter(role=role).first(),
        **seen,
    )
    made.photos.set(files)
    return made
