"""What a function may refuse, read from its source: what it raises, and what functions of its slice raise for it."""

import ast
import contextlib
import inspect
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

from core.errors import Refused, WrongState
from core.language.reasons import ReasonMissing
from core.state_machines import Machine
from tests.architecture import source

Refusals = frozenset[type[Refused]]


def services() -> Iterator[Callable[..., Any]]:
    """Every function of a `services` module that people call a verb: it is public, and told the time."""
    for path in source.files():
        if source.kind(path) == "services":
            module = import_module(source.named(path).removesuffix(".py").removesuffix("/__init__").replace("/", "."))
            for node in source.functions(path):
                if not node.name.startswith("_") and node.name in vars(module):
                    yield getattr(module, node.name)


def named(function: Callable[..., Any]) -> str:
    """As people speak of it."""
    return f"{function.__module__}.{function.__name__}"


def slice_of(function: Callable[..., Any]) -> str:
    """`finance.tills` for everything in that folder."""
    return ".".join(function.__module__.split(".")[:2])


@cache
def raised_by(function: Callable[..., Any]) -> Refusals:
    """The refusals of a function and of those that it calls: its slice's by their source, others' by what they say."""
    return _raised(function, ())


def _raised(function: Callable[..., Any], above: tuple[Any, ...]) -> Refusals:
    plain = inspect.unwrap(function)
    node = source_of(plain)
    if node is None or plain in above:
        return frozenset()
    before = (ReasonMissing,) if hasattr(function, "needs_words") else ()
    return frozenset((*before, *_of_body(node.body, plain, (*above, plain))))


@cache
def source_of(plain: Callable[..., Any]) -> ast.FunctionDef | None:
    path = source.ROOT / (plain.__module__.replace(".", "/") + ".py")
    package = source.ROOT / plain.__module__.replace(".", "/") / "__init__.py"
    for found in (path, package):
        if found.exists():
            return next((node for node in source.functions(found) if node.name == plain.__name__), None)
    return None


def _of_body(body: list[ast.stmt], plain: Any, above: tuple[Any, ...]) -> Iterator[type[Refused]]:
    for node in body:
        yield from _of(node, plain, above)


def _of(node: ast.AST, plain: Any, above: tuple[Any, ...]) -> Iterator[type[Refused]]:
    if isinstance(node, ast.Try):
        caught = tuple(_caught(node, plain))
        yield from (each for each in _of_body(node.body, plain, above) if not issubclass(each, caught))
        for part in (*node.handlers, *node.orelse, *node.finalbody):
            yield from _of(part, plain, above)
        return
    if isinstance(node, ast.With) and (quiet := tuple(_suppressed(node, plain))):
        yield from (each for each in _of_body(node.body, plain, above) if not issubclass(each, quiet))
        return
    if isinstance(node, ast.Raise) and node.exc is not None:
        yield from _classes(node.exc, plain)
    if isinstance(node, ast.Call):
        yield from _of_call(node, plain, above)
    for child in ast.iter_child_nodes(node):
        yield from _of(child, plain, above)


def _of_call(node: ast.Call, plain: Any, above: tuple[Any, ...]) -> Iterator[type[Refused]]:
    if isinstance(node.func, ast.Attribute) and node.func.attr == "check":
        machine = meant(node.func.value, plain)
        if isinstance(machine, Machine):
            verb = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
            yield machine.refusals.get(verb, WrongState)
            return
    called = meant(node.func, plain)
    if not inspect.isfunction(called):
        return
    if slice_of(inspect.unwrap(called)) == slice_of(plain):
        yield from _raised(called, above)
    else:
        yield from getattr(called, "refusals", ())


def _caught(node: ast.Try, plain: Any) -> Iterator[type[BaseException]]:
    for handler in node.handlers:
        names = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        for name in names:
            kind = meant(name, plain) if name is not None else None
            if isinstance(kind, type):
                yield kind


def _suppressed(node: ast.With, plain: Any) -> Iterator[type[BaseException]]:
    for item in node.items:
        call = item.context_expr
        if isinstance(call, ast.Call) and meant(call.func, plain) is contextlib.suppress:
            yield from (kind for name in call.args if isinstance(kind := meant(name, plain), type))


def _classes(node: ast.expr, plain: Any) -> Iterator[type[Refused]]:
    if isinstance(node, ast.IfExp):
        yield from (each for branch in (node.body, node.orelse) for each in _classes(branch, plain))
    if isinstance(node, ast.Call):
        yield from _classes(node.func, plain)
    kind = meant(node, plain)
    if isinstance(kind, type) and issubclass(kind, Refused):
        yield kind


def meant(node: ast.AST, plain: Any) -> Any:
    """What a name stands for in the function's module; None for what is only known while it runs."""
    if isinstance(node, ast.Name):
        return vars(sys.modules[plain.__module__]).get(node.id)
    if isinstance(node, ast.Attribute):
        holder = meant(node.value, plain)
        return getattr(holder, node.attr, None) if holder is not None else None
    return None
