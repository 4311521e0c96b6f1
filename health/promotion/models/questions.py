"""The question at the end of an article, and how often it was answered rightly at a station."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField
from health.promotion.models.articles import Article
from stations.network.models import Station
from stations.scope import StationScopedQuerySet

READ_FIGURES = "health.read_promotion_figures"


class Question(BaseModel):
    """One question with its choices and why the right one is right, in Chinese and English.

    It never changes: with the text of its article it is replaced by another one, and what was answered stays with it.
    """

    article = models.ForeignKey(Article, models.PROTECT, related_name="questions", verbose_name=_("article"))
    text = LineField(_("question"), max_length=200)
    text_zh = LineField(_("question in Chinese"), max_length=100)
    choices = ArrayField(models.CharField(max_length=120), verbose_name=_("choices"))
    choices_zh = ArrayField(models.CharField(max_length=60), verbose_name=_("choices in Chinese"))
    right = models.PositiveSmallIntegerField(_("number of the right choice"), help_text=_("The first one is 1."))
    explanation = LineField(_("explanation"), max_length=300)
    explanation_zh = LineField(_("explanation in Chinese"), max_length=150)
    is_current = models.BooleanField(_("is asked"), default=True)

    class Meta:
        verbose_name = _("question about an article")
        verbose_name_plural = _("questions about articles")
        constraints = [
            models.UniqueConstraint(fields=["article"], condition=Q(is_current=True), name="article_asks_one_question"),
            models.CheckConstraint(
                condition=Q(choices__len__gte=2, choices__len__lte=4, choices_zh__len=F("choices__len")),
                name="question_has_two_to_four_choices_in_both_languages",
            ),
            models.CheckConstraint(
                condition=Q(right__gte=1, right__lte=F("choices__len")), name="question_has_a_right_choice"
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """The question in the reader's language."""
        return self.text_zh if self._is_chinese else self.text

    @property
    def offered(self) -> list[str]:
        """The choices in the reader's language."""
        return list(self.choices_zh if self._is_chinese else self.choices)

    @property
    def reason(self) -> str:
        """Why the right choice is right, in the reader's language."""
        return self.explanation_zh if self._is_chinese else self.explanation

    @property
    def _is_chinese(self) -> bool:
        return (get_language() or "").startswith("zh")


class AnswerCountQuerySet(StationScopedQuerySet):
    read_verb = READ_FIGURES


class AnswerCount(BaseModel):
    """How often a question was answered at a station in a month, and how often rightly. Nothing says by whom."""

    question = models.ForeignKey(Question, models.PROTECT, related_name="counts", verbose_name=_("question"))
    station = models.ForeignKey(Station, models.PROTECT, related_name="+", verbose_name=_("station"))
    month_date = models.DateField(_("month"), help_text=_("Its first day."))
    answers = models.PositiveIntegerField(_("answers"), default=0)
    right_answers = models.PositiveIntegerField(_("right answers"), default=0)

    objects = AnswerCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("answers to a question")
        verbose_name_plural = _("answers to questions")
        constraints = [
            models.UniqueConstraint(
                fields=["question", "station", "month_date"], name="answers_are_counted_once_for_a_month"
            ),
            models.CheckConstraint(condition=Q(right_answers__lte=F("answers")), name="right_answers_are_answers"),
            models.CheckConstraint(condition=Q(month_date__day=1), name="month_of_answers_is_its_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.station_id} {self.month_date}"
