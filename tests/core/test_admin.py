"""The rows of the ground floor in the administration: to be read; jobs are retried, or given up with a reason."""

import datetime as dt

import pytest
from django.contrib import admin
from django.urls import reverse

from core.administration import ReadAdmin
from core.jobs.models import Job
from core.models import DataKey, Event, Notice, RequestKey, StatusChange, StoredFile
from core.notices.services import notify
from tests.factories.stations import PostFactory, UserFactory

AT = dt.datetime(2026, 11, 25, 8, 0, tzinfo=dt.UTC)
READ_ONLY = [DataKey, Event, Job, Notice, RequestKey, StatusChange, StoredFile]


@pytest.fixture
def administrator(client, db):
    user = PostFactory(role="platform_admin", user__is_staff=True).user
    client.force_login(user)
    return user


@pytest.fixture
def superuser_without_a_post(client, db):
    user = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def dead_job(db):
    return Job.objects.create(kind="test.broken", dedupe_key="broken", run_at=AT, state=Job.State.DEAD, attempts=10)


def list_of(model) -> str:
    return reverse(f"admin:core_{model._meta.model_name}_changelist")


def choose(client, action, job, reason=""):
    chosen = {"action": action, "_selected_action": [job.pk], "reason": reason}
    return client.post(list_of(Job), chosen, follow=True)


@pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)
def test_an_administrator_reads_every_list(client, administrator, model):
    assert client.get(list_of(model)).status_code == 200


@pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)
def test_a_superuser_without_a_post_opens_nothing(client, superuser_without_a_post, model):
    assert client.get(list_of(model)).status_code == 403


@pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)
def test_nobody_adds_changes_or_deletes_a_row_by_form(client, administrator, model, rf):
    request = rf.get("/")
    request.user = administrator
    page = admin.site.get_model_admin(model)
    assert isinstance(page, ReadAdmin)
    assert not page.has_add_permission(request)
    assert not page.has_change_permission(request)
    assert not page.has_delete_permission(request)
    assert client.get(reverse(f"admin:core_{model._meta.model_name}_add")).status_code == 403


def test_a_dead_job_is_tried_again(client, administrator, dead_job):
    choose(client, "retry", dead_job, reason="The biller is back.")
    dead_job.refresh_from_db()
    assert (dead_job.state, dead_job.attempts) == (Job.State.WAITING, 0)
    assert StatusChange.objects.get().actor == administrator.pk


def test_a_job_is_given_up_only_with_a_reason(client, administrator, dead_job):
    choose(client, "discard", dead_job)
    dead_job.refresh_from_db()
    assert dead_job.state == Job.State.DEAD
    choose(client, "discard", dead_job, reason="The biller withdrew it.")
    dead_job.refresh_from_db()
    assert dead_job.state == Job.State.DISCARDED
    assert StatusChange.objects.get().reason == "The biller withdrew it."


def test_an_auditor_reads_jobs_and_does_nothing_to_them(client, dead_job):
    client.force_login(PostFactory(role="auditor", user__is_staff=True).user)
    assert client.get(list_of(Job)).status_code == 200
    choose(client, "retry", dead_job, reason="I would like to.")
    dead_job.refresh_from_db()
    assert dead_job.state == Job.State.DEAD
    assert not StatusChange.objects.exists()


def test_a_message_shows_neither_its_words_nor_its_phone(client, administrator):
    notice = notify(
        template="login_code",
        params={"code": "271828", "minutes": 10},
        language="en",
        phone="+8613805160001",
        dedupe_key="x",
        at=AT,
    )
    for path in (list_of(Notice), reverse("admin:core_notice_change", args=[notice.pk])):
        page = client.get(path).content.decode()
        assert "••• 0001" in page
        assert "271828" not in page
        assert "1380516" not in page


def test_the_answer_of_a_request_is_not_shown(client, administrator):
    key = RequestKey.objects.create(
        person="p", operation="o", key="k" * 16, fingerprint="f", status=200, answer={"name": "张桂兰"}
    )
    page = client.get(reverse("admin:core_requestkey_change", args=[key.pk])).content.decode()
    assert "张桂兰" not in page
