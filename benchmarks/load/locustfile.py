"""The counters of a county under locust: villagers come at a rate, also three times as many as can be served.

`./dev load` prepares the counters (`counters.json` in `ECOMNET_LOAD_FOLDER`: stations with tokens, insured people and
the card of a witness), says how long and how much (`ECOMNET_LOAD_PHASES`: name, seconds, requests a second), and judges
the books afterwards by what is kept here: each press of *Pay* under its key (`presses.jsonl`), and how long everything
took in each phase (`figures.json`).

A counter insists as the console does: turned away, or without an answer, it waits as long as it is told and sends the
same key again; the one who still has no answer writes the press down as unanswered.
"""

import itertools
import json
import os
import random
import struct
import time
import zlib
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import gevent
from locust import LoadTestShape, events, task
from locust.contrib.fasthttp import FastHttpUser

FOLDER = Path(os.environ["ECOMNET_LOAD_FOLDER"])
COUNTERS = itertools.cycle(json.loads((FOLDER / "counters.json").read_text()))
PHASES = [tuple(phase) for phase in json.loads(os.environ["ECOMNET_LOAD_PHASES"])]
#: A villager comes to each counter so often, in seconds, and brings about so many requests.
PACE, REQUESTS = 20.0, 3.8
#: How often a counter sends the same again, how long it waits where nothing was said, and how long for a company.
TRIES, PAUSE, STANDS = 6, 2.0, 6.0
#: What a system turns away with when it has too much to do.
SHED = {("503", "too_busy"), ("429", "too_many")}
#: What somebody pays in advance, in whole units.
LITTLE = Decimal("10.00")
#: The supplier of these has no order system of its own.
BY_HAND = "appliances"
#: What proves damage by hail (of the preset "Poverty Reduction 100").
PAPERS = ("damage_photo", "damage_photo", "damage_photo", "village_certificate")
#: A photo is so many squares of so many pixels each way, each of a grey by chance: like no other.
SQUARES, SIDE = (9, 8), 20
UNDECIDED = {"held", "submitted", "pending", "unknown"}
BILLERS = {"JS-POWER": "customer_no", "JS-WATER": "customer_no", "JS-GAS": "customer_no", "JS-TV": "card_no"}
OPERATORS = {"CN-MOBILE": "138", "CN-UNICOM": "186", "CN-TELECOM": "133"}

numbers = itertools.count(random.randrange(10**8))  # noqa: S311 - customers, not secrets
presses = (FOLDER / "presses.jsonl").open("w", buffering=1)
served: dict[tuple[str, str], list[float]] = defaultdict(list)
turned_away: dict[tuple[str, str], int] = defaultdict(int)
failed: dict[tuple[str, str, str], int] = defaultdict(int)
began = time.monotonic()


def phase() -> str:
    """The phase of now."""
    passed = time.monotonic() - began
    for name, seconds, _rate in PHASES:
        if passed < seconds:
            return name
        passed -= seconds
    return PHASES[-1][0]


class Phases(LoadTestShape):
    """As many counters as bring the rate of the phase."""

    def tick(self) -> tuple[int, float] | None:
        passed = time.monotonic() - began
        for _name, seconds, rate in PHASES:
            if passed < seconds:
                return round(rate * PACE / REQUESTS), 100
            passed -= seconds
        return None


