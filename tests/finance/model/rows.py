"""What the model remembers of the rows of the counter: drawers, payments, money owed back."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from finance.models import Payment, Refund
from tests.finance.model.earnings import Earning
from tests.finance.model.house import Shop

UNDECIDED = frozenset({"held", "submitted", "pending", "unknown", "manual_review"})
#: Money owed back that has gone to somebody.
GIVEN = frozenset({"paid_out", "spent", "succeeded", "went_back"})


@dataclass
class Drawer:
    """A station's till as the model sees its day: no state is a day that has not been opened."""

    shop: Any
    state: str = ""
    date: dt.date | None = None
    holder: Any = None
    counted: int = 0
    counted_by: Any = None
    counted_at: dt.datetime | None = None
    version: int = 0


@dataclass
class Owed:
    """Money owed back: at which station, and how far it has come."""

    refund: Refund
    shop: Shop
    minor: int
    reason: str
    state: str = "granted"
    sale: "Sale | None" = None
    receiver: Any = None
    is_online: bool = False
    hold: str = ""
    ready_at: dt.datetime | None = None
    paid_at: dt.datetime | None = None
    was_called: bool = False
    tries: int = 0
    code: str = ""
    code_ends_at: dt.datetime | None = None
    #: On which day how many codes were sent.
    codes: tuple[dt.date | None, int] = (None, 0)
    #: The references under which a gateway was told to pay it back.
    orders: list[Any] = field(default_factory=list)

    @property
    def has_phone(self) -> bool:
        """Whether anybody is known to whom a code could be sent."""
        return self.sale is not None and self.sale.has_payer


@dataclass
class Sale:
    """One payment: what was taken for what, and how it stands."""

    payment: Payment
    shop: Shop
    purpose: str
    party: str
    amount: int
    fee: int
    funding: str
    taken_by: Any
    taken_at: dt.datetime
    target: str = ""
    state: str = "held"
    outcome: str = ""
    #: How the instruction stands: committed, sent, pending, unknown, settled.
    wire: str = "committed"
    back: int = 0
    submitted_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None
    proposal: tuple[str, Any] | None = None
    asked: str = ""
    #: Who paid whom at its success: first what is nobody's commission, then each commission.
    own_legs: list[tuple[str, str, int]] = field(default_factory=list)
    earnings: list[Earning] = field(default_factory=list)

    @property
    def legs(self) -> list[tuple[str, str, int]]:
        return [*self.own_legs, *(leg for earning in self.earnings for leg in earning.paid())]

    @property
    def total(self) -> int:
        return self.amount + self.fee

    @property
    def name(self) -> str:
        """Of its hold."""
        return f"payment {self.payment.pk}"

    @property
    def clearing(self) -> str:
        return f"clearing:{self.party}"

    @property
    def has_payer(self) -> bool:
        """Who ordered is known, and anyone who brings money to a partner; the one who brings it to a helper is not."""
        return self.purpose == "order" or (self.is_executed and self.taken_by == self.shop.partner)

    @property
    def is_executed(self) -> bool:
        """Whether a company does something for it."""
        return self.purpose in {"bill", "recharge"}
