"""Addresses of the API by their first segment: one comparison for each noun instead of one for each address."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern


def by_first_segment(patterns: Iterable[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """The same addresses, those of one noun together; one that begins with a value stays as it is, after them."""
    nouns: dict[str, list[URLPattern]] = defaultdict(list)
    others: list[URLPattern | URLResolver] = []
    for pattern in _flat(patterns):
        noun, slash, rest = str(pattern.pattern).partition("/")
        if slash and "<" not in noun:
            nouns[noun].append(_below(pattern, rest))
        else:
            others.append(pattern)
    return [*(path(f"{noun}/", include(below)) for noun, below in nouns.items()), *others]


def _flat(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        elif not str(pattern.pattern):
            yield from _flat(pattern.url_patterns)
        else:
            raise ValueError(f"{pattern.pattern} is included below a path: name whole paths")


def _below(pattern: URLPattern, rest: str) -> URLPattern:
    route = RoutePattern(rest, name=pattern.name, is_endpoint=True)
    return URLPattern(route, pattern.callback, pattern.default_args, pattern.name)
