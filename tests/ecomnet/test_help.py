"""The help: each role finds its own tasks first, and each page leads to the help with its task."""

import pytest
from django.test import Client
from django.utils.timezone import now
from django.utils.translation import override

from core.web.help import TOPICS, all_topics, sorted_for
from tests.access.table import VERBS
from tests.architecture.test_console_pages import names
from tests.factories.stations import (
    StationFactory,
    auditor,
    county,
    county_clerk_of,
    county_manager_of,
    finance_officer,
    partner_of,
    platform_admin,
)

pytestmark = pytest.mark.django_db

WHO = {
    "partner": lambda: partner_of(StationFactory()),
    "clerk": lambda: county_clerk_of(county()),
    "manager": lambda: county_manager_of(county()),
    "finance": finance_officer,
    "auditor": auditor,
    "admin": platform_admin,
}
OWN = {
    "partner": {"find", "bill", "recharge", "till", "float", "refund"},
    "clerk": {"top-up", "remittance", "county-floats", "refund"},
    "manager": {"complaint", "over-short", "inspect", "appoint", "station", "merge", "lost-phone"},
    "finance": {"plan", "batch", "payee", "reconcile", "top-up", "held-day", "no-outcome", "finding", "complaint"},
    "auditor": {"finding", "books", "reads"},
    "admin": {"job", "provider", "appoint", "lost-phone"},
}


def browser_of(user):
    client = Client(headers={"accept-language": user.language})
    client.force_login(user)
    session = client.session
    session["second_factor_at"] = now().isoformat()
    session.save()
    return client


@pytest.mark.parametrize("role", WHO)
def test_each_role_finds_its_own_tasks_above_those_of_others(role):
    user = WHO[role]()
    own, others = sorted_for(user)
    assert {topic.name for topic in own} >= OWN[role]
    page = browser_of(user).get("/help/").content.decode()
    places = {topic.name: page.index(f'href="/help/{topic.name}/"') for topic in [*own, *others]}
    assert max(places[topic.name] for topic in own) < min(places[topic.name] for topic in others)


def test_somebody_without_a_post_and_a_browser_that_stores_pages_find_the_counters(client):
    for path in ("/help/", "/help/?in=en"):
        assert b"/help/bill/" in client.get(path).content
    assert b"/help/batch/" not in client.get("/help/?in=en").content


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_topic_is_a_page_of_a_few_steps(client, language):
    for topic in all_topics():
        page = client.get(f"/help/{topic.name}/?in={language}").content.decode()
        assert 3 <= page.count("<li>") <= 6, topic.name
        with override(language):
            assert str(topic.title) in page


def test_topics_have_names_of_their_own_and_say_whom_they_concern():
    topics = list(all_topics())
    assert len({topic.name for topic in topics}) == len(topics)
    assert [topic.name for topic in topics if not topic.verbs and topic not in TOPICS] == []
    assert {verb for topic in topics for verb in topic.verbs} - set(VERBS) == set()


def test_topics_name_pages_that_exist_and_no_page_has_two():
    pages = [page for topic in all_topics() for page in topic.pages]
    assert set(pages) - set(names()) == set()
    assert len(set(pages)) == len(pages)


@pytest.mark.parametrize(
    ("role", "path", "topic"),
    [
        ("finance", "/finance/payouts/", "batch"),
        ("finance", "/finance/fees/plans/", "plan"),
        ("manager", "/county/stations/", "station"),
        ("partner", "/people/", "find"),
    ],
)
def test_the_foot_of_a_page_leads_to_the_help_with_its_task(role, path, topic):
    page = browser_of(WHO[role]()).get(path)
    assert page.status_code == 200, path
    assert f'href="/help/{topic}/"' in page.content.decode()


def test_a_page_without_a_topic_leads_to_the_index():
    assert 'href="/help/"' in browser_of(finance_officer()).get("/notices/").content.decode()
