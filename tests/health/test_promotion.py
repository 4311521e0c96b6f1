"""Articles are shown after a second person has read them; stations count whom they reach, and name who agrees."""

import datetime as dt
import io
from dataclasses import dataclass, replace
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now
from PIL import Image

from core.days import day_in
from core.errors import SamePerson, WrongState
from core.events.services import publish
from core.fields import uuid7
from core.files.models import StoredFile
from core.files.services import store_photo
from core.notices.models import Notice
from core.retention.services import forget_old_rows
from health.hospitals.models import Hospital
from health.promotion import services
from health.promotion.data_subject import health_events
from health.promotion.figures import answers, events_by_month, progress_of, villages
from health.promotion.forms import TextForm, fields_of
from health.promotion.models import AnswerCount, Article, ArticleReading, PromotionEvent, Question, Reach
from health.promotion.queries import articles_to_review, campaigns_to_show
from health.promotion.supplied import supplied_texts
from stations.people.models import AccessRead, Consent, Person
from stations.people.services import record_death, withdraw_consent
from stations.people.services.consents import ConsentMissing
from stations.people.services.registration import PersonGone
from tests.ecomnet.test_needs import browser_of
from tests.factories.chronic import Practice, practice
from tests.factories.people import resident
from tests.factories.stations import (
    StationFactory,
    UserFactory,
    api_client,
    county,
    county_manager_of,
    helper_of,
    partner_of,
    send,
)
from tests.health.test_merged_cases import merged
from tests.jobs import run_jobs
from tests.races import together

DAY = dt.timedelta(days=1)
TEXT = supplied_texts()["less-salt"]


@dataclass
class Booth:
    """A clinic whose articles a station shows."""

    there: Practice
    article: Article

    @property
    def station(self):
        return self.there.ready.station

    @property
    def partner(self):
        return self.there.ready.partner

    @property
    def today(self):
        return day_in(self.station.zone, now())

    def record(self, **values):
        about = {"event_id": uuid7(), "kind": "talk", "counted_people": 6, "on_date": self.today}
        about |= {"station": self.station, "article": self.article, "by": self.partner, "at": now()}
        return services.record_event(**about | values)

    def name(self, event, person, **values):
        about = {"op_id": uuid7(), "manner": "signature", "by": self.partner, "at": now()}
        return services.sign_in_resident(event=event, resident=person, **about | values)

    def villager(self, full_name="张桂兰", **values):
        return resident(full_name, self.station, birth_date=dt.date(1960, 3, 1), **values)


def draft(there, code="less-salt", text=TEXT):
    return services.draft_article(clinic=there.clinic, code=code, text=text, by=there.nurse, at=now())


def published(there, code="less-salt", text=TEXT, until=None):
    made, today = draft(there, code, text), day_in(there.clinic.zone, now())
    return services.publish_article(article=made, until_date=until or today + 90 * DAY, by=there.doctor, at=now())


@pytest.fixture
def booth(db):
    there = practice()
    return Booth(there, published(there))


@pytest.mark.django_db
def test_an_article_is_shown_after_another_person_has_read_it_and_leaves_when_it_is_edited_or_over():
    there = practice()
    made, today = draft(there), day_in(there.clinic.zone, now())
    with pytest.raises(services.ArticleAddressUsed), transaction.atomic():
        draft(there)
    publish_it = partial(services.publish_article, article=made, by=there.doctor, at=now())
    with pytest.raises(SamePerson):
        services.publish_article(article=made, until_date=today + DAY, by=there.nurse, at=now())
    for wrong in (today, today + 1200 * DAY):
        with pytest.raises(services.ReviewDateWrong):
            publish_it(until_date=wrong)
    page = partial(Client().get, reverse("health_article", args=["less-salt"]))
    assert page().status_code == 404, "nobody has read it"
    publish_it(until_date=today + DAY)
    assert [Article.objects.shown_on(today + later * DAY).count() for later in (0, 1, 2)] == [1, 1, 0]
    assert TEXT.title in page(headers={"accept-language": "en"}).content.decode()
    assert TEXT.title_zh in page(headers={"accept-language": "zh-hans"}).content.decode()
    assert ArticleReading.objects.get().count == 2
    assert "a5-paper" in Client().get(reverse("health_leaflet", args=["less-salt"])).content.decode()
    assert Client().get(reverse("health_article_qr", args=["less-salt"])).content.startswith(b"<svg")
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.update(body="changed without a second reader")
    services.edit_article(article=made, text=replace(TEXT, title="Salt"), by=there.doctor, at=now())
    assert page().status_code == 404
    with pytest.raises(SamePerson):
        publish_it(until_date=today + DAY)
    other = UserFactory()
    services.publish_article(article=made, until_date=today + DAY, by=other, at=now())
    services.withdraw_article(article=made, reason="指南已更新", by=other, at=now())
    with pytest.raises(WrongState):
        services.withdraw_article(article=made, reason="再来一次", by=other, at=now())
    assert page().status_code == 404
    unwanted = draft(there, "falls")
    services.withdraw_article(article=unwanted, reason="不要了", by=there.doctor, at=now())
    assert not articles_to_review(there.doctor).exists(), "no draft waits for ever"
    Hospital.objects.filter(pk=there.clinic.pk).update(is_restricted=True)
    sent = TEXT.columns() | {"based_on": TEXT.source, "clinic": str(there.clinic.pk), "code": "heat"}
    answer = send(api_client(there.nurse), "/api/v1/health-articles/draft/", **sent)
    assert list(answer.json()["errors"]) == ["clinic"], "it is named nowhere"


