"""Numbers of payees' bank accounts: encrypted under a key of each account's own, so that they can be forgotten."""

from core.crypto import decrypt, decrypt_with, encrypt, encrypt_with
from core.database.db import present
from finance.payouts.models import ACCOUNT_CONTEXT, PayoutAccount


def seal(key: bytes, number: str) -> tuple[bytes, int]:
    """A number under the account's own key and, around that, today's data key, with the number of that key."""
    return encrypt(encrypt_with(key, number, context=ACCOUNT_CONTEXT), context=ACCOUNT_CONTEXT)


def number_of(account: PayoutAccount) -> str:
    """The number of a bank account in clear, for the bank's file; `PayoutAccountKey.DoesNotExist` once forgotten."""
    key = account.data_key.key
    inner = decrypt(bytes(present(account.account_cipher)), present(account.account_key_no), context=ACCOUNT_CONTEXT)
    return decrypt_with(key, inner, context=ACCOUNT_CONTEXT)
