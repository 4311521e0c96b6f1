"""What people ask about payments: what happened, what is open, where is that slip."""

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.db.models.functions import Right
from django.utils.translation import gettext as _

from core.countries import country_of, known_countries
from core.days import day_in
from core.gateways.models import Instruction
from core.history import changes_of
from core.models import StatusChange
from core.money import AmountMalformed, Money, parse
from finance.floats.queries import money_rules
from finance.payments.models import Goodwill, Payment, Receipt, Refund
from finance.payments.models.refunds import RefundQuerySet
from finance.tills.queries import is_near_ceiling
from stations.accounts.models import User
from stations.accounts.queries import own_logins
from stations.network.models import Station
from stations.people.models import Person

#: Refunds that wait for somebody at the counter.
STANDING = (Refund.Status.READY_FOR_CASH, Refund.Status.LOCKED)


@dataclass(frozen=True, slots=True)
class Story:
    """One payment as people tell it: what changed when, by whom, and what is owed."""

    payment: Payment
    changes: list[StatusChange]
    refunds: list[Refund]
    next_enquiry_at: dt.datetime | None


def story_of(payment: Payment) -> Story:
    """Everything that a timeline needs."""
    instruction = Instruction.objects.filter(pk=payment.pk).only("next_enquiry_at").first()
    return Story(
        payment=payment,
        changes=list(changes_of(payment)),
        refunds=list(payment.refunds.order_by("created_at")),
        next_enquiry_at=instruction.next_enquiry_at if instruction else None,
    )


def goodwill_to_approve(user: User) -> models.QuerySet[Goodwill]:
    """What others have offered beside payments, and this person may give."""
    offered = Goodwill.objects.open_to(user, "finance.give_goodwill")
    return offered.filter(status=Goodwill.Status.OFFERED, needs_two=True).exclude(offered_by__in=own_logins(user))


#: Characters of a receipt's number that slips print large.
CODE_LENGTH = 6
SHORTEST_TAIL, LONGEST_TAIL = 4, 11


def receipts_with(code: str) -> models.QuerySet[Receipt]:
    """The slips of this number, or of this large code: its last six characters, in whatever case."""
    if len(code) == CODE_LENGTH:
        return Receipt.objects.alias(code=Right("number", CODE_LENGTH)).filter(code=code.upper())
    return Receipt.objects.filter(number=code.upper())


def payments_found(words: str) -> Q:
    """What somebody types who looks for a payment: a slip's number or large code, an amount, or the end of a phone.

    A word that can be several of them finds all; names of residents are looked for where residents are.
    """
    word = "".join(words.split())
    return Q(pk__in=receipts_with(word).values("payment")) | by_amount_or_phone(word)


def by_amount_or_phone(word: str) -> Q:
    """Payments of this amount, in whichever currency it can be written so, or of a payer whose phone ends so."""
    found = Q(pk__in=())
    if word.isascii() and word.isdigit() and SHORTEST_TAIL <= len(word) <= LONGEST_TAIL:
        found |= _with_phone(word)
    for currency in {country_of(code).currency for code in known_countries()}:
        with suppress(AmountMalformed):
            found |= Q(total_minor=parse(word, currency).minor, currency=currency)
    return found


def _with_phone(tail: str) -> Q:
    return Q(payer_phone__endswith=tail) | Q(payer__phone_reversed__startswith=tail[::-1])


def search_payments(
    payments: models.QuerySet[Payment],
    *,
    amount: Money | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    phone_tail: str = "",
    number: str = "",
) -> models.QuerySet[Payment]:
    """Find a slip again: by amount, time, the payer's phone tail, or the receipt's number."""
    found = payments
    if amount is not None:
        found = found.filter(total_minor=amount.minor, currency=amount.currency)
    if since is not None:
        found = found.filter(taken_at__gte=since)
    if until is not None:
        found = found.filter(taken_at__lt=until)
    if phone_tail:
        found = found.filter(_with_phone(phone_tail))
    if number:
        found = found.filter(pk__in=receipts_with(number).values("payment"))
    return found.order_by("-our_ref")


def names_in(story: Story) -> dict[Any, str]:
    """The names of those who acted, for the people of the station."""
    actors = {change.actor for change in story.changes if change.actor and change.actor_kind == "person"}
    return {user.pk: user.shown_name for user in get_user_model().objects.filter(pk__in=actors)}


def warnings_at(station: Station, *, at: dt.datetime) -> list[dict[str, str]]:
    """What rides on every answer that took cash: the till nears its ceiling."""
    rules = money_rules(station, on=day_in(station.zone, at))
    if not is_near_ceiling(station, ceiling_minor=rules.ceiling_minor, warn_bp=rules.warn_bp):
        return []
    ceiling = Money(rules.ceiling_minor, station.currency).display()
    sentence = _("The till is nearly full: it may hold at most %(ceiling)s. Bring cash to the county.")
    return [{"code": "ceiling_near", "detail": sentence % {"ceiling": ceiling}}]


def undecided_at(station: Station, at: dt.datetime | None = None) -> list[Payment]:
    """The payments of a station whose end is not known, oldest first; with `at` those whose end was not known then."""
    rows = Payment.objects.filter(station=station)
    if at is None:
        rows = rows.undecided()
    else:
        rows = rows.filter(models.Q(finished_at=None) | models.Q(finished_at__gt=at), taken_at__lte=at)
    return list(rows.select_related("payer", "bill__biller__category").order_by("taken_at"))


def undecided() -> dict[str, float]:
    """Payments whose end nobody knows yet, by status: asked about by machine, or waiting for two people."""
    waiting = [Payment.Status.UNKNOWN, Payment.Status.MANUAL_REVIEW]
    counted = Payment.objects.filter(status__in=waiting).order_by().values_list("status").annotate(models.Count("pk"))
    return dict.fromkeys(map(str, waiting), 0.0) | dict(counted)


def payments_with_people() -> models.QuerySet[Payment]:
    """Payments with everything that their pages show."""
    return Payment.objects.select_related(
        "station__county",
        "payer__village",
        "payer__home_station__village",
        "taken_by",
        "bill__biller__category",
        "recharge__operator",
    )


def refunds_waiting(refunds: models.QuerySet[Refund]) -> models.QuerySet[Refund]:
    """What is still owed, oldest first."""
    owed = refunds.filter(status__in=Refund.OWED).select_related("station", "payment__payer", "receiver")
    return owed.order_by("created_at", "pk")


def complaints_of(payment: Payment) -> list[Any]:
    """What was said about a payment, newest first."""
    return list(payment.complaints.order_by("-logged_at"))


def owed_to(person: Person | None) -> RefundQuerySet:
    """What a person can fetch at a counter, or spend there; nothing where nobody is known."""
    theirs = Q(receiver=person) | Q(receiver=None, payment__payer=person) if person else Q(pk__in=[])
    ready = Refund.objects.filter(theirs, status=Refund.Status.READY_FOR_CASH)
    return ready.select_related("station__county", "payment__payer", "receiver").order_by("ready_at")
