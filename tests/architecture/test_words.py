"""Names and documentation use the field's standard terms: the private words that they replaced do not return."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.language import catalogues
from tests.architecture.source import ROOT, files, named, texts, tree

#: A replaced word, and the term to use instead.
INSTEAD = {
    "house": "system, or site",
    "roof": "the name of the module",
    "floor": "layer",
    "stranger": "anonymous client, outsider, or third party",
    "whoever": "the role of the person",
    "doorbell": "broker, or signal to workers",
    "workshop": "worker pool",
    "keeper": "scheduler",
}
#: Words that are ordinary in prose, but say nothing in a name.
IN_NAMES = INSTEAD | {
    "door": "endpoint, socket, or load shedder",
    "hands": "threads",
    "room": "capacity",
    "nobody": "none, unknown, or anonymous",
    "told": "what the function returns",
    "tells": "what the function returns",
    "kept": "stored, compiled, or retained",
    "furnish": "set up",
    "furnished": "set up",
}
#: Where a room is a room of a building.
ROOMS = "scheduling/rooms/"
#: The number of a house in an address, and the smallest amount that a price is rounded up to.
ALLOWED = {"house_number", "floor_minor"}
#: In prose: the number of a house in an address, and the floor and cap of a rounded share.
FINE = re.compile(r"house numbers?|floor and cap", re.IGNORECASE)
TOOLS = ("devtools", "benchmarks")
PROSE = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
#: Of a page: blocks of code, code within a line, and the targets of links.
CODE = re.compile(r"```.*?```|`[^`\n]*`|\]\([^)\n]*\)", re.DOTALL)
#: Of a text that people read: what docs/glossary.md replaced.
TEXTS = re.compile(
    r"\b(?:by (?:itself|themselves|ourselves)|whoever|nobody|somebody|anybody|everybody|the house(?! numbers?)"
    r"|set aside|(?:owed|asked?|given?|gives|taken?|takes|handed|hand) (?:it |them )?back|written down"
    r"|write it down|laid before|read it back|called off|fill the float|put together|of the county comes"
    r"|strangers?|needs a person)\b",
    re.IGNORECASE,
)
CHINESE = re.compile(
    r"充值备付金|备付金充值|路上的现金|告诉过您|挣|县经理|PIN 码|该字段是必填项|输入整数|[\u4e00-\u9fff][,:;?!]"
)
#: Of a comment or docstring; a floor is also the least amount of a price, and a scheduler keeps what it keeps.
COMMENT = re.compile(r"(?i)\b(?:houses?(?! numbers?\b)|roof|strangers?|doorbells?|workshops?)\b")
#: Of a string: what commands, settings, fields and reasons say; a house is also a building.
SPOKEN = re.compile(r"(?i)\b(?:the house(?! numbers?\b)|strangers?|roof|doorbells?|workshops?)\b")
APPS = sorted(path.parents[3] for path in ROOT.glob("*/locale/zh_Hans/LC_MESSAGES/django.po"))
SETTINGS = sorted((ROOT / "ecomnet" / "settings").glob("*.py"))


def words_of(name: str) -> set[str]:
    """The words of an identifier in lower case: `NoReminderRecipient` and `no_reminder_recipient` have the same."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def replaced(name: str, words: dict[str, str] = IN_NAMES) -> bool:
    """Whether a name contains a replaced word; it may begin with its file, which tells what is meant."""
    file, _, name = name.rpartition("::")
    meant = {"room"} if file.startswith(ROOMS) else set()
    return name not in ALLOWED and not (words_of(name) - meant).isdisjoint(words)


def sources() -> list[Path]:
    """Every module of the applications and of the tools beside them."""
    return [*files(), *(path for folder in TOOLS for path in sorted((ROOT / folder).rglob("*.py")))]


def comments(path: Path) -> Iterator[str]:
    """The lines of every comment and docstring of a module, without code within them."""
    text = path.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and token.line.lstrip().startswith('"""')):
            yield from CODE.sub("", token.string).splitlines()


def definitions() -> Iterator[str]:
    """Every function and class, as file and name."""
    for path in sources():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield f"{named(path)}::{node.name}"


def refusal_codes() -> Iterator[str]:
    """Every `code` that a class declares."""
    for path in files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                for line in node.body:
                    if (
                        isinstance(line, ast.Assign)
                        and ast.unparse(line.targets[0]) == "code"
                        and isinstance(line.value, ast.Constant)
                    ):
                        yield f"{named(path)}::{line.value.value}"


def test_no_function_or_class_is_named_by_a_replaced_word():
    assert [each for each in definitions() if replaced(each)] == []


def test_no_module_is_named_by_a_replaced_word():
    assert [named(path) for path in sources() if replaced(path.stem)] == []


def test_no_setting_is_named_by_a_replaced_word():
    settings = {
        node.id
        for path in SETTINGS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    assert [name for name in sorted(settings) if replaced(name)] == []


def test_no_refusal_has_a_code_with_a_replaced_word():
    codes = list(refusal_codes())
    assert len(codes) > 100
    assert [each for each in codes if replaced(each)] == []


@pytest.mark.parametrize("page", PROSE, ids=lambda page: page.name)
def test_a_page_of_the_documentation_uses_no_replaced_word(page):
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    text = FINE.sub("", text)
    found = re.findall(rf"(?i)\b(?:{'|'.join(INSTEAD)})s?\b", text)
    assert found == []


@pytest.mark.parametrize("page", PROSE, ids=lambda page: page.name)
def test_no_heading_of_the_documentation_has_a_replaced_word(page):
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert [heading for heading in headings if replaced(re.sub(CODE, "", heading))] == []


def test_no_comment_has_a_replaced_word():
    walked = [path for path in (*sources(), *sorted((ROOT / "tests").rglob("*.py"))) if path != Path(__file__)]
    assert [f"{named(path)}: {line}" for path in walked for line in comments(path) if COMMENT.search(line)] == []


def test_no_string_of_the_code_has_a_replaced_word():
    assert [text for text in texts() if SPOKEN.search(text)] == []


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_no_text_of_an_app_has_a_replaced_word(app):
    texts = [text for message in catalogues.messages_of(app) for text in (message.text, message.plural)]
    assert [text for text in texts if TEXTS.search(text)] == []


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_no_chinese_text_of_an_app_has_a_replaced_word_or_foreign_punctuation(app):
    translations = catalogues.read(catalogues.path_of(app)).values()
    assert [form for forms in translations for form in forms if CHINESE.search(form)] == []


@pytest.mark.parametrize(
    ("text", "is_replaced"),
    [("The house bears it", True), ("Taken by itself", True), ("Head of household", False), ("Back", False)],
)
def test_a_replaced_word_is_found_wherever_it_is_in_a_text(text, is_replaced):
    assert bool(TEXTS.search(text)) is is_replaced
