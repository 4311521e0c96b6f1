"""A season of health promotion in the story's county: articles, two campaigns, and what its stations showed."""

import datetime as dt

from core.days import day_in
from core.fields import uuid7
from ecomnet.demo_data.stations import STORY, Cast
from health.hospitals.models import Hospital
from health.promotion.models import Article, PromotionCampaign, PromotionEvent, Question
from health.promotion.services import (
    answer_question,
    draft_article,
    open_campaign,
    publish_article,
    record_event,
    sign_in_resident,
    withdraw_article,
    withdraw_event,
)
from health.promotion.supplied import supplied_texts
from stations.models import Person, Station

DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)
#: What a doctor has still to review, and what nobody has looked at for too long.
TO_REVIEW, PAST_REVIEW = "child-safety", "heat"
#: An older text, which a newer one has replaced.
REPLACED, NEWER = "antibiotics-2024", "antibiotics"
#: So many days ago, which article, how, and how many people were there.
SEASON = [
    (92, "wash-hands", "screen", 24),
    (71, "stroke-120", "talk", 31),
    (52, "vaccination", "leaflet", 40),
    (33, "less-salt", "talk", 18),
    (12, "blood-pressure", "home_visit", 2),
]


def load_health_promotion(hospital: Hospital, cast: Cast, *, at: dt.datetime) -> None:
    """Twelve articles of the county's hospital; all village stations of the county show some of them."""
    articles = _articles(hospital, cast, at=at)
    village = next(each for each in cast.village_stations if each.code == STORY)
    _campaigns(village, cast, at=at)
    for number, station in enumerate(each for each in cast.village_stations if each.county_id == village.county_id):
        for days, code, kind, people in SEASON if station == village else SEASON[number % 3 : 4 : 2]:
            _show(cast, station, articles[code], kind, people + number, at=at - days * DAY)
    _answers(cast, village, articles["less-salt"], at=at)
    slip = _record(cast, village, articles["less-salt"], "leaflet", 300, at=at - 2 * DAY)
    withdraw_event(
        event=slip, reason="多打了一个零，应该是30人", by=cast.partners[village.pk], at=at - 2 * DAY + MINUTE
    )


def _articles(hospital: Hospital, cast: Cast, *, at: dt.datetime) -> dict[str, Article]:
    """A nurse takes over the texts that come with the system, and a doctor reviews all but one of them."""
    nurse, doctor = cast.hospital_staff[0], cast.hospital_staff[-1]
    made = {}
    written_at, today = at - 120 * DAY, day_in(hospital.zone, at)
    for code, text in supplied_texts().items():
        made[code] = draft_article(clinic=hospital, code=code, text=text, by=nurse, at=written_at)
        if code != TO_REVIEW:
            until = today - 3 * DAY if code == PAST_REVIEW else today + 300 * DAY
            publish_article(article=made[code], until_date=until, by=doctor, at=written_at + 2 * DAY)
    text = supplied_texts()[NEWER]
    old = draft_article(clinic=hospital, code=REPLACED, text=text, by=nurse, at=written_at - 90 * DAY)
    publish_article(article=old, until_date=today + 30 * DAY, by=doctor, at=written_at - 80 * DAY)
    withdraw_article(article=old, reason="有了新的一篇", by=doctor, at=written_at + 3 * DAY)
    return made


def _campaigns(station: Station, cast: Cast, *, at: dt.datetime) -> list[PromotionCampaign]:
    """One that is over and one that runs."""
    manager, today = cast.managers[station.county_id], day_in(station.zone, at)
    about = [
        ("识别中风，快打120", "stroke", today - 90 * DAY, today - 45 * DAY, 120, at - 95 * DAY),
        ("全县减盐行动", "salt", today - 40 * DAY, today + 50 * DAY, 800, at - 41 * DAY),
    ]
    return [
        open_campaign(
            division=station.county,
            name=name,
            topic=topic,
            from_date=first,
            to_date=last,
            goal_people=goal,
            by=manager,
            at=opened_at,
        )
        for name, topic, first, last, goal, opened_at in about
    ]


def _show(cast: Cast, station: Station, article: Article, kind: str, people: int, *, at: dt.datetime) -> None:
    """To a talk at the story's station some come who agree to be named."""
    partner = cast.partners[station.pk]
    event = _record(cast, station, article, kind, people, at=at)
    if station.code != STORY or kind != "talk":
        return
    grown_up = Person.objects.living().filter(home_station=station, birth_date__year__lt=1990, died_date=None)
    for number, resident in enumerate(grown_up.exclude(pk=partner.person_id).order_by("pk")[:4]):
        came_at = at + number * MINUTE
        sign_in_resident(event=event, resident=resident, op_id=uuid7(), manner="signature", by=partner, at=came_at)


def _record(
    cast: Cast, station: Station, article: Article, kind: str, people: int, *, at: dt.datetime
) -> PromotionEvent:
    return record_event(
        event_id=uuid7(),
        station=station,
        article=article,
        kind=kind,
        counted_people=people,
        on_date=day_in(station.zone, at),
        by=cast.partners[station.pk],
        at=at,
    )


def _answers(cast: Cast, station: Station, article: Article, *, at: dt.datetime) -> None:
    """Visitors of the station answer the question on its screen; every third one is wrong."""
    question, partner = Question.objects.get(article=article, is_current=True), cast.partners[station.pk]
    for number in range(15):
        choice = question.right if number % 3 else question.right % len(question.choices) + 1
        answer_question(question=question, choice=choice, station=station, by=partner, at=at - number * HOUR)
