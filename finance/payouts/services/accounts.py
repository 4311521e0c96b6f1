"""Where payees are paid: said by the payee or by finance, usable after a waiting time, stopped when it is odd."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.crypto import new_data_key
from core.database.db import lock, lock_all
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.language.text import fold
from core.notices.services import notify
from finance.payouts import account_numbers
from finance.payouts.machine import ACCOUNT
from finance.payouts.models import PayoutAccount, PayoutAccountKey
from stations.accounts.models import Post, User
from stations.network.models import Station
from stations.people.models import Person
from stations.recruitment.models import Contract
from stations.two_persons import require_two_persons

#: For so long after a change nothing is paid to it: the one who stole a phone is found out before the money is gone.
WAITS = dt.timedelta(days=3)
SWEEP = 500
#: What stands in place of a holder's name.
NOBODY = "–"
TAIL = 4

_A = PayoutAccount.Status


class NameDiffers(Refused):
    """Money goes to an account of the payee, and of nobody else."""

    code = "name_differs"
    status = 422
    message = _("The account must be in the payee's own name: %(name)s.")


class PayoutStationUnfit(Refused):
    """Who works at a station is paid in cash at another one, or by bank."""

    code = "payout_station_unfit"
    status = 422
    message = _("You work at this station. Choose another one, or a bank account.")


class NoFloatThere(Refused):
    """Only the partner of a station has a float there."""

    code = "no_float_there"
    status = 422
    message = _("Only a partner with an active contract has a float at this station.")


class PersonUnknown(Refused):
    """Cash is handed over against a code or a document of a registered person."""

    code = "person_unknown"
    status = 422
    message = _("Cash is only for payees who are registered as a person. Choose a bank account.")


class SameAccount(Refused):
    """Nothing would change, and the waiting time would begin again."""

    code = "same_account"
    message = _("You are already paid there.")


@dataclass(frozen=True, slots=True)
class BankDetails:
    """A bank account as it is typed; the number is encrypted at once."""

    bank_code: str
    account_no: str
    holder_name: str


@refuses(NameDiffers)
@transaction.atomic
def set_bank_account(
    *, payee: str, user: User | None, details: BankDetails, by: User, at: dt.datetime
) -> PayoutAccount:
    """Pay this payee to a bank account from three days on. `user` is None where the payee is no person. An account
    that finance enters is used once another person has confirmed it.
    """
    if user is not None and fold(details.holder_name) not in _names_of(user):
        raise NameDiffers(field="holder_name", name=user.shown_name)
    key = new_data_key()
    cipher, key_no = account_numbers.seal(key, details.account_no)
    account = _replace(
        PayoutAccount(
            payee=payee,
            user=user,
            kind=PayoutAccount.Kind.BANK,
            bank_code=details.bank_code,
            holder_name=details.holder_name,
            account_cipher=cipher,
            account_key_no=key_no,
            account_tail=details.account_no[-TAIL:],
        ),
        by=by,
        at=at,
    )
    PayoutAccountKey.objects.create(account=account, key=key)
    return account


@transaction.atomic
def forget_accounts(*, person: UUID, at: dt.datetime) -> int:
    """Destroy the keys of a forgotten person's bank accounts, whichever login they had; how many.

    What was paid stays, as the law asks: sum, day, bank and the end of the number. Nothing is paid there again.
    """
    people = Person.objects.of_people(person)
    as_borrowers = [f"person-{pk.hex}" for pk in people.values_list("pk", flat=True)]
    accounts = PayoutAccount.objects.filter(Q(user__person__in=people) | Q(payee__in=as_borrowers))
    rows = lock_all(accounts)
    accounts.filter(replaced_at=None).update(replaced_at=at)
    accounts.exclude(holder_name="").update(holder_name=NOBODY)
    destroyed, _tables = PayoutAccountKey.objects.filter(account__in=rows).delete()
    return destroyed


@refuses(PersonUnknown, PayoutStationUnfit, SameAccount)
@transaction.atomic
def set_cash_at_station(*, user: User, station: Station, by: User, at: dt.datetime) -> PayoutAccount:
    """Pay this person in cash at a station."""
    if user.person_id is None:
        raise PersonUnknown(field="kind")
    if Post.objects.live(at).filter(user=user, station=station).exists():
        raise PayoutStationUnfit(field="station")
    return _at_station(PayoutAccount.Kind.CASH_AT_STATION, user, station, by=by, at=at)


@refuses(NoFloatThere, SameAccount)
@transaction.atomic
def set_own_float(*, user: User, station: Station, by: User, at: dt.datetime) -> PayoutAccount:
    """Pay a partner into the float of the station."""
    if not runs(user, station):
        raise NoFloatThere(field="station")
    return _at_station(PayoutAccount.Kind.FLOAT, user, station, by=by, at=at)


@refuses(WrongState, SamePerson)
@transaction.atomic
def confirm_payout_account(*, account: PayoutAccount, by: User, at: dt.datetime) -> PayoutAccount:
    """Say that an account which finance has entered is the payee's."""
    account = lock(account)
    ACCOUNT.check("confirm_payout_account", account.status)
    require_two_persons(by, account.set_by_id)
    account.confirmed_by = by
    account.save(update_fields=["confirmed_by", "updated_at"])
    record_change(account, old=account.status, new=account.status, at=at, actor=by.pk, reason="confirmed")
    return activate_payout_account(account=account, at=at)


