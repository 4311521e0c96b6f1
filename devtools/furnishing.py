"""What a house needs before it opens: tables, translations, static files, the demonstration."""

import hashlib
import os
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from devtools import environment
from devtools.folders import ROOT, STATE
from devtools.stack import Stack, variables_of
from devtools.words import Stop, say, step


def furnish(house: Stack) -> None:
    """Bring everything up to date; what is up to date already costs almost nothing."""
    variables = variables_of(house.servers, house.address)
    with ThreadPoolExecutor(1) as beside:
        static_files = beside.submit(_collect_static_files, variables)
        with step("Bringing the database up to date"):
            _manage(variables | house.servers.as_owner, "migrate", "--verbosity=0")
            _manage(variables | house.servers.as_owner, "createcachetable")
        with step("Compiling translations"):
            _manage(variables, "messages", "--compile")
        static_files.result()
    load_demonstration(variables)


def load_demonstration(variables: Mapping[str, str]) -> None:
    """Load the county to play in, where it is not loaded yet; its words say who can sign in."""
    if any(ROOT.glob("*/management/commands/load_demonstration.py")):
        with step("Looking after the demonstration"):
            (STATE / "run" / "who.txt").write_text(_manage(variables, "load_demonstration", shown=True))


def greet(house: Stack) -> None:
    """Say where the house is and who can sign in."""
    who = STATE / "run" / "who.txt"
    say(f"\nEcomNet is open: {house.address}\n")
    if who.exists():
        say(who.read_text())
    say("Ctrl-C closes it. Logs: .state/run/*.log\n")


def _collect_static_files(variables: Mapping[str, str]) -> None:
    stamp = STATE / "static.sha256"
    wanted = _hash_of_static_files()
    if (ROOT / "staticfiles").exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    say("· Collecting static files beside it …")
    _manage(variables, "collectstatic", "--no-input", "--clear", "--verbosity=0")
    stamp.write_text(wanted)


def _hash_of_static_files() -> str:
    """Changes when a file of ours changes, or the packages that bring files of their own."""
    digest = hashlib.sha256(environment.stamp("requirements.txt").encode())
    for path in sorted(ROOT.glob("*/static/**/*")):
        if path.is_file():
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def _manage(variables: Mapping[str, str], *words: str, shown: bool = False) -> str:
    """What a management command has written; `shown`: its standard error, which tells of progress, at once."""
    done = subprocess.run(
        [environment.python(), "manage.py", *words],
        cwd=ROOT,
        env=os.environ | variables,
        text=True,
        stdout=subprocess.PIPE,
        stderr=None if shown else subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        raise Stop(f"manage.py {words[0]} failed:\n{done.stdout[-2000:]}")
    return done.stdout
