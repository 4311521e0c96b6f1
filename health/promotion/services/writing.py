"""An article is written by one person and reviewed by another; what is edited is reviewed anew before it is shown."""

import datetime as dt
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in, months_later
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words
from health.hospitals.models import Hospital
from health.promotion.machine import ARTICLE
from health.promotion.models import Article, Question
from scheduling.violations import refused_as
from stations.accounts.models import User
from stations.two_persons import require_two_persons

#: A review holds at most so long: what is known about health changes.
LONGEST_MONTHS = 36
_QUESTION = ("text", "text_zh", "choices", "choices_zh", "right", "explanation", "explanation_zh")


class ArticleAddressUsed(Refused):
    """Another article has this address."""

    code = "article_address_used"
    message = _("Another article has this address. Choose another one.")


class ReviewDateWrong(Refused):
    """Over already, or too far ahead."""

    code = "review_date_wrong"
    status = 422
    message = _("Choose a day from tomorrow on, at most %(months)s months ahead.")


class QuestionWrong(Refused):
    """A question that is not whole in both languages."""

    code = "question_wrong"
    status = 422
    message = _("A question has two to four choices in each language, in the same order, and one of them is right.")


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """What is asked at the end of an article; `right` is the number of the right choice, the first one is 1."""

    text: str
    text_zh: str
    choices: list[str]
    choices_zh: list[str]
    right: int
    explanation: str
    explanation_zh: str


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What an article says: paragraphs with an empty line between them, `# ` before a heading, `- ` before a point."""

    topic: str
    audience: str
    title: str
    title_zh: str
    body: str
    body_zh: str
    source: str
    question: QuestionDraft | None = None

    def columns(self) -> dict[str, str]:
        """All but the question, by the names of the columns."""
        values = asdict(self)
        del values["question"]
        return values


@refuses(ArticleAddressUsed, QuestionWrong)
@transaction.atomic
def draft_article(*, clinic: Hospital, code: str, text: ArticleText, by: User, at: dt.datetime) -> Article:
    """Write an article of a clinic. It is shown nowhere until another person has reviewed it."""
    with refused_as({"health_article_code_key": ArticleAddressUsed}):
        made = Article.objects.create(
            clinic=clinic, code=code, written_by=by, edited_by=by, edited_at=at, **text.columns()
        )
    _ask(made, text.question)
    record_change(made, old="", new=made.status, at=at, actor=by.pk)
    return made


@refuses(WrongState, QuestionWrong)
@transaction.atomic
def edit_article(*, article: Article, text: ArticleText, by: User, at: dt.datetime) -> Article:
    """Change what it says. It leaves screens and public page until another person has reviewed it anew."""
    article = lock(article)
    ARTICLE.check("edit_article", article.status)
    old = article.status
    for name, value in text.columns().items():
        setattr(article, name, value)
    article.status, article.edited_by, article.edited_at = Article.Status.DRAFT, by, at
    article.reviewed_by = article.reviewed_at = article.review_until_date = None
    article.save()
    _ask(article, text.question)
    record_change(article, old=old, new=article.status, at=at, actor=by.pk)
    return article


@refuses(WrongState, SamePerson, ReviewDateWrong)
@transaction.atomic
def publish_article(*, article: Article, until_date: dt.date, by: User, at: dt.datetime) -> Article:
    """The reviewer has read it and stands for it through `until_date`; one that is published is reviewed anew.

    The reviewer neither wrote nor edited it.
    """
    article = lock(article)
    ARTICLE.check("publish_article", article.status)
    require_two_persons(by, article.written_by_id, article.edited_by_id)
    today = day_in(article.clinic.zone, at)
    if not today < until_date <= months_later(today, LONGEST_MONTHS):
        raise ReviewDateWrong(field="until_date", months=LONGEST_MONTHS)
    old = article.status
    article.status, article.reviewed_by, article.reviewed_at = Article.Status.PUBLISHED, by, at
    article.review_until_date = until_date
    article.save(update_fields=["status", "reviewed_by", "reviewed_at", "review_until_date", "updated_at"])
    record_change(article, old=old, new=article.status, at=at, actor=by.pk, reason=until_date.isoformat())
    return article


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def withdraw_article(*, article: Article, reason: str, by: User, at: dt.datetime) -> Article:
    """It is wrong or out of date, or a draft that nobody wants: nobody is shown it from now on."""
    article = lock(article)
    ARTICLE.check("withdraw_article", article.status)
    old, article.status = article.status, Article.Status.WITHDRAWN
    article.save(update_fields=["status", "updated_at"])
    record_change(article, old=old, new=article.status, at=at, actor=by.pk, reason=reason[:200])
    return article


def text_of(article: Article) -> ArticleText:
    """What an article says now."""
    columns = ("topic", "audience", "title", "title_zh", "body", "body_zh", "source")
    asked = Question.objects.filter(article=article, is_current=True).values(*_QUESTION).first()
    question = QuestionDraft(**asked) if asked else None
    return ArticleText(**{name: getattr(article, name) for name in columns}, question=question)


def _ask(article: Article, draft: QuestionDraft | None) -> None:
    """The question of an article, in place of the one before, which keeps its answers."""
    asked = Question.objects.filter(article=article, is_current=True)
    if draft is not None and asked.filter(**asdict(draft)).exists():
        return
    asked.update(is_current=False)
    if draft is None:
        return
    names = ("question_has_two_to_four_choices_in_both_languages", "question_has_a_right_choice")
    with refused_as(dict.fromkeys(names, QuestionWrong)):
        Question.objects.create(article=article, **asdict(draft))
