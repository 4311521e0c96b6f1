"""An article at the station: to show, to record what was shown, and to answer its question; for clinics, to write."""

import datetime as dt
import uuid
from typing import Any, BinaryIO

from django.http import HttpResponse
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.access import requires
from core.days import day_in
from core.files.services import store_photo
from core.language import formatting
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from health.promotion import services
from health.promotion.display import ARTICLE_KINDS, article_words, blocks_of
from health.promotion.forms import (
    AnswerForm,
    NewArticleForm,
    RecordForm,
    ReviewForm,
    TextForm,
    WhyForm,
    fields_of,
)
from health.promotion.machine import ARTICLE
from health.promotion.models import Article, PromotionEvent, Question
from health.promotion.models.articles import (
    ANSWER_QUESTION,
    READ_ARTICLE,
    RECORD_EVENT,
    REVIEW_ARTICLE,
    WITHDRAW_ARTICLE,
    WRITE_ARTICLE,
)
from health.promotion.queries import articles, clinics_of, question_of
from health.promotion.services import ArticleText
from health.promotion.supplied import supplied_texts
from health.promotion.views.public import address_of
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.current_station import counter_of
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

#: What a reviewer is offered first: a year.
OFFERED = dt.timedelta(days=365)


@requires(WRITE_ARTICLE)
def new(request: SignedInRequest) -> HttpResponse:
    """Write an article of a clinic; another person reviews it."""
    clinics = clinics_of(request.user).order_by("pk")
    return form_page(
        request,
        operation=WRITE_ARTICLE,
        form=NewArticleForm(request.POST or None, clinics=clinics, initial=_supplied(request)),
        service=services.draft_article,
        then=page_of("promotion:article"),
        template="health/promotion/new_article.html",
        page=lambda: {"supplied": _not_taken_over()},
        done=_("The article is stored. A doctor who has not written it reviews it now."),
    )


def _supplied(request: SignedInRequest) -> dict[str, Any]:
    """The text that comes with the system and is named in the address."""
    code = request.GET.get("from", "")
    text = supplied_texts().get(code)
    return {"code": code, **fields_of(text)} if text else {}


def _not_taken_over() -> list[tuple[str, ArticleText]]:
    texts = supplied_texts()
    taken = set(Article.objects.filter(code__in=list(texts)).values_list("code", flat=True))
    return [(code, text) for code, text in texts.items() if code not in taken]


def _context(request: SignedInRequest, found: Article) -> dict[str, Any]:
    answered = request.GET.get("answered", "")
    question = question_of(found)
    return {
        "article": found,
        "kind": ARTICLE_KINDS[Article.Status(found.status)],
        "blocks": blocks_of(found.text),
        "about": article_words(found),
        "is_shown": found.is_shown_on(timezone.localdate()),
        "address": address_of(found),
        "question": question if answered in {"right", "wrong"} else None,
        "is_right": answered == "right",
        "right_words": _right_words(question) if question else "",
        "history": history_of(found, reasons=_day_or_words),
    }


def _day_or_words(reason: str) -> str:
    """A review says until which day it holds; who withdraws an article says why."""
    try:
        return formatting.full_day(dt.date.fromisoformat(reason))
    except ValueError:
        return reason


def _right_words(question: Question) -> str:
    return gettext("The right answer is: %(answer)s") % {"answer": question.offered[question.right - 1]}


def _is_shown(article: Article, _user: User) -> bool:
    return article.is_shown_on(timezone.localdate())


def _asks(article: Article, user: User) -> bool:
    return _is_shown(article, user) and question_of(article) is not None


def _of_clinic(article: Article, user: User) -> bool:
    return Article.objects.open_to(user, WRITE_ARTICLE).filter(pk=article.pk).exists()


def _by_another(article: Article, user: User) -> bool:
    return _of_clinic(article, user) and not is_same_person(user, article.written_by_id, article.edited_by_id)


