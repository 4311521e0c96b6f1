"""One seed, played and judged: people come while blows fall, then everything is mended and three sides are compared."""

import contextlib
import datetime as dt
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils.timezone import now

from core.gateways.services import ask_for_file
from core.jobs.ticks import SCHEDULE, write_ticks
from core.models import Callback, Instruction, Job, Provider
from ecomnet.simulation.books import disagreements, ours_since
from ecomnet.simulation.company import Company
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.ends import judge_cases
from ecomnet.simulation.judgement import Verdict, judge
from ecomnet.simulation.payouts import ENDS, judge_payouts
from ecomnet.simulation.play import Day, dates_between
from ecomnet.simulation.sides import held_of, theirs_of
from finance.models import Payment, PayoutBatch, PayoutLine, ReconItem
from ledger.models import Account, Transfer
from ledger.queries import balance
from tests.faults.seeds.acts import acts_of
from tests.faults.seeds.blows import falling
from tests.faults.seeds.house import House
from tests.faults.seeds.lines import line, over
from tests.faults.seeds.memory import Memory, Phone, expected_floats
from tests.faults.seeds.offices import Offices
from tests.faults.seeds.people import FLOAT, World
from tests.faults.seeds.schedule import SECONDS, Schedule
from tests.faults.seeds.servers import lets_in
from tests.jobs import run_jobs

#: How long a villager stands at the counter, how long a client waits for an answer, and how long everything may take
#: to be decided once nothing is amiss any more.
STANDS, READ_SECONDS, DECIDED_WITHIN = 0.8, 4.0, 60.0
ASKS_FOR_FILES_EVERY, LOOKS_EVERY = 2.0, 0.2
#: Customers of a seed are numbered after it.
FIRST_EDITION, EDITIONS = 10_000, 90_000
KINDS = frozenset({"bill", "recharge"})
YES_AND_NO = frozenset({"transaction.succeeded", "transaction.failed"})
WAITING_AT_THE_BANK = (PayoutLine.Status.APPROVED, PayoutLine.Status.PROCESSING)
#: What is wished of the files of a day, which come last.
OF_FILES = frozenset({"truncate_file", "repeat_file"})


def play(house: House, world: World, schedule: Schedule) -> list[str]:
    """Play it and say what is wrong afterwards; nothing when three sides agree and the auditor is silent."""
    with house.books("furnished"):
        _tick()
    with house.books():
        house.begin(schedule.seed)
        with _reached(house) as company, _cast(house, world, schedule, company) as (day, offices):
            return Story(house, world, schedule, company, day, offices).play()


