"""Probes: alive, ready, and figures for those who know the token."""

import psycopg2
import pytest
from django.conf import settings
from django.db import DatabaseError, connection

from core.hooks import READINESS_CHECKS
from tests.hooks import add_keyed


def test_a_living_process_says_so_without_asking_the_database(client):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "ensure_connection", lambda: pytest.fail("the database was asked"))
        assert client.get("/livez").json() == {"status": "alive"}


@pytest.mark.django_db
def test_a_migrated_house_is_ready(client):
    assert client.get("/readyz").json() == {"status": "ready"}


@pytest.mark.django_db
def test_a_registered_check_that_fails_makes_it_not_ready(client, monkeypatch):
    add_keyed(monkeypatch, READINESS_CHECKS, "partitions", lambda: False)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "not_ready", "missing": ["partitions"]})


@pytest.mark.django_db
def test_a_check_that_meets_a_broken_database_makes_it_not_ready(client, monkeypatch):
    def broken():
        raise DatabaseError

    add_keyed(monkeypatch, READINESS_CHECKS, "partitions", broken)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["missing"]) == (503, ["database"])


def test_a_missing_migration_makes_it_not_ready(client, own_database):
    owner = psycopg2.connect(settings.ECOMNET_OWNER_DATABASE_URL, dbname=own_database)
    with owner, owner.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'finance'")
    owner.close()
    assert client.get("/readyz").json()["missing"] == ["migrations"]


@pytest.mark.parametrize("sent", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}])
def test_figures_are_hidden_from_whoever_does_not_know_the_token(client, monkeypatch, sent):
    monkeypatch.setattr(settings, "ECOMNET_METRICS_TOKEN", "right")
    assert client.get("/metrics", headers=sent).status_code == 404


def test_without_a_token_in_the_settings_nobody_reads_the_figures(client, monkeypatch):
    monkeypatch.setattr(settings, "ECOMNET_METRICS_TOKEN", "")
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.django_db
def test_who_knows_the_token_reads_the_figures(client, monkeypatch):
    monkeypatch.setattr(settings, "ECOMNET_METRICS_TOKEN", "right")
    answer = client.get("/metrics", headers={"Authorization": "Bearer right"})
    assert answer.status_code == 200
    assert b"django_http_requests" in answer.content
