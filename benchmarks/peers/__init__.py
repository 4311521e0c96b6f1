"""Other software, in a virtual environment of its own: its drivers and pins must not enter ours."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

from benchmarks.databases import owner


class Peer:
    """A script `benchmarks/peers/<name>.py`, run with the packages it needs; prints one JSON document."""

    def __init__(self, name: str, *requirements: str) -> None:
        self.name = name
        self.requirements = requirements

    def measure(self, *words: str, database: str) -> dict[str, Any]:
        """What the script printed."""
        script = Path(__file__).with_name(f"{self.name}.py")
        answer = subprocess.run(  # noqa: S603
            [self._python(), "-P", script, json.dumps({**owner(), "dbname": database}), *words],
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if answer.returncode:
            raise RuntimeError(f"{self.name} failed:\n{answer.stderr[-2000:]}")
        return json.loads(answer.stdout.splitlines()[-1])

    def _python(self) -> str:
        """The interpreter of the environment, which is made at the first use."""
        wanted = hashlib.sha256(" ".join(self.requirements).encode()).hexdigest()[:12]
        home = Path(settings.BASE_DIR) / ".state" / "peers" / f"{self.name}-{wanted}"
        python = home / "bin" / "python"
        if not (home / "complete").exists():
            sys.stderr.write(f"Preparing {self.name} in an environment of its own …\n")
            subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)  # noqa: S603
            quiet = ["-q", "--disable-pip-version-check"]
            subprocess.run([python, "-m", "pip", "install", *quiet, *self.requirements], check=True)  # noqa: S603
            (home / "complete").touch()
        return str(python)
