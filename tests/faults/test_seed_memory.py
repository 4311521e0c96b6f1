"""What people were told of their floats adds up to what the floats hold."""

from ecomnet.simulation.client import Answer
from ecomnet.simulation.diary import Press
from tests.faults.seeds.memory import Memory, expected_floats


def test_a_float_is_what_it_began_with_less_sales_and_with_every_movement_once():
    memory = Memory()
    for key, counter, funding in (("k1", 0, "float"), ("k2", 0, "owed"), ("k3", 1, "till")):
        memory.keep(Press(key=key, counter=counter, our_ref=key, total="20.00", currency="CNY", funding=funding))
    lent = {"from_station": "A", "to_station": "C", "amount": "30.00"}
    for operation, key, body, answer in (
        ("accept float", "k4", {}, lent),
        ("accept float", "k4", {}, lent),
        ("decline float", "k5", {}, lent),
        ("credit a top-up", "k6", {}, {"station": "A", "amount": "100.00"}),
        ("take cash for a float", "k7", {}, {"station": "C", "amount": "7.00"}),
        ("hand back", "k8", {"notes": "own", "station": "A"}, {"amount": "5.00"}),
        ("hand back", "k9", {"notes": "drawer", "station": "B"}, {"amount": "5.00"}),
    ):
        memory.remember(operation, key, body, Answer(200, answer))
    memory.remember("accept float", "k10", {}, Answer(409, {"code": "wrong_state", **lent}))
    began_with = {"A": 500_00, "C": 0}
    assert expected_floats(memory, ["A", "B"], began_with=began_with) == {"A": 555_00, "C": 37_00}
