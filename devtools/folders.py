"""Where this checkout keeps what it makes, and where its servers may keep theirs."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STATE = ROOT / ".state"

#: initdb refuses root, so root's servers run as this user, called nobody on most machines.
NOBODY = 65534
#: Open to everybody, and kept over a restart of the machine.
LASTING = Path("/var/tmp")  # noqa: S108
#: Memory that looks like a disk, on Linux: thousands of small files are made there ten times as fast.
MEMORY = Path("/dev/shm")  # noqa: S108
ENOUGH_MEMORY = 2 << 30
#: A UNIX socket's path has room for 104 bytes on macOS; PostgreSQL adds its own file name to the folder.
LONGEST_SOCKET_FOLDER = 80


def as_root() -> bool:
    """Whether the caller is root."""
    return os.geteuid() == 0


def state_of(purpose: str) -> Path:
    """The folder of the processes of one purpose (`run`, `test`, `dated`, `bench`)."""
    return _made(STATE / purpose)


def servers_of(purpose: str) -> Path:
    """The folder of the servers of one purpose."""
    return _made(_servers() / purpose)


def programs() -> Path:
    """The folder of root's copies of the servers' programs."""
    return _made(_servers() / "programs")


def shared_programs() -> Path:
    """The folder of large programs that all checkouts of this user share."""
    return _own(LASTING / f"ecomnet-programs-{os.geteuid()}")


def sockets_of(purpose: str) -> Path:
    """Where the sockets of one purpose stand: beside the servers, or in the temporary directory if that is deep."""
    wanted = servers_of(purpose) / "sockets"
    if len(os.fsencode(wanted)) <= LONGEST_SOCKET_FOLDER:
        return wanted
    return temporary_of(purpose)


def throwaway_of(purpose: str) -> Path:
    """The folder of servers whose data nobody wants back: in memory where there is room for it."""
    in_memory = MEMORY / f"ecomnet-{name_of_checkout()}"
    if in_memory.exists() or free_memory() >= ENOUGH_MEMORY:
        return _made(_own(in_memory) / purpose)
    return servers_of(purpose)


def temporary_of(purpose: str) -> Path:
    """A short path for the temporary files of one purpose; sockets stand in it, too."""
    return _made(_own(Path(tempfile.gettempdir()) / f"ecomnet-{name_of_checkout()}") / purpose)


def free_memory() -> int:
    """Bytes that can still be kept in memory as files."""
    return shutil.disk_usage(MEMORY).free if os.access(MEMORY, os.W_OK) else 0


def name_of_checkout() -> str:
    """A short name that no other checkout and no other user has."""
    return hashlib.sha256(f"{os.geteuid()}:{ROOT}".encode()).hexdigest()[:12]


def _servers() -> Path:
    """Below the state folder, unless the servers' user could not get there.

    A root's home is often closed to everybody else; then the folder is in /var/tmp, which outlives a restart of the
    machine. Permissions of the caller's folders are never changed.
    """
    if as_root() and not _open_to_others(STATE):
        return _own(LASTING / f"ecomnet-{name_of_checkout()}")
    return STATE / "servers"


def _open_to_others(folder: Path) -> bool:
    existing = [each for each in (folder, *folder.parents) if each.exists()]
    return all(each.stat().st_mode & 0o001 for each in existing)


def _own(folder: Path) -> Path:
    """Refuses a folder that somebody else has put there: names in shared directories can be guessed."""
    _made(folder)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise SystemExit(f"{folder} belongs to somebody else; remove it and try again.")
    return folder


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
