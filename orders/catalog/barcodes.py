"""EAN-13: the number under the bars."""

LENGTH = 13


def read_barcode(typed: str) -> str:
    """The number as it is stored; the twelve digits of an American code begin with a zero. Empty if it is none."""
    digits = "".join(typed.split()).replace("-", "")
    if len(digits) == LENGTH - 1:
        digits = f"0{digits}"
    return digits if is_ean13(digits) else ""


def is_ean13(digits: str) -> bool:
    """Whether these are 13 digits of which the last fits the others."""
    if len(digits) != LENGTH or not (digits.isascii() and digits.isdigit()):
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0