@pytest.mark.django_db
def test_a_station_reads_articles_of_its_country_alone():
    there = practice()
    published(there)
    abroad = StationFactory(county=county(country="KW"), zone="Asia/Kuwait")
    seen = [
        Article.objects.open_to(user, "health.read_article").count()
        for user in (there.ready.partner, partner_of(StationFactory()), partner_of(abroad))
    ]
    assert seen == [1, 1, 0], "elsewhere another number is called"


@pytest.mark.django_db
def test_whoever_edited_an_article_hears_once_that_its_review_is_over():
    there = practice()
    today = day_in(there.clinic.zone, now())
    published(there, until=today + DAY)
    tell = partial(services.tell_of_ended_reviews, zone=there.clinic.zone, at=now())
    assert tell(on_date=today + DAY) == 0
    assert tell(on_date=today + 2 * DAY) == tell(on_date=today + 3 * DAY) == 1
    notice = Notice.objects.get(template="health_article_review_over")
    assert (notice.user, notice.link) == (there.nurse.pk, f"/health/articles/{Article.objects.get().pk}/")


def test_a_question_is_answered_without_a_name_and_its_answers_stay_when_it_is_replaced(booth):
    question = Question.objects.get()
    answer = partial(services.answer_question, station=booth.station, by=booth.partner, at=now())
    assert [answer(question=question, choice=choice) for choice in (1, 2, 1)] == [True, False, True]
    with pytest.raises(services.NotAChoice):
        answer(question=question, choice=4)
    assert list(AnswerCount.objects.values_list("answers", "right_answers")) == [(3, 2)]
    manager = county_manager_of(booth.station.county)
    assert [(row.answers, row.right) for row in answers(manager, booth.today)] == [(None, None)], "fewer than five"
    for choice in (1, 1, 2, 2, 2, 1, 2):
        answer(question=question, choice=choice)
    assert [(row.answers, row.right) for row in answers(manager, booth.today)] == [(10, 5)]
    long = replace(TEXT, question=replace(TEXT.question, choices_zh=["长" * 61, "短"]))
    assert list(TextForm(fields_of(long) | {"key": uuid7().hex}).errors) == ["choices_zh"]
    asked = replace(TEXT.question, choices=["one"], choices_zh=["一"])
    with pytest.raises(services.QuestionWrong), transaction.atomic():
        services.edit_article(article=booth.article, text=replace(TEXT, question=asked), by=booth.there.nurse, at=now())
    edited = fields_of(replace(TEXT, question=None))
    sent = {name: edited[name] for name in ("topic", "audience", "title", "title_zh", "body", "body_zh")}
    sent["based_on"] = TEXT.source
    where = f"/api/v1/health-articles/{booth.article.pk}/edit/"
    kept = send(api_client(booth.there.nurse), where, **sent).json()["question"]
    assert kept["text"] == question.text, "nobody took it away"
    assert send(api_client(booth.there.nurse), where, **sent, question=None).json()["question"] is None
    question.refresh_from_db()
    with pytest.raises(services.NotAChoice):
        answer(question=question, choice=1)
    assert AnswerCount.objects.get().answers == 10


