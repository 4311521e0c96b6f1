"""Statements that a connection prepares once."""

import contextlib
import threading

import psycopg2
import pytest
from django.conf import settings
from django.db import DataError, close_old_connections, connection, transaction
from django.utils.timezone import now

from core.database.prepared_statements import fetch_prepared, fetch_prepared_of
from core.jobs.services import claim, enqueue

DOUBLED = "SELECT %(n)s * 2, %(word)s::text, %(n)s::text || '%%'"


def names_prepared():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, statement FROM pg_prepared_statements WHERE name LIKE 'kept_%'")
        return cursor.fetchall()


@pytest.mark.django_db
def test_values_stand_where_their_names_do():
    assert fetch_prepared(DOUBLED, {"n": 21, "word": "it's 100%"}) == [(42, "it's 100%", "21%")]
    assert fetch_prepared("SELECT %s::int - %s::int", [5, 3]) == [(2,)]
    assert fetch_prepared("SELECT 'without a value'", []) == [("without a value",)]
    assert fetch_prepared("SELECT 2 = ANY(%s::int[])", [[1, 2]]) == [(True,)]


def test_it_is_prepared_once_on_each_connection_and_again_on_a_new_one(own_database):
    for n in (1, 2, 3):
        fetch_prepared(DOUBLED, {"n": n, "word": ""})
    assert len(names_prepared()) == 1
    connection.close()
    assert fetch_prepared(DOUBLED, {"n": 4, "word": ""}) == [(8, "", "4%")]
    assert len(names_prepared()) == 1


def test_a_connection_that_died_between_two_requests_is_followed_by_one_that_knows_nothing(own_database, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_HEALTH_CHECKS", True)
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)
    connection.close()
    fetch_prepared(DOUBLED, {"n": 1, "word": ""})
    dead = connection.connection
    session = psycopg2.connect(settings.ECOMNET_OWNER_DATABASE_URL, dbname=own_database, user=dead.info.user)
    with contextlib.closing(session), session, session.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [dead.info.backend_pid])
    close_old_connections()
    assert fetch_prepared(DOUBLED, {"n": 2, "word": ""}) == [(4, "", "2%")]
    assert connection.connection is not dead


def test_it_outlives_the_transaction_that_was_taken_back(own_database):
    with pytest.raises(DataError), transaction.atomic():
        fetch_prepared("SELECT 1 / %s::int", [0])
    assert fetch_prepared("SELECT 1 / %s::int", [1]) == [(1,)]


def test_every_thread_has_its_own(own_database):
    answers = []

    def ask(n):
        answers.extend(fetch_prepared(DOUBLED, {"n": n, "word": ""}))
        connection.close()

    threads = [threading.Thread(target=ask, args=(n,)) for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [(2, "", "1%"), (4, "", "2%")]


@pytest.mark.django_db
def test_words_that_the_database_refuses_are_refused_as_ever():
    with pytest.raises(Exception, match="does not exist") as refused, transaction.atomic():
        fetch_prepared("SELECT nothing FROM nowhere WHERE id = %s", [1])
    assert refused.type.__module__ == "django.db.utils"


def test_a_column_that_an_upgrade_adds_meanwhile_harms_no_claim(own_database):
    enqueue("test.job", dedupe_key="before", run_at=now())
    assert claim(owner="test", at=now()).dedupe_key == "before"
    owner = psycopg2.connect(settings.ECOMNET_OWNER_DATABASE_URL, dbname=own_database)
    with contextlib.closing(owner), owner, owner.cursor() as cursor:
        cursor.execute("ALTER TABLE core_job ADD COLUMN colour text NOT NULL DEFAULT ''")
    enqueue("test.job", dedupe_key="after", run_at=now())
    assert claim(owner="test", at=now()).dedupe_key == "after"


def test_of_statements_that_are_put_together_those_used_last_stay_prepared(own_database):
    def ask(n):
        return fetch_prepared_of("numbers", f"SELECT {n} + %s::int", [1], most=2)

    assert [ask(n) for n in (1, 2, 1, 3, 2)] == [[(2,)], [(3,)], [(2,)], [(4,)], [(3,)]]
    assert sorted(words.rpartition("SELECT ")[2] for _name, words in names_prepared()) == ["2 + $1::int", "3 + $1::int"]
