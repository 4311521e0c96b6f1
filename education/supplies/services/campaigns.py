"""Campaigns and their kits: registered as they arrive, sent to stations, received there, or damaged."""

import datetime as dt

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core.countries import age_of_majority
from core.database.db import lock, lock_all
from core.errors import Refused, WrongState, refuses
from core.history import record_change, record_changes
from core.language.reasons import needs_words
from education.supplies.labels import new_follow_code, serial_of
from education.supplies.machine import KIT
from education.supplies.models import Campaign, Kit
from education.supplies.queries import served_by
from stations.accounts.models import User
from stations.network.models import Station
from stations.places.models import Division

#: At most so many kits are registered or sent with one press.
MOST_KITS = 500


class CampaignDates(Refused):
    """Dates or ages are not in their order."""

    code = "campaign_dates"
    status = 422
    message = _("The last day and the highest age must not lie before the first.")


class NotEnoughKits(Refused):
    """The county store has fewer kits."""

    code = "not_enough_kits"
    message = _("The county store has %(count)s kits of this campaign.")


class AdultsGetNoKits(Refused):
    """The highest age of a campaign is one of adults in its country."""

    code = "adults_get_no_kits"
    status = 422
    message = _("School kits are for children: the highest age lies below %(age)s.")


class StationTakesNoKits(Refused):
    """The station lies in another county, is no village station, or is not open."""

    code = "station_takes_no_kits"
    status = 422
    message = _("Kits of this campaign go to open village stations of its county.")


@refuses(CampaignDates, AdultsGetNoKits)
@transaction.atomic
def open_campaign(
    *,
    county: Division,
    name: str,
    donor: str,
    contents: str,
    starts_date: dt.date,
    ends_date: dt.date,
    age_from: int,
    age_to: int,
    by: User,
    at: dt.datetime,
    left_behind_only: bool = False,
) -> Campaign:
    """A campaign of a donor for children of these ages on its first day. Raises `CampaignDates`, `AdultsGetNoKits`."""
    if ends_date < starts_date or age_to < age_from:
        raise CampaignDates(field="ends_date" if ends_date < starts_date else "age_to")
    if age_to >= (adult := age_of_majority(county.country)):
        raise AdultsGetNoKits(field="age_to", age=adult)
    campaign = Campaign.objects.create(
        county=county,
        name=name,
        donor=donor,
        contents=contents,
        starts_date=starts_date,
        ends_date=ends_date,
        age_from=age_from,
        age_to=age_to,
        left_behind_only=left_behind_only,
        follow_code=new_follow_code(),
        opened_by=by,
    )
    record_change(campaign, old="", new=Campaign.Status.OPEN, at=at, actor=by.pk)
    return campaign


@refuses()
@transaction.atomic
def register_kits(*, campaign: Campaign, count: int, by: User, at: dt.datetime) -> Campaign:
    """So many kits have arrived in the county store: each gets a label of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('education_kit_label') FROM generate_series(1, %s)", [count])
        serials = [serial_of(number) for (number,) in cursor.fetchall()]
    kits = Kit.objects.bulk_create(Kit(campaign=campaign, serial=serial) for serial in serials)
    record_changes(kits, old="", new=Kit.State.AT_COUNTY, at=at, actor=by.pk)
    return campaign


@refuses(NotEnoughKits, StationTakesNoKits)
@transaction.atomic
def send_kits(*, campaign: Campaign, station: Station, count: int, by: User, at: dt.datetime) -> Campaign:
    """Send so many kits of the county store to a station. Raises `NotEnoughKits`, `StationTakesNoKits`."""
    lock(campaign)
    if not served_by(campaign).filter(pk=station.pk).exists():
        raise StationTakesNoKits(field="station")
    kits = lock_all(Kit.objects.filter(campaign=campaign, state__in=KIT.arrows["send_kits"]))[:count]
    if len(kits) < count:
        raise NotEnoughKits(field="count", count=len(kits))
    Kit.objects.filter(pk__in=[kit.pk for kit in kits]).update(
        state=Kit.State.IN_TRANSIT, station=station, sent_at=at, updated_at=at
    )
    record_changes(kits, old=Kit.State.AT_COUNTY, new=Kit.State.IN_TRANSIT, at=at, actor=by.pk)
    return campaign


@refuses(WrongState)
@transaction.atomic
def receive_kit(*, kit: Kit, by: User, at: dt.datetime) -> Kit:
    """A kit that was sent here has come."""
    kit = lock(kit)
    KIT.check("receive_kit", kit.state)
    return move(kit, Kit.State.AT_STATION, by=by, at=at)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def report_kit_damaged(*, kit: Kit, reason: str, by: User, at: dt.datetime) -> Kit:
    """A kit that nobody has got is damaged or lost; it is handed to nobody."""
    kit = lock(kit)
    KIT.check("report_kit_damaged", kit.state)
    return move(kit, Kit.State.DAMAGED, by=by, at=at, reason=reason)


def move(kit: Kit, state: str, *, by: User, at: dt.datetime, reason: str = "") -> Kit:
    """Store a kit in its new state, with a trace."""
    before, kit.state = kit.state, state
    kit.save(update_fields=["state", "updated_at"])
    record_change(kit, old=before, new=state, at=at, actor=by.pk, reason=reason)
    return kit
