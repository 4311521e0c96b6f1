"""The Python environment: `.venv` with the hashed requirements, installed by plain pip.

A stamp per requirements file says what was installed, so that nothing is done twice. `.venv` may be a link to an
environment elsewhere; then it is used as it is and only what is missing is added.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from devtools.console import Stop, say, step
from devtools.folders import ROOT, STATE, VENV

RUNNING = ("requirements.txt", "requirements-local.txt")
TESTING = (*RUNNING, "requirements-dev.txt")
#: The lists are complete and hashed, so pip has nothing to resolve.
INSTALL = ("-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input", "--progress-bar=off")


def prepare(*files: str) -> None:
    """Make the environment, or bring it up to date, so that it holds these requirements."""
    with _one_at_a_time():
        if not _has_pip():
            _make()
        missing = [name for name in files if stamp(name) != _hash(name)]
        if missing:
            _install(missing)


def locust() -> str:
    """The program that plays load."""
    return _beside("locust", "requirements-load.txt")


def pip_audit() -> str:
    """The program that asks the lists of known holes."""
    return _beside("pip-audit", "requirements-audit.txt")


def cosmic_ray() -> str:
    """The program that changes one expression at a time."""
    return _beside("cosmic-ray", "requirements-mutants.txt")


def packages_beside(requirements: str) -> Path:
    """The packages of an environment of its own."""
    return _packages_of(_made_beside(requirements))


def name_of(requirements: str) -> str:
    """A name for what these requirements install, which changes with them."""
    return f"{Path(requirements).stem.removeprefix('requirements-')}-{_hash(requirements)[:12]}"


def _beside(program: str, requirements: str) -> str:
    return str(_made_beside(requirements) / "bin" / program)


def _made_beside(requirements: str) -> Path:
    """An environment of its own: these packages must not enter ours."""
    home = STATE / "programs" / name_of(requirements)
    with _one_at_a_time():
        if not (home / "complete").exists():
            with step(f"Making an environment for {requirements}"):
                subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
                _pip([str(home / "bin" / "python"), *INSTALL, "-r", str(ROOT / requirements)])
            (home / "complete").touch()
    return home


def python() -> str:
    """The environment's Python."""
    return str(VENV / "bin" / "python")


def tool(name: str) -> str:
    """A program that the requirements brought."""
    return str(VENV / "bin" / name)


def packages() -> Path:
    """Where the environment keeps its packages."""
    return _packages_of(VENV)


def _packages_of(home: Path) -> Path:
    return next((home / "lib").glob("python3.*/site-packages"))


def stamp(name: str) -> str:
    """The hash of the requirements file that was last installed; empty if none was."""
    file = _stamp_of(name)
    return file.read_text() if file.exists() else ""


def _has_pip() -> bool:
    return Path(python()).exists() and any((VENV / "lib").glob("python3.*/site-packages/pip/__main__.py"))


def _make() -> None:
    if VENV.is_symlink():
        raise Stop(f".venv points to {VENV.readlink()}, where there is no environment with pip. Remove the link.")
    if importlib.util.find_spec("ensurepip") is None:
        raise Stop("This Python cannot make environments. On Debian and Ubuntu: apt-get install python3-venv")
    with step("Making the Python environment in .venv"):
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)


def _install(files: list[str]) -> None:
    wanted = sum((ROOT / name).read_text().count("==") for name in files)
    with step(f"Installing up to {wanted} packages ({', '.join(files)})"):
        _pip([python(), *INSTALL, *(word for name in files for word in ("-r", str(ROOT / name)))])
    for name in files:
        _stamp_of(name).write_text(_hash(name))


def _pip(command: list[str]) -> None:
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore", "PYTHONUNBUFFERED": "1"}
    lines: list[str] = []
    told = time.monotonic()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ | quiet
    ) as pip:
        for line in pip.stdout or ():
            lines.append(line.rstrip())
            if time.monotonic() - told >= 5:
                told = time.monotonic()
                say(f"  {sum(each.startswith('Collecting') for each in lines)} fetched; {line.strip()[:80]}")
    if pip.returncode:
        say("\n".join(lines[-25:]))
        raise Stop("pip could not install the requirements; its last lines are above.")


def _stamp_of(name: str) -> Path:
    return VENV / f"{name}.sha256"


def _hash(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    STATE.mkdir(exist_ok=True)
    with (STATE / "environment.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
