"""Numbers of payees' accounts: encrypted under a key of each claim's own, found again by a keyed index."""

from core.crypto import blind_index, blind_indexes, decrypt, decrypt_with, encrypt, encrypt_with, new_data_key
from finance.insurance.models import ACCOUNT_CONTEXT, Claim, ClaimAccount, ClaimAccountKey
from stations.accounts.models import User

TAIL = 4


def store(
    claim: Claim, *, bank_code: str, account_no: str, holder_name: str, corrected_by: User | None = None
) -> ClaimAccount:
    """Write where a claim is paid, in place of what was written before; who has corrected it."""
    key = new_data_key()
    cipher, key_no = encrypt(encrypt_with(key, account_no, context=ACCOUNT_CONTEXT), context=ACCOUNT_CONTEXT)
    values = {
        "bank_code": bank_code,
        "holder_name": holder_name,
        "account_cipher": cipher,
        "account_key_no": key_no,
        "account_index": blind_index(_indexed(account_no)),
        "account_tail": account_no[-TAIL:],
        "corrected_by": corrected_by,
    }
    account, _is_new = ClaimAccount.objects.update_or_create(claim=claim, defaults=values)
    ClaimAccountKey.objects.update_or_create(account=account, defaults={"key": key})
    return account


def number_of(account: ClaimAccount) -> str:
    """The number in clear, for the bank; `ClaimAccountKey.DoesNotExist` once its person is forgotten."""
    inner = decrypt(bytes(account.account_cipher), account.account_key_no, context=ACCOUNT_CONTEXT)
    return decrypt_with(account.data_key.key, inner, context=ACCOUNT_CONTEXT)


def indexes_of(account: ClaimAccount) -> list[bytes]:
    """All that the same number may be found by."""
    return blind_indexes(_indexed(number_of(account)))


def index_again(account: ClaimAccount, inner: str) -> bytes:
    """The index under the key of today; `inner` is still under the claim's own key."""
    return blind_index(_indexed(decrypt_with(account.data_key.key, inner, context=ACCOUNT_CONTEXT)))


def _indexed(number: str) -> str:
    return f"bank account:{number}"
