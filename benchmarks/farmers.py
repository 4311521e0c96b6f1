"""Many farmers whose lots nobody can claim any more: two workers give the reserve to each, and each is told."""

from django.utils import timezone

from benchmarks import databases, filling
from benchmarks.lines import Line, Scale
from benchmarks.workers import worked_off
from core.jobs.models import Job
from finance import chart
from ledger.models import Account
from orders.models import FarmerStatement, LotSale
from orders.produce.services import schedule_settlements
from stations.models import Person

FARMERS, OF_A_LOT, MOST_SECONDS, WORKERS = 100_000, 500, 60, 2
RESERVE_MINOR = 22_86

# Past the services, for the size of the tables only: on a database to be dropped. Copies of one farmer of the
# demonstration with the two accounts, and of one lot and its sale, delivered a month ago.
_FILL = """
CREATE TEMPORARY TABLE farmer AS
SELECT uuidv7() AS id, n, (n - 1) / %(of_a_lot)s AS lot FROM generate_series(1, %(farmers)s) AS n;
INSERT INTO stations_person (id, created_at, updated_at, full_name, preferred_name, sex, birth_precision,
                             home_station_id, phone, phone_reversed, id_kind, language, residence, is_walk_in)
SELECT farmer.id, now(), now(), full_name, '', sex, 'unknown', home_station_id, '+86139' || lpad(n::text, 8, '0'),
       reverse('+86139' || lpad(n::text, 8, '0')), 'none', language, 'resident', false
  FROM farmer CROSS JOIN stations_person AS model WHERE model.id = %(model)s;
ALTER TABLE ledger_account DISABLE TRIGGER USER;
INSERT INTO ledger_account (code, book_id, kind, holder, currency, normal_side, "limit", mode, debits_posted,
                            credits_posted, debits_pending, credits_pending, version, opened_at)
SELECT model.kind || ':person-' || replace(farmer.id::text, '-', ''), book_id, kind, NULL, currency, normal_side,
       "limit", mode, 0, CASE kind WHEN 'reserve' THEN %(reserve)s ELSE 0 END, 0, 0, 0, now()
  FROM farmer CROSS JOIN ledger_account AS model WHERE model.id = ANY (%(accounts)s);
ALTER TABLE ledger_account ENABLE TRIGGER USER;
CREATE TEMPORARY TABLE lot AS
SELECT uuidv7() AS id, n FROM generate_series(0, (%(farmers)s - 1) / %(of_a_lot)s) AS n;
ALTER TABLE orders_lotsale DISABLE TRIGGER USER;
INSERT INTO orders_lot (id, created_at, updated_at, code, key, crop_id, station_id, currency, best_before_date, status,
                        opened_by_id, opened_at, delivered_at)
SELECT lot.id, now(), now(), 'FARMERS-' || n, 'farmers:' || n, crop_id, station_id, currency, current_date,
       'delivered', opened_by_id, now() - interval '40 days', now() - interval '30 days'
  FROM lot CROSS JOIN orders_lot AS model WHERE model.id = %(lot)s;
INSERT INTO orders_lotsale (id, created_at, updated_at, key, lot_id, grade_id, buyer_id, grams, price_minor,
                            amount_minor, claimed_minor, currency, sold_by_id, sold_at, delivered_at, claim_until_at)
SELECT uuidv7(), now(), now(), 'farmers:' || n, lot.id, grade_id, buyer_id, 10000, 600, 6000, 0, currency, sold_by_id,
       now() - interval '35 days', now() - interval '30 days', now() - interval '20 days'
  FROM lot CROSS JOIN orders_lotsale AS model WHERE model.id = %(sale)s;
ALTER TABLE orders_lotsale ENABLE TRIGGER USER;
INSERT INTO orders_farmerstatement (id, created_at, updated_at, lot_id, farmer_id, station_id, grams, gross_minor,
                                    deducted_minor, reserve_minor, net_minor, lost_minor, released_minor, currency,
                                    made_at)
SELECT uuidv7(), now(), now(), lot.id, farmer.id, model.station_id, 190000, 114300, 17679, %(reserve)s, 94335, 0, 0,
       model.currency, now() - interval '30 days'
  FROM farmer JOIN lot ON lot.n = farmer.lot CROSS JOIN orders_lot AS model WHERE model.id = %(lot)s
"""
_TABLES = ("stations_person", "ledger_account", "orders_lot", "orders_lotsale", "orders_farmerstatement")


def settled(scale: Scale, name: str) -> Line:
    """From the lots that are due to the last farmer who is told; each five hundred farmers share a lot."""
    farmers = scale.of(tiny=100, quick=FARMERS // 10, full=FARMERS)
    county, at = _fill(name, farmers), timezone.now()
    Job.objects.all().delete()
    schedule_settlements(county=county, night="benchmark", at=at)
    worked = worked_off(name, at, workers=WORKERS)
    if FarmerStatement.objects.filter(settled_at__isnull=False, lot__code__startswith="FARMERS-").count() != farmers:
        raise RuntimeError("not every farmer was settled")
    most = MOST_SECONDS * farmers / FARMERS
    told, used = f"{worked.seconds:.1f} s", f"{worked.cpu:.1f} s cpu"
    return Line(
        f"settlement of {farmers:,} farmers, {WORKERS} workers",
        told,
        f"<= {most:g} s",
        worked.seconds <= most,
        limit=used,
    )


def _fill(name: str, farmers: int) -> str:
    """So many farmers whose money is kept back; the code of their county."""
    sale = LotSale.objects.select_related("lot__station__county").order_by("pk")[0]
    model = Person.objects.filter(farmer_statements__lot=sale.lot).exclude(phone="").order_by("pk")[0]
    codes = [chart.farmer(model.pk).code, chart.reserve(model.pk).code]
    accounts = Account.objects.filter(code__in=codes, currency=sale.currency).values_list("pk", flat=True)
    about = {"model": model.pk, "accounts": list(accounts), "lot": sale.lot_id, "sale": sale.pk}
    filling.fill(_FILL, database=name, farmers=farmers, of_a_lot=OF_A_LOT, reserve=RESERVE_MINOR, **about)
    databases.as_owner(*(f"VACUUM ANALYZE {table}" for table in _TABLES), database=name)
    return sale.lot.station.county.code
