"""Claims about boxes over the API: raised at the counter, decided by the county, each on the order of the boxes."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.files.services import own_file
from orders.presales import services
from orders.presales.api.fields import (
    AcceptPresaleClaimIn,
    PresaleClaimIn,
    PresaleClaimOut,
    RefusePresaleClaimIn,
)
from orders.presales.models import PresaleClaim, PresaleOrder
from orders.presales.queries import presale_orders
from stations.accounts.models import User


class _ClaimVerb(VerbView):
    one_object = True
    Out: ClassVar[Any] = PresaleClaimOut

    def order(self, user: User, pk: UUID) -> PresaleOrder:
        """The order, within reach of who acts."""
        return load(presale_orders(), user, self.requires, pk=pk)


class RaisePresaleClaim(_ClaimVerb):
    """Write down that boxes of an order are bad."""

    requires = "orders.raise_presale_claim"
    In = PresaleClaimIn
    success_status = 201
    refusals = refused_by(services.raise_presale_claim, own_file)
    in_example = PresaleClaimIn.example
    out_example = PresaleClaimOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PresaleClaim:
        order = self.order(user, pk)
        photo = own_file(pk=data.pop("photo"), by=user.pk, field="photo")
        return services.raise_presale_claim(order=order, **data, photo=photo, by=user, at=at, key=key)


class AcceptPresaleClaim(_ClaimVerb):
    """Give the price of bad boxes back; who gave cause pays."""

    requires = "orders.decide_presale_claim"
    In = AcceptPresaleClaimIn
    refusals = refused_by(services.accept_presale_claim)
    in_example: ClassVar[dict[str, Any]] = {"bearer": "farmers"}
    out_example = PresaleClaimOut.example | {"status": "accepted", "bearer": "farmers"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PresaleClaim:
        return services.accept_presale_claim(order=self.order(user, pk), **data, by=user, at=at)


class RefusePresaleClaim(_ClaimVerb):
    """Refuse a claim about boxes, for a reason."""

    requires = "orders.decide_presale_claim"
    In = RefusePresaleClaimIn
    refusals = refused_by(services.refuse_presale_claim)
    in_example: ClassVar[dict[str, Any]] = {"reason": "the photo shows other fruit"}
    out_example = PresaleClaimOut.example | {"status": "refused", "decision_note": "the photo shows other fruit"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PresaleClaim:
        return services.refuse_presale_claim(order=self.order(user, pk), **data, by=user, at=at)
