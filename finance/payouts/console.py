"""What payouts show outside their pages: batches and accounts that wait, and what is due to payees."""

import datetime as dt

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.access import may_everywhere
from core.web.console import Console, Figure, Measured, MenuEntry, Need
from core.web.sums import total_of
from finance.payouts.models import PayoutAccount, PayoutBatch
from ledger.models import Account
from stations.accounts.models import User
from stations.accounts.queries import own_logins

APPROVE, EXPORT = "finance.approve_payout_batch", "finance.export_payout_batch"
CONFIRM, BATCHES, OWN = "finance.confirm_payout_account", "payouts:batches", "finance.read_own_earnings"
READ = "finance.read_payout"
_S = PayoutBatch.Status


def _to_approve(*, user: User, at: dt.datetime) -> QuerySet[PayoutBatch]:
    calculated = PayoutBatch.objects.open_to(user, APPROVE).filter(status=_S.CALCULATED)
    return calculated.exclude(Q(created_by__in=own_logins(user)) | Q(calculated_by__in=own_logins(user)))


def _to_send(*, user: User, at: dt.datetime) -> QuerySet[PayoutBatch]:
    return PayoutBatch.objects.open_to(user, EXPORT).filter(status=_S.APPROVED)


def _to_confirm(*, user: User, at: dt.datetime) -> QuerySet[PayoutAccount]:
    waiting = PayoutAccount.objects.open_to(user, CONFIRM).standing().filter(status=PayoutAccount.Status.PENDING)
    return waiting.filter(confirmed_by=None).exclude(Q(set_by__in=own_logins(user)) | Q(user=F("set_by")))


def _due(*, user: User, at: dt.datetime) -> Measured:
    if not may_everywhere(user, READ):
        return Measured("–")
    owed = Account.objects.filter(kind="commission", closed_at=None, credits_posted__gt=F("debits_posted"))
    due = total_of(owed.annotate(owed=F("credits_posted") - F("debits_posted")), field="owed")
    people = ngettext("to %(count)s payee", "to %(count)s payees", due.count) % {"count": f"{due.count:,}"}
    return Measured(due.words, people)


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("money", _("Payouts"), BATCHES, "finance.create_payout_batch"),
            needs=("payouts.approve", "payouts.send"),
        ),
        MenuEntry("money", _("Payees"), "payouts:payees", CONFIRM, needs=("payouts.confirm",)),
        MenuEntry("money", _("My payouts"), "payouts:mine", OWN),
    ],
    needs=[
        Need("payouts.approve", _("Payout batches to approve"), "send", APPROVE, BATCHES, _to_approve, "calculated_at"),
        Need("payouts.send", _("Payout batches to send"), "send", EXPORT, BATCHES, _to_send, "approved_at"),
        Need("payouts.confirm", _("Accounts to confirm"), "card", CONFIRM, "payouts:payees", _to_confirm, "set_at"),
    ],
    figures=[Figure("payouts.due", _("Due to payees"), READ, BATCHES, _due)],
)
