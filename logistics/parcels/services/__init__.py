"""The verbs of parcels."""

from logistics.parcels.services.codes import (
    TRIES,
    CodeSentOften,
    NoPhoneForPickup,
    check_pickup_code,
    issue_codes,
    reissue_code,
)
from logistics.parcels.services.collecting import (
    AlreadyCollected,
    BelongsToAnOrder,
    CashFirst,
    ExtendedAlready,
    IdCheck,
    IdCheckIncomplete,
    collect_parcel,
    extend_storage,
    handed_over,
    refuse_parcel,
)
from logistics.parcels.services.hearing import WORD_AND_NOTE, HandOverNotRecorded, hear_carrier
from logistics.parcels.services.in_bulk import ParcelBatch, is_late
from logistics.parcels.services.moving import (
    GoesOutside,
    NoHub,
    NothingToAnnul,
    NotYourScan,
    annul_scan,
    arrive_at_hub,
    can_annul,
    hub_status,
    load_parcel,
    receive_at_station,
)
from logistics.parcels.services.outside import (
    CarrierWord,
    LeftAlready,
    NotAtCentre,
    cancel_parcel,
    examine_contradiction,
    hand_to_carrier,
    record_carrier_scan,
)
from logistics.parcels.services.registering import (
    CashNeedsAnOrder,
    StationNotServed,
    create_parcel,
    create_parcel_back,
    write_cash_due,
)
from logistics.parcels.services.returning import (
    LossForCounty,
    PhotoOfDamage,
    load_back,
    may_be_reported,
    receive_return_leg,
    report_exception,
    return_to_sender,
)
from logistics.parcels.services.scanning import ParcelUnknown, ScanKind, Scanned, ScanOutcome, scan_batch
from logistics.parcels.services.steps import Kind, NotForThisStation, Scan, Step
from logistics.parcels.services.sweeping import forget_person, forget_receivers, mark_uncollected, remind_receivers
