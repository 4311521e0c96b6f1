"""The components page: the first page of the accessibility list, in both languages and at three widths."""

import pytest

from tests.browser.conftest import DESK, PHONE, TABLET, scrolls_sideways

SIZES = {"320": (320, 640), "360": PHONE, "768": TABLET, "1280": DESK}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_every_component_is_accessible_and_fits(console, axe, shot, language, size):
    page = console.open("/components/", size=SIZES[size], language=language)
    shot(page, f"components-{language[:2]}-{size}")
    axe(page)
    assert not scrolls_sideways(page)
