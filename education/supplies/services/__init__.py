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
from education.supplies.services.crates import NotInCrate, close_crate, count_crate_kit, send_crate
from education.supplies.services.eligibility import (
    AlreadyEntitled,
    CampaignNotRunning,
    NotEligible,
    ReplacedAlready,
)
from education.supplies.services.entitling import (
    approve_entitlement,
    cancel_entitlement,
    end_entitlements,
    end_entitlements_of_the_dead,
    end_second_entitlements,
    expire_entitlements,
    forget_entitlements,
    propose_entitlement,
    refuse_entitlement,
)
from education.supplies.services.handing import (
    KitNotHere,
    NotEntitled,
    NotGuardian,
    forget_child,
    hand_over_kit,
    return_kit,
    send_kit_code,
)
from education.supplies.services.second_handovers import HandedOverBefore, NotContested, settle_second_handovers
from education.supplies.services.settling import (
    SettlementWaits,
    confirm_kit_settlement,
    propose_kit_settlement,
    refuse_kit_settlement,
)
