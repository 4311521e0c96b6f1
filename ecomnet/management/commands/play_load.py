"""`manage.py play_load`: a county's day as traffic, three times too much for a while, and its books judged."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.timezone import localdate, now

from ecomnet.demo_data.reference import SUPPLIER_SYSTEM
from ecomnet.simulation import load
from ecomnet.simulation.books import disagreements, known_to_others, ours_since
from ecomnet.simulation.cast import LABEL, NoPlayableStation, next_edition, people_of, stages
from ecomnet.simulation.client import Client, open_line
from ecomnet.simulation.company import reach_company
from ecomnet.simulation.deliveries import SupplierOfLoad, at_work, wait_until_heard
from ecomnet.simulation.diary import Diary
from ecomnet.simulation.judgement import Verdict, judge
from ecomnet.simulation.sessions import Sessions
from ecomnet.simulation.sides import theirs_of

FIRST_EDITION = 50_000
COUNTERS = 40
#: Seconds of the phases beside the steady one: caches fill; three times too much; and how soon all is well again.
WARM_UP, OVERLOAD, AFTER = 30, 120, 60
#: The goals of docs/performance.md: requests and money operations a second, and the 95th percentile in milliseconds.
RATE, MONEY_RATE, READ_MS, MONEY_MS = 150, 40, 300, 500
DECIDED_WITHIN = 600.0
MOST_FINDINGS = 20
HEADER = "\nphase     kind      asked/s  served/s  median  19 of 20  longest  turned away"


class Command(BaseCommand):
    """Exit status 1 unless the books balance and nothing is lost, doubled or open; goals of speed are told only."""

    help = "Load the running demonstration with a county's day, overload it, and judge its books (needs locust)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--minutes", type=float, default=30, help="how long the steady phase is")
        parser.add_argument("--rate", type=float, default=RATE, help="requests a second")
        parser.add_argument("--overload", type=float, default=3, help="how many times the rate afterwards")
        parser.add_argument("--overload-seconds", type=float, default=OVERLOAD)
        parser.add_argument("--locust", required=True, help="the program")

    def handle(self, *, minutes: float, rate: float, overload: float, locust: str, **options: Any) -> None:
        if not settings.ECOMNET_DEMONSTRATION:
            raise CommandError("Load is played in the demonstration only.")
        edition = FIRST_EDITION + next_edition()
        phases = [
            ("warm-up", WARM_UP, rate),
            ("steady", minutes * 60, rate),
            ("overload", options["overload_seconds"], rate * overload),
            ("after", AFTER, rate),
        ]
        folder = Path(settings.BASE_DIR) / ".state" / "load" / str(edition)
        folder.mkdir(parents=True, exist_ok=True)
        with reach_company() as company, open_line(settings.ECOMNET_PUBLIC_URL, clients=COUNTERS) as http:
            sessions = Sessions(http, Diary(), edition, label=f"{LABEL}{edition}, load")
            clients, users = self._open(sessions, folder)
            company.behave()
            known, began = {row["our_ref"] for row in company.ledger()}, now()
            earlier = {row["our_ref"] for row in company.supplier_orders(SUPPLIER_SYSTEM)}
            supplier = SupplierOfLoad(company, SUPPLIER_SYSTEM, frozenset(earlier))
            self._tell(f"{len(clients)} counters, {rate:g} requests/s, figures and presses in {folder}")
            with at_work(supplier):
                self._play(locust, phases, folder)
            verdict = self._judge(supplier, clients, folder, users=users, known=known, began=began)
        self._report(json.loads((folder / "figures.json").read_text()), verdict)
        if not verdict.is_good:
            sys.exit(1)

    def _open(self, sessions: Sessions, folder: Path) -> tuple[list[Client], list[str]]:
        """Prepaid counters with full floats, signed in; locust reads who they are."""
        try:
            cast = [
                stage
                for stage in stages(COUNTERS, country=settings.ECOMNET_COUNTRY, at=now())
                if stage.mode == "prepaid"
            ]
        except NoPlayableStation:
            raise CommandError("There is no demonstration here: ./dev run loads it.") from None
        clients = []
        for stage in cast:
            load.fill_float(stage.code, country=settings.ECOMNET_COUNTRY, at=now())
            clients.append(sessions.sign_in(stage.partner))
            load.open_drawer(clients[-1], stage.code, country=settings.ECOMNET_COUNTRY)
        families = [load.insured_at(stage.code, on=localdate()) for stage in cast]
        rows = [
            {
                "number": number,
                "station": stage.code,
                "token": client.token,
                "insured": insured,
                "witness": load.witness_at(stage.code, by=stage.partner, at=now()),
            }
            for number, (stage, client, insured) in enumerate(zip(cast, clients, families, strict=True))
        ]
        (folder / "counters.json").write_text(json.dumps(rows))
        (folder / "counters.json").chmod(0o600)
        return clients, [stage.partner for stage in cast]

    def _play(self, locust: str, phases: list[tuple[str, float, float]], folder: Path) -> None:
        connection.close()
        told = {"ECOMNET_LOAD_FOLDER": str(folder), "ECOMNET_LOAD_PHASES": json.dumps(phases)}
        words = [locust, "-f", "benchmarks/load/locustfile.py", "--headless", "--only-summary", "--loglevel", "WARNING"]
        words += ["--host", settings.ECOMNET_PUBLIC_URL, "--stop-timeout", "60"]
        subprocess.run(words, cwd=settings.BASE_DIR, env=os.environ | told, check=True)  # noqa: S603

    def _judge(
        self,
        supplier: SupplierOfLoad,
        clients: list[Client],
        folder: Path,
        *,
        users: list[str],
        known: set[str],
        began: dt.datetime,
    ) -> Verdict:
        presses = load.read_presses(folder / "presses.jsonl")
        silent = sum(press.answer is None for press in presses)
        self._tell(
            f"{len(presses)} presses of Pay; of {silent} without an answer those that the system knows are sent again"
        )
        presses = load.ask_again(presses, clients)
        load.wait_until_decided(presses, seconds=DECIDED_WITHIN, tell=self._tell)
        self._tell(f"{len(supplier.told)} orders that a supplier confirms, each with news of its goods")
        unheard = wait_until_heard(supplier, since=began, seconds=DECIDED_WITHIN)
        people = people_of(users)
        rows = [
            row
            for row in supplier.company.ledger()
            if row["kind"] in {"bill", "recharge"} and row["our_ref"] not in known
        ]
        strangers = known_to_others((row["our_ref"] for row in rows), taken_by=people)
        return judge(
            ours=ours_since(began, taken_by=people),
            theirs=[theirs_of(row) for row in rows if row["our_ref"] not in strangers],
            held=load.held(presses, clients),
            apart=[*disagreements(settings.ECOMNET_COUNTRY, at=now()), *unheard],
        )

    def _report(self, figures: list[dict[str, Any]], verdict: Verdict) -> None:
        self._tell(HEADER)
        for each in figures:
            for kind, seconds in each["served"].items():
                self._tell(_line(each, kind, seconds))
            for why, count in each["failed"].items():
                self._tell(f"  {count} x {why}")
        for finding in verdict.findings[:MOST_FINDINGS]:
            self._tell(f"! {finding}")
        for goal, is_met in _goals(next(each for each in figures if each["phase"] == "steady")):
            self._tell(f"{goal}: {'met' if is_met else 'not met'}")
        self._tell(f"\n{verdict.line}")

    def _tell(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


def _line(each: dict[str, Any], kind: str, seconds: list[float]) -> str:
    asked = f"{each['asked']:g}" if kind == "read" else ""
    rate, away = len(seconds) / each["seconds"], each["turned_away"][kind]
    median, most, longest = (f"{_part(seconds, part):.0f}" for part in (0.5, 0.95, 1.0))
    return f"{each['phase']:<10}{kind:<8}{asked:>9}{rate:>10.1f}{median:>8}{most:>10}{longest:>9}{away:>13}"


def _part(ordered: list[float], part: float) -> float:
    """Milliseconds that so large a part of all took at most."""
    return 1000 * ordered[min(int(len(ordered) * part), len(ordered) - 1)] if ordered else float("nan")


def _goals(steady: dict[str, Any]) -> list[tuple[str, bool]]:
    served, seconds = steady["served"], steady["seconds"]
    rate, money = sum(map(len, served.values())) / seconds, len(served["money"]) / seconds
    read, pay = _part(served["read"], 0.95), _part(served["money"], 0.95)
    return [
        (f"{rate:.1f} requests/s, of {RATE}", rate >= RATE),
        (f"{money:.1f} money operations/s, of {MONEY_RATE}", money >= MONEY_RATE),
        (f"19 of 20 reads within {read:.0f} ms, of {READ_MS}", read <= READ_MS),
        (f"19 of 20 money operations within {pay:.0f} ms, of {MONEY_MS}", pay <= MONEY_MS),
    ]
