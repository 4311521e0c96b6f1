"""Templates: made of components, free of raw controls and inline code, and every word marked for translation."""

import re

import pytest

from tests.architecture import source

TEMPLATES = sorted(path for app in source.APPS for path in (source.ROOT / app / "templates").rglob("*.html"))
#: The two frames, the components, and the page that must not need anything.
FREE = ("core/templates/components/", "core/templates/page.html", "core/templates/print.html")
ALONE = "core/templates/errors/500.html"
#: The administration keeps the frames of its framework.
FRAMES = ("page.html", "print.html", "admin/")

RAW = re.compile(
    r"<(button|input|select|textarea|form|script|style|iframe|table)\b|\s(style|on[a-z]+|hx-on[^=]*)=", re.IGNORECASE
)
SILENT = re.compile(
    r"{%\s*(blocktranslate|blocktrans|comment)\b.*?{%\s*end\1\s*%}|{#.*?#}|{%.*?%}|{{.*?}}"
    r"|<!--.*?-->|<!doctype[^>]*>|<[^>]*>|&\w+;",
    re.DOTALL | re.IGNORECASE,
)
WORD = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]")
SPOKEN_ATTRIBUTE = re.compile(r'\b(?:aria-label|title|alt|placeholder)="(?![^"]*{[{%])[^"]*[A-Za-z\u3400-\u9fff]')

everywhere = pytest.mark.parametrize("path", TEMPLATES, ids=source.named)


def is_free(path):
    return source.named(path).startswith(FREE)


@everywhere
def test_a_template_is_a_page_a_slip_or_a_part(path):
    text = path.read_text()
    extended = re.findall(r'{%\s*extends\s+"([^"]+)"', text)
    if extended and not is_free(path):
        assert extended[0].startswith(FRAMES) or (path.parent / extended[0].rpartition("/")[2]).exists()


@everywhere
def test_a_template_uses_components_and_carries_no_code(path):
    if not is_free(path) and source.named(path) != ALONE:
        assert [match[0] for match in RAW.finditer(path.read_text())] == []


@everywhere
def test_even_a_component_carries_no_inline_code_or_style(path):
    assert re.findall(r"\sstyle=|\son[a-z]+=|<style|javascript:", path.read_text(), re.IGNORECASE) == []


@everywhere
def test_every_word_is_marked_for_translation(path):
    text = SILENT.sub(" ", path.read_text()).replace("EcomNet", "")
    assert WORD.findall(text) == []
    assert SPOKEN_ATTRIBUTE.findall(path.read_text()) == []
