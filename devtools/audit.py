"""Lighthouse over six pages of the running system: the median of three runs on a middling phone, beside the goals."""

import json
import os
import shutil
import statistics
import subprocess
from collections.abc import Mapping

from devtools import environment
from devtools.console import Stop, say, step
from devtools.folders import ROOT, STATE

LIGHTHOUSE = "lighthouse@12.2.3"
FOLDER = STATE / "lighthouse"
RUNS = 3
#: Pages that are measured as somebody sees them who has no login.
FOR_ANYBODY = frozenset({"sign-in", "city shop"})
GOALS = {"performance": 95, "accessibility": 100, "best-practices": 95}
#: What Lighthouse finds the processor to be worth. Lighthouse makes it four times slower and calls that a middling
#: phone; below this a busy machine is one already, and the performance that is measured is the machine's.
IDLE = 1000
MACHINE = "machine"


def audit(address: str, variables: Mapping[str, str], chromium: str) -> bool:
    """Measure and print; whether every goal is met."""
    _install()
    told = subprocess.run(
        [environment.python(), "manage.py", "audit_pages"],
        cwd=ROOT,
        env=os.environ | variables,
        text=True,
        capture_output=True,
        check=False,
    )
    if told.returncode:
        raise Stop(told.stderr.strip())
    wanted = json.loads(told.stdout)
    say(f"\n{'page':<12}" + "".join(f"{name:>16}" for name in (*GOALS, MACHINE)))
    met = True
    for name, path in wanted["pages"].items():
        cookie = "" if name in FOR_ANYBODY else wanted["cookie"]
        runs = [_measure(address + path, cookie, chromium) for _run in range(RUNS)]
        figures = {category: statistics.median(run[category] for run in runs) for category in GOALS}
        met &= all(figures[category] >= goal for category, goal in GOALS.items())
        machine = statistics.median(run[MACHINE] for run in runs)
        said = "   busy machine" if machine < IDLE else ""
        say(f"{name:<12}" + "".join(f"{figures[category]:>16.0f}" for category in GOALS) + f"{machine:>16.0f}{said}")
    goals = "".join(f"{f'>= {goal}':>16}" for goal in GOALS.values())
    say(f"{'goal':<12}{goals}   {'met' if met else 'not met'}\n")
    return met


def _install() -> None:
    if (FOLDER / "node_modules" / "lighthouse").exists():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise Stop("The audit needs Node.js 20 or later with npm.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with step(f"Fetching {LIGHTHOUSE}"):
        done = subprocess.run(
            [npm, "install", "--prefix", str(FOLDER), "--no-audit", "--no-fund", "--silent", LIGHTHOUSE],
            text=True,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise Stop(f"npm could not install {LIGHTHOUSE}:\n{done.stderr[-1000:]}")


def _measure(url: str, cookie: str, chromium: str) -> dict[str, float]:
    done = subprocess.run(
        [
            *("node", str(FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"), url),
            *("--quiet", "--output=json", f"--only-categories={','.join(GOALS)}"),
            *("--chrome-flags=--headless=new --no-sandbox --disable-gpu",),
            f"--extra-headers={json.dumps({'Cookie': cookie} if cookie else {})}",
        ],
        env=os.environ | {"CHROME_PATH": chromium},
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise Stop(f"Lighthouse failed on {url}:\n{done.stderr[-1000:]}")
    report = json.loads(done.stdout)
    (FOLDER / "last.json").write_text(done.stdout)
    found = {name: 100 * (report["categories"][name]["score"] or 0) for name in GOALS}
    return found | {MACHINE: report["environment"]["benchmarkIndex"]}
