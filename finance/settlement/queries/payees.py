"""Who stands behind a payee: a person, a county, a township hub, or a party that an app above knows."""

from collections.abc import Iterable

from finance.account_names import counties_named, hubs_named, people_named
from finance.hooks import PAYEE_NAMES


def names_of(payees: Iterable[str]) -> dict[str, str]:
    """What people call these payees; one whom no one knows is called by the key of the account."""
    wanted = set(payees)
    names = people_named(wanted) | counties_named(wanted) | hubs_named(wanted)
    for ask in PAYEE_NAMES:
        names |= ask(wanted - names.keys())
    return {payee: names.get(payee, payee) for payee in wanted}
