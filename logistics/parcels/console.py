"""What parcels show outside their pages: the menu, what comes and goes back, figures, and the search."""

import datetime as dt

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.web.console import MOST, Console, Figure, Finder, Hit, Measured, MenuEntry, Need
from logistics.parcels.display import kind_of, words_of
from logistics.parcels.models import Parcel
from stations.accounts.models import User
from stations.people.masking import mask_name

READ, COLLECT, RECEIVE = "logistics.read_parcel", "logistics.collect_parcel", "logistics.receive_at_station"
SEND_BACK, TAKE_BACK = "logistics.return_to_sender", "logistics.receive_return_leg"
EXAMINE = "logistics.examine_contradiction"
LIST = "parcels:parcels"
SHORTEST = 4
_S = Parcel.Status


def _coming(*, user: User, at: dt.datetime) -> QuerySet[Parcel]:
    return Parcel.objects.open_to(user, RECEIVE).filter(status=_S.OUT_FOR_DELIVERY, goes_outside=False)


def _to_send_back(*, user: User, at: dt.datetime) -> QuerySet[Parcel]:
    return Parcel.objects.open_to(user, SEND_BACK).filter(status__in=Parcel.TO_SEND_BACK)


def _to_take_back(*, user: User, at: dt.datetime) -> QuerySet[Parcel]:
    """Without goods that buyers bring back: those are received with their returns."""
    return Parcel.objects.open_to(user, TAKE_BACK).filter(status=_S.RETURN_TO_SENDER, brings_back=False)


def _contradicted(*, user: User, at: dt.datetime) -> QuerySet[Parcel]:
    return Parcel.objects.open_to(user, EXAMINE).filter(contradicted_at__isnull=False)


def _waiting(*, user: User, at: dt.datetime) -> Measured:
    """How many wait for their receivers, and how many go back."""
    rows = Parcel.objects.open_to(user, READ).filter(status__in=Parcel.ON_SHELF)
    counts = rows.aggregate(
        waiting=Count("pk", filter=Q(status=_S.AVAILABLE_FOR_PICKUP)),
        late=Count("pk", filter=~Q(status=_S.AVAILABLE_FOR_PICKUP)),
    )
    late = _("%(n)s to send back") % {"n": counts["late"]} if counts["late"] else ""
    return Measured(counts["waiting"], detail=late, status="wait" if counts["late"] else "")


def _find(*, user: User, text: str, at: dt.datetime) -> list[Hit]:
    """By the number of a parcel, or its end."""
    typed = "".join(text.split()).upper()
    if len(typed) < SHORTEST:
        return []
    found = Parcel.objects.open_to(user, READ).filter(number__endswith=typed).select_related("to_station")
    return [
        Hit(
            title=mask_name(parcel.receiver_name) or parcel.number,
            href=reverse("parcels:parcel", args=[parcel.pk]),
            detail=f"{parcel.number} · {parcel.to_station.name}",
            status=kind_of(parcel),
            words=words_of(parcel),
        )
        for parcel in found.order_by("-pk")[:MOST]
    ]


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("counter", gettext_lazy("Hand over a parcel"), "parcels:hand_over", COLLECT),
            service="parcel_pickup",
            icon="parcel",
        ),
        MenuEntry(
            *("parcels", gettext_lazy("Parcels"), LIST, READ),
            needs=("parcels.coming", "parcels.back", "parcels.came_back", "parcels.contradicted"),
        ),
    ],
    needs=[
        Need(
            "parcels.coming",
            gettext_lazy("Parcels on the way to the station"),
            "van",
            RECEIVE,
            LIST,
            _coming,
            "scanned_at",
            place="to_station__name",
            query="state=coming",
        ),
        Need(
            "parcels.back",
            gettext_lazy("Parcels to send back"),
            "parcel",
            SEND_BACK,
            LIST,
            _to_send_back,
            "scanned_at",
            place="to_station__name",
            query="state=late",
        ),
        Need(
            "parcels.came_back",
            gettext_lazy("Parcels that come back"),
            "van",
            TAKE_BACK,
            LIST,
            _to_take_back,
            "scanned_at",
            place="from_station__name",
            query="state=back",
        ),
        Need(
            "parcels.contradicted",
            gettext_lazy("Parcels on which the carrier disagrees"),
            "alert",
            EXAMINE,
            LIST,
            _contradicted,
            "contradicted_at",
            place="to_station__name",
            query="state=contradicted",
        ),
    ],
    figures=[Figure("parcels.waiting", gettext_lazy("Parcels to collect"), READ, LIST, _waiting)],
    finders=[Finder("parcels", gettext_lazy("Parcels"), "parcel", READ, _find)],
)
