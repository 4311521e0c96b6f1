#!/usr/bin/env python
"""Run a management command of EcomNet."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    # The strict settings are the default: whoever forgets to choose gets a refusal, not an open door.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ecomnet.settings.production")
    execute_from_command_line(sys.argv)
