"""Signatures: over the bytes received, fresh, and once."""

import datetime as dt

import pytest

from core.gateways import signing
from core.gateways.signing import BadSignature, ReplayedNonce, StaleTimestamp, claim_nonce, signature, verify
from core.models import UsedNonce
from tests.factories.gateways import ProviderFactory

AT = dt.datetime.fromtimestamp(1795593600, tz=dt.UTC)
SECRET = "sandbox-secret-1"
BODY = (
    b'{"our_ref":"0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001","biller_code":"JS-POWER",'
    b'"parameters":{"customer_no":"3213240012345"}}'
)
VECTOR = "v1=8b61309a8c6ad5001d59fc3f45c76f06fa89775f2b5fa6511d1328f1c1253300"
HEADERS = {
    "X-Key-Id": "JS-POWER-1",
    "X-Timestamp": "1795593600",
    "X-Nonce": "b3f1c2d4e5f60718",
    "X-Signature": VECTOR,
}


def check(*, at=AT, body=BODY, method="POST", target="/v1/bills/fetch", secret=SECRET, **changed):
    headers = HEADERS | {f"X-{name.replace('_', '-').title()}": value for name, value in changed.items()}
    return verify(headers=headers, key_id="JS-POWER-1", secret=secret, method=method, target=target, body=body, at=at)


def test_the_vector_of_the_protocol_is_met():
    assert (
        signature(
            secret=SECRET,
            timestamp="1795593600",
            nonce="b3f1c2d4e5f60718",
            method="POST",
            target="/v1/bills/fetch",
            body=BODY,
        )
        == VECTOR
    )
    assert check() == "b3f1c2d4e5f60718"


@pytest.mark.parametrize(
    "changed",
    [
        {"body": BODY.replace(b"5", b"6", 1)},
        {"body": BODY + b"\n"},
        {"body": b""},
        {"method": "PUT"},
        {"target": "/v1/bills/pay"},
        {"target": "/v1/bills/fetch?x=1"},
        {"secret": "sandbox-secret-2"},
        {"key_id": "JS-WATER-1"},
        {"timestamp": "1795593601"},
        {"nonce": "b3f1c2d4e5f60719"},
        {"signature": VECTOR[:-1] + "1"},
        {"signature": VECTOR.removeprefix("v1=")},
        {"signature": VECTOR.upper()},
        {"signature": ""},
        {"nonce": ""},
        {"nonce": "é" * 16},
        {"nonce": "a" * 15},
        {"nonce": "a" * 65},
        {"timestamp": ""},
        {"timestamp": "-1795593600"},
        {"timestamp": "1795593600.0"},
        {"signature": "v1=é"},
    ],
)
def test_anything_else_than_these_bytes_under_this_key_is_refused(changed):
    with pytest.raises(BadSignature):
        check(**changed)


@pytest.mark.parametrize("seconds", [-300, 300])
def test_a_clock_three_hundred_seconds_off_is_let_pass(seconds):
    assert check(at=AT + dt.timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_clock_further_off_is_refused(seconds):
    with pytest.raises(StaleTimestamp):
        check(at=AT + dt.timedelta(seconds=seconds))


def test_what_is_signed_here_is_accepted_here_with_a_fresh_nonce_each_time():
    made = {"key_id": "K", "secret": SECRET, "method": "GET", "target": "/v1/balance", "body": b""}
    first, second = (signing.signed_headers(**made, at=AT) for _ in range(2))
    assert verify(headers=first, at=AT, **made) != verify(headers=second, at=AT, **made)


@pytest.mark.django_db
def test_a_nonce_is_used_once_within_ten_minutes_and_by_each_provider_for_itself():
    provider, other = ProviderFactory(), ProviderFactory()
    claim_nonce(provider=provider, nonce="a" * 16, at=AT)
    claim_nonce(provider=other, nonce="a" * 16, at=AT)
    for later in (dt.timedelta(), dt.timedelta(minutes=9, seconds=59)):
        with pytest.raises(ReplayedNonce):
            claim_nonce(provider=provider, nonce="A" * 16, at=AT + later)
    claim_nonce(provider=provider, nonce="a" * 16, at=AT + dt.timedelta(minutes=10))
    assert UsedNonce.objects.count() == 2
