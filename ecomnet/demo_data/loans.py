"""A lender with its products, one of which waits for another person, and an application of each state."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Case, When

from core.models import Provider
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.lending import applied, proposed, visited
from ecomnet.demo_data.loan_groups import lend_to_group, lend_to_one, meet, pay_out_to_one
from ecomnet.demo_data.reference import BANK
from ecomnet.demo_data.running_loans import load_running, load_since
from ecomnet.demo_data.stations import STORY, Cast
from finance.credit.presets import FARM_V1
from finance.credit.services import activate_scorecard, draft_scorecard
from finance.loans.presets import DAYS_SAMPLE, FIVE_CLASSES, presets
from finance.loans.services import (
    activate_loan_product,
    activate_provision_table,
    add_group_member,
    approve_application,
    draft_loan_product,
    draft_provision_table,
    form_loan_group,
    reject_application,
    withdraw_application,
)
from finance.models import Lender, LoanApplication, LoanProduct, LoanProductVersion
from stations.models import Person, Station, User

DAY = dt.timedelta(days=1)
#: The applications from here on are old enough to have become loans.
FIRST_LENT = 7
#: One whose loan was planned anew, one whose application waits for its approval, and one who has begun to apply.
IN_A_GROUP = (9, 3, 0)


def load_loans(cast: Cast, *, at: dt.datetime) -> None:
    """Products of a county bank; the officers are another person each."""
    maker, checker = cast.credit_officers[:2]
    lender = Lender.objects.create(
        name="Sihong Rural Commercial Bank",
        name_zh="泗洪农商银行",
        company_code="91321324000000000X",
        country="CN",
        currency="CNY",
        provider=Provider.objects.get(code=BANK),
    )
    for preset in presets(lender.currency):
        product = LoanProduct.objects.create(
            lender=lender,
            code=preset.code,
            name=preset.name,
            name_zh=preset.name_zh,
            country=lender.country,
            currency=lender.currency,
        )
        made_at = at - 100 * DAY
        version = draft_loan_product(
            product=product, terms=preset.terms, seasonal_rows=preset.seasonal_rows, by=maker, at=made_at
        )
        activate_loan_product(version=version, by=checker, at=made_at + DAY)
    dearer = presets(lender.currency)[-1].terms | {"rate_default_ppm": 114_000}
    draft_loan_product(product=product, terms=dearer, by=maker, at=at)
    rates = draft_provision_table(
        country="CN", from_date=day_of(at - 100 * DAY), bands=FIVE_CLASSES, by=maker, at=at - 102 * DAY
    )
    activate_provision_table(table=rates, by=checker, at=at - 101 * DAY)
    draft_provision_table(country="CN", from_date=day_of(at + 30 * DAY), bands=DAYS_SAMPLE, by=maker, at=at)
    card = draft_scorecard(code="farm", country="CN", card=FARM_V1, by=maker, at=at - 100 * DAY)
    activate_scorecard(scorecard=card, by=checker, at=at - 99 * DAY)
    load_applications(cast, at=at)


def load_applications(cast: Cast, *, at: dt.datetime) -> None:
    """At the story's station one application of each state; of one, a tie was declared and another station asked.

    In a small network some applicants live elsewhere in the county.
    """
    station = Station.objects.select_related("county").get(code=STORY)
    partner = cast.partners[station.pk]
    appraiser, second = cast.credit_officers[:2]
    version = LoanProductVersion.objects.active().select_related("product").get(product__code="farm_equal")
    villagers = Person.objects.living().exclude(pk__in=User.objects.exclude(person=None).values("person"))
    adults = villagers.filter(home_station__county=station.county, birth_date__year__lt=2000, died_date=None)
    people = list(adults.order_by(Case(When(home_station=station, then=0), default=1), "-pk")[:12])
    _group_of([people[number] for number in IN_A_GROUP], station, partner, at=at - 80 * DAY)
    made = []
    for number, person in enumerate(people):
        began = at - (20 - number if number < FIRST_LENT else 75) * DAY
        made.append(applied(person, version, station, partner, at=began, key=f"demo-{number}"))
    for number, application in enumerate(made[1:]):
        visited(application, partner, tie="supplier" if number == 1 else "none")
    _decide(made, partner, appraiser, second, at=at)
    load_running(made[FIRST_LENT:], cast, partner, at=at)
    of_groups = LoanProductVersion.objects.active().select_related("product").get(product__code="group_equal")
    alone = lend_to_one(people, version, cast, at=at)
    meeting = lend_to_group(people, of_groups, cast, at=at)
    pay_out_to_one(alone, cast, at=at)
    load_since(made[FIRST_LENT:], cast, partner, at=at)
    meet(meeting, cast, at=at)


def _group_of(members: Sequence[Person], station: Station, partner: User, *, at: dt.datetime) -> None:
    """Residents who raise geese together, before they apply."""
    group = form_loan_group(
        station=station, name="养鹅一组", first_meeting_date=day_of(at), every_weeks=2, by=partner, at=at
    )
    for person in members:
        add_group_member(group=group, person=person, by=partner, at=at)


def _decide(made: list[LoanApplication], partner: User, appraiser: User, second: User, *, at: dt.datetime) -> None:
    """The last four are proposed, approved, declined and withdrawn."""
    waiting, approved, rejected, withdrawn = made[3:7]
    for application in (waiting, approved):
        proposed(application, appraiser, at=at - DAY)
    approve_application(application=approved, by=second, at=at - DAY)
    reject_application(application=rejected, reasons=["turnover_low", "no_loan_history"], by=appraiser, at=at - DAY)
    withdraw_application(application=withdrawn, by=partner, at=at - DAY)
