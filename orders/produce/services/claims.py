"""Buyers claim bad fruit; what is accepted is taken from the farmers' reserves, the rest is the platform's loss."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.errors import Refused, SamePerson, WrongState, refuses
from core.language.reasons import needs_words
from core.money import Money, parts_of
from finance import chart
from ledger.queries import business_date_of
from ledger.services import Leg, MadeBy, post_transfers
from orders.produce.machine import CLAIM, LOT
from orders.produce.models import BuyerClaim, ClaimPart, FarmerStatement, Lot, LotSale
from orders.produce.services.harvests import names_of
from orders.produce.services.sharing import Accounts, Part, parts_of_farmers
from orders.produce.services.steps import begin, held_lot, move, tell_farmer
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_C = BuyerClaim.Status
ACCEPTED = "produce_claim"


class ClaimTooLate(Refused):
    """Claims are raised within the buyer's days after the delivery."""

    code = "claim_too_late"
    message = _("The days in which this buyer could claim are over.")


class ClaimTooLarge(Refused):
    """All claims together are at most what the buyer owes for the sale."""

    code = "claim_too_large"
    status = 422
    message = _("At most %(left)s of this sale can still be claimed.")


class NoClaimOfPresale(Refused):
    """What residents paid beforehand is no debt of a buyer."""

    code = "no_claim_of_presale"
    message = _("Residents have paid for this lot beforehand: a buyer in the city claims nothing of it.")


@refuses(WrongState, NoClaimOfPresale, ClaimTooLate, ClaimTooLarge)
@needs_words("reason")
@transaction.atomic
def raise_claim(*, sale: LotSale, amount: Money, reason: str, by: User, at: dt.datetime) -> BuyerClaim:
    """Write down what a buyer wants back of a delivered sale. Until it is decided the reserve stays."""
    lot = held_lot(sale.lot)
    sale = lock(sale)
    LOT.check("raise_claim", lot.status)
    if lot.set_aside_for:
        raise NoClaimOfPresale
    if sale.claim_until_at is None or at >= sale.claim_until_at:
        raise ClaimTooLate
    left = _left_to_claim(sale)
    if amount.minor > left:
        raise ClaimTooLarge(field="amount", left=Money(left, sale.currency).display())
    claim = BuyerClaim(
        sale=sale,
        amount_minor=amount.minor,
        currency=sale.currency,
        reason=reason[:200],
        raised_by=by,
        raised_at=at,
    )
    return begin(claim, _C.RAISED, at=at, by=by)


@refuses(WrongState, ClaimTooLarge)
def begin_residents_claim(*, sale: LotSale, amount: Money, reason: str, by: User, at: dt.datetime) -> BuyerClaim | None:
    """Write down what residents want back of boxes that they paid beforehand, so that the farmers' reserve stays.

    None where the reserve went back to the farmers: then nothing is left of it that could bear a part. The caller has
    checked the days in which residents claim.
    """
    lot = held_lot(sale.lot)
    if lot.settled_at is not None or lot.statements.filter(settled_at__isnull=False).exists():
        return None
    LOT.check("raise_claim", lot.status)
    sale = lock(sale)
    left = _left_to_claim(sale)
    if amount.minor > left:
        raise ClaimTooLarge(left=Money(left, sale.currency).display())
    claim = BuyerClaim(
        sale=sale, amount_minor=amount.minor, currency=sale.currency, reason=reason[:200], raised_by=by, raised_at=at
    )
    return begin(claim, _C.RAISED, at=at, by=by)


@refuses(WrongState, SamePerson)
@transaction.atomic
def accept_claim(*, claim: BuyerClaim, by: User, at: dt.datetime, decision: str = "") -> BuyerClaim:
    """Give the buyer what was claimed: of each farmer at most the reserve of that sale, the rest of the platform."""
    claim = _decided(claim, "accept_claim", decision, by=by, at=at)
    lot = Lot.objects.select_related("station__county", "crop").get(pk=claim.sale.lot_id)
    parts = parts_of_farmers(lot, list(LotSale.objects.filter(lot=lot).order_by("pk")))
    made = _claim_parts(claim, [part for part in parts if claim.sale_id in part.by_sale])
    _post(claim, lot, made, by=by, at=at)
    LotSale.objects.filter(pk=claim.sale_id).update(claimed_minor=F("claimed_minor") + claim.amount_minor)
    move(claim, _C.ACCEPTED, at=at, by=by, reason=decision)
    _tell(lot, made, at=at)
    return claim


