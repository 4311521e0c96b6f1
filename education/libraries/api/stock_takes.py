"""Stock-takes over the API."""

import datetime as dt
from typing import Any
from uuid import UUID

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from education.libraries import services
from education.libraries.api.shared import (
    TAKE,
    BarcodeIn,
    LibraryVerb,
    StockTakeOut,
)
from education.libraries.models import StockTake
from stations.accounts.models import User

TAKE_STOCK = "education.take_stock"


class StartStockTake(LibraryVerb):
    """Start a stock-take; the one that runs already is the answer."""

    requires = TAKE_STOCK
    Out = StockTakeOut
    success_status = 201
    refusals = refused_by(services.start_stock_take)
    out_example = TAKE | {"read": 0}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> StockTake:
        return services.start_stock_take(library=self.library(user, pk), by=user, at=at)


class _StockTakeVerb(VerbView):
    requires = TAKE_STOCK
    one_object = True
    Out = StockTakeOut

    def stock_take(self, user: User, pk: UUID) -> StockTake:
        return load(StockTake.objects.select_related("library__station"), user, self.requires, pk=pk)


class ScanCopy(_StockTakeVerb):
    """Count a book in a stock-take by its label; read twice it counts once."""

    In = BarcodeIn
    refusals = refused_by(services.scan_copy)
    in_example = {"barcode": "BK00000041"}
    out_example = TAKE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> StockTake:
        return services.scan_copy(stock_take=self.stock_take(user, pk), **data, by=user, at=at)


class CloseStockTake(_StockTakeVerb):
    """Finish a stock-take: what is missing, and what stands here unexpectedly."""

    refusals = refused_by(services.close_stock_take)
    out_example = TAKE | {
        "status": "closed",
        "closed_at": "2026-11-25T04:10:00.000Z",
        "read": 296,
        "expected": 300,
        "missing": 4,
        "unexpected": 0,
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> StockTake:
        return services.close_stock_take(stock_take=self.stock_take(user, pk), by=user, at=at)
