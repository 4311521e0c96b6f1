"""What a seed draws is the same everywhere, and a failing one is made as small as it can be."""

from dataclasses import replace

import pytest
from django.utils.timezone import now

from core.days import day_in, instant_of
from core.gateways.sandbox.behaviours import DEEDS, OF_SUPPLIERS
from education.models import TutoringSession
from tests.factories.finance import desk, helper_at
from tests.faults.seeds import schedule
from tests.faults.seeds.acts import acts_of
from tests.faults.seeds.blows import BLOWS
from tests.faults.seeds.lessons import LESSON_MINUTES, MIDNIGHT, MINUTE, load_lessons
from tests.faults.seeds.schedule import draw
from tests.faults.seeds.shrink import shrunk
from tests.faults.seeds.trades import Village
from tests.faults.test_seeds import ALWAYS


def test_a_seed_draws_the_same_again_and_another_one_something_else():
    assert draw(7) == draw(7)
    assert draw(7) != replace(draw(8), seed=7)


@pytest.mark.parametrize("seeds", [range(100), ALWAYS], ids=["a hundred", "those of every run"])
def test_seeds_draw_every_blow_every_wire_every_process_and_everything_that_a_company_does_amiss(seeds):
    drawn = [draw(seed) for seed in seeds]
    blows = [blow for each in drawn for blow in each.blows]
    assert {blow.do for blow in blows} == BLOWS.keys() == schedule.BLOWS.keys()
    assert {blow.target for blow in blows if blow.do == "cut"} == set(schedule.WIRES)
    assert {blow.target for blow in blows if blow.do in {"kill", "pause"}} == {*schedule.PROCESSES, schedule.EVERYTHING}
    amiss = {arrival.fault.do for each in drawn for arrival in each.arrivals if arrival.fault}
    asides = {fault.do for _kind, fault in schedule.ASIDES}
    assert amiss | asides == DEEDS - OF_SUPPLIERS
    acts = acts_of(offices=None, date=None)
    assert {arrival.act for each in drawn for arrival in each.arrivals} == schedule.WEIGHTS.keys()
    assert schedule.WEIGHTS.keys() == acts.keys() - schedule.ONLY_LOOKS


@pytest.mark.parametrize("word", schedule.MOMENTS_OF)
def test_every_word_of_a_moment_names_an_act(word):
    assert [act for act in schedule.WEIGHTS if word in act]


def test_what_is_left_out_changes_nothing_of_the_rest():
    whole = draw(3)
    some = whole.only({"a1", "b1"})
    assert [arrival.number for arrival in some.arrivals] == [1]
    assert some.arrivals[0] == replace(whole.arrivals[0], fault=None)
    assert some.blows == whole.blows[:1]
    assert whole.only(whole.names) == whole


@pytest.mark.parametrize("culprits", [{"a2"}, {"a1", "b1"}, {"a3", "f3", "b2"}])
def test_a_failing_schedule_is_made_as_small_as_its_culprits(culprits):
    whole = next(each for each in map(draw, range(1000)) if culprits <= set(each.names))
    assert set(shrunk(whole, fails=lambda each: culprits <= set(each.names)).names) == culprits


def test_shrinking_ends_after_so_many_plays():
    plays = []

    def fails(each):
        plays.append(each)
        return False

    assert shrunk(draw(1), fails=fails, most_plays=5) == draw(1)
    assert len(plays) == 5


def test_shrinking_ends_when_its_time_is_up():
    assert shrunk(draw(1), fails=lambda each: True, most_seconds=0) == draw(1)


@pytest.mark.django_db
def test_the_lesson_of_a_tutor_begins_as_its_station_is_furnished_so_that_seeds_of_an_hour_hold_it():
    ready = desk(till_open=False)
    load_lessons([Village(ready.station, ready.partner, helper=helper_at(ready), regulars=())])
    slot = TutoringSession.objects.earliest("booking__slot__starts_at").booking.slot
    at = now()
    evening = instant_of(ready.station.zone, day_in(ready.station.zone, at), MIDNIGHT)
    assert slot.starts_at <= at
    assert slot.ends_at >= min(evening, at + (LESSON_MINUTES - 2) * MINUTE)
