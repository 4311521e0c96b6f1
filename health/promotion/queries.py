"""What stations may show, what waits for whom, and whom somebody means who is named at an event."""

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Greatest

from core.days import day_in, instant_of
from core.history import changes_of
from health.consultations.queries import rules_on
from health.hospitals.models import Hospital
from health.promotion.models import Article, PromotionCampaign, PromotionEvent, Question, Reach
from health.promotion.models.articles import RECORD_EVENT, REVIEW_ARTICLE, WRITE_ARTICLE, ArticleQuerySet
from health.promotion.models.events import OPEN_CAMPAIGN, PromotionCampaignQuerySet, PromotionEventQuerySet
from stations.accounts.models import User
from stations.accounts.queries import own_logins
from stations.network.models import Station
from stations.people.models import Person
from stations.people.queries import CARD, find_people, scope_of
from stations.places.models import Division
from stations.scope import division_reach, posts_granting

MOST_FOUND = 8
_PUBLISHED = Article.Status.PUBLISHED


def articles() -> ArticleQuerySet:
    """With clinic and the people who wrote and reviewed them."""
    rows: ArticleQuerySet = Article.objects.select_related("clinic__division", "written_by", "edited_by", "reviewed_by")
    return rows


def events() -> PromotionEventQuerySet:
    """With all that a row or a page shows."""
    rows: PromotionEventQuerySet = PromotionEvent.objects.select_related(
        "station__county", "article", "campaign", "recorded_by", "photo"
    )
    return rows


def campaigns() -> PromotionCampaignQuerySet:
    """With the place of each."""
    rows: PromotionCampaignQuerySet = PromotionCampaign.objects.select_related("division")
    return rows


def public_article(code: str, at: dt.datetime) -> Article | None:
    """The article at a public address, if it is shown on this day of its clinic."""
    found = articles().filter(code=code, status=Article.Status.PUBLISHED).first()
    return found if found is not None and found.is_shown_on(day_in(found.clinic.zone, at)) else None


def was_shown_at(article: Article, station: Station, day: dt.date) -> bool:
    """Whether a station could show it on a day of its zone, whatever has become of it since: its history says so."""
    if article.clinic.division.country != station.county.country:
        return False
    begins_at, ends_at = (instant_of(station.zone, each, dt.time()) for each in (day, day + dt.timedelta(days=1)))
    published_at: dt.datetime | None = None
    for change in changes_of(article):
        if published_at is not None and published_at < ends_at and change.at > begins_at and change.old == _PUBLISHED:
            return True
        published_at = change.at if change.new == _PUBLISHED else None
    return False


def emergency_number(article: Article, at: dt.datetime) -> str:
    """What is called in an emergency in the country of an article; empty where no rule says so."""
    rule = rules_on(article.clinic.division.country, day_in(article.clinic.zone, at))
    return str(rule.parameters["call"]) if rule else ""


def question_of(article: Article) -> Question | None:
    """What is asked at its end."""
    return Question.objects.filter(article=article, is_current=True).first()


def names_at(event: PromotionEvent) -> list[Reach]:
    """Who was named, in the order of their coming; one whose two records were merged later under both."""
    rows = Reach.objects.filter(event=event).select_related("resident__home_station__county")
    return list(rows.order_by("signed_in_at", "pk"))


def meant_by(typed: str, user: User) -> list[Person]:
    """Whom a card of the county means, or the end of a phone number or a name at the own station; best first.

    Raises `QueryTooShort`.
    """
    scope = "county" if CARD.fullmatch(typed.strip().lower()) else "own"
    found = find_people(text=typed, reach=scope_of(user, scope=scope), limit=MOST_FOUND)
    people = Person.objects.living().select_related("home_station__county").in_bulk([each.id for each in found])
    return [people[each.id] for each in found if each.id in people]


def clinics_of(user: User) -> QuerySet[Hospital]:
    """For which clinics somebody may write; one that is named nowhere would be named by an article."""
    return Hospital.objects.open_to(user, WRITE_ARTICLE).filter(is_active=True, is_restricted=False)


def divisions_of(user: User) -> QuerySet[Division]:
    """Where a campaign can be opened: the county and its townships, the widest first."""
    within = Division.objects.filter(division_reach(user, OPEN_CAMPAIGN), level__in=("county", "township"))
    return within.order_by("path")


def campaigns_to_show(user: User, day: dt.date) -> PromotionCampaignQuerySet:
    """Campaigns that run at the reader's station, whose topic it has not shown in this month since they began.

    What counts for a campaign of a nearer place was shown for that of the wider place as well.
    """
    ids = [post.station_id for post in posts_granting(user, RECORD_EVENT) if post.reach == "station"]
    recorded = PromotionEvent.objects.standing().filter(
        campaign__topic=OuterRef("topic"),
        station__in=ids,
        local_date__gte=Greatest(day.replace(day=1), OuterRef("from_date")),
    )
    shown = Article.objects.shown_on(day).filter(
        topic=OuterRef("topic"), clinic__division__country=OuterRef("division__country")
    )
    here = PromotionCampaign.objects.open_to(user, RECORD_EVENT).running_on(day)
    return here.filter(~Exists(recorded), Exists(shown))


def articles_to_review(user: User) -> ArticleQuerySet:
    """Drafts of the own clinics that other people have written and edited."""
    own = own_logins(user)
    drafts = Article.objects.open_to(user, REVIEW_ARTICLE).filter(status=Article.Status.DRAFT)
    return drafts.exclude(written_by__in=own).exclude(edited_by__in=own)


def articles_past_review(user: User, day: dt.date) -> QuerySet[Article]:
    """Published ones of the own clinics that are no longer shown."""
    mine = Article.objects.open_to(user, WRITE_ARTICLE)
    return mine.filter(status=Article.Status.PUBLISHED, review_until_date__lt=day)
