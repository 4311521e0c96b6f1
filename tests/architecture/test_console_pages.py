"""Every address of the console stands in the list that the browser walks, or says that it is no page."""

from django.urls import URLPattern, get_resolver

from tests.browser.every_page import NOT_PAGES, PAGES

#: The administration is stock Django behind its own tests; the API has no pages.
ELSEWHERE = ("admin/", "api/")


def names(patterns=None, path="", space=""):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = path + str(pattern.pattern)
        if here.startswith(ELSEWHERE):
            continue
        if isinstance(pattern, URLPattern):
            if hasattr(pattern.callback, "is_page_action"):
                continue  # a form on the page of its object: it is only sent to
            yield ":".join(filter(None, [space, pattern.name]))
        else:
            yield from names(pattern.url_patterns, here, pattern.namespace or space)


def test_the_browser_walks_every_page_of_the_console():
    assert set(names()) - set(PAGES) - NOT_PAGES == set()


def test_the_list_names_no_page_that_is_gone():
    assert (set(PAGES) | NOT_PAGES) - set(names()) == set()
