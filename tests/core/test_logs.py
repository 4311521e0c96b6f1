"""Logs: useful to the one who keeps the system, silent about people."""

import io
import json
import logging

import pytest
import structlog
from django.conf import settings
from django.db import IntegrityError

from core.observability import logs

CANARIES = (
    "张桂兰",
    "13812344821",
    "+86 138 1234 4821",
    "11010519491231002X",
    "zhang@example.org",
    "s3cr3t-token-0123456789",
)


@pytest.fixture
def written():
    """What reaches the log, as the running system would write it."""
    stream = io.StringIO()
    formatter = dict(settings.LOGGING["formatters"]["json"])
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter.pop("()")(**formatter))
    log = logging.getLogger("tests.canaries")
    log.addHandler(handler)
    log.propagate = False
    yield stream
    log.removeHandler(handler)


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("canary", CANARIES)
def test_no_canary_passes_in_any_shape(written, canary):
    log, plain = structlog.get_logger("tests.canaries"), logging.getLogger("tests.canaries")
    log.warning("bill_read_back", phone=canary, detail={"customer_name": canary, "inner": [f"for {canary}."]})
    log.warning(f"read /people/?q={canary} and /receipt/{canary}/")
    plain.warning("Not Found: %s", f"/people/?q={canary}")
    plain.warning("%s", canary, extra={"given": canary})
    for error in (ValueError(f"bad value: '{canary}'"), IntegrityError(f"twice\nDETAIL:  Key (phone)=({canary})")):
        try:
            raise error
        except (ValueError, IntegrityError):
            log.exception("job_failed")
            plain.exception("job failed")
    assert len(lines(written)) == 8
    assert canary not in written.getvalue()


def test_ids_codes_and_places_stay(written):
    log = structlog.get_logger("tests.canaries")
    ids = {"bill_id": "0192f3a4-1111-7222-8333-123456789012", "code": "not_enough", "tries": 3}
    try:
        raise KeyError("x")
    except KeyError:
        log.exception("job_failed", **ids, kind="payments.submit_payment")
    (line,) = lines(written)
    assert ids.items() <= line.items()
    assert line["kind"] == "payments.submit_payment"
    assert line["level"] == "error"
    assert "test_logs.py" in line["exception"]
    assert "KeyError" in line["exception"]
    assert line["timestamp"].endswith("Z")


def test_an_object_is_written_as_its_type_only():
    class Person:
        def __str__(self):
            return "Zhang Guilan"

    assert logs.redact(None, "info", {"who": Person()}) == {"who": "<Person>"}


def test_a_long_number_is_cut_and_a_short_one_stays():
    assert logs.redact(None, "info", {"a": 13812344821, "b": 999_999_999}) == {"a": logs.CUT, "b": 999_999_999}
