"""What is stored of produce: crops and buyers, what farmers bring, lots, sales, statements, claims."""

from orders.produce.models.claims import BuyerClaim, ClaimPart
from orders.produce.models.harvests import HarvestNotice
from orders.produce.models.intakes import Intake, IntakeGrade
from orders.produce.models.lots import Lot, LotGrade, LotHold, LotSource
from orders.produce.models.reference import Crop, DeductionPlan, DeductionRow, Grade, GradeSheet, ProduceBuyer
from orders.produce.models.sales import LotSale
from orders.produce.models.settlements import SettlementException
from orders.produce.models.statements import FarmerStatement, StatementDeduction