@dataclass
class Story:
    """A seed in a system."""

    house: House
    world: World
    schedule: Schedule
    company: Company
    day: Day
    offices: Offices

    def play(self) -> list[str]:
        """Morning, sales and evening under blows; then the end of the day, and the judgement."""
        began = now()
        with falling(self.house, self.company, self.schedule):
            self.day.open_stations()
            self.day.serve()
            self.day.close_stations()
            self.offices.decide(self.day.counters)
        self.house.mend()
        self._end(began)
        return self._judged(began)

    def _end(self, began: dt.datetime) -> None:
        """The companies do what they still had to do, close their day, and their files decide the rest."""
        left = [wish for wish in self.house.ask_company("GET", "behaviours") if wish["do"] in OF_FILES]
        self.company.behave()
        self._wait_for("calls to companies", _all_calls_are_made)
        self._wait_for("events of companies", self._all_events_are_taken)
        self.offices.see_claims_paid(self.day.counters[0].edition)
        for date in self._dates(began):
            self.company.close_day(date, seconds=0)
        if left:
            self.company.wish(*left)
        self._settle(began)

    def _settle(self, began: dt.datetime) -> None:
        asked_at, until = 0.0, time.monotonic() + DECIDED_WITHIN
        while time.monotonic() < until:
            if time.monotonic() - asked_at > ASKS_FOR_FILES_EVERY:
                self._ask_for_files(began)
                asked_at = time.monotonic()
            undecided = Payment.objects.undecided().exists() or _at_the_bank(*WAITING_AT_THE_BANK).exists()
            if not undecided and not _jobs("gateways", "payments").exists():
                return
            time.sleep(LOOKS_EVERY)

    def _ask_for_files(self, began: dt.datetime) -> None:
        asked = Instruction.objects.filter(kind__in=[*KINDS, Instruction.Kind.PAYOUT_FILE]).values("provider")
        for provider in Provider.objects.filter(pk__in=asked):
            for date in self._dates(began):
                ask_for_file(provider=provider, file_date=date, at=now())

    def _all_events_are_taken(self) -> bool:
        self.house.ask_company("POST", "hurry")
        events = self.house.ask_company("GET", "events")
        return all(event["due_at"] is None for event in events) and not _jobs("gateways.apply_callback").exists()

    def _wait_for(self, what: str, holds: Callable[[], bool]) -> None:
        until = time.monotonic() + DECIDED_WITHIN
        while not holds():
            if time.monotonic() > until:
                self.day.diary.note_trouble(f"waited too long for {what}")
                return
            time.sleep(LOOKS_EVERY)

    def _judged(self, began: dt.datetime) -> list[str]:
        self.day.lay_out_slips()
        verdict = self._verdict(began)
        verdict.findings += judge_payouts(_payouts(), self.company.ledger())
        verdict.findings += judge_cases(self.day.diary.cases, since=began, users=self.world.sellers)
        disputed = _disputed()
        wrong = [str(finding) for finding in verdict.findings if finding.our_ref not in disputed]
        wrong += [f"{code}: {sums}" for code, sums in verdict.sums.items() if not sums.agree and not disputed]
        return [*wrong, *self._beyond_the_day(began)]

    def _verdict(self, began: dt.datetime) -> Verdict:
        diary = self.day.diary
        rows = [row for row in self.company.ledger() if row["kind"] in KINDS]
        return judge(
            ours=ours_since(began, taken_by=self.world.sellers),
            theirs=[theirs_of(row) for row in rows],
            held=[held_of(press) for press in diary.presses],
            apart=[*disagreements(settings.ECOMNET_COUNTRY, at=now()), *diary.troubles],
        )

    def _beyond_the_day(self, began: dt.datetime) -> Iterator[str]:
        """What a day of the county does not look at: given-up work, errors of ours, clocks of clients believed."""
        for job in Job.objects.filter(state=Job.State.DEAD):
            yield f"the job {job.kind} is dead: {job.last_error}"
        yield from self._wrong_floats()
        if count := self.day.diary.failures[500]:
            yield "\n".join([f"{count} times the house answered 500", *self.house.errors()])
        if Payment.objects.filter(taken_at__gt=now()).exists():
            yield "a payment was taken in the future"
        dates = self._dates(began)
        if count := Transfer.objects.filter(recorded_at__gte=began).exclude(business_date__in=dates).count():
            yield f"{count} transfers stand under another day than today"

    def _wrong_floats(self) -> Iterator[str]:
        floats = Account.objects.filter(kind="float", holder__in=self.world.sellers)
        held = {account.code.split(":")[1]: balance(account).posted.minor for account in floats}
        stations = [counter.stage.code for counter in self.day.counters]
        began_with = {stage.code: FLOAT for stage in self.world.stages if stage.mode == "prepaid"}
        paid = {row["our_ref"] for row in self.company.ledger() if row["kind"] == "payout" and _stands(row)}
        for payout in PayoutLine.objects.filter(pk__in=paid, account__kind="float").select_related("account"):
            began_with[payout.account.code.split(":")[1]] -= payout.amount_minor
        for code, wanted in expected_floats(self.day.diary, stations, began_with=began_with).items():
            if held.get(code) != wanted:
                yield f"the float of {code} holds {held.get(code)}, and its people know of {wanted}"

    def _dates(self, began: dt.datetime) -> list[dt.date]:
        return dates_between(began, now(), ZoneInfo(settings.ECOMNET_ZONE))


def _stands(row: dict[str, Any]) -> bool:
    """Whether the bank has paid it and nobody has sent it back."""
    return row["executions"] > 0 and row["status"] == "succeeded"


def _all_calls_are_made() -> bool:
    """Those that wait for their next attempt do not wait any longer."""
    waiting = Job.objects.filter(kind="gateways.send", state=Job.State.WAITING, run_at__gt=now())
    waiting.update(run_at=now())
    return not _jobs("gateways.send").exists()


def _jobs(*kinds: str) -> object:
    """What is being worked on, or is due within a few seconds, of kinds that begin so."""
    soon = now() + dt.timedelta(seconds=8)
    under_way = Job.objects.filter(state__in=[Job.State.WAITING, Job.State.RUNNING], run_at__lte=soon)
    pattern = rf"^({'|'.join(kinds)})\."
    return under_way.filter(kind__regex=pattern) if "." not in kinds[0] else under_way.filter(kind__in=kinds)


def _at_the_bank(*states: str) -> QuerySet[PayoutLine]:
    """Payouts in these states whose file was written."""
    files = (PayoutBatch.Status.OPEN, PayoutBatch.Status.CALCULATED, PayoutBatch.Status.APPROVED)
    return PayoutLine.objects.filter(status__in=states).exclude(batch=None).exclude(batch__status__in=files)


