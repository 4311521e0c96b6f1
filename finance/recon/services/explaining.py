"""What a bank line turned out to be: moved from suspense to where it belongs, never more than the line brought."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, refuses
from core.language.reasons import no_identity_numbers
from core.money import Money, zero
from finance import chart
from finance.chart import AccountKey
from finance.floats.models import FloatTopUp
from finance.recon.models import BankExplanation, BankReturn, BankStatementLine
from ledger.models import Account
from ledger.queries import business_date_of
from ledger.services import Leg, MadeBy, book_of, post_transfers
from stations.accounts.models import User
from stations.models import Station

_K = BankExplanation.Kind
IN, OUT = BankStatementLine.Direction.IN, BankStatementLine.Direction.OUT


@dataclass(frozen=True, slots=True)
class Rule:
    """Which way money of this kind may flow, and which kind of account it belongs to."""

    directions: frozenset[str]
    account_kinds: frozenset[str]


#: What each kind of explanation allows. A float is filled by its top-up alone, which two people sign.
RULES: dict[str, Rule] = {
    _K.FLOAT: Rule(frozenset({IN}), frozenset({"float"})),
    # The payout has moved the mirror of the bank account when the bank said "paid": its line moves nothing twice.
    _K.PAYOUT: Rule(frozenset({IN, OUT}), frozenset({"bank"})),
    # What came back waits there for its payout (`payouts.match_return`); what goes out again names what came in.
    _K.SENT_BACK: Rule(frozenset({IN, OUT}), frozenset({"payout_clearing"})),
    _K.BILLER: Rule(frozenset({IN, OUT}), frozenset({"biller"})),
    _K.OPERATOR: Rule(frozenset({IN, OUT}), frozenset({"operator"})),
    _K.GATEWAY: Rule(frozenset({IN, OUT}), frozenset({"clearing"})),
    _K.RECEIVABLE: Rule(frozenset({IN}), frozenset({"fee_receivable"})),
    # What a county or a donor gives for one of its programmes, whose account stands before the money comes.
    _K.SUBSIDY: Rule(frozenset({IN}), frozenset({"subsidy"})),
    # A slip is found by its remittance. By hand it is the centre's own deposit, which has none.
    _K.REMITTANCE: Rule(frozenset({IN}), frozenset({"till"})),
    _K.FEE: Rule(frozenset({OUT}), frozenset({"expense"})),
    _K.INTEREST: Rule(frozenset({IN}), frozenset({"revenue"})),
    _K.TAX: Rule(frozenset({OUT}), frozenset({"tax_payable"})),
}


class BankLineExplained(Refused):
    """A bank line explains at most what it brought."""

    code = "bank_line_explained"
    message = _("Only %(left)s of this bank line is still unexplained.")


class ExplanationUnfit(Refused):
    """Money that came is no fee, money that went is no interest, and each kind has accounts of its own."""

    code = "explanation_unfit"
    status = 422
    message = _("This bank line cannot be that: the direction or the kind of account differs.")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bank line and the account to which it belongs. `amount` is above nought."""

    kind: str
    account: Account
    amount: Money
    text: str = ""


@refuses(ExplanationUnfit, BankLineExplained)
@transaction.atomic
def explain_bank_line(
    *,
    line: BankStatementLine,
    parts: Sequence[Part],
    by: User | None,
    at: dt.datetime,
    more: Sequence[Leg] = (),
    event_type: str = "bank_line_explained",
    event_id: str = "",
) -> list[BankExplanation]:
    """Move parts of a line from suspense to the accounts they belong to, in one group with `more` legs.

    `by` is None where a machine found it. Anyone who knows the event (a top-up, a remittance) names it. Refused:
    `explanation_unfit`, `bank_line_explained`, and what the ledger refuses; nothing moves then.
    """
    line = lock(line)
    wanted = sum(part.amount.minor for part in parts)
    for part in parts:
        _refuse_unfit(line, part)
    if wanted > line.amount_minor - line.explained_minor:
        raise BankLineExplained(left=line.unexplained.display())
    suspense = chart.open_one(chart.suspense(line.bank_account), country=line.country, currency=line.currency, at=at)
    legs = [_leg(line, part, suspense) for part in parts]
    count = line.explanations.count()
    post_transfers(
        legs=[*legs, *more],
        event_type=event_type,
        event_id=event_id or f"{line.pk}:{count}",
        business_date=business_date_of(book_of(line.country), at),
        made_by=MadeBy("staff", by.pk) if by else MadeBy("system"),
        at=at,
    )
    line.explained_minor += wanted
    line.save(update_fields=["explained_minor", "updated_at"])
    return BankExplanation.objects.bulk_create(
        [
            BankExplanation(
                line=line,
                kind=part.kind,
                amount_minor=part.amount.minor,
                currency=line.currency,
                account=part.account,
                text=part.text,
                made_by=by,
                made_at=at,
                transfer_id=leg.id,
            )
            for part, leg in zip(parts, legs, strict=True)
        ]
    )


@refuses(BankLineExplained)
@transaction.atomic
def note_explained(
    *, line: BankStatementLine, kind: str, account: Account, amount: Money, transfer: Any, by: User, at: dt.datetime
) -> BankExplanation:
    """Anyone who moved money of a line from suspense by an own posting says so."""
    note_taken(line=line, amount=amount)
    return BankExplanation.objects.create(
        line=line,
        kind=kind,
        amount_minor=amount.minor,
        currency=line.currency,
        account=account,
        made_by=by,
        made_at=at,
        transfer_id=transfer,
    )


