"""Kill -9 between any two steps of a bill payment: nothing is lost, nothing is done twice, the books balance.

Where and how is drawn by a seed: `ECOMNET_FAULT_SEED=7 ./dev test tests/faults` plays any of them again.
"""

import os
import random
from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.utils.timezone import now

from core.days import day_in
from core.gateways.services import ask_for_file
from core.models import Job
from finance.models import BillFetch, Payment, ReconItem
from ledger.audit import audit_book
from ledger.queries import open_findings, trial_balance
from tests.factories.days import today
from tests.factories.finance import biller, book, desk, flat_plan
from tests.factories.gateways import ProviderFactory
from tests.factories.stations import token_for
from tests.faults.house import opened
from tests.sandbox import until

#: Its six payments break at six moments, beside six ways in which a company answers amiss.
USUAL = "1306"
SEEDS = [int(seed) for seed in os.environ.get("ECOMNET_FAULT_SEED", USUAL).split(",")]
PAYMENTS = 6
FLOAT = 50_000_00

#: Moment -> how many steps it has at least; a later draw happens after its last.
BEFORE_FETCH = {"bill-fetches": 24, "gateways.send": 22}
BEFORE_PAYMENT = {
    "bill-payments": 60,
    "gateways.send": 50,
    "callbacks": 12,
    "gateways.apply_callback": 45,
    "gateways.enquire": 45,
}
BEHAVIOURS = ("", "", "pending", "lose_answer", "lose_request", "error_500", "decline", "duplicate_callback", "slow")


@dataclass(frozen=True)
class Act:
    """One payment of the story and what goes wrong in it."""

    customer_no: str
    moment: str
    is_before_fetch: bool
    step: int
    do: str
    behaviour: str

    @classmethod
    def drawn(cls, chance: random.Random, number: int) -> "Act":
        is_before_fetch = chance.random() < 0.25
        moments = BEFORE_FETCH if is_before_fetch else BEFORE_PAYMENT
        moment = chance.choice(sorted(moments))
        behaviour = chance.choice(BEHAVIOURS)
        if moment == "gateways.enquire":
            behaviour = "lose_answer"
        elif moment in {"callbacks", "gateways.apply_callback"} and behaviour == "lose_request":
            behaviour = ""
        return cls(
            customer_no=f"32132{chance.randrange(10**5):05d}{number:02d}7",
            moment=moment,
            is_before_fetch=is_before_fetch,
            step=chance.randint(1, moments[moment]),
            do=chance.choice(("die", "die", "cut")),
            behaviour=behaviour,
        )


class Story:
    """A partner who pays bills while things die around her."""

    def __init__(self, house, sandbox):
        self.house, self.sandbox = house, sandbox
        ProviderFactory(code="JS-POWER")
        flat_plan()
        self.power = biller()
        self.desk = desk(float_minor=FLOAT)
        self.token = token_for(self.desk.partner)
        self.accepted = []

    def play(self, act):
        self.sandbox.ask("PUT", "callbacks", {"url": "" if act.moment == "gateways.enquire" else self.house.address})
        if act.is_before_fetch:
            self.lay(act)
        fetch = self.found(act)
        if act.behaviour:
            self.sandbox.wish(act.behaviour, kind="bill", seconds=2 if act.behaviour in {"slow", "pending"} else 0)
        if not act.is_before_fetch:
            self.lay(act)
        body = {"fetch_id": fetch, "station": self.desk.station.code}
        key = uuid4().hex
        paid = self.house.insist("POST", "/api/v1/bill-payments/", token=self.token, key=key, body=body)
        assert paid.status_code == 202, paid.text
        again = self.house.insist("POST", "/api/v1/bill-payments/", token=self.token, key=key, body=body)
        assert again.json()["our_ref"] == paid.json()["our_ref"]
        assert again.headers["Idempotent-Replayed"] == "true"
        self.accepted.append(paid.json()["our_ref"])
        until(lambda: self.house.has_sprung, seconds=30)
        self.sandbox.ask("PUT", "callbacks", {"url": self.house.address})

    def lay(self, act):
        self.house.lay(moment=act.moment, step=act.step, do=act.do)

    def found(self, act):
        body = {
            "biller": "JS-POWER",
            "parameters": {"customer_no": act.customer_no},
            "station": self.desk.station.code,
        }
        for _try in range(3):  # the company may not have been asked in time: then the counter asks again
            asked = self.house.insist(
                "POST", "/api/v1/bill-fetches/", token=self.token, key=uuid4().hex, body=body
            ).json()
            until(lambda: BillFetch.objects.get(pk=asked["fetch_id"]).status != "requested", seconds=40)  # noqa: B023
            if BillFetch.objects.get(pk=asked["fetch_id"]).status == "found":
                return asked["fetch_id"]
        raise AssertionError(BillFetch.objects.values("status", "failure_code"))

    def end(self):
        """The day is closed; what the company never received is found out by its file."""
        date = day_in("Asia/Shanghai", now())
        self.closed_at = now()
        self.sandbox.ask("PUT", "behaviours", [])
        self.sandbox.ask("POST", "close-day", {"seconds": 0, "date": str(date)})
        ask_for_file(provider=self.power.provider, file_date=date, at=now())
        until(lambda: not Payment.objects.undecided().exists(), seconds=60)
        until(lambda: not Job.objects.filter(kind__startswith="gateways.", state="running").exists(), seconds=30)


