"""The one bank line that settles what a company's lines of one day come to, and what our ledger says of them."""

import datetime as dt
import re
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Func, QuerySet, Value
from django.db.models.functions import Upper

from core.database.db import lock
from core.days import day_in
from core.errors import refuses
from core.money import Money
from finance import chart
from finance.chart import AccountKey
from finance.recon.models import (
    BankExplanation,
    BankStatementLine,
    ProviderFile,
    ProviderSum,
    ProviderSumShare,
    ReconItem,
)
from finance.recon.services.explaining import BankLineExplained, ExplanationUnfit, Part, explain_bank_line
from finance.recon.services.items import match_recon_items, open_recon_item
from ledger.models import Account
from ledger.queries import business_date_of
from ledger.services import Leg, MadeBy, book_of, post_transfers

#: How long lines may take to be decided before the ledger must say the same.
TIE_AFTER = dt.timedelta(days=1)

# What our ledger owes the company for the payments of these lines, and what the lines themselves say of them.
_TIE = """
WITH said AS (
    SELECT line.payment_id::text AS event_id, line.kind,
           CASE line.status WHEN 'succeeded' THEN 'payment_succeeded' ELSE 'payment_reversed' END AS event_type,
           CASE line.status WHEN 'succeeded' THEN 1 ELSE -1 END
           * (line.amount_minor - coalesce(recharge.amount_minor - recharge.wholesale_minor, 0)) AS minor
      FROM finance_providerline AS line
      LEFT JOIN finance_recharge AS recharge ON recharge.payment_id = line.payment_id
     WHERE line.file_id = %(file)s AND line.payment_id IS NOT NULL AND line.kind IN ('bill', 'recharge')
       AND line.status IN ('succeeded', 'reversed')
), posted AS (
    SELECT said.kind, sum(CASE WHEN credit.kind IN ('biller', 'operator') THEN transfer.amount ELSE 0 END
                          - CASE WHEN debit.kind IN ('biller', 'operator') THEN transfer.amount ELSE 0 END) AS minor
      FROM said
      JOIN ledger_transferkey AS key ON key.event_type = said.event_type AND key.event_id = said.event_id
      JOIN ledger_transfer AS transfer ON transfer.id = key.id AND transfer.recorded_at = key.recorded_at
      JOIN ledger_account AS debit ON debit.id = transfer.debit_id
      JOIN ledger_account AS credit ON credit.id = transfer.credit_id
     WHERE transfer.kind IN ('posted', 'post')
     GROUP BY said.kind
)
SELECT said.kind, sum(said.minor)::bigint, coalesce(max(posted.minor), 0)::bigint
  FROM said LEFT JOIN posted ON posted.kind = said.kind GROUP BY said.kind
"""


@refuses(ExplanationUnfit, BankLineExplained)
@transaction.atomic
def settle_sums(*, at: dt.datetime) -> int:
    """Find for each sum that waits the one bank line that settles it: exact amount and reference, in time; how many."""
    waiting = ProviderSum.objects.filter(settled_at=None).select_related("file__provider").order_by("pk")
    found = [(each, line) for each in waiting if (line := _line_for(each)) is not None]
    for each, line in found:
        settle_sum(sum_of_day=each, line=line, at=at)
    return len(found)


@refuses(ExplanationUnfit, BankLineExplained)
@transaction.atomic
def settle_sum(*, sum_of_day: ProviderSum, line: BankStatementLine, at: dt.datetime) -> None:
    """A bank line settles a day: biller, operator or clearing takes it from suspense; a fee they kept is received."""
    each = lock(sum_of_day)
    if each.settled_at is not None:
        return
    parts, more = _postings_of(each, most=line.amount_minor, at=at)
    if parts:
        explain_bank_line(line=line, parts=parts, more=more, by=None, at=at)
    else:
        _post_without_a_line(each, more, at=at)
    each.bank_line, each.settled_at = line, at
    each.save(update_fields=["bank_line", "settled_at", "updated_at"])
    match_recon_items(items=ReconItem.objects.filter(dedupe_key=_unsettled_item(each)), at=at)


