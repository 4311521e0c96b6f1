"""Whether a child may have a kit: the campaign, its rule, the guardian's consent, and no second kit."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, refused_by, refuses
from education.safeguarding.purposes import SCHOOL_SUPPLIES
from education.safeguarding.services import ConsentMissing, NotAChild, require_consent
from education.supplies.models import Campaign
from education.supplies.queries import handovers_of, why_not_for
from stations.people.history import purpose_words
from stations.people.models import Consent, Person

WHY = {
    "county": _("the campaign is for another county"),
    "birth_date": _("the birth date is not recorded"),
    "age": _("the campaign is for other ages"),
    "left_behind": _("the campaign is for children whose parents work away, and the child’s file does not say so"),
}


class CampaignNotRunning(Refused):
    """The campaign has not begun or is over."""

    code = "campaign_not_open"
    message = _("Kits of this campaign are handed over from %(since)s to %(until)s.")


class NotEligible(Refused):
    """The rule of the campaign leaves the child out."""

    code = "not_eligible"
    status = 422
    message = _("This child gets no kit: %(why)s.")


class AlreadyEntitled(Refused):
    """The child, or a record of the same name and birth date, has a kit of this campaign or is to have one."""

    code = "already_entitled"
    message = _("This child has a kit of this campaign already, or is to have one.")


class ReplacedAlready(Refused):
    """A kit that came back is replaced once."""

    code = "kit_replaced_already"
    message = _("This child’s kit was replaced already. A kit is replaced once in a campaign.")


@refuses(NotEligible, NotAChild, *refused_by(require_consent))
def require_eligible(campaign: Campaign, child: Person, *, at: dt.datetime) -> Consent:
    """The guardian's consent for a child whom the campaign is for, held until the transaction ends.

    Who withdraws it meanwhile comes after. Raises `NotEligible`, `ConsentMissing` (403), `NotAChild`.
    """
    if why := why_not_for(campaign, child):
        raise NotEligible(why=str(WHY[why]))
    day = day_in(child.home_station.zone, at)
    consent = require_consent(child=child, purpose=SCHOOL_SUPPLIES, on_date=day)
    if consent is None:
        raise NotAChild
    if lock(consent).withdrawn_at:
        raise ConsentMissing(purpose=str(purpose_words(SCHOOL_SUPPLIES)), day=day)
    return consent


@refuses(AlreadyEntitled, ReplacedAlready)
def require_no_kit(campaign: Campaign, child: Person) -> bool:
    """Whether this would be the first kit of a child, not the one instead of it."""
    before = list(handovers_of(campaign, child))
    if any(each.returned_at is None for each in before):
        raise AlreadyEntitled
    if len(before) > 1:
        raise ReplacedAlready
    return not before
