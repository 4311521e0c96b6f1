"""Sequences that once failed, and whole stories that random ones rarely reach; each is looked at after every step."""

import pytest

from tests.finance.model.machine import playing
from tests.finance.model.verbs.intakes import Intakes
from tests.finance.model.verbs.payouts import Payouts


@pytest.fixture
def state(house):
    """A morning of the system; what the test does is looked at after each step, and audited at the end."""
    with playing(Payouts(house)) as machine:
        machine.the_first_morning(is_open=True)
        yield machine


@pytest.fixture
def trade(house):
    """The same with goods and fruit."""
    with playing(Intakes(house)) as machine:
        machine.the_first_morning(is_open=True)
        yield machine


@pytest.mark.parametrize("word", ["failed", "reversed"])
def test_cash_found_too_much_is_given_to_its_owner_and_then_the_payment_comes_back(state, word):
    state.pay_a_bill(where=0, who=False, biller=0, customer=0, amount=100_00)
    if word == "reversed":
        state.a_company_speaks(n=0, word="succeeded")
    state.close_the_day(where=0, fresh=True, beside=5_00)
    for officer in (0, 1):
        state.give_it_to_its_owner(n=0, m=0, officer=officer)
    state.a_company_speaks(n=0, word=word)


def test_cash_found_too_much_is_given_to_who_bought_goods(state):
    state.sell_goods(where=0, amount=100_00, is_essential=False)
    state.close_the_day(where=0, fresh=True, beside=5_00)
    for officer in (0, 1):
        state.give_it_to_its_owner(n=0, m=0, officer=officer)
    state.give_a_part_back(n=0, part=5, odd=0)


def test_a_line_that_was_said_to_be_something_else_fills_no_float_and_is_no_slip(state):
    state.a_line_of_the_bank(way="in", minor=500_00)
    state.say_what_a_line_was(n=0, kind="interest", part=1, officer=0)
    state.ask_for_float(where=1, minor=500_00, via="bank")
    state.a_line_brings_it(n=0, m=0, is_new=False, by=0)
    state.say_what_is_brought(where=0, minor=100_00, how="slip")
    state.sign_for_it(n=0, is_carrier=False)
    state.the_bank_has_it(n=0, m=0, beside=None)
    state.the_bank_has_it(n=0, m=0, beside=0)


def test_by_hand_a_line_is_the_centres_deposit_and_no_villages(state):
    state.a_line_of_the_bank(way="in", minor=100_00)
    state.say_what_a_line_was(n=0, kind="village", part=0, officer=0)
    state.say_what_a_line_was(n=0, kind="remittance", part=0, officer=0)


def test_a_split_bill_whose_parts_come_back_one_after_the_other(state):
    for amount in (100_00, 60_01, 199_99):
        state.a_bill_is_paid(where=1, who=True, biller=0, customer=0, amount=amount)
    state.give_a_part_back(n=1, part=2, odd=1)
    state.a_company_speaks(n=2, word="reversed")
    state.give_a_part_back(n=1, part=1, odd=3)
    state.give_a_part_back(n=1, part=5, odd=0)
    state.a_company_speaks(n=0, word="reversed")


def test_the_weeks_payout_is_paid_comes_back_and_is_paid_again(state):
    for where in (0, 1):
        for who in (False, True):
            state.a_bill_is_paid(where=where, who=who, biller=0, customer=where + who, amount=186_40)
    state.a_phone_is_recharged(where=1, who=False, operator=1, amount=33_33)
    state.propose_a_correction(n=0, who="partner", minor=50)
    state.decide_a_correction(n=0, officer=1, is_yes=True)
    state.the_week_is_told()
    state.put_a_batch_together(officer=0)
    for officer in (0, 1):
        state.approve_a_batch(n=0, officer=officer)
    state.the_file_goes_to_the_bank(n=0, is_refused=False)
    state.the_file_goes_to_the_bank(n=0, is_refused=False)
    state.the_bank_speaks(n=0, word="paid", is_closed=False)
    state.the_bank_speaks(n=1, word="failed", is_closed=False)
    state.the_bank_speaks(n=0, word="returned", is_closed=False)
    for n in range(4):
        state.pay_it_again(n=n)
    state.put_a_batch_together(officer=1)
    state.approve_a_batch(n=0, officer=0)
    state.the_file_goes_to_the_bank(n=0, is_refused=False)
    state.the_bank_speaks(n=1, word="paid", is_closed=False)
    state.nobody_fetches_it(n=0)


