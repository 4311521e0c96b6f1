"""`manage.py load_demonstration`: the four counties, once; a second run changes nothing."""

import datetime as dt
import time
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils.timezone import now
from django.utils.translation import override

from core.money import Money
from ecomnet.demo_data.books import load_books
from ecomnet.demo_data.calls import load_calls
from ecomnet.demo_data.claims import load_claims
from ecomnet.demo_data.closes import load_closes, load_last_night
from ecomnet.demo_data.county import load_county_life
from ecomnet.demo_data.courses import load_courses
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.drawers import load_drawers
from ecomnet.demo_data.education import load_education
from ecomnet.demo_data.floats import load_floats
from ecomnet.demo_data.given_back import load_given_back
from ecomnet.demo_data.goods import load_goods
from ecomnet.demo_data.groups import load_groups
from ecomnet.demo_data.health import load_health
from ecomnet.demo_data.history import load_history
from ecomnet.demo_data.homework import load_homework
from ecomnet.demo_data.insurance import load_insurance
from ecomnet.demo_data.kits import load_kits
from ecomnet.demo_data.learner_pages import load_learner_pages
from ecomnet.demo_data.loans import load_loans
from ecomnet.demo_data.packages import load_packages
from ecomnet.demo_data.parcels import load_parcels
from ecomnet.demo_data.payouts import load_payouts
from ecomnet.demo_data.presales import load_presales
from ecomnet.demo_data.prices import load_prices
from ecomnet.demo_data.produce import load_produce
from ecomnet.demo_data.promotions import load_promotions
from ecomnet.demo_data.purchases import load_purchases
from ecomnet.demo_data.quizzes import load_quizzes
from ecomnet.demo_data.recharges import load_recharges
from ecomnet.demo_data.reconciliation import load_reconciliation
from ecomnet.demo_data.reference import BooksBeganLater, load_plan, load_reference
from ecomnet.demo_data.residents import load_residents
from ecomnet.demo_data.returns import load_returns
from ecomnet.demo_data.rooms import load_rooms
from ecomnet.demo_data.rosters import load_rosters
from ecomnet.demo_data.routes import load_routes
from ecomnet.demo_data.shipping import load_shipping
from ecomnet.demo_data.shops import load_shops
from ecomnet.demo_data.sign_in import people_to_try
from ecomnet.demo_data.statements import load_statements
from ecomnet.demo_data.states import load_states
from ecomnet.demo_data.stations import PASSWORD, Cast, load_stations
from ecomnet.demo_data.trainings import load_trainings
from ecomnet.demo_data.tutoring import load_tutoring
from ecomnet.demo_data.weather import draw_last_premiums, load_premiums, load_weather_cover
from finance.recon.services import import_bank_statement
from stations.models import User

BANK_LINES = (
    "value_date,line_ref,direction,amount,currency,counterparty,counterparty_tail,text\n"
    "{date},DEMO-A,in,600.00,CNY,孙小芹,4821,充值\n"
    "{date},DEMO-B,in,2000.00,CNY,周建军,7710,服务站充值\n"
    "{date},DEMO-C,out,12.50,CNY,银行,0001,手续费\n"
)


class Command(BaseCommand):
    """Loads the demonstration in one transaction: either all of it is there, or nothing."""

    help = "Load the demonstration: four counties, forty stations, residents, bills and three months of history."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--residents", type=int, default=20_000)
        parser.add_argument("--bills", type=int, default=45, help="bills of the past per station")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, residents: int, bills: int, seed: int, **options: Any) -> None:
        if not settings.ECOMNET_DEMONSTRATION:
            raise CommandError("Invented people do not belong into a real house.")
        started = time.monotonic()
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('demonstration', 0))")
            if User.objects.filter(username="partner").exists():
                self.stdout.write("The demonstration is loaded already.")
                self._say_who()
                return
            try:
                self._load(Random(seed), residents=residents, bills=bills)  # noqa: S311 - a story, not a secret
            except BooksBeganLater as error:
                raise CommandError("The demonstration needs a database where no country is installed.") from error
        self._tell(f"loaded in {time.monotonic() - started:.0f} s")
        self._say_who()

    def _load(self, random: Random, *, residents: int, bills: int) -> None:
        at = now()
        load_reference()
        cast = load_stations(random=random, at=at, tell=self._tell)
        load_plan(maker=cast.officers[0], checker=cast.officers[1], at=at)
        self._tell(f"{residents} residents")
        load_residents(cast, people=residents, random=random, at=at)
        self._tell("three months of bills")
        load_history(cast, random=random, per_station=bills, at=at)
        import_bank_statement(
            bank_account="main",
            content=BANK_LINES.format(date=day_of(at)).encode(),
            control_total=Money(2_587_50, "CNY"),
            country="CN",
            by=cast.officers[0],
            at=at,
        )
        self._tell("one of everything")
        load_states(cast, at=at)
        self._tell("a month of drawers")
        load_drawers(cast, at=at)
        load_recharges(cast, at=at)
        load_given_back(cast, at=at)
        load_floats(cast, at=at)
        self._tell("three months of nights")
        load_closes(cast, at=at)
        load_payouts(cast, at=at)
        load_reconciliation(cast, at=at)
        load_last_night(cast, at=at)
        self._load_trades(cast, at=at)
        self._load_learning(cast, at=at)
        self._load_cover(cast, at=at)
        load_health(cast, at=at)
        load_county_life(cast, random=random, at=at)

    def _load_trades(self, cast: Cast, *, at: dt.datetime) -> None:
        load_prices(cast, at=at)
        load_goods(cast, at=at)
        load_parcels(cast, at=at)
        load_routes(cast, at=at)
        load_purchases(cast, at=at)
        load_returns(cast, at=at)
        load_shipping(cast, at=at)
        load_groups(cast, at=at)
        load_promotions(cast, at=at)
        load_produce(cast, at=at)
        load_presales(cast, at=at)
        load_shops(cast, at=at)
        load_loans(cast, at=at)

    def _load_learning(self, cast: Cast, *, at: dt.datetime) -> None:
        load_education(cast, at=at)
        load_courses(cast, at=at)
        load_quizzes(cast, at=at)
        load_trainings(cast, at=at)
        load_books(cast, at=at)
        load_calls(cast, at=at)
        load_rooms(cast, at=at)
        load_tutoring(cast, at=at)
        load_homework(cast, at=at)
        load_packages(cast, at=at)
        load_learner_pages(cast, at=at)
        load_rosters(cast, at=at)
        load_statements(cast, at=at)
        load_kits(cast, at=at)

    def _load_cover(self, cast: Cast, *, at: dt.datetime) -> None:
        load_insurance(cast, at=at)
        load_claims(cast, at=at)
        load_premiums(cast, at=at)
        load_weather_cover(cast, at=at)
        draw_last_premiums(cast, at=at)

    def _say_who(self) -> None:
        self.stdout.write(f"Who can sign in (password {PASSWORD}; the sign-in page shows the codes):")
        with override("en"):
            for someone in people_to_try():
                self.stdout.write(f"  {someone.username:<10}{someone.name}, {someone.role}")

    def _tell(self, step: str) -> None:
        self.stderr.write(f"· {step}", style_func=str)
        self.stderr.flush()
