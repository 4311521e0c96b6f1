"""What can be done with an export, by phase: asked for, read, written, completed or ended."""

from health.exports.services.completing import begin_export, complete_export
from health.exports.services.ending import cancel_export, end_outdated_export, expire_export
from health.exports.services.reading import Spool, spool_export
from health.exports.services.requesting import ExportRunning, request_export
from health.exports.services.writing import Cancelled, WrittenFile, upload_files, write_files
