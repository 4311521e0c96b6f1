"""Readings and answers are counted, nobody's; whoever edits an article hears that its review is over."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.database.db import present
from core.days import day_in
from core.errors import Refused, refuses
from core.notices.services import Notification, notify_all
from core.notices.templates import in_each_language
from health.promotion.models import AnswerCount, Article, ArticleReading, Question
from stations.accounts.models import User
from stations.network.models import Station


class NotAChoice(Refused):
    """The question has fewer choices, or is asked no more."""

    code = "not_a_choice"
    status = 422
    message = _("Choose one of the answers that are shown.")


@refuses()
@transaction.atomic
def count_reading(*, article: Article, at: dt.datetime) -> None:
    """Somebody has opened the public page."""
    day = day_in(article.clinic.zone, at)
    row, _is_new = ArticleReading.objects.get_or_create(article=article, local_date=day)
    ArticleReading.objects.filter(pk=row.pk).update(count=F("count") + 1)


@refuses(NotAChoice)
@transaction.atomic
def answer_question(*, question: Question, choice: int, station: Station, by: User, at: dt.datetime) -> bool:
    """Somebody at the station has chosen an answer, the first one is 1; whether it is right. Who it was is not kept."""
    if not question.is_current or not 1 <= choice <= len(question.choices):
        raise NotAChoice(field="choice")
    is_right = choice == question.right
    month = day_in(station.zone, at).replace(day=1)
    row, _is_new = AnswerCount.objects.get_or_create(question=question, station=station, month_date=month)
    counted = {"answers": F("answers") + 1, "right_answers": F("right_answers") + int(is_right)}
    AnswerCount.objects.filter(pk=row.pk).update(**counted)
    return is_right


@refuses()
@transaction.atomic
def tell_of_ended_reviews(*, zone: str, on_date: dt.date, at: dt.datetime) -> int:
    """Tell whoever edited an article of this zone that its review is over, once for each review; how many are over."""
    rows = Article.objects.filter(
        status=Article.Status.PUBLISHED, review_until_date__lt=on_date, clinic__zone=zone
    ).select_related("edited_by")
    over = list(rows.order_by("pk"))
    notify_all(notifications=[_notice(each) for each in over], at=at)
    return len(over)


def _notice(article: Article) -> Notification:
    return Notification(
        template="health_article_review_over",
        params={
            "title": in_each_language(lambda: article.headline),
            "day": present(article.review_until_date).isoformat(),
        },
        language=article.edited_by.language,
        dedupe_key=f"health-article:{article.pk}:{article.review_until_date}",
        user=article.edited_by_id,
        link=f"/health/articles/{article.pk}/",
    )
