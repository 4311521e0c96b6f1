"""Checking a copy by itself, as somebody does who has nothing but the folder: no database, no code of the books.

`chains.jsonl` holds each statement as an object and, on the lines below it, its rows as arrays. The hash of a
statement is SHA-256 over the hash before it, a line feed, and its rows as one JSON array without spaces.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

CHAINS = "chains.jsonl"
READ_AT_ONCE = 1 << 20


@dataclass(slots=True)
class _Statement:
    """One statement while its rows are read."""

    head: dict[str, Any]
    balance: int = field(init=False)
    version: int = field(init=False)
    digest: Any = field(init=False)

    def __post_init__(self) -> None:
        self.balance, self.version = self.head["opening_minor"], self.head["from_version"] - 1
        self.digest = hashlib.sha256(f"{self.head['previous_sha256']}\n[".encode())

    def add(self, line: bytes) -> str:
        """Take a row; what is wrong with it, or nothing."""
        version, _transfer, side, posted, _held, after, *_rest = orjson.loads(line)
        self.digest.update(b"," * (version > self.head["from_version"]) + line)
        self.version += 1
        self.balance += posted if side == self.head["normal_side"] else -posted
        if (version, after) != (self.version, self.balance):
            return f"{self.head['account']}: row {version} does not follow"
        return ""

    def ends(self) -> Iterator[str]:
        """What is wrong with it as a whole."""
        name = self.head["account"]
        if (self.version, self.balance) != (self.head["to_version"], self.head["closing_minor"]):
            yield f"{name}: the rows do not end where the statement does"
        self.digest.update(b"]")
        if self.digest.hexdigest() != self.head["sha256"]:
            yield f"{name}: the rows do not make the hash"


def faults_of(folder: Path, *, after: Path | None = None) -> Iterator[str]:
    """What is wrong with a copy, in words; nothing where it is whole.

    `after` is the copy of the month before: then each statement must also follow the one that stands there.
    """
    manifest = orjson.loads((folder / "manifest.json").read_bytes())
    yield from _files(folder, manifest)
    before = _ends(after / CHAINS) if after else {}
    for head in _heads_checked(folder / CHAINS, faults := []):
        if after and head["account_id"] in before and before[head["account_id"]] != _beginning(head):
            faults.append(f"{head['account']}: does not follow the month before")
    yield from faults


def _files(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    for name, told in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            yield f"{name}: is missing"
        elif _hash(path) != told["sha256"]:
            yield f"{name}: is not the file of the manifest"


def _heads_checked(path: Path, faults: list[str]) -> Iterator[dict[str, Any]]:
    """Each statement of a file of chains once its rows are read; what is wrong with them goes into `faults`."""
    statement = None
    if not path.is_file():
        return
    with path.open("rb") as file:
        for line in map(bytes.rstrip, file):
            if line.startswith(b"{"):
                if statement is not None:
                    faults += statement.ends()
                    yield statement.head
                statement = _Statement(orjson.loads(line))
            elif statement is None:
                faults.append("a row stands above every statement")
            elif fault := statement.add(line):
                faults.append(fault)
    if statement is not None:
        faults += statement.ends()
        yield statement.head


def _beginning(head: dict[str, Any]) -> tuple[int, int, str]:
    return head["from_version"] - 1, head["opening_minor"], head["previous_sha256"]


def _ends(path: Path) -> dict[int, tuple[int, int, str]]:
    """Where each account's statement of a month ended."""
    return {
        head["account_id"]: (head["to_version"], head["closing_minor"], head["sha256"])
        for head in _heads_checked(path, [])
    }


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
