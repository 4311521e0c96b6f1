"""Other answers at a hook for the length of a test."""

from collections.abc import Mapping
from typing import Any

import pytest

from core.hooks import Hook, KeyedHook


def replace(monkeypatch: pytest.MonkeyPatch, hook: Hook[Any], *items: Any) -> None:
    """These answers in the place of what the wiring page registers."""
    monkeypatch.setattr(hook, "_items", list(items))


def replace_keyed(monkeypatch: pytest.MonkeyPatch, hook: KeyedHook[Any], items: Mapping[str, Any]) -> None:
    """These answers by key in the place of what the wiring page registers."""
    monkeypatch.setattr(hook, "_items", dict(items))


def add_keyed(monkeypatch: pytest.MonkeyPatch, hook: KeyedHook[Any], key: str, item: Any) -> None:
    """One more answer beside those of the wiring page."""
    monkeypatch.setattr(hook, "_items", {**hook, key: item})
