"""What every verb of tutoring does: who is locked first, and who is told."""

import datetime as dt
from collections.abc import Sequence

from core.database.db import lock, present
from core.days import clock_in, day_in
from core.notices.services import notify
from education.courses.services.steps import tell_family
from education.tutoring.models import TutoringSession
from education.tutoring.queries import sessions, standing_learners_of
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role


def locked(session: TutoringSession) -> TutoringSession:
    """The lesson, read again under the lock of its tutor and its own.

    The tutor is locked before anything of the calendar, as who books does it.
    """
    lock(session.tutor)
    lock(session)
    return sessions().get(pk=session.pk)


def tell_all(rows: Sequence[TutoringSession], what: str, *, by: User | None, at: dt.datetime) -> None:
    """Families and the tutor hear once of all these lessons, `booked` or `cancelled`; of the latter the partner too.

    Whoever did it is not told of it, nor the family of a learner who has died.
    """
    if not rows:
        return
    first = min(rows, key=lambda row: present(row.booking.slot).starts_at)
    key, words = f"edu:tutoring:{first.pk}:{what}", _words_of(first, len(rows))
    station = first.station
    told = {name: value for name, value in words.items() if name != "station"}
    living = [learner for learner in standing_learners_of(first) if learner.died_date is None]
    for learner in living:
        tell_family(learner, f"tutoring_{what}", station=station, key=f"{key}:{learner.pk}", at=at, **told)
    readers = [first.tutor.login]
    if what == "cancelled":
        readers += people_in_role(Role.PARTNER, at=at, station=station)
    for reader in readers:
        if by is None or reader.pk != by.pk:
            notify(
                template=f"tutor_{what}",
                params=words,
                language=reader.language,
                user=reader,
                link=f"/education/tutoring/tutoring-sessions/{first.pk}/",
                dedupe_key=f"{key}:{reader.pk}",
                at=at,
            )


def tell_tutor(session: TutoringSession, template: str, *, at: dt.datetime) -> None:
    """The tutor reads in the console what the station has said of a lesson."""
    reader, words = session.tutor.login, _words_of(session, 1)
    notify(
        template=template,
        params={"station": words["station"], "day": words["day"]},
        language=reader.language,
        user=reader,
        link=f"/education/tutoring/tutoring-sessions/{session.pk}/",
        dedupe_key=f"edu:tutoring:{session.pk}:{template}",
        at=at,
    )


def _words_of(session: TutoringSession, count: int) -> dict[str, object]:
    zone, starts_at = session.booking.session.resource.zone, present(session.booking.slot).starts_at
    return {
        "station": session.station.name,
        "count": count,
        "day": day_in(zone, starts_at).isoformat(),
        "time": f"{clock_in(zone, starts_at):%H:%M}",
    }