def assert_nothing_lost_and_nothing_twice(story):
    payments = {str(payment.pk): payment for payment in Payment.objects.all()}
    assert sorted(payments) == sorted(story.accepted)
    assert {payment.status for payment in payments.values()} <= {"succeeded", "failed"}
    theirs = {line["our_ref"]: line for line in story.sandbox.ledger(provider="JS-POWER") if line["kind"] == "bill"}
    executions = {our_ref: theirs.get(our_ref, {"executions": 0})["executions"] for our_ref in payments}
    assert executions == {our_ref: int(each.status == "succeeded") for our_ref, each in payments.items()}
    assert theirs.keys() <= payments.keys()
    for payment in payments.values():
        assert payment.receipts.filter(kind="final").count() == int(payment.status == "succeeded")
        assert payment.refunds.count() == int(payment.status == "failed")


def assert_books_are_right(story):
    lines = trial_balance(book(), date=today())
    assert sum(line.debits for line in lines) == sum(line.credits for line in lines)
    audit_book(book=book(), at=now())
    assert list(open_findings(book())) == []
    # What the company did after it had closed its day stands in the file of its next one.
    assert list(ReconItem.objects.exclude(kind="missing_provider").values_list("kind", "detail")) == []
    missing = ReconItem.objects.filter(kind="missing_provider")
    assert [item for item in missing if item.payment.finished_at < story.closed_at] == []
    taken = sum(payment.total_minor for payment in Payment.objects.all())
    assert story.desk.holds(story.desk.float_key) == FLOAT - taken
    assert story.desk.can_use(story.desk.float_key) == FLOAT - taken


def assert_only_a_cut_broke_an_answer(story, acts):
    cuts = sum(act.do == "cut" for act in acts)
    assert len(story.house.broken) <= 3 * cuts, story.house.broken
    assert not Job.objects.filter(state="dead").exists()


def play_out(database, sandbox, folder, seed):
    """A whole story; on failure everything that is needed to play it again is printed."""
    chance = random.Random(seed)
    acts = [Act.drawn(chance, number) for number in range(PAYMENTS)]
    print(f"ECOMNET_FAULT_SEED={seed}", *acts, sep="\n")  # noqa: T201
    with opened(database, folder) as house:
        story = Story(house, sandbox)
        try:
            for act in acts:
                story.play(act)
            story.end()
            assert_nothing_lost_and_nothing_twice(story)
            assert_books_are_right(story)
            assert_only_a_cut_broke_an_answer(story, acts)
        except AssertionError:
            print(house.logs())  # noqa: T201
            raise


@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_dies_at_whatever_step_every_payment_is_made_once_or_given_back(own_database, sandbox, tmp_path, seed):
    play_out(own_database, sandbox, tmp_path, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [*range(1, 6), *range(100, 125)])
def test_the_same_with_many_more_seeds(own_database, sandbox, tmp_path, seed):
    play_out(own_database, sandbox, tmp_path, seed)
