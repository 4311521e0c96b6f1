"""Insurance claims of the story's station in every state, from the draft to the appeal."""

import datetime as dt
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from random import Random
from typing import Any

from django.utils.timezone import now
from PIL import Image

from core.database.db import present
from core.files.services import store_photo
from core.gateways.results import Result, Status
from core.gateways.services.answers import apply
from core.models import StoredFile
from core.money import Money
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.stations import STORY, Cast
from finance.insurance.queries import benefit_for
from finance.insurance.services import (
    PayTo,
    add_evidence,
    approve_claim,
    ask_for_documents,
    assign_appeal,
    build_register,
    check_claim,
    deliver_review,
    enter_claim,
    file_appeal,
    process_claim,
    reject_claim,
    rest_claims,
    restore_claim,
    send_claim_payment,
    start_claim,
    uphold_rejection,
    withdraw_claim,
)
from finance.models import Appeal, Claim, Policy
from stations.models import Consent, Person, Station, User
from stations.people.queries import text_of_the_day
from stations.people.services import record_consent, withdraw_consent

DAY = dt.timedelta(days=1)
PICTURES = 60, 40


@dataclass
class Desk:
    """Who files and who decides, and whose turn it is to have had bad luck."""

    station: Station
    partner: User
    first: User
    second: User
    judge: User
    officer: User
    policies: list[Policy]
    at: dt.datetime
    random: Random
    numbers: count

    def filed(self, peril: str, *, days: int, grade: str = "", cost: int = 0) -> Claim:
        """A claim of the next insured person, so many days old, with all its papers."""
        at = self.at - days * DAY
        number = next(self.numbers)
        claim = self.started(self.policies[number % len(self.policies)], number, peril, grade, cost, at=at)
        for rule in claim.benefit.evidence_rules.order_by("pk"):
            for _photo in range(rule.min_count):
                add_evidence(claim=claim, kind=rule.kind, file=self.photo(at), by=self.partner, at=at)
        return enter_claim(claim=claim, by=self.partner, at=at)

    def checked(self, peril: str, *, days: int, grade: str = "", cost: int = 0) -> Claim:
        """The same, checked; what the checks want visited was visited."""
        claim = self.filed(peril, days=days, grade=grade, cost=cost)
        at = self.at - days * DAY
        claim = check_claim(claim=claim, at=at)
        if claim.review == Claim.Review.SELECTED:
            deliver_review(claim=claim, words="入户核实，情况属实", by=self.judge, at=at + DAY)
        return Claim.objects.get(pk=claim.pk)

    def assessed(self, peril: str, *, days: int, grade: str = "", cost: int = 0) -> Claim:
        """With a proposal to pay."""
        claim = self.checked(peril, days=days, grade=grade, cost=cost)
        at = self.at - (days - 1) * DAY
        usual: dict[str, Any] = {"accepted": None, "other_cover": None, "reasons": [], "override": ""}
        return process_claim(claim=claim, words="单据齐全", by=self.first, at=at, **usual)

    def approved(self, peril: str, *, days: int, grade: str = "", cost: int = 0) -> Claim:
        """Approved by the second assessor."""
        claim = self.assessed(peril, days=days, grade=grade, cost=cost)
        amount = Money(present(claim.assessed_minor), claim.currency)
        return approve_claim(claim=claim, amount=amount, by=self.second, at=self.at - (days - 2) * DAY)

    def rejected(self, *, days: int) -> Claim:
        """Declined: the photos cannot be read."""
        claim = self.checked("natural_disaster", days=days, grade="slight")
        at = self.at - (days - 1) * DAY
        reasons = ["papers_unclear"]
        usual: dict[str, Any] = {"accepted": None, "other_cover": None, "override": ""}
        process_claim(claim=claim, reasons=reasons, words="照片模糊", by=self.first, at=at, **usual)
        return reject_claim(claim=claim, reasons=reasons, words="请白天重拍后再报", by=self.second, at=at + DAY)

    def photo(self, at: dt.datetime) -> StoredFile:
        """A picture like no other."""
        points = Image.frombytes("L", (9, 8), self.random.randbytes(72))
        drawn = BytesIO()
        points.resize(PICTURES, Image.Resampling.NEAREST).save(drawn, "JPEG")
        drawn.seek(0)
        return store_photo(upload=drawn, by=self.partner.pk, at=at)

    def started(self, policy: Policy, number: int, peril: str, grade: str, cost: int, *, at: dt.datetime) -> Claim:
        """A draft."""
        person = policy.person
        self._agree(person, at)
        currency = policy.version.product.currency
        return start_claim(
            policy=policy,
            benefit=present(benefit_for(policy, peril)),
            event_date=day_of(at - (3 + number) * DAY),
            amount=Money(cost, currency) if cost else None,
            public_cover=None,
            grade=grade,
            pay_to=PayTo(person, "ABC", f"62284804025648{number:05d}", person.full_name),
            station=self.station,
            by=self.partner,
            at=at,
            key=f"demo-claim-{number}",
        )

    def _agree(self, person: Person, at: dt.datetime) -> None:
        if Consent.objects.filter(person=person, purpose="insurance_data", withdrawn_at=None).exists():
            return
        text = present(text_of_the_day(purpose="insurance_data", language="zh-hans", day=day_of(at)))
        record_consent(
            person=person, text=text, manner="signature", station=self.station, by=self.partner, at=self.at - 80 * DAY
        )


