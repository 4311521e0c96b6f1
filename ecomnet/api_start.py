"""What somebody needs for a first call of the API: lines to copy, the order of calls, rules, codes, signatures."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.problems import all_cases
from core.web.tables import Cell, Column, Table

#: A first bill, from signing in to the slip: the calls in their order.
FIRST_CALLS = (
    (
        "POST",
        "/api/v1/device-tokens/",
        _("Sign in once, with an Idempotency-Key as in every POST; send the token with every request that follows."),
    ),
    ("GET", "/api/v1/me/", _("See your posts: which stations you work for, and what you may do there.")),
    ("GET", "/api/v1/billers/", _("Which companies the station serves, and what to ask the customer for.")),
    ("POST", "/api/v1/bill-fetches/", _("Ask the company what is due. 202: look again until it has answered.")),
    ("POST", "/api/v1/bill-quotes/", _("What the customer pays and what you earn. Nothing moves yet.")),
    ("POST", "/api/v1/bill-payments/", _("Pay with the figures of the quote. They have changed: quote again.")),
    ("GET", "/api/v1/payments/{id}/", _("Look until it has succeeded or failed. Until then, never pay again.")),
    ("GET", "/api/v1/payments/{id}/receipt/", _("The slip as lines of data, and the address for its QR code.")),
)

#: What holds for every call: name -> rule.
RULES = (
    (
        "Authorization",
        _("The word Token, a space, and the token of the sign-in. It belongs to one device; 401 means: sign in again."),
    ),
    (
        "Idempotency-Key",
        _(
            "Every POST carries one, of 16 to 64 letters, digits, dots, dashes or underscores, made and stored where "
            "the button is pressed. After a lost answer send the same key again: it has one effect, and the first "
            "answer comes back with Idempotent-Replayed: true."
        ),
    ),
    (
        "Retry-After",
        _("On 429 and 503: wait so many seconds, then send the same request with the same key. Nothing was done."),
    ),
    (
        "Accept-Language",
        _("en or zh-hans: the language of the sentences. Codes and names of fields are the same in both."),
    ),
    (_("Amounts"), _("Strings with exactly the decimals of their currency, beside the currency.")),
    (_("Times"), _("Instants are in UTC with Z and milliseconds; business dates are days of the station.")),
    (_("Lists"), _("Pages of up to 200 rows (page_size): follow next and previous as they are, until next is null.")),
)

#: Codes that every client meets, in the order in which a beginner meets them.
COMMON_CODES = (
    "not_authenticated",
    "idempotency_key_missing",
    "invalid",
    "not_allowed",
    "not_found",
    "idempotency_key_reused",
    "idempotency_key_running",
    "quote_changed",
    "payment_stands",
    "cursor_invalid",
    "provider_down",
    "too_many",
    "too_busy",
)

REFUSAL = """HTTP/1.1 409 Conflict
Content-Type: application/problem+json

{"type": "/problems/float_too_small", "title": "float too small", "status": 409, "code": "float_too_small",
 "detail": "The float has ¥120.00; this needs ¥186.40. Top up the float first.",
 "params": {"available": "¥120.00", "needed": "¥186.40"}}"""

#: A message and its signature, to test an implementation with (docs/providers.md has the same).
SIGNED = """POST /v1/bills/fetch
X-Key-Id: sandbox
X-Timestamp: 1795593600
X-Nonce: b3f1c2d4e5f60718
X-Signature: v1=8b61309a8c6ad5001d59fc3f45c76f06fa89775f2b5fa6511d1328f1c1253300

{"our_ref":"0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001","biller_code":"JS-POWER","parameters":{"customer_no":"3213240012345"}}"""

SIGNING = """import hashlib, hmac

secret = "sandbox-secret-1"
text = "\n".join([timestamp, nonce, method, target, hashlib.sha256(body).hexdigest()])
signature = "v1=" + hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()"""

_LINES = """curl -X POST {origin}/api/v1/device-tokens/ \\
  -H "Content-Type: application/json" -H "Idempotency-Key: $(uuidgen)" \\
  -d '{{"username": "NAME", "password": "PASSWORD", "code": "CODE", "label": "terminal"}}'

curl {origin}/api/v1/me/ -H "Authorization: Token TOKEN"

curl "{origin}/api/v1/payments/?page_size=50" -H "Authorization: Token TOKEN" -H "Accept-Language: en"
"""


def lines_to_copy(origin: str) -> str:
    """Sign in, look who one is, and read the first page of a list, in a terminal."""
    return _LINES.format(origin=origin).rstrip()


def codes() -> Table:
    """The codes that every client meets, with what a program does then."""
    known = all_cases()
    rows = [
        (Cell(code, href=reverse("core:problem", args=[code])), case.status, case.advice.program)
        for code in COMMON_CODES
        for case in known[code][:1]
    ]
    columns = (Column(_("Refusal code")), Column(_("HTTP status"), number=True), Column(_("A program")))
    return Table(_("Codes that every client meets"), columns, rows)