@refuses(BankLineExplained)
@transaction.atomic
def note_taken(*, line: BankStatementLine, amount: Money) -> None:
    """So much of a line has been moved from suspense by the one who holds the line: a remittance, a loss case."""
    line = lock(line)
    if amount.minor > line.amount_minor - line.explained_minor:
        raise BankLineExplained(left=line.unexplained.display())
    line.explained_minor += amount.minor
    line.save(update_fields=["explained_minor", "updated_at"])


@transaction.atomic
def note_taken_back(*, transfer: UUID, back: UUID) -> None:
    """What `transfer` explained of a line lies on suspense again: `back` has reversed it."""
    explanation = lock(BankExplanation.objects.get(transfer=transfer))
    line = lock(explanation.line)
    explanation.taken_back_id = back
    explanation.save(update_fields=["taken_back", "updated_at"])
    line.explained_minor -= explanation.amount_minor
    line.save(update_fields=["explained_minor", "updated_at"])


@refuses(BankLineExplained, ExplanationUnfit)
@no_identity_numbers("text")
@transaction.atomic
def explain_by_hand(
    *, line: BankStatementLine, kind: str, amount: Money, of: str, text: str, by: User, at: dt.datetime
) -> BankExplanation:
    """As a finance officer says it. `of` is the code of the biller, operator, provider, station or programme.

    Of money that goes out again it is the reference of the bank line with which it came in, the same amount. Refused:
    `explanation_unfit` (a float too: that is a top-up's; cash of another station than a centre: that is a slip's),
    `bank_line_explained`.
    """
    line = lock(line)
    if FloatTopUp.objects.filter(bank_line=line).exists():
        raise BankLineExplained(left=zero(line.currency).display())
    key = _key_of(line, kind, of)
    if key is None or kind == _K.FLOAT or amount.minor <= 0 or amount.currency != line.currency:
        raise ExplanationUnfit(field="kind")
    account = Account.objects.select_related("book").filter(
        book__code=line.country, code=key.code, currency=amount.currency, closed_at=None
    )
    found = account.first()
    if found is None and kind in {_K.FEE, _K.INTEREST, _K.TAX, _K.PAYOUT, _K.SENT_BACK}:
        found = chart.open_one(key, country=line.country, currency=amount.currency, at=at)
    if found is None:
        raise ExplanationUnfit(field="of")
    came = _came_with(line, of, amount) if kind == _K.SENT_BACK and line.direction == OUT else None
    [made] = explain_bank_line(line=line, parts=[Part(kind, found, amount, text)], by=by, at=at)
    if came is not None:
        BankReturn.objects.create(explanation=came, sent_out=made, made_by=by, made_at=at)
    return made


def _came_with(line: BankStatementLine, of: str, amount: Money) -> BankExplanation:
    """What came in under this reference and waits, held until the transaction ends. Raises `ExplanationUnfit`."""
    about = {
        "country": line.country,
        "bank_account": line.bank_account,
        "currency": amount.currency,
        "line_ref": of,
    }
    rows = BankExplanation.objects.waiting().filter(**{f"line__{name}": value for name, value in about.items()})
    waits = rows.filter(amount_minor=amount.minor).order_by("pk").first()
    if waits is None or not BankExplanation.objects.waiting().filter(pk=lock(waits).pk).exists():
        raise ExplanationUnfit(field="of")
    return waits


def _key_of(line: BankStatementLine, kind: str, of: str) -> AccountKey | None:
    """The account that is meant, by the code of whom it concerns; the system's own accounts concern nobody."""
    own: dict[str, str] = {
        _K.FEE: "expense",
        _K.INTEREST: "revenue",
        _K.TAX: "tax_payable",
        _K.SENT_BACK: "payout_clearing",
    }
    others: dict[str, str] = {
        _K.BILLER: "biller",
        _K.OPERATOR: "operator",
        _K.GATEWAY: "clearing",
        _K.RECEIVABLE: "fee_receivable",
        _K.SUBSIDY: "subsidy",
        _K.REMITTANCE: "till",
    }
    if kind == _K.PAYOUT:
        return chart.bank(line.bank_account)
    if kind in own:
        return chart.platform(own[kind])
    if kind == _K.REMITTANCE and not Station.objects.filter(code=of, kind=Station.Kind.COUNTY_CENTRE).exists():
        return None
    return AccountKey(others[kind], of) if kind in others and of else None


def _refuse_unfit(line: BankStatementLine, part: Part) -> None:
    rule = RULES[part.kind]
    is_of_its_book = part.account.book.country == line.country
    fits = is_of_its_book and line.direction in rule.directions and part.account.kind in rule.account_kinds
    if not fits or part.account.currency != line.currency or part.amount.currency != line.currency:
        raise ExplanationUnfit(field="kind")


def _leg(line: BankStatementLine, part: Part, suspense: Account) -> Leg:
    """What came goes on to its account; what went is taken from it."""
    came = line.direction == IN
    debit, credit = (suspense, part.account) if came else (part.account, suspense)
    return Leg(debit, credit, part.amount, f"bank line: {part.kind}")
