"""What is shown of a name, a phone, a number: the one module that decides."""

import datetime as dt

import pytest

from stations.people.masking import (
    birth_year,
    mask_bank_account,
    mask_id_number,
    mask_name,
    mask_national_phone,
    mask_phone,
    phone_tail,
)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王英", "王*"),
        ("王秀英", "王*英"),
        ("欧阳娜娜", "欧**娜"),
        ("王", "王*"),
        ("王 秀英", "王*英"),
        ("阿依古丽·买买提", "阿依古丽·*"),
        ("阿依古丽•买买提•艾力", "阿依古丽·*·*"),
        ("Maria Lopez", "Maria L."),
        ("Maria del Carmen Lopez", "Maria L."),
        ("Ali", "A."),
        ("", "*"),
    ],
)
def test_names(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked", "short", "tail"),
    [
        ("+8613800005678", "+86 138****5678", "138****5678", "5678"),
        ("+33612345678", "+33 ****5678", "****5678", "5678"),
        ("+12125550123", "+1 212***0123", "212***0123", "0123"),
        ("", "", "", ""),
        (None, "", "", ""),
        ("not a phone", "", "", ""),
    ],
)
def test_phones(phone, masked, short, tail):
    assert (mask_phone(phone), mask_national_phone(phone), phone_tail(phone)) == (masked, short, tail)


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("110105194912310021", "110***********0021"),
        ("E12345678", "*****5678"),
        ("A12345", "******"),
    ],
)
def test_identity_numbers(number, masked):
    assert mask_id_number(number) == masked


def test_bank_accounts_and_births():
    assert mask_bank_account("6222 0200 1234 5678") == "****5678"
    assert birth_year(dt.date(1951, 3, 8)) == 1951
    assert birth_year(None) is None
