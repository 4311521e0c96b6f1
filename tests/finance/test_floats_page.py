"""Every example of docs/floats.md, recomputed from its own figures: what the page says is what the system does."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.timezone import now

from core.language import formatting
from core.money import Money, parse
from finance import chart
from finance.floats.services import (
    CodeSignature,
    accept_float,
    count_topup_cash,
    credit_topup,
    record_topup,
    send_float,
)
from stations.models import OpeningException
from tests.factories.finance import desk
from tests.factories.forecasts import FRIDAY, TUESDAY, foreseen, open_every_day, used
from tests.factories.recon import bank_lines
from tests.factories.stations import finance_officer
from tests.finance.test_float_cash import Centre, code_of

PAGE = (Path(settings.BASE_DIR) / "docs/floats.md").read_text(encoding="utf-8")


def example(beginning: str) -> str:
    """The example that begins so, on one line."""
    [found] = [text for text in PAGE.split("\n\n") if text.startswith(f"*Example.* {beginning}")]
    return found.replace("\n", " ")


def said(minor: int) -> str:
    """An amount as the page writes it."""
    return formatting.amount(Money(minor, "CNY"))


@pytest.fixture
def ready(db):
    found = desk(float_minor=380_00, till_open=False)
    open_every_day(found.station)
    return found


def test_cash_for_the_float(db):
    text, centre = example("Asked for 2,000.00"), Centre()
    topup = centre.asked()
    assert said(topup.amount_minor) in text
    count_topup_cash(topup=topup, lines={100_00: 19, 50_00: 1, 50: 1}, by=centre.clerk, at=now())
    centre.take(topup, CodeSignature(code_of(topup)))
    held, in_till = centre.money
    assert held == in_till
    assert text.endswith(f"till and float each hold {said(held)}.")


def test_money_that_came_without_having_been_asked_for(db):
    text, ready = example("30.00 came"), desk(till_open=False)
    [line] = bank_lines("L-1,in,30.00,thank you")
    topup = record_topup(bank_line=line, station=ready.station, by=finance_officer(), at=now())
    credit_topup(topup=topup, by=finance_officer(), at=now())
    suspense, held = ready.holds(chart.suspense("main")), ready.holds(ready.float_key)
    assert text.endswith(f"suspense {said(suspense)}, float {said(held)}.")


def test_float_lent_to_a_neighbour(db):
    text = example("A holds")
    has, sends = (parse(word, "CNY") for word in re.findall(r"[\d,]+\.\d\d", text)[:2])
    a, b = desk(float_minor=has.minor, till_open=False), desk(till_open=False)
    transfer = send_float(station=a.station, to=b.station, amount=sends, by=a.partner, at=now())
    assert f"A can use {said(a.can_use(a.float_key))}, B still has {said(b.can_use(b.float_key))}." in text
    accept_float(transfer=transfer, by=b.partner, at=now())
    assert f"Accepted: A holds {said(a.holds(a.float_key))}, B {said(b.holds(b.float_key))}." in text
    assert text.endswith(f"A could use {said(has.minor)} again.")


def test_eight_tuesdays_say_what_the_ninth_needs(ready):
    text = example("Eight Tuesdays")
    tuesdays = re.search(r"took ([\d, and]+);", text)[1]
    used(ready.station, re.findall(r"\d+", tuesdays), last=TUESDAY - dt.timedelta(days=7))
    row = foreseen(ready)
    assert f"In order the 7th is {said(row.basis[0]['minor'])};" in text
    assert f"so the need is {said(row.need_minor)}." in text
    assert text.endswith(
        f"With {said(row.available_minor)} to use the float is {row.level}, lasts {row.days_of_cover} days, "
        f"and {said(row.suggested_minor)} are suggested."
    )


def test_three_open_days_say_little_and_a_fifth_is_added(ready):
    text = example("Three open days")
    used(ready.station, re.findall(r"\d+\.\d\d", text)[:3], last=TUESDAY - dt.timedelta(days=10), every=1)
    assert f"a fifth more is {said(foreseen(ready).need_minor)} " in text


def test_a_friday_looks_ahead_over_the_weekend(ready):
    text = example("On a Friday")
    each = re.search(r"took (\d+\.\d\d)", text)[1]
    used(ready.station, [each] * 60, last=FRIDAY - dt.timedelta(days=1), every=1)
    OpeningException.objects.create(station=ready.station, date=FRIDAY + dt.timedelta(days=2), reason="集市")
    row = foreseen(ready, date=FRIDAY)
    assert row.days == 3
    assert f"the need is {said(row.need_minor)}." in text
    assert text.endswith(f"With {said(row.available_minor)} the float lasts {row.days_of_cover} days.")
