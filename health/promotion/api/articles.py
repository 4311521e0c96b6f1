"""Articles over the API: read, written, reviewed by another person, withdrawn, and the question at their end."""

import datetime as dt
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line, Words
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from health.promotion import services
from health.promotion.models import Article, Question, Topic
from health.promotion.models.articles import READ_ARTICLE, REVIEW_ARTICLE, WITHDRAW_ARTICLE, WRITE_ARTICLE
from health.promotion.queries import articles, clinics_of, question_of
from health.promotion.services import ArticleText, QuestionDraft
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.requests import signed_in

ID = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c71"
TEXT: dict[str, Any] = {
    "topic": "salt",
    "audience": "everybody",
    "title": "Eat less salt",
    "title_zh": "少吃盐",
    "body": "Adults need less than 5 g of salt a day.",
    "body_zh": "成年人每天吃盐不超过5克。",
    "based_on": "中国居民膳食指南（2022）",
}
QUESTION: dict[str, Any] = {
    "text": "How much salt a day is enough for an adult?",
    "text_zh": "成年人一天最多吃多少盐？",
    "choices": ["less than 5 g", "10 g"],
    "choices_zh": ["5克以内", "10克"],
    "right": 1,
    "explanation": "More salt raises the blood pressure.",
    "explanation_zh": "盐多了血压会升高。",
}
ARTICLE: dict[str, Any] = {
    "id": ID,
    "code": "less-salt",
    "clinic": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c11",
    **TEXT,
    "status": "published",
    "review_until_date": "2027-11-26",
    "question": {name: QUESTION[name] for name in ("text", "text_zh", "choices", "choices_zh")},
}
DRAFT = ARTICLE | {"status": "draft", "review_until_date": None}


class ArticleQuestionIn(serializers.Serializer):
    """What is asked at the end; `right` is the number of the right choice, the first one is 1."""

    text = Line(max_length=200)
    text_zh = Line(max_length=100)
    choices = serializers.ListField(child=Line(max_length=120), min_length=2, max_length=4)
    choices_zh = serializers.ListField(child=Line(max_length=60), min_length=2, max_length=4)
    right = serializers.IntegerField(min_value=1, max_value=4)
    explanation = Line(max_length=300)
    explanation_zh = Line(max_length=150)


class ArticleTextIn(serializers.Serializer):
    """What an article says. In its text an empty line ends a paragraph, `# ` begins a heading, `- ` a point."""

    topic = serializers.ChoiceField(Topic.choices)
    audience = serializers.ChoiceField(Article.Audience.choices)
    title = Line(max_length=80)
    title_zh = Line(max_length=40)
    body = Words(max_length=4_000)
    body_zh = Words(max_length=2_000)
    based_on = Line(max_length=300, source="source", help_text="Who published what it rests on, and when.")
    question = ArticleQuestionIn(required=False, allow_null=True, default=None)


class ArticleEditIn(ArticleTextIn):
    """As it is to be. The question stays where none is named; null takes it away."""

    question = ArticleQuestionIn(required=False, allow_null=True)


class ArticleIn(ArticleTextIn):
    """An article of a clinic; `code` is the end of its public address."""

    clinic = serializers.UUIDField()
    code = serializers.RegexField(r"^[a-z0-9][a-z0-9-]{2,29}$")


class ArticleQuestionOut(ReadSerializer):
    """What is asked at the end; the right answer comes with the answer."""

    text = serializers.CharField()
    text_zh = serializers.CharField()
    choices = serializers.ListField(child=serializers.CharField())
    choices_zh = serializers.ListField(child=serializers.CharField())


