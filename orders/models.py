"""Table of contents: every noun this app stores."""

from orders.catalog.models import (
    Category,
    PriceItem,
    PriceList,
    Product,
    ProductImport,
    ProductKey,
    Supplier,
    Variant,
)
from orders.groups.models import GroupOrder, GroupPledge, GroupTier
from orders.presales.models import PresaleClaim, PresaleCycle, PresaleHarvest, PresaleOrder
from orders.produce.models import (
    BuyerClaim,
    ClaimPart,
    Crop,
    DeductionPlan,
    DeductionRow,
    FarmerStatement,
    Grade,
    GradeSheet,
    HarvestNotice,
    Intake,
    IntakeGrade,
    Lot,
    LotGrade,
    LotHold,
    LotSale,
    LotSource,
    ProduceBuyer,
    SettlementException,
    StatementDeduction,
)
from orders.promotions.models import (
    Promotion,
    PromotionAgreement,
    PromotionArticle,
    PromotionBearer,
    PromotionPart,
    PromotionUse,
    ShopCouponUse,
)
from orders.purchases.models import (
    CodPolicy,
    CodRefusal,
    CodStanding,
    CodWaiver,
    Fulfilment,
    FulfilmentLine,
    Order,
    OrderConsent,
    OrderLine,
    OrderPayment,
    PaymentLink,
)
from orders.returns.models import Return, ReturnLine, ReturnPolicy, ReturnRefund
from orders.shipping.models import Shipment, ShippingRegion, ShippingStep, ShippingTariff, ShippingZone
from orders.shops.models import (
    Shop,
    ShopArticle,
    ShopCheckout,
    ShopClaim,
    ShopClaimPhoto,
    ShopOrder,
    ShopOrderLine,
    ShopPolicy,
)
from orders.stock.models import Allocation, StockLevel, StockMovement, Warehouse, WarehouseRoute
from orders.subsidies.models import ParcelSubsidy, SubsidyProgramme
from orders.suppliers.models import SupplierOrder, SupplierWebhook
