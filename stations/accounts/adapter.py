"""How the sign-in library behaves in this system."""

import base64
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator

from core import crypto
from stations.accounts.models import User

CONTEXT = "mfa.secret"


class SecondFactorAdapter(DefaultMFAAdapter):
    """The app's secrets are stored encrypted, and nobody removes a second factor on his own."""

    def encrypt(self, text: str) -> str:
        cipher, key_no = crypto.encrypt(text, context=CONTEXT)
        return f"{key_no}:{base64.b64encode(cipher).decode()}"

    def decrypt(self, encrypted_text: str) -> str:
        key_no, _colon, cipher = encrypted_text.partition(":")
        return crypto.decrypt(base64.b64decode(cipher), int(key_no), context=CONTEXT)

    def get_totp_issuer(self) -> str:
        return "EcomNet"

    def get_totp_label(self, user: User) -> str:
        return user.username

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return False

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """The system writes no mail; `core.notices` tells people."""
