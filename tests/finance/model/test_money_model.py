"""Random sequences of all money verbs: after each step the books are what the model says, at the end nobody complains.

A few are tried always, the same ones each time; `./dev test --all` tries many, others each time. docs/reliability.md
says how to let it run for an hour, and how a failing sequence is played again.
"""

import itertools
import logging
import os
import secrets
import time

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import get_state_machine_test

from tests.finance.model.conftest import house_in
from tests.finance.model.lands import LANDS
from tests.finance.model.machine import MoneyMachine, machine_of
from tests.finance.model.verbs.abroad import Abroad
from tests.finance.model.verbs.bank import Bank
from tests.finance.model.verbs.disputing import Disputing
from tests.finance.model.verbs.drawers import Drawers
from tests.finance.model.verbs.files import Files
from tests.finance.model.verbs.floats import Floats
from tests.finance.model.verbs.giving_back import GivingBack
from tests.finance.model.verbs.intakes import Intakes
from tests.finance.model.verbs.late import Late
from tests.finance.model.verbs.on_the_way import Cash
from tests.finance.model.verbs.online import Online
from tests.finance.model.verbs.orders import Orders
from tests.finance.model.verbs.payouts import Payouts
from tests.finance.model.verbs.sales import Sales
from tests.finance.model.verbs.settling import Settling

log = logging.getLogger(__name__)

USUAL = ["a_bill_is_paid", "a_phone_is_recharged"]
#: Deep into one part of the system each, and wide over all of it.
MACHINES: dict[str, type[MoneyMachine]] = {
    "counter": machine_of(
        Payouts, Sales, GivingBack, Online, Files, keep=["close_a_difference", "write_a_difference_off"]
    ),
    "drawers": machine_of(Payouts, Drawers, Late, Cash, keep=["a_bill_is_paid", "sell_goods", "a_line_of_the_bank"]),
    "floats": machine_of(Payouts, Floats, Bank, Abroad, keep=["pay_a_bill", "take_float_out", *USUAL]),
    "earnings": machine_of(
        Payouts, Payouts, Disputing, Settling, keep=["give_a_part_back", "hand_back", "charge_it", *USUAL]
    ),
    "goods": machine_of(Intakes, Orders, Intakes, keep=["tell_them", "send_a_code", "hand_back", "the_week_is_told"]),
    "everything": Payouts,
}
#: Where random sequences begin, and for how many minutes they go on, all machines together.
SEED, MINUTES = os.environ.get("ECOMNET_MODEL_SEED"), float(os.environ.get("ECOMNET_MODEL_MINUTES", "5"))
LIMITS = settings(
    max_examples=3,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    print_blob=False,
)


@pytest.mark.parametrize("name", MACHINES)
def test_the_same_few_sequences_each_time(house, name):
    limits = settings(LIMITS, derandomize=True)
    if name == "goods":  # an order is many steps of the system
        limits = settings(limits, max_examples=1, stateful_step_count=15)
    get_state_machine_test(lambda: MACHINES[name](house), settings=limits)()


@pytest.mark.slow
@pytest.mark.parametrize("name", MACHINES)
def test_many_sequences_and_others_each_time(template_database, django_db_blocker, name):
    """Each ten of them begin in a system of their own, so that what was taken back does not pile up in its tables.

    The systems stand in one country after the other.
    """
    until = time.monotonic() + MINUTES * 60 / len(MACHINES)
    for number in itertools.count(int(SEED or secrets.randbelow(1_000_000))):
        home = LANDS[number % len(LANDS)]
        log.info("%s in %s: ECOMNET_MODEL_SEED=%s", name, home, number)
        with house_in(home, template_database, django_db_blocker) as house:
            limits = settings(LIMITS, max_examples=10, stateful_step_count=50)
            seed(number)(get_state_machine_test(lambda here=house: MACHINES[name](here), settings=limits))()
            log.info("%s verbs: %s", house.tally.total(), dict(sorted(house.tally.items())))
        if time.monotonic() > until:
            return
