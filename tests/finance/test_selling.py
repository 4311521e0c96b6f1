"""A trade that is new: what it says of a sale is enough to sell it, with a provider or without."""

from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from django.utils.timezone import now

from core.errors import QuoteChanged
from core.models import Instruction
from core.money import Money
from finance.fees.services import FeeQuote, Sale
from finance.models import Payment, Refund
from finance.payments.services import CodeProof, CounterSale, ProviderCall, Tender, sell, send_refund_code
from finance.payments.services.funding.till import CeilingReached
from tests.factories.finance import biller, desk, owed, payer_at, provider
from tests.factories.refunds import code_sent_for

pytestmark = pytest.mark.django_db


def yuan(amount):
    return Money(round(amount * 100), "CNY")


@dataclass(frozen=True, kw_only=True)
class Seeds(CounterSale):
    """A bag of seeds, handed over the counter."""

    purpose = Payment.Purpose.GOODS

    stored: list = field(default_factory=list)

    def for_fees(self, *, by, at):
        return Sale(
            event_type="payment",
            event_id="",
            service="seeds",
            base=self.amount,
            station=self.station,
            acted_by=by,
            taken_at=at,
        )

    def slip_lines(self):
        return [{"name": "plan", "value": "seeds"}]

    def store(self, payment):
        self.stored.append(payment.pk)


class OrderedSeeds(Seeds):
    """The same, where a company sends them."""

    def call(self, tender):
        request = {"amount": str(self.amount), "currency": self.amount.currency, "phone": tender.payer_phone}
        return ProviderCall(provider=provider(), kind="bill", path="/v1/bills/pay", request=request)


def sold(ready, sale, **tender):
    return sell(sale=sale, tender=Tender(**tender), by=ready.partner, at=now(), key=uuid4().hex)


def test_what_no_provider_executes_is_done_when_it_is_paid():
    ready = desk(mode="postpaid")
    sale = Seeds(station=ready.station, amount=yuan(80), subject_ref="seeds-1")
    payment = sold(ready, sale, cash_given=yuan(100))
    assert (payment.status, payment.funding, payment.subject_ref) == ("succeeded", "till", "seeds-1")
    assert (ready.holds(ready.till_key), ready.holds(ready.funds_key)) == (80_00, 80_00)
    assert sale.stored == [payment.pk]
    assert payment.receipts.get().lines[0] == {"name": "plan", "value": "seeds"}
    assert not Instruction.objects.exists()


@pytest.mark.parametrize(("mode", "funding"), [("prepaid", "float"), ("postpaid", "till")])
def test_what_a_provider_executes_is_held_until_it_has_spoken(mode, funding):
    ready = desk(mode=mode, float_minor=500_00)
    sale = OrderedSeeds(station=ready.station, amount=yuan(80))
    payment = sold(ready, sale, payer_phone="+8613805160001")
    assert (payment.status, payment.funding, payment.subject_ref) == ("held", funding, str(payment.pk))
    assert ready.can_use(ready.float_key) == (420_00 if funding == "float" else 500_00)
    assert Instruction.objects.get(pk=payment.pk).request["phone"] == "+8613805160001"
    assert sale.stored == [payment.pk]


def test_essential_sales_are_company_cash_at_a_prepaid_station_too():
    ready = desk(mode="prepaid", float_minor=500_00)
    payment = sold(ready, OrderedSeeds(station=ready.station, amount=yuan(80), is_essential=True))
    assert (payment.funding, ready.can_use(ready.float_key), ready.holds(ready.till_key)) == ("till", 500_00, 80_00)


def test_a_price_that_has_changed_since_it_was_shown_sells_nothing():
    ready = desk(mode="postpaid")
    sale = Seeds(station=ready.station, amount=yuan(80))
    shown = FeeQuote(yuan(80), yuan(1), yuan(0))
    with pytest.raises(QuoteChanged) as refusal:
        sold(ready, sale, expected=shown)
    assert refusal.value.params["agent_fee"] == "0.00"
    assert (sale.stored, Payment.objects.count(), ready.holds(ready.till_key)) == ([], 0, 0)


def test_money_owed_back_pays_and_only_the_rest_is_cash():
    ready = desk(mode="postpaid")
    refund = owed(ready, biller(), amount=30_00, payer=payer_at(ready))
    send_refund_code(refund=refund, at=now())
    proof = CodeProof(code_sent_for(refund))
    before = ready.holds(ready.till_key)
    payment = sold(ready, Seeds(station=ready.station, amount=yuan(80)), refund=refund, proof=proof)
    assert (payment.funding, payment.owed_minor, ready.holds(ready.till_key) - before) == ("owed", 30_00, 50_00)
    assert Refund.objects.get(pk=refund.pk).spent_on_id == payment.pk


@pytest.mark.parametrize(("minor", "fits"), [(4_999_99, True), (5_000_00, True), (5_000_01, False)])
def test_a_drawer_takes_cash_up_to_its_ceiling(minor, fits):
    ready = desk(mode="postpaid")
    sale = Seeds(station=ready.station, amount=Money(minor, "CNY"))
    if fits:
        assert sold(ready, sale).status == "succeeded"
        return
    with pytest.raises(CeilingReached):
        sold(ready, sale)
    assert ready.holds(ready.till_key) == 0
