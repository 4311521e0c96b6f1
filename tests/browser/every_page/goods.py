"""The catalogue, the warehouses, and orders in every state."""

from django.utils.timezone import now

from logistics.models import Bag, Parcel, RouteRun
from orders.models import (
    BuyerClaim,
    FarmerStatement,
    Fulfilment,
    GroupOrder,
    HarvestNotice,
    Intake,
    Lot,
    LotSale,
    Order,
    PaymentLink,
    PresaleCycle,
    PresaleOrder,
    Product,
    ProductImport,
    Promotion,
    Return,
    Shipment,
    Shop,
    ShopOrder,
    StockLevel,
    Warehouse,
)
from orders.purchases.link_tokens import token_of
from orders.shops.queries import token_of as checkout_token
from tests.browser.every_page.page import Pages, Story, one
from tests.factories.groups import group_row
from tests.factories.promotions import promotion_row
from tests.factories.shipping import row_of as shipment_row


class Goods(Story):
    """A product, a list that was imported, and the warehouse of the county."""

    def product(self, code: str = "RICE") -> Product:
        return Product.objects.get(code=code)

    def product_import(self) -> ProductImport:
        return ProductImport.objects.latest("pk")

    def warehouse(self) -> Warehouse:
        return Warehouse.objects.get(station__county=self.station.county)

    def parcel(self, status: str = "available_for_pickup") -> Parcel:
        return Parcel.objects.filter(to_station=self.station, status=status)[0]

    def bag(self) -> Bag:
        return Bag.objects.filter(to_station__county=self.station.county)[0]

    def runs(self) -> list[RouteRun]:
        """Of the county, one of each state."""
        rows = RouteRun.objects.filter(start__county=self.station.county).order_by("status", "-pk")
        return list(rows.distinct("status"))

    def level(self, sku: str) -> StockLevel:
        return StockLevel.objects.get(warehouse=self.warehouse(), variant__sku=sku)

    def orders(self) -> list[Order]:
        """One of each state."""
        rows = Order.objects.filter(station=self.station).order_by("status", "-pk")
        return list(rows.distinct("status"))

    def payment_link(self) -> PaymentLink:
        """One that is waiting to be paid."""
        return PaymentLink.objects.get(order__station=self.station, status="open")

    def shop(self) -> Shop:
        """One that is open, with orders."""
        return Shop.objects.filter(station=self.station, status="approved").order_by("pk")[0]

    def shops(self) -> list[Shop]:
        """One of each state."""
        return list(Shop.objects.filter(station=self.station).order_by("status", "-pk").distinct("status"))

    def shop_orders(self) -> list[ShopOrder]:
        """One of each state."""
        rows = ShopOrder.objects.filter(shop__station=self.station).select_related("checkout")
        return list(rows.order_by("status", "-pk").distinct("status"))

    def complaints_of_buyers(self) -> list[ShopOrder]:
        """Orders about which buyers complain, one of each state."""
        rows = ShopOrder.objects.filter(shop__station=self.station, claim__isnull=False).select_related("checkout")
        return list(rows.order_by("claim__status", "-pk").distinct("claim__status"))

    def claimable(self) -> list[ShopOrder]:
        """One that has arrived, and one whose claim was refused."""
        rows = ShopOrder.objects.filter(shop__station=self.station).select_related("checkout")
        return [rows.filter(status="delivered", claim=None)[0], rows.filter(claim__status="refused")[0]]

    def parts(self) -> list[Fulfilment]:
        """What is sent, one of each state."""
        rows = Fulfilment.objects.filter(order__station=self.station).order_by("status", "-pk")
        return list(rows.distinct("status"))

    def notices(self) -> list[HarvestNotice]:
        """One of each state."""
        rows = HarvestNotice.objects.filter(station=self.station).order_by("status", "-pk")
        return list(rows.distinct("status"))

    def intakes(self) -> list[Intake]:
        """One of each state."""
        return list(Intake.objects.filter(station=self.station).order_by("status", "-pk").distinct("status"))

    def lots(self) -> list[Lot]:
        """Of the county, one of each state."""
        rows = Lot.objects.filter(station__county=self.station.county).order_by("status", "-pk")
        return list(rows.distinct("status"))

    def presales(self) -> list[PresaleCycle]:
        """One of each state, wherever it is."""
        return list(PresaleCycle.objects.order_by("status", "-pk").distinct("status"))

    def presale_orders(self) -> list[PresaleOrder]:
        """One of each state, wherever it is."""
        return list(PresaleOrder.objects.order_by("status", "-pk").distinct("status"))

    def group(self) -> GroupOrder:
        """One that is open at the story's station."""
        return group_row(self.station, self.partner, self.payer)

    def groups(self) -> list[GroupOrder]:
        """One of each state, wherever it is."""
        return list(GroupOrder.objects.order_by("status", "-pk").distinct("status"))

    def promotion(self) -> Promotion:
        """One of the story's county."""
        return promotion_row(self.station.county, self.partner)

    def promotions(self) -> list[Promotion]:
        """One of each state, wherever it is."""
        return list(Promotion.objects.order_by("status", "-pk").distinct("status"))

    def shipments(self) -> list[Shipment]:
        """Parcels to the city, some states."""
        with_carrier = {"handed_on_at": now()}
        return [
            shipment_row(self.station, self.partner),
            shipment_row(self.station, self.partner, status="handed_on", **with_carrier),
            shipment_row(self.station, self.partner, status="returned", **with_carrier),
            shipment_row(self.station, self.partner, status="delivered", **with_carrier, ended_at=now()),
        ]

    def returns(self) -> list[Return]:
        """Goods that came back, one return of each state."""
        rows = Return.objects.filter(station=self.station).order_by("status", "-pk")
        return list(rows.distinct("status"))


