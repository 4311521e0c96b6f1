"""Messages to people: once, in their language, at a decent hour, and no code in clear."""

import datetime as dt
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.crypto import decrypt
from core.jobs.models import Job
from core.models import Instruction, Notice, StatusChange
from core.notices import templates
from core.notices.queries import MOST_UNREAD, notices_of, unread_count
from core.notices.services import (
    PHONE,
    close_late_notices,
    decent_hour,
    mark_read,
    message_of,
    notify,
    record_delivery,
    send_notice,
    words_of,
)
from core.notices.templates import HIDDEN, LONGEST_SMS, Template, UnknownTemplate, in_each_language
from tests.factories.gateways import ProviderFactory
from tests.jobs import run_jobs

NOON = dt.datetime(2026, 11, 25, 4, 0, tzinfo=dt.UTC)  # 12:00 in Shanghai
NIGHT = dt.datetime(2026, 11, 25, 15, 0, tzinfo=dt.UTC)  # 23:00
MORNING = dt.datetime(2026, 11, 26, 0, 0, tzinfo=dt.UTC)  # 08:00 of the next day
READER = UUID("0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001")
PHONE_NO = "+8613805160001"


@pytest.fixture(autouse=True)
def _templates_of_this_test(monkeypatch):
    known = {
        "test_due": Template(_("Bill due: %(amount)s"), sample={"amount": "186.40"}),
        "test_day": Template(_("Due on %(date)s"), sample={"date": "2026-11-25"}, days=frozenset({"date"})),
        "test_code": Template(
            _("Your code: %(code)s"), sample={"code": "123456"}, secrets=frozenset({"code"}), is_urgent=True
        ),
    }
    monkeypatch.setattr(templates, "_TEMPLATES", known)


