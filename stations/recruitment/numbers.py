"""Certificate numbers: 16 digits and two check digits by ISO 7064 MOD 97-10."""

LENGTH = 18


def with_check_digits(base: str) -> str:
    """The 18 digits of a certificate from `county(6) station(4) kind(1) serial(5)`.

    The whole, taken as a number, leaves remainder 1 when divided by 97.
    """
    return f"{base}{98 - int(base) * 100 % 97:02d}"


def is_well_formed(number: str) -> bool:
    """Whether the check digits fit: otherwise the number was mistyped."""
    return len(number) == LENGTH and number.isascii() and number.isdigit() and int(number) % 97 == 1
