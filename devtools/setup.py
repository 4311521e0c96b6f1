"""What a system needs before it opens: tables, translations, static files, the demonstration."""

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from devtools import environment
from devtools.console import Stop, say, step
from devtools.folders import ROOT, STATE
from devtools.stack import Stack, variables_of

#: How a command's line of progress begins.
PROGRESS = "· "


def set_up(system: Stack) -> None:
    """Bring everything up to date; what is up to date already costs almost nothing."""
    variables = variables_of(system.servers, system.address)
    with ThreadPoolExecutor(1) as beside:
        static_files = beside.submit(_make_files, variables)
        with step("Bringing the database up to date"):
            _manage(variables | system.servers.as_owner, "migrate", "--verbosity=0")
            _manage(variables | system.servers.as_owner, "createcachetable")
        with step("Compiling translations"):
            _manage(variables, "messages", "--compile")
        static_files.result()
    # The books of the demonstration begin years ago: it comes first, and installs what it needs.
    load_demonstration(variables)
    _manage(variables, "install_country", variables.get("ECOMNET_COUNTRY", "CN"), "--verbosity=0")


def load_demonstration(variables: Mapping[str, str]) -> None:
    """Load the county to play in, where it is not loaded yet; its words say who can sign in."""
    if any(ROOT.glob("*/management/commands/load_demonstration.py")):
        with step("Looking after the demonstration"):
            command = [environment.python(), "manage.py", "load_demonstration"]
            (STATE / "run" / "who.txt").write_text(shown(command, variables, log=STATE / "run" / "demonstration.log"))


def greet(system: Stack) -> None:
    """Say where the system is and who can sign in."""
    who = STATE / "run" / "who.txt"
    say(f"\nEcomNet is open: {system.address}\n")
    if who.exists():
        say(who.read_text())
    say("Ctrl-C closes it. Logs: .state/run/*.log\n")


def _make_files(variables: Mapping[str, str]) -> None:
    """What stands beside the database. After a change of the sources the web makes the API's document by itself."""
    _collect_static_files(variables)
    if not (ROOT / "openapi.json").exists():
        _manage(variables, "write_api_document")


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


def shown(command: Sequence[str], variables: Mapping[str, str], *, log: Path) -> str:
    """What a command has written; its progress is shown at once, what else it has to say goes to a log."""
    with tempfile.TemporaryFile("w+") as written, log.open("w") as lines:
        with subprocess.Popen(
            command, cwd=ROOT, env=os.environ | variables, text=True, stdout=written, stderr=subprocess.PIPE
        ) as process:
            for line in process.stderr or ():
                if line.startswith(PROGRESS):
                    say(line.rstrip())
                else:
                    lines.write(line)
        if process.returncode:
            raise Stop(f"{' '.join(command[1:])} failed; see {log}")
        written.seek(0)
        return written.read()


def _manage(variables: Mapping[str, str], *words: str) -> str:
    """What a management command has written."""
    done = subprocess.run(
        [environment.python(), "manage.py", *words],
        cwd=ROOT,
        env=os.environ | variables,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        raise Stop(f"manage.py {words[0]} failed:\n{done.stdout[-2000:]}")
    return done.stdout
