"""What is played in countries with other money and another clock each time; the rest of it under `--all`."""

import pytest
from hypothesis import settings
from hypothesis.stateful import get_state_machine_test

from tests.finance.model.lands import CHILE, JAPAN, KUWAIT, LEBANON
from tests.finance.model.machine import playing
from tests.finance.model.test_money_model import LIMITS, MACHINES
from tests.finance.model.verbs.payouts import Payouts

PLAYED = [(JAPAN, "earnings"), (KUWAIT, "counter")]


@pytest.mark.parametrize(("house", "name"), PLAYED, indirect=["house"], ids=str)
def test_one_sequence_in_another_country(house, name):
    limits = settings(LIMITS, max_examples=1, derandomize=True)
    get_state_machine_test(lambda: MACHINES[name](house), settings=limits)()


@pytest.mark.parametrize("house", [CHILE, LEBANON], indirect=True, ids=str)
def test_clocks_are_changed_in_the_night_between_two_days_of_sales(house):
    """Every hour of the night until two is lived through, whichever of them comes twice or never."""
    with playing(Payouts(house)) as state:
        state.the_first_morning(is_open=True)
        state.pay_a_bill(where=0, who=False, biller=0, customer=1, amount=50_00)
        state.time_passes(hours=13)
        for number in range(5):
            state.a_bill_is_paid(where=0, who=bool(number % 2), biller=number % 2, customer=0, amount=186_40)
            state.collect_by_link(where=1, minor=12_34)
            state.time_passes(hours=1)
        state.close_the_day(where=0, fresh=True, beside=-4_40)
        state.the_night_is_settled()
        state.a_new_morning(days=1, who=(1, 2))
        state.open_the_day(where=0, beside=0)
        for n in range(4):
            state.ask_it_back(n=n, is_wrong=False)
        state.a_company_answers_that(n=0, status="succeeded")
        state.a_device_sends_what_it_kept(where=0, minor=40_00, hours=24)
        state.a_company_speaks(n=17, word="failed")
        state.something_for_having_waited(n=8)
        state.give_a_part_back(n=2, part=2, odd=1)
        state.the_week_is_told()
        state.dispute_an_entry(where=0, n=0, takes=True)
        state.another_morning(days=7)
        state.the_week_is_told()
        state.put_a_batch_together(officer=0)
        state.approve_a_batch(n=0, officer=1)
