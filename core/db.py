"""Locks in the database."""

from typing import TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


def lock(instance: Row) -> Row:
    """The same row, read again and held until the transaction ends.

    FOR NO KEY UPDATE: plain FOR UPDATE deadlocks with foreign keys, which take KEY SHARE first (docs/adr/0005).
    """
    manager = type(instance)._base_manager
    return manager.select_for_update(of=("self",), no_key=True).get(pk=instance.pk)


def lock_all(rows: models.QuerySet[Row]) -> list[Row]:
    """These rows, held in the order of their ids, so that two callers never wait for each other."""
    return list(rows.order_by("pk").select_for_update(of=("self",), no_key=True))
