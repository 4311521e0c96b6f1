"""How group orders are shown: colours of states, the way to the next price, pledges as rows."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.language import formatting
from core.money import Money
from core.web.tables import Column, Table
from orders.catalog.queries import price_words, quantity_words
from orders.groups.models import GroupOrder, GroupPledge
from orders.groups.queries import Tier, following, reached, tiers_of
from stations.people.masking import mask_name

_S, _P = GroupOrder.Status, GroupPledge.Status
KINDS = {_S.CONFIRMED: "ok", _S.FULFILLED: "ok", _S.FAILED: "bad", _S.CANCELLED: "info"}
PLEDGE_KINDS = {_P.HELD: "wait", _P.ORDERED: "ok"}


def kind_of(group: GroupOrder) -> str:
    """The colour of its state."""
    return KINDS.get(_S(group.status), "wait")


@dataclass(frozen=True, slots=True)
class Way:
    """How far a group order is: what is pledged, the price that this reaches, and what is missing to the next one."""

    done: int
    of: int
    pledged: str
    price: str
    missing: str
    next_price: str


def way_of(group: GroupOrder, tiers: list[Tier]) -> Way:
    """The bar goes to the next price; above the last it is full."""
    pledged = group.pledged_quantity
    now, then = reached(tiers, pledged), following(tiers, pledged)
    return Way(
        done=pledged,
        of=then.min_quantity if then else max(pledged, 1),
        pledged=words_for(group, pledged),
        price=price_words(group.variant, now.price) if now else "",
        missing=words_for(group, then.min_quantity - pledged) if then else "",
        next_price=price_words(group.variant, then.price) if then else "",
    )


def words_for(group: GroupOrder, quantity: int) -> str:
    """So many pieces, or kilograms, of its article."""
    return quantity_words(group.variant, quantity)


def tier_rows(group: GroupOrder, tiers: list[Tier]) -> list[dict[str, Any]]:
    """Each price with the quantity from which it is paid, and whether so much is pledged."""
    return [
        {
            "from": _("from %(quantity)s") % {"quantity": words_for(group, tier.min_quantity)},
            "price": price_words(group.variant, tier.price),
            "is_reached": tier.min_quantity <= group.pledged_quantity,
        }
        for tier in tiers
    ]


def pledge_rows(group: GroupOrder, pledges: list[GroupPledge]) -> list[dict[str, Any]]:
    """Who takes part, with masked names."""
    return [
        {
            "pledge": pledge,
            "name": mask_name(pledge.villager.full_name),
            "quantity": words_for(group, pledge.quantity),
            "kind": PLEDGE_KINDS.get(_P(pledge.status), "info"),
            "words": pledge.get_status_display(),
        }
        for pledge in pledges
    ]


def bought_table(rows: list[dict[str, Any]]) -> Table:
    """What was bought together by month, by currency."""
    cells = [
        (
            formatting.short_month(row["month"]),
            f"{row['groups']:,}",
            f"{row['people']:,}",
            formatting.money(Money(row["minor"], row["currency"])),
            formatting.money(Money(row["back"], row["currency"])),
        )
        for row in rows
    ]
    columns = [
        Column(_("Month")),
        Column(_("Group orders"), number=True),
        Column(_("Residents"), number=True),
        Column(_("Bought together"), number=True),
        Column(_("Refunded for the lower price"), number=True),
    ]
    return Table(_("Bought together by month"), columns, cells, empty=_("Nothing was bought together yet."))


def shown_tiers(group: GroupOrder) -> dict[str, Any]:
    """Prices and way of a group order for its pages."""
    tiers = tiers_of(group)
    return {"tiers": tier_rows(group, tiers), "way": way_of(group, tiers)}
