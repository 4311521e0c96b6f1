"""Reminding a household of a bill that was fetched and not paid: by its wish, with the consent of its head."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.database.db import present
from core.days import instant_of
from core.errors import Refused
from core.history import record_change
from core.language import formatting
from core.notices.services import notify
from core.notices.templates import in_each_language
from finance.bills.models import BillAccount, BillFetch, BillPayment
from finance.bills.parameters import fingerprint
from stations.accounts.models import User
from stations.models import Consent

#: So many days before a bill is due its household is told, once each.
DAYS_BEFORE = (3, 1)
CONSENT = "sms_notice"


class NoReminderRecipient(Refused):
    """A message needs a household, a confirmed phone of its head, and his consent to messages."""

    code = "no_reminder_recipient"
    status = 422
    message = _("The head of household must first confirm a phone and agree to messages.")


@dataclass(frozen=True, slots=True)
class Due:
    """A bill that nobody has begun to pay, the account it is of, and how many days are left."""

    fetch: BillFetch
    account: BillAccount
    days: int


@transaction.atomic
def remind_bill(*, fetch: BillFetch, by: User, at: dt.datetime) -> BillAccount:
    """From now on remind this household before a bill of this account is due. Refused: `no_reminder_recipient`."""
    if fetch.household is None or not _reachable([fetch.household.head_id]):
        raise NoReminderRecipient
    return _mark(fetch, remind=True, by=by, at=at)


@transaction.atomic
def stop_reminding(*, fetch: BillFetch, by: User, at: dt.datetime) -> BillAccount:
    """Remind nobody of bills of this account any more. Refused: `no_reminder_recipient`."""
    if fetch.household is None:
        raise NoReminderRecipient
    return _mark(fetch, remind=False, by=by, at=at)


@transaction.atomic
def remind_due(*, county: str, zone: str, date: dt.date, at: dt.datetime) -> int:
    """Tell the households of a county of bills that are due in three days or tomorrow; how many messages."""
    due = list(_due(county, zone, date))
    heads = _reachable(present(each.fetch.household).head_id for each in due)
    told = [each for each in due if present(each.fetch.household).head_id in heads]
    for each in told:
        _tell(each, at=at)
    return len(told)


def account_of(fetch: BillFetch) -> BillAccount | None:
    """The remembered account that a fetched bill is of."""
    return _accounts(fetch).first() if fetch.household_id else None


def _accounts(fetch: BillFetch) -> models.QuerySet[BillAccount]:
    return BillAccount.objects.filter(
        biller=fetch.biller, household=fetch.household, parameters_hash=fingerprint(fetch.parameters)
    )


def _mark(fetch: BillFetch, *, remind: bool, by: User, at: dt.datetime) -> BillAccount:
    account, _made = BillAccount.objects.get_or_create(
        biller=fetch.biller,
        household=fetch.household,
        parameters_hash=fingerprint(fetch.parameters),
        defaults={"parameters": fetch.parameters},
    )
    if account.remind != remind:
        account.remind = remind
        account.save(update_fields=["remind", "updated_at"])
        new = "reminded" if remind else "not_reminded"
        record_change(account, old="", new=new, at=at, actor=by.pk)
    return account


def _due(county: str, zone: str, date: dt.date) -> Iterator[Due]:
    """Of each account the newest question about each bill."""
    begun = BillPayment.objects.filter(biller=models.OuterRef("biller"), bill_ref=models.OuterRef("bill_ref"))
    for days in DAYS_BEFORE:
        fetches = BillFetch.objects.filter(
            ~models.Exists(begun.filter(is_live=True)),
            station__county__code=county,
            station__zone=zone,
            due_date=date + dt.timedelta(days=days),
            status__in=[BillFetch.Status.FOUND, BillFetch.Status.EXPIRED],
            household__bill_accounts__remind=True,
        )
        newest = fetches.order_by("biller", "bill_ref", "household", "-asked_at").distinct(
            "biller", "bill_ref", "household"
        )
        rows = list(newest.select_related("biller__category", "station", "household__head"))
        wanted = BillAccount.objects.filter(remind=True, household__in=[row.household_id for row in rows])
        known = {(each.biller_id, each.household_id, each.parameters_hash): each for each in wanted}
        for row in rows:
            account = known.get((row.biller_id, row.household_id, fingerprint(row.parameters)))
            if account is not None:
                yield Due(row, account, days)


def _reachable(heads: Iterable[Any]) -> set[Any]:
    """Those who agreed to messages and whose phone is confirmed."""
    agreed = Consent.objects.filter(person__in=set(heads) - {None}, purpose=CONSENT, withdrawn_at=None)
    known = agreed.exclude(person__phone="").exclude(person__phone_verified_at=None)
    return set(known.values_list("person_id", flat=True))


def _tell(due: Due, *, at: dt.datetime) -> None:
    fetch, head = due.fetch, present(present(due.fetch.household).head)
    amount, due_date = present(fetch.amount), present(fetch.due_date)
    zone, language = fetch.station.zone, head.language
    category = fetch.biller.category
    with translation.override(language):
        day = formatting.day(due_date)
    notify(
        template="bill_due",
        params={
            "bill": in_each_language(lambda: formatting.name_of(category)),
            "amount": amount.display(language),
            "day": day,
            "station": fetch.station.name,
        },
        language=language,
        phone=str(head.phone),
        dedupe_key=f"billdue:{due.account.pk}:{due_date}:{due.days}",
        at=at,
        use_by=instant_of(zone, due_date + dt.timedelta(days=1), dt.time()),
        zone=zone,
    )
