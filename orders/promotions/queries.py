"""Promotions as orders, pages and lists ask for them."""

import datetime as dt
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from core.database.compiled_queries import compiled_query
from core.database.local_dates import LocalDate
from core.days import day_in, earliest_day, instant_of, latest_day
from core.money import parts_of
from core.web.ranges import holds_on
from orders.produce.models import Intake
from orders.promotions.models import (
    Promotion,
    PromotionAgreement,
    PromotionBearer,
    PromotionPart,
    PromotionUse,
    ShopCouponUse,
)
from orders.promotions.models.promotions import PromotionQuerySet
from orders.promotions.savings import borne_by_cuts
from orders.purchases.models import FulfilmentLine, Order
from orders.shops.models import Shop
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person
from stations.places.models import Division

#: Who brought produce that was accepted within so many days is a farmer.
FARMER_DAYS = 365
#: Of a budget so little is left that somebody has to know: a tenth.
LOW = 10


def promotions() -> PromotionQuerySet:
    """With what pages and answers show of them."""
    rows: PromotionQuerySet = Promotion.objects.select_related(
        *("division", "category", "supplier", "shop__owner", "shop__station__county"),
        *("prepared_by__person", "decided_by__person", "agreed_by__person"),
    )
    return rows


def coupon_called(typed: str) -> str:
    """The code that somebody means, however it was typed."""
    return "".join(unicodedata.normalize("NFKC", typed).split()).upper()


def promotions_at(station: Station, *, coupon: str, at: dt.datetime) -> QuerySet[Promotion]:
    """Those that may apply to an order here and now: without a coupon, and the one of this code, if it is one."""
    return _holding(day_in(station.zone, at), station.county_id, station.currency, coupon)


def promotions_here(station: Station, *, coupon: str, at: dt.datetime) -> list[Promotion]:
    """The same, read at once in the order of their ids."""
    return _holding_now.all(day_in(station.zone, at), station.county_id, station.currency, coupon)


def _holding(day: Any, county: Any, currency: Any, coupon: Any) -> QuerySet[Promotion]:
    return Promotion.objects.filter(
        holds_on(day),
        Q(division=county) | Q(division=None),
        Q(needs_coupon=False, used_minor__lt=F("budget_minor")) | Q(needs_coupon=True, code=coupon),
        status=Promotion.Status.APPROVED,
        currency=currency,
        shop=None,
    )


@compiled_query
def _holding_now(day: Any, county: Any, currency: Any, coupon: Any) -> QuerySet[Promotion]:
    return _holding(day, county, currency, coupon).order_by("pk")


def shares_of(promotions: Iterable[Promotion]) -> dict[UUID, dict[str, int]]:
    """Who bears which share of each of these promotions, in basis points; one statement."""
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    for bearer in _bearers.all(tuple(promotion.pk for promotion in promotions)):
        found[bearer.promotion_id][bearer.party] = bearer.share_bp
    return found


@compiled_query
def _bearers(promotions: Any) -> QuerySet[PromotionBearer]:
    return PromotionBearer.objects.filter(promotion__in=promotions).order_by("pk")


def is_farmer(villager: Person, *, at: dt.datetime) -> bool:
    """Whether this person has brought produce that was accepted within a year, or keeps a shop."""
    records = Person.objects.of_people(villager.pk).values("pk")
    accepted = Intake.objects.filter(
        farmer__in=records,
        status=Intake.Status.ACCEPTED,
        accepted_at__gt=at - dt.timedelta(days=FARMER_DAYS),
        accepted_at__lte=at,
    )
    kept = Shop.objects.filter(owner__in=records, status=Shop.Status.APPROVED)
    return accepted.exists() or kept.exists()


def times_used(promotions: Iterable[Promotion], villager: Person) -> Counter[UUID]:
    """How often this person has used each of these promotions and did not give all of it back."""
    rows = PromotionUse.objects.filter(
        promotion__in=list(promotions),
        order__villager__in=Person.objects.of_people(villager.pk).values("pk"),
        amount_minor__gt=F("back_minor"),
    )
    return Counter(dict(rows.order_by().values_list("promotion").annotate(times=Count("pk"))))


def parts_of_slice(line: FulfilmentLine) -> list[tuple[PromotionPart, int]]:
    """What each party bears of the goods of this part, in minor units; nothing where nothing was taken off.

    An order line that lies in several warehouses is cut in their order.
    """
    if not line.discount_minor:
        return []
    whole = line.order_line
    cuts = whole.fulfilment_lines.filter(pk__lte=line.pk).order_by("pk").values_list("discount_minor", flat=True)
    parts = list(whole.promotion_parts.select_related("use__promotion__division").order_by("pk"))
    return list(zip(parts, borne_by_cuts([part.amount_minor for part in parts], cuts)[-1], strict=True))


