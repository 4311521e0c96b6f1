"""The FHIR conformance gate (`tests/fhir_gate`): its packages of npm, and a run of it over a folder of resources.

The packages hold HL7's definitions and are large; one folder serves all checkouts of a user, named after the lock file.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from devtools import folders, node
from devtools.console import Stop, step

HOME = folders.ROOT / "tests" / "fhir_gate"
LOCK = "package-lock.json"
#: Tells the tests that none of them is left out: every type that the server has must be among the answers.
WHOLE_RUN = {"ECOMNET_WHOLE_RUN": "1"}


def prepare() -> None:
    """Fetch Node.js and the packages now, so that nobody waits for them in the middle of the tests."""
    node.node()
    packages()


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """What the gate says, and its exit status: 0 clean, 1 findings, 2 broken or nothing to check."""
    return subprocess.run(
        [node.node(), str(HOME / "gate.mjs"), *words],
        env=os.environ | {"FHIR_GATE_PACKAGES": str(packages())},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


def packages() -> Path:
    """The folder in which npm has installed exactly what the lock file names."""
    lock = hashlib.sha256((HOME / LOCK).read_bytes()).hexdigest()
    installed = folders.shared_programs() / f"fhir-gate-{lock[:12]}"
    if not installed.exists():
        unfinished = installed.with_name(f"{installed.name}.{os.getpid()}")
        with step("Fetching the packages of the FHIR gate"):
            _install(unfinished)
        _put(unfinished, installed)
    return installed


def _install(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("package.json", LOCK, ".npmrc"):
        shutil.copyfile(HOME / name, folder / name)
    done = subprocess.run(
        [*node.npm(), "ci", "--silent"],
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        raise Stop(f"npm could not install the packages of the FHIR gate:\n{done.stdout[-2000:]}")


def _put(unfinished: Path, installed: Path) -> None:
    """Another process may have been faster; what it installed is the same."""
    try:
        unfinished.rename(installed)
    except OSError:
        shutil.rmtree(unfinished)
        if not installed.exists():
            raise
