"""The way back: kits that nobody was handed are packed at the station and counted in the county, one by one."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change, record_changes
from core.language.reasons import ReasonMissing, written
from education.supplies.machine import CRATE, KIT
from education.supplies.models import Campaign, Kit, KitCrate
from education.supplies.services.handing import KitNotHere
from stations.accounts.models import User
from stations.network.models import Station
from stations.two_persons import require_two_persons


class NotInCrate(Refused):
    """The kit was not packed into this crate, or was counted already."""

    code = "kit_not_in_crate"
    message = _("The kit %(serial)s is not to be counted in this crate.")


@refuses(KitNotHere)
@transaction.atomic
def send_crate(*, campaign: Campaign, station: Station, serials: Sequence[str], by: User, at: dt.datetime) -> KitCrate:
    """Send kits of a station back to the county. Raises `KitNotHere` for one that is not in stock there."""
    wanted = list(dict.fromkeys(serials))
    kits = {kit.serial: kit for kit in lock_all(Kit.objects.filter(campaign=campaign, serial__in=wanted))}
    for serial in wanted:
        kit = kits.get(serial)
        if kit is None or kit.station_id != station.pk or not KIT.allows("send_crate", kit.state):
            raise KitNotHere(field="serials", serial=serial)
    crate = KitCrate.objects.create(campaign=campaign, station=station, packed=len(wanted), sent_by=by, sent_at=at)
    packed = list(kits.values())
    Kit.objects.filter(pk__in=[kit.pk for kit in packed]).update(state=Kit.State.GOING_BACK, crate=crate, updated_at=at)
    record_changes(packed, old=Kit.State.AT_STATION, new=Kit.State.GOING_BACK, at=at, actor=by.pk)
    record_change(crate, old="", new=crate.status, at=at, actor=by.pk)
    return crate


@refuses(WrongState, SamePerson, NotInCrate)
@transaction.atomic
def count_crate_kit(*, crate: KitCrate, serial: str, by: User, at: dt.datetime) -> Kit:
    """A kit of the crate is in the county store again. Raises `NotInCrate`, `SamePerson` for who sent the crate."""
    crate = lock(crate)
    CRATE.check("count_crate_kit", crate.status)
    require_two_persons(by, crate.sent_by_id)
    found = Kit.objects.filter(crate=crate, serial=serial, state=Kit.State.GOING_BACK).first()
    if found is None:
        raise NotInCrate(field="serial", serial=serial)
    kit = lock(found)
    kit.state, kit.station, kit.sent_at = Kit.State.AT_COUNTY, None, None
    kit.save(update_fields=["state", "station", "sent_at", "updated_at"])
    record_change(kit, old=Kit.State.GOING_BACK, new=kit.state, at=at, actor=by.pk)
    return kit


@refuses(WrongState, SamePerson, ReasonMissing)
@transaction.atomic
def close_crate(*, crate: KitCrate, by: User, at: dt.datetime, protocol: str = "") -> KitCrate:
    """The crate is counted: what was not found in it is lost, and the protocol says why.

    Raises `ReasonMissing` where kits are lost and nothing is said, `SamePerson` for who sent the crate.
    """
    crate = lock(crate)
    CRATE.check("close_crate", crate.status)
    require_two_persons(by, crate.sent_by_id)
    lost = lock_all(Kit.objects.filter(crate=crate, state=Kit.State.GOING_BACK))
    if lost:
        protocol = written(protocol, field="protocol")
    Kit.objects.filter(pk__in=[kit.pk for kit in lost]).update(state=Kit.State.LOST, updated_at=at)
    record_changes(lost, old=Kit.State.GOING_BACK, new=Kit.State.LOST, at=at, actor=by.pk, reason=protocol)
    before, crate.status = crate.status, KitCrate.Status.COUNTED
    crate.counted_by, crate.counted_at, crate.lost, crate.protocol = by, at, len(lost), protocol
    crate.save()
    record_change(crate, old=before, new=crate.status, at=at, actor=by.pk, reason=protocol)
    return crate
