"""Labels of kits and the codes of donors."""

import re
import secrets

SERIAL = re.compile(r"KT[0-9]{8}")
CODE = re.compile(r"[A-HJ-NP-Z2-9]{10}")
#: Without letters and digits that look alike.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def serial_of(number: int) -> str:
    """The label of the kit of this number."""
    return f"KT{number:08d}"


def new_follow_code() -> str:
    """Ten characters: 50 random bits, and a page that counts look-ups."""
    return "".join(secrets.choice(LETTERS) for _number in range(10))
