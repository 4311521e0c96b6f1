"""An approved claim whose account proved wrong is paid to another one, which the station asks the family for."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, WrongState, refuses
from core.history import record_change
from finance.insurance import account_numbers
from finance.insurance.machine import CLAIM
from finance.insurance.models import Appeal, Claim, ClaimAccount, ClaimDecision, ClaimPayment
from finance.insurance.services.checking import SHARED_BY, households_of_account, works_at_a_station
from finance.insurance.services.filing import HolderNameDiffers, PayeeUnfit, PayTo, refuse_payee
from finance.ties import is_tied
from stations.accounts.models import User
from stations.people.queries import standing_record

_P = ClaimPayment.Status
#: In the history of a claim.
ACCOUNT_CORRECTED = "account_corrected"


class AccountStands(Refused):
    """What was decided is paid where it was decided to be paid, unless that cannot be."""

    code = "claim_account_stands"
    message = _("This account is in order. It is changed only after the bank could not pay to it.")


class AccountFailed(Refused):
    """The bank has not paid to this very account."""

    code = "claim_account_failed"
    status = 422
    message = _("This is the account to which the bank could not pay. Ask the family for another one.")


class AccountOfOthers(Refused):
    """Claims of many households are paid to one account: nobody visits any more who would find out why."""

    code = "claim_account_of_others"
    status = 422
    message = _("Other families' claims are paid to this account, too. Ask for an account of the family's own.")


class PayeeTooClose(Refused):
    """The payee works at a station, or stands close to who decided the claim."""

    code = "payee_too_close"
    status = 422
    message = _("This person works here, or is close to who decided the claim. Choose another member of the family.")


@refuses(WrongState, AccountStands, AccountFailed, AccountOfOthers, PayeeUnfit, PayeeTooClose, HolderNameDiffers)
@transaction.atomic
def correct_claim_account(*, claim: Claim, pay_to: PayTo, by: User, at: dt.datetime) -> Claim:
    """Write another account of the family down: after the bank has not paid to the one before, after its number was
    destroyed, or after who was to be paid has died. What was approved stays; another person sends it.
    """
    claim = lock(claim)
    CLAIM.check("correct_claim_account", claim.status)
    if not needs_another_account(claim):
        raise AccountStands
    refuse_payee(pay_to, claim.policy, day_in(claim.station.zone, at))
    if _is_the_same(claim, pay_to):
        raise AccountFailed(field="account_no")
    _refuse_close(claim, pay_to, at=at)
    account_numbers.store(
        claim,
        bank_code=pay_to.bank_code,
        account_no=pay_to.account_no,
        holder_name=pay_to.holder_name,
        corrected_by=by,
    )
    if households_of_account(claim, at) >= SHARED_BY:
        raise AccountOfOthers(field="account_no")
    claim.payee = pay_to.payee
    claim.save(update_fields=["payee", "updated_at"])
    record_change(claim, old=claim.status, new=claim.status, at=at, actor=by.pk, reason=ACCOUNT_CORRECTED)
    return claim


def needs_another_account(claim: Claim) -> bool:
    """Whether an approved claim cannot be paid to the account that it names."""
    tried = claim.payments.order_by("-pk").first()
    is_refused = tried is not None and tried.status in (_P.FAILED, _P.RETURNED)
    return is_refused or has_died(claim) or not _is_known(claim)


def has_died(claim: Claim) -> bool:
    """Whether the one who was to be paid has died, under whichever record."""
    return standing_record(claim.payee).died_date is not None


def _is_known(claim: Claim) -> bool:
    return ClaimAccount.objects.filter(claim=claim, data_key__isnull=False).exists()


def _is_the_same(claim: Claim, pay_to: PayTo) -> bool:
    account = ClaimAccount.objects.select_related("data_key").filter(claim=claim, data_key__isnull=False).first()
    if account is None:
        return False
    return (account.bank_code, account_numbers.number_of(account)) == (pay_to.bank_code, pay_to.account_no)


@refuses(PayeeTooClose)
def _refuse_close(claim: Claim, pay_to: PayTo, *, at: dt.datetime) -> None:
    """The checks of a claim looked at the payee before: another one is looked at here."""
    payee = pay_to.payee
    if payee == standing_record(claim.payee):
        return
    visited = claim.decisions.filter(step=ClaimDecision.Step.VISITED).values("by")
    judged = Appeal.objects.filter(claim=claim.restores_id).values("judge")
    of_claim = Q(pk__in=[claim.assessor_id, claim.decider_id])
    decided = User.objects.filter(of_claim | Q(pk__in=visited) | Q(pk__in=judged))
    if works_at_a_station(payee.pk, at) or any(is_tied(officer, payee.pk) for officer in decided):
        raise PayeeTooClose(field="payee")
