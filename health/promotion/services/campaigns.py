"""A county opens a campaign: one topic in one place, for some weeks; and ends one earlier that was a mistake."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, refuses
from core.history import record_change
from health.promotion.models import PromotionCampaign
from scheduling.violations import refused_as
from stations.accounts.models import User
from stations.places.models import Division

LONGEST_MONTHS = 12


class CampaignOverlaps(Refused):
    """The place has a campaign of this topic at that time."""

    code = "health_campaign_overlaps"
    message = _("This place has a campaign of the same topic at that time.")


class CampaignDatesWrong(Refused):
    """It ends before it begins, or lasts for more than a year."""

    code = "health_campaign_dates_wrong"
    status = 422
    message = _("The last day is no earlier than the first, and within %(months)s months.")


_OVERLAPS: dict[str, type[Refused]] = {"place_has_one_health_campaign_of_a_topic_at_a_time": CampaignOverlaps}


@refuses(CampaignOverlaps, CampaignDatesWrong)
@transaction.atomic
def open_campaign(
    *,
    division: Division,
    name: str,
    topic: str,
    from_date: dt.date,
    to_date: dt.date,
    goal_people: int,
    by: User,
    at: dt.datetime,
) -> PromotionCampaign:
    """Stations of the place are asked to show the topic; what they record of it from the first day on counts."""
    _check_days(from_date, to_date)
    with refused_as(_OVERLAPS):
        made = PromotionCampaign.objects.create(
            division=division,
            name=name,
            topic=topic,
            from_date=from_date,
            to_date=to_date,
            goal_people=goal_people,
            opened_by=by,
            opened_at=at,
        )
    record_change(made, old="", new="opened", at=at, actor=by.pk)
    return made


@refuses(CampaignOverlaps, CampaignDatesWrong)
@transaction.atomic
def change_campaign(
    *, campaign: PromotionCampaign, name: str, to_date: dt.date, goal_people: int, by: User, at: dt.datetime
) -> PromotionCampaign:
    """Give it another name, last day or goal; topic, place and first day stay, and so does what it has counted."""
    campaign = lock(campaign)
    _check_days(campaign.from_date, to_date)
    campaign.name, campaign.to_date, campaign.goal_people = name, to_date, goal_people
    with refused_as(_OVERLAPS):
        campaign.save(update_fields=["name", "to_date", "goal_people", "updated_at"])
    record_change(campaign, old="opened", new="changed", at=at, actor=by.pk, reason=to_date.isoformat())
    return campaign


def _check_days(from_date: dt.date, to_date: dt.date) -> None:
    months = 12 * (to_date.year - from_date.year) + to_date.month - from_date.month
    if to_date < from_date or (months, to_date.day) > (LONGEST_MONTHS, from_date.day):
        raise CampaignDatesWrong(field="to_date", months=LONGEST_MONTHS)
