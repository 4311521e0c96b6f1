"""Waiting for a worker's answer for a moment, so that most people never see a waiting page and programs ask once."""

import time
from collections.abc import Iterator

from django.conf import settings

from core.web.load_shedding import SHEDDER, is_crowded

PAUSES = (0.1, 0.2, 0.3, 0.4, 0.5)  # seconds; 1.5 in all


def moments() -> Iterator[None]:
    """After each of these one may look again; none for a request that has queued itself, nor while requests queue.

    So whoever comes behind a request that waits here waits once, and is not turned away for it.

    No transaction is open meanwhile. The connection is kept: opening another costs the database more than what follows.
    """
    for pause in PAUSES if settings.ECOMNET_WAIT_FOR_ANSWERS else ():
        if is_crowded():
            return
        time.sleep(pause)
        SHEDDER.rest(pause)
        yield