def test_an_event_is_recorded_once_on_its_day_for_its_campaign_and_an_article_that_is_shown(booth):
    event_id, elsewhere = uuid7(), StationFactory()
    manager = county_manager_of(booth.station.county)
    opened = partial(
        services.open_campaign,
        division=booth.station.county,
        name="减盐",
        topic="salt",
        goal_people=100,
        by=manager,
        at=now(),
    )
    campaign = opened(from_date=booth.today, to_date=booth.today + 30 * DAY)
    with pytest.raises(services.CampaignOverlaps), transaction.atomic():
        opened(from_date=booth.today + 30 * DAY, to_date=booth.today + 60 * DAY)
    for first, last in ((booth.today, booth.today - DAY), (dt.date(2028, 2, 29), dt.date(2029, 3, 1))):
        with pytest.raises(services.CampaignDatesWrong):
            opened(from_date=first, to_date=last)
    assert opened(topic="falls", from_date=dt.date(9999, 1, 1), to_date=dt.date.max), "the last years have months, too"
    nearer = opened(division=booth.station.township, from_date=booth.today, to_date=booth.today + 30 * DAY)
    assert set(campaigns_to_show(booth.partner, booth.today)) == {campaign, nearer}
    first = booth.record(event_id=event_id)
    assert booth.record(event_id=event_id, counted_people=9).counted_people == 6
    assert first.campaign == nearer
    assert not campaigns_to_show(booth.partner, booth.today).exists(), "the topic of both was shown"
    refused = [
        ({"event_id": event_id, "kind": "leaflet"}, services.EventIdUsed),
        ({"on_date": booth.today + DAY}, services.EventDateWrong),
        ({"on_date": booth.today - 8 * DAY}, services.EventDateWrong),
        ({"article": draft(booth.there, "falls")}, services.ArticleNotShown),
    ]
    for values, refusal in refused:
        with pytest.raises(refusal):
            booth.record(**values)
    assert booth.record(on_date=booth.today - 7 * DAY).campaign is None
    services.edit_article(article=booth.article, text=replace(TEXT, title="Salt"), by=booth.there.nurse, at=now())
    assert booth.record(event_id=event_id) == first, "sent again after a lost answer"
    assert booth.record(counted_people=7).article == booth.article, "it was shown on this day"
    with pytest.raises(services.ArticleNotShown):
        booth.record(on_date=booth.today - DAY)
    assert progress_of(nearer).percent == 13
    page = reverse("promotion:campaign-change", args=[campaign.pk])
    changed = {"name": "减盐", "to_date": booth.today.isoformat(), "goal_people": "90", "key": uuid7().hex}
    assert browser_of(manager).post(page, changed | {"to_date": "2020-01-01"}).status_code == 422
    assert browser_of(manager).post(page, changed | {"key": uuid7().hex}).status_code == 303
    campaign.refresh_from_db()
    assert (campaign.to_date, campaign.goal_people) == (booth.today, 90), "it ends"
    sent = {"name": "减盐", "to_date": (booth.today + 9 * DAY).isoformat(), "goal_people": 80}
    again = send(api_client(manager), f"/api/v1/promotion-campaigns/{campaign.pk}/change/", **sent)
    assert (again.status_code, again.json()["goal_people"]) == (200, 80)
    assert not PromotionEvent.objects.open_to(partner_of(elsewhere), "health.read_promotion_event").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        PromotionEvent.objects.filter(pk=first.pk).update(counted_people=0)
    services.withdraw_event(event=first, reason="记错了", by=booth.partner, at=now())
    assert progress_of(nearer).reached == 7
    with pytest.raises(WrongState):
        booth.name(first, booth.villager())


def test_whoever_agrees_is_named_once_under_whichever_record_and_the_count_holds_them_all(booth):
    event, person, op_id = booth.record(counted_people=1), booth.villager(), uuid7()
    with pytest.raises(ConsentMissing):
        booth.name(event, person, manner="")
    made = booth.name(event, person, op_id=op_id)
    assert booth.name(event, person, op_id=op_id) == made
    assert booth.name(booth.record(), person, manner="").event != event, "one consent is enough"
    with pytest.raises(services.AlreadyNamed):
        booth.name(event, person)
    second = booth.villager("李大妈")
    with pytest.raises(services.NameIdUsed):
        booth.name(event, second, op_id=op_id)
    booth.name(event, second)
    event.refresh_from_db()
    assert (event.counted_people, event.named_people) == (2, 2), "who was not counted is counted"
    with pytest.raises(IntegrityError), transaction.atomic():
        PromotionEvent.objects.filter(pk=event.pk).update(counted_people=1)
    twin = booth.villager("李大娘")
    merged(second, twin)
    with pytest.raises(services.AlreadyNamed):
        booth.name(event, second)
    own = booth.villager("我自己")
    helper = helper_of(booth.station, user=UserFactory(person=own))
    with pytest.raises(SamePerson):
        booth.name(event, own, by=helper)
    dead = booth.villager("王大爷")
    record_death(person=dead, died_date=booth.today, by=booth.partner, at=now())
    dead.refresh_from_db()
    with pytest.raises(PersonGone):
        booth.name(event, dead)


