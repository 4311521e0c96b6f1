"""Catalogues: collected without system gettext, kept in one form, and never silently incomplete."""

from pathlib import Path

import pytest

from core.language import catalogues
from core.language.catalogues import Message

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
A = _("Pay a bill")
B = ngettext("%(n)s parcel", "%(n)s parcels", 2)
C = pgettext("verb", "Book")
"""
TEMPLATE = """
{% load words %}
  <h1>{% translate "Home" %}</h1>
    {% button _("Pay %(amount)s") amount=x %}
  {% blocktranslate with name=n trimmed %}
     It's {{ name }}'s
     bill.
  {% endblocktranslate %}
"""


@pytest.fixture
def app(tmp_path):
    tmp_path = tmp_path / "app"
    tmp_path.mkdir()
    (tmp_path / "views.py").write_text(PYTHON)
    (tmp_path / "templates" / "x").mkdir(parents=True)
    (tmp_path / "templates" / "x" / "page.html").write_text(TEMPLATE)
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "0001.py").write_text('A = _("Old words")')
    return tmp_path


def fill(app, **forms):
    path = catalogues.path_of(app)
    catalogues.write(path, {m: [forms.get(m.text.split()[0], "字 " + m.text)] for m in catalogues.messages_of(app)})
    return path


def test_sentences_are_found_in_python_and_in_templates_but_not_in_migrations(app):
    assert catalogues.messages_of(app) == {
        Message("Pay a bill"),
        Message("%(n)s parcel", "%(n)s parcels"),
        Message("Book", context="verb"),
        Message("Home"),
        Message("Pay %(amount)s"),
        Message("It's %(name)s's bill."),
    }


def test_an_update_keeps_what_is_translated_adds_what_is_new_and_drops_what_is_gone(app):
    path = catalogues.path_of(app)
    catalogues.write(path, {Message("Home"): ["首页"], Message("Gone"): ["没了"]})
    catalogues.update(app, {Message("Pay a bill"): ["缴费"]})
    kept = catalogues.read(path)
    assert kept[Message("Home")] == ["首页"]
    assert kept[Message("Pay a bill")] == ["缴费"]
    assert kept[Message("Book", context="verb")] == [""]
    assert Message("Gone") not in kept


def test_a_second_update_changes_nothing(app):
    catalogues.update(app, {})
    first = catalogues.path_of(app).read_text()
    catalogues.update(app, {})
    assert catalogues.path_of(app).read_text() == first


def test_what_a_union_merge_leaves_behind_is_understood(tmp_path):
    path = tmp_path / "django.po"
    path.write_text(
        'msgid "Home"\nmsgstr ""\n\nmsgid "Home"\nmsgstr "首页"\nmsgid "Back"\nmsgstr "返回"\nmsgstr "后退"\n\n'
        'msgid "Lost"\nmsgid "Home"\nmsgstr ""\n\nmsgid ""\n"Split "\n"line"\nmsgstr "断行"\n'
    )
    assert catalogues.read(path) == {
        Message("Home"): ["首页"],
        Message("Back"): ["返回"],
        Message("Lost"): [""],
        Message("Split line"): ["断行"],
    }


def test_a_complete_catalogue_has_no_faults(app):
    path = fill(app, **{"%(n)s": "%(n)s 件包裹"})
    assert catalogues.faults_of(app) == []
    assert path.exists()


@pytest.mark.parametrize(
    ("forms", "fault"),
    [
        ({"Home": ""}, "not translated: 'Home'"),
        ({"Pay": "付 %(sum)s"}, "other placeholders: 'Pay %(amount)s'"),
        ({"%(n)s": "几件包裹"}, "other placeholders: '%(n)s parcel'"),
    ],
)
def test_a_fault_names_its_sentence(app, forms, fault):
    fill(app, **({"%(n)s": "%(n)s 件包裹"} | forms))
    assert any(fault in line for line in catalogues.faults_of(app))


def test_a_sentence_without_an_entry_is_missing(app):
    assert any("missing: 'Home'" in line for line in catalogues.faults_of(app))


def test_a_fuzzy_translation_counts_as_none(tmp_path):
    path = tmp_path / "django.po"
    path.write_text('#, fuzzy\nmsgid "Home"\nmsgstr "家"\n')
    assert catalogues.read(path) == {Message("Home"): [""]}


def test_an_app_without_sentences_has_no_catalogue(tmp_path):
    catalogues.update(tmp_path, {})
    assert not catalogues.path_of(tmp_path).exists()


def test_only_changed_catalogues_are_compiled(app):
    fill(app)
    assert catalogues.compile_all(app.parent) == 1
    assert catalogues.compile_all(app.parent) == 0


def test_words_that_several_apps_share_mean_the_same_in_each():
    """The first catalogue that knows a sentence answers for all: another meaning needs a context of its own."""
    said: dict[Message, set[tuple[str, ...]]] = {}
    for path in Path(__file__).resolve().parents[2].glob("*/locale/*/LC_MESSAGES/django.po"):
        for message, forms in catalogues.read(path).items():
            said.setdefault(message, set()).add(tuple(forms))
    assert {message.text: forms for message, forms in said.items() if len(forms) > 1} == {}
