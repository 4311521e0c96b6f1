"""Whose accounts these are: names for people to read, beside the codes that the books keep."""

import re
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.gateways.models import Provider
from core.language import formatting
from finance.bills.models import Biller
from finance.chart import PERSON
from finance.hooks import PAYEE_NAMES
from finance.recharge.models import Operator
from stations.models import Division, Person, Station

COUNTY, HUB = "county-", "hub-"
#: One account of a kind; kinds of other books are called by their code.
KINDS = {
    "till": _("drawer"),
    "cash_in_transit": _("cash in transit"),
    "float": _("float"),
    "customer_funds": _("villagers' money"),
    "commission": _("commission"),
    "supplier": _("supplier"),
    "farmer": _("farmer"),
    "carrier": _("carrier"),
    "over_short": _("cash difference"),
    "reserve": _("retained for claims"),
    "subsidy": _("subsidy"),
    "clearing": _("in transit to companies"),
    "biller": _("biller"),
    "operator": _("operator"),
    "fee_receivable": _("fees owed to us"),
    "suspense": _("unexplained bank lines"),
    "bank": _("bank account"),
    "payout_clearing": _("payouts in transit"),
    "revenue": _("revenue"),
    "tax_payable": _("withheld tax"),
    "unclaimed": _("unclaimed"),
    "expense": _("expense"),
}
_STATION, _PERSON = re.compile(r"\d{6}-\d{4}"), re.compile(r"[0-9a-f]{32}")


def accounts_in_words(codes: Iterable[str]) -> dict[str, str]:
    """`Drawer · 桑园村综合服务站` for `till:321324-0003`; a fixed number of queries, whatever the number of codes."""
    keys = {code: code.split(":") for code in codes}
    names = _names(keys.values())
    return {code: _joined(kind, parts, names) for code, (kind, *parts) in keys.items()}


def account_in_words(code: str) -> str:
    """One account, by kind and name."""
    return accounts_in_words([code])[code]


def people_named(hexes: Iterable[str]) -> dict[str, str]:
    """Users of the system by the hexadecimal form of their id."""
    ids = [UUID(each) for each in hexes if _PERSON.fullmatch(each)]
    users = get_user_model().objects.filter(pk__in=ids).select_related("person") if ids else []
    return {user.pk.hex: user.shown_name for user in users}


def persons_named(keys: Iterable[str]) -> dict[str, str]:
    """Registered people by the key of their account, `person-` and the id in hexadecimal."""
    ids = {UUID(key.removeprefix(PERSON)): key for key in keys if key.startswith(PERSON)}
    rows = Person.objects.filter(pk__in=ids).values_list("pk", "full_name") if ids else []
    return {ids[pk]: name for pk, name in rows}


def counties_named(keys: Iterable[str]) -> dict[str, str]:
    """Counties by the key of their account, `county-321324`."""
    codes = {key.removeprefix(COUNTY).ljust(12, "0"): key for key in keys if key.startswith(COUNTY)}
    rows = Division.objects.filter(level=Division.Level.COUNTY, code__in=codes) if codes else []
    return {codes[row.code]: row.short_name for row in rows}


def hubs_named(keys: Iterable[str]) -> dict[str, str]:
    """Township hubs by the key of their account, `hub-321324-0002`."""
    codes = {key.removeprefix(HUB): key for key in keys if key.startswith(HUB)}
    rows = Station.objects.filter(code__in=codes).values_list("code", "name") if codes else []
    return {codes[code]: name for code, name in rows}


def _joined(kind: str, parts: list[str], names: dict[tuple[str, str], str]) -> str:
    """The kind, and whose it is; the system itself needs no name."""
    whose = [names.get((kind, part), part) for part in parts if part != "platform"]
    return " · ".join([capfirst(str(KINDS.get(kind, kind))), *whose])


def _names(keys: Iterable[list[str]]) -> dict[tuple[str, str], str]:
    """The name of each part of a key, with the kind of its account."""
    parts = {(kind, part) for kind, *rest in keys for part in rest}
    texts = {part for _kind, part in parts}
    people = people_named(texts) | persons_named(texts)
    common = _stations(texts) | people | counties_named(texts) | hubs_named(texts)
    for known in PAYEE_NAMES:
        common |= known(texts - common.keys())
    named = {(kind, part): common[part] for kind, part in parts if part in common}
    for kinds, ask in _COMPANIES:
        mine = {part for kind, part in parts if kind in kinds}
        found = ask(mine) if mine else {}
        named |= {(kind, part): found[part] for kind, part in parts if kind in kinds and part in found}
    return named


def _stations(texts: set[str]) -> dict[str, str]:
    codes = {text for text in texts if _STATION.fullmatch(text)}
    return dict(Station.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}


def _by_code(model: type[Model]) -> Callable[[set[str]], dict[str, str]]:
    def ask(codes: set[str]) -> dict[str, str]:
        rows: Any = model._default_manager.filter(code__in=codes)
        return {row.code: _name_of(row) for row in rows}

    return ask


def _name_of(row: Any) -> str:
    return formatting.name_of(row) or row.name


_COMPANIES: list[tuple[frozenset[str], Callable[[set[str]], dict[str, str]]]] = [
    (frozenset({"clearing"}), _by_code(Provider)),
    (frozenset({"biller", "fee_receivable"}), _by_code(Biller)),
    (frozenset({"operator"}), _by_code(Operator)),
]
