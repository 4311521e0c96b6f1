"""Goods and produce: an order beside django-oscar, the last pieces raced for, a search, a trace, farmers settled."""

import datetime as dt
import itertools
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from benchmarks import databases, farmers, filling, sites
from benchmarks.clients import Pace, together
from benchmarks.lines import Line, Scale, rate, times
from benchmarks.pages import p95, statements_of
from benchmarks.peers import Peer
from core.days import day_in
from core.money import Money
from orders.catalog.queries import first_matching
from orders.models import (
    Allocation,
    IntakeGrade,
    Lot,
    Order,
    OrderConsent,
    ProduceBuyer,
    Promotion,
    PromotionBearer,
    StockLevel,
    Variant,
)
from orders.produce.queries import farmers_above, lots_below, sales_below
from orders.promotions.services import Terms, approve_promotion, prepare_promotion
from orders.purchases.services import Item, request_consent, sign_consent, start_purchase
from orders.stock.services import OutOfStock, adjust_stock, receive_stock
from stations.models import Person, Station, User

OSCAR = Peer("oscar", "django-oscar==4.2.1", "Django>=5.2,<5.3", "psycopg2-binary", "setuptools<81")
STATION = "321324-0003"
LINES, STATEMENTS, AT_LEAST = 3, 12, 10
#: Of the rate that is kept where everybody uses the budget of one promotion.
KEPT = 0.7
PIECES, RACERS = 20, 16
SEARCH_MS, TRACE_MS = 100, 100
FOUND = 20
#: A lot that was split in two, its parts again, and so on for ten levels; so many of them are traced.
LEVELS, LOTS_OF_FAMILY, TRACED = 10, 2**11 - 1, 100

# Past the services, for the size of the tables only: on a database to be dropped. Copies of the demonstration's
# products under a number of their own, in four variants each; the keys of their names end in the number.
_VARIANTS = """
CREATE TEMPORARY TABLE model AS
SELECT row_number() OVER (ORDER BY id) - 1 AS place, product.* FROM orders_product AS product;
CREATE TEMPORARY TABLE made AS
SELECT nextval(pg_get_serial_sequence('orders_product', 'id')) AS new_id, n, model.*
  FROM generate_series(1, %(products)s) AS n JOIN model ON place = n %% (SELECT count(*) FROM model);
INSERT INTO orders_product (id, created_at, updated_at, code, category_id, supplier_id, name, name_zh, weight_g,
                            is_fragile, status)
SELECT new_id, now(), now(), 'BENCH-' || n, category_id, supplier_id, name || ' ' || n, name_zh || n, weight_g,
       is_fragile, 'active'
  FROM made;
INSERT INTO orders_productkey (created_at, updated_at, product_id, key)
SELECT now(), now(), new_id, left(key.key || n, 60) FROM made JOIN orders_productkey AS key ON key.product_id = made.id
UNION
SELECT now(), now(), new_id, n::text FROM made;
INSERT INTO orders_variant (created_at, updated_at, product_id, sku, barcode, label, label_zh, unit, quantity_step)
SELECT now(), now(), new_id, 'BENCH-' || n || '-' || size, '', size || ' kg', size || '公斤', 'piece', 1
  FROM made CROSS JOIN generate_series(1, 4) AS size
"""
_LOTS = """
ALTER TABLE orders_lotsource DISABLE TRIGGER USER;
ALTER TABLE orders_lotsale DISABLE TRIGGER USER;
CREATE TEMPORARY TABLE node AS
SELECT (lpad(to_hex(family), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id, n,
       (lpad(to_hex(family), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n / 2), 12, '0'))::uuid AS parent
  FROM generate_series(1, %(families)s) AS family CROSS JOIN generate_series(1, %(lots)s) AS n;
INSERT INTO orders_lot (id, created_at, updated_at, code, key, crop_id, station_id, currency, best_before_date, status,
                        opened_by_id, opened_at)
SELECT node.id, now(), now(), left(replace(node.id::text, '-', ''), 32), 'benchmark:' || node.id, lot.crop_id,
       lot.station_id, lot.currency, current_date + 30, 'closed', lot.opened_by_id, now()
  FROM node CROSS JOIN orders_lot AS lot WHERE lot.id = %(lot)s;
INSERT INTO orders_lotsource (id, created_at, updated_at, lot_id, grade_id, intake_grade_id, parent_lot_id, grams)
SELECT uuidv7(), now(), now(), node.id, %(grade)s, CASE n WHEN 1 THEN %(intake_grade)s END,
       CASE WHEN n > 1 THEN node.parent END, 1000
  FROM node;
INSERT INTO orders_lotsale (id, created_at, updated_at, key, lot_id, grade_id, buyer_id, grams, price_minor,
                            amount_minor, claimed_minor, currency, sold_by_id, sold_at)
SELECT uuidv7(), now(), now(), 'benchmark:' || node.id, node.id, %(grade)s, %(buyer)s, 1000, 500, 500, 0,
       lot.currency, lot.opened_by_id, now()
  FROM node CROSS JOIN orders_lot AS lot WHERE lot.id = %(lot)s AND n > %(lots)s / 2;
ALTER TABLE orders_lotsource ENABLE TRIGGER USER;
ALTER TABLE orders_lotsale ENABLE TRIGGER USER
"""


