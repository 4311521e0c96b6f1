"""`manage.py play_day`: hours of a county in minutes, over the public API, judged from three sides."""

import datetime as dt
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.timezone import now

from core.days import day_in
from ecomnet.demo_data.abroad import load_country
from ecomnet.demo_data.country_files import countries_to_play
from ecomnet.simulation import play
from ecomnet.simulation.acts import ACTS
from ecomnet.simulation.bank import settle_with_companies
from ecomnet.simulation.books import disagreements_of_all_books, known_to_others, ours_since
from ecomnet.simulation.cast import LABEL, NoPlayableStation, Stage, next_edition, people_of, stages
from ecomnet.simulation.claims import await_claim_payments, decide_claims
from ecomnet.simulation.client import Client, open_line
from ecomnet.simulation.company import Company, reach_company
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.desks import (
    answer_complaints,
    close_contradictions,
    correct_and_dispute,
    explain_the_fee,
    settle_differences,
)
from ecomnet.simulation.diary import Diary
from ecomnet.simulation.ends import judge_cases
from ecomnet.simulation.faults import Fault
from ecomnet.simulation.floats import bring_cash, fill_floats
from ecomnet.simulation.judgement import judge
from ecomnet.simulation.land import Land, land_of
from ecomnet.simulation.lenders import lose_borrower, plan_loans_anew, write_off_lost_loans
from ecomnet.simulation.nights import check_statements, close_held_days
from ecomnet.simulation.payouts import judge_payouts, payouts_in, release_payouts
from ecomnet.simulation.plan import plan_day
from ecomnet.simulation.report import report
from ecomnet.simulation.sessions import ASSESSORS, CREDIT_OFFICERS, OFFICER, SECOND_OFFICER, Sessions
from ecomnet.simulation.sides import held_of, theirs_of
from ecomnet.simulation.tills import bring_to_county

FIRST_EDITION = 10_000
#: A few questions are lost as well, and one file comes broken.
QUESTIONS = [Fault("lose_request").wish(kind="fetch"), Fault("lose_request").wish(kind="enquiry")]


