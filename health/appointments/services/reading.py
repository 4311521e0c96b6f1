"""Who looked: each reader from beyond the resident's own station leaves a row, which the resident may see."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from health.appointments.models import Appointment
from stations.accounts.models import User
from stations.people.services import log_reads
from stations.scope import posts_granting


@transaction.atomic
def record_reads(*, rows: Iterable[Appointment], user: User, at: dt.datetime) -> None:
    """One row for each resident shown, in one statement; those who serve the resident at the station leave none."""
    own = {post.station_id for post in posts_granting(user, "stations.edit_person") if not post.is_break_glass}
    people = [row.resident for row in rows if row.resident.home_station_id not in own]
    log_reads(user=user, people=people, what="appointment", at=at)
