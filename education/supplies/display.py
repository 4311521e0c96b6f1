"""How campaigns, kits and hand-overs read on pages."""

from django.utils import timezone
from django.utils.translation import gettext as _

from education.supplies.models import Campaign, Handover, KitCrate, KitEntitlement, KitSettlement
from education.supplies.services.entitling import CONSENT_WITHDRAWN, DIED, ERASED, MERGED

_E = KitEntitlement.Status
COLOURS = {
    _E.PENDING: "wait",
    _E.HELD: "bad",
    _E.APPROVED: "ok",
    _E.HANDED_OVER: "ok",
    _E.RETURNED: "wait",
}


def status_of_campaign(campaign: Campaign) -> tuple[str, str]:
    """The colour of a campaign and what it means today."""
    day = timezone.localdate()
    if day < campaign.starts_date:
        return "info", _("not begun")
    return ("ok", _("running")) if day <= campaign.ends_date else ("info", _("over"))


def status_of_handover(handover: Handover) -> tuple[str, str]:
    """The colour of a hand-over and its word."""
    return ("wait", _("kit returned")) if handover.returned_at else ("ok", _("kit handed over"))


def status_of_entitlement(entitlement: KitEntitlement) -> tuple[str, str]:
    """The colour of an entitlement and its word."""
    return COLOURS.get(_E(entitlement.status), "info"), str(entitlement.get_status_display())


def reason_words(reason: str) -> str:
    """Why an entitlement ended: in words where the system ended it."""
    codes = {
        CONSENT_WITHDRAWN: _("the consent was withdrawn"),
        MERGED: _("two records of one child were joined"),
        DIED: _("the child has died"),
        ERASED: _("the child’s data were erased"),
    }
    return codes.get(reason, reason)


def status_of_crate(crate: KitCrate) -> tuple[str, str]:
    """The colour of a crate and its word."""
    colour = "wait" if crate.status == KitCrate.Status.SENT else "bad" if crate.lost else "ok"
    return colour, str(crate.get_status_display())


def status_of_settlement(settlement: KitSettlement) -> tuple[str, str]:
    """The colour of what was said of a lost kit and its word."""
    kinds = {KitSettlement.Status.PROPOSED: "wait", KitSettlement.Status.CONFIRMED: "ok"}
    colour = kinds.get(KitSettlement.Status(settlement.status), "info")
    return colour, str(settlement.get_status_display())