class HealthArticleOut(ReadSerializer):
    """An article. It is shown while it is `published`, through `review_until_date`."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    clinic = serializers.UUIDField(source="clinic_id")
    topic = serializers.CharField()
    audience = serializers.CharField()
    title = serializers.CharField()
    title_zh = serializers.CharField()
    body = serializers.CharField()
    body_zh = serializers.CharField()
    based_on = serializers.CharField(source="source")
    status = serializers.CharField()
    review_until_date = serializers.DateField(allow_null=True)
    question = ArticleQuestionOut(allow_null=True)

    @staticmethod
    def get_question(row: Article) -> Question | None:
        return next((each for each in row.questions.all() if each.is_current), None)


def _articles() -> QuerySet[Article]:
    asked = Question.objects.filter(is_current=True)
    return articles().prefetch_related(Prefetch("questions", queryset=asked))


class ArticlePages(CursorPages):
    """In the order of their ids."""

    ordering = "pk"


class HealthArticles(generics.ListAPIView):
    """List articles about health: what is published, and drafts of the own clinics."""

    requires = READ_ARTICLE
    serializer_class = HealthArticleOut
    pagination_class = ArticlePages
    out_example = ARTICLE

    def get_queryset(self) -> QuerySet[Article]:
        return _articles().open_to(signed_in(self.request), READ_ARTICLE)  # type: ignore[attr-defined]


class DraftHealthArticle(VerbView):
    """Write an article of a clinic. It is shown nowhere until another person has reviewed it."""

    requires = WRITE_ARTICLE
    In, Out = ArticleIn, HealthArticleOut
    success_status = 201
    refusals = refused_by(services.draft_article)
    in_example: ClassVar[dict[str, Any]] = {
        **TEXT,
        "clinic": ARTICLE["clinic"],
        "code": "less-salt",
        "question": QUESTION,
    }
    out_example = DRAFT

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Article:
        clinic = clinics_of(user).filter(pk=data.pop("clinic")).first()
        if clinic is None:
            raise ValidationError({"clinic": [_("This is no clinic of yours.")]})
        return services.draft_article(clinic=clinic, code=data.pop("code"), text=_text(data), by=user, at=at)


class _ArticleVerb(VerbView):
    one_object = True
    Out = HealthArticleOut

    def article(self, user: User, pk: UUID) -> Article:
        """The article that a post carrying the verb reaches."""
        return load(articles(), user, self.requires, pk=pk)


class EditHealthArticle(_ArticleVerb):
    """Change what an article says. It is shown again when another person has reviewed it anew."""

    requires = WRITE_ARTICLE
    In = ArticleEditIn
    refusals = refused_by(services.edit_article)
    in_example: ClassVar[dict[str, Any]] = {**TEXT, "question": QUESTION}
    out_example = DRAFT

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Article:
        article = self.article(user, pk)
        asked = {"question": None} if "question" not in data else {}
        text = _text(data | asked)
        if asked:
            text = replace(text, question=services.text_of(article).question)
        return services.edit_article(article=article, text=text, by=user, at=at)


class PublishArticleIn(serializers.Serializer):
    """The last day on which it is shown."""

    until_date = serializers.DateField()


class PublishHealthArticle(_ArticleVerb):
    """Review an article and publish it through a day.

    Refused (`same_person`) for those who wrote or edited it.
    """

    requires = REVIEW_ARTICLE
    In = PublishArticleIn
    refusals = refused_by(services.publish_article)
    in_example: ClassVar[dict[str, Any]] = {"until_date": "2027-11-26"}
    out_example = ARTICLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Article:
        return services.publish_article(article=self.article(user, pk), **data, by=user, at=at)


class HealthReasonIn(serializers.Serializer):
    """Why."""

    reason = Line(max_length=200)


class WithdrawHealthArticle(_ArticleVerb):
    """Withdraw an article: nobody is shown it from now on."""

    requires = WITHDRAW_ARTICLE
    In = HealthReasonIn
    refusals = refused_by(services.withdraw_article)
    in_example: ClassVar[dict[str, Any]] = {"reason": "指南已更新"}
    out_example = ARTICLE | {"status": "withdrawn"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Article:
        return services.withdraw_article(article=self.article(user, pk), **data, by=user, at=at)


class QuestionAnswerIn(serializers.Serializer):
    """The number of the choice, the first one is 1."""

    choice = serializers.IntegerField(min_value=1, max_value=4)


class QuestionAnswerOut(serializers.Serializer):
    """Whether it was right, which one is, and why."""

    is_right = serializers.BooleanField()
    right = serializers.IntegerField()
    explanation = serializers.CharField()
    explanation_zh = serializers.CharField()


class AnswerQuestion(VerbView):
    """Count an answer to the question of an article at the own station; who gave it is not kept."""

    requires = "health.answer_question"
    one_object = True
    In, Out = QuestionAnswerIn, QuestionAnswerOut
    refusals = refused_by(services.answer_question)
    in_example: ClassVar[dict[str, Any]] = {"choice": 1}
    out_example: ClassVar[dict[str, Any]] = {
        "is_right": True,
        "right": 1,
        "explanation": QUESTION["explanation"],
        "explanation_zh": QUESTION["explanation_zh"],
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> dict[str, Any]:
        question = question_of(load(articles(), user, self.requires, pk=pk))
        if question is None:
            raise Http404
        station = counter_of(user, self.requires)
        is_right = services.answer_question(question=question, **data, station=station, by=user, at=at)
        return {
            "is_right": is_right,
            "right": question.right,
            "explanation": question.explanation,
            "explanation_zh": question.explanation_zh,
        }


def _text(data: dict[str, Any]) -> ArticleText:
    question = data.pop("question")
    return ArticleText(**data, question=QuestionDraft(**question) if question else None)
