"""The sandbox's storage: one SQLite file, one writer at a time."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS fetches (
    provider TEXT, our_ref TEXT, body_hash TEXT, ready_at REAL, answer TEXT, PRIMARY KEY (provider, our_ref)
);
CREATE TABLE IF NOT EXISTS transactions (
    provider TEXT, our_ref TEXT, kind TEXT, body_hash TEXT, status TEXT, code TEXT, amount TEXT, currency TEXT,
    provider_ref TEXT, receipt TEXT, original_ref TEXT, account TEXT, period TEXT, phone TEXT, pay_url TEXT,
    expires_at TEXT, received_at REAL, completes_at REAL, completes_as TEXT, completed_at REAL, file_date TEXT,
    reverses_at REAL, reversed_at REAL, reversed_file_date TEXT, in_file TEXT DEFAULT '',
    callback TEXT DEFAULT '', callback_seconds REAL DEFAULT 0,
    PRIMARY KEY (provider, our_ref)
);
CREATE INDEX IF NOT EXISTS transaction_of_account ON transactions (account, period) WHERE account IS NOT NULL;
CREATE INDEX IF NOT EXISTS transaction_to_complete ON transactions (completes_at) WHERE completes_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS transaction_to_reverse ON transactions (reverses_at) WHERE reverses_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS collection_to_expire ON transactions (expires_at)
    WHERE kind = 'collection' AND status = 'pending';
CREATE INDEX IF NOT EXISTS transaction_in_file ON transactions (provider, file_date);
CREATE TABLE IF NOT EXISTS executions (
    id INTEGER PRIMARY KEY, provider TEXT, our_ref TEXT, effect TEXT, amount TEXT, at REAL
);
CREATE INDEX IF NOT EXISTS execution_of_reference ON executions (provider, our_ref);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY, provider TEXT, our_ref TEXT, phone TEXT, template TEXT, language TEXT, text TEXT, at REAL
);
CREATE INDEX IF NOT EXISTS message_of_phone ON messages (phone);
CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY, provider TEXT, event_id TEXT, body TEXT, due_at REAL, tries INTEGER DEFAULT 0,
    fault TEXT DEFAULT '', skew INTEGER DEFAULT 0, answered TEXT DEFAULT ''
);
CREATE INDEX IF NOT EXISTS outbox_due ON outbox (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS closings (
    provider TEXT, date TEXT, cutoff_at REAL, encoding TEXT, newline TEXT, PRIMARY KEY (provider, date)
);
CREATE TABLE IF NOT EXISTS files (provider TEXT, date TEXT, content BLOB, made_at REAL, PRIMARY KEY (provider, date));
CREATE TABLE IF NOT EXISTS payout_files (provider TEXT, sha256 TEXT, file_ref TEXT, PRIMARY KEY (provider, sha256));
CREATE TABLE IF NOT EXISTS supplier_events (
    provider TEXT, event_id TEXT, event_type TEXT, order_number TEXT, body TEXT, received INTEGER DEFAULT 1,
    PRIMARY KEY (provider, event_id)
);
CREATE TABLE IF NOT EXISTS supplier_orders (
    provider TEXT, our_ref TEXT, body TEXT, answer TEXT, later TEXT DEFAULT '', asked INTEGER DEFAULT 0,
    decided INTEGER DEFAULT 0, released INTEGER DEFAULT 0, PRIMARY KEY (provider, our_ref)
);
CREATE TABLE IF NOT EXISTS statements (
    provider TEXT, statement_id TEXT, statement TEXT, received INTEGER DEFAULT 1, PRIMARY KEY (provider, statement_id)
);
CREATE TABLE IF NOT EXISTS balances (provider TEXT PRIMARY KEY, minor INTEGER);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT);
"""
TABLES = (
    "fetches",
    "transactions",
    "executions",
    "messages",
    "outbox",
    "closings",
    "files",
    "payout_files",
    "supplier_events",
    "supplier_orders",
    "statements",
    "balances",
    "settings",
)


class Store:
    """The file, behind one lock: a provider's books are small, and what was promised must survive a sudden death."""

    def __init__(self, path: str) -> None:
        self._lock = threading.RLock()
        self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._file.row_factory = sqlite3.Row
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = NORMAL")
        self._file.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator["Store"]:
        """All or nothing, and nobody in between."""
        with self._lock:
            if self._file.in_transaction:
                yield self
                return
            with self._file:
                self._file.execute("BEGIN IMMEDIATE")
                yield self

    def all(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """Every row."""
        with self._lock:
            return self._file.execute(query, values).fetchall()

    def one(self, query: str, *values: Any) -> sqlite3.Row | None:
        """The first row, if there is one."""
        with self._lock:
            return self._file.execute(query, values).fetchone()

    def run(self, query: str, *values: Any) -> int:
        """Change something; the number of rows changed."""
        with self._lock:
            return self._file.execute(query, values).rowcount

    def add(self, table: str, **columns: Any) -> None:
        """Insert a row."""
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        self.run(f"INSERT INTO {table} ({names}) VALUES ({marks})", *columns.values())  # noqa: S608

    def setting(self, name: str, otherwise: str = "") -> str:
        """A remembered setting."""
        row = self.one("SELECT value FROM settings WHERE name = ?", name)
        return row["value"] if row else otherwise

    def remember(self, name: str, value: str) -> None:
        """Keep a setting over a restart."""
        self.run(
            "INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value
        )

    def forget_everything(self) -> None:
        """A new, empty company."""
        with self.transaction():
            for table in TABLES:
                self.run(f"DELETE FROM {table}")  # noqa: S608

    def close(self) -> None:
        """Write everything out."""
        with self._lock:
            self._file.close()
