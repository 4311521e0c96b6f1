"""The disk under the state folder of a system, small enough to be filled.

Where this user may mount, it is a file system of its own in memory (tmpfs), and full means full for everybody who
writes there, the database included. Elsewhere its own processes may write no file longer than it is (a limit on
the size of files), which is the nearest that an ordinary user can do.
"""

import contextlib
import resource
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

SIZE = "384m"
PIECE = 4 * 1024 * 1024


class Disk:
    """A disk; `pids` names those who write on it where they must be limited one by one."""

    def __init__(self, folder: Path, *, is_mounted: bool) -> None:
        self._ballast, self.is_mounted = folder / "ballast", is_mounted

    def fill(self, pids: Sequence[int]) -> None:
        """Nothing more can be written."""
        if self.is_mounted:
            with contextlib.suppress(OSError), self._ballast.open("ab", buffering=0) as ballast:
                for size in (PIECE, 4096, 1):
                    self._write(ballast, bytes(size))
        else:
            self._limit(pids, 0)

    def empty(self, pids: Sequence[int]) -> None:
        """There is room again."""
        if self.is_mounted:
            self._ballast.unlink(missing_ok=True)
        else:
            self._limit(pids, resource.RLIM_INFINITY)

    @staticmethod
    def _write(ballast: IO[bytes], piece: bytes) -> None:
        with contextlib.suppress(OSError):
            while True:
                ballast.write(piece)

    @staticmethod
    def _limit(pids: Sequence[int], most: int) -> None:
        if not hasattr(resource, "prlimit"):
            return
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


@contextlib.contextmanager
def made_at(folder: Path) -> Iterator[Disk]:
    """A disk mounted there, if this user may, for as long as the block."""
    is_mounted = _succeeds("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "tmpfs", str(folder))
    try:
        yield Disk(folder, is_mounted=is_mounted)
    finally:
        if is_mounted:
            _succeeds("umount", "--lazy", str(folder))


def _succeeds(program: str, *words: str) -> bool:
    path = shutil.which(program)
    return bool(path) and subprocess.run([path, *words], capture_output=True, check=False).returncode == 0  # noqa: S603
