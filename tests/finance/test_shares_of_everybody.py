"""Every beneficiary that a plan offers gets its share: partner, county, township hub, carrier and platform."""

from uuid import uuid4

import pytest
from django.utils.timezone import now

from core.money import Money
from finance import chart
from finance.fees.services import Sale, accrue_fees, reverse_fees
from finance.models import CommissionLine, CommissionShare, PayeeAccount
from finance.settlement.queries.payees import names_of
from finance.settlement.services import enrol_payees
from ledger.services import SYSTEM
from tests.factories.commission import NOON, lines_of, taken
from tests.factories.finance import biller, desk, fill, plan_of
from tests.factories.stations import StationFactory
from tests.finance.auditing import findings

pytestmark = pytest.mark.django_db

SHARES = [("partner", "flat", 1_00), ("county", "flat", 15), ("hub", "flat", 20), ("carrier", "flat", 30)]


@pytest.fixture
def plan():
    return plan_of({"total_kind": "flat", "total_value": 2_00, "shares": SHARES})


def below_a_hub(**values):
    centre = StationFactory(kind="county_centre")
    hub = StationFactory(kind="township_hub", county=centre.county, parent=centre)
    return hub, desk(float_minor=1_500_00, county=centre.county, parent=hub, **values)


def parcel(ready, **values):
    """A sale that a carrier brought; what was taken for it lies in customer_funds."""
    fill(ready, ready.funds_key, 2_00)
    sale = Sale(
        event_type="parcel",
        event_id=uuid4().hex,
        service="bill_payment",
        base=Money(100_00, "CNY"),
        station=ready.station,
        acted_by=ready.partner,
        taken_at=NOON,
        carrier="YUNDA",
        **values,
    )
    accrue_fees(sale=sale, source=ready.funds_key, made_by=SYSTEM, at=now())
    return sale


@pytest.mark.usefixtures("plan")
def test_everybody_whom_a_plan_names_gets_their_share():
    hub, ready = below_a_hub()
    sale = parcel(ready)
    lines = {line.beneficiary: line for line in CommissionLine.objects.filter(event_id=sale.event_id)}
    offered = set(CommissionShare.Beneficiary.values) - {"helper"}
    assert {name: line.amount_minor for name, line in lines.items()} == {
        "partner": 1_00,
        "county": 15,
        "hub": 20,
        "carrier": 30,
        "platform": 35,
    }
    assert lines.keys() == offered
    assert lines["hub"].account.code == f"commission:hub-{hub.code}"
    assert lines["carrier"].account.code == "carrier:YUNDA"
    assert ready.holds(chart.commission_of_hub(hub)) == 20
    assert ready.holds(chart.carrier("YUNDA")) == 30


@pytest.mark.usefixtures("plan")
def test_what_a_hub_and_a_carrier_got_comes_back_with_the_sale():
    hub, ready = below_a_hub()
    sale = parcel(ready)
    reverse_fees(event_type="parcel", event_id=sale.event_id, part=100_00, base=100_00, key=uuid4().hex, at=now())
    assert (ready.holds(chart.commission_of_hub(hub)), ready.holds(chart.carrier("YUNDA"))) == (0, 0)
    assert ready.holds(ready.funds_key) == 2_00


@pytest.mark.usefixtures("plan")
def test_a_hub_earns_from_a_bill_paid_below_it_and_is_settled_under_its_name():
    hub, ready = below_a_hub()
    payment = taken(ready, biller(amount_rule="any"))
    assert lines_of(payment) == {"partner": 1_00, "county": 15, "hub": 20, "platform": 65}
    enrol_payees(country="CN", at=now())
    known = PayeeAccount.objects.get(account=ready.account(chart.commission_of_hub(hub)))
    assert (known.kind, known.county) == ("hub", hub.county)
    assert names_of([known.payee]) == {known.payee: hub.name}
    assert findings() == []


@pytest.mark.usefixtures("plan")
def test_a_sale_at_the_hub_itself_is_the_hubs_too():
    ready = desk(float_minor=1_500_00, kind="township_hub")
    assert lines_of(taken(ready, biller(amount_rule="any")))["hub"] == 20


@pytest.mark.usefixtures("plan")
def test_directly_below_the_centre_the_share_of_a_hub_stays_with_the_platform():
    assert lines_of(taken(desk(float_minor=1_500_00), biller(amount_rule="any"))) == {
        "partner": 1_00,
        "county": 15,
        "platform": 85,
    }
