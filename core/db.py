"""Locks and transactions in the database."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import models, transaction

from core.errors import Refused

Params = ParamSpec("Params")
Answer = TypeVar("Answer")

Row = TypeVar("Row", bound=models.Model)


def lock(instance: Row) -> Row:
    """The same row, read again and held until the transaction ends.

    FOR NO KEY UPDATE: plain FOR UPDATE deadlocks with foreign keys, which take KEY SHARE first (docs/adr/0005).
    """
    manager = instance._meta.concrete_model._base_manager  # not `type`: the user of a request is a lazy wrapper
    return manager.select_for_update(of=("self",), no_key=True).get(pk=instance.pk)


def lock_all(rows: models.QuerySet[Row]) -> list[Row]:
    """These rows, held in the order of their ids, so that two callers never wait for each other."""
    return list(rows.order_by("pk").select_for_update(of=("self",), no_key=True))


def atomic_but_tries(service: Callable[Params, Answer]) -> Callable[Params, Answer]:
    """Like `transaction.atomic`, but a refusal that keeps its changes (a wrong code used up a try) commits them."""

    @wraps(service)
    def run(*args: Params.args, **kwargs: Params.kwargs) -> Answer:
        with transaction.atomic():
            try:
                return service(*args, **kwargs)
            except Refused as refusal:
                if not refusal.keeps_changes:
                    raise
                kept = refusal
        raise kept

    return run
