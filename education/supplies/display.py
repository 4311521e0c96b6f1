"""How campaigns, kits and hand-overs read on pages."""

from django.utils import timezone
from django.utils.translation import gettext as _

from education.supplies.models import Campaign, Handover


def status_of_campaign(campaign: Campaign) -> tuple[str, str]:
    """The colour of a campaign and what it means today."""
    day = timezone.localdate()
    if day < campaign.starts_date:
        return "info", _("not begun")
    return ("ok", _("running")) if day <= campaign.ends_date else ("info", _("over"))


def status_of_handover(handover: Handover) -> tuple[str, str]:
    """The colour of a hand-over and its word."""
    return ("wait", _("kit returned")) if handover.returned_at else ("ok", _("kit handed over"))
