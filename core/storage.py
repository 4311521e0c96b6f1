"""Static files under names that change with their content."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """As whitenoise does it, and imports between our own modules are rewritten to the hashed names too.

    Only ours: modules of other packages import names that are no files.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _all_scripts, imports = self._js_module_import_aggregation_patterns
        self.patterns: tuple[Any, ...] = (
            *type(self).patterns,
            *((f"{label}/*.js", imports) for label in _own_labels()),
        )
        super().__init__(*args, **kwargs)


def _own_labels() -> list[str]:
    return [app.label for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR]
