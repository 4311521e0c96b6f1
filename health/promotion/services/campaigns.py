"""A county opens a campaign: one topic in one place, for some weeks."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.days import months_later
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
    if not from_date <= to_date <= months_later(from_date, LONGEST_MONTHS):
        raise CampaignDatesWrong(field="to_date", months=LONGEST_MONTHS)
    with refused_as({"place_has_one_health_campaign_of_a_topic_at_a_time": CampaignOverlaps}):
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
