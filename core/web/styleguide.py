"""Every component in all its states, for the components page and its tests."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Digits, KeyedForm, Line, MoneyField, Option, PhotoField, Words
from core.money import Money
from core.web.charts import Chart, Series, Share, Shares
from core.web.tables import Cell, Column, Table
from core.web.timeline import DONE, NEXT, NOW, Entry

AT = dt.datetime(2026, 11, 25, 6, 30, tzinfo=dt.UTC)


class ExampleForm(KeyedForm):
    """One field of each kind."""

    account = Digits(label=_("Account number"), help_text=_("Top right on the bill"), shortest=10, longest=13)
    amount = MoneyField(
        "CNY",
        label=_("Amount of the recharge"),
        help_text=_("10.00 to 500.00"),
        least=Money(1000, "CNY"),
        most=Money(50000, "CNY"),
    )
    name = Line(label=_("Name as on the card"), max_length=60)
    note = Words(label=_("Note"), required=False)
    printer = forms.ChoiceField(
        label=_("Printer"),
        choices=[
            ("58mm", Option(_("58 mm slips"), _("Bluetooth, paired"))),
            ("none", Option(_("No paper, text message"), _("to the resident"), "0.10")),
        ],
    )
    agreed = forms.BooleanField(label=_("The resident has repeated the amount"))
    photo = PhotoField(label=_("Photo of the bill"), help_text=_("All four corners in the picture"), required=False)


def context(data: Any = None) -> dict[str, Any]:
    """What the components page shows."""
    bound = ExampleForm(
        data or {"key": "example-of-a-key-0001", "account": "321324001", "amount": "8.005", "name": "单小红"}
    )
    bound.is_valid()
    return {
        "form": ExampleForm(initial={"amount": Money(10000, "CNY"), "printer": "58mm"}),
        "faulty": bound,
        "at": AT,
        "amount": Money(18640, "CNY"),
        "less": Money(-1200, "CNY"),
        "entries": [
            Entry(_("Registered"), AT - dt.timedelta(hours=13), "李娟", state=DONE),
            Entry(_("Waiting for the county"), AT, _("automatically"), _("one photo is missing"), NOW),
            Entry(_("Opened"), state=NEXT),
        ],
        "filters": [(_("All"), "?", True), (_("To collect"), "?to=collect", False), (_("Due soon"), "?to=due", False)],
        "counts": _counts(),
        "table": _table(),
        "chart": _chart(),
        "shares": _shares(),
    }


class CountForm(forms.Form):
    """Pieces of each note and coin."""

    use_required_attribute = False
    d100 = forms.IntegerField(initial=18, widget=forms.TextInput)
    d50 = forms.IntegerField(initial=3, widget=forms.TextInput)
    d10 = forms.IntegerField(initial=9, widget=forms.TextInput)


def _counts() -> list[tuple[str, Any, int, str]]:
    form = CountForm()
    return [
        ("100", form["d100"], 10000, "1,800.00"),
        ("50", form["d50"], 5000, "150.00"),
        ("10", form["d10"], 1000, "90.00"),
    ]


def _table() -> Table:
    columns = [Column(_("Station")), Column(_("State")), Column(_("Why")), Column(_("Score"), number=True)]
    rows = [
        [Cell("裴南", href="#table"), Cell(_("Support"), status="bad"), _("no contact for 3 days"), 52],
        [Cell("胡桥", href="#table"), Cell(_("Watch"), status="wait"), _("float short on 4 of 7 days"), 57],
    ]
    return Table(_("Stations that need help"), columns, rows, note=_("This is help, not punishment."))


def _chart() -> Chart:
    months = ["12", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]
    return Chart(
        title=_("Services a month"),
        finding=_("Parcels rose from 19 thousand in February to 26 thousand in October; bills peak in August."),
        labels=months,
        series=[
            Series(_("Parcels"), [21.4, 26.8, 19.2, 20.1, 21.0, 22.3, 24.9, 22.7, 22.1, 24.0, 26.2, 23.6], 4),
            Series(_("Bills"), [14.1, 15.8, 13.9, 12.7, 12.2, 12.8, 14.6, 17.9, 18.4, 15.0, 13.6, 11.2], 8),
            Series(_("Goods"), [6.2, 9.4, None, 5.1, 5.6, 6.0, 7.8, 7.1, 7.4, 8.0, 8.9, 7.9], 8),
        ],
        unit=_("thousands"),
        note=_("Hatched: November up to the 24th. Gap: goods were not reported for February."),
        estimates=frozenset({11}),
        id="services",
    )


def _shares() -> Shares:
    parts = [
        Share(_("You, the partner"), 3456, "34.56"),
        Share(_("Helper"), 864, "8.64"),
        Share(_("Platform"), 1800, "18.00"),
        Share(_("County centre"), 1080, "10.80"),
    ]
    return Shares(
        _("How the 72.00 is shared"), _("You 34.56, helper 8.64, platform 18.00, county 10.80"), parts, "72.00"
    )
