"""Templates: made of components, free of raw controls and inline code, and every word marked for translation."""

import re

from tests.architecture import source

TEMPLATES = sorted(path for app in source.APPS for path in (source.ROOT / app / "templates").rglob("*.html"))
#: The two frames, the components, and the page that must not need anything.
FREE = (
    "core/templates/components/",
    "core/templates/page.html",
    "core/templates/print.html",
    # The frame of the content origin, and the page in it: neither has anything of a form.
    "education/templates/education/packages/frame.html",
    "education/templates/education/packages/player.html",
)
ALONE = "core/templates/errors/500.html"
#: The administration's frame writes the form of its framework, which knows none of our components.
ADMINISTRATION = "ecomnet/templates/admin/base_site.html"
#: The administration keeps the frames of its framework.
FRAMES = ("page.html", "print.html", "list.html", "admin/")

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

LONGEST_LINE = 120
QUOTED = re.compile(r'"[^"]*"')
#: A value for a placeholder, and a second sentence that is not written in the template.
OWN_VALUES = re.compile(r"\b(?!(?:detail|href|link|icon|action|heading)=)\w+=")
TYPED_DETAIL = re.compile(r'\bdetail=(?![_"])')


def is_free(path):
    return source.named(path).startswith(FREE)


def found_in_templates(find):
    """What a search finds, by the template it stands in."""
    return {source.named(path): found for path in TEMPLATES if (found := find(path, path.read_text()))}


def test_a_template_is_a_page_a_slip_or_a_part():
    def foreign_frames(path, text):
        extended = [] if is_free(path) else re.findall(r'{%\s*extends\s+"([^"]+)"', text)
        return [
            name
            for name in extended
            if not name.startswith(FRAMES) and not (path.parent / name.rpartition("/")[2]).exists()
        ]

    assert found_in_templates(foreign_frames) == {}


def test_a_template_uses_components_and_carries_no_code():
    def raw(path, text):
        may = is_free(path) or source.named(path) in {ALONE, ADMINISTRATION}
        return [] if may else [match[0] for match in RAW.finditer(text)]

    assert found_in_templates(raw) == {}


def test_even_a_component_carries_no_inline_code_or_style():
    def inline(_path, text):
        return re.findall(r"\sstyle=|\son[a-z]+=|<style|javascript:", text, re.IGNORECASE)

    assert found_in_templates(inline) == {}


def test_every_word_is_marked_for_translation():
    def unmarked(_path, text):
        return WORD.findall(SILENT.sub(" ", text).replace("EcomNet", "")) + SPOKEN_ATTRIBUTE.findall(text)

    assert found_in_templates(unmarked) == {}


def test_no_line_of_a_template_is_longer_than_a_screen():
    def long_lines(_path, text):
        return [number for number, line in enumerate(text.splitlines(), 1) if len(line) > LONGEST_LINE]

    assert found_in_templates(long_lines) == {}


def test_what_somebody_typed_is_a_value_of_a_sentence_and_never_the_sentence():
    """A tag with values fills placeholders in all that it says: a "%" that was typed would end the page."""

    def filled(_path, text):
        tags = re.findall(r"{%\s*(?:message|state)\b(.*?)%}(?!\))", text, re.DOTALL)
        return [tag.strip() for tag in tags if OWN_VALUES.search(QUOTED.sub("''", tag)) and TYPED_DETAIL.search(tag)]

    assert found_in_templates(filled) == {}
