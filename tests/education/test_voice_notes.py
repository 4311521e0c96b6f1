"""Voice notes of homework: judged by their content, heard by those who see the homework, without a place."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from core.files.recordings import recording_in
from core.files.services import RecordingNotPlayable, RecordingUnreadable, store_recording
from core.models import StoredFile
from education.homework import services
from education.models import HomeworkPhoto
from stations.models import AccessRead
from tests.factories.claims import picture
from tests.factories.education import begun, class_at, learner_of
from tests.factories.homework import task_of, teacher_login
from tests.factories.recordings import m4a, ogg, webm
from tests.factories.stations import (
    StationFactory,
    helper_of,
    partner_of,
)

pytestmark = pytest.mark.django_db
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture
def lesson():
    """A lesson that goes on, with two children."""
    run = class_at(StationFactory(), course=None)
    learner_of(run), learner_of(run)
    return begun(run)


def learners(lesson):
    return [each.learner for each in lesson.run.enrolments.order_by("requested_at")]


def test_a_voice_note_is_judged_by_its_content_and_heard_by_those_alone_who_see_the_homework(lesson, client):
    at, child, helper = lesson.slot.starts_at, learners(lesson)[0], helper_of(lesson.run.station)
    taken = {
        "audio/ogg": ogg(60),
        "audio/mp4": m4a(60),
        "audio/webm": webm(60),
        "": (
            ogg(61),
            m4a(61),
            m4a(10, b"vide"),
            ogg(10)[:-1],
            ogg(10) + b"<script>",
            b"OggS",
            b"",
            ogg(9) + bytes(2_000_000),
            webm(61),
            webm(10)[:-1],
            webm(10, codec=b"A_OPUS V_VP8"),
            webm(10, info=b"\x44\x61\x81\x00"),
            webm(10, more=b"\xa0\x80"),
            webm(10, more=b"\xec\x80" * 30_000),
        ),
    }
    for content in taken.pop(""):
        with pytest.raises(RecordingUnreadable):
            store_recording(upload=io.BytesIO(content), by=helper.pk, at=now())
    for kind, content in taken.items():
        assert store_recording(upload=io.BytesIO(content), by=helper.pk, at=now()).media_type == kind
    with pytest.raises(RecordingNotPlayable):
        store_recording(upload=io.BytesIO(b"#!AMR\n" + bytes(1000)), by=helper.pk, at=now())
    task = task_of(lesson, at=at)
    client.force_login(helper)
    body = {
        "learner": child.pk,
        "photo": SimpleUploadedFile("page.jpg", picture(helper, seed=4).content.read(), "image/jpeg"),
        "voice": SimpleUploadedFile("read.exe", ogg(12), "application/octet-stream"),
        "key": "hand-in-with-a-voice",
    }
    assert client.post(reverse("homework:task-submit", args=[task.pk]), body).status_code == 303
    note = HomeworkPhoto.objects.get(is_voice=True)
    played = {}
    for user in (teacher_login(lesson), partner_of(StationFactory())):
        client.force_login(user)
        played[user] = client.get(reverse("core:file", args=[note.photo_id])).status_code
    assert list(played.values()) == [200, 404]
    assert AccessRead.objects.filter(person=child, what="homework", user=teacher_login(lesson)).count() == 1
    client.force_login(teacher_login(lesson))
    assert "<audio" in client.get(reverse("homework:submission", args=[note.submission_id])).content.decode()
    assert services.forget_homework(learner=child, at=at) == 1
    assert not HomeworkPhoto.objects.exists()
    assert not StoredFile.objects.filter(pk=note.photo_id).exists()


def test_where_a_phone_recorded_a_voice_is_not_kept():
    content = m4a(10, place=b"+33.9581+118.2750/")
    kept = recording_in(content).content
    assert (len(kept), b"+33.9581" in kept) == (len(content), False)
    assert recording_in(kept) == recording_in(content)