def _payouts() -> list[dict[str, str]]:
    """What our books say of each payout that the bank was told."""
    rows = _at_the_bank(*WAITING_AT_THE_BANK, *ENDS)
    return [{"our_ref": str(row.pk), "status": row.status, "amount": str(row.amount)} for row in rows]


def _disputed() -> set[str]:
    """Payments of which a company has called back both yes and no: people settle them, by an item of reconciliation."""
    said: dict[str, set[str]] = defaultdict(set)
    for our_ref, event_type in Callback.objects.values_list("our_ref", "event_type"):
        said[our_ref].add(event_type)
    items = ReconItem.objects.filter(kind=ReconItem.Kind.STATUS).exclude(payment=None)
    return {our_ref for our_ref in map(str, items.values_list("payment", flat=True)) if said[our_ref] >= YES_AND_NO}


@contextlib.contextmanager
def _cast(house: House, world: World, schedule: Schedule, company: Company) -> Iterator[tuple[Day, Offices]]:
    """The counters with their clients, each on a line of its own and with its own idea of the time."""
    diary, edition = Memory(), str(FIRST_EDITION + schedule.seed % EDITIONS)
    with contextlib.ExitStack() as lines:

        def client(username: str, number: int = -1) -> Phone:
            http = lines.enter_context(_line_of(house, schedule, number))
            return Phone(http, diary, token=world.tokens[username], name=username)

        def pair(usernames: tuple[str, str]) -> tuple[Phone, Phone]:
            first, second = usernames
            return client(first), client(second)

        offices = Offices(pair(world.officers), client(world.clerk), pair(world.assessors), pair(world.lenders))
        counters = [
            CounterOfDay(
                number,
                stage,
                client(stage.partner, number),
                client(stage.second, number),
                diary,
                company,
                edition,
                stands=STANDS,
                clerk=offices.clerk,
                nurse=client(stage.nurse),
                tutor=client(stage.tutor),
            )
            for number, stage in enumerate(world.stages)
        ]
        for counter in counters:
            counter.others = [other for other in counters if other is not counter and other.stage.mode == "prepaid"]
        acts = acts_of(offices=offices, date=now().date())
        yield Day(counters, schedule.arrivals, diary, 1.0, SECONDS, _say_nothing, acts), offices


def _line_of(house: House, schedule: Schedule, number: int) -> httpx.Client:
    timeout = httpx.Timeout(READ_SECONDS, connect=2.0)
    [*wrong] = [int(blow.how) for blow in schedule.blows if blow.do == "clock" and blow.target == f"counter-{number}"]
    at = now() + dt.timedelta(days=sum(wrong))
    return line(house.address, timeout=timeout, headers={"Date": format_datetime(at, usegmt=True)})


class _Patient(httpx.BaseTransport):
    """Anyone who plays the companies may be dead or stopped just now; the story asks again until they answer."""

    def __init__(self, path: str) -> None:
        self._path, self._inner = Path(path), over(path)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        until = time.monotonic() + DECIDED_WITHIN
        while True:
            try:
                if not lets_in(self._path):  # the library would leave the socket that it tried with to the collector
                    raise httpx.ConnectError("nobody listens")
                response = self._inner.handle_request(request)
                response.read()
                return response
            except httpx.TransportError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)


@contextlib.contextmanager
def _reached(house: House) -> Iterator[Company]:
    transport = _Patient(str(house.folder / "sandbox.sock"))
    with line("http://localhost", transport=transport) as company:
        yield Company(company)


def _say_nothing(words: str) -> None:
    """Seeds are told by their end."""


def _tick() -> None:
    """Every tick that is on has been seen to already: a seed is not the first minute of a system that stood still."""
    write_ticks(at=now())
    Job.objects.filter(kind__in=SCHEDULE, state=Job.State.WAITING).update(state=Job.State.DONE, finished_at=now())


def opened_world(house: House, furnish: Callable[[], World]) -> World:
    """Furnish the system's tables, once, do what that has caused, and keep them for all seeds."""
    with house.books():
        world = furnish()
        # Nobody carries messages yet, and every seed would send those of the furnishing again.
        Job.objects.filter(kind="notices.send_notice").update(state=Job.State.DONE, finished_at=now())
        write_ticks(at=now())
        run_jobs()
        connection.close()
    house.database.say("ALTER DATABASE ecomnet RENAME TO furnished", "CREATE DATABASE ecomnet TEMPLATE furnished")
    house.open()
    return world