def _today(_request: SignedInRequest, _article: Article) -> dict[str, Any]:
    return {"initial": {"on_date": timezone.localdate()}}


def _in_a_year(_request: SignedInRequest, article: Article) -> dict[str, Any]:
    return {"initial": {"until_date": day_in(article.clinic.zone, now()) + OFFERED}}


def _choices(_request: SignedInRequest, article: Article) -> dict[str, Any]:
    asked = question_of(article)
    return {"choices": asked.offered if asked else [], "question": asked.words if asked else ""}


def _as_it_is(_request: SignedInRequest, article: Article) -> dict[str, Any]:
    return {"initial": fields_of(services.text_of(article))}


def _record(
    *,
    article: Article,
    kind: str,
    counted_people: int,
    on_date: dt.date,
    photo: BinaryIO | None,
    key: str,
    by: User,
    at: dt.datetime,
) -> PromotionEvent:
    station = counter_of(by, RECORD_EVENT)
    stored = store_photo(upload=photo, by=by.pk, at=at, field="photo") if photo else None
    return services.record_event(
        event_id=uuid.uuid5(article.pk, f"{by.pk}:{key}"),
        station=station,
        article=article,
        kind=kind,
        counted_people=counted_people,
        on_date=on_date,
        photo=stored,
        by=by,
        at=at,
    )


def _answer(*, article: Article, choice: int, by: User, at: dt.datetime) -> tuple[Article, bool]:
    asked = question_of(article)
    if asked is None:
        raise services.NotAChoice
    station = counter_of(by, ANSWER_QUESTION)
    return article, services.answer_question(question=asked, choice=choice, station=station, by=by, at=at)


def _to_answer(made: tuple[Article, bool]) -> str:
    article, is_right = made
    return f"{page_of('promotion:article')(article)}?answered={'right' if is_right else 'wrong'}#answer"


ARTICLE_PAGE = ObjectPage(
    name="promotion:article",
    template="health/promotion/article.html",
    grant=READ_ARTICLE,
    noun="article",
    rows=articles,
    context=_context,
    machine=ARTICLE,
    actions={
        "record": PageAction(
            grant=RECORD_EVENT,
            service=_record,
            form=RecordForm,
            form_kwargs=_today,
            is_open=_is_shown,
            then=page_of("promotion:event"),
            title=_("Record who saw it"),
            button=_("Record the people"),
            doing=_("Recording…"),
            done=_("Recorded. Those who agree can be named now."),
        ),
        "answer": PageAction(
            grant=ANSWER_QUESTION,
            service=_answer,
            form=AnswerForm,
            form_kwargs=_choices,
            is_open=_asks,
            then=_to_answer,
            title=_("Do you know it?"),
            button=_("See whether it is right"),
            doing=_("Recording…"),
            done=_("Counted without a name."),
            kind="secondary",
        ),
        "publish": PageAction(
            grant=REVIEW_ARTICLE,
            service=services.publish_article,
            form=ReviewForm,
            form_kwargs=_in_a_year,
            arrow="publish_article",
            is_open=_by_another,
            title=_("Review and publish"),
            button=_("I have read it: publish"),
            doing=_("Recording…"),
        ),
        "edit": PageAction(
            grant=WRITE_ARTICLE,
            service=services.edit_article,
            form=TextForm,
            form_kwargs=_as_it_is,
            arrow="edit_article",
            is_open=_of_clinic,
            title=_("Edit the article"),
            button=_("Store the text"),
            doing=_("Recording…"),
            done=_("The text is stored. It is shown when another person has reviewed it."),
            kind="danger",
        ),
        "withdraw": PageAction(
            grant=WITHDRAW_ARTICLE,
            service=services.withdraw_article,
            form=WhyForm,
            arrow="withdraw_article",
            is_open=_of_clinic,
            title=_("Withdraw the article"),
            button=_("Withdraw it"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)
