"""What each kind of file is for, and what may not stand in it."""

import ast
import re
import tomllib

import pytest

from tests.architecture import source

NO_NOUN = {"utils", "util", "helpers", "helper", "managers", "mixins", "signals", "misc", "common"}

#: Where a failure of any kind must become a row that says so.
LAST_NETS = {"core/jobs/runner.py"}
LONGEST_FILE, LONGEST_FUNCTION = 450, 60


def found(kinds, wanted):
    """The places in files of these kinds where `wanted(path)` finds a line."""
    return [
        f"{source.named(path)}:{line} {what}"
        for path in source.files()
        if source.kind(path) in kinds
        for line, what in wanted(path)
    ]


def called(*names):
    return lambda path: [(line, name) for line, name in source.calls(path) if name in names]


def test_every_file_is_named_by_a_noun_of_its_own():
    assert [source.named(path) for path in source.files() if path.stem in NO_NOUN or path.parent.name in NO_NOUN] == []


def test_services_are_told_the_time():
    assert found({"services", "queries"}, called("now", "timezone.now", "datetime.now", "dt.datetime.now")) == []


def test_services_know_no_http():
    web = ("django.http", "django.shortcuts", "django.template", "rest_framework", "django.contrib.messages")

    def imported(path):
        return [(line, name) for line, name in source.imports(path) if name.startswith(web)]

    assert found({"services"}, imported) == []


def test_edges_open_no_transaction():
    assert found({"views", "api", "tasks", "handlers", "admin"}, called("transaction.atomic", "atomic")) == []


def test_edges_start_no_query_without_asking_who_reads():
    def unscoped(path):
        lines = path.read_text(encoding="utf-8").splitlines()
        return [
            (line, name)
            for line, name in source.calls(path)
            if name.endswith(".objects.all") and "load(" not in lines[line - 1]
        ]

    assert found({"views", "api"}, unscoped) == []


def test_nothing_catches_everything_but_the_last_net():
    def wide(path):
        return [
            (node.lineno, "except")
            for node in ast.walk(source.tree(path))
            if isinstance(node, ast.ExceptHandler)
            and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
            and source.named(path) not in LAST_NETS
        ]

    assert found({source.kind(path) for path in source.files()}, wide) == []


def test_no_model_hides_a_rule_in_save_or_clean():
    def overridden(path):
        return [
            (node.lineno, node.name)
            for node in ast.walk(source.tree(path))
            if isinstance(node, ast.FunctionDef) and node.name in {"save", "clean", "delete"}
        ]

    assert found({"models"}, overridden) == []


def test_no_form_writes_a_model_by_itself():
    assert found({"forms"}, lambda p: [(n, i) for n, i in source.imports(p) if i.endswith("ModelForm")]) == []


def test_services_that_change_something_are_called_by_keyword():
    positional = [
        f"{source.named(path)}:{function.lineno} {function.name}"
        for path in source.files()
        if source.kind(path) == "services"
        for function in source.functions(path)
        if "transaction.atomic" in map(ast.unparse, function.decorator_list)
        and (function.args.args or function.args.posonlyargs)
    ]
    assert positional == []


def test_every_public_module_class_and_function_says_what_it_is():
    silent = []
    for path in source.files():
        if path.stem == "__init__" and not path.read_text().strip():
            continue
        kinds = {"services", "queries", "models"}
        inner = source.tree(path).body if source.kind(path) in kinds else []
        nodes = [source.tree(path), *(n for n in inner if isinstance(n, ast.FunctionDef | ast.ClassDef))]
        for node in nodes:
            name = getattr(node, "name", "")
            if not name.startswith("_") and not name.endswith("QuerySet") and ast.get_docstring(node) is None:
                silent.append(f"{source.named(path)} {name}")
    assert silent == []


def test_migrations_are_named():
    files = [path for app in source.APPS for path in (source.ROOT / app / "migrations").glob("0*.py")]
    assert [
        source.named(path) for path in files if "_auto_" in path.stem or not re.match(r"\d{4}_[a-z]", path.stem)
    ] == []


def test_no_file_has_more_than_450_lines_and_no_function_more_than_60():
    paths = [*source.files(), *sorted((source.ROOT / "devtools").rglob("*.py"))]
    files = [source.named(path) for path in paths if len(path.read_text().splitlines()) > LONGEST_FILE]
    functions = [
        f"{source.named(path)} {node.name}"
        for path in paths
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert (files, functions) == ([], [])


@pytest.mark.parametrize("app", [app for app in source.APPS if app != "ecomnet"])
def test_every_slice_is_held_by_the_import_contracts(app):
    config = tomllib.loads((source.ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    held = {container for contract in config["contracts"] for container in contract.get("containers", [])}
    folders = [path.parent for path in (source.ROOT / app).glob("*/models.py")]
    assert {f"{app}.{folder.name}" for folder in folders} - held == set()
