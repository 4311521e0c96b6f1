"""The verbs of produce."""

from orders.produce.services.advances import (
    AdvancePaid,
    AdvanceTooLarge,
    FarmerGone,
    NothingToAdvance,
    most_in_advance,
    pay_advance,
    send_advance_code,
)
from orders.produce.services.agreeing import (
    FarmerHasNoPhone,
    NothingTaken,
    SlipWitnessMissing,
    accept_by_code,
    accept_signed,
    ask_farmer,
)
from orders.produce.services.claims import (
    ClaimTooLarge,
    ClaimTooLate,
    NoClaimOfPresale,
    accept_claim,
    raise_claim,
    reject_claim,
)
from orders.produce.services.correcting import InALot, correct_intake
from orders.produce.services.grading import (
    GradesDoNotAddUp,
    NoGradeSheet,
    NothingWeighed,
    NoticeUnfit,
    SameGrader,
    dispute_intake,
    grade_intake,
    photograph_intake,
    regrade_intake,
    reject_intake,
    weigh_intake,
)
from orders.produce.services.harvests import (
    HarvestInThePast,
    announce_harvest,
    cancel_harvest,
    close_harvests,
    confirm_harvest,
    remind_farmers,
)
from orders.produce.services.holding import hold_lot, recall_lot, release_lot
from orders.produce.services.lots import (
    LotEmpty,
    LotSetAside,
    LotTooSmall,
    NothingToAdd,
    close_lot,
    fill_lot,
    open_lot,
    split_lot,
)
from orders.produce.services.selling import (
    BuyerUnfit,
    NoDeductionPlan,
    PriceBelowDeductions,
    deliver_lot,
    dispatch_lot,
    sell_lot,
)
from orders.produce.services.settling import (
    SettlementStillFails,
    retry_settlement,
    schedule_settlements,
    settle_lots,
)