def discounts_of_slices(rows: Sequence[FulfilmentLine]) -> None:
    """Write on parts that are about to be stored what is taken off each: by what its goods cost, never more than that.

    All parts of an order line are among them.
    """
    by_line: dict[UUID, list[FulfilmentLine]] = defaultdict(list)
    for row in rows:
        if row.order_line.discount_minor:
            by_line[row.order_line_id].append(row)
    for cuts in by_line.values():
        cuts.sort(key=lambda each: each.pk)
        taken = parts_of(cuts[0].order_line.discount_minor, [each.goods_minor for each in cuts])
        for row, minor in zip(cuts, taken, strict=True):
            row.discount_minor = minor


def counties_open(user: User, verb: str) -> QuerySet[Division]:
    """The counties for which a post of this person carries the verb."""
    counties = Division.objects.current().filter(level=Division.Level.COUNTY)
    return counties.open_to(user, verb).order_by("code")


def uses() -> QuerySet[PromotionUse]:
    """With what a page shows of them."""
    return PromotionUse.objects.select_related("order__station", "order__villager", "promotion")


def uses_of(order: Order) -> list[PromotionUse]:
    """What promotions took off an order: the one without a coupon first."""
    return list(order.promotion_uses.select_related("promotion").order_by("promotion__needs_coupon", "pk"))


def shop_called(ref: str) -> Shop | None:
    """The open shop of this address."""
    return Shop.objects.select_related("station__county").filter(ref=ref, status__in=Shop.PUBLIC).first()


def coupons_to_agree(shop: Shop, *, at: dt.datetime) -> QuerySet[Promotion]:
    """Coupons of a shop that wait for the word of the farmer, and are not over."""
    return prepared_still(promotions().filter(shop=shop, agreed_at=None), at=at).order_by("pk")


def shop_uses() -> QuerySet[ShopCouponUse]:
    """With what a page shows of them."""
    return ShopCouponUse.objects.select_related("order__shop__station", "promotion")


def borne_so_far(promotion: Promotion) -> dict[str, int]:
    """Minor units by party, without what was given back; one statement."""
    if promotion.shop_id:
        sums = promotion.shop_uses.aggregate(
            seller=Sum(F("seller_minor") - F("seller_back_minor"), default=0),
            whole=Sum(F("amount_minor") - F("back_minor"), default=0),
        )
        party = PromotionBearer.Party
        return {party.SELLER: sums["seller"], party.PLATFORM: sums["whole"] - sums["seller"]}
    rows = PromotionPart.objects.filter(use__promotion=promotion).order_by().values_list("party")
    return dict(rows.annotate(minor=Sum(F("amount_minor") - F("back_minor"))))


def spent_by_day(promotion: Promotion, *, first: dt.date, last: dt.date) -> list[dict[str, Any]]:
    """Orders and minor units by the day on which each was begun, of its station's calendar; one statement."""
    since = instant_of("UTC", first, dt.time()) - dt.timedelta(days=1)
    uses: QuerySet[Any] = promotion.shop_uses.all() if promotion.shop_id else promotion.uses.all()
    zone = "order__shop__station__zone" if promotion.shop_id else "order__station__zone"
    dated = uses.filter(used_at__gte=since).order_by().annotate(day=LocalDate("used_at", zone))
    rows = dated.filter(day__gte=first, day__lte=last, amount_minor__gt=F("back_minor")).values("day")
    return list(rows.annotate(count=Count("pk"), minor=Sum(F("amount_minor") - F("back_minor"))).order_by("day"))


def waits_for(party: str) -> Exists:
    """Whether a promotion waits for this party to agree to its share."""
    return Exists(PromotionBearer.objects.filter(promotion=OuterRef("pk"), party=party, agreement=None))


def agreed_by_all(rows: QuerySet[Promotion]) -> QuerySet[Promotion]:
    """Those that wait for nobody's share any more: county, supplier, and the farmer of a shop have agreed."""
    party = PromotionBearer.Party
    agreed = rows.exclude(waits_for(party.COUNTY)).exclude(waits_for(party.SUPPLIER))
    return agreed.filter(Q(shop=None) | Q(agreed_at__isnull=False))


def farmer_of(promotion: Promotion) -> UUID | None:
    """Whose shop gives it; None where it is no coupon of a shop. Nobody decides on what the platform puts in there."""
    return promotion.shop.owner_id if promotion.shop else None


def recorders_of(promotion: Promotion) -> list[UUID | None]:
    """The logins that have prepared it, or recorded that somebody bears a share: another person approves it."""
    agreed = PromotionAgreement.objects.filter(bearer__promotion=promotion).values_list("agreed_by", flat=True)
    return [promotion.prepared_by_id, promotion.agreed_by_id, *agreed]


def prepared_still(rows: QuerySet[Promotion], *, at: dt.datetime) -> QuerySet[Promotion]:
    """Those on which somebody may still decide: prepared, and not over."""
    return rows.filter(status=Promotion.Status.PREPARED, to_date__gt=earliest_day(at))


def running_low(rows: QuerySet[Promotion], *, at: dt.datetime) -> QuerySet[Promotion]:
    """Those that hold somewhere on a day that has begun, and of whose budget less than a tenth is left."""
    holding = rows.filter(status=Promotion.Status.APPROVED, from_date__lte=latest_day(at), to_date__gt=earliest_day(at))
    return holding.filter(used_minor__gt=F("budget_minor") - F("budget_minor") / LOW)
