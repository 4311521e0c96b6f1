"""The demonstration on one machine: everything real but the providers, which are the sandbox process."""

import os

# Known keys on purpose: the demonstration's data is invented, and a restart must be able to read it again.
os.environ.setdefault("SECRET_KEY", "demonstration-only-0123456789-abcdefghijklmnopqrstuvwxyz")
os.environ.setdefault("ECOMNET_DATA_KEYS", "1:ZGVtb25zdHJhdGlvbi1kYXRhLWtleS0zMi1ieXRlcyE=")
os.environ.setdefault("ECOMNET_INDEX_KEYS", "1:ZGVtb25zdHJhdGlvbi1pbmRleC1rZXktMzItYnl0ZXM=")

# Played days, loads and measurements come from one machine, and faster than people press.
os.environ.setdefault("ECOMNET_RATE_LIMIT_PER_MINUTE", "0")
os.environ.setdefault("ECOMNET_RATE_LIMIT_ANONYMOUS_PER_MINUTE", "0")

from ecomnet.settings import environment
from ecomnet.settings.base import *
from ecomnet.settings.base import (
    ECOMNET_CUTOFF_AFTER,
    ECOMNET_ENQUIRY_SCHEDULE,
    ECOMNET_NOT_FOUND_GAP,
    ECOMNET_PROVIDER_READ_SECONDS,
)

ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
ECOMNET_DEMONSTRATION = True
ECOMNET_ENQUIRY_SCHEDULE = [
    int(seconds) for seconds in environment.words("ECOMNET_ENQUIRY_SCHEDULE")
] or ECOMNET_ENQUIRY_SCHEDULE
ECOMNET_NOT_FOUND_GAP = int(environment.text("ECOMNET_NOT_FOUND_GAP", str(ECOMNET_NOT_FOUND_GAP)))
ECOMNET_CUTOFF_AFTER = int(environment.text("ECOMNET_CUTOFF_AFTER", str(ECOMNET_CUTOFF_AFTER)))
ECOMNET_PROVIDER_READ_SECONDS = float(
    environment.text("ECOMNET_PROVIDER_READ_SECONDS", str(ECOMNET_PROVIDER_READ_SECONDS))
)