@transaction.atomic
def settle_empty_sum(*, sum_of_day: ProviderSum, at: dt.datetime) -> None:
    """What comes to nothing needs no bank line: what one party owes is set against what another is owed, and fees."""
    _parts, more = _postings_of(sum_of_day, most=0, at=at)
    _post_without_a_line(sum_of_day, more, at=at)


@refuses(ExplanationUnfit, BankLineExplained)
@transaction.atomic
def note_unsettled_sums(*, at: dt.datetime) -> int:
    """An item for each sum that no bank line has settled within three bank days; how many wait so long.

    The one line that carries the reference and brought another amount settles what it brought; the item is of the rest.
    """
    overdue = ProviderSum.objects.filter(settled_at=None).select_related("file__provider").order_by("pk")
    due = [each for each in overdue if each.due_date < day_in(each.file.provider.time_zone, at)]
    for each in due:
        lines = list(_lines_with_the_reference(each).filter(settled_sum=None))
        if len(lines) == 1 and lines[0].explained_minor == 0 and lines[0].direction == _direction(each):
            settle_sum(sum_of_day=each, line=lines[0], at=at)
            _open_item(each, f"{_unsettled_item(each)}:rest", lines, at=at)
        else:
            _open_item(each, _unsettled_item(each), lines, at=at)
    return len(due)


def _open_item(each: ProviderSum, dedupe_key: str, lines: list[BankStatementLine], *, at: dt.datetime) -> None:
    moved = sum(line.signed_minor for line in lines)
    detail = {"file": each.file_id, "due": each.due_date.isoformat()}
    largest = max(each.shares.all(), key=lambda share: abs(share.owed_minor), default=None)
    if lines:
        detail["bank"] = moved
    if largest:
        detail["account"] = f"{largest.party}:{largest.code}"
    open_recon_item(
        kind=ReconItem.Kind.AMOUNT,
        dedupe_key=dedupe_key,
        provider_id=each.file.provider_id,
        our_ref=each.reference,
        currency=each.currency,
        amount_diff_minor=each.amount_minor - moved,
        detail=detail,
        subject_date=each.file.file_date,
        sides=[ReconItem.Side.PROVIDER, ReconItem.Side.BANK],
        at=at,
    )


@transaction.atomic
def tie_to_ledger(*, file: ProviderFile, at: dt.datetime) -> None:
    """Our ledger says of the same payments what the file says, to the cent; else an item. Agreeing later closes it."""
    with connection.cursor() as cursor:
        cursor.execute(_TIE, {"file": file.pk})
        rows = cursor.fetchall()
    for kind, theirs, ours in rows:
        file.sums.filter(kind=kind).update(ledger_minor=ours)
        key = f"ledger:{file.pk}:{kind}"
        if theirs == ours:
            match_recon_items(items=ReconItem.objects.filter(dedupe_key=key), at=at)
        elif file.imported_at <= at - TIE_AFTER:
            open_recon_item(
                kind=ReconItem.Kind.AMOUNT,
                dedupe_key=key,
                provider_id=file.provider_id,
                our_ref=f"{file.provider.code}-{file.file_date:%Y%m%d}-{kind.upper()}",
                currency=file.currency,
                amount_diff_minor=theirs - ours,
                detail={"file": file.pk, "theirs": theirs, "ours": ours},
                subject_date=file.file_date,
                sides=[ReconItem.Side.PROVIDER, ReconItem.Side.LEDGER],
                at=at,
            )


def _line_for(each: ProviderSum) -> BankStatementLine | None:
    """The only bank line that fits to the cent and carries the reference."""
    lines = _lines_with_the_reference(each).filter(direction=_direction(each), explained_minor=0)
    fitting = list(lines.filter(amount_minor=each.moved.minor)[:2])
    return fitting[0] if len(fitting) == 1 else None


def _direction(each: ProviderSum) -> str:
    return BankStatementLine.Direction.IN if each.amount_minor > 0 else BankStatementLine.Direction.OUT