def measure(scale: Scale) -> Iterator[Line]:
    """Orders as a counter begins and places them; then what a search and a recall cost in large tables."""
    with sites.loaded("orders", scale, residents=600, bills=2) as name, databases.empty("oscar") as peer:
        counter = _Counter()
        yield _statements(counter)
        yield from _orders(scale, counter, peer)
        yield _last_pieces(scale, counter)
        yield _search(scale, name)
        yield _trace(scale, name)
        yield farmers.settled(scale, name)


class _Counter:
    """A partner who orders for a resident in three lines, agreed with a signature that somebody saw."""

    def __init__(self) -> None:
        self.station = Station.objects.get(code=STATION)
        self.partner = User.objects.get(username="partner")
        self.buyer, self.witness = Person.objects.exclude(pk=self.partner.person_id).order_by("pk")[:2]
        levels = StockLevel.objects.filter(
            warehouse__routes__division=self.station.county, variant__unit=Variant.Unit.PIECE, on_hand__gt=0
        )
        self.levels = list(levels.select_related("warehouse", "variant__product__category").order_by("pk")[:LINES])
        if len(self.levels) < LINES:
            raise RuntimeError("the warehouse has too few articles")
        for level in self.levels:
            receive_stock(
                warehouse=level.warehouse, variant=level.variant, quantity=10**7, by=self.partner, at=timezone.now()
            )

    def begin(self, *lines: StockLevel) -> Order:
        """The order as a draft."""
        return start_purchase(
            station=self.station,
            items=[Item(level.variant, 1) for level in lines],
            pay_method="station_cash",
            villager=self.buyer,
            by=self.partner,
            at=timezone.now(),
            key=uuid4().hex,
        )

    def ask(self, order: Order) -> Order:
        """The goods are reserved, and the slip is printed."""
        kind = OrderConsent.Kind.PRINTED_SLIP
        return request_consent(order=order, kind=kind, by=self.partner, at=timezone.now())

    def sign(self, order: Order) -> Order:
        """The buyer signs."""
        return sign_consent(order=order, witness=self.witness, by=self.partner, at=timezone.now())

    def give_promotion(self) -> None:
        """From now on everybody saves a tenth, and all of it is counted in one budget."""
        today = day_in(self.station.zone, timezone.now())
        terms = Terms(
            code="BENCHMARK",
            kind=Promotion.Kind.PERCENT,
            value=1_000,
            budget=Money(10**14, self.station.currency),
            shares={PromotionBearer.Party.PLATFORM: 10_000},
            from_date=today,
            to_date=today + dt.timedelta(days=2),
        )
        at, names = timezone.now(), {"name": "Benchmark", "name_zh": "基准", "key": "benchmark"}
        first, second = (User.objects.get(username=name) for name in ("finance", "finance2"))
        prepared = prepare_promotion(terms=terms, county=None, by=first, at=at, **names)
        approve_promotion(promotion=prepared, by=second, at=at)

    def order(self) -> Order:
        """All three presses."""
        return self.sign(self.ask(self.begin(*self.levels)))


def _statements(counter: _Counter) -> Line:
    counter.order()
    made: list[Order] = []
    counts = [
        statements_of(lambda: made.append(counter.begin(*counter.levels))),
        statements_of(lambda: made.append(counter.ask(made[-1]))),
        statements_of(lambda: made.append(counter.sign(made[-1]))),
    ]
    told = " + ".join(map(str, counts))
    return Line(f"an order of {LINES} lines, statements", told, f"<= {STATEMENTS}", max(counts) <= STATEMENTS)


def _orders(scale: Scale, counter: _Counter, peer: str) -> Iterator[Line]:
    clients = scale.of(tiny=1, quick=4, full=4)
    ours = together(clients, scale.seconds, lambda _n: counter.order)
    yield _to_peer(scale, ours, clients, peer)
    counter.give_promotion()
    cheaper = together(clients, scale.seconds, lambda _n: counter.order)
    ratio = cheaper.per_second / ours.per_second
    told, goal = "the same, one promotion for everybody", f">= {KEPT} x"
    yield Line(told, rate(cheaper.per_second), goal, ratio >= KEPT, limit=rate(ours.per_second), ratio=times(ratio))