@pytest.fixture(autouse=True)
def _provider(request):
    """The company that sends messages; nobody answers at its address, the protocol is tested with the gateways."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        ProviderFactory(code="SMS")


def instructed():
    """What the provider is asked to send."""
    return list(Instruction.objects.order_by("created_at"))


def tell(template="test_due", at=NOON, key="once", **more):
    params = {"amount": "186.40"} if template == "test_due" else {"code": "271828"}
    return notify(template=template, params=params, language="en", dedupe_key=key, at=at, **more)


@pytest.mark.django_db
def test_a_notice_without_a_phone_is_shown_in_the_console_only():
    notice = tell(user=READER, link="/finance/floats/")
    assert notice.state == Notice.State.SHOWN
    assert words_of(notice) == "Bill due: 186.40"
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_the_same_key_again_gives_the_first_notice_and_one_sms():
    first = tell(phone=PHONE_NO)
    assert tell(phone=PHONE_NO, at=NOON + dt.timedelta(hours=1)).pk == first.pk
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_a_notice_needs_a_reader():
    with pytest.raises(IntegrityError), transaction.atomic():
        tell()
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_an_unknown_template_is_a_bug_and_writes_nothing():
    with pytest.raises(UnknownTemplate):
        notify(template="no_such", params={}, language="en", dedupe_key="x", at=NOON, user=READER)
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_an_sms_goes_to_the_provider_once_with_the_readers_words():
    notice = tell(phone=PHONE_NO)
    run_jobs(NOON)
    [instruction] = instructed()
    assert (instruction.kind, instruction.path) == ("message", "/v1/messages")
    assert instruction.our_ref == notice.our_ref
    assert message_of(notice.our_ref) == {
        "our_ref": str(notice.our_ref),
        "phone": PHONE_NO,
        "template": "test_due",
        "language": "en",
        "text": "Bill due: 186.40",
    }
    notice.refresh_from_db()
    assert notice.state == Notice.State.SENT
    send_notice(notice=notice, at=NOON)
    assert len(instructed()) == 1


@pytest.mark.django_db
def test_neither_phone_nor_code_stands_in_clear_anywhere():
    notice = tell("test_code", phone=PHONE_NO)
    run_jobs(NOON)
    stored = str(Notice.objects.values()) + str(Job.objects.values()) + str(Instruction.objects.values()[0])
    assert "271828" not in stored
    assert "13805160001" not in stored
    assert (notice.phone_tail, notice.params) == ("0001", {})
    assert decrypt(notice.phone_cipher, notice.phone_key_no, context=PHONE) == PHONE_NO
    assert message_of(notice.our_ref)["text"] == "Your code: 271828"
    assert words_of(notice) == f"Your code: {HIDDEN}"


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "state"), [("succeeded", "delivered"), ("failed", "failed")])
def test_the_providers_answer_ends_the_notice_and_its_code_is_forgotten(status, state):
    notice = tell("test_code", phone=PHONE_NO)
    run_jobs(NOON)
    for _again in range(2):
        record_delivery(
            instruction=SimpleNamespace(our_ref=notice.our_ref),
            result=SimpleNamespace(status=status),
            source="answer",
            at=NOON,
        )
    notice.refresh_from_db()
    assert (notice.state, notice.secrets_cipher) == (state, None)
    assert list(StatusChange.objects.order_by("pk").values_list("new", flat=True)) == ["sent", state]


@pytest.mark.django_db
def test_an_answer_that_is_not_final_changes_nothing():
    notice = tell(phone=PHONE_NO)
    run_jobs(NOON)
    record_delivery(
        instruction=SimpleNamespace(our_ref=notice.our_ref),
        result=SimpleNamespace(status="pending"),
        source="answer",
        at=NOON,
    )
    notice.refresh_from_db()
    assert notice.state == Notice.State.SENT


@pytest.mark.django_db
def test_at_night_a_message_waits_for_the_morning_and_a_code_does_not():
    tell(at=NIGHT, phone=PHONE_NO)
    tell("test_code", at=NIGHT, key="code", phone=PHONE_NO)
    run_jobs(NIGHT)
    assert [sent.request["template"] for sent in instructed()] == ["test_code"]
    run_jobs(MORNING - dt.timedelta(seconds=1))
    assert len(instructed()) == 1
    run_jobs(MORNING)
    assert len(instructed()) == 2


@pytest.mark.django_db
def test_a_message_that_was_delayed_into_the_night_waits_for_the_next_morning():
    tell(phone=PHONE_NO)
    run_jobs(NIGHT)
    assert not instructed()
    run_jobs(MORNING)
    assert len(instructed()) == 1


@pytest.mark.parametrize(
    ("clock", "day", "hour"),
    [("07:59:59", 25, 8), ("08:00", 25, None), ("20:59:59", 25, None), ("21:00", 26, 8), ("00:00", 25, 8)],
)
def test_quiet_hours_are_from_21_to_8_of_the_readers_clock(clock, day, hour):
    shanghai = dt.timezone(dt.timedelta(hours=8))
    at = dt.datetime.combine(dt.date(2026, 11, 25), dt.time.fromisoformat(clock), tzinfo=shanghai)
    expected = at if hour is None else dt.datetime(2026, 11, day, hour, tzinfo=shanghai)
    assert decent_hour("Asia/Shanghai", at) == expected


@pytest.mark.django_db
def test_a_message_past_its_use_by_is_missed_and_not_sent():
    notice = tell(phone=PHONE_NO, use_by=NOON + dt.timedelta(hours=1))
    run_jobs(NOON + dt.timedelta(hours=1, seconds=1))
    notice.refresh_from_db()
    assert notice.state == Notice.State.MISSED
    assert not instructed()


@pytest.mark.django_db
def test_late_messages_are_closed_by_the_sweep_and_unconfirmed_codes_forgotten():
    late = tell(at=NIGHT, phone=PHONE_NO, use_by=MORNING - dt.timedelta(hours=1))
    code = tell("test_code", key="code", phone=PHONE_NO)
    send_notice(notice=code, at=NOON)
    assert close_late_notices(at=MORNING + dt.timedelta(days=1)) == 1
    late.refresh_from_db()
    code.refresh_from_db()
    assert (late.state, code.state, code.secrets_cipher) == ("missed", "sent", None)
    assert len(instructed()) == 1


@pytest.mark.django_db
def test_the_count_of_new_messages_is_bounded_and_ends_when_they_are_read():
    Notice.objects.bulk_create(
        Notice(user=READER, language="en", template="test_due", dedupe_key=str(n), send_at=NOON, state="shown")
        for n in range(MOST_UNREAD + 5)
    )
    assert unread_count(READER) == MOST_UNREAD
    assert mark_read(user=READER, at=dt.datetime.now(dt.UTC)) == MOST_UNREAD + 5
    assert unread_count(READER) == 0
    assert notices_of(READER).count() == MOST_UNREAD + 5
    assert not notices_of(UUID(int=1)).exists()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_message_of_the_house_fits_one_sms(language):
    templates.register_all()
    for name, template in templates.all_templates().items():
        text = template.render(template.sample, language=language)
        limit = LONGEST_SMS if language == "zh-hans" else 160
        assert len(text) <= limit, f"{name} takes {len(text)} characters: {text}"


@pytest.mark.parametrize("date", [dt.date(2026, 11, 25), "2026-11-25"])
def test_a_day_is_written_as_its_reader_writes_days(date):
    known = templates.template_of("test_day")
    assert known.render({"date": date}, language="en") == "Due on 25 Nov 2026"
    assert "2026年11月25日" in known.render({"date": date}, language="zh-hans")


def test_a_message_that_kept_its_day_in_words_is_read_as_it_was_written():
    assert templates.template_of("test_day").render({"date": "11月25日"}, language="en") == "Due on 11月25日"


@pytest.mark.django_db
def test_a_word_of_a_message_is_written_in_the_language_of_its_reader():
    words = in_each_language(lambda: _("Station"))
    notice = notify(
        template="test_due", params={"amount": words}, language="zh-hans", dedupe_key="once", at=NOON, user=READER
    )
    assert words_of(notice, language="en") == "Bill due: Station"
    assert words_of(notice).endswith("站点")
