"""A bill paid end to end over HTTP, what it asks of the database, and a deep page of payments."""

import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone
from knox.settings import knox_settings
from rest_framework.pagination import Cursor

from benchmarks import clients, disk, sites
from benchmarks.databases import TICK
from benchmarks.ledger import poster
from benchmarks.lines import Line, Scale, rate, times
from benchmarks.running_system import at_work, companies
from core.fields import uuid7
from core.jobs.runner import run_due_jobs
from core.money import Money
from finance import chart
from finance.floats.queries import partner_of
from finance.models import Payment
from finance.payments.api.payments import PaymentList, PaymentPages
from ledger.models import Book
from ledger.queries import business_date_of
from ledger.services import SYSTEM, Leg, book_of, open_account, post_transfers
from stations.models import Station

STATION = "321324-0003"
#: The statements of one payment, as the tests hold them too.
FETCH, PAY, ANSWER = 10, 18, 28
#: One machine of two processors carries forty money operations a second.
PER_CORE = 20
#: Enough that no processor is idle; while a company looks a bill up, the request waits.
COUNTERS, WEB, WORKERS = 12, 8, 3


def measure(scale: Scale) -> Iterator[Line]:
    """Payments over HTTP against the sandbox, their statements, and pages far down."""
    with sites.loaded("finance", scale, residents=600, bills=6) as name:
        _fill_float()
        token = sites.token_of("partner")
        yield from _statements(token)
        yield from _end_to_end(scale, token)
        yield from _deep_page(scale, name, token)


def _fill_float() -> None:
    """Ten million yuan, so that no counter runs dry."""
    station, at = Station.objects.select_related("county").get(code=STATION), timezone.now()
    keys = chart.bank("main"), chart.float_of(station, partner_of(station))
    opened = chart.open_all(keys, country="CN", currency="CNY", at=at)
    post_transfers(
        legs=[Leg(*(opened[key] for key in keys), Money(10_000_000_00, "CNY"), "benchmark")],
        event_type="bench.filled",
        event_id=str(uuid7()),
        business_date=business_date_of(book_of("CN"), at),
        made_by=SYSTEM,
        at=at,
    )


def _statements(token: str) -> Iterator[Line]:
    """Counted in this process: the question to the company, the press of Pay, the answer applied."""
    with tempfile.TemporaryDirectory() as folder, companies(folder), override_settings(ECOMNET_WAIT_FOR_ANSWERS=False):
        counter = _Counter(_InProcess(token))
        for _ in range(2):  # the first opens accounts
            fetch, asked = _counted(counter.ask)
            _done, found = _counted(run_due_jobs)
            payment, paid = _counted(lambda fetch=fetch: counter.pay(fetch))
            _done, applied = _counted(run_due_jobs)
        if Payment.objects.get(pk=payment).status != Payment.Status.SUCCEEDED:
            raise RuntimeError("the bill was not paid")
    for name, count, most in (("pressing Pay", paid, PAY), ("asking for a bill", asked, FETCH)):
        yield Line(f"statements of {name}", str(count), f"<= {most}", count <= most)
    yield Line("statements of a worker, call and answer", str(applied), f"<= {ANSWER}", applied <= ANSWER)
    yield Line("statements of a worker, bill found", str(found), "", None)


def _counted(act: Callable[[], Any]) -> tuple[Any, int]:
    count = 0

    def counting(execute: Any, *what: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*what)

    with connection.execute_wrapper(counting):
        return act(), count


