"""Mutants: one expression at a time is changed in a copy of the checkout, and the tests should notice.

By hand only: each mutant costs a run of the tests that are named. The copy, the configuration and the session stay in
`.state/mutants` until the next call. `--sample 12 --seed 1` plays twelve mutants of all, the same for the same seed
and code.
"""

import json
import random
import shlex
import shutil
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from devtools import environment
from devtools.console import Stop, say
from devtools.folders import ROOT, STATE
from devtools.processes import foreground

FOLDER = STATE / "mutants"
SESSION = FOLDER / "session.sqlite"
#: Seconds after which a mutant that does not end counts as noticed.
PATIENCE = 300
USAGE = "Which code, and which tests? `--mutants stations/scope.py tests/stations/test_reach.py [--sample 12 --seed 1]`"
#: Migrations have run long ago on every database, and tests play them from the migrated template.
CONFIGURATION = """\
[cosmic-ray]
module-path = {module}
timeout = {patience}
excluded-modules = ["**/migrations/*.py"]
test-command = {command}

[cosmic-ray.distributor]
name = "local"
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be changed, which tests should notice, and how many mutants of all are played."""

    module: str
    tests: Sequence[str]
    sample: int | None
    seed: int


class Tally(NamedTuple):
    """How the mutants of a session ended; what survived may still be equivalent to the code."""

    killed: int
    survived: int

    def __str__(self) -> str:
        played = self.killed + self.survived
        share = 100 * self.killed / played if played else 0
        return f"{self.killed} killed ({share:.1f} %), {self.survived} survived: judge which are equivalent"


def play(words: Sequence[str], variables: Mapping[str, str]) -> int:
    """Change the module or folder that is named first; the other words say which tests should notice."""
    wish = wish_of(words)
    copy = _copied()
    command = [environment.python(), "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *wish.tests]
    settings = {"module": wish.module, "patience": float(PATIENCE), "command": shlex.join(command)}
    # A string of JSON is one of TOML, too.
    quoted = {name: json.dumps(value) for name, value in settings.items()}
    (FOLDER / "mutants.toml").write_text(CONFIGURATION.format(**quoted))
    configuration, session = str(FOLDER / "mutants.toml"), str(SESSION)
    for step in (["baseline", configuration], ["init", configuration, session]):
        if failed := foreground([environment.cosmic_ray(), *step], variables, cwd=copy):
            return failed
    if wish.sample is not None:
        found = keep_sample(SESSION, wish.sample, wish.seed)
        say(f"· a sample of {min(wish.sample, found)} of {found} mutants, seed {wish.seed}")
    if failed := foreground([environment.cosmic_ray(), "exec", configuration, session], variables, cwd=copy):
        return failed
    say("\nMutants that no test noticed:\n")
    report = str(Path(environment.cosmic_ray()).with_name("cr-report"))
    failed = foreground([report, "--surviving-only", "--show-diff", session], variables, cwd=copy)
    say(f"\n{tally_of(SESSION)}")
    return failed


def wish_of(words: Sequence[str]) -> Wish:
    """The code, the tests and the sample that the words of the command name."""
    numbers: dict[str, int] = {}
    others: list[str] = []
    rest = iter(words)
    for word in rest:
        if word in {"--sample", "--seed"}:
            number = next(rest, "")
            if not number.isdigit():
                raise Stop(USAGE)
            numbers[word] = int(number)
        else:
            others.append(word)
    module, *tests = others or [""]
    if not module or not (ROOT / module).exists() or not tests:
        raise Stop(USAGE)
    return Wish(module, tests, sample=numbers.get("--sample"), seed=numbers.get("--seed", 1))


def keep_sample(session: Path, size: int, seed: int) -> int:
    """Forget all mutants of a session but a random sample; how many there were."""
    with closing(sqlite3.connect(session)) as database, database:
        # By place and operator: the ids of mutants are new in each session.
        jobs = database.execute(
            "SELECT job_id FROM mutation_specs ORDER BY module_path, start_pos_row, start_pos_col, operator_name,"
            " operator_args, occurrence"
        ).fetchall()
        kept = set(random.Random(seed).sample(jobs, min(size, len(jobs))))  # noqa: S311 - a sample, no secret
        forgotten = [job for job in jobs if job not in kept]
        database.executemany("DELETE FROM mutation_specs WHERE job_id = ?", forgotten)
        database.executemany("DELETE FROM work_items WHERE job_id = ?", forgotten)
    return len(jobs)


def tally_of(session: Path) -> Tally:
    """How the mutants of this session ended; one that cannot even run was noticed."""
    with closing(sqlite3.connect(session)) as database:
        ends = Counter(outcome for (outcome,) in database.execute("SELECT test_outcome FROM work_results"))
    survived = ends.pop("SURVIVED", 0)
    return Tally(killed=ends.total(), survived=survived)


def _copied() -> Path:
    shutil.rmtree(FOLDER, ignore_errors=True)
    left_out = shutil.ignore_patterns(".git", ".venv", ".state", "__pycache__", "staticfiles", "artefacts")
    return Path(shutil.copytree(ROOT, FOLDER / "copy", ignore=left_out))
