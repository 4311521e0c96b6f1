"""Refusals are said once, on the service: its code raises no other, and what calls it promises them all."""

import ast
import inspect
import textwrap

from django.urls import get_resolver

from core.api import VerbView
from tests.architecture.refusals import meant, named, raised_by, services, source_of
from tests.architecture.test_doors import doors, view_of


def views() -> set[type[VerbView]]:
    assert get_resolver()
    found = {view_of(callback) for _path, _space, callback in doors()}
    return {view for view in found if inspect.isclass(view) and issubclass(view, VerbView)}


def functions_of(view: type[VerbView]) -> list:
    return [getattr(view, name) for name, value in vars(view).items() if isinstance(value, staticmethod)]


def called_by(view: type[VerbView]) -> list:
    """The services that a view calls in its own `act`, or names for the one that it inherits."""
    if "act" not in vars(view):
        return [each for each in functions_of(view) if hasattr(each, "refusals")]
    plain = inspect.unwrap(view.act)
    nodes = ast.walk(ast.parse(textwrap.dedent(inspect.getsource(plain))))
    found = (meant(node.func, plain) for node in nodes if isinstance(node, ast.Call))
    return [each for each in found if hasattr(each, "refusals")]


def test_a_service_declares_every_refusal_that_its_code_raises():
    missing = {
        named(service): sorted(refusal.code for refusal in raised_by(service) - set(getattr(service, "refusals", ())))
        for service in services()
    }
    assert {name: codes for name, codes in missing.items() if codes} == {}


def test_a_refusal_that_uses_up_a_try_is_not_rolled_back():
    """A wrong code that costs no try can be guessed: such a service is `atomic_but_tries`."""
    rolled_back = [
        named(service)
        for service in services()
        if any(refusal.keeps_changes for refusal in raised_by(service))
        and "transaction.atomic" in map(ast.unparse, source_of(inspect.unwrap(service)).decorator_list)
    ]
    assert rolled_back == []


def test_an_endpoint_promises_every_refusal_of_the_service_that_it_calls():
    missing = {
        f"{view.__module__}.{view.__name__}": sorted(
            {refusal.code for service in called_by(view) for refusal in service.refusals}
            - {refusal.code for refusal in view.refusals}
        )
        for view in views()
    }
    assert {name: codes for name, codes in missing.items() if codes} == {}
