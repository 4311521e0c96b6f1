"""Rows that are written without models: what is written is what was given."""

from uuid import uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, DataError, IntegrityError, transaction
from django.utils.timezone import now

from core.database.db import COPY_PIECE, copy_lines, copy_rows, insert, insert_row, present, update_fields
from core.database.many_rows import insert_rows, insert_unknown, update_rows
from core.models import Job, RequestKey, StatusChange

pytestmark = pytest.mark.django_db

COLUMNS = ("person", "operation", "key", "fingerprint", "status", "answer", "created_at", "updated_at")


def row(person: str, key: str = "a-key-of-the-test"):
    return (person, "an operation", key, "", 200, "{}", now(), now())


@pytest.mark.parametrize(
    "text", ["a\tb", "line\nbreak", "back\\slash", r"\N", r"\.", "return\r", "王\u3000秀英", "'\";--"]
)
def test_text_comes_back_as_it_was_given(text):
    copy_rows(RequestKey, COLUMNS, [row(text)])
    assert RequestKey.objects.get().person == text


def test_the_rules_of_the_table_apply():
    copy_rows(RequestKey, COLUMNS, [row("somebody")])
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_rows(RequestKey, COLUMNS, [row("somebody else"), row("somebody")])
    assert RequestKey.objects.count() == 1


def test_more_lines_than_are_sent_at_once_arrive_in_their_order():
    long = "王" * 50
    lines = [f"{number}{long}\tan operation\tkey-{number}\t\t200\t{{}}\t{now()}\t{now()}\n" for number in range(2_000)]
    assert sum(map(len, lines)) > 4 * COPY_PIECE
    copy_lines("core_requestkey", COLUMNS, iter(lines))
    people = RequestKey.objects.order_by("id").values_list("person", flat=True)
    assert list(people) == [f"{number}{long}" for number in range(2_000)]


def test_a_row_has_what_was_named_and_the_defaults_of_the_model():
    before = now()
    number = insert_row(Job, kind="a.kind", dedupe_key="one", payload={"ref": 7}, run_at=before)
    job = Job.objects.get(pk=number)
    assert (job.kind, job.payload, job.run_at) == ("a.kind", {"ref": 7}, before)
    assert (job.state, job.attempts, job.use_by, job.is_patient, job.owner) == ("waiting", 0, None, False, "")
    assert job.created_at >= before


def test_a_column_that_is_not_there_is_refused():
    with pytest.raises(TypeError, match="Job has no columns \\['dedupe'\\]"):
        insert_row(Job, kind="a.kind", dedupe="one", run_at=now())
    assert Job.objects.count() == 0


def test_a_row_that_is_known_is_refused_or_left_out_as_was_asked():
    values = {"kind": "a.kind", "dedupe_key": "one", "payload": {}, "run_at": now()}
    insert_row(Job, **values)
    assert insert_row(Job, if_known="DO NOTHING", **values) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_row(Job, **values)
    assert Job.objects.count() == 1


def a_job(**payload):
    return insert(Job(kind="test.job", dedupe_key="test", run_at=now(), payload=payload))


def test_a_new_row_is_written_as_it_stands_and_knows_its_key():
    job = a_job(zh="王秀英")
    assert job == Job.objects.get()
    assert Job.objects.get().payload == {"zh": "王秀英"}
    assert (job._state.adding, job.created_at) == (False, Job.objects.get().created_at)


def test_only_the_named_columns_of_a_row_are_written_and_when():
    job = a_job(n=1)
    before, job.payload, job.kind = job.updated_at, {"n": 2}, "test.renamed"
    update_fields(job, "payload")
    stored = Job.objects.get()
    assert (stored.payload, stored.kind) == ({"n": 2}, "test.job")
    assert stored.updated_at == job.updated_at > before


def test_a_row_that_is_gone_cannot_be_written():
    job = Job(pk=999_999_999, kind="test.job", dedupe_key="test", run_at=now())
    with pytest.raises(DatabaseError):
        update_fields(job, "payload")


def test_a_column_that_is_not_there_cannot_be_written():
    with pytest.raises(TypeError):
        update_fields(a_job(), "colour")


def test_rows_of_several_models_are_written_in_one_statement_and_read_as_they_were(django_assert_num_queries):
    at, by, about = now(), uuid4(), {"content_type": ContentType.objects.get_for_model(Job), "object_id": "1"}
    jobs = [Job(kind="a.kind", dedupe_key=f"{n}", payload={"n": [n, "五"]}, run_at=at, use_by=None) for n in range(3)]
    kinds = {by: "person", None: "system"}
    changes = [StatusChange(**about, new="made", actor=who, actor_kind=kind, at=at) for who, kind in kinds.items()]
    with django_assert_num_queries(1):
        insert_rows(jobs, [], changes)
    insert_rows([])
    found = Job.objects.order_by("dedupe_key").values_list("dedupe_key", "payload", "state", "run_at", "use_by")
    assert list(found) == [(f"{n}", {"n": [n, "五"]}, "waiting", at, None) for n in range(3)]
    assert set(StatusChange.objects.values_list("new", "actor", "key")) == {("made", by, ""), ("made", None, "")}
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows([Job(kind="a.kind", dedupe_key="3", run_at=at), Job(kind="a.kind", dedupe_key="0", run_at=at)])
    known = [Job(kind="a.kind", dedupe_key=f"{n}", run_at=at) for n in (2, 3, 4)]
    written = dict(insert_unknown(known, back="dedupe_key"))
    assert written == dict(Job.objects.filter(dedupe_key__in=["3", "4"]).values_list("dedupe_key", "pk"))
    assert insert_unknown([], back="dedupe_key") == []


def test_many_rows_cut_nothing_off_that_their_column_refuses():
    job, at = a_job(), now()
    job.dedupe_key = "x" * 161
    too_long = [Job(kind="a.kind", dedupe_key="x" * 161, run_at=at)]
    for write in (
        lambda: insert_rows(too_long),
        lambda: insert_unknown(too_long, back="dedupe_key"),
        lambda: update_rows([job], "dedupe_key"),
    ):
        with pytest.raises(DataError), transaction.atomic():
            write()
    assert Job.objects.get().dedupe_key == "test"


def test_any_number_of_rows_is_written_a_thousand_in_a_statement(django_assert_num_queries):
    jobs = [Job(kind="a.kind", dedupe_key=f"{n}", run_at=now()) for n in range(1_001)]
    with django_assert_num_queries(2):
        written = insert_unknown(jobs, back="dedupe_key")
    assert (len(written), Job.objects.count()) == (1_001, 1_001)


def test_a_value_that_a_rule_fills_is_handed_on_and_its_lack_is_an_error():
    assert present(0) == 0
    with pytest.raises(LookupError):
        present(None)
