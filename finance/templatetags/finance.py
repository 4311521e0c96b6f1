"""Words of finance in templates."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from core import writing
from finance.bills.models import BillAccount
from finance.payments.models import Payment
from stations.people.masking import mask_name

register = template.Library()


@register.filter
def name_of(thing: Any) -> str:
    """The name of a company or category in the reader's language."""
    return thing.name_zh if (get_language() or "").startswith("zh") else thing.name


@register.filter
def account_of(account: BillAccount) -> str:
    """What tells one account from another: its nickname, and the numbers it is known by."""
    numbers = " · ".join(account.parameters.values())
    return f"{account.nickname} · {numbers}" if account.nickname else numbers


@register.filter
def masked(name: str) -> str:
    """A name as lists and slips show it."""
    return mask_name(name)


@register.filter
def taken_for(payment: Payment) -> str:
    """When, and for whom, on one line of a list."""
    clock = writing.clock(timezone.localtime(payment.taken_at))
    return f"{clock} · {mask_name(payment.payer.full_name)}" if payment.payer else clock