def _to_peer(scale: Scale, ours: Pace, clients: int, peer: str) -> Line:
    told, cost = f"an order of {LINES} lines, to django-oscar", f"{ours.cpu / 1000:.1f} ms cpu"
    if not scale.has_peers:
        return Line(told, rate(ours.per_second), f">= {AT_LEAST} x", None, limit=cost)
    theirs = OSCAR.measure("order", str(clients), str(scale.seconds), database=peer)["per_second"]
    ratio = ours.per_second / theirs
    met, compared = ratio >= AT_LEAST, {"peer": rate(theirs), "ratio": times(ratio)}
    return Line(told, rate(ours.per_second), f">= {AT_LEAST} x", met, limit=cost, **compared)


def _last_pieces(scale: Scale, counter: _Counter) -> Line:
    """Everybody begins orders of the one article of which 20 pieces are free, and has them reserved."""
    level = counter.levels[0]
    level.refresh_from_db(fields=["allocated"])
    level = adjust_stock(
        level=level, counted=level.allocated + PIECES, reason="benchmark", by=counter.partner, at=timezone.now()
    )
    clients = scale.of(tiny=2, quick=RACERS, full=RACERS)

    def make_act(_n: int) -> Callable[[], object]:
        def act() -> object:
            try:
                return counter.ask(counter.begin(level))
            except OutOfStock:
                return None

        return act

    before = Allocation.objects.filter(stock_level=level).count()
    together(clients, max(scale.seconds, 0.5), make_act)
    level.refresh_from_db()
    reserved = Allocation.objects.filter(stock_level=level).count() - before
    is_met = reserved == PIECES and level.allocated <= level.on_hand
    return Line(f"{clients} clients race for {PIECES} pieces, got", str(reserved), f"{PIECES}, none twice", is_met)


def _search(scale: Scale, name: str) -> Line:
    """As the counter looks for articles: by pinyin, initials, hanzi, two words, a number, an article number."""
    products = scale.of(tiny=100, quick=12_500, full=250_000)
    tables = ("orders_product", "orders_productkey", "orders_variant")
    with filling.bare(*tables, database=name):
        filling.fill(_VARIANTS, database=name, products=products)
    databases.as_owner(*(f"VACUUM ANALYZE {table}" for table in tables), database=name)
    connection.close()
    numbers = [1 + place * (products - 1) // 9 for place in range(10)]
    fixed = ["dami", "大米", "db", "洗衣", "xiyiji", "rice", "washing machine", "huasheng you", "nothing at all"]
    typed = [*fixed, *(f"大米{n}" for n in numbers), *(f"dami{n}" for n in numbers), *(f"BENCH-{n}-2" for n in numbers)]
    taken = []
    for words in itertools.chain(typed, typed):
        start = time.perf_counter()
        first_matching(Variant.objects.on_sale().select_related("product"), words, most=FOUND)
        taken.append(1000 * (time.perf_counter() - start))
    slowest = p95(taken[len(typed) :])
    return Line(
        f"search among {4 * products:,} variants, p95",
        f"{slowest:.1f} ms",
        f"<= {SEARCH_MS} ms",
        slowest <= SEARCH_MS,
        limit=f"{p95(taken[: len(typed)]):.1f} ms first",
    )


def _trace(scale: Scale, name: str) -> Line:
    """From a lot to all that was made from it and sold, and from what was sold back to the farmers."""
    families = scale.of(tiny=1, quick=50, full=490)
    filled = IntakeGrade.objects.filter(lot_sources__isnull=False).order_by("pk")[0]
    lot, buyer = filled.lot_sources.order_by("pk")[0].lot_id, ProduceBuyer.objects.order_by("pk")[0]
    about = {"lot": lot, "grade": filled.grade_id, "intake_grade": filled.pk, "buyer": buyer.pk}
    tables = ("orders_lot", "orders_lotsource", "orders_lotsale")
    with filling.bare(*tables, database=name):
        filling.fill(_LOTS, database=name, families=families, lots=LOTS_OF_FAMILY, **about)
    databases.as_owner(*(f"VACUUM ANALYZE {table}" for table in tables), database=name)
    connection.close()
    taken = []
    for family in range(1, min(families, TRACED) + 1):
        root, leaf = (Lot.objects.get(pk=f"{family:08x}-0000-7000-8000-{node:012x}") for node in (1, LOTS_OF_FAMILY))
        start = time.perf_counter()
        below, farmers = lots_below(root), list(farmers_above(leaf))
        sold = list(sales_below(root).values_list("buyer__name", "grams"))
        taken.append(1000 * (time.perf_counter() - start))
        if (len(below), len(sold), len(farmers)) != (LOTS_OF_FAMILY, 2**LEVELS, 1):
            raise RuntimeError("the trace is not whole")
    slowest = p95(taken)
    return Line(
        f"a recall over {LEVELS} levels of {families * LOTS_OF_FAMILY:,} sources",
        f"{slowest:.1f} ms",
        f"<= {TRACE_MS} ms p95",
        slowest <= TRACE_MS,
        limit=f"{max(taken):.1f} ms worst",
    )
