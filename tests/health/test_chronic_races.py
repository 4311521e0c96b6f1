"""Two at one resident: one visit, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from health.chronic.models import FollowUpVisit, Referral
from tests.factories.chronic import practice
from tests.races import wait_until_somebody_waits

pytestmark = pytest.mark.usefixtures("own_database")


def test_two_nurses_who_record_one_resident_make_one_visit_with_both_values():
    there = practice()
    enrolment = there.under_care()

    def second():
        try:
            there.visit(enrolment, (152, 97), signs=["chest"])
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            there.visit(enrolment, (150, 95))
            running = pool.submit(second)
            wait_until_somebody_waits()
        running.result()
    visit = FollowUpVisit.objects.get()
    held = visit.judgements.get(replaced_at=None)
    assert (visit.observations.count(), visit.signs, held.result) == (2, ["chest"], "emergency")
    assert Referral.objects.count() == 1
