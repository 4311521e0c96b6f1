"""What the ledger refuses, by the codes in which `ledger_post` and `ledger_close_account` say it."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class NotEnough(Refused):
    """The account would pay out more than came in (L6). `kind` says what kind of account it is."""

    code = "not_enough"
    message = _("There is not enough money on %(account)s.")


class AccountClosed(Refused):
    """A closed account takes nothing new (L10)."""

    code = "account_closed"
    message = _("Account %(account)s is closed.")


class AccountNotEmpty(Refused):
    """An account closes only when nothing is left on it (L10)."""

    code = "account_not_empty"
    message = _("Account %(account)s still has a balance.")


class AccountNeverCloses(Refused):
    """Accounts of payees stay open for ever (L10)."""

    code = "account_never_closes"
    message = _("Account %(account)s belongs to a payee and never closes.")


class TransferDiffers(Refused):
    """The same id came with another content (L9)."""

    code = "transfer_differs"
    status = 422
    message = _("This posting was already made with different content. Nothing was posted.")


class EventAlreadyPosted(Refused):
    """This leg of the event was posted under another id (L11)."""

    code = "event_already_posted"
    message = _("This was already posted.")


class HoldUnknown(Refused):
    """No hold has this id."""

    code = "hold_unknown"
    message = _("There is no such hold.")


class HoldResolved(Refused):
    """The hold was already posted, voided or expired (L7)."""

    code = "hold_resolved"
    message = _("This hold has already ended.")


class HoldDiffers(Refused):
    """More than was held, or other accounts or another currency (L7)."""

    code = "hold_differs"
    status = 422
    message = _("This does not match what was held.")


class HoldExpired(Refused):
    """A hold is not posted at or after its end (L7)."""

    code = "hold_expired"
    message = _("The time for this has expired.")


class HoldNotExpired(Refused):
    """A hold without an end, or before it, does not expire."""

    code = "hold_not_expired"
    message = _("The time for this has not expired yet.")


class AlreadyReversed(Refused):
    """A transfer is reversed at most once, and not given back in parts afterwards (L8)."""

    code = "already_reversed"
    message = _("This was already reversed.")


class AlreadyRefunded(Refused):
    """A transfer of which parts were given back is not reversed as a whole (L8)."""

    code = "already_refunded"
    message = _("Part of this was already refunded, so it cannot be reversed in full.")


class RefundTooLarge(Refused):
    """Parts given back never exceed the transfer (L8)."""

    code = "refund_too_large"
    status = 422
    message = _("You cannot refund more than was paid.")


class TransferNotReversible(Refused):
    """Only money that has moved can be taken back, and a taking back cannot."""

    code = "transfer_not_reversible"
    message = _("This cannot be reversed.")


class ReversalDiffers(Refused):
    """A reversal has the same accounts, the other way round, and the same amount."""

    code = "reversal_differs"
    status = 422
    message = _("This does not match what is reversed.")


class BusinessDateClosed(Refused):
    """The book is closed for this date; a correction belongs into the open period (L12)."""

    code = "business_date_closed"
    status = 422
    message = _("The books are closed for this day. The first open day is %(first_open_date)s.")


class ClockDiffers(Refused):
    """The recording time is not the database's: only the owner's role writes history."""

    code = "clock_differs"
    status = 422
    message = _("The time of this posting does not match the time of the books.")


REFUSALS: dict[str, type[Refused]] = {
    refusal.code: refusal
    for refusal in (
        NotEnough,
        AccountClosed,
        AccountNotEmpty,
        AccountNeverCloses,
        TransferDiffers,
        EventAlreadyPosted,
        HoldUnknown,
        HoldResolved,
        HoldDiffers,
        HoldExpired,
        HoldNotExpired,
        AlreadyReversed,
        AlreadyRefunded,
        RefundTooLarge,
        TransferNotReversible,
        ReversalDiffers,
        BusinessDateClosed,
        ClockDiffers,
    )
}
