"""ISBN as scanners read them, and our own labels."""

import re

OWN_LABEL = re.compile(r"BK[0-9]{8}")
CRATE_LABEL = re.compile(r"BC[0-9]{8,}")


def isbn13_of(text: str) -> str:
    """The ISBN with 13 digits of what was scanned or typed, also of an older one with 10; empty if it is none."""
    plain = text.replace("-", "").replace(" ", "").upper()
    if re.fullmatch(r"97[89][0-9]{10}", plain):
        return plain if _check13(plain[:12]) == plain[12] else ""
    if re.fullmatch(r"[0-9]{9}[0-9X]", plain) and _check10(plain[:9]) == plain[9]:
        return f"978{plain[:9]}" + _check13(f"978{plain[:9]}")
    return ""


def label_of(number: int) -> str:
    """The label of our own for a copy of this number."""
    return f"BK{number:08d}"


def crate_label_of(number: int) -> str:
    """The label of a crate; its number comes from the counter of the books, so that no two labels are alike."""
    return f"BC{number:08d}"


def _check13(digits: str) -> str:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return str(-total % 10)


def _check10(digits: str) -> str:
    rest = -sum(int(digit) * (10 - place) for place, digit in enumerate(digits)) % 11
    return "X" if rest == 10 else str(rest)
