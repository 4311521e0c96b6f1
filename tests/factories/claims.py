"""Claims in every state, for tests."""

import datetime as dt
from io import BytesIO
from itertools import count
from random import Random
from typing import Any
from uuid import UUID, uuid4

from PIL import Image

from core.files.models import StoredFile
from core.files.services import store_photo
from core.gateways.models import Instruction
from core.gateways.results import Result, Status
from core.gateways.services.answers import apply
from core.money import Money
from finance.insurance.queries import benefit_for
from finance.insurance.services import (
    Bill,
    PayTo,
    add_evidence,
    approve_claim,
    check_claim,
    enter_claim,
    process_claim,
    reject_claim,
    send_claim_payment,
    start_claim,
)
from finance.models import Appeal, Claim, ClaimPayment, InstalledCountry, Policy
from stations.models import Certificate, Consent, Person, User
from stations.people.queries import text_of_the_day
from stations.people.services import record_consent
from tests.factories.finance import Desk, provider, switch_on
from tests.factories.insurance import DAY, NOON, given, insured
from tests.factories.stations import claims_assessor, finance_officer

_pictures = count(1)
#: Cover began so long before NOON that no waiting time and no early check matters.
BEGAN = NOON - 100 * DAY
EVENT = dt.date(2026, 11, 12)


def picture(by: User, *, seed: int | None = None, at: dt.datetime = NOON) -> StoredFile:
    """A photo like no other; the same seed gives the same picture."""
    number = next(_pictures) if seed is None else 10_000 + seed
    image = Image.new("L", (9, 8))
    image.putdata(list(Random(number).randbytes(72)))
    drawn = BytesIO()
    image.resize((360, 320), Image.Resampling.NEAREST).save(drawn, "PNG")
    drawn.seek(0)
    return store_photo(upload=drawn, by=by.pk, at=at)


def agrees(person: Person, ready: Desk, *, at: dt.datetime = NOON) -> Consent:
    """The person lets insurance data be looked at."""
    text = text_of_the_day(purpose="insurance_data", language="zh-hans", day=at.date())
    return record_consent(person=person, text=text, manner="signature", station=ready.station, by=ready.partner, at=at)


def takes_claims(ready: Desk) -> None:
    """The desk's station offers claims, and its partner holds the certificate for them."""
    switch_on(ready.station, "insurance_claim")
    days = {"issued_date": dt.date(2020, 1, 1), "expires_date": dt.date(2099, 12, 31)}
    number = f"{ready.station.code.replace('-', '')}{ready.partner.pk.int % 10**8:08d}"
    about = {"holder": ready.partner, "subject": "insurance", "station": ready.station}
    Certificate.objects.get_or_create(**about, defaults={"number": number, **days})


def policy_of(
    ready: Desk, *, person: Person | None = None, put_up: int = 500_000_00, at: dt.datetime = BEGAN, **values: Any
) -> Policy:
    """A policy that began long ago, of an insurer that has put up enough, of a person who agreed."""
    takes_claims(ready)
    policy = insured(ready, person=person, at=at, **values)
    if put_up:
        given(policy.version.product.insurer, put_up, at=at)
    agrees(policy.person, ready, at=at)
    return policy


def draft(
    ready: Desk,
    policy: Policy | None = None,
    *,
    peril: str = "illness",
    cost: int | None = 18_600_00,
    public: int = 9_240_00,
    grade: str = "",
    event: dt.date = EVENT,
    at: dt.datetime = NOON,
    **values: Any,
) -> Claim:
    """A draft of the desk's partner, paid to the insured."""
    policy = policy or policy_of(ready)
    benefit = benefit_for(policy, peril)
    assert benefit is not None
    currency = policy.version.product.currency
    is_cost = benefit.formula in ("remaining_cost", "term_cost")
    person = policy.person
    return start_claim(
        **{
            "policy": policy,
            "benefit": benefit,
            "event_date": event,
            "amount": Money(cost, currency) if is_cost and cost is not None else None,
            "public_cover": Money(public, currency) if is_cost and peril == "illness" else None,
            "grade": grade,
            "pay_to": PayTo(person, "ABC", "6228480402564890018", person.full_name),
            "station": ready.station,
            "by": ready.partner,
            "at": at,
            "key": uuid4().hex,
            **values,
        }
    )


