"""What of the money stands in the way of a partner's leaving, asked as the system asks it."""

from uuid import uuid4

import pytest
from django.utils import translation
from django.utils.timezone import now

from core.money import Money
from finance import chart
from ledger.services import Leg, MadeBy, post_transfers
from stations.contracts.services import ask_termination, binding_of, terminate_partner
from stations.models import Contract
from stations.network.services import ClearanceOpen
from tests.factories.days import today
from tests.factories.finance import desk, fill
from tests.factories.stations import county_manager_of


def pay_in(ready, minor):
    """Bring what the drawer holds to the bank."""
    bank, till = ready.account(chart.bank("main")), ready.account(ready.till_key)
    post_transfers(
        legs=[Leg(bank, till, Money(minor, "CNY"), "paid in")],
        event_type="test_money",
        event_id=uuid4().hex,
        business_date=today(),
        made_by=MadeBy("system"),
        at=now(),
    )


@translation.override("en")
def test_scenario_13_a_cent_in_the_till_stands_in_the_way_until_it_is_paid_in(db):
    ready = desk(mode="postpaid", till_open=False)
    fill(ready, ready.till_key, 1)
    contract = Contract.objects.get(user=ready.partner)
    first, second = (county_manager_of(ready.station.county) for _n in range(2))
    asked = ask_termination(contract=contract, actor=first, at=now(), reason="合同纠纷")
    assert binding_of(contract) == ["till 0.01 CNY"]
    with pytest.raises(ClearanceOpen, match=r"till 0\.01 CNY"):
        terminate_partner(termination=asked, actor=second, at=now())
    contract.refresh_from_db()
    assert contract.status == "active"
    pay_in(ready, 1)
    terminate_partner(termination=asked, actor=second, at=now())
    contract.refresh_from_db()
    assert contract.status == "terminated"
