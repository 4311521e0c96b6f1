"""The administration's first page, as administrators, auditors and officers meet it."""

import pytest
from django.contrib.auth import get_user_model

from tests.browser.conftest import DESK, PHONE, scrolls_sideways

#: Whose page shows the most tables: axe, which is slow on a long page, holds this one alone.
SEES_MOST = "auditor"


@pytest.mark.parametrize("reader", ["admin", SEES_MOST, "finance"])
def test_the_first_page_of_the_administration_is_accessible_on_a_phone_and_on_a_desk(reading, axe, reader):
    user = get_user_model().objects.get(username=reader)
    for size in (PHONE, DESK):
        page = reading.open("/admin/", size=size, language="en", user=user)
        assert reading.answer.status == 200
        assert user.shown_name in page.inner_text("#user-tools")
        assert not scrolls_sideways(page)
        if reader == SEES_MOST:
            axe(page)
