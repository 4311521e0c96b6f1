"""What is posted, stored and told for many farmers takes as many statements of the database as for a few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from orders.models import FarmerStatement
from orders.produce import services
from tests.factories.produce import accepted, another_farmer, closed, orchard, sold
from tests.finance.auditing import findings

pytestmark = pytest.mark.django_db
#: Statements by which the two accounts of a farmer are opened at the first sale.
ACCOUNTS_OPENED = 2 * 8


@pytest.fixture
def ready():
    return orchard()


def test_many_farmers_are_settled_in_as_many_statements_as_a_few(ready):
    at, counts = now(), []
    for farmers in (2, 12):
        for _number in range(farmers):
            farmer = another_farmer(ready, phone="+8613900000321")
            accepted(ready, 10_000, 0, 0, farmer=farmer, at=at)
        lot = closed(ready, at=at)
        sold(ready, lot, ready.first, farmers * 10_000, 6_50, at=at)
        services.dispatch_lot(lot=lot, by=ready.clerk, at=at)
        with CaptureQueriesContext(connection) as delivery:
            services.deliver_lot(lot=lot, by=ready.clerk, at=at)
        ends_at = lot.sales.get().claim_until_at
        with CaptureQueriesContext(connection) as settlement:
            assert len(services.settle_lots(county=ready.station.county.code, at=ends_at)) == 1
        assert FarmerStatement.objects.filter(lot=lot, settled_at=ends_at, released_minor__gt=0).count() == farmers
        counts.append((len(delivery), len(settlement)))
    # A farmer's first sale opens the accounts of the farmer and of the reserve; nothing else is done one by one.
    (few, few_settled), (many, many_settled) = counts
    assert many_settled == few_settled
    assert many - few <= 10 * ACCOUNTS_OPENED
    assert findings() == []
