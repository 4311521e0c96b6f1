"""Every page of the console without an object in its address is a list, or says what it is instead."""

import pytest
from django.urls import URLPattern, get_resolver, reverse

from core.web.lists import ListPage
from tests.browser.every_page import NOT_PAGES
from tests.factories.finance import book

#: The administration is stock Django; the API has no pages.
ELSEWHERE = ("admin/", "api/")

#: Pages that show no rows of one kind: what they are instead.
NO_LISTS = {
    "a home": {"home"},
    "a form": {
        "accounts:appoint_post", "accounts:ask_code", "accounts:break_glass", "accounts:first_sign_in",
        "accounts:forgotten", "accounts:password", "accounts:pin", "accounts:second_factor", "accounts:sign_in",
        "fees:new_plan", "fees:new_tariff", "floats:send", "floats:withdraw", "network:closing", "network:exception",
        "network:pause", "network:reopening", "payouts:account", "people:new", "recon:import", "tills:declare",
        "tills:report-loss", "core:scan", "tills:open", "catalog:import_list", "loans:apply", "loans:quote",
        "loans:group_new", "loans:group_join",
        "safeguarding:new-vetting", "libraries:reserve", "courses:new", "courses:open-class", "courses:enrol",
        "courses:join-broadcast",
        "hotlines:open-booth", "rooms:add", "supplies:open-campaign", "groups:new", "presales:new",
        "tutoring:new-tutor", "quizzes:new", "homework:new",
        "promotions:new", "promotion:new-article", "promotion:new-campaign",
        "rosters:new",
        "packages:new",
        "parcels:hand_over", "parcels:register", "parcels:scan", "routes:pack", "routes:plan",
        "insurance:enrol", "insurance:enrol_person", "chronic:enrol", "checkups:open-campaign", "consultations:new",
        "records:open", "records:emergency",
        "insurance:new_claim", "insurance:draw_premiums", "insurance:propose_window", "insurance:load_file",
    },
    "an act on a counter": {
        "tutoring:learners",
        "appointments:hospitals", "libraries:desk", "bills:choose", "recharge:choose", "recharge:check", "tills:till",
        "purchases:new", "shipping:new", "groups:join", "presales:new_order",
        "produce:weigh", "produce:announce", "produce:open_lot", "shops:new",
    },
    "one station or person": {"calendars:own", "calendars:end_own", "calendars:of_resident",
                              "records:readers_of",
                              "accounts:me", "network:station", "network:paper_sign", "scores:score", "floats:float",
                              "skills:gates"},
    "days with their sums": {"fees:earnings"},
    "a search": {"people:find", "core:search"},
    "records ticked and decided together": {"archive:proposals"},
    "a table of all counties or drawers": {
        "chronic:figures", "checkups:figures", "skills:figures", "tutoring:figures", "settlement:closes", "cash:county",
        "promotion:figures", "learning:figures",
    },
    "a row for each book": {"books:books"},
    "a basket of anybody": {"cityshops:basket"},
    "published to everybody": {"cash:known-errors", "fees:wall", "register:register"},
    "the screen of a class": {"learn:names", "learn:mine"},
    "what happens now": {"safeguarding:reported"},
    "help": {"core:help", "core:problems", "core:components"},
}  # fmt: skip


def pages(patterns=None, path="", space=""):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = path + str(pattern.pattern)
        if here.startswith(ELSEWHERE):
            continue
        if isinstance(pattern, URLPattern):
            yield here, ":".join(filter(None, [space, pattern.name])), pattern.callback
        else:
            yield from pages(pattern.url_patterns, here, pattern.namespace or space)


LISTS = {name: view.list_page for _path, name, view in pages() if hasattr(view, "list_page")}


def test_a_page_without_an_object_is_a_list_or_says_what_it_is():
    listed = {name for path, name, _view in pages() if "<" not in path and name not in NOT_PAGES}
    assert listed - set(LISTS) - set().union(*NO_LISTS.values()) == set()


def test_no_page_says_that_it_is_no_list_and_is_one_or_is_gone():
    named = set().union(*NO_LISTS.values())
    assert named & set(LISTS) == set()
    assert named - {name for _path, name, _view in pages()} == set()


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_list_says_all_that_it_needs(name):
    book()
    listed: ListPage = LISTS[name]
    assert reverse(listed.name)
    assert listed.empty.words
    assert {"name"} <= set(listed.headings) <= {"name", "what", "where", "at", "amount", "state"}
    assert bool(listed.search) == (type(listed).found is not ListPage.found)
    keys = [state.key for state in listed.tabs()]
    assert len(keys) == len(set(keys))
    assert listed.state in {"all", *keys}
    assert listed.order[-1] in {"pk", "-pk", "-our_ref"}
