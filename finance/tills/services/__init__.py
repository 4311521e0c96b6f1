"""The verbs of the drawer: days and counts, custody, differences, cash on its way, losses, clocks."""

from finance.tills.services.cash_days import (
    CASH_DAY,
    CashDayOpenElsewhere,
    DayAlreadyClosed,
    OpeningDiffers,
    PreviousDayNotClosed,
    close_cash_day,
    count_cash,
    hand_over_till,
    open_as_left,
    open_cash_day,
    resume_day,
)
from finance.tills.services.cash_dues import age_cash
from finance.tills.services.cash_watches import (
    FilingNumberAwaited,
    ReportAlreadyFiled,
    enter_cash_report,
    file_cash_report,
    note_cash,
)
from finance.tills.services.counting import CountStale, NotANote
from finance.tills.services.custody import CUSTODY, NotOfThisStation
from finance.tills.services.disputes import (
    AlreadyInvolved,
    DisputePeriodOver,
    Outcome,
    decide_dispute,
    dispute_variance,
)
from finance.tills.services.drawers import NotYourDrawer, refuse_foreign_drawer
from finance.tills.services.evidence import FileNotYours, own_files
from finance.tills.services.late_cash import take_late_cash
from finance.tills.services.loss_cases import (
    LOSS_CASE,
    InsurerPaysTooMuch,
    NothingLost,
    RemittanceMissing,
    close_loss,
    report_loss,
    take_insurance,
)
from finance.tills.services.over_shorts import (
    OVER_SHORT,
    DevicesWaiting,
    ExplanationAwaited,
    NotChargeable,
    NoticeTooShort,
    NotTheHolder,
    NotTooMuch,
    OwnerDiffers,
    OwnerMissing,
    absorb_variance,
    charge_variance,
    explain_variance,
    propose_charge,
    return_variance,
)
from finance.tills.services.receiving import (
    AwaitsBankLine,
    BankLineUnfitForSlip,
    NotTheReceiver,
    match_remittance,
    match_slip_by_reference,
    receive_remittance,
)
from finance.tills.services.reminders import remind_close
from finance.tills.services.remittances import (
    REMITTANCE,
    CarrierMissing,
    CentreKeepsItsOwn,
    NoCentre,
    NothingToBring,
    NotTheCarrier,
    SlipMissing,
    TillTooSmallToBring,
    cancel_remittance,
    declare_remittance,
    hand_over_cash,
)
from finance.tills.services.turns import CashDayNotOpen, take_essential_turn, take_turn
