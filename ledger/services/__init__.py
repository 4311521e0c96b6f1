"""Moving money: the only functions that do.

Each money operation is one call of `ledger_post` (migration 0003): one statement, whole or not at all, which leaves the
caller's transaction usable when it refuses. Money and its cause belong into one transaction, so call these inside
yours, and last: the accounts stay locked until it ends.
"""

from ledger.services.accounts import book_of, close_account, open_account, roll_up
from ledger.services.days import DaysStayClosed, close_days_before, make_partitions
from ledger.services.findings import FindingAlreadyCleared, clear_finding
from ledger.services.giving_back import refund, refund_transfer, reversal, reverse_transfer
from ledger.services.holds import expire_hold, hold, post_hold, resolution, void_hold
from ledger.services.posting import SYSTEM, Group, Leg, MadeBy, post_groups, post_transfers
from ledger.services.refusals import (
    AccountClosed,
    AccountNeverCloses,
    AccountNotEmpty,
    AlreadyRefunded,
    AlreadyReversed,
    BusinessDateClosed,
    ClockDiffers,
    EventAlreadyPosted,
    HoldDiffers,
    HoldExpired,
    HoldNotExpired,
    HoldResolved,
    HoldUnknown,
    NotEnough,
    RefundTooLarge,
    ReversalDiffers,
    TransferDiffers,
    TransferNotReversible,
)