@refuses(WrongState)
@transaction.atomic
def activate_payout_account(*, account: PayoutAccount, at: dt.datetime) -> PayoutAccount:
    """Use an account whose waiting time is over and whose owner is known; otherwise it goes on waiting."""
    account = lock(account)
    ACCOUNT.check("activate_payout_account", account.status)
    is_known = account.user_id == account.set_by_id or account.confirmed_by_id is not None
    if at >= account.usable_from and is_known and account.replaced_at is None:
        _move(account, _A.ACTIVE, at=at)
    return account


@refuses(WrongState)
@transaction.atomic
def activate_accounts(*, at: dt.datetime) -> int:
    """Use every account whose waiting time is over; how many were looked at."""
    due = PayoutAccount.objects.standing().filter(status=_A.PENDING, usable_from__lte=at)
    known = due.filter(user=F("set_by")) | due.filter(confirmed_by__isnull=False)
    rows = list(known.order_by("pk").select_for_update(of=("self",), no_key=True, skip_locked=True)[:SWEEP])
    for account in rows:
        activate_payout_account(account=account, at=at)
    return len(rows)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def restrict_payout_account(*, account: PayoutAccount, reason: str, by: User | None, at: dt.datetime) -> PayoutAccount:
    """Pay nothing there for now, and tell the payee; `by` is None when the bank said so."""
    account = lock(account)
    ACCOUNT.check("restrict_payout_account", account.status)
    _move(account, _A.RESTRICTED, at=at, by=by, reason=reason)
    tell_payee(
        account,
        template="payout_account_stopped",
        params=lambda language: {},
        dedupe_key=f"payout_account_stopped:{account.pk}:{at:%Y-%m-%d}",
        at=at,
    )
    return account


@refuses(WrongState)
@transaction.atomic
def release_payout_account(*, account: PayoutAccount, by: User, at: dt.datetime) -> PayoutAccount:
    """Use a stopped account again."""
    account = lock(account)
    ACCOUNT.check("release_payout_account", account.status)
    account.reason = ""
    _move(account, _A.PENDING, at=at, by=by)
    return activate_payout_account(account=account, at=at)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def reject_payout_account(*, account: PayoutAccount, reason: str, by: User, at: dt.datetime) -> PayoutAccount:
    """Never pay there."""
    account = lock(account)
    ACCOUNT.check("reject_payout_account", account.status)
    return _move(account, _A.REJECTED, at=at, by=by, reason=reason)


def tell_payee(account: PayoutAccount, *, template: str, params: Any, dedupe_key: str, at: dt.datetime) -> None:
    """A notice for a payee who is a person; `params` makes them in a language."""
    user = account.user
    if user is None:
        return
    notify(
        template=template,
        params=params(user.language),
        language=user.language,
        user=user,
        link="/finance/payouts/mine/",
        dedupe_key=dedupe_key,
        at=at,
    )


def runs(user: User, station: Station) -> bool:
    """Whether this person is the partner of the station now."""
    contracts = Contract.objects.running().filter(station=station, kind=Contract.Kind.PARTNER, user=user)
    return contracts.exists()


def _names_of(user: User) -> set[str]:
    names = {fold(user.shown_name)}
    return names | {fold(user.person.full_name)} if user.person else names


def _at_station(kind: str, user: User, station: Station, *, by: User, at: dt.datetime) -> PayoutAccount:
    if PayoutAccount.objects.standing().filter(payee=user.pk.hex, kind=kind, station=station).exists():
        raise SameAccount
    return _replace(PayoutAccount(payee=user.pk.hex, user=user, kind=kind, station=station), by=by, at=at)


def _replace(account: PayoutAccount, *, by: User, at: dt.datetime) -> PayoutAccount:
    """A change is a new row; the one before is closed, and whatever was calculated for it drops out of its batch."""
    _take_turn(account.payee)
    for before in PayoutAccount.objects.standing().filter(payee=account.payee).select_for_update(no_key=True):
        before.replaced_at = at
        before.save(update_fields=["replaced_at", "updated_at"])
    account.set_by, account.set_at, account.usable_from = by, at, at + WAITS
    account.save(force_insert=True)
    record_change(account, old="", new=account.status, at=at, actor=by.pk)
    tell_payee(
        account,
        template="payout_account_set",
        params=lambda language: {"date": day_in(_zone_of(account), account.usable_from)},
        dedupe_key=f"payout_account_set:{account.pk}",
        at=at,
    )
    return account


def _take_turn(payee: str) -> None:
    """One change of a payee at a time, also the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 3))", [f"payout account {payee}"])


def _zone_of(account: PayoutAccount) -> str:
    return account.station.zone if account.station else settings.ECOMNET_ZONE


def _move(
    account: PayoutAccount, status: str, *, at: dt.datetime, by: User | None = None, reason: str = ""
) -> PayoutAccount:
    before, account.status = account.status, status
    account.reason = reason or account.reason
    account.save(update_fields=["status", "reason", "updated_at"])
    record_change(account, old=before, new=status, at=at, actor=by.pk if by else None, reason=reason)
    return account
