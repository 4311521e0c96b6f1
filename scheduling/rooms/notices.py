"""What the two stations of a room are told: whose room, the day and the hours; never what for."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.database.db import present
from core.days import clock_in, day_in
from core.notices.services import notify
from core.notices.templates import Template
from scheduling.rooms.models import RoomUse
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role

SAMPLE = {"place": "桃源村服务站", "date": dt.date(2026, 12, 30), "from": "14:00", "until": "16:00"}
DAYS = frozenset({"date"})

TEMPLATES = {
    "room_asked_for": Template(
        _("%(place)s asks for a room on %(date)s, %(from)s to %(until)s. Please answer."), SAMPLE, days=DAYS
    ),
    "room_granted": Template(_("%(place)s: you have the room on %(date)s, %(from)s to %(until)s."), SAMPLE, days=DAYS),
    "room_declined": Template(
        _("%(place)s: you do not get the room on %(date)s, %(from)s to %(until)s."), SAMPLE, days=DAYS
    ),
    "room_not_answered": Template(
        _("%(place)s has not answered: you do not have the room on %(date)s, %(from)s to %(until)s."), SAMPLE, days=DAYS
    ),
    "room_changed": Template(_("%(place)s: your room is now on %(date)s, %(from)s to %(until)s."), SAMPLE, days=DAYS),
    "room_taken_back": Template(
        _("%(place)s: your room on %(date)s, %(from)s to %(until)s is cancelled."), SAMPLE, days=DAYS
    ),
}


def tell_keepers(use: RoomUse, *, at: dt.datetime) -> None:
    """The partners of the station whose room is asked for read who asks, and for when."""
    for partner in people_in_role(Role.PARTNER, at=at, station=use.rooms.station):
        _tell(use, partner, "room_asked_for", place=present(use.booking.station).name, at=at)


def tell_booker(use: RoomUse, template: str, *, at: dt.datetime) -> RoomUse:
    """Whoever booked reads what the station of the room has decided, unless it was the own decision."""
    use = RoomUse.objects.shown().get(pk=use.pk)
    if use.booking.booked_by is not None and use.booking.station_id != use.rooms.station_id:
        _tell(use, use.booking.booked_by, template, place=use.rooms.station.name, at=at)
    return use


def _tell(use: RoomUse, user: User, template: str, *, place: str, at: dt.datetime) -> None:
    session = use.booking.session
    zone = session.resource.zone
    notify(
        template=template,
        params={
            "place": place,
            "date": day_in(zone, session.starts_at).isoformat(),
            "from": f"{clock_in(zone, session.starts_at):%H:%M}",
            "until": f"{clock_in(zone, session.ends_at):%H:%M}",
        },
        language=user.language,
        user=user,
        link=reverse("rooms:use", args=[use.pk]),
        dedupe_key=f"{template}:{use.booking_id}:{use.booking.ical_sequence}:{user.pk}",
        at=at,
    )
