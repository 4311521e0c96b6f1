"""What is withheld: money.md's numbers to the cent, and each threshold below, at and above."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from finance.models import TaxRule
from finance.settlement.taxes import faults_in, tax_on, withheld
from tests.factories.statements import LABOUR_IN_CHINA

LABOUR = TaxRule(method="labour_brackets", table=LABOUR_IN_CHINA)
FIVE = TaxRule(method="flat_bp", table={"bp": 500})


@pytest.mark.parametrize(
    ("gross", "tax"),
    [
        (-1, 0),
        (0, 0),
        (800_00, 0),
        (800_01, 0),
        (800_03, 1),
        (3_000_00, 440_00),
        (3_999_99, 640_00),
        (4_000_00, 640_00),
        (4_000_01, 640_00),
        (25_000_00, 4_000_00),
        (25_000_10, 4_000_02),
        (30_000_00, 5_200_00),
        (62_500_00, 13_000_00),
        (62_501_00, 13_000_32),
    ],
)
def test_labour_income_is_taxed_by_brackets(gross, tax):
    assert tax_on("labour_brackets", LABOUR_IN_CHINA, gross) == tax


@pytest.mark.parametrize(("gross", "tax"), [(4_00, 20), (9, 0), (10, 1), (-4_00, 0)])
def test_one_rate_is_rounded_half_up(gross, tax):
    assert tax_on("flat_bp", {"bp": 500}, gross) == tax


def test_the_weeks_of_a_month_withhold_what_the_month_owes():
    weeks, taxes = [700_00, 600_00, 1_200_00, 900_00], []
    for number, week in enumerate(weeks):
        taxes.append(withheld(LABOUR, before=sum(weeks[:number]), now=week, already=sum(taxes)))
    assert taxes == [0, 100_00, 240_00, 180_00]


def test_a_week_that_takes_back_gives_no_tax_back():
    assert withheld(LABOUR, before=3_000_00, now=-1_000_00, already=440_00) == 0
    assert withheld(LABOUR, before=2_000_00, now=500_00, already=440_00) == 0


def test_without_a_rule_nothing_is_withheld():
    assert withheld(None, before=0, now=30_000_00, already=0) == 0
    assert withheld(FIVE, before=0, now=4_00, already=0) == 20


@pytest.mark.parametrize(
    ("method", "table"),
    [
        ("flat_bp", []),
        ("flat_bp", {"bp": 10_001}),
        ("flat_bp", {"bp": "500"}),
        ("flat_bp", {"bp": True}),
        ("labour_brackets", {}),
        ("labour_brackets", {**LABOUR_IN_CHINA, "free": -1}),
        ("labour_brackets", {**LABOUR_IN_CHINA, "brackets": []}),
        ("labour_brackets", {**LABOUR_IN_CHINA, "brackets": [[5, 100], [3, 200], [None, 300]]}),
        ("labour_brackets", {**LABOUR_IN_CHINA, "brackets": [[5, 100]]}),
        ("labour_brackets", {**LABOUR_IN_CHINA, "brackets": [[None, 100, 1]]}),
    ],
)
def test_a_table_that_cannot_be_is_told(method, table):
    assert faults_in(method, table)


def test_the_tables_of_the_house_are_sound():
    assert (faults_in("labour_brackets", LABOUR_IN_CHINA), faults_in("flat_bp", {"bp": 0})) == ("", "")


@pytest.mark.django_db
def test_one_rule_holds_at_any_date():
    rule = {"country": "CN", "payee_kind": "partner", "currency": "CNY", "method": "flat_bp", "table": {"bp": 1}}
    TaxRule.objects.create(**rule, from_date=dt.date(2026, 1, 1), to_date=dt.date(2027, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        TaxRule.objects.create(**rule, from_date=dt.date(2026, 12, 31))
    TaxRule.objects.create(**rule, from_date=dt.date(2027, 1, 1))
    assert TaxRule.objects.count() == 2
