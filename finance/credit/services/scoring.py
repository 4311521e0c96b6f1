"""Scorecards are drawn up by one person, put in force by another; scores are computed and stored with their lines."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.money import Money
from core.state_machines import Machine
from finance.credit.models import CreditFact, Scorecard, ScorecardAttribute, ScorecardBin, ScoreLine, ScoreRun
from finance.credit.queries import assessments_of, card_of, records_of, seen_on
from finance.credit.scoring import Card, gaps, score
from stations.accounts.models import User
from stations.people.models import Person
from stations.two_persons import require_two_persons

_S = Scorecard.Status
BASIS_POINTS = 10_000

SCORECARD = Machine(
    name="scorecard",
    states=_S,
    arrows={"activate_scorecard": frozenset({_S.DRAFT})},
)


class ScorecardIncomplete(Refused):
    """A value would have no points, or visits would count for too much."""

    code = "scorecard_incomplete"
    status = 422
    message = _("Every value needs its points, and visits may count for at most %(share)s %% of all points.")


@transaction.atomic
def draft_scorecard(*, code: str, country: str, card: Card, by: User, at: dt.datetime) -> Scorecard:
    """Draw up the next version of a scorecard of a country."""
    latest = Scorecard.objects.filter(code=code, country=country).order_by("-version").first()
    made = Scorecard.objects.create(
        code=code,
        country=country,
        version=latest.version + 1 if latest else 1,
        approve_from=card.approve_from,
        refer_from=card.refer_from,
        thin_offline_from=card.thin_offline_from,
        maker=by,
        made_at=at,
    )
    for position, line in enumerate(card.lines, start=1):
        attribute = ScorecardAttribute.objects.create(
            scorecard=made,
            position=position,
            code=line.code,
            block="online" if line.is_online else "offline",
            max_points=line.max_points,
            no_fact_points=line.no_fact_points,
            reason_code=line.reason,
        )
        ScorecardBin.objects.bulk_create(
            ScorecardBin(attribute=attribute, lower=step.lower, upper=step.upper, points=step.points)
            for step in line.steps
        )
    record_change(made, old="", new=made.status, at=at, actor=by.pk)
    return made


@refuses(WrongState, SamePerson, ScorecardIncomplete)
@transaction.atomic
def activate_scorecard(*, scorecard: Scorecard, by: User, at: dt.datetime) -> Scorecard:
    """Score with it from now on, by another person than drew it up; the one before scores no more."""
    scorecard = lock(scorecard)
    SCORECARD.check("activate_scorecard", scorecard.status)
    require_two_persons(by, scorecard.maker_id)
    card = card_of(scorecard)
    whole = sum(line.max_points for line in card.lines)
    offline = sum(line.max_points for line in card.lines if not line.is_online)
    too_much = offline * BASIS_POINTS > scorecard.offline_share_max_bp * whole
    if not card.lines or too_much or any(gaps(line) for line in card.lines):
        raise ScorecardIncomplete(share=scorecard.offline_share_max_bp // 100)
    for before in Scorecard.objects.filter(country=scorecard.country, status=_S.ACTIVE):
        _move(before, _S.RETIRED, by=by, at=at)
    scorecard.checker = by
    return _move(scorecard, _S.ACTIVE, by=by, at=at)


@transaction.atomic
def record_fact(
    *, person: Person, kind: str, value: int, on_date: dt.date, event: int, currency: str = ""
) -> CreditFact:
    """Write down what happened, once for each event."""
    fact, _is_new = CreditFact.objects.get_or_create(
        source_event=event,
        person=person,
        kind=kind,
        defaults={"value": value, "currency": currency, "on_date": on_date},
    )
    return fact


@transaction.atomic
def score_application(
    *, application_ref: UUID, person: Person, country: str, requested: Money, installment: Money, date: dt.date
) -> ScoreRun | None:
    """Compute and store a score as of a date; None where no scorecard is in force in the country.

    `installment` is the largest of a month. Reads facts of the person: the caller has made sure of a live consent.
    """
    scorecard = Scorecard.objects.filter(country=country, status=_S.ACTIVE).first()
    if scorecard is None:
        return None
    visits = [seen_on(visit, installment=installment) for visit in assessments_of(application_ref)]
    scored = score(card_of(scorecard), records_of(person, requested=requested, date=date), visits)
    run = ScoreRun.objects.create(
        application_ref=application_ref,
        scorecard=scorecard,
        requested_minor=requested.minor,
        installment_minor=installment.minor,
        currency=requested.currency,
        as_of_date=date,
        online_points=scored.online,
        offline_points=scored.offline,
        total=scored.total,
        band=scored.band,
        thin_file=scored.thin,
    )
    attributes = {attribute.code: attribute for attribute in scorecard.attributes.all()}
    ScoreLine.objects.bulk_create(
        ScoreLine(
            run=run,
            attribute=attributes[each.line.code],
            input_value=each.value,
            points=each.points,
            lost_points=each.lost,
        )
        for each in scored.lines
    )
    return run


def _move(scorecard: Scorecard, status: str, *, by: User, at: dt.datetime) -> Scorecard:
    before, scorecard.status = scorecard.status, status
    scorecard.save(update_fields=["status", "checker", "updated_at"])
    record_change(scorecard, old=before, new=status, at=at, actor=by.pk)
    return scorecard