def test_a_withdrawal_is_paid_another_refused_and_the_account_changed(state):
    state.change_the_mode(where=0)
    for _number in range(3):
        state.take_float_out(where=0, minor=50_00)
    state.put_a_batch_together(officer=0)
    state.call_a_batch_off(n=0)
    state.put_a_batch_together(officer=0)
    state.approve_a_batch(n=0, officer=1)
    state.name_another_account(is_home=True)
    state.the_file_goes_to_the_bank(n=0, is_refused=False)
    state.another_morning(days=7)
    state.call_a_batch_off(n=0)
    state.put_a_batch_together(officer=1)
    state.approve_a_batch(n=0, officer=0)
    state.the_file_goes_to_the_bank(n=0, is_refused=False)
    state.the_bank_speaks(n=0, word="returned", is_closed=True)
    state.the_file_goes_to_the_bank(n=0, is_refused=True)
    state.pay_it_again(n=0)
    state.take_float_out(where=0, minor=50_00)


def test_a_shortage_is_charged_disputed_and_charged_again(state):
    state.sell_goods(where=0, amount=300_00, is_essential=False)
    state.close_the_day(where=0, fresh=True, beside=-100_00)
    state.propose_to_charge_it(n=0)
    state.another_morning(days=4)
    state.propose_to_charge_it(n=0)
    state.charge_it(n=0, is_same=False, officer=0)
    state.another_morning(days=8)
    state.charge_it(n=0, is_same=True, officer=0)
    state.charge_it(n=0, is_same=False, officer=0)
    state.the_week_is_told()
    state.dispute_it(n=0, is_other=False)
    state.decide_about_it(n=0, officer=0, outcome="charge")
    state.decide_about_it(n=0, officer=1, outcome="charge")
    state.another_morning(days=8)
    state.charge_it(n=0, is_same=False, officer=2)
    state.the_week_is_told()


def test_a_statement_that_could_not_be_paid_for_a_month_stands_in_the_next(state):
    state.a_bill_is_paid(where=0, who=False, biller=0, customer=0, amount=186_40)
    state.owe_a_supplier(minor=25_01, days=3)
    state.let_lines_wait(n=0)
    state.the_week_is_told()
    state.name_another_account(is_home=False)
    state.let_lines_go(n=0)
    state.a_month_passes()
    state.name_another_account(is_home=True)
    state.the_week_is_told()
    state.put_a_batch_together(officer=0)
    state.take_it_from_the_supplier(n=0, part=2)
    state.the_week_is_told()


def test_cash_is_carried_short_over_lost_and_insured(state):
    state.sell_goods(where=0, amount=900_00, is_essential=False)
    for beside in (-10_00, 2_00):
        state.say_what_is_brought(where=0, minor=100_00, how="to county")
        state.both_sign(n=0)
        state.count_what_arrived(n=0, beside=beside, is_giver=False)
    state.say_what_is_brought(where=1, minor=150_50, how="to station")
    state.both_sign(n=0)
    state.count_what_arrived(n=0, beside=0, is_giver=False)
    state.say_what_is_brought(where=0, minor=300_00, how="to county")
    state.both_sign(n=0)
    state.it_was_lost(n=0)
    state.the_insurer_pays(n=0, m=0, beside=-20_00)
    for officer in (0, 0, 1):
        state.close_the_case(n=0, officer=officer)


def test_money_owed_back_pays_the_next_bill_at_the_other_station(state):
    state.pay_a_bill(where=1, who=False, biller=1, customer=0, amount=80_00)
    state.a_company_speaks(n=0, word="failed")
    state.tell_them(n=0)
    state.the_county_calls(n=0, outcome="confirmed")
    state.pay_the_next_bill_with_it(n=0, where=0, biller=2, more=12_00, how="slip")
    state.a_company_speaks(n=0, word="reversed")
    state.tell_them(n=0)
    state.send_a_code(n=0, where=0)
    state.hand_back(n=0, where=1, who=False, notes="own", how="wrong code")
    state.hand_back(n=0, where=1, who=False, notes="own", how="code")
    state.hand_back(n=0, where=1, who=False, notes="drawer", how="code")


def test_float_is_filled_lent_expired_and_taken_in(state):
    state.ask_for_float(where=1, minor=500_00, via="bank")
    state.a_line_brings_it(n=0, m=0, is_new=True, by=0)
    state.credit_it(n=0, officer=0)
    state.ask_for_float(where=1, minor=100_00, via="cash")
    state.count_cash_for_it(n=0, minor=250_50)
    state.sign_for_the_cash(n=0, is_wrong=True)
    state.sign_for_the_cash(n=0, is_wrong=False)
    state.lend_float(where=1, minor=100_00, long_ago=True)
    state.lend_float(where=1, minor=50_00, long_ago=False)
    state.the_day_to_answer_is_over(n=1)
    state.the_day_to_answer_is_over(n=0)