@refuses(WrongState, SamePerson)
@needs_words("decision")
@transaction.atomic
def reject_claim(*, claim: BuyerClaim, decision: str, by: User, at: dt.datetime) -> BuyerClaim:
    """The buyer gets nothing for it."""
    claim = _decided(claim, "reject_claim", decision, by=by, at=at)
    return move(claim, _C.REJECTED, at=at, by=by, reason=decision)


def _left_to_claim(sale: LotSale) -> int:
    """What of a sale nobody has claimed, in minor units."""
    open_ones = sale.claims.filter(status=_C.RAISED).aggregate(minor=Sum("amount_minor"))["minor"] or 0
    return sale.amount_minor - sale.claimed_minor - open_ones


def _decided(claim: BuyerClaim, verb: str, decision: str, *, by: User, at: dt.datetime) -> BuyerClaim:
    held_lot(claim.sale.lot)
    lock(claim)
    claim = BuyerClaim.objects.select_related("sale__buyer").get(pk=claim.pk)
    CLAIM.check(verb, claim.status)
    require_two_persons(by, claim.raised_by_id)
    claim.decided_by, claim.decided_at, claim.decision = by, at, decision[:200]
    return claim


def _claim_parts(claim: BuyerClaim, parts: Sequence[Part]) -> list[ClaimPart]:
    """The claim by each farmer's part of the sale, and what the reserve of that sale still bears."""
    rows = FarmerStatement.objects.filter(lot=claim.sale.lot_id).select_related("farmer", "station")
    statements = {row.farmer_id: row for row in lock_all(rows)}
    used = dict(
        ClaimPart.objects.filter(claim__sale=claim.sale_id)
        .order_by()
        .values_list("statement")
        .annotate(minor=Sum("reserve_minor"))
    )
    made = []
    amounts = parts_of(claim.amount_minor, [part.by_sale[claim.sale_id] for part in parts])
    for part, amount in zip(parts, amounts, strict=True):
        statement = statements[part.farmer.pk]
        of_sale = (statement.reserve_minor * part.by_sale[claim.sale_id] * 2 + part.gross) // (part.gross * 2)
        left = min(of_sale - used.get(statement.pk, 0), statement.reserve_minor - statement.lost_minor)
        taken = max(min(amount, left), 0)
        FarmerStatement.objects.filter(pk=statement.pk).update(lost_minor=F("lost_minor") + taken)
        made.append(
            ClaimPart(
                claim=claim,
                statement=statement,
                amount_minor=amount,
                reserve_minor=taken,
                currency=claim.currency,
            )
        )
    return ClaimPart.objects.bulk_create(made)


def _post(claim: BuyerClaim, lot: Lot, made: Sequence[ClaimPart], *, by: User, at: dt.datetime) -> None:
    """reserve and expense -> the buyer, who owes so much less."""
    accounts = Accounts(lot, at=at)
    buyer = accounts.of(chart.buyer(claim.sale.buyer.code))
    legs = [
        Leg(accounts.of(chart.reserve(part.statement.farmer_id)), buyer, part.from_reserve, "produce claim")
        for part in made
        if part.reserve_minor
    ]
    rest = claim.amount_minor - sum(part.reserve_minor for part in made)
    if rest:
        expense = accounts.of(chart.platform("expense"))
        legs.append(Leg(expense, buyer, Money(rest, claim.currency), "produce claim beyond the reserve"))
    post_transfers(
        legs=legs,
        event_type=ACCEPTED,
        event_id=str(claim.pk),
        business_date=business_date_of(buyer.book, at),
        made_by=MadeBy("person", by.pk),
        at=at,
    )


def _tell(lot: Lot, made: Sequence[ClaimPart], *, at: dt.datetime) -> None:
    for part in made:
        if part.reserve_minor:
            farmer = part.statement.farmer
            about = {"crop": names_of(lot.crop), "amount": part.from_reserve.display(farmer.language)}
            tell_farmer(farmer, part.statement.station, "produce_claimed", about, about=part.claim_id, at=at)
