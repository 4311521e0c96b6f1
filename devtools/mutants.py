"""Mutants: one expression at a time is changed in a copy of the checkout, and the tests should notice.

By hand only: each mutant costs a run of the tests that are named. The copy, the configuration and the session stay in
`.state/mutants` until the next call.
"""

import json
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

from devtools import environment
from devtools.console import Stop, say
from devtools.folders import ROOT, STATE
from devtools.processes import foreground

FOLDER = STATE / "mutants"
#: Seconds after which a mutant that does not end counts as noticed.
PATIENCE = 300
CONFIGURATION = """\
[cosmic-ray]
module-path = {module}
timeout = {patience}
excluded-modules = []
test-command = {command}

[cosmic-ray.distributor]
name = "local"
"""


def play(words: list[str], variables: Mapping[str, str]) -> int:
    """Change the module or folder that is named first; the other words say which tests should notice."""
    module, *tests = words or [""]
    if not (ROOT / module).exists() or not module or not tests:
        raise Stop("Which code, and which tests? `--mutants stations/scope.py tests/stations/test_reach.py`")
    copy = _copied()
    command = [environment.python(), "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    settings = {"module": module, "patience": float(PATIENCE), "command": shlex.join(command)}
    # A string of JSON is one of TOML, too.
    quoted = {name: json.dumps(value) for name, value in settings.items()}
    (FOLDER / "mutants.toml").write_text(CONFIGURATION.format(**quoted))
    configuration, session = str(FOLDER / "mutants.toml"), str(FOLDER / "session.sqlite")
    for step in (["baseline", configuration], ["init", configuration, session], ["exec", configuration, session]):
        if failed := foreground([environment.cosmic_ray(), *step], variables, cwd=copy):
            return failed
    say("\nMutants that no test noticed:\n")
    report = str(Path(environment.cosmic_ray()).with_name("cr-report"))
    return foreground([report, "--surviving-only", "--show-diff", session], variables, cwd=copy)


def _copied() -> Path:
    shutil.rmtree(FOLDER, ignore_errors=True)
    left_out = shutil.ignore_patterns(".git", ".venv", ".state", "__pycache__", "staticfiles", "artefacts")
    return Path(shutil.copytree(ROOT, FOLDER / "copy", ignore=left_out))
