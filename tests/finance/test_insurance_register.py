"""The public register: coarse enough that it tells nobody's illness, and the same on page and in the API."""

import csv
import datetime as dt
from decimal import Decimal

import pytest
from django.db import ProgrammingError, transaction
from django.utils.timezone import now
from rest_framework.test import APIClient

from core.gateways.results import Status
from finance.insurance.services import PayTo, build_register, send_claim_payment
from finance.models import RegisterMonth, RegisterRow
from tests.factories.claims import BEGAN, EVENT, bank_says, policy_of, sent
from tests.factories.finance import desk
from tests.factories.insurance import DAY, NOON, in_force, villager
from tests.factories.stations import UserFactory, api_client, division_below, finance_officer

MONTH = dt.date(2026, 11, 1)
SINCE = NOON - 24 * DAY
UNTIL = NOON + 6 * DAY


def build():
    return build_register(country="CN", month=MONTH, since=SINCE, until=UNTIL)


def own_account(policy, number):
    """An account that no other household has."""
    return PayTo(policy.person, "ABC", f"62284804025648{number:05d}", policy.person.full_name)


def paid(ready, number):
    """So many payouts for health."""
    version = in_force()
    for count in range(number):
        policy = policy_of(ready, person=villager(ready, full_name=f"村民{count}"), version=version)
        bank_says(
            sent(ready, policy, peril="disability", grade="10", event=EVENT, pay_to=own_account(policy, count)),
            Status.SUCCEEDED,
        )


@pytest.mark.parametrize(("number", "level"), [(9, "province"), (10, "county")])
def test_a_county_stands_by_its_name_from_ten_payouts_of_a_kind_on(db, client, number, level):
    ready = desk()
    paid(ready, number)
    assert build() == number
    assert set(RegisterRow.objects.values_list("place__level", flat=True)) == {level}
    rows = api_client(UserFactory()).get("/api/v1/insurance-register/payouts/").json()["results"]
    assert {(row["level"], row["group"], row["amount"]) for row in rows} == {(level, "health", "2000.00")}
    page = client.get("/register/").content.decode()
    file = b"".join(client.get("/register/payouts/")).decode("utf-8-sig")
    county = ready.station.county
    assert (f">{county.name}<" in page) == (f",{county.name}," in file) == (level == "county")
    for shown in (page, file):
        assert "村民" not in shown
        assert ready.station.village.name not in shown
    [_headings, *lines] = csv.reader(file.splitlines())
    assert [line[5:7] for line in lines] == [["2000.00", "CNY"]] * number
    month = RegisterMonth.objects.get(insurer__isnull=False)
    assert sum(Decimal(line[5]) for line in lines) * 100 == month.claims_minor == number * 2_000_00
    assert {row["payer"] for row in rows} == {month.payer_code}
    assert {line[1] for line in lines} == {month.payer.name_zh}


def test_payouts_that_came_back_let_no_county_stand_by_its_name(db):
    ready = desk()
    claim = sent(ready, peril="disability", grade="10", event=EVENT)
    for _try in range(9):
        bank_says(claim, Status.REVERSED, code="account_closed")
        send_claim_payment(claim=claim, by=finance_officer(), at=NOON)
    bank_says(claim, Status.SUCCEEDED)
    build()
    assert RegisterRow.objects.get().place.level == "province"


def test_nine_payouts_stand_below_the_prefecture_that_has_ten(db):
    here = desk()
    prefecture = here.station.county.parent
    there = desk(county=division_below(prefecture, "county", code="199999000000"))
    version = in_force()
    for number, ready in enumerate([*[here] * 9, there]):
        policy = policy_of(ready, person=villager(ready, full_name=f"村民{number}"), version=version)
        bank_says(
            sent(ready, policy, peril="disability", grade="10", pay_to=own_account(policy, number)), Status.SUCCEEDED
        )
    build()
    assert set(RegisterRow.objects.values_list("place", flat=True)) == {prefecture.pk}


def test_the_sums_of_a_month_are_written_once_and_never_changed(db):
    ready = desk()
    claim = sent(ready)
    bank_says(claim, Status.SUCCEEDED)
    about = {"country": "CN", "month": MONTH, "since": BEGAN - DAY, "until": max(now(), NOON) + DAY}
    assert [build_register(**about) for _time in range(2)] == [1, 0]
    row = RegisterMonth.objects.get(insurer__isnull=False)
    assert (row.claims_minor, row.decided, row.rejected, row.median_days) == (2_544_00, 1, 0, 0)
    months = {each["payer"]: each for each in APIClient().get("/api/v1/insurance-register/funds/").json()["results"]}
    company, poverty = months.pop(row.payer_code), next(each for code, each in months.items() if "poverty" in code)
    put_up = Decimal(company["received"])
    assert company["paid_out_bp"] == round(Decimal("2544.00") / put_up * 10_000)
    assert [company[name] for name in ("premiums", "loss_ratio_bp", "rejected_bp")] == ["100.00", 254_400, 0]
    assert (poverty["premiums"], poverty["loss_ratio_bp"], poverty["rejected_bp"]) == ("70.00", None, None)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        RegisterMonth.objects.update(claims_minor=1)


def test_a_payout_that_came_back_is_taken_off_in_a_row_of_its_own(db):
    ready = desk()
    claim = sent(ready)
    bank_says(claim, Status.SUCCEEDED)
    build()
    bank_says(claim, Status.REVERSED, code="account_closed", at=NOON + DAY)
    assert (build(), build()) == (1, 0)
    assert sorted(RegisterRow.objects.values_list("amount_minor", flat=True)) == [-2_544_00, 2_544_00]


def test_what_came_back_in_a_later_month_is_taken_off_the_sum_of_that_month(db):
    ready = desk()
    claim = sent(ready)
    bank_says(claim, Status.SUCCEEDED)
    until = now()  # what is left at an instant is what the ledger had posted by then
    build_register(country="CN", month=MONTH, since=SINCE, until=until)
    bank_says(claim, Status.REVERSED, code="account_closed", at=until)
    build_register(country="CN", month=dt.date(2026, 12, 1), since=until, until=now() + DAY)
    months = RegisterMonth.objects.filter(insurer__isnull=False).order_by("month_date")
    assert list(months.values_list("claims_minor", flat=True)) == [2_544_00, -2_544_00]
    assert months[1].left_minor - months[0].left_minor == 2_544_00
