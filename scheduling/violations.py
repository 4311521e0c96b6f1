"""Constraints explain themselves: the refusal for each constraint that two people at once may meet."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from core.errors import Refused


@contextmanager
def refused_as(refusals: Mapping[str, type[Refused]]) -> Iterator[None]:
    """Inside a savepoint: a violated constraint of these names is the refusal, any other stays an error."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        refusal = refusals.get(constraint_of(error))
        if refusal is None:
            raise
        raise refusal from error


def constraint_of(error: IntegrityError) -> str:
    """The name of the constraint that was violated; empty where the error names none."""
    diag = getattr(error.__cause__, "diag", None)
    return getattr(diag, "constraint_name", None) or ""
