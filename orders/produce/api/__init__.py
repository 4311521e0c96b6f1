"""Produce over the API."""

from orders.produce.api.claims import AcceptClaim, BuyerClaims, RaiseClaim, RejectClaim
from orders.produce.api.harvests import CancelHarvest, ConfirmHarvest, HarvestNotices
from orders.produce.api.intakes import (
    AcceptIntake,
    AskFarmer,
    CorrectIntake,
    DisputeIntake,
    GradeIntake,
    IntakeDetail,
    Intakes,
    PayAdvance,
    PhotographIntake,
    RegradeIntake,
    RejectIntake,
    SendAdvanceCode,
)
from orders.produce.api.lots import (
    CloseLot,
    DeliverLot,
    DispatchLot,
    FillLot,
    HoldLot,
    LotDetail,
    Lots,
    LotTrace,
    RecallLot,
    ReleaseLot,
    RetrySettlement,
    SellLot,
    SplitLot,
)
from orders.produce.api.passports import LotPassport
from orders.produce.api.statements import FarmerStatements
