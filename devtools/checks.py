"""What `./dev lint` and the first half of `./dev test` look at."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from devtools import environment
from devtools.console import say
from devtools.folders import ROOT

TEST_SETTINGS = {"DJANGO_SETTINGS_MODULE": "ecomnet.settings.test"}


def source_checks() -> list[tuple[str, list[str]]]:
    """Checks that need nothing but the Python environment."""
    manage = [environment.python(), "manage.py"]
    return [
        ("ruff", [environment.tool("ruff"), "check", "--quiet", "."]),
        ("ruff format", [environment.tool("ruff"), "format", "--check", "--quiet", "."]),
        ("types", [environment.tool("mypy"), "--no-error-summary"]),
        ("import contracts", [environment.tool("lint-imports"), "--no-logo"]),
        ("migrations", [*manage, "makemigrations", "--check", "--dry-run"]),
        ("translations", [*manage, "messages", "--check"]),
    ]


def container_checks() -> list[tuple[str, list[str]]]:
    """Checks of the container files; Compose and promtool only where they are installed."""
    checks = [
        ("hadolint", [environment.tool("hadolint"), "Dockerfile", "containers/database.Dockerfile"]),
        ("compose-lint", [environment.tool("compose-lint"), "check", "--fail-on", "medium", "docker-compose.yml"]),
    ]
    if compose := _compose():
        checks.append(("docker compose config", [*compose, "config", "--quiet", "--no-interpolate"]))
    else:
        say("· docker compose: not installed here, `config` is not checked")
    if shutil.which("promtool"):
        checks.append(("promtool", ["promtool", "test", "rules", "containers/alerts.test.yml"]))
    else:
        say("· promtool: not installed here, the alerts are not played")
    return checks


def known_holes(pip_audit: str) -> list[tuple[str, list[str]]]:
    """Whether a package of the image has a known hole. Needs the network, and changes without us: no part of CI."""
    words = ["--requirement", "requirements.txt", "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    return [("pip-audit", [pip_audit, *words])]


def passed(checks: list[tuple[str, list[str]]], variables: Mapping[str, str]) -> bool:
    """Run every check, one for each core at a time; show what the failing ones said, and tell whether all passed."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = pool.map(lambda check: _run(check[1], variables), checks)
        results = [_passes(name, done) for (name, _command), done in zip(checks, runs, strict=True)]
    return all(results)


def _run(command: list[str], variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | variables,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


def _passes(name: str, done: subprocess.CompletedProcess[str]) -> bool:
    say(f"· {name}: {'FAILED' if done.returncode else 'ok'}")
    if done.returncode:
        say(done.stdout)
    return done.returncode == 0


def _compose() -> list[str] | None:
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]):
            asked = subprocess.run([*command, "version"], capture_output=True, check=False)
            if asked.returncode == 0:
                return command
    return None
