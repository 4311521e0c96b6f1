"""Whatever stands in a field of what a provider signs, its reader says that it cannot be read, and never fails."""

from uuid import uuid4

import orjson

from core.gateways.models import Instruction, Provider
from core.gateways.results import Malformed, read, read_data
from health.appointments.services import read_list
from health.hospitals.schedules import read_clinics
from orders.suppliers.confirmations import read_confirmation

K = Instruction.Kind
REF = uuid4()
#: A value of each kind that JSON has, and numbers that no column holds.
STRANGE = [
    None,
    True,
    0,
    -1,
    1e300,
    "",
    "x" * 500,
    "\ud800".encode("utf-8", "replace").decode(),
    [],
    [[]],
    {},
    {"a": []},
]
RESULT = {"our_ref": str(REF), "kind": "bill", "status": "succeeded", "provider_ref": "P-1", "amount": "88.50"}
RESULT |= {"currency": "CNY", "completed_at": "2026-11-25T08:00:00Z", "biller_receipt_no": "1", "code": "no"}
BILL = {"bill_ref": "B", "customer_name": "陈", "period": "2026-10", "due_date": "2026-11-30", "amount": "88.50"}
BILL |= {"currency": "CNY", "minimum_amount": "1.00", "expires_at": "2026-11-25T08:00:00Z"}
CLINIC = {"licence_no": "1", "starts_at": "2026-12-01T01:00:00Z", "ends_at": "2026-12-01T04:00:00Z", "free": 3}
CLINIC |= {"status": "open"}
CONFIRMED = {"our_ref": str(REF), "status": "partly", "supplier_ref": "S", "code": "no"}
CONFIRMED |= {"lines": [{"line": str(uuid4()), "quantity": 2}]}
OFFER = {"our_ref": str(REF), "status": "pending", "pay_url": "https://p.example/1"}
OFFER |= {"expires_at": "2026-11-25T08:00:00Z"}
LISTED = {"our_ref": str(REF), "kind": "registration", "status": "reversed", "provider_ref": "H-1"}


def asked(kind):
    provider = Provider(code="P", currency="CNY")
    return Instruction(our_ref=REF, kind=kind, request={"amount": "88.50", "currency": "CNY"}, provider=provider)


def answers():
    """Each reader beside what a provider says to it, where that is as the protocol says."""
    for kind in (K.BILL, K.REGISTRATION, K.RELEASE, K.PAYOUT):
        yield lambda data, kind=kind: read_data(data, asked(kind)), RESULT | {"kind": kind}
    yield lambda data: read_data(data, asked(K.COLLECTION)), OFFER
    yield lambda data: read_data(data, asked(K.FETCH)), {"our_ref": str(REF), "result": "found", "bill": BILL}
    yield lambda data: read_data({"our_ref": str(REF), "result": "found", "bill": data}, asked(K.FETCH)), BILL
    yield lambda data: read_list(orjson.dumps({"registrations": [data]})), LISTED
    yield lambda data: read_clinics(orjson.dumps({"clinics": [data]})), CLINIC
    yield lambda data: read_confirmation(data, our_ref=REF), CONFIRMED


def test_a_strange_value_in_any_field_is_read_or_malformed_and_what_is_malformed_is_unknown():
    for reader, whole in answers():
        reader(whole)
        for name in whole:
            for value in STRANGE:
                try:
                    reader(whole | {name: value})
                except Malformed:
                    continue
    result = read(orjson.dumps(RESULT | {"kind": "registration", "status": ["succeeded"]}), asked(K.REGISTRATION))
    assert (result.status, result.code) == ("unknown", "malformed")
