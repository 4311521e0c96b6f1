"""Logs of what is measured: written as in production, to a file, so that they are paid for and not in the way."""

import logging
from pathlib import Path

import django
from django.conf import settings


def set_up() -> None:
    """Set Django up in this process, with its log in `.state/bench/bench.log`."""
    django.setup()
    logging.captureWarnings(True)
    folder = Path(settings.BASE_DIR) / ".state" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream((folder / "bench.log").open("a"))
