"""Every event that is published stands in docs/events.md, and every effect hears something that is published."""

import ast
import re

from ecomnet.effects import EFFECTS
from tests.architecture.source import ROOT, files, tree

TELLERS = {"publish", "publish_all", "publish_payment", "end", "tell", "_publish"}
NAME = re.compile(r"^[a-z]+\.[a-z]+(_[a-z]+)+$")


def published() -> set[str]:
    """Names of events in calls that publish, or that hand a name on to one that does."""
    names = set()
    for path in files():
        for call in ast.walk(tree(path)):
            if isinstance(call, ast.Call) and _name(call.func) in TELLERS:
                said = [each for argument in call.args for each in ast.walk(argument)]
                names |= {each.value for each in said if isinstance(each, ast.Constant) and _is_event(each.value)}
    return names


def _is_event(value: object) -> bool:
    return isinstance(value, str) and NAME.match(value) is not None


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def shaped() -> list[str]:
    """Beginnings of names whose end is filled in when they are published."""
    calls = [call for path in files() for call in ast.walk(tree(path)) if isinstance(call, ast.Call)]
    said = [call.args[0] for call in calls if _name(call.func) in TELLERS and call.args]
    return [str(each.values[0].value) for each in said if isinstance(each, ast.JoinedStr)]


def documented(*, later: bool) -> set[str]:
    """Names of the table; those that come later are marked so."""
    rows = re.findall(r"^\| `([a-z_.]+)` \| (.+?) \|", (ROOT / "docs/events.md").read_text(), re.M)
    return {name for name, when in rows if when.startswith("later") == later}


def test_what_is_published_is_documented_and_nothing_else():
    now = documented(later=False)
    assert published() - now == set()
    assert {name for name in now - published() if not name.startswith(tuple(shaped()))} == set()


def test_an_effect_hears_something_that_is_published():
    assert set(EFFECTS) - published() - documented(later=True) == set()
