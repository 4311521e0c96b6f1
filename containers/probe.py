"""The health check of the web container: asks a probe by the name of the site, as its visitors do."""

import os
import sys
import urllib.request

host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".")
asked = urllib.request.Request(f"http://127.0.0.1:8000{sys.argv[1]}", headers={"Host": host})
with urllib.request.urlopen(asked, timeout=4) as answer:  # noqa: S310
    sys.exit(answer.status != 200)
