"""The verbs of school kits."""

from education.supplies.services.campaigns import (
    AdultsGetNoKits,
    CampaignDates,
    NotEnoughKits,
    StationTakesNoKits,
    open_campaign,
    receive_kit,
    register_kits,
    report_kit_damaged,
    send_kits,
)
from education.supplies.services.handing import (
    AlreadyEntitled,
    CampaignNotRunning,
    KitNotHere,
    NotEligible,
    NotGuardian,
    ReplacedAlready,
    forget_child,
    hand_over_kit,
    return_kit,
    send_kit_code,
)
