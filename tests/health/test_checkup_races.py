"""Two tablets at one resident, and two nurses who fill one list: nothing is lost, and nobody comes twice."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from health.checkups.models import CheckupOrder, CheckupReport, CheckupResult
from health.checkups.services import finish_order, release_report, roster_eligible
from tests.factories.checkups import checkup_place, counting
from tests.races import wait_until_somebody_waits

pytestmark = pytest.mark.usefixtures("own_database")


def meanwhile(first, second):
    """The second waits for the transaction of the first."""

    def other():
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            running = pool.submit(other)
            wait_until_somebody_waits()
        return running.result()


def test_two_tablets_that_send_one_item_at_once_leave_one_result_and_the_list_is_filled_once():
    there = checkup_place()
    there.elder()

    def fill():
        return roster_eligible(day=there.day, by=there.nurse, at=there.before)

    assert meanwhile(fill, fill).listed == 0
    order = there.order_of(CheckupOrder.objects.get().resident)
    readings = [there.reading(order, "glucose", value) for value in (17, 18)]
    meanwhile(lambda: there.send(readings[0]), lambda: there.send(readings[1]))
    assert CheckupResult.objects.filter(order=order, is_current=True).count() == 1
    assert counting(order, "glucose").op_id == max(each.op_id for each in readings)
    assert order.tasks.filter(status="requested").count() == 1
    there.fill(order)

    def finish():
        return finish_order(order=order, by=there.nurse, at=there.noon)

    assert meanwhile(finish, finish).status == "completed"


def test_a_correction_that_arrives_while_a_doctor_releases_amends_the_report():
    there = checkup_place()
    order = there.completed(glucose=6)
    corrected = there.reading(order, "glucose", 9, reason="化验室更正", made_at=there.noon + dt.timedelta(minutes=1))
    meanwhile(
        lambda: release_report(report=order.report, by=there.doctor, at=there.noon),
        lambda: there.send(corrected, at=corrected.made_at),
    )
    report = CheckupReport.objects.get(order=order)
    assert (report.status, report.released_at) == ("amended", None)