class CounterOfLoad(FastHttpUser):
    """A partner with a token; villagers pay bills, recharge phones, order goods, ask for numbers of hospitals and about
    loans, repay them, file claims, and are looked up; lessons, books and calls home are read."""

    connection_timeout = network_timeout = 20.0

    def on_start(self) -> None:
        self.me, self.next_comes = next(COUNTERS), time.monotonic()
        gevent.sleep(self.wait_time())

    def wait_time(self) -> float:
        """Seconds until the next villager comes: by chance, and whether or not the one before has been served.

        At a fixed pace those who once had to wait together would come together for ever.
        """
        self.next_comes += random.expovariate(1 / PACE)
        return max(self.next_comes - time.monotonic(), 0)

    @task(52)
    def pay_a_bill(self) -> None:
        """Asked for, read back, paid, and waited for."""
        biller, parameter = random.choice(list(BILLERS.items()))  # noqa: S311
        body = {"biller": biller, "parameters": {parameter: f"{next(numbers):09}1"}, "station": self.me["station"]}
        fetch = self.insist("write", "bill-fetches/", body)
        until = time.monotonic() + STANDS
        while fetch and fetch.get("status") == "requested" and time.monotonic() < until:
            gevent.sleep(1)
            fetch = self.look(f"bill-fetches/{fetch['fetch_id']}/", "bill-fetches/<id>/")
        if fetch and fetch.get("status") == "found":
            self.press("bill-payments/", {"fetch_id": fetch["fetch_id"], "station": self.me["station"]})

    @task(23)
    def recharge_a_phone(self) -> None:
        """From the float, ten yuan."""
        operator, begins = random.choice(list(OPERATORS.items()))  # noqa: S311
        phone = f"{begins}{next(numbers) % 10**7:07}1"
        self.press(
            "recharges/", {"phone": phone, "operator": operator, "amount": "10.00", "station": self.me["station"]}
        )

    @task(10)
    def look_around(self) -> None:
        """Somebody is looked up; what was sold today."""
        self._somebody()
        self.look("payments/", "payments/")

    @task(4)
    def order_goods_and_think_again(self) -> None:
        """Pieces are reserved, or kept by a supplier, for somebody who then does not sign: all are free again."""
        priced = self._priced()
        offered = [row for row in priced if row["available"] or row["supply"] == "on_demand"]
        if (order := self._asked_for(offered, times=1)) is not None:
            self._of_order(order, "cancel", {"reason": "不要了"})

    @task(2)
    def order_what_a_supplier_keeps(self) -> None:
        """Two of something; the buyer signs before a witness, and the supplier's system says the rest."""
        kept = [row for row in self._priced() if row["supply"] == "on_demand" and row["category"] != BY_HAND]
        if self.me["witness"] and (order := self._asked_for(kept, times=2)) is not None:
            self._of_order(order, "give-consent", {"witness_card": self.me["witness"]})

    @task(4)
    def ask_for_a_number(self) -> None:
        """Which hospitals there are, which numbers are free, and who has taken one here."""
        hospitals = (self.look("hospitals/", "hospitals/") or {}).get("results", [])
        departments = [each["id"] for hospital in hospitals for each in hospital["departments"]]
        if departments:
            asked = random.choice(departments)  # noqa: S311
            self.look(f"free-places/?department={asked}", "free-places/")
        self.look("appointments/", "appointments/")

    @task(3)
    def look_after_learners(self) -> None:
        """A lesson of a class here with its roll, which books are out, and which children call home."""
        runs = (self.look("class-runs/", "class-runs/") or {}).get("results", [])
        lessons = [each for run in runs if run["station"] == self.me["station"] for each in run["sessions"]]
        if lessons:
            self.look(f"class-sessions/{random.choice(lessons)}/", "class-sessions/<id>/")  # noqa: S311
        self.look("book-loans/", "book-loans/")
        self.look("calls/", "calls/")

    @task(3)
    def ask_what_is_owed(self) -> None:
        """Who borrows here, what ends one of their loans today, and what a new one would cost."""
        self._loan_and_its_quote()
        offered = (self.look("loan-products/", "loan-products/") or {}).get("results", [])
        if offered:
            product = random.choice(offered)  # noqa: S311
            number = product["installments_offered"][0]
            body = {"version": product["id"], "amount": product["amount_default"], "installments": number}
            self.insist("write", "loan-quotes/", body)

    @task(1)
    def repay_a_loan(self) -> None:
        """What is due, or ten yuan in advance where nothing is; in cash, so where the drawer is open."""
        days = (self.look("cash-days/", "cash-days/") or {}).get("results", [])
        loan, quote = self._loan_and_its_quote()
        if quote and any(day["status"] == "open" for day in days):
            owed = min(Decimal(quote["due"]) or LITTLE, Decimal(quote["payoff"]))
            self.press(f"loans/{loan}/repayments/", {"amount": str(owed)}, name="loans/<id>/repayments/")

    @task(1)
    def file_a_claim_and_think_again(self) -> None:
        """Hail: a family begins a claim, proves it by photos, files it where it has agreed, and gives it up."""
        if not self.me["insured"]:
            return
        insured = random.choice(self.me["insured"])  # noqa: S311
        body = insured | {"peril": "natural_disaster", "grade": "slight", "bank_code": "ABC"}
        claim = self.insist("write", "claims/", body | {"account_no": f"622848{next(numbers):013}"})
        if claim and "id" in claim:
            path, name = f"claims/{claim['id']}/", "claims/<id>/"
            for kind in PAPERS:
                self._prove(path, name, kind)
            self.insist("write", f"{path}enter/", {}, name=f"{name}enter/")
            self.look(path, name)
            self.insist("write", f"{path}withdraw/", {}, name=f"{name}withdraw/")

    def _prove(self, path: str, name: str, kind: str) -> None:
        """A photo is stored, and proves the claim."""
        mark = uuid4().hex
        opening = f'--{mark}\r\nContent-Disposition: form-data; name="photo"; filename="photo.png"\r\n'
        form = f"{opening}Content-Type: image/png\r\n\r\n".encode() + picture() + f"\r\n--{mark}--\r\n".encode()
        media_type = f"multipart/form-data; boundary={mark}"
        photo = self._until_answered(
            "write", "POST", "photos/", "photos/", tries=TRIES, key=mark, media_type=media_type, data=form
        )
        if photo and "id" in photo:
            self.insist("write", f"{path}evidence/", {"kind": kind, "file": photo["id"]}, name=f"{name}evidence/")

    def _priced(self) -> list[dict[str, Any]]:
        """What has a price here."""
        page = self.look(f"variants/?station={self.me['station']}", "variants/")
        return [row for row in (page or {}).get("results", []) if row["price"]]

    def _asked_for(self, offered: list[dict[str, Any]], *, times: int) -> str | None:
        """An order of one of these for somebody, with the slip to sign; None where it is refused."""
        villager = self._somebody()
        if villager is None or not offered:
            return None
        article = random.choice(offered)  # noqa: S311
        lines = [{"variant": article["sku"], "quantity": times * article["quantity_step"]}]
        body = {"villager": villager, "lines": lines, "pay_method": "cash_on_delivery"}
        order = self.insist("write", "purchases/", body)
        if order is None or "id" not in order:
            return None
        self._of_order(order["id"], "request-consent", {"kind": "printed_slip"})
        return order["id"]

    def _of_order(self, order: str, verb: str, body: dict[str, Any]) -> None:
        self.insist("write", f"purchases/{order}/{verb}/", body, name=f"purchases/<id>/{verb}/")

    def _loan_and_its_quote(self) -> tuple[str, dict[str, Any] | None]:
        """Of those who borrow here one, and what they owe; nobody where nobody does."""
        borrowers = (self.look("loans/", "loans/") or {}).get("results", [])
        running = [row["id"] for row in borrowers if row["status"] == "active"]
        if not running:
            return "", None
        loan = random.choice(running)  # noqa: S311
        return loan, self.look(f"loans/{loan}/payoff-quote/", "loans/<id>/payoff-quote/")

    def _somebody(self) -> str | None:
        """Whoever is found first by two initials."""
        initials = f"{random.choice('zlwcyxhs')}{random.choice('zlwcyxhs')}"  # noqa: S311
        found = (self.look(f"people/find/?q={initials}", "people/find/") or {}).get("results", [])
        return found[0]["id"] if found else None

    def press(self, path: str, body: dict[str, Any], *, name: str = "") -> None:
        """Pay, and stand there until it is decided. Written down before it is sent, and again with its answer."""
        noted = {"key": uuid4().hex, "path": path, "body": body, "counter": self.me["number"], "answer": None}
        presses.write(json.dumps(noted) + "\n")
        answer = self.insist("money", path, body, key=noted["key"], name=name)
        presses.write(json.dumps(noted | {"answer": answer}) + "\n")
        until = time.monotonic() + STANDS
        while answer and answer.get("status") in UNDECIDED and time.monotonic() < until:
            gevent.sleep(1.5)
            answer = self.look(f"payments/{answer['our_ref']}/", "payments/<ref>/")

    def look(self, path: str, name: str) -> dict[str, Any] | None:
        """Read something, once more if turned away."""
        return self._until_answered("read", "GET", path, name, tries=2)

    def insist(
        self, kind: str, path: str, body: dict[str, Any], *, key: str = "", name: str = ""
    ) -> dict[str, Any] | None:
        """Do something; the same key until there is an answer. A refusal is one."""
        return self._until_answered(kind, "POST", path, name or path, tries=TRIES, json=body, key=key or uuid4().hex)

    def _until_answered(
        self,
        kind: str,
        method: str,
        path: str,
        name: str,
        *,
        tries: int,
        key: str = "",
        media_type: str = "",
        **more: Any,
    ):
        headers = {"Authorization": f"Token {self.me['token']}", "Accept-Language": "en"}
        if media_type:
            headers["Content-Type"] = media_type
        if key:
            headers["Idempotency-Key"] = key
        for _try in range(tries):
            at, start = phase(), time.monotonic()
            with self.client.request(
                method, f"/api/v1/{path}", name=name, headers=headers, catch_response=True, **more
            ) as response:
                said = _said(response)
                code = str(said.get("code", ""))
                status = str(response.status_code or "no answer")
                if (status, code) in SHED:
                    turned_away[at, kind] += 1
                    response.success()
                    gevent.sleep(float(response.headers.get("Retry-After", PAUSE)) * random.uniform(0.8, 1.6))  # noqa: S311
                    continue
                if status == "no answer" or int(status) >= 500 or code == "idempotency_key_running":
                    failed[at, kind, f"{status} {code}".strip()] += 1
                    response.failure(f"{status} {code}")
                    gevent.sleep(PAUSE)
                    continue
                served[at, kind].append(time.monotonic() - start)
                response.success()
                if code:
                    failed[at, kind, f"refused: {code}"] += 1
                return said
        return None


