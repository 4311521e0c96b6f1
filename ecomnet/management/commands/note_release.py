"""`manage.py note_release`: from now on migrations must be safe beside processes of what is released today."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.migrations.loader import MigrationLoader

PLACE = Path("ecomnet") / "released.py"


class Command(BaseCommand):
    """Writes `ecomnet/released.py`; commit it with the tag of the release."""

    help = "Note the last migration of each app as released."

    def handle(self, **options: Any) -> None:
        path = settings.BASE_DIR / PLACE
        head, _found, _rest = path.read_text().partition("LAST_MIGRATIONS")
        lines = [f'    "{app}": "{name}",' for app, name in sorted(heads().items())]
        path.write_text("\n".join([f"{head}LAST_MIGRATIONS: dict[str, str] = {{", *lines, "}", ""]))
        self.stdout.write(f"{len(lines)} apps noted in {PLACE}")


def heads() -> dict[str, str]:
    """The last migration of each app of ours."""
    ours = {path.parent.name for path in settings.BASE_DIR.glob("*/migrations")}
    loader = MigrationLoader(None)
    return {app: name for app, name in loader.graph.leaf_nodes() if app in ours}
