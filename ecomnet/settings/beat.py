"""The beat: it rings every so often, and knows nothing but the wake-up signal: no key, no database, no provider."""

import base64
import os
import secrets

for _name in ("DATABASE_URL", "ECOMNET_DATA_KEYS", "ECOMNET_INDEX_KEYS"):
    os.environ.pop(f"{_name}_FILE", None)
# Keys that nothing was ever written under, and a database that does not exist: the one who asks them here is mistaken.
for _name in ("ECOMNET_DATA_KEYS", "ECOMNET_INDEX_KEYS"):
    os.environ[_name] = f"1:{base64.b64encode(secrets.token_bytes(32)).decode()}"
os.environ["DATABASE_URL"] = "postgresql://nobody@nowhere/nothing"

from ecomnet.settings.worker import *