def test_people_decide_and_the_company_says_otherwise_afterwards(state):
    state.pay_a_bill(where=0, who=False, biller=0, customer=0, amount=186_40)
    state.a_worker_sends_it(n=0)
    state.a_company_speaks(n=0, word="silence")
    state.nobody_knows(n=0)
    for officer in (0, 0, 1):
        state.people_decide(n=0, officer=officer, outcome="failed", has_proof=True)
    state.a_company_speaks(n=0, word="succeeded")
    state.close_a_difference(n=0, officer=0, reason="not_done")
    state.close_a_difference(n=0, officer=0, reason="we_bear_it")
    state.a_bill_is_paid(where=0, who=True, biller=1, customer=0, amount=50_00)
    state.a_company_speaks(n=0, word="failed")
    for officer in (0, 0, 1):
        state.write_a_difference_off(n=0, officer=officer)


def test_what_a_gateway_collected_is_given_back_in_part_and_taken_back_by_people(state):
    state.collect_by_link(where=0, minor=250_00)
    state.the_gateway_speaks(n=0, word="succeeded")
    state.give_a_part_back(n=0, part=2, odd=1)
    for word in ("failed", "succeeded"):
        state.order_it_back(n=0)
        state.the_gateway_has_sent_it_back(n=0, word=word)
    state.the_gateway_speaks(n=0, word="reversed")
    state.collect_by_link(where=1, minor=100_00)
    state.the_gateway_speaks(n=0, word="succeeded")
    state.the_gateway_speaks(n=0, word="failed")
    state.close_a_difference(n=0, officer=0, reason="not_done")
    for officer in (0, 0, 1):
        state.people_take_it_back(n=0, officer=officer, has_proof=True)
    state.close_a_difference(n=0, officer=0, reason="not_done")


def test_a_company_that_holds_too_little_of_ours_stops_alone(state):
    state.a_company_says_what_it_holds(n=0, minor=499_99)
    state.pay_a_bill(where=0, who=False, biller=0, customer=0, amount=10_00)
    state.pay_a_bill(where=0, who=False, biller=1, customer=0, amount=10_00)
    state.a_company_says_what_it_holds(n=0, minor=500_00)
    state.pay_a_bill(where=1, who=False, biller=0, customer=0, amount=10_00)


def test_cash_of_a_device_is_found_again_in_what_was_too_much_and_the_rest_is_missing(state):
    state.another_morning(days=1)
    state.a_device_sends_what_it_kept(where=0, minor=40_00, hours=0)
    state.close_the_day(where=1, fresh=True, beside=5_00)
    state.a_device_sends_what_it_kept(where=1, minor=3_00, hours=1)
    for officer in (0, 1):
        state.let_the_house_bear_it(n=0, officer=officer)
    state.a_device_sends_what_it_kept(where=1, minor=40_00, hours=1)
    state.a_device_sends_what_it_kept(where=1, minor=40_00, hours=200)


def test_cash_was_meant_for_a_float_and_came_by_bank(state):
    state.ask_for_float(where=1, minor=500_00, via="cash")
    state.a_line_brings_it(n=0, m=0, is_new=True, by=1)
    state.credit_it(n=0, officer=1)


def test_what_corrects_a_line_that_waits_is_told_with_it(state):
    for biller in (1, 1):
        state.a_bill_is_paid(where=1, who=False, biller=biller, customer=0, amount=200_00)
    state.propose_a_correction(n=0, who="partner", minor=-10)
    state.decide_a_correction(n=0, officer=1, is_yes=True)
    state.let_lines_wait(n=0)
    state.give_a_part_back(n=0, part=2, odd=0)
    state.propose_a_correction(n=0, who="partner", minor=50)
    state.decide_a_correction(n=0, officer=1, is_yes=True)
    state.owe_a_supplier(minor=25_01, days=3)
    state.let_lines_wait(n=0)
    state.take_it_from_the_supplier(n=0, part=2)
    state.the_week_is_told()
    state.another_morning(days=7)
    state.the_week_is_told()
    state.dispute_an_entry(where=1, n=0, takes=True)
    state.the_week_is_told()
    state.let_lines_go(n=0)
    state.let_lines_go(n=0)
    state.the_week_is_told()


