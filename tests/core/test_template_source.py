"""Templates on many short lines: what only readers of the source need is not part of the page."""

import pytest
from django.template import Context, Template
from django.template.loader import get_template
from django.utils.translation.template import templatize

from core.language.template_source import compact


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<ul>\n  <li>one</li>\n  <li>two</li>\n</ul>\n", "<ul><li>one</li><li>two</li></ul>"),
        ("<p>\n  Good\n  morning\n</p>", "<p>Good morning</p>"),
        ("<p>\n  Good\n  {{ time }}\n</p>", "<p>Good {{ time }}</p>"),
        ("<b>a</b> <b>b</b>", "<b>a</b> <b>b</b>"),
        ("{{ a }}{{ b }}", "{{ a }}{{ b }}"),
        ('{% row name\n  href=href detail=_("Two\n    words")\n%}', '{% row name href=href detail=_("Two words") %}'),
        ('<a class="more"\n  href="{% url "x" %}"\n>there</a>', '<a class="more" href="{% url "x" %}">there</a>'),
        ("<td{% if a > b %} hidden{% endif %}\n>1</td>", "<td{% if a > b %} hidden{% endif %}>1</td>"),
        ("<pre>\n  a\n</pre>\n", "<pre>\n  a\n</pre>"),
        (
            "{% blocktranslate trimmed\n  with a=b %}\n  One\n{% endblocktranslate %}\n",
            "{% blocktranslate trimmed with a=b %}\n  One\n{% endblocktranslate %}",
        ),
        ("{% if a %} ,{% endif %}\n{{ b }}", "{% if a %} ,{% endif %}{{ b }}"),
    ],
)
def test_line_breaks_of_the_source_are_left_out_and_blanks_on_a_line_stay(source, expected):
    assert compact(source) == expected
    assert compact(expected) == expected


def test_a_sentence_on_two_lines_of_a_tag_is_one_sentence_for_translators():
    source = compact('{% message "info"\n  _("First part,\n    second part.")\n%}')
    assert "gettext" in templatize(source) or "_(" in templatize(source)
    assert "First part, second part." in templatize(source)


def test_our_pages_are_loaded_compact_and_those_of_libraries_as_they_are():
    assert "\n" not in get_template("components/fold.html").template.source.strip()
    assert "\n" in get_template("admin/base.html").template.source.strip()


def test_a_tag_on_several_lines_renders():
    source = compact("{% load i18n %}\n{% if\n  yes\n%}\n  <i>1</i>\n{% endif %}\n")
    assert Template(source).render(Context({"yes": True})) == "<i>1</i>"