def load_claims(cast: Cast, *, at: dt.datetime) -> None:
    """One claim of each state, and appeals that wait, are judged, and were decided either way."""
    station = Station.objects.select_related("county").get(code=STORY)
    policies = Policy.objects.filter(
        station=station, status=Policy.Status.ACTIVE, person__birth_date__year__lt=2000, person__died_date=None
    )
    first, second, judge = cast.assessors[:3]
    desk = Desk(
        station=station,
        partner=cast.partners[station.pk],
        first=first,
        second=second,
        judge=judge,
        officer=cast.officers[0],
        policies=list(policies.select_related("person", "household", "version__product").order_by("pk")),
        at=at,
        random=Random(7),  # noqa: S311 - pictures, not secrets
        numbers=count(),
    )
    desk.checked("illness", days=2, cost=18_600_00)
    asked = desk.checked("disability", days=3, grade="4")
    ask_for_documents(claim=asked, words="请补拍事故证明", by=first, at=at - DAY)
    desk.assessed("natural_disaster", days=3, grade="heavy")
    desk.approved("illness", days=4, cost=12_000_00)
    _pay(desk)
    to_visit = desk.filed("natural_disaster", days=1, grade="destroyed")
    check_claim(claim=to_visit, at=at)
    withdraw_claim(claim=desk.filed("education_costs", days=6, cost=2_400_00), by=desk.partner, at=at - 5 * DAY)
    desk.filed("education_costs", days=0, cost=3_200_00)
    _appeal(desk)
    month = day_of(at - 40 * DAY).replace(day=1)
    # Entries of the ledger stand at the time at which they are loaded: what is left counts them.
    build_register(country="CN", month=month, since=at - 210 * DAY, until=now())
    policy = desk.policies[0]
    desk.started(policy, 90, "illness", "", 7_800_00, at=at)
    _not_paid(desk)
    _rest(desk)


def _not_paid(desk: Desk) -> None:
    """The bank did not pay one claim: the station asks the family for another account."""
    claim = desk.approved("disability", days=6, grade="8")
    claim = send_claim_payment(claim=claim, by=desk.officer, at=desk.at - 3 * DAY)
    payment = claim.payments.get()
    result = Result(str(payment.pk), "payout", Status.FAILED, "DEMO-CLAIM-2", payment.amount, code="account_invalid")
    apply(our_ref=payment.pk, result=result, source="callback", at=desk.at - 2 * DAY, attempts=1)


def _rest(desk: Desk) -> None:
    """A family of which nothing else waits has taken the consent back: nobody decides the claim meanwhile."""
    busy = {desk.policies[0].person_id, *Claim.objects.open().values_list("person", flat=True)}
    turns = (next(desk.numbers) for _policy in desk.policies)
    free = next((turn for turn in turns if desk.policies[turn % len(desk.policies)].person_id not in busy), None)
    if free is None:
        return
    desk.numbers = count(free)
    claim = desk.assessed("illness", days=3, cost=6_400_00)
    for consent in Consent.objects.filter(person=claim.person, purpose="insurance_data", withdrawn_at=None):
        withdraw_consent(consent=consent, by=desk.partner, at=desk.at)
    rest_claims(person=claim.person_id, at=desk.at)


def _pay(desk: Desk) -> None:
    """One claim is paid, and one is with the bank."""
    paid = desk.approved("disability", days=20, grade="7")
    paid_at = desk.at - 17 * DAY
    paid = send_claim_payment(claim=paid, by=desk.officer, at=paid_at)
    payment = paid.payments.get()
    result = Result(str(payment.pk), "payout", Status.SUCCEEDED, "DEMO-CLAIM-1", payment.amount)
    apply(our_ref=payment.pk, result=result, source="callback", at=paid_at, attempts=1)
    send_claim_payment(claim=desk.approved("illness", days=5, cost=9_000_00), by=desk.officer, at=desk.at)


def _appeal(desk: Desk) -> None:
    """Declined and not appealed; appealed, with a judge, and decided either way."""
    desk.rejected(days=8)
    words = "照片已在白天重拍，请再看一次"
    appeals = [
        file_appeal(claim=desk.rejected(days=10 + number), words=words, by=desk.partner, at=desk.at - 5 * DAY)
        for number in range(4)
    ]
    _waiting, *assigned = appeals
    given: list[Appeal] = [
        assign_appeal(appeal=each, judge=desk.judge, by=desk.first, at=desk.at - 4 * DAY) for each in assigned
    ]
    uphold_rejection(appeal=given[1], words="重拍的照片仍看不清", by=desk.judge, at=desk.at - 3 * DAY)
    restore_claim(appeal=given[2], words="重拍的照片清楚，重新处理", by=desk.judge, at=desk.at - 3 * DAY)