def test_a_correction_is_disputed_paid_all_the_same_and_decided(state):
    state.a_bill_is_paid(where=0, who=False, biller=0, customer=0, amount=186_40)
    state.propose_a_correction(n=0, who="partner", minor=-10)
    state.decide_a_correction(n=0, officer=1, is_yes=True)
    state.dispute_an_entry(where=0, n=0, takes=False)
    for _time in range(2):
        state.dispute_an_entry(where=0, n=0, takes=True)
    state.propose_a_correction(n=0, who="partner", minor=-10)
    state.the_week_is_told()
    for officer in (0, 1, 2, 2):
        state.decide_a_dispute(n=0, officer=officer, outcome="upheld")
    state.a_bill_is_paid(where=0, who=False, biller=0, customer=1, amount=186_40)
    state.the_week_is_told()
    state.dispute_an_entry(where=0, n=0, takes=True)
    state.the_week_is_told()


def test_payouts_come_back_over_the_bank_with_their_reference_and_without(state):
    for where in (0, 1):
        for who in (False, True):
            state.a_bill_is_paid(where=where, who=who, biller=0, customer=where + who, amount=186_40)
    state.the_week_is_told()
    state.put_a_batch_together(officer=0)
    state.approve_a_batch(n=0, officer=1)
    state.the_file_goes_to_the_bank(n=0, is_refused=False)
    state.it_comes_back_over_the_bank(n=0, has_reference=True)
    state.the_file_goes_to_the_bank(n=0, is_refused=False)
    for n in range(4):
        state.it_comes_back_over_the_bank(n=n, has_reference=bool(n % 2))
        state.the_bank_speaks(n=n, word="returned", is_closed=False)
        state.pay_it_again(n=n)
        state.it_comes_back_over_the_bank(n=n, has_reference=False)


def test_an_orders_money_goes_to_the_other_station_and_back(state):
    state.sell_goods(where=0, amount=100_00, is_essential=False)
    state.an_order_moves_with_its_money(where=1, minor=50_01)
    state.an_order_moves_with_its_money(where=0, minor=50_01)
    state.a_bill_is_paid(where=1, who=False, biller=0, customer=0, amount=20_00)
    state.an_order_moves_with_its_money(where=1, minor=10_00)


def test_a_gateway_says_the_opposite_of_a_refund_that_is_over(state):
    state.collect_by_link(where=0, minor=100_00)
    state.the_gateway_speaks(n=0, word="succeeded")
    state.give_a_part_back(n=0, part=5, odd=0)
    state.order_it_back(n=0)
    state.the_gateway_has_sent_it_back(n=0, word="failed")
    state.the_gateway_speaks_of_what_is_over(n=0, m=0, word="succeeded")
    state.order_it_back(n=0)
    for word in ("failed", "pending", "succeeded"):
        state.the_gateway_speaks_of_what_is_over(n=0, m=1, word=word)
    state.the_gateway_has_sent_it_back(n=0, word="succeeded")
    for word in ("succeeded", "failed"):
        state.the_gateway_speaks_of_what_is_over(n=0, m=0, word=word)


def test_a_companys_file_settles_what_nobody_knew_and_its_second_says_otherwise(state):
    for customer in (0, 1):
        state.pay_a_bill(where=0, who=False, biller=0, customer=customer, amount=100_00)
        state.a_worker_sends_it(n=0)
        state.a_company_speaks(n=0, word="silence")
    state.a_bill_is_paid(where=1, who=False, biller=0, customer=0, amount=20_00)
    state.pay_a_bill(where=1, who=True, biller=0, customer=1, amount=30_00)
    state.a_company_sends_its_file(n=0, words=["", "succeeded", "succeeded", ""], is_odd=True)
    state.a_company_sends_its_file(n=0, words=["failed", "reversed", "amount", "reversed"], is_odd=False)
    state.recharge_a_phone(where=0, who=True, operator=0, phone=1, amount=50_00)
    for words in (["amount"], ["reversed"], ["succeeded"]):
        state.a_company_sends_its_file(n=0, words=words, is_odd=False)


def test_money_with_three_decimals_stands_beside_the_yuan_and_in_a_book_of_its_own(state):
    for where in (0, 1):
        state.sell_something_abroad(where=where, minor=1_235)
        for part in (2, 3, 1, 1):
            state.give_something_back_abroad(n=0, part=part)
        state.sell_goods(where=0, amount=100_00, is_essential=False)
        for way in ("in", "out"):
            state.a_line_of_the_bank_abroad(where=where, way=way, minor=999, is_explained=True)
            state.a_line_of_the_bank_abroad(where=where, way=way, minor=1, is_explained=False)
    state.a_line_of_the_bank(way="in", minor=100_00)


