"""A day is a day of a place: no instant is cut down to its date in UTC, nor shown as it is stored."""

import ast

from tests.architecture import source

#: Calls after which an instant stands in a named zone.
IN_A_ZONE = {"astimezone", "localtime", "fromtimestamp", "strptime", "now"}
#: What says an instant or a day in words; an instant is local before it comes here.
SAYS = {"near", "moment", "clock", "day", "full_day"}
OF_DAYS = "core/days.py"


def is_local(node):
    """Whether an expression names its zone, or is called local by who made it."""
    if isinstance(node, ast.Name):
        return node.id.startswith(("local", "wall"))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return (node.func.attr in IN_A_ZONE and bool(node.args)) or is_local(node.func.value)
    return isinstance(node, ast.BinOp) and is_local(node.left)


def cut_to_a_date(path):
    """Lines that take the date of an instant whose zone nobody named."""
    return [
        node.lineno
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "date"
        and not (node.args or node.keywords)
        and not is_local(node.func.value)
    ]


def said_as_stored(path):
    """Lines that write an instant of a row as it is stored, in UTC."""
    return [
        node.lineno
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in SAYS
        and ast.unparse(node.func.value) == "formatting"
        and any(ast.unparse(each).endswith(("_at", ".at", "now()")) for each in node.args)
    ]


def found(look):
    lines = {source.named(path): look(path) for path in source.files()}
    return {name: numbers for name, numbers in lines.items() if numbers and name != OF_DAYS}


def test_no_instant_is_cut_down_to_its_date_in_utc():
    assert found(cut_to_a_date) == {}


def test_no_instant_is_written_as_it_is_stored():
    assert found(said_as_stored) == {}
