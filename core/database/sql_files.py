"""SQL that migrations run: one file for each function of the database, in `<app>/sql/`, always the current text.

A migration says `function("ledger", "ledger_apply")`. To change a function, edit its file and add a migration that
runs it again. `tests/architecture/test_sql_files.py` holds a migrated database to the files.
"""

import re
from pathlib import Path

from django.conf import settings
from django.db.migrations import RunSQL

_HEAD = re.compile(r"^CREATE OR REPLACE (FUNCTION|PROCEDURE) (\w+)", re.MULTILINE)


def function(app: str, name: str) -> RunSQL:
    """Make a function or procedure, or make it anew; backwards it goes, with the triggers that call it."""
    text = _text(app, name)
    head = _HEAD.search(text)
    if head is None or head[2] != name:
        raise ValueError(f"{app}/sql/{name}.sql does not create {name}")
    return RunSQL(text, f"DROP {head[1]} IF EXISTS {name} CASCADE;")


def statements(app: str, name: str, *, backwards: str = RunSQL.noop) -> RunSQL:
    """Run the statements of a file: triggers, rights, tables that Django cannot describe."""
    return RunSQL(_text(app, name), backwards)


def _text(app: str, name: str) -> str:
    return (Path(settings.BASE_DIR) / app / "sql" / f"{name}.sql").read_text(encoding="utf-8")