PAGES: Pages = {
    "shops:shops": lambda house: [
        one("partner", "shops:shops"),
        one("manager", "shops:shops", query="?state=review"),
    ],
    "shops:new": lambda house: [
        one("partner", "shops:new"),
        one("partner", "shops:new", query=f"?person={house.payer.pk}"),
    ],
    "shops:shop": lambda house: [
        *(one("partner", "shops:shop", each.pk) for each in house.shops()),
        *(one("manager", "shops:shop", each.pk) for each in house.shops()),
    ],
    "shops:new_article": lambda house: [one("partner", "shops:new_article", house.shops()[0].pk)],
    "shops:article": lambda house: [one("partner", "shops:article", house.shop().articles.order_by("pk")[0].pk)],
    "shops:pack_list": lambda house: [one("helper", "shops:pack_list", house.shop().pk)],
    "shops:orders": lambda house: [
        *(
            one("partner", "shops:orders", query=f"?state={state}")
            for state in ("pack", "send", "way", "claims", "ended")
        ),
    ],
    "shops:order": lambda house: [
        *(one("partner", "shops:order", each.pk) for each in house.shop_orders()),
        one("manager", "shops:order", house.shop_orders()[0].pk),
        *(one("clerk", "shops:order", each.pk) for each in house.complaints_of_buyers()),
    ],
    "cityshops:shop": lambda house: [one("", "cityshops:shop", house.shop().ref)],
    "cityshops:basket": lambda house: [
        one("", "cityshops:basket"),
        one("", "cityshops:basket", query=f"?n-{house.shop().articles.order_by('pk')[0].ref}=2"),
    ],
    "cityshops:order": lambda house: [
        *(one("", "cityshops:order", checkout_token(each.checkout)) for each in house.shop_orders()),
        one("", "cityshops:order", "nobody-gave-this", status=404),
    ],
    "cityshops:claim": lambda house: [
        *(one("", "cityshops:claim", checkout_token(each.checkout), each.pk) for each in house.claimable()),
        one("", "cityshops:claim", "nobody-gave-this", house.shop_orders()[0].pk, status=404),
    ],
    "produce:harvests": lambda house: [one("partner", "produce:harvests"), one("clerk", "produce:harvests")],
    "produce:announce": lambda house: [
        one("partner", "produce:announce"),
        one("partner", "produce:announce", query=f"?person={house.payer.pk}"),
    ],
    "produce:harvest": lambda house: [
        *(one("partner", "produce:harvest", each.pk) for each in house.notices()),
        one("clerk", "produce:harvest", house.notices()[0].pk),
    ],
    "produce:intakes": lambda house: [one("partner", "produce:intakes"), one("clerk", "produce:intakes")],
    "produce:weigh": lambda house: [
        one("partner", "produce:weigh"),
        one("partner", "produce:weigh", query=f"?person={house.payer.pk}"),
    ],
    "produce:intake": lambda house: [
        *(one("partner", "produce:intake", each.pk) for each in house.intakes()),
        one("clerk", "produce:intake", house.intakes()[0].pk),
    ],
    "produce:slip": lambda house: [one("partner", "produce:slip", house.intakes()[0].pk)],
    "produce:lots": lambda house: [one("clerk", "produce:lots"), one("manager", "produce:lots")],
    "produce:open_lot": lambda house: [one("clerk", "produce:open_lot")],
    "produce:lot": lambda house: [
        *(one("clerk", "produce:lot", each.pk) for each in house.lots()),
        one("manager", "produce:lot", house.lots()[0].pk),
    ],
    "produce:sale": lambda house: [
        one("clerk", "produce:sale", LotSale.objects.filter(lot__in=house.lots()).order_by("pk")[0].pk),
    ],
    "produce:claims": lambda house: [one("manager", "produce:claims")],
    "produce:claim": lambda house: [one("manager", "produce:claim", BuyerClaim.objects.order_by("pk")[0].pk)],
    "produce:farmer": lambda house: [
        one(
            "partner",
            "produce:farmer",
            FarmerStatement.objects.filter(station=house.station).order_by("pk")[0].farmer_id,
        ),
        one("partner", "produce:farmer", house.payer.pk),
    ],
    "lot_passport": lambda house: [
        *(one("", "lot_passport", each.code) for each in house.lots() if each.status in ("closed", "recalled")),
        one("", "lot_passport", "nobody-has-this", status=404),
    ],
    "presales:presales": lambda house: [
        *(
            one("clerk", "presales:presales", query=f"?state={state}")
            for state in ("open", "allot", "deliver", "ended")
        ),
        one("manager", "presales:presales"),
    ],
    "presales:new": lambda house: [one("clerk", "presales:new")],
    "presales:presale": lambda house: [one("auditor", "presales:presale", each.pk) for each in house.presales()],
    "presales:orders": lambda house: [
        *(one("partner", "presales:orders", query=f"?state={state}") for state in ("here", "waits", "ended")),
        one("manager", "presales:orders"),
    ],
    "presales:new_order": lambda house: [
        one("partner", "presales:new_order"),
        one("partner", "presales:new_order", query=f"?person={house.payer.pk}"),
    ],
    "presales:order": lambda house: [
        *(one("auditor", "presales:order", each.pk) for each in house.presale_orders()),
    ],
    "groups:groups": lambda house: [
        *(one("partner", "groups:groups", query=f"?state={state}") for state in ("open", "ordered", "ended")),
        one("manager", "groups:groups"),
    ],
    "groups:new": lambda house: [one("partner", "groups:new")],
    "groups:join": lambda house: [
        one("partner", "groups:join"),
        one("partner", "groups:join", query=f"?person={house.payer.pk}&group={house.group().pk}&quantity=2"),
    ],
    "groups:group": lambda house: [
        one("partner", "groups:group", house.group().pk),
        *(one("auditor", "groups:group", each.pk) for each in house.groups()),
    ],
    "groups:sheet": lambda house: [one("partner", "groups:sheet", house.group().pk)],
    "shipping:shipments": lambda house: [
        *(one("partner", "shipping:shipments", query=f"?state={state}") for state in ("way", "carrier", "ended")),
        one("clerk", "shipping:shipments"),
    ],
    "shipping:new": lambda house: [
        one("partner", "shipping:new"),
        one("partner", "shipping:new", query=f"?person={house.payer.pk}&region=上海市&weight_g=1800"),
    ],
    "shipping:shipment": lambda house: [
        *(one("partner", "shipping:shipment", each.pk) for each in house.shipments()),
        *(one("clerk", "shipping:shipment", each.pk) for each in house.shipments()),
        *(one("manager", "shipping:shipment", each.pk) for each in house.shipments()),
    ],
    "promotions:promotions": lambda house: [
        *(one("manager", "promotions:promotions", query=f"?state={state}") for state in ("waiting", "running", "over")),
        one("finance", "promotions:promotions"),
    ],
    "promotions:new": lambda house: [one("manager", "promotions:new"), one("finance", "promotions:new")],
    "promotions:promotion": lambda house: [
        one("manager", "promotions:promotion", house.promotion().pk),
        *(one("finance", "promotions:promotion", each.pk) for each in house.promotions()),
    ],
    "subsidies:subsidies": lambda house: [one("manager", "subsidies:subsidies"), one("partner", "subsidies:subsidies")],
    "returns:returns": lambda house: [one("partner", "returns:returns"), one("clerk", "returns:returns")],
    "returns:new": lambda house: [one("partner", "returns:new", house.parts()[0].order_id)],
    "returns:slip": lambda house: [one("partner", "returns:slip", each.pk) for each in house.returns()[:2]],
    "returns:return": lambda house: [
        *(one("partner", "returns:return", each.pk) for each in house.returns()),
        *(one("clerk", "returns:return", each.pk) for each in house.returns()),
    ],
    "purchases:purchases": lambda house: [
        *(one("partner", "purchases:purchases", query=f"?state={state}") for state in ("consent", "collect", "ended")),
        one("manager", "purchases:purchases"),
    ],
    "purchases:new": lambda house: [
        one("partner", "purchases:new"),
        one("partner", "purchases:new", query=f"?person={house.payer.pk}&q=dami&n-RICE-5=2&n-BEANS=500"),
        one("helper", "purchases:new", query="?n-KETTLE-17=1"),
    ],
    "purchases:purchase": lambda house: [
        *(one("partner", "purchases:purchase", each.pk) for each in house.orders()),
        *(one("partner", "purchases:purchase", each.order_id) for each in house.parts()),
        one("clerk", "purchases:purchase", house.parts()[0].order_id),
    ],
    "paylinks:pay": lambda house: [
        one("", "paylinks:pay", token_of(house.payment_link())),
        one("", "paylinks:pay", "nobody-gave-this", status=404),
    ],
    "purchases:slip": lambda house: [one("partner", "purchases:slip", house.orders()[0].pk)],
    "purchases:warehouse": lambda house: [
        *(
            one("clerk", "purchases:warehouse", query=f"?state={state}")
            for state in ("pick", "pack", "send", "confirm", "arrive", "sent")
        ),
    ],
    "purchases:part": lambda house: [one("clerk", "purchases:part", each.pk) for each in house.parts()],
    "catalog:products": lambda house: [
        one("partner", "catalog:products"),
        one("partner", "catalog:products", query="?q=dami"),
        one("partner", "catalog:products", query="?q=nothing"),
        one("admin", "catalog:products"),
    ],
    "catalog:product": lambda house: [
        one("partner", "catalog:product", house.product().pk),
        one("auditor", "catalog:product", house.product("BEANS").pk),
    ],
    "catalog:import_list": lambda house: [one("admin", "catalog:import_list")],
    "catalog:import": lambda house: [one("admin", "catalog:import", house.product_import().pk)],
    "stock:stock": lambda house: [
        one("clerk", "stock:stock"),
        one("clerk", "stock:stock", query="?state=low"),
        one("manager", "stock:stock"),
    ],
    "stock:warehouse": lambda house: [
        one("clerk", "stock:warehouse", house.warehouse().pk),
        one("manager", "stock:warehouse", house.warehouse().pk),
    ],
    "stock:level": lambda house: [
        one("clerk", "stock:level", house.level("RICE-25").pk),
        one("clerk", "stock:level", house.level("OIL-5").pk),
    ],
    "parcels:parcels": lambda house: [
        one("partner", "parcels:parcels"),
        one("partner", "parcels:parcels", query="?state=late"),
        one("clerk", "parcels:parcels", query="?state=coming"),
    ],
    "parcels:hand_over": lambda house: [one("helper", "parcels:hand_over")],
    "parcels:scan": lambda house: [one("helper", "parcels:scan"), one("clerk", "parcels:scan")],
    "parcels:register": lambda house: [one("partner", "parcels:register")],
    "parcels:parcel": lambda house: [
        one("partner", "parcels:parcel", house.parcel().pk),
        one("partner", "parcels:parcel", house.parcel("collected").pk),
        one("clerk", "parcels:parcel", house.parcel("refused").pk),
    ],
    "routes:runs": lambda house: [one("helper", "routes:runs"), one("clerk", "routes:runs")],
    "routes:plan": lambda house: [one("clerk", "routes:plan")],
    "routes:run": lambda house: [
        *(one("clerk", "routes:run", each.pk) for each in house.runs()),
        one("partner", "routes:run", RouteRun.objects.filter(stops__station=house.station)[0].pk),
    ],
    "routes:pack": lambda house: [
        one("clerk", "routes:pack"),
        one("clerk", "routes:pack", query=f"?to={house.station.code}"),
        one("partner", "routes:pack"),
    ],
    "routes:bag_label": lambda house: [one("clerk", "routes:bag_label", house.bag().pk)],
    "parcels:label": lambda house: [one("clerk", "parcels:label", house.parcel().pk)],
}

NOT_PAGES = {
    "catalog:file",
    "cityshops:photo",
    "cityshops:qr",
    "groups:qr",
    "lot_passport_qr",
    "paylinks:qr",
    "parcels:label_qr",
    "parcels:label_bars",
}
