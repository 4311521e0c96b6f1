"""The sandbox provider of the demonstration: whom it plays and where it stands.

It stands on a UNIX socket, so that two checkouts never meet; its secrets are invented like its money.
"""

from urllib.parse import quote

from devtools import folders

#: Codes of the companies that the demonstration knows as providers.
PROVIDERS = (
    "JS-POWER",
    "JS-WATER",
    "JS-GAS",
    "JS-TV",
    "JS-TELECOM",
    "CN-MOBILE",
    "CN-UNICOM",
    "CN-TELECOM",
    "CN-BROADNET",
    "SMS",
    "BANK",
    "EPAY",
    "TRADE",
    "EXPRESS",
    "HOSPITAL",
    "LRS",
    *(f"KW-{name}" for name in ("POWER", "WATER", "TELECOM", "NORTH", "SOUTH", "BANK", "PAY")),
    *(f"JP-{name}" for name in ("POWER", "WATER", "TELECOM", "EAST", "WEST", "BANK", "PAY")),
)


def variables(address: str) -> dict[str, str]:
    """What the system and its sandbox must know of each other; `address` is the system's own."""
    socket = str(folders.sockets_of("run") / "sandbox.sock")
    known = {
        "ECOMNET_SANDBOX": "1",
        "ECOMNET_SANDBOX_SOCKET": socket,
        "ECOMNET_SANDBOX_DATABASE": str(folders.state_of("run") / "sandbox.sqlite3"),
        "ECOMNET_SANDBOX_CALLBACK_URL": address,
        "ECOMNET_SMS_PROVIDER": "SMS",
    }
    for code in PROVIDERS:
        prefix = f"ECOMNET_PROVIDER_{code.replace('-', '_')}"
        known[f"{prefix}_URL"] = f"http+unix://{quote(socket, safe='')}"
        known[f"{prefix}_SECRET"] = f"demonstration-secret-of-{code.lower()}"
    known["ECOMNET_PROVIDER_LRS_URL"] += "/xapi"
    return known