def picture() -> bytes:
    """A PNG of grey squares, each by chance."""
    across, down = SQUARES
    lines = [b"".join(bytes([random.randrange(256)]) * SIDE for _square in range(across)) for _line in range(down)]  # noqa: S311
    pixels = b"".join((b"\0" + line) * SIDE for line in lines)
    header = struct.pack(">IIBBBBB", across * SIDE, down * SIDE, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(pixels)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in parts
    )


def _said(response: Any) -> dict[str, Any]:
    """What an answer says; nothing for none, and for a page of a proxy."""
    try:
        return json.loads(response.text or "{}")
    except ValueError:
        return {}


@events.spawning_complete.add_listener
def _tell(user_count: int, **_more: Any) -> None:
    print(f"  {phase()}: {user_count} counters", flush=True)


@events.quitting.add_listener
def _keep(environment: Any, **_more: Any) -> None:
    """What was measured; the presses are kept as they come."""
    figures = [
        {
            "phase": name,
            "seconds": seconds,
            "asked": rate,
            "served": {kind: sorted(served[name, kind]) for kind in ("read", "write", "money")},
            "turned_away": {kind: turned_away[name, kind] for kind in ("read", "write", "money")},
            "failed": {f"{kind} {why}": n for (at, kind, why), n in failed.items() if at == name},
        }
        for name, seconds, rate in PHASES
    ]
    (FOLDER / "figures.json").write_text(json.dumps(figures))
    environment.process_exit_code = 0
