"""People written into the register, and codes sent to their phones."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from core.models import Notice
from core.notices.services import _secrets
from stations.people.queries import text_of_the_day

TODAY = dt.date(2026, 11, 25)


def text(purpose="sms_notice", language="zh-hans"):
    return text_of_the_day(purpose=purpose, language=language, day=TODAY)


def code_sent(person, purpose="confirm_phone"):
    """The six digits as the phone shows them."""
    return _secrets(Notice.objects.filter(template=f"person_{purpose}_code").latest("pk"))["code"]


def at_once(count, work):
    together = Barrier(count)

    def run(number):
        together.wait()
        try:
            return work(number)
        except Exception as error:  # the test looks at what was raised
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
