"""The demonstration says who can sign in and what their phones show; a real system never does."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from ecomnet.demo_data.sign_in import WHO
from ecomnet.demo_data.stations import PASSWORD
from stations.accounts.demonstration import app_code, set_up_app
from tests.factories.gateways import ProviderFactory
from tests.factories.stations import StationFactory, UserFactory, finance_officer, partner_of
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db

PAGE = reverse("accounts:first_sign_in")


@pytest.fixture
def partner():
    user = partner_of(StationFactory())
    user.username, user.phone, user.language = "partner", "+8613805169911", "en"
    user.set_password(PASSWORD)
    user.save()
    return user


def shown(client):
    return client.get(PAGE, headers={"Accept-Language": "en"}).content.decode()


def test_a_real_house_lists_nobody_and_shows_no_code(client, partner):
    page = shown(client)
    assert PASSWORD not in page
    assert "partner" not in page
    assert client.get(PAGE).context["demonstration"] is None


def test_the_demonstration_lists_those_of_its_people_who_exist(client, partner, settings):
    settings.ECOMNET_DEMONSTRATION = True
    UserFactory(username="somebody")
    people = client.get(PAGE).context["demonstration"].people
    assert [someone.username for someone in people] == ["partner"]
    assert PASSWORD in shown(client)
    assert set(WHO) >= {"partner", "helper", "clerk", "manager", "finance", "auditor", "admin"}


def test_the_message_is_shown_and_its_code_signs_in(client, partner, settings, sandbox):
    settings.ECOMNET_DEMONSTRATION = True
    ProviderFactory(code="SMS")
    client.post(reverse("accounts:ask_code"), {"username": "partner"})
    run_jobs()
    message = client.get(PAGE).context["demonstration"].message
    [text] = [row["text"] for row in sandbox.ask("GET", "messages?phone=%2B8613805169911")]
    assert message == text
    code = "".join(character for character in message if character.isdigit())[:6]
    answer = client.post(PAGE, {"username": "partner", "password": PASSWORD, "code": code})
    assert answer.status_code == 303


def test_nobody_else_sees_the_message(client, partner, settings, sandbox):
    settings.ECOMNET_DEMONSTRATION = True
    ProviderFactory(code="SMS")
    client.post(reverse("accounts:ask_code"), {"username": "partner"})
    run_jobs()
    other = type(client)()
    assert other.get(PAGE).context["demonstration"].message == ""


def test_those_with_an_app_see_its_code_beside_their_name(client, settings):
    settings.ECOMNET_DEMONSTRATION = True
    user = finance_officer()
    user.username = "finance"
    user.save()
    set_up_app(user)
    before = {app_code(user)}  # thirty seconds may end between two looks
    [someone] = client.get(PAGE).context["demonstration"].people
    assert someone.app_code in before | {app_code(user)}
    assert len(someone.app_code) == 6


def test_the_command_line_says_the_same_list(partner, settings, capsys):
    settings.ECOMNET_DEMONSTRATION = True
    call_command("load_demonstration")
    assert "partner" in capsys.readouterr().out


def test_a_press_on_an_account_fills_in_its_name_and_password_and_the_code_of_its_app(client, partner, settings):
    settings.ECOMNET_DEMONSTRATION = True
    page = shown(client)
    assert 'href="?try=partner"' in page
    filled = client.get(PAGE, {"try": "partner", "next": "/till/"})
    inputs = filled.content.decode()
    assert f'value="{PASSWORD}"' in inputs
    assert filled.context["form"]["username"].value() == "partner"
    asked = client.get(reverse("accounts:ask_code"), {"try": "partner"})
    assert asked.context["form"]["username"].value() == "partner"


@pytest.mark.parametrize("demonstration", [True, False])
def test_an_address_fills_in_nobody_who_is_not_listed(client, partner, settings, demonstration):
    settings.ECOMNET_DEMONSTRATION = demonstration
    UserFactory(username="somebody")
    name = "somebody" if demonstration else "partner"
    filled = client.get(PAGE, {"try": name})
    assert filled.context["form"]["username"].value() == ""
    assert f'value="{PASSWORD}"' not in filled.content.decode()
