"""Every page of the console: accessible, narrow enough, light enough, and without a complaint of the browser.

The usual run looks at each page once, where faults show first: on the narrowest screen, in the longer language. All
variants in the whole matrix are slow, and run with `./dev browser --all`.
"""

import gzip

import pytest
from django.contrib.auth import get_user_model

from tests.browser.conftest import scrolls_sideways
from tests.browser.every_page import PAGES, House
from tests.core.weight import KB, REPEAT_HTML, TOTAL, shell

LANGUAGES = ("zh-hans", "en")
SIZES = {320: (320, 640), 768: (768, 1024), 1280: (1280, 800)}
FIRST_LOOK = ("en", 320)
VARIANTS = 1
LOOKS = [(language, width) for language in LANGUAGES for width in SIZES]


def look_at(console, axe, name, language, width, *, most=None):
    """Open the variants of a page and hold each against the rules."""
    console.forgive("status of 404", "status of 422")
    users = get_user_model().objects
    users.update(language=language)
    for variant in PAGES[name](House())[:most]:
        reader = users.get(username=variant.user) if variant.user else None
        page = console.open(variant.path, size=SIZES[width], language=language, user=reader)
        assert console.answer.status == variant.status, variant
        assert page.evaluate("document.documentElement.lang").casefold() == (
            "zh-hans" if language[:2] == "zh" else "en"
        )
        assert not scrolls_sideways(page), f"{variant} is wider than {width} px"
        assert page.locator("h1").count() == 1, variant
        axe(page)
        html = len(gzip.compress(console.answer.body()))
        assert html <= REPEAT_HTML, f"{variant}: {html} bytes"
        assert html + sum(shell().values()) <= TOTAL, f"{variant}: a first visit of more than {TOTAL / KB} kB"
        page.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_accessible_narrow_and_light(reading, axe, name):
    look_at(reading, axe, name, *FIRST_LOOK, most=VARIANTS)


@pytest.mark.slow
@pytest.mark.parametrize(("language", "width"), LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_each_page_in_every_language_and_width(reading, axe, name, language, width):
    look_at(reading, axe, name, language, width)
