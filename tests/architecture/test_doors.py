"""Every view is guarded, and the guards speak of verbs that somebody holds."""

import re

from django.urls import URLPattern, URLResolver, get_resolver

from core.access import PUBLIC, SIGNED_IN
from ecomnet.grants import GRANTS
from tests.architecture import source

#: Doors of installed packages, which guard themselves.
OTHERS = ("django.", "drf_spectacular.", "allauth.")


def doors(patterns=None, path="", space=""):
    """Every address of the system, with its view; the administration's are walked apart."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield here, space, pattern.callback
        elif isinstance(pattern, URLResolver):
            yield from doors(pattern.url_patterns, here, space or pattern.app_name or "")


def view_of(callback):
    return getattr(callback, "view_class", None) or getattr(callback, "cls", None) or callback


def guards():
    return {
        path: getattr(view_of(callback), "requires", getattr(callback, "requires", None))
        for path, space, callback in doors()
        if space != "admin" and not view_of(callback).__module__.startswith(OTHERS)
    }


def granted():
    return set().union(*GRANTS.values())


def test_every_view_says_what_it_requires():
    assert [path for path, verb in guards().items() if not verb] == []


def test_every_page_of_the_administration_stands_behind_its_guard():
    bare = [
        path
        for path, space, callback in doors()
        if space == "admin"
        and not path.endswith(("login/", "logout/"))
        and not hasattr(callback, "admin_site")
        and not hasattr(callback, "model_admin")
        and not getattr(callback, "login_required", False)
    ]
    assert bare == []


def test_every_required_verb_is_held_by_somebody():
    assert {verb for verb in guards().values() if verb} - {PUBLIC, SIGNED_IN} - granted() == set()


def test_every_granted_verb_opens_something():
    assert granted() - source.texts() == set()


def test_a_grant_is_an_app_and_a_verb_with_its_noun():
    assert [verb for verb in granted() if not re.fullmatch(r"[a-z]+\.[a-z]+(_[a-z0-9]+)+", verb)] == []
    assert {verb.partition(".")[0] for verb in granted()} <= set(source.APPS)


def test_whoever_does_something_with_a_noun_may_read_it():
    blind = [
        (role, verb)
        for role, verbs in GRANTS.items()
        for verb in verbs
        if (reading := re.sub(r"\.[a-z]+_", ".read_", verb)) in granted() and reading not in verbs
    ]
    assert blind == []


def test_paths_end_with_a_slash_or_are_somebody_elses_standard():
    standards = re.compile(
        r"(livez|readyz|.*/(callbacks|messages)|metrics|sw\.js|manifest\.webmanifest|.*\.ics|s/<.*>|r/<.*>|problems/<.*>)$"
        r"|api/v1/fhir/"
    )
    assert [path for path in guards() if not path.endswith("/") and path and not standards.match(path)] == []