def test_a_strangers_money_goes_out_again_once(state):
    state.a_line_of_the_bank(way="in", minor=100_00)
    state.say_what_a_line_was(n=0, kind="sent_back", part=1, officer=0)
    state.send_it_out_again(n=0, beside=0, is_named=False)
    state.send_it_out_again(n=0, beside=1, is_named=True)
    state.say_what_a_line_was(n=2, kind="sent_back", part=0, officer=0)
    for _time in range(2):
        state.send_it_out_again(n=0, beside=0, is_named=True)


def test_a_payment_that_has_earned_nothing_yet_is_corrected(state):
    state.a_bill_is_paid(where=1, who=False, biller=0, customer=0, amount=50_00)
    state.pay_a_bill(where=1, who=False, biller=1, customer=0, amount=100_00)
    state.propose_a_correction(n=0, who="partner", minor=50)
    state.decide_a_correction(n=0, officer=1, is_yes=True)
    state.the_week_is_told()
    state.a_company_speaks(n=0, word="succeeded")


def test_goods_come_back_piece_by_piece_and_in_cash_and_nobody_keeps_a_part_of_them(trade):
    trade.goods_are_handed_over(where=0, who=True, quantity=3)
    for reason in ("defect", "change_of_mind", "wrong_item"):
        trade.ask_to_bring_it_back(n=0, quantity=1, reason=reason)
        for has_photo in (reason == "change_of_mind", True):
            trade.it_is_brought_back(n=0, is_as_new=True, has_photo=has_photo)
    trade.ask_to_bring_it_back(n=0, quantity=1, reason="late")
    trade.the_week_is_told()
    for _time in range(3):
        trade.the_centre_looks_at_it(n=0)
    trade.close_the_day(where=0, fresh=True, beside=0)
    trade.another_morning(days=1)
    trade.open_the_day(where=0, beside=0)
    for _time in range(3):
        trade.tell_them(n=0)
    trade.send_a_code(n=0, where=0)
    for n, how in enumerate(["code", "slip", "slip"]):
        trade.hand_back(n=n, where=0, who=False, notes="drawer", how=how)
    trade.another_morning(days=7)
    trade.the_week_is_told()


@pytest.mark.slow
def test_goods_are_brought_back_after_their_days_and_what_was_used_waits_for_the_centre(trade):
    for quantity in (1, 2):
        trade.goods_are_handed_over(where=1, who=False, quantity=quantity)
        trade.ask_to_bring_it_back(n=0, quantity=quantity, reason="change_of_mind")
    trade.it_is_brought_back(n=1, is_as_new=False, has_photo=False)
    trade.the_centre_looks_at_it(n=0)
    trade.another_morning(days=7)
    trade.another_morning(days=7)
    trade.ask_to_bring_it_back(n=0, quantity=1, reason="late")
    trade.another_morning(days=1)
    trade.it_is_brought_back(n=0, is_as_new=True, has_photo=False)
    trade.goods_are_handed_over(where=1, who=False, quantity=1)
    trade.the_week_is_told()


def test_fruit_is_paid_for_in_part_before_and_called_back_and_the_farmer_owes_it_until_the_next(trade):
    for where in (0, 1):
        trade.fruit_is_taken_in(where=where, first=33_333, second=1_001)
        trade.some_is_paid_before(n=0, part=2, is_seen=True)
    trade.all_of_it_is_sold(first=50, second=4_20)
    trade.the_buyer_has_it(n=0)
    trade.fruit_is_taken_in(where=0, first=33_333, second=40_000)
    for part, is_seen in ((3, True), (0, True), (2, False), (2, True), (1, True)):
        trade.some_is_paid_before(n=0, part=part, is_seen=is_seen)
    trade.all_of_it_is_sold(first=6_53, second=6_50)
    for _time in range(2):
        trade.it_is_called_back(n=0)
    trade.the_buyer_has_it(n=0)
    trade.the_week_is_told()
    for is_over in (False, True):
        trade.it_is_called_back(n=1)
        trade.the_reserves_are_given_back(is_over=is_over)
    trade.the_week_is_told()
    trade.fruit_is_taken_in(where=0, first=150_000, second=0)
    trade.some_is_paid_before(n=0, part=2, is_seen=True)
    trade.all_of_it_is_sold(first=6_50, second=6_50)
    trade.the_buyer_has_it(n=0)
    trade.the_week_is_told()