def test_names_go_with_the_consent_with_erasure_of_any_record_and_after_two_years(booth):
    event = booth.record()
    people = [booth.villager(name) for name in ("甲大妈", "乙大妈", "丙大妈", "丁大妈")]
    for person in people:
        booth.name(event, person)
    assert health_events(people[0])[0]["event__kind"] == "talk"
    consent = Consent.objects.get(person=people[0], purpose="health_promotion")
    withdraw_consent(consent=consent, by=booth.partner, at=now())
    run_jobs()
    kept = booth.villager("乙奶奶")
    merged(kept, people[1])
    publish("stations.person_erased", at=now(), person=str(kept.pk), station=0, county=0)
    run_jobs()
    assert set(Reach.objects.values_list("resident", flat=True)) == {people[2].pk, people[3].pk}
    Reach.objects.filter(resident=people[3]).delete()
    shown = store_photo(upload=photo(), by=booth.partner.pk, at=now())
    pictured = booth.record(photo=shown)
    forget_old_rows(at=now() + 730 * DAY - dt.timedelta(minutes=1))
    assert services.forget_photos(at=now() + 730 * DAY - dt.timedelta(minutes=1)) == 0
    assert Reach.objects.count() == 1
    assert services.forget_photos(at=now() + 730 * DAY + dt.timedelta(minutes=1)) == 1
    pictured.refresh_from_db()
    assert (pictured.photo, StoredFile.objects.filter(pk=shown.pk).exists()) == (None, False)
    forget_old_rows(at=now() + 730 * DAY + dt.timedelta(minutes=1))
    event.refresh_from_db()
    assert (Reach.objects.count(), event.named_people, event.counted_people) == (0, 0, 6)


def test_the_county_reads_numbers_and_never_one_that_is_too_small_or_names_anybody(booth):
    manager, second = county_manager_of(booth.station.county), StationFactory(county=booth.station.county)
    third = StationFactory(county=booth.station.county)
    for _number in range(8):
        booth.villager()
    booth.record(counted_people=12)
    for station, people in ((second, 3), (third, 7)):
        booth.record(station=station, by=partner_of(station), counted_people=people)
    found = {row.code: (row.reached, row.per_hundred) for row in villages(manager, booth.today)}
    residents = Person.objects.living().filter(home_station=booth.station).count()
    assert found[booth.station.code] == (12, round(1200 / residents))
    assert found[second.code][0] is found[third.code][0] is None, "3 would follow from 22 and 12 and 7"
    assert sum(events_by_month(manager, booth.today).values) == 3
    with CaptureQueriesContext(connection) as before:
        villages(manager, booth.today)
    StationFactory(county=booth.station.county)
    with CaptureQueriesContext(connection) as after:
        villages(manager, booth.today)
    assert len(after) == len(before)
    browser = browser_of(manager)
    assert "健康" in browser.get(reverse("promotion:figures")).content.decode()
    lines = browser.get(reverse("promotion:figures-file")).content.decode()
    assert f"{booth.station.code}," in lines
    assert browser.get(reverse("promotion:events")).status_code == 403
    assert browser.get(reverse("promotion:event", args=[PromotionEvent.objects.first().pk])).status_code in (403, 404)


