"""What a run under load tells of its figures, and what it takes from what the counters wrote down."""

import json

import pytest

from core.database.db import insert_row
from core.keys.services import Answer
from core.models import RequestKey
from ecomnet.management.commands.play_load import _goals, _line
from ecomnet.simulation.load import Pressed, ask_again, read_presses

FAST, SLOW = [0.1] * 19 + [0.2], [0.1] * 18 + [9.0] * 2


def steady(**changes):
    served = {"read": FAST * 450, "write": [], "money": FAST * 120} | changes
    return {"phase": "steady", "seconds": 60, "asked": 150, "served": served, "turned_away": dict.fromkeys(served, 3)}


def test_a_press_that_was_written_down_and_never_answered_is_known(tmp_path):
    press = {"key": "a", "path": "recharges/", "body": {}, "counter": 1, "answer": None}
    lines = [press, press | {"key": "b"}, press | {"answer": {"our_ref": "1"}}]
    (tmp_path / "presses.jsonl").write_text("\n".join(map(json.dumps, lines)))
    first, second = read_presses(tmp_path / "presses.jsonl")
    assert (first.key, first.was_taken) == ("a", True)
    assert (second.key, second.answer) == ("b", None)


class Counter:
    """Notes the keys that are pressed again, and has them done."""

    def __init__(self):
        self.pressed = []

    def post(self, what, path, body, *, key):
        self.pressed.append(key)
        return Answer(200, {"our_ref": key})


@pytest.mark.django_db
def test_only_keys_that_the_house_knows_are_pressed_again():
    insert_row(RequestKey, person="p", operation="o", key="known", fingerprint="", status=200, answer={})
    written = {"told": {}, "known": None, "away": None}
    presses = [Pressed(key, "recharges/", {}, 0, answer) for key, answer in written.items()]
    counter = Counter()
    again = ask_again(presses, [counter])
    assert counter.pressed == ["known"]
    assert [press.answer for press in again] == [{}, {"our_ref": "known"}, None]


def test_goals_are_met_at_the_figures_named_and_missed_beside_them():
    assert [is_met for _goal, is_met in _goals(steady())] == [True, True, True, True]
    few = steady(read=FAST * 200, money=FAST * 119)
    assert [is_met for _goal, is_met in _goals(few)] == [False, False, True, True]
    slow = steady(read=sorted(SLOW * 450), money=sorted(SLOW * 120))
    assert [is_met for _goal, is_met in _goals(slow)] == [True, True, False, False]


def test_a_line_tells_rate_times_and_who_was_turned_away():
    assert " ".join(_line(steady(), "read", sorted(FAST * 450)).split()) == "steady read 150 150.0 100 200 200 3"
    assert " ".join(_line(steady(), "write", []).split()) == "steady write 0.0 nan nan nan 3"
