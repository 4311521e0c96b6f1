"""Serial numbers and tokens of certificates."""

import base64
import re
import secrets

#: The characters of ISO 7064 MOD 37,36, each with its place as its value.
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TOKEN = re.compile(r"[A-Z2-7]{26}")
TOKEN_BYTES = 16


def check_character(text: str) -> str:
    """The check character of ISO 7064 MOD 37,36 over digits and capital letters."""
    held = len(LETTERS)
    for character in text:
        held = (held + LETTERS.index(character)) % 36 or 36
        held = held * 2 % 37
    return LETTERS[(37 - held) % 36]


def serial_of(code: str, year: int, number: int) -> str:
    """`CODE-YYYY-NNNNNN-C`."""
    digits = f"{number:06}"
    return f"{code}-{year}-{digits}-{check_character(f'{code}{year}{digits}')}"


def new_token() -> str:
    """26 base32 characters: 128 random bits."""
    return base64.b32encode(secrets.token_bytes(TOKEN_BYTES)).decode().rstrip("=")