def test_partner_shows_records_and_names_on_three_pages_and_each_look_is_recorded(booth):
    browser, person = browser_of(booth.partner), booth.villager()
    page = browser.get(reverse("promotion:article", args=[booth.article.pk]))
    form = {
        "kind": "talk",
        "counted_people": "9",
        "on_date": booth.today.isoformat(),
        "key": uuid7().hex,
        "photo": photo(),
    }
    record = reverse("promotion:article-record", args=[booth.article.pk])
    answer = browser.post(record, form)
    again = browser.post(record, form | {"photo": photo()})
    assert (page.status_code, answer.status_code, again.url) == (200, 303, answer.url)
    event = PromotionEvent.objects.get()
    assert event.counted_people == 9
    assert b"exif" not in event.photo.content.read()[:200].lower()
    name = reverse("promotion:event-add-name", args=[event.pk])
    assert browser.post(name, {"code": "没有这人", "key": uuid7().hex}).status_code == 422
    refused = browser.post(name, {"person": str(person.pk), "manner": "", "key": uuid7().hex})
    assert refused.status_code == 409, "has not agreed"
    assert refused.context["chosen"] == person, "who is named by the next press is shown"
    assert browser.post(name, {"code": person.full_name, "manner": "signature", "key": uuid7().hex}).status_code == 303
    looks = set(AccessRead.objects.values_list("pk", flat=True))
    shown = browser.get(answer.url).content.decode()
    assert person.full_name in shown
    new = AccessRead.objects.exclude(pk__in=looks)
    assert list(new.values_list("person", "what")) == [(person.pk, "health_event")]
    asked = browser.post(
        reverse("promotion:article-answer", args=[booth.article.pk]), {"choice": "1", "key": uuid7().hex}
    )
    assert "answered=right" in asked.url
    assert TEXT.question.explanation_zh in browser.get(asked.url).content.decode()
    file = reverse("core:file", args=[event.photo_id])
    assert browser.get(file).status_code == 200
    assert browser_of(partner_of(StationFactory())).get(file).status_code == 404
    outsider = browser_of(partner_of(StationFactory()))
    assert outsider.get(answer.url).status_code == 404
    assert AccessRead.objects.get(what="refused").person == person
    stranger = partner_of(StationFactory())
    for verb, body in (("add-name", {"op_id": str(uuid7()), "typed": "张桂兰"}), ("withdraw", {"reason": "记错了"})):
        assert send(api_client(stranger), f"/api/v1/promotion-events/{event.pk}/{verb}/", **body).status_code == 404
    assert AccessRead.objects.filter(what="refused", person=person, user=stranger).count() == 2
    foreign = resident("外乡人", StationFactory())
    assert browser.get(answer.url, {"person": str(foreign.pk)}).status_code == 404
    assert AccessRead.objects.filter(what="refused", person=foreign, user=booth.partner).count() == 1
    sent = {"id": str(uuid7()), "article": str(booth.article.pk), "kind": "screen", "counted_people": 3}
    sent |= {"on_date": booth.today.isoformat()}
    client = api_client(booth.partner)
    for _device in range(2):
        made = send(client, "/api/v1/promotion-events/record/", **sent)
        services.edit_article(article=booth.article, text=TEXT, by=booth.there.nurse, at=now())
        assert (made.status_code, made.json()["id"]) == (201, sent["id"]), made.content
    named = {"op_id": str(uuid7()), "person": str(person.pk)}
    path = f"/api/v1/promotion-events/{sent['id']}/"
    assert send(client, f"{path}add-name/", **named).status_code == 201
    assert [each["resident"] for each in client.get(path).json()["names"]] == [str(person.pk)]
    services.withdraw_event(event=event, reason="记错了", by=booth.partner, at=now())
    assert not StoredFile.objects.filter(pk=event.photo_id).exists(), "nobody keeps the photo of a mistake"
    assert browser.get(answer.url).status_code == 200


def photo():
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(made, "JPEG")
    made.seek(0)
    made.name = "talk.jpg"
    return made


def test_partner_and_helper_who_name_one_resident_at_the_same_time_name_them_once(own_database):
    there = practice()
    booth = Booth(there, published(there))
    helper, event, person = helper_of(booth.station), booth.record(counted_people=1), booth.villager()
    other = booth.villager("李大妈")
    booth.name(booth.record(), person)
    booth.name(booth.record(), other)
    found = together(
        lambda: booth.name(event, person),
        lambda: booth.name(event, person, by=helper),
        lambda: booth.name(event, other, by=helper),
    )
    event.refresh_from_db()
    assert "already_named" in found
    assert (event.named_people, event.counted_people, Reach.objects.filter(event=event).count()) == (2, 2, 2)
    same = uuid7()
    made = together(*[partial(booth.record, event_id=same) for _press in range(3)])
    assert len({each.pk for each in made}) == 1
