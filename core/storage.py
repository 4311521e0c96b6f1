"""Static files under names that change with their content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """As whitenoise does it, and imports between our modules are rewritten to the hashed names too."""

    support_js_module_import_aggregation = True
