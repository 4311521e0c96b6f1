"""Calls the subscribers to a provider's answers: dotted paths of the hooks `ANSWERS` and following of `core.hooks`."""

from collections.abc import Iterable

from django.utils.module_loading import import_string


def tell(path: str | None, **what: object) -> None:
    """Call one registered function, if there is one."""
    if path:
        import_string(path)(**what)


def tell_all(paths: Iterable[str], **what: object) -> None:
    """Call all these functions."""
    for path in paths:
        tell(path, **what)
