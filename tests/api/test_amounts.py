"""Amounts of requests are strings with exactly the decimals of their currency; a refusal names the field."""

import pytest
from rest_framework import serializers

from core.api import AmountField, SignedAmountField, VerbView, amounts_in
from core.money import AmountNotExact, Money, SentAmount
from finance.models import Payment
from tests.architecture.test_doors import doors, view_of
from tests.factories.finance import biller, desk, flat_plan, found_bill
from tests.factories.stations import api_client

#: Names under which money travels anywhere in the API.
NAMES = {"amount", "agent_fee", "own_part", "cash_given", "ceiling", "control_total", "limit", "total", "value"} | {
    f"{kind}_{end}" for kind in ("float", "cash") for end in ("min", "max")
}
NAMES |= {"amount_min", "amount_default", "amount_max_first", "amount_max", "money_step"}
NAMES |= {
    "hourly_rate",
    "income",
    "outgo",
    "other_debt",
    "recommended",
    "accepted",
    "public_cover",
    "other_cover",
    "self_paid",
    "price",
    "declared",
    "left",
    "min_goods",
    "budget",
}
#: FHIR calls what was measured a value, too.
MEASURED = {("Observations", "value")}
NUMBERS = [186.4, 5, 0, True, ["5.00"], {"amount": "5.00"}]
TEXTS = [
    "",
    " ",
    " 5.00",
    "5.00 ",
    "5.00\n",
    "+5.00",
    "1,000.00",
    "1e3",
    "５.00",
    "٥.00",
    ".50",
    "5.",
    "0x10",
    "NaN",
    "五",
]
TOO_LARGE = ["12345678901234.00", "9" * 400]


def serializers_sent():
    """What each verb of the API reads, by its name."""
    views = [view_of(callback) for _path, _space, callback in doors()]
    verbs = [view for view in views if isinstance(view, type) and issubclass(view, VerbView)]
    return {view.__name__: view.In for view in verbs if view.In}


FIELDS = [
    pytest.param(sent, path, field, id=f"{name}:{path}")
    for name, sent in sorted(serializers_sent().items())
    for path, field in amounts_in(sent()).items()
]


def is_refused(sent, path, value):
    """Whether a value is refused at its own field."""
    name, _dot, inner = path.partition(".")
    checked = sent(data={name: [{inner: value}] if inner else value})
    checked.is_valid()
    found = checked.errors.get(name, {})
    return inner in found[0] if inner and found else bool(found)


@pytest.mark.parametrize(("sent", "path", "field"), FIELDS)
def test_what_is_no_amount_is_refused_at_its_field(sent, path, field):
    refused = [*NUMBERS, *TEXTS, *TOO_LARGE]
    refused += [] if field.allow_null else [None]
    refused += [] if isinstance(field, SignedAmountField) else ["-5.00"]
    refused += ["0", "0.00", "0.000"] if isinstance(field, AmountField) else []
    assert [value for value in refused if not is_refused(sent, path, value)] == []
    assert [value for value in ("5.00", "5", "5.000") if is_refused(sent, path, value)] == []


def leaves(field, name=""):
    """The fields of a request that hold one value, with their names."""
    inner = getattr(field, "child", None)
    below = {name: inner} if inner is not None else getattr(field, "fields", None)
    if below is None:
        return [(name, field)]
    return [leaf for own, each in below.items() for leaf in leaves(each, own)]


def test_nothing_that_is_called_like_money_is_read_as_anything_else():
    known = {path.rpartition(".")[2] for sent in serializers_sent().values() for path in amounts_in(sent())}
    assert known <= NAMES
    other = [
        (verb, name)
        for verb, sent in serializers_sent().items()
        for name, field in leaves(sent())
        if name in NAMES and not amounts_in(field) and not isinstance(field, serializers.HiddenField)
    ]
    assert set(other) == MEASURED


@pytest.mark.parametrize(("currency", "exact"), [("JPY", "1200"), ("CNY", "12.00"), ("KWD", "1.200")])
def test_an_amount_has_exactly_the_decimals_of_its_currency(currency, exact):
    assert SentAmount(exact, "amount").in_currency(currency) == Money(1200, currency)
    for text in {"1200", "120.0", "12.00", "1.200"} - {exact}:
        with pytest.raises(AmountNotExact) as refusal:
            SentAmount(text, "lines").in_currency(currency)
        assert set(refusal.value.problem()["errors"]) == {"lines"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amount", "status", "code"),
    [
        (186.4, 400, "invalid"),
        (" 186.40", 400, "invalid"),
        ("0.00", 400, "invalid"),
        ("186.4", 400, "amount_malformed"),
        ("186.400", 400, "amount_malformed"),
        ("9999999999999.00", 422, "amount_not_allowed"),
    ],
)
def test_a_bill_is_not_paid_with_what_is_no_amount_of_yuan(amount, status, code):
    flat_plan()
    ready = desk(float_minor=500_00)
    fetch = found_bill(ready, biller(amount_rule="any"), amount=186_40)
    body = {"fetch_id": str(fetch.pk), "amount": amount, "station": ready.station.code}
    headers = {"Idempotency-Key": "a" * 16}
    answer = api_client(ready.partner).post("/api/v1/bill-payments/", body, "json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()["errors"]) == {"amount"}
    assert Payment.objects.count() == 0
