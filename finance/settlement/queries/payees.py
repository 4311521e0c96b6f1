"""Who stands behind a payee: a person of the house, a county, or a party that an app above knows."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.contrib.auth import get_user_model

from stations.models import Division

COUNTY = "county-"
#: Functions `f(payees) -> {payee: name}` of those that finance does not know; filled by `ecomnet/wiring.py`.
NAMES: list[Callable[[Iterable[str]], dict[str, str]]] = []


def names_of(payees: Iterable[str]) -> dict[str, str]:
    """What people call these payees; whoever nobody knows is called by the key of the account."""
    wanted = set(payees)
    names = _people(wanted) | _counties(wanted)
    for ask in NAMES:
        names |= ask(wanted - names.keys())
    return {payee: names.get(payee, payee) for payee in wanted}


def _people(payees: set[str]) -> dict[str, str]:
    ids = [UUID(payee) for payee in payees if len(payee) == 32 and _is_hex(payee)]
    users = get_user_model().objects.filter(pk__in=ids).select_related("person") if ids else []
    return {user.pk.hex: user.shown_name for user in users}


def _counties(payees: set[str]) -> dict[str, str]:
    codes = {payee.removeprefix(COUNTY).ljust(12, "0"): payee for payee in payees if payee.startswith(COUNTY)}
    rows = Division.objects.filter(level=Division.Level.COUNTY, code__in=codes) if codes else []
    return {codes[row.code]: row.short_name for row in rows}


def _is_hex(text: str) -> bool:
    return all(character in "0123456789abcdef" for character in text)
