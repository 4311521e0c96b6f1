"""Hooks are typed questions of a layer; the wiring page registers each answer once."""

import ast
import importlib
from pathlib import Path

import pytest

from core.hooks import AlreadyRegistered, Hook, KeyedHook

ROOT = Path(__file__).parents[2]
PAGES = sorted(path for path in ROOT.glob("*/hooks.py") if path.parent.name != "tests")
#: Nobody answers these yet: the apps that will are not built.
OPEN = {"finance.payee_names"}


def hooks_of(page):
    """The hooks that a layer declares, with their names in the module."""
    module = importlib.import_module(f"{page.parent.name}.hooks")
    return {name: value for name, value in vars(module).items() if isinstance(value, Hook | KeyedHook)}


def test_answers_come_in_the_order_of_registering():
    hook = Hook("test.words", "f() -> str")
    hook.register("one", "two")
    hook.register("three")
    assert (list(hook), len(hook), hook.first()) == (["one", "two", "three"], 3, "one")


def test_the_same_answer_is_refused_a_second_time():
    hook = Hook("test.answers", "f() -> None")
    hook.register(len)
    with pytest.raises(AlreadyRegistered, match=r"test.answers"):
        hook.register(len)
    assert list(hook) == [len]


def test_a_question_with_one_answer_refuses_a_second():
    hook = Hook("test.one", "f() -> None", single=True)
    assert hook.first() is None
    hook.register(len)
    with pytest.raises(AlreadyRegistered, match=r"test.one"):
        hook.register(max)


def test_a_key_is_answered_once():
    hook = KeyedHook("test.kinds", "kind -> path")
    hook.register({"bill": "a.b"})
    with pytest.raises(AlreadyRegistered, match=r"test.kinds: bill"):
        hook.register({"bill": "c.d"})
    assert (dict(hook), hook.get("refund")) == ({"bill": "a.b"}, None)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_each_hook_is_named_after_its_layer_and_says_what_it_asks(page):
    own = {name: hook for name, hook in hooks_of(page).items() if hook.name.startswith(f"{page.parent.name}.")}
    assert {name: hook.name for name, hook in own.items()} == {
        name: f"{page.parent.name}.{name.lower()}" for name in hooks_of(page)
    }
    assert all(hook.about.endswith(".") for hook in own.values())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_wiring_page_answers_each_hook(page):
    assert {hook.name for hook in hooks_of(page).values() if not len(hook)} - OPEN == set()


def test_answers_are_registered_on_the_wiring_page_alone():
    folders = [page.parent for page in PAGES] + [ROOT / "ecomnet"]
    names = {name for page in PAGES for name in hooks_of(page)}
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "register"
        and ast.unparse(node.func.value).rpartition(".")[2] in names
    }
    assert found == {"ecomnet/wiring.py"}
