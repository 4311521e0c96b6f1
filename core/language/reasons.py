"""What people write so that others understand what they did: never blank."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from core.language.text import is_blank
from core.resident_ids import NumberInText, refuse_number

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class ReasonMissing(Refused):
    """No reason, or one that nobody can see."""

    code = "reason_missing"
    status = 400
    message = _("Give the reason: the next person must understand it.")


def needs_words(*names: str) -> Callable[[Callable[Arguments, Answer]], Callable[Arguments, Answer]]:
    """A decorator of services: what is given under these names is written by people and never blank.

    The service gets the text without blanks around it. Raises `ReasonMissing` and `NumberInText`, naming the field.
    """

    def decorate(service: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
        @wraps(service)
        def with_words(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
            words: dict[str, Any] = {name: written(kwargs[name], field=name) for name in names}
            return service(*args, **{**kwargs, **words})

        with_words.needs_words = names  # type: ignore[attr-defined]
        return refuses(ReasonMissing)(with_words)

    return decorate


def no_identity_numbers(*names: str) -> Callable[[Callable[Arguments, Answer]], Callable[Arguments, Answer]]:
    """A decorator of services: what people write under these names may be blank, but holds no identity number.

    Raises `NumberInText`, naming the field.
    """

    def decorate(service: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
        @wraps(service)
        def without_numbers(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
            for name in names:
                refuse_number(str(kwargs.get(name, "")), field=name)
            return service(*args, **kwargs)

        return refuses(NumberInText)(without_numbers)

    return decorate


def written(text: Any, *, field: str = "reason") -> str:
    """The text without blanks around it. Raises `ReasonMissing` when nothing of it can be seen, and `NumberInText`."""
    words = str(text).strip()
    if is_blank(words):
        raise ReasonMissing(field=field)
    refuse_number(words, field=field)
    return words
