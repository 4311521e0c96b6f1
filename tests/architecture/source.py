"""The system as text: what the architecture tests read."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    *("core", "ledger", "stations", "scheduling", "logistics", "finance"),
    *("education", "health", "tourism", "orders", "impact", "ecomnet"),
)
EDGES = {"views", "api", "forms", "tasks", "handlers", "admin", "urls", "api_urls"}


def files() -> list[Path]:
    """Every Python file of the system, migrations left out."""
    return [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]


def named(path: Path) -> str:
    """A file as people speak of it: `finance/bills/services.py`."""
    return str(path.relative_to(ROOT))


def kind(path: Path) -> str:
    """What kind of file it is by its place in a slice: `services` for `services.py` and all of `services/`."""
    folders = path.relative_to(ROOT).parts[1:-1]
    return next((name for name in ("services", "api", "views", "queries", "models") if name in folders), path.stem)


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """The module's own functions."""
    return (node for node in tree(path).body if isinstance(node, ast.FunctionDef))


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Every call in a file, as line and dotted name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every import in a file, as line and dotted name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)


def texts() -> set[str]:
    """Every string constant of the system, the table of grants left out."""
    return {
        node.value
        for path in files()
        if ROOT / "ecomnet" / "grants" not in path.parents
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
