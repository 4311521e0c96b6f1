"""The tiny model of the ledger: what stands on each account, what is held, and which accounts have a limit.

It knows no system and no database. An account is its code, whose kind stands before the colon; debits count above
nothing, credits below, so that the whole is nothing at any time.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

#: Kinds that grow by debits; all others grow by credits.
GROW_BY_DEBITS = frozenset({"till", "cash_in_transit", "over_short", "fee_receivable", "bank", "expense"})
#: Kinds of which no more goes out than came in.
LIMITED = frozenset({"till", "cash_in_transit", "float", "customer_funds", "subsidy"})


@dataclass(frozen=True)
class Move:
    """Money from one account to another."""

    debit: str
    credit: str
    minor: int


@dataclass(frozen=True)
class Hold:
    """Money set aside under a name, on its way from one account to another."""

    debit: str
    credit: str
    minor: int
    name: str


@dataclass(frozen=True)
class Post:
    """What was set aside under this name moves."""

    name: str


@dataclass(frozen=True)
class Void:
    """What was set aside under this name is free again."""

    name: str


Effect = Move | Hold | Post | Void


def kind_of(code: str) -> str:
    """`till` of `till:321324-0007`."""
    return code.partition(":")[0]


class Books:
    """Accounts and what is held on them."""

    def __init__(self) -> None:
        self.posted: Counter[str] = Counter()
        self.held: dict[str, Hold] = {}
        #: How often something happened on an account: what a count of the drawer remembers.
        self.versions: Counter[str] = Counter()

    def holds(self, code: str) -> int:
        """The balance of an account on the side on which it grows."""
        return self.posted[code] if kind_of(code) in GROW_BY_DEBITS else -self.posted[code]

    def set_aside(self, code: str) -> int:
        """What of it is on its way out."""
        leaves = "credit" if kind_of(code) in GROW_BY_DEBITS else "debit"
        return sum(hold.minor for hold in self.held.values() if getattr(hold, leaves) == code)

    def can_use(self, code: str) -> int:
        """What of it may still go out."""
        return self.holds(code) - self.set_aside(code)

    def apply(self, effects: Iterable[Effect]) -> None:
        """Let all of this happen."""
        for effect in effects:
            match effect:
                case Move(debit, credit, minor):
                    self._move(debit, credit, minor)
                case Hold(debit, credit, _minor, name):
                    self.held[name] = effect
                    self._touch(debit, credit)
                case Post(name):
                    hold = self.held.pop(name)
                    self._move(hold.debit, hold.credit, hold.minor)
                case Void(name):
                    hold = self.held.pop(name)
                    self._touch(hold.debit, hold.credit)

    def lacking(self, effects: Iterable[Effect]) -> str:
        """The kind of the first account that would give more than it has, if all of this happened; else nothing."""
        later = Books()
        later.posted, later.held = self.posted.copy(), dict(self.held)
        later.apply(effects)
        return next((kind_of(code) for code in later.versions if later.is_broken(code)), "")

    def is_broken(self, code: str) -> bool:
        """Whether more has gone out, or is on its way out, than came in."""
        return kind_of(code) in LIMITED and self.can_use(code) < 0

    def _move(self, debit: str, credit: str, minor: int) -> None:
        assert minor > 0, "a transfer is of an amount"
        assert debit != credit, "a transfer has two accounts"
        self.posted[debit] += minor
        self.posted[credit] -= minor
        self._touch(debit, credit)

    def _touch(self, *codes: str) -> None:
        self.versions.update(codes)


def moved(debit: str, credit: str, minor: int) -> list[Move]:
    """A move of this amount; the other way where it is below nothing, none where it is nothing."""
    if minor == 0:
        return []
    return [Move(debit, credit, minor) if minor > 0 else Move(credit, debit, -minor)]
