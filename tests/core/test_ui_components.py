"""Components: the sentence, the word beside the icon, the tie between a field and its fault."""

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line
from core.web import styleguide
from core.web.charts import Chart, Series
from core.web.tables import Cell, Column, Table


def shown(markup, **context):
    with translation.override("en"):
        return Template(markup).render(Context(context))


def test_a_button_says_its_verb_with_its_object():
    html = shown('{% button _("Pay %(amount)s") amount=amount kind="primary" doing=_("Paying…") %}', amount="186.40")
    assert '<button class="button primary"><span>Pay 186.40</span><span class="doing">Paying…</span></button>' in html


def test_the_same_button_in_chinese():
    with translation.override("zh-hans"):
        assert "付 186.40" in Template('{% button _("Pay %(amount)s") amount="186.40" %}').render(Context())


def test_a_percent_sign_stays_one():
    assert "41 % of the ceiling" in shown('{% figure _("Till") "1" detail=_("41 % of the ceiling") %}')
    with translation.override("zh-hans"):
        assert "已用上限 41%" in Template('{% figure _("Till") "1" detail=_("41 % of the ceiling") %}').render(
            Context()
        )


def test_what_a_person_typed_is_escaped_everywhere():
    evil = "<script>alert(1)</script>"
    html = shown(
        "{% button text x=evil %}{% row evil detail=evil %}{% message 'ok' evil detail=evil %}{% state evil %}"
        "{% fact evil evil %}{% panel evil %}{{ evil }}{% endpanel %}{% resident evil village=evil head=evil %}"
        "{% tile evil icon='van' href=evil %}",
        evil=evil,
        text="%(x)s",
    )
    assert "<script" not in html


def test_a_link_that_looks_like_a_button_is_a_link():
    assert shown('{% button _("Back") href="/" %}').strip() == '<a class="button" href="/"><span>Back</span></a>'


def test_a_blocked_button_says_why():
    html = shown('{% button _("Pay a bill") href="/" why_not=_("Needs the network") %}')
    assert 'aria-disabled="true"' in html
    assert "<a " not in html
    described = html.split('aria-describedby="')[1].split('"')[0]
    assert f'id="{described}">Needs the network' in html


@pytest.mark.parametrize(("kind", "role"), [("ok", "status"), ("wait", "status"), ("bad", "alert"), ("info", "status")])
def test_a_message_speaks_as_loud_as_it_matters(kind, role):
    assert f'role="{role}"' in shown("{% message kind 'Done' %}", kind=kind)


@pytest.mark.parametrize("kind", ["ok", "wait", "bad", "info"])
def test_a_status_is_never_colour_alone(kind):
    html = shown("{% status kind 'Paid' %}", kind=kind)
    assert "<use href=" in html
    assert "Paid" in html


class NameForm(KeyedForm):
    name = Line(label="Name", help_text="As on the card")
    nick = Line(label="Nickname", required=False)


def test_a_field_is_tied_to_its_hint_and_its_fault():
    form = NameForm({"key": "0123456789abcdef", "name": ""})
    html = shown("{% field form.name %}", form=form)
    assert 'aria-describedby="id_name_hint id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert html.index("<label") < html.index("id_name_hint") < html.index("id_name_error") < html.index("<input")


def test_only_what_may_be_left_out_is_marked():
    html = shown("{% field form.name %}|{% field form.nick %}", form=NameForm())
    assert "optional" not in html.split("|")[0]
    assert "(optional)" in html.split("|")[1]


def test_a_form_carries_key_protection_and_summary_before_its_fields():
    form = NameForm({"key": "0123456789abcdef", "name": "\x00"})
    html = shown('{% form form draft="x" %}{% field form.name %}{% endform %}', form=form, csrf_token="token")
    assert 'name="csrfmiddlewaretoken" value="token"' in html
    assert 'name="key" value="0123456789abcdef"' in html
    assert 'data-draft="x"' in html
    assert html.index('class="errors"') < html.index('class="field"')
    assert '<a href="#id_name">Name: ' in html


def test_few_options_are_large_rows_and_keep_what_was_chosen():
    html = shown("{% field form.printer %}", form=styleguide.ExampleForm(initial={"printer": "none"}))
    assert "<select" not in html
    assert html.count('type="radio"') == 2
    assert 'value="none" id="id_printer_1" checked' in html


def test_a_table_becomes_pairs_on_a_phone_unless_it_is_small():
    table = Table("Stations", [Column("Name"), Column("Score", number=True)], [[Cell("A", href="/a/"), 52]])
    html = shown("{% table table %}", table=table)
    assert 'class="stacked"' in html
    assert '<th scope="row"><a href="/a/">A</a>' in html
    assert '<td data-label="Score" class="n">52' in html


def test_an_empty_table_says_so():
    table = Table("Stations", [Column("Name")], [], empty=_("No parcels are waiting."))
    assert "No parcels are waiting." in shown("{% table table %}", table=table)


def test_a_row_of_another_length_than_the_columns_is_a_mistake():
    with pytest.raises(ValueError, match="zip"):
        Table("x", [Column("a")], [[1, 2]]).lines()


def test_a_missing_month_is_a_gap_and_the_axis_starts_at_zero():
    chart = Chart("t", "f", ["a", "b", "c", "d"], [Series("x", [10, None, 20, 30])])
    [line] = chart.lines()
    assert line["path"].count("M") == 2
    assert chart.top == 30
    assert chart.grid()[0] == {"y": "89.00%", "value": "0", "base": True}


def test_a_chart_of_nothing_but_zeros_is_drawn():
    assert Chart("t", "f", ["a"], [Series("x", [0])]).top == 1


def test_the_first_and_the_last_label_of_many_hang_towards_the_middle():
    names = [str(day) for day in range(1, 22)]
    anchors = [mark["anchor"] for mark in Chart("t", "f", names, [Series("x", [1] * 21)]).axis()]
    assert (anchors[0], anchors[10], anchors[-1]) == ("start", "middle", "end")
    assert [mark["anchor"] for mark in Chart("t", "f", ["8", "9"], [Series("x", [1, 2])]).axis()] == ["middle"] * 2


def test_a_chart_has_title_finding_and_the_same_figures_as_a_table():
    context = styleguide.context()
    html = shown("{% chart chart %}{% table chart.table %}", chart=context["chart"])
    assert "<title" in html
    assert "Parcels rose from 19 thousand" in html
    assert "style=" not in html
    assert "26.8" in html


def test_shares_add_up_to_the_whole_bar():
    pieces = styleguide.context()["shares"].pieces()
    assert sum(piece["percent"] for piece in pieces) == 100


def test_pages_of_a_list_are_newer_and_older_and_nothing_without_either():
    assert shown("{% pager %}").strip() == ""
    html = shown('{% pager newer="?n" older="?o" %}')
    assert html.index("Newer") < html.index("Older")
