"""What README.md and the pages beside it say is true: commands, names, searches, links."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.management import get_commands
from django.urls import reverse

from devtools.commands import COMMANDS
from ecomnet.demo_data.sign_in import WHO
from ecomnet.demo_data.stations import PASSWORD
from stations.accounts.demonstration import app_code
from stations.models import Person
from tests.jobs import run_jobs

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
CODE = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
#: Commands of which `./dev help` alone speaks.
UNSAID = {"help"}
FIRST_STEPS = README.partition("### What to click first")[2].partition("\n## ")[0]
NAMED = sorted(set(re.findall(r"`([a-z]+[0-9]?)`", FIRST_STEPS)) & set(WHO) | {"partner"})


def test_the_commands_that_it_names_are_those_that_there_are():
    assert set(re.findall(r"\./dev ([a-z]+(?:-[a-z]+)*)", README)) == COMMANDS.keys() - UNSAID


def test_the_management_commands_that_it_names_exist():
    assert set(re.findall(r"\./dev manage ([a-z_]+)", README)) <= get_commands().keys()


def test_every_flag_beside_a_command_is_read_somewhere():
    code = "".join(path.read_text() for folder in ("devtools", "ecomnet") for path in (ROOT / folder).rglob("*.py"))
    flags = set(re.findall(r"(?<=[ `])--[a-z]+", README))
    assert {flag for flag in flags if f'"{flag}"' not in code} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading(page):
    assert [link for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()) if not leads_somewhere(page, link)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_of_the_code_that_a_page_names_exists(page):
    named = re.findall(rf"`((?:{'|'.join(CODE)})/[\w/.-]+\.(?:py|sql|toml|html|js))`", page.read_text())
    assert [name for name in named if not (ROOT / name).exists()] == []


def leads_somewhere(page: Path, link: str) -> bool:
    """Whether a relative link names a file, and the heading in it; addresses of other sites are not asked."""
    if link.startswith(("http://", "https://", "mailto:")):
        return True
    path, _, heading = unquote(link).partition("#")
    target = page.parent / path if path else page
    return target.exists() and (not heading or heading in headings(target))


def headings(page: Path) -> set[str]:
    """The names under which a page's headings can be linked."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_first_steps_name_everybody_who_can_be_tried_but_the_helper_and_the_second_manager():
    assert set(NAMED) == set(WHO) - {"helper", "manager2"}


@pytest.mark.parametrize("username", NAMED)
def test_whom_it_names_signs_in_with_the_code_that_the_page_shows(client, world, sandbox, settings, username):
    settings.ECOMNET_DEMONSTRATION = True
    page = reverse("accounts:first_sign_in")
    answer = client.post(
        page, {"username": username, "password": PASSWORD, "code": shown_code(client, world, username)}
    )
    assert answer.status_code == 303
    first = client.get(reverse("home"), follow=True)  # a worker without a PIN chooses one first
    assert (first.status_code, first.wsgi_request.user.username) == (200, username)


def shown_code(client, world, username: str) -> str:
    """The code of the app, or that of the message for those who have no app."""
    user = world.user(username)
    if code := app_code(user):
        return code
    client.post(reverse("accounts:ask_code"), {"username": username})
    run_jobs()
    text = client.get(reverse("accounts:first_sign_in")).context["demonstration"].message
    return re.search(r"\d{6}", text)[0]


def test_the_initials_that_it_types_find_the_resident_whom_it_names(client, world):
    [initials, name] = re.search(r"\(`([a-z]+)` finds (\S+?)\)", FIRST_STEPS).groups()
    client.force_login(world.user("partner"))
    found = client.get(reverse("people:find"), {"q": initials}).content.decode()
    [person] = Person.objects.filter(home_station=world.station, full_name=name)
    assert reverse("people:person", args=[person.pk]) in found
