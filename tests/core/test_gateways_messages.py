"""An SMS from the notice to the phone: words and number are on the wire only."""

import datetime as dt

import pytest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.gateways.models import Instruction
from core.models import Job, Notice
from core.notices import templates
from core.notices.services import notify
from core.notices.templates import Template
from tests.factories.gateways import ProviderFactory
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db

PHONE, CODE = "+8613805169911", "271828"


@pytest.fixture
def notice(sandbox, monkeypatch):
    code = Template(_("Your code: %(code)s"), sample={"code": CODE}, secrets=frozenset({"code"}), is_urgent=True)
    monkeypatch.setattr(templates, "_TEMPLATES", {"test_code": code})
    ProviderFactory(code="SMS")
    return notify(template="test_code", params={"code": CODE}, language="en", phone=PHONE, dedupe_key="once", at=now())


def delivered(sandbox):
    return [message["text"] for message in sandbox.ask("GET", f"messages?phone=%2B{PHONE[1:]}")]


def test_a_code_reaches_the_phone_once_and_stands_nowhere_in_clear(sandbox, notice):
    run_jobs()
    notice.refresh_from_db()
    assert notice.state == Notice.State.DELIVERED
    assert delivered(sandbox) == [f"Your code: {CODE}"]
    kept = str(list(Instruction.objects.values())) + str(list(Job.objects.values()))
    assert CODE not in kept
    assert PHONE[3:] not in kept


def test_an_answer_that_is_lost_sends_no_second_message(sandbox, notice):
    sandbox.wish("lose_answer", kind="message")
    at = now()
    run_jobs(at)
    notice.refresh_from_db()
    assert notice.state == Notice.State.SENT
    run_jobs(at + dt.timedelta(seconds=3))
    notice.refresh_from_db()
    assert notice.state == Notice.State.DELIVERED
    assert len(delivered(sandbox)) == 1


def test_a_number_that_cannot_be_reached_is_said_so(sandbox, notice):
    sandbox.wish("decline", kind="message", code="phone_invalid")
    run_jobs()
    notice.refresh_from_db()
    assert notice.state == Notice.State.FAILED
    assert delivered(sandbox) == []