class Command(BaseCommand):
    """Plays and judges one day; exit status 1 unless the books balance and nothing is lost, doubled or open."""

    help = "Play a day of a county over the public API against the sandbox provider, and judge its books."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--country", default="CN", choices=countries_to_play(), help="in which country")
        parser.add_argument("--stations", type=int, default=12, help="how many counters play")
        parser.add_argument("--hours", type=float, default=10, help="how long the day is in the story")
        parser.add_argument("--minutes", type=float, default=3, help="how long it takes on the wall")
        parser.add_argument("--seed", type=int, default=1, help="the same seed brings the same villagers and faults")
        parser.add_argument("--faults", action="store_true", help="processes are killed meanwhile (see `./dev day`)")

    def handle(
        self, *, country: str, stations: int, hours: float, minutes: float, seed: int, faults: bool, **options: Any
    ) -> None:
        if not settings.ECOMNET_DEMONSTRATION:
            raise CommandError("A day is played in the demonstration only.")
        land = land_of(country)
        try:
            load_country(country, at=now(), tell=self._tell)
            cast = stages(stations, country=country, at=now())
        except NoPlayableStation:
            raise CommandError("There is no demonstration here: ./dev run loads it.") from None
        edition = FIRST_EDITION + next_edition()
        self._tell(
            f"Day {edition} in {country}: {len(cast)} stations, {hours:g} hours in {minutes:g} minutes, seed {seed}"
        )
        with reach_company() as company, open_line(settings.ECOMNET_PUBLIC_URL, clients=len(cast)) as http:
            diary = Diary()
            sessions = Sessions(http, diary, edition, label=f"{LABEL}{edition}, seed {seed}")
            names = dict.fromkeys(name for stage in cast for name in (stage.clerk, stage.nurse, stage.tutor) if name)
            offices = {name: sessions.sign_in(name) for name in names}
            counters = [_counter(number, stage, sessions, company, offices) for number, stage in enumerate(cast)]
            for counter in counters:
                counter.others = [other for other in counters if other is not counter]
            weights = {act.name: act.weight for act in ACTS.values()}
            arrivals = plan_day(
                seed=seed, counters=len(counters), hours=hours, seconds=minutes * 60, weights=weights, land=land
            )
            day = play.Day(counters, arrivals, diary, hours, minutes * 60, self._tell)
            officers = sessions.sign_in(OFFICER), sessions.sign_in(SECOND_OFFICER)
            first, second = (sessions.sign_in(name) for name in ASSESSORS)
            lenders = sessions.sign_in(CREDIT_OFFICERS[0]), sessions.sign_in(CREDIT_OFFICERS[1])
            county = offices[cast[0].clerk], sessions.sign_in(cast[0].manager)
            assessors = first, second
            self._play(day, company, land, officers=officers, assessors=assessors, lenders=lenders, county=county)

    def _play(
        self,
        day: play.Day,
        company: Company,
        land: Land,
        *,
        officers: tuple[Client, Client],
        assessors: tuple[Client, Client],
        lenders: tuple[Client, Client],
        county: tuple[Client, Client],
    ) -> None:
        officer, second = officers
        clerk, manager = county
        began, known = now(), {row["our_ref"] for row in company.ledger()}
        company.behave()
        filled = fill_floats(
            day.counters, officer=officer, date=day_in(land.zone.key, began), edition=day.counters[0].edition
        )
        brought = bring_cash(day.counters[0], clerk=clerk)
        self._tell(f"{len(day.counters)} counters signed in, {filled + brought} floats filled")
        connection.close()
        day.open_stations()
        company.wish(*QUESTIONS)
        day.serve()
        self._tell("The last villager has gone; money is fetched, drawers are counted and closed")
        remitted = bring_to_county(day.counters, clerk=clerk)
        self._tell(f"{remitted} drawers have sent half of their cash to the county")
        day.close_stations()
        edition = day.counters[0].edition
        self._work_through(day, manager=manager, officers=officers, edition=edition)
        sent = decide_claims(day.counters[0], assessors=assessors, officer=officer)
        paid = await_claim_payments(officer=officer)
        lose_borrower()
        planned = sum(plan_loans_anew(counter, officers=lenders) for counter in day.counters)
        self._tell(f"{sent} claims approved by two assessors, {paid} of them paid")
        lost = write_off_lost_loans(day.counters[0], lender=lenders[0], officers=officers)
        self._tell(f"{planned} loans planned anew by two officers of the lender, {lost} written off with finance")
        lines = release_payouts(day.counters, first=officer, second=second, company=company, edition=edition)
        released = len(payouts_in(officer, lines))
        self._tell(f"{released} payouts released by two officers; the bank has spoken")
        held = close_held_days(first=officer, second=second, edition=edition, country=land.code)
        told = check_statements(day.counters)
        self._tell(f"{held} held days closed by two officers, {told} statements checked by their payees")
        dates = self._close(day, company, land, began)
        self._settle(day, officer, land, dates)
        fee = explain_the_fee(officer=officer, edition=edition)
        closed = close_contradictions(officer=officer, edition=edition)
        self._tell(f"{int(fee)} fee of the bank explained, {closed} contradictions of companies closed")
        day.lay_out_slips()
        users = people_of([name for each in day.counters for name in (each.stage.partner, each.stage.second)])
        self._judge(day.diary, company, land, known, users, began, payouts=payouts_in(officer, lines))

    def _work_through(self, day: play.Day, *, manager: Client, officers: tuple[Client, Client], edition: str) -> None:
        first, second = officers
        answered = answer_complaints(day.counters, manager=manager, edition=edition)
        ended = settle_differences(day.counters, manager=manager, officer=second, edition=edition)
        disputed = correct_and_dispute(day.counters[0], first=first, second=second, edition=edition)
        self._tell(
            f"{answered} complaints answered, {ended} differences decided after a dispute,"
            f" {int(disputed)} correction by two officers disputed"
        )

    def _close(self, day: play.Day, company: Company, land: Land, began: dt.datetime) -> list[dt.date]:
        self._tell(f"The companies close their day in {play.CUTOFF_SECONDS:g} s; then their files come")
        dates = play.dates_between(began, now(), land.zone)
        company.behave()
        company.wish({"match": {"biller_code": land.broken_file}, "do": "truncate_file", "times": 1})
        for date in dates:
            for code in land.companies:
                company.close_day(date, seconds=play.CUTOFF_SECONDS, provider=code)
        time.sleep(play.CUTOFF_SECONDS + 0.5)

        def ask_for_files() -> None:
            connection.close()
            for date in dates:
                call_command("fetch_daily_files", date.isoformat(), stdout=_Nowhere())

        if unheard := company.deliver_news(within=play.NEWS_WITHIN):
            day.diary.note_trouble(f"{unheard} events of companies could not be delivered")
        ask_for_files()
        day.settle(ask_for_files=ask_for_files)
        return dates

    def _settle(self, day: play.Day, officer: Client, land: Land, dates: list[dt.date]) -> None:
        """The bank moves what the files come to; a sum that its line does not settle spoils the day."""
        edition = day.counters[0].edition
        sums, settled = settle_with_companies(officer=officer, dates=dates, edition=edition, land=land)
        self._tell(f"The bank has moved {sums} sums, {settled} of them are settled")
        if settled != sums:
            day.diary.note_trouble(f"{sums - settled} sums of daily files were not settled by their bank line")

    def _judge(
        self,
        diary: Diary,
        company: Company,
        land: Land,
        known: set[str],
        users: list[Any],
        began: dt.datetime,
        *,
        payouts: list[dict[str, Any]],
    ) -> None:
        connection.close()
        ours = ours_since(began, taken_by=users)
        rows = [row for row in company.ledger() if row["kind"] in {"bill", "recharge"} and row["our_ref"] not in known]
        strangers = known_to_others((row["our_ref"] for row in rows), taken_by=users)
        verdict = judge(
            ours=ours,
            theirs=[theirs_of(row) for row in rows if row["our_ref"] not in strangers],
            held=[held_of(press) for press in diary.presses],
            apart=[*disagreements_of_all_books(at=now()), *diary.troubles],
        )
        verdict.findings += judge_payouts(payouts, company.ledger())
        verdict.findings += judge_cases(diary.cases, since=began, users=users)
        report(diary=diary, ours=ours, verdict=verdict, currency=land.currency, tell=self._tell)
        self._tell(f"\n{verdict.line}")
        if not verdict.is_good:
            sys.exit(1)

    def _tell(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


def _counter(
    number: int, stage: Stage, sessions: Sessions, company: Company, offices: dict[str, Client]
) -> CounterOfDay:
    return CounterOfDay(
        number,
        stage,
        sessions.sign_in(stage.partner),
        sessions.sign_in(stage.second, device="second"),
        sessions.diary,
        company,
        str(sessions.edition),
        clerk=offices[stage.clerk],
        nurse=offices.get(stage.nurse),
        tutor=offices.get(stage.tutor),
    )


class _Nowhere:
    """Swallows what another command says."""

    def write(self, text: str) -> None:
        """Forget it."""
