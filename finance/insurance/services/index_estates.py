"""A payout of somebody who has died, where nobody of the family can be paid: it goes to the heir, or back to the payer.

One person says so by a paper (a notary's certificate of inheritance, a judgment); another confirms it.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words
from finance.insurance.machine import PAYOUT
from finance.insurance.models import IndexPayout
from finance.insurance.queries import payees_of, person_with_number
from finance.insurance.services.valuing import give_back_payout_counters
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_S = IndexPayout.Status


class PayeeLives(Refused):
    """The insured, a guardian or the head of the household comes before any heir."""

    code = "payee_lives"
    message = _("A member of the family can be paid: record their bank account.")


class HeirUnknown(Refused):
    """An heir is a registered resident who lives."""

    code = "heir_unknown"
    status = 422
    message = _("No resident has this number. Register the heir first.")


@refuses(WrongState, SamePerson, PayeeLives, HeirUnknown)
@needs_words("paper")
@transaction.atomic
def name_heir(*, payout: IndexPayout, id_number: str, paper: str, by: User, at: dt.datetime) -> IndexPayout:
    """Say who inherits a payout, by the number of the identity card and a paper; nobody names themselves."""
    payout = _without_payee(payout, "name_heir", at=at)
    heir = person_with_number(id_number)
    if heir is None:
        raise HeirUnknown(field="id_number")
    require_two_persons(by, heir.pk)
    payout.heir, payout.paper, payout.asked_by, payout.answered_by = heir, paper, by, None
    return _move(payout, _S.HEIR_NAMED, by=by, at=at, reason=paper)


@refuses(WrongState, PayeeLives)
@needs_words("paper")
@transaction.atomic
def ask_to_return_payout(*, payout: IndexPayout, paper: str, by: User, at: dt.datetime) -> IndexPayout:
    """Say that nobody inherits a payout, and by which paper: it shall stay with whoever bears the claims."""
    payout = _without_payee(payout, "ask_to_return_payout", at=at)
    payout.heir, payout.paper, payout.asked_by, payout.answered_by = None, paper, by, None
    return _move(payout, _S.NO_HEIR, by=by, at=at, reason=paper)


@refuses(WrongState, SamePerson)
@transaction.atomic
def confirm_heir(*, payout: IndexPayout, by: User, at: dt.datetime) -> IndexPayout:
    """Confirm an heir, by another person: the station records the heir's bank account, and the payout goes there."""
    payout = lock(payout)
    PAYOUT.check("confirm_heir", payout.status)
    require_two_persons(by, payout.asked_by_id, payout.heir_id)
    payout.answered_by = by
    return _move(payout, _S.ACCOUNT_MISSING, by=by, at=at)


@refuses(WrongState, SamePerson)
@transaction.atomic
def return_payout(*, payout: IndexPayout, by: User, at: dt.datetime) -> IndexPayout:
    """Confirm that nobody inherits a payout, by another person: the payer keeps the money, the ceilings their use."""
    payout = lock(payout)
    PAYOUT.check("return_payout", payout.status)
    require_two_persons(by, payout.asked_by_id)
    give_back_payout_counters(payout)
    payout.answered_by = by
    return _move(payout, _S.RETURNED, by=by, at=at)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def decline_estate(*, payout: IndexPayout, reason: str, by: User, at: dt.datetime) -> IndexPayout:
    """Do not confirm what was said of an estate; it is said anew."""
    payout = lock(payout)
    PAYOUT.check("decline_estate", payout.status)
    payout.heir, payout.paper, payout.asked_by = None, "", None
    return _move(payout, _S.ACCOUNT_MISSING, by=by, at=at, reason=reason)


@refuses(PayeeLives)
def _without_payee(payout: IndexPayout, verb: str, *, at: dt.datetime) -> IndexPayout:
    """The payout, held, of whose family nobody who lives can be paid.

    Heirs come after the family, each of one payout: an heir of another one is none of this, and one who was named by
    mistake, or does not accept it, is named anew.
    """
    payout = lock(payout)
    PAYOUT.check(verb, payout.status)
    if payees_of(payout.policy, day_in(payout.policy.station.zone, at)):
        raise PayeeLives
    return payout


def _move(payout: IndexPayout, status: str, *, by: User, at: dt.datetime, reason: str = "") -> IndexPayout:
    before, payout.status = payout.status, status
    payout.save(update_fields=["status", "heir", "paper", "asked_by", "answered_by", "updated_at"])
    record_change(payout, old=before, new=status, at=at, actor=by.pk, reason=reason[:200])
    return payout
