"""A county opens a campaign of a clinic and gives the money; the clinic opens its days at stations."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.codes import free_digits
from core.database.db import lock
from core.days import day_in, instant_of
from core.errors import Refused, refused_by, refuses
from core.history import record_change
from core.money import Money
from health.checkups.models import Campaign, CheckupDay, CheckupPackage
from health.hospitals.models import Hospital
from scheduling.calendars.models import BookingPolicy, Offering, Resource
from scheduling.calendars.services import define_offering, define_policy, open_extra_session, register_resource
from stations.accounts.models import User
from stations.network.models import Station

OWNER_KIND = "health.checkup"
NUMBER_DIGITS = 6
#: Residents come at half-hours, so that nobody waits long.
SLOT_MINUTES = 30


class PackageNotApproved(Refused):
    """A draft, or a package of another country."""

    code = "package_not_approved"
    message = _("This package is not in use here: a doctor approves it first.")


class BudgetTooSmall(Refused):
    """The price is nothing, or the budget does not pay a single check-up."""

    code = "budget_too_small"
    status = 422
    message = _("The budget must pay at least one check-up.")


class CampaignPeriodWrong(Refused):
    """The last day is over, or comes before the first."""

    code = "campaign_period_wrong"
    status = 422
    message = _("The last day is today or later, and not before the first.")


class DayOutsideCampaign(Refused):
    """The day is over, or not between the first and the last day of the campaign."""

    code = "day_outside_campaign"
    status = 422
    message = _("The day must be ahead, and between %(first)s and %(last)s.")


class DayToCome(Refused):
    """Nobody is received before the day."""

    code = "checkup_day_to_come"
    message = _("The check-up day is %(day)s. The resident comes on that day.")


class DayOver(Refused):
    """Nobody is put on the list of a day that is over."""

    code = "checkup_day_over"
    message = _("This check-up day is over. Use a later one.")


class DayTooShort(Refused):
    """The day ends before its first half-hour is over."""

    code = "day_too_short"
    status = 422
    message = _("A check-up day lasts half an hour or longer.")


@refuses(PackageNotApproved, BudgetTooSmall, CampaignPeriodWrong)
@transaction.atomic
def open_campaign(
    *,
    package: CheckupPackage,
    clinic: Hospital,
    name: str,
    from_date: dt.date,
    to_date: dt.date,
    price: Money,
    budget: Money,
    by: User,
    at: dt.datetime,
    laboratory: str = "",
) -> Campaign:
    """Check-ups of a clinic, both days included; the county owes `price` for each that is completed.

    Price and budget are in the currency of the clinic. Whoever opens it gives the money and never examines.
    """
    if package.status != CheckupPackage.Status.ACTIVE or package.country != clinic.division.country:
        raise PackageNotApproved(field="package")
    if price.minor <= 0 or budget.minor < price.minor:
        raise BudgetTooSmall(field="budget")
    if to_date < max(from_date, day_in(clinic.zone, at)):
        raise CampaignPeriodWrong(field="to_date")
    made = Campaign.objects.create(
        number=free_digits(Campaign.objects.all(), "number", digits=NUMBER_DIGITS),
        name=name,
        package=package,
        clinic=clinic,
        laboratory=laboratory,
        from_date=from_date,
        to_date=to_date,
        price_minor=price.minor,
        budget_minor=budget.minor,
        currency=price.currency,
        opened_by=by,
        opened_at=at,
    )
    record_change(made, old="", new="opened", at=at, actor=by.pk)
    return made


@refuses(DayOutsideCampaign, DayTooShort, *refused_by(open_extra_session, register_resource))
@transaction.atomic
def open_checkup_day(
    *,
    campaign: Campaign,
    station: Station,
    day: dt.date,
    starts: dt.time,
    ends: dt.time,
    per_slot: int,
    by: User,
    at: dt.datetime,
) -> CheckupDay:
    """A day at a station, local times of the clinic's zone: each half-hour is for `per_slot` residents.

    The team of the clinic is at one place at a time: `resource_taken`.
    """
    zone = campaign.clinic.zone
    starts_at, ends_at = instant_of(zone, day, starts), instant_of(zone, day, ends)
    if not campaign.from_date <= day <= campaign.to_date or starts_at <= at:
        raise DayOutsideCampaign(field="day", first=campaign.from_date, last=campaign.to_date)
    if ends_at - starts_at < dt.timedelta(minutes=SLOT_MINUTES):
        raise DayTooShort(field="ends")
    session = open_extra_session(
        offering=_offering_of(campaign, by=by, at=at),
        resources=[_team_of(campaign.clinic, by=by, at=at)],
        starts_at=starts_at,
        ends_at=ends_at,
        capacity=per_slot,
        slot_minutes=SLOT_MINUTES,
        by=by,
        at=at,
    )
    made = CheckupDay.objects.create(campaign=campaign, station=station, session=session, local_date=day, opened_by=by)
    record_change(made, old="", new="opened", at=at, actor=by.pk)
    return made


def _offering_of(campaign: Campaign, *, by: User, at: dt.datetime) -> Offering:
    policy = BookingPolicy.objects.filter(code=OWNER_KIND).order_by("-revision").first() or define_policy(
        code=OWNER_KIND,
        opens_days_before=0,
        release_local_time=dt.time(),
        closes_minutes_before=0,
        cancel_minutes_before=0,
        by=by,
        at=at,
    )
    return define_offering(
        owner_kind=OWNER_KIND,
        owner_ref=campaign.number,
        label="Appointment",
        label_zh="预约",
        policy=policy,
        by=by,
        at=at,
    )


def _team_of(clinic: Hospital, *, by: User, at: dt.datetime) -> Resource:
    """The people of a clinic who travel to check-up days: one place at a time."""
    lock(clinic)
    found = Resource.objects.filter(owner_kind=OWNER_KIND, owner_ref=clinic.code).first()
    return found or register_resource(
        kind=Resource.Kind.PRACTITIONER,
        name=clinic.name_zh,
        zone=clinic.zone,
        owner_kind=OWNER_KIND,
        owner_ref=clinic.code,
        by=by,
        at=at,
    )
