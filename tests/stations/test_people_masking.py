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
def test_a_name_keeps_what_those_who_know_the_person_recognise(name, masked):
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
def test_a_phone_keeps_its_last_four_digits(phone, masked, short, tail):
    assert (mask_phone(phone), mask_national_phone(phone), phone_tail(phone)) == (masked, short, tail)


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("110105194912310021", "110***********0021"),
        ("E12345678", "*****5678"),
        ("A12345", "******"),
    ],
)
def test_an_identity_number_keeps_its_province_and_its_end(number, masked):
    assert mask_id_number(number) == masked


def test_a_bank_account_keeps_its_end_and_a_birth_its_year():
    assert mask_bank_account("6222 0200 1234 5678") == "****5678"
    assert birth_year(dt.date(1951, 3, 8)) == 1951
    assert birth_year(None) is None
