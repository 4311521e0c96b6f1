"""Every page of the console: accessible, narrow enough, light enough, and without a complaint of the browser.

The usual run looks at each page once, where faults show first: on the narrowest screen, in the longer language. There
axe, which costs as much as all the rest, holds one page of each part; `./dev browser` has it hold every page. All
variants in the whole matrix are slow, and run with `./dev browser --all`.
"""

import os

import pytest
from django.contrib.auth import get_user_model

from tests.browser.conftest import scrolls_sideways
from tests.browser.every_page import PAGES, House
from tests.core.weight import KB, REPEAT_HTML, TOTAL, shell

LANGUAGES = ("zh-hans", "en")
SIZES = {320: (320, 640), 768: (768, 1024), 1280: (1280, 800)}
FIRST_LOOK = ("en", 320)
VARIANTS = 1
HELD_BY_AXE = None if os.environ.get("ECOMNET_AXE_EVERYWHERE") else 1
LOOKS = [(language, width) for language in LANGUAGES for width in SIZES]


SLICES = sorted({name.partition(":")[0] for name in PAGES})


def look_at(console, axe, names, language, width, *, most=None, held_by_axe=None):
    """Open the variants of these pages, one after the other for each reader, and hold each against the rules."""
    console.forgive("status of 404", "status of 422")
    users = get_user_model().objects
    users.update(language=language)
    opened = {}
    variants = [each for name in names for each in PAGES[name](House())[:most]]
    for number, variant in enumerate(variants):
        if variant.user in opened:
            page = opened[variant.user]
            console.answer = page.goto(console.address + variant.path)
        else:
            reader = users.get(username=variant.user) if variant.user else None
            page = console.open(variant.path, size=SIZES[width], language=language, user=reader)
            opened[variant.user] = page
        try:
            hold(console, page, variant, language, width)
            if held_by_axe is None or number < held_by_axe:
                axe(page)
        except AssertionError as error:
            error.add_note(f"looking at {variant}")
            raise


def hold(console, page, variant, language, width):
    """The rules of every page."""
    assert console.answer.status == variant.status
    assert page.evaluate("document.documentElement.lang").casefold() == ("zh-hans" if language[:2] == "zh" else "en")
    assert not scrolls_sideways(page), f"wider than {width} px"
    assert page.locator("h1").count() == 1
    html = console.answer.request.sizes()["responseBodySize"]
    assert html <= REPEAT_HTML, f"{html} bytes"
    assert html + sum(shell().values()) <= TOTAL, f"a first visit of more than {TOTAL / KB} kB"


@pytest.mark.parametrize("part", SLICES)
def test_each_page_is_accessible_narrow_and_light(reading, axe, part):
    names = [name for name in PAGES if name.partition(":")[0] == part]
    look_at(reading, axe, names, *FIRST_LOOK, most=VARIANTS, held_by_axe=HELD_BY_AXE)


@pytest.mark.slow
@pytest.mark.parametrize(("language", "width"), LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_each_page_in_every_language_and_width(reading, axe, name, language, width):
    look_at(reading, axe, [name], language, width)
