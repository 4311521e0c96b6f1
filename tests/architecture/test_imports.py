"""Every module can be imported, also those that only a command or a worker reads."""

import importlib
import pkgutil

import pytest

from tests.architecture import source

#: Settings of other environments refuse to be read without their variables; entry points start a process.
APART = ("ecomnet.settings.", "ecomnet.web_worker", "ecomnet.worker")


def modules(package):
    yield package.__name__
    for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield each.name


@pytest.mark.parametrize("app", source.APPS)
def test_every_module_can_be_imported(app):
    names = [name for name in modules(importlib.import_module(app)) if not name.startswith(APART)]
    for name in names:
        importlib.import_module(name)
    assert names