class _InProcess:
    """The system behind a function call."""

    def __init__(self, token: str) -> None:
        self.client = Client(SERVER_NAME="localhost", headers=_proof(token))

    def post(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
        return self.client.post(path, body, content_type="application/json", headers=headers)

    def get(self, path: str) -> Any:
        return self.client.get(path)


class _OverHttp:
    """The system behind its door."""

    def __init__(self, token: str, address: str) -> None:
        self.client = httpx.Client(base_url=address, headers=_proof(token), timeout=30, trust_env=False)

    def post(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
        return self.client.post(path, json=body, headers=headers)

    def get(self, path: str) -> Any:
        return self.client.get(path)


def _proof(token: str) -> dict[str, str]:
    return {"Authorization": f"{knox_settings.AUTH_HEADER_PREFIX} {token}"}


class _Counter:
    """Somebody who pays one bill after the other; every customer once."""

    def __init__(self, system: Any) -> None:
        self.system, self.requests = system, 0

    def ask(self) -> str:
        """Ask for a bill; its id."""
        number = f"{random.randrange(10**9, 10**10)}11"  # noqa: S311 - a tail without a meaning
        parameters = {"customer_no": number}
        body = {"biller": "JS-POWER", "parameters": parameters, "station": STATION}
        return self._post("/api/v1/bill-fetches/", body)["fetch_id"]

    def pay(self, fetch: str) -> str:
        """Pay it; the payment."""
        return self._post("/api/v1/bill-payments/", {"fetch_id": fetch, "station": STATION})["our_ref"]

    def pay_one(self) -> bool:
        """From the question to the end; whether it is paid."""
        fetch = self.ask()
        self._wait(f"/api/v1/bill-fetches/{fetch}/", {"requested"})
        return self._wait(f"/api/v1/payments/{self.pay(fetch)}/", {"held", "submitted"}) == "succeeded"

    def _wait(self, path: str, waiting: set[str]) -> str:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            self.requests += 1
            status = self.system.get(path).json()["status"]
            if status not in waiting:
                return status
            time.sleep(0.2)
        raise RuntimeError(f"{path} was not decided")

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.requests += 1
        answer = self.system.post(path, body, {"Idempotency-Key": uuid4().hex})
        if answer.status_code >= 300:
            raise RuntimeError(f"{path} answers {answer.status_code}: {answer.content[:300]!r}")
        return answer.json()


def _end_to_end(scale: Scale, token: str) -> Iterator[Line]:
    posting = 1e6 / clients.together(2, scale.seconds, lambda n: poster(_accounts())).cpu
    web, workers = scale.of(tiny=1, quick=WEB, full=WEB), scale.of(tiny=1, quick=WORKERS, full=WORKERS)
    with at_work(web=web, workers=workers) as system:
        waiting = range(scale.of(tiny=1, quick=COUNTERS, full=COUNTERS))
        counters = [_Counter(_OverHttp(token, system.address)) for _ in waiting]
        _all_pay(counters, seconds=scale.seconds * 4)  # every process has served often before it counts
        sizes, before, start = disk.sizes(), system.processor_time(), time.perf_counter()
        requests = -sum(counter.requests for counter in counters)
        paid = _all_pay(counters, seconds=scale.seconds * 3)
        requests += sum(counter.requests for counter in counters)
        spent, wall = max(system.processor_time() - before, TICK), time.perf_counter() - start
    yield Line(
        "bill payments end to end, per core",
        rate(paid / spent),
        f">= {PER_CORE}/s",
        paid / spent >= PER_CORE,
        limit=rate(posting),
        ratio=f"1/{posting * spent / paid:.0f}",
    )
    each = f"{wall / paid * len(counters):.2f} s each"
    yield Line("the same, requests per core", rate(requests / spent), "", None, limit=each)
    for_good, for_days = disk.grown(sizes, disk.sizes())
    yield Line("disk of a payment: for good", f"{for_good / paid / 1024:.1f} kB", "", None)
    yield Line("disk of a payment: until retention", f"{for_days / paid / 1024:.1f} kB", "", None)


def _accounts() -> list[Any]:
    book = Book.objects.get(code="CN")
    return [
        open_account(book=book, kind="commission", key=f"bench-{n}", currency="CNY", at=timezone.now())
        for n in range(200)
    ]


def _all_pay(counters: list[_Counter], *, seconds: float) -> int:
    """How many bills all of them paid together."""
    paid: list[bool] = []
    until = time.monotonic() + seconds

    def work(counter: _Counter) -> None:
        while time.monotonic() < until:
            paid.append(counter.pay_one())

    threads = [threading.Thread(target=work, args=(counter,)) for counter in counters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not paid or not all(paid):
        raise RuntimeError("a bill was not paid")
    return len(paid)


def _deep_page(scale: Scale, name: str, token: str) -> Iterator[Line]:
    few = scale.of(tiny=100, quick=20_000, full=100_000)
    count = scale.of(tiny=200, quick=200_000, full=10_000_000)
    officer = sites.token_of("finance")
    sites.more_payments(name, few)
    before = {proof: _costs(scale, proof, {})[0] for proof in (token, officer)}
    sites.more_payments(name, count - few, beside=few)
    for who, proof, payments in (
        ("one station", token, Payment.objects.filter(station__code=STATION)),
        ("the network", officer, Payment.objects.all()),
    ):
        deep = payments.order_by("our_ref").values_list("our_ref", flat=True)[60]
        first, last = _costs(scale, proof, {}, {"cursor": _cursor(deep)})
        yield Line(
            f"deep page of {count:,}, {who}",
            f"{last / 1000:.1f} ms",
            "<= 1.25 x first",
            last <= 1.25 * first,
            peer=f"{_numbered(payments):.0f} ms",
            limit=f"{first / 1000:.1f} ms",
            ratio=times(last / first),
        )
        yield Line(
            f"list of payments, {few:,} to {count:,}, {who}",
            f"{first / 1000:.1f} ms",
            "<= 1.50 x",
            first <= 1.5 * before[proof],
            limit=f"{before[proof] / 1000:.1f} ms",
            ratio=times(first / before[proof]),
        )


def _cursor(last: Any) -> str:
    """Where the page after this payment begins, as the link of the page before says it."""
    pages = PaymentPages()
    pages.base_url, pages.request = "/", sites.request_with("", "/")
    link = pages.encode_cursor(Cursor(offset=0, reverse=False, position=str(last)))
    return parse_qs(urlsplit(link).query)["cursor"][0]


def _costs(scale: Scale, token: str, *queries: dict[str, str]) -> list[float]:
    """Processor time of the list with each of these queries, interleaved, in microseconds."""
    view = PaymentList.as_view()
    spent: list[list[float]] = [[] for _ in queries]
    for _ in range(scale.rounds):
        for query, values in zip(queries, spent, strict=True):
            values.append(
                sites.processor_time(
                    lambda query=query: _read(view, sites.request_with(token, "/", **query)), seconds=scale.seconds / 2
                )
            )
    return [statistics.median(values) for values in spent]


def _read(view: Any, request: Any) -> None:
    answer = view(request)
    if answer.status_code != 200:
        raise RuntimeError(f"the list answers {answer.status_code}")
    answer.render()


def _numbered(payments: Any) -> float:
    """The same page by its number: everything before it is counted and read."""
    start = time.perf_counter()
    count = payments.count()
    list(payments.order_by("-our_ref")[count - 60 : count - 10])
    return 1000 * (time.perf_counter() - start)
