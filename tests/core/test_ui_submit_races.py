"""Submit at once from several places, and while the first press still runs: one write per key."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core.models import Event
from tests.core.test_ui_submit import leave_a_trace, press

pytestmark = pytest.mark.usefixtures("own_database")


def test_pressing_from_many_places_at_once_has_one_effect():
    together = Barrier(4)

    def again(_):
        together.wait()
        try:
            return press().status
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(again, range(4)))
    assert set(answers) <= {303, 409}
    assert Event.objects.count() == 1


def test_a_running_key_keeps_the_page_and_asks_again_by_itself():
    def meanwhile(data):
        with ThreadPoolExecutor(1) as pool:
            second.append(pool.submit(lambda: (press(), connection.close())[0]).result())
        return leave_a_trace(data)

    second = []
    assert press(run=meanwhile).done
    outcome = second[0]
    assert (outcome.status, outcome.code, outcome.form.retry_after) == (409, "idempotency_key_running", 1)
    assert outcome.form["key"].value() == "0123456789abcdef"
    assert Event.objects.count() == 1