def proved(claim: Claim, *, at: dt.datetime = NOON, **bill: Any) -> Claim:
    """All papers that its benefit needs."""
    for rule in claim.benefit.evidence_rules.order_by("pk"):
        for _number in range(rule.min_count):
            add_evidence(claim=claim, kind=rule.kind, file=picture(claim.filer), bill=None, by=claim.filer, at=at)
    if bill:
        add_evidence(claim=claim, kind="other", file=picture(claim.filer), bill=Bill(**bill), by=claim.filer, at=at)
    return claim


def entered(ready: Desk, policy: Policy | None = None, *, at: dt.datetime = NOON, **values: Any) -> Claim:
    """Filed, not checked yet."""
    claim = proved(draft(ready, policy, at=at, **values), at=at)
    return enter_claim(claim=claim, by=ready.partner, at=at)


def checked(ready: Desk, policy: Policy | None = None, *, at: dt.datetime = NOON, **values: Any) -> Claim:
    """With the assessor."""
    return check_claim(claim=entered(ready, policy, at=at, **values), at=at)


def assess(claim: Claim, *, by: User | None = None, at: dt.datetime = NOON, **values: Any) -> Claim:
    """The proposal of an assessor: all that was claimed, unless told otherwise."""
    usual = {"accepted": None, "other_cover": None, "reasons": [], "words": "", "override": ""}
    return process_claim(claim=claim, by=by or claims_assessor(), at=at, **usual | values)


def decider(limit: int | None = 50_000_00, currency: str = "CNY", **values: Any) -> User:
    """An assessor who may approve up to so much."""
    return claims_assessor(limit_minor=limit, currency=currency if limit is not None else "", **values)


def approve(claim: Claim, *, by: User | None = None, at: dt.datetime = NOON, minor: int | None = None) -> Claim:
    """What was proposed is approved."""
    amount = Money(claim.assessed_minor if minor is None else minor, claim.currency)
    return approve_claim(claim=claim, amount=amount, by=by or decider(), at=at)


def approved(ready: Desk, policy: Policy | None = None, *, at: dt.datetime = NOON, **values: Any) -> Claim:
    """Approved, not paid yet."""
    return approve(assess(checked(ready, policy, at=at, **values), at=at), at=at)


def rejected(ready: Desk, policy: Policy | None = None, *, at: dt.datetime = NOON, **values: Any) -> Claim:
    """Declined, as it was proposed."""
    claim = assess(checked(ready, policy, at=at, **values), reasons=["papers_unclear"], at=at)
    return reject_claim(claim=claim, reasons=["papers_unclear"], words="请白天重拍", by=claims_assessor(), at=at)


def paying_bank(country: str = "CN", currency: str = "CNY") -> None:
    """A bank pays in this country."""
    row, _is_new = InstalledCountry.objects.get_or_create(country=country, currency=currency)
    row.payout_provider = provider("BANK", country=country, currency=currency)
    row.save()


def sent(ready: Desk, policy: Policy | None = None, *, at: dt.datetime = NOON, **values: Any) -> Claim:
    """With the bank."""
    paying_bank(ready.station.county.country, ready.station.currency)
    claim = approved(ready, policy, at=at, **values)
    return send_claim_payment(claim=claim, by=finance_officer(), at=at)


def bank_says(claim: Claim, status: Status, *, code: str = "", minor: int | None = None, at: dt.datetime = NOON) -> Any:
    """A word of the bank about the newest try."""
    payment = ClaimPayment.objects.filter(claim=claim).latest("pk")
    amount = Money(payment.amount_minor if minor is None else minor, payment.currency)
    instruction = Instruction.objects.get(pk=payment.pk)
    result = Result(str(payment.pk), instruction.kind, status, "B-1", amount, code=code)
    effect = apply(our_ref=payment.pk, result=result, source="callback", at=at)
    claim.refresh_from_db()
    return effect


def appeal_of(claim: Claim) -> Appeal:
    """The appeal of a claim."""
    return Appeal.objects.select_related("claim__station__county", "claim__policy__version").get(claim=claim)


def photo_ids(by: User, number: int = 1) -> list[UUID]:
    """Photos that this person has stored."""
    return [picture(by).pk for _each in range(number)]
