"""The page of an object and its actions: offered, done once, refused where the reader stands."""

from dataclasses import replace
from uuid import uuid4

import pytest

from core.models import StatusChange
from finance.complaints.views import COMPLAINT_PAGE
from finance.models import CashDay, Complaint
from stations.models import User
from tests.conftest import SignedInClient
from tests.factories.complaints import complaint_of
from tests.factories.finance import desk, flat_plan
from tests.factories.stations import county_manager_of, finance_officer
from tests.factories.tills import cash_desk

ANSWER = {"outcome": "upheld", "answer": "已退"}


@pytest.fixture
def ready(db):
    flat_plan()
    return desk(float_minor=1_500_00)


@pytest.fixture
def manager(ready):
    return county_manager_of(ready.station.county)


def browser(user: User) -> SignedInClient:
    client = SignedInClient()
    client.force_login(user)
    return client


def page_of(complaint: Complaint, user: User):
    return browser(user).get(f"/finance/complaints/{complaint.pk}/")


def press(complaint: Complaint, user: User, slug: str, *, key: str = "", **typed: str):
    path = f"/finance/complaints/{complaint.pk}/{slug}/"
    return browser(user).post(path, {**typed, "key": key or uuid4().hex})


def assign(complaint: Complaint, manager: User):
    return press(complaint, manager, "assign", assignee=str(manager.pk))


def offered(response) -> set[str]:
    """The names under which the template got a form."""
    names = {"assign", "ask_provider", "resolve", "reopen", "decide"}
    return {name for name in names if response.context[name] is not None}


def test_actions_are_offered_to_whoever_holds_the_verb_where_the_state_allows_them(ready, manager):
    complaint = complaint_of(ready)
    assert offered(page_of(complaint, manager)) == {"assign"}
    assert offered(page_of(complaint, ready.partner)) == set()
    assert assign(complaint, manager).status_code == 303
    assert offered(page_of(complaint, manager)) == {"assign", "ask_provider", "resolve"}


def test_a_refused_action_shows_the_page_again_with_what_was_typed_and_nothing_done(ready, manager):
    complaint = complaint_of(ready)
    refused = press(complaint, manager, "resolve", **ANSWER)
    assert refused.status_code == 409
    assert refused.context["refused"] is refused.context["resolve"]
    assert refused.context["resolve"]["answer"].value() == "已退"
    assert refused.context["assign"] is not None
    complaint.refresh_from_db()
    assert (complaint.status, complaint.answer) == ("logged", "")


def test_an_action_whose_form_is_not_filled_in_is_422(ready, manager):
    complaint = complaint_of(ready)
    assert assign(complaint, manager).status_code == 303
    refused = press(complaint, manager, "resolve", outcome="upheld")
    assert refused.status_code == 422
    assert "answer" in refused.context["resolve"].errors


def test_one_key_does_an_action_once_and_leads_to_the_same_page(ready, manager):
    complaint, key = complaint_of(ready), uuid4().hex
    assign(complaint, manager)
    answers = [press(complaint, manager, "resolve", key=key, **ANSWER) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [f"/finance/complaints/{complaint.pk}/"] * 2
    assert StatusChange.objects.filter(object_id=str(complaint.pk), new="resolved").count() == 1


def test_actions_are_404_out_of_reach_and_403_without_the_verb_and_405_when_they_are_only_opened(ready, manager):
    complaint, elsewhere = complaint_of(ready), desk()
    stranger = county_manager_of(elsewhere.station.county)
    assert press(complaint, stranger, "resolve", **ANSWER).status_code == 404
    assert press(complaint, finance_officer(), "resolve", **ANSWER).status_code == 403
    assert press(complaint, ready.partner, "resolve", **ANSWER).status_code == 403
    assert browser(manager).get(f"/finance/complaints/{complaint.pk}/resolve/").status_code == 405


def test_a_cash_day_is_counted_put_aside_counted_again_and_closed_from_its_pages(db):
    ready = cash_desk(held=2_044_40)
    client, day = browser(ready.partner), ready.day
    counted = {"v10000": "20", "v2000": "2", "v100": "4", "v10": "4"}

    def send(slug: str, **typed: str) -> str:
        answer = client.post(f"/finance/tills/{day.pk}/{slug}/", {**typed, "key": uuid4().hex})
        assert answer.status_code == 303, answer.content.decode()
        return answer["Location"]

    assert send("count", **counted) == f"/finance/tills/{day.pk}/"
    assert send("resume") == "/finance/tills/"
    assert client.get(f"/finance/tills/{day.pk}/").context["close"] is None
    assert send("count", **counted) == f"/finance/tills/{day.pk}/"
    assert client.get(f"/finance/tills/{day.pk}/").context["close"] is not None
    assert send("close") == f"/finance/tills/{day.pk}/"
    assert CashDay.objects.get(pk=day.pk).status == "closed"


def test_a_count_page_that_is_refused_shows_the_pieces_that_were_typed(db):
    ready = cash_desk(held=2_044_40)
    day = ready.day
    answer = browser(ready.partner).post(
        f"/finance/tills/{day.pk}/count/", {"v10000": "many", "v10": "4", "key": uuid4().hex}
    )
    assert answer.status_code == 422
    assert answer.context["form"].counted.minor == 40


def test_a_value_of_a_page_that_is_named_like_one_of_its_actions_is_an_error(ready, manager, rf):
    request = rf.get("/")
    request.user = manager
    page = replace(COMPLAINT_PAGE, context=lambda _request, _row: {"assign": "hidden by the form"})
    with pytest.raises(TypeError, match="assign"):
        page.render(request, complaint_of(ready))
