"""Which files of the installed packages are served: only those that a page of ours shows."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class EcomNetStaticFilesConfig(StaticFilesConfig):
    """Leaves out what no page uses: another API viewer, and the browsable API's looks."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "drf_spectacular_sidecar/redoc", "rest_framework"]
