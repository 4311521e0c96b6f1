"""The plan of a played day follows from its seed alone."""

from itertools import pairwise

from ecomnet.simulation.acts import ACTS
from ecomnet.simulation.faults import FAULTS, SILENT
from ecomnet.simulation.land import land_of
from ecomnet.simulation.plan import BETWEEN_SILENCES, plan_day

WEIGHTS = {act.name: act.weight for act in ACTS.values()}


def planned(seed: int, **changed):
    usual = {"counters": 12, "hours": 10, "seconds": 180, "weights": WEIGHTS, "land": land_of("CN")}
    return plan_day(**{**usual, "seed": seed, **changed})


def test_a_seed_brings_the_same_villagers_and_faults_again():
    assert planned(7) == planned(7)


def test_another_seed_brings_others():
    assert planned(7) != planned(8)


def test_arrivals_come_in_their_order_within_the_day_to_every_counter():
    arrivals = planned(1)
    assert [arrival.at for arrival in arrivals] == sorted(arrival.at for arrival in arrivals)
    assert all(0 <= arrival.at < 1 for arrival in arrivals)
    assert {arrival.counter for arrival in arrivals} == set(range(12))
    assert len({arrival.number for arrival in arrivals}) == len(arrivals) == 360


def test_every_act_and_every_fault_comes_up_in_a_long_day():
    arrivals = planned(1, counters=40, hours=100, seconds=18_000)
    assert {arrival.act for arrival in arrivals} == set(ACTS)
    assert {arrival.fault for arrival in arrivals} == {None, *FAULTS}


def test_no_company_falls_silent_so_often_that_it_is_not_served_any_more():
    arrivals = planned(3, counters=40)
    for biller in {arrival.biller for arrival in arrivals}:
        silent = [arrival.at * 180 for arrival in arrivals if _falls_silent(arrival, biller)]
        assert all(later - earlier >= BETWEEN_SILENCES for earlier, later in pairwise(silent))


def _falls_silent(arrival, biller) -> bool:
    return arrival.biller == biller and arrival.fault is not None and arrival.fault.do in SILENT