def _lines_with_the_reference(each: ProviderSum) -> QuerySet[BankStatementLine]:
    """Lines of our bank that carry the reference of a sum, in time."""
    in_time = BankStatementLine.objects.filter(
        country=each.file.provider.country,
        currency=each.currency,
        value_date__gte=each.file.file_date,
        value_date__lte=each.due_date,
    )
    return in_time.annotate(plain=_plain_text()).filter(plain__contains=_plain(each.reference)).order_by("pk")


def _plain(text: str) -> str:
    """Letters and digits: banks drop or move what stands between."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def _plain_text() -> Func:
    return Func(Upper("text"), Value("[^A-Z0-9]"), Value(""), Value("g"), function="regexp_replace")


def _postings_of(each: ProviderSum, *, most: int, at: dt.datetime) -> tuple[list[Part], list[Leg]]:
    """Which account takes how much of at most so many minor units that the bank moved, and what moves beside it.

    What belongs to nobody whom we know stays on suspense.
    """
    if each.kind in {"collection", "refund"}:
        clearing = _account(each, chart.clearing(each.file.provider), at=at)
        return _parts_of(each, [Flow(BankExplanation.Kind.GATEWAY, clearing, each.moved.minor)], most=most), []
    shares = [(share, _account(each, AccountKey(share.party, share.code), at=at)) for share in each.shares.all()]
    fees = [_fee_leg(each, share, account, at=at) for share, account in shares if _keeps_its_fee(share)]
    way = -1 if each.amount_minor > 0 else 1
    flows = [Flow(share.party, account, way * share.owed_minor) for share, account in shares]
    flows.sort(key=lambda flow: flow.minor)  # what is missing at the end is missing from the largest
    netted = _net(flows, currency=each.currency, goes_out=way > 0)
    return _parts_of(each, flows, most=most), [*fees, *netted]


@dataclass
class Flow:
    """What an account takes of the bank line in its direction, minor units; below nought the other way."""

    party: str
    account: Account
    minor: int


def _net(flows: list[Flow], *, currency: str, goes_out: bool) -> list[Leg]:
    """Set what flows against the bank line off against what flows with it, account by account."""
    legs = []
    for against in flows:
        for along in flows:
            minor = min(-against.minor, along.minor)
            if minor <= 0:
                continue
            along.minor, against.minor = along.minor - minor, against.minor + minor
            debit, credit = (along, against) if goes_out else (against, along)
            legs.append(Leg(debit.account, credit.account, Money(minor, currency), "set off within the company's day"))
    return legs


def _parts_of(each: ProviderSum, flows: list[Flow], *, most: int) -> list[Part]:
    """Never more than the bank moved: what lines that nobody knows have lessened is closed with their items."""
    parts, left = [], most
    for flow in flows:
        taken = min(flow.minor, left)
        if taken > 0:
            parts.append(Part(flow.party, flow.account, Money(taken, each.currency), each.reference))
            left -= taken
    return parts


def _keeps_its_fee(share: ProviderSumShare) -> bool:
    """The margin of a recharge is ours with the sale; a biller's fee that it keeps is received now."""
    return share.party == "biller" and share.kept_minor != 0


def _fee_leg(each: ProviderSum, share: ProviderSumShare, account: Account, *, at: dt.datetime) -> Leg:
    receivable = _account(each, AccountKey("fee_receivable", share.code), at=at)
    debit, credit = (account, receivable) if share.kept_minor > 0 else (receivable, account)
    return Leg(debit, credit, Money(abs(share.kept_minor), each.currency), "fee kept by the biller")


def _account(each: ProviderSum, key: AccountKey, *, at: dt.datetime) -> Account:
    return chart.open_one(key, country=each.file.provider.country, currency=each.currency, at=at)


def _post_without_a_line(each: ProviderSum, legs: list[Leg], *, at: dt.datetime) -> None:
    if legs:
        post_transfers(
            legs=legs,
            event_type="provider_sum_settled",
            event_id=str(each.pk),
            business_date=business_date_of(book_of(each.file.provider.country), at),
            made_by=MadeBy("system"),
            at=at,
        )


def _unsettled_item(each: ProviderSum) -> str:
    return f"unsettled:{each.file.provider_id}:{each.reference}"
