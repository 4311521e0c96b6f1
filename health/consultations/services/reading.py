"""Who looked: each reader of a case or a prescription leaves a row, and at stations those from beyond the own one."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from health.consultations.models import Consultation, Prescription
from health.consultations.queries import STATION_LOOK
from health.records.queries import CASE_LOOK, PRESCRIPTION_LOOK
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.services import log_reads
from stations.scope import posts_granting


@transaction.atomic
def record_reads(*, rows: Iterable[Consultation], user: User, at: dt.datetime) -> None:
    """What a station is shown; those who serve the resident at the own station leave none."""
    own = {post.station_id for post in posts_granting(user, "stations.edit_person") if not post.is_break_glass}
    people = _unique(row.resident for row in rows if row.resident.home_station_id not in own)
    log_reads(user=user, people=people, what=STATION_LOOK, at=at)


@transaction.atomic
def record_case_reads(*, rows: Iterable[Consultation], user: User, at: dt.datetime) -> None:
    """What a clinic is shown of cases: one row for each resident, the clinic's own staff too."""
    log_reads(user=user, people=_unique(row.resident for row in rows), what=CASE_LOOK, at=at)


@transaction.atomic
def record_prescription_reads(*, rows: Iterable[Prescription], user: User, at: dt.datetime) -> None:
    """What a pharmacist is shown, and the doctor who wrote it."""
    people = _unique(row.consultation.resident for row in rows)
    log_reads(user=user, people=people, what=PRESCRIPTION_LOOK, at=at)


def _unique(people: Iterable[Person]) -> list[Person]:
    return list({each.pk: each for each in people}.values())
