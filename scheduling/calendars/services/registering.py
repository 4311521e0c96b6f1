"""Resources, policies and offerings are registered by the apps that own them."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, refuses
from core.history import record_change
from scheduling.calendars.models import BookingPolicy, GroupMember, HolidayCalendar, Offering, Resource, ResourceGroup
from scheduling.violations import refused_as
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person


class UnknownZone(Refused):
    """No zone of the IANA data has this name."""

    code = "unknown_zone"
    status = 422
    message = _("This is not the name of a time zone, such as “Asia/Shanghai”.")


@dataclass(frozen=True)
class Buffers:
    """Minutes around each session in which its resource is not free."""

    before_minutes: int = 0
    after_minutes: int = 0


@dataclass(frozen=True)
class PeriodHours:
    """Between which local times periods are booked, and how long one is at most.

    On one day, or, where the start is no earlier than the end, from one day to a later one.
    """

    day_starts_at: dt.time
    day_ends_at: dt.time
    longest_minutes: int


@refuses(UnknownZone)
@transaction.atomic
def register_resource(
    *,
    kind: str,
    name: str,
    zone: str,
    owner_kind: str,
    owner_ref: str,
    by: User,
    at: dt.datetime,
    station: Station | None = None,
    person: Person | None = None,
    is_exclusive: bool = True,
    valid_until_date: dt.date | None = None,
    buffers: Buffers = Buffers(),
    holiday_calendar: HolidayCalendar | None = None,
    works_on_makeup_days: bool = False,
) -> Resource:
    """Give an owner's row a calendar in a zone (IANA). Raises `UnknownZone`."""
    with refused_as({"resource_has_an_iana_zone": UnknownZone}):
        resource = Resource.objects.create(
            kind=kind,
            name=name,
            zone=zone,
            owner_kind=owner_kind,
            owner_ref=owner_ref,
            station=station,
            person=person,
            is_exclusive=is_exclusive,
            valid_until_date=valid_until_date,
            buffer_before_minutes=buffers.before_minutes,
            buffer_after_minutes=buffers.after_minutes,
            holiday_calendar=holiday_calendar,
            works_on_makeup_days=works_on_makeup_days,
        )
    record_change(resource, old="", new="registered", at=at, actor=by.pk)
    return resource


@transaction.atomic
def set_resource_validity(
    *, resource: Resource, valid_until_date: dt.date | None, by: User, at: dt.datetime
) -> Resource:
    """The last local date on which the resource can be booked, this date included; none for no end."""
    resource = lock(resource)
    before, resource.valid_until_date = resource.valid_until_date, valid_until_date
    resource.save(update_fields=["valid_until_date", "updated_at"])
    record_change(resource, old=f"valid to {before}", new=f"valid to {valid_until_date}", at=at, actor=by.pk)
    return resource


@transaction.atomic
def define_policy(*, code: str, by: User, at: dt.datetime, **rules: Any) -> BookingPolicy:
    """A new revision of the policy with this code; bookings that exist stay under theirs."""
    newest = BookingPolicy.objects.filter(code=code).order_by("-revision").first()
    policy = BookingPolicy.objects.create(code=code, revision=newest.revision + 1 if newest else 1, **rules)
    record_change(policy, old="", new="defined", at=at, actor=by.pk)
    return policy


@transaction.atomic
def define_offering(
    *,
    owner_kind: str,
    owner_ref: str,
    label: str,
    label_zh: str,
    policy: BookingPolicy,
    by: User,
    at: dt.datetime,
    has_waitlist: bool = False,
    periods: PeriodHours | None = None,
) -> Offering:
    """What can be booked of an owner's row; defined again, it takes the new policy and labels for what comes.

    With `periods` it is any free period, without it places of sessions.
    """
    rules = {"label": label, "label_zh": label_zh, "policy": policy, "has_waitlist": has_waitlist}
    if periods is not None:
        rules |= {"mode": Offering.Mode.INTERVAL, **asdict(periods)}
    offering, is_new = Offering.objects.update_or_create(owner_kind=owner_kind, owner_ref=owner_ref, defaults=rules)
    record_change(offering, old="" if is_new else "defined", new="defined", at=at, actor=by.pk)
    return offering


@transaction.atomic
def offer_series(*, offering: Offering, is_offered: bool, by: User, at: dt.datetime) -> Offering:
    """Whether it may be booked in a series; what is booked stays booked."""
    offering = lock(offering)
    if offering.allows_series == is_offered:
        return offering
    offering.allows_series = is_offered
    offering.save(update_fields=["allows_series", "updated_at"])
    record_change(offering, old="", new="series" if is_offered else "no series", at=at, actor=by.pk)
    return offering


@transaction.atomic
def form_group(
    *, owner_kind: str, owner_ref: str, name: str, offering: Offering, by: User, at: dt.datetime
) -> ResourceGroup:
    """A group of which any free member serves whoever books a period of the offering."""
    group = ResourceGroup.objects.create(owner_kind=owner_kind, owner_ref=owner_ref, name=name, offering=offering)
    record_change(group, old="", new="formed", at=at, actor=by.pk)
    return group


@transaction.atomic
def add_to_group(*, group: ResourceGroup, resource: Resource, by: User, at: dt.datetime) -> ResourceGroup:
    """A resource serves like the others of a group; again it changes nothing."""
    group = lock(group)
    _place, is_new = GroupMember.objects.get_or_create(group=group, resource=resource)
    if is_new:
        record_change(group, old="", new="joined", at=at, actor=by.pk, reason=resource.name)
    return group
