"""The administration: by subject, in the console's colours, under the console's policy."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import RequestFactory
from django.utils import translation

from ecomnet.admin_index import SUBJECTS, subject_of
from tests.factories.stations import platform_admin

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return platform_admin(get_user_model().objects.create_superuser("officer", password="x"))


def test_the_index_stands_by_subject_and_names_every_model_once(officer):
    request = RequestFactory().get("/admin/")
    request.user = officer
    groups = admin.site.get_app_list(request)
    shown = [model["object_name"] for group in groups for model in group["models"]]
    assert len(shown) == len(set(shown))
    plain = admin.AdminSite.get_app_list(admin.site, request)
    assert sorted(shown) == sorted(model["object_name"] for app in plain for model in app["models"])
    assert [group["name"] for group in groups] == [words for words in SUBJECTS if words in [g["name"] for g in groups]]


def test_every_table_stands_below_the_heading_of_its_subject():
    below = {}
    for model in admin.site._registry:
        below.setdefault(subject_of(model), []).append(model)
    assert sorted(below) == list(range(len(SUBJECTS)))
    assert max(len(models) for models in below.values()) <= 14


def test_the_page_of_one_app_stays_as_it_was(officer):
    request = RequestFactory().get("/admin/stations/")
    request.user = officer
    assert [app["app_label"] for app in admin.site.get_app_list(request, "stations")] == ["stations"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_index_is_themed_and_carries_nothing_inline(client, officer, language):
    officer.language = language
    officer.save()
    client.force_login(officer)
    response = client.get("/admin/")
    with translation.override(language):
        assert response.status_code == 200
    page = response.content.decode()
    assert "ecomnet/admin.css" in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", page)
    assert "no-store" in response["Cache-Control"]
    assert "unsafe" not in response["Content-Security-Policy"]
