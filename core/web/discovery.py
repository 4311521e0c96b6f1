"""Imports the modules of one name from every slice."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from django.apps import apps
from django.conf import settings


def discover(name: str) -> Iterator[ModuleType]:
    """Import `<app>.<name>` and `<app>.<slice>.<name>` wherever an app of this project has them: `tasks`, `notices`."""
    root = Path(settings.BASE_DIR)
    for config in apps.get_app_configs():
        if Path(config.path).parent != root:
            continue
        own = find_spec(f"{config.name}.{name}")
        if own and own.submodule_search_locations is None:
            yield import_module(own.name)
        for found in iter_modules([config.path]):
            module = f"{config.name}.{found.name}.{name}"
            if found.ispkg and find_spec(module):
                yield import_module(module)
