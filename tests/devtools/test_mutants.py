"""A sample of mutants: drawn at random, the same for the same seed, and counted at the end."""

import sqlite3
from contextlib import closing
from uuid import uuid4

import pytest

from devtools.console import Stop
from devtools.mutants import Tally, keep_sample, tally_of, wish_of

CODE, TEST = "devtools/mutants.py", "tests/devtools/test_mutants.py"


def session(path, count=40):
    """A session as cosmic-ray begins it: each mutant has a new id, and nothing is played."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE work_items (job_id)")
        database.execute(
            "CREATE TABLE mutation_specs"
            " (job_id, module_path, start_pos_row, start_pos_col, operator_name, operator_args, occurrence)"
        )
        database.execute("CREATE TABLE work_results (job_id, test_outcome)")
        for row in range(count):
            job = uuid4().hex
            database.execute("INSERT INTO work_items VALUES (?)", [job])
            place = [job, "a.py", row, 4, "core/NumberReplacer", "{}", row]
            database.execute("INSERT INTO mutation_specs VALUES (?, ?, ?, ?, ?, ?, ?)", place)
    return path


def rows(path, statement):
    with closing(sqlite3.connect(path)) as database:
        return [row[0] for row in database.execute(statement)]


def kept(path):
    assert len(rows(path, "SELECT job_id FROM work_items")) == len(rows(path, "SELECT job_id FROM mutation_specs"))
    return rows(path, "SELECT start_pos_row FROM mutation_specs ORDER BY 1")


def test_the_same_seed_draws_the_same_mutants_and_another_seed_others(tmp_path):
    drawn = {}
    for name, seed in (("first", 7), ("again", 7), ("other", 8)):
        path = session(tmp_path / name)
        assert keep_sample(path, 12, seed) == 40
        drawn[name] = kept(path)
    assert len(drawn["first"]) == 12
    assert drawn["first"] == drawn["again"] != drawn["other"]


def test_a_sample_of_more_than_there_are_is_all_of_them(tmp_path):
    path = session(tmp_path / "few", count=5)
    assert keep_sample(path, 12, 1) == 5
    assert kept(path) == [0, 1, 2, 3, 4]


def test_the_tally_counts_what_survived_and_says_how_many_are_to_be_judged(tmp_path):
    path = session(tmp_path / "played", count=0)
    with closing(sqlite3.connect(path)) as database, database:
        for outcome in ["KILLED"] * 9 + ["INCOMPETENT", "SURVIVED", "SURVIVED"]:
            database.execute("INSERT INTO work_results VALUES (?, ?)", [uuid4().hex, outcome])
    assert tally_of(path) == Tally(killed=10, survived=2)
    assert str(tally_of(path)) == "10 killed (83.3 %), 2 survived: judge which are equivalent"


def test_code_tests_and_sample_stand_in_any_order():
    wish = wish_of(["--sample", "12", CODE, TEST, "--seed", "3", "-k", "tally"])
    assert (wish.module, wish.tests, wish.sample, wish.seed) == (CODE, [TEST, "-k", "tally"], 12, 3)
    assert wish_of([CODE, TEST]).sample is None


@pytest.mark.parametrize(
    "words", [[], [CODE], ["no/such.py", TEST], [CODE, TEST, "--sample"], [CODE, TEST, "--seed", "x"]]
)
def test_what_cannot_be_played_is_asked_for(words):
    with pytest.raises(Stop, match="Which code"):
        wish_of(words)
