"""The table of OWASP ASVS (docs/asvs.md) is complete and names what exists; and the rules of it that text can show."""

import csv
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

import pytest
from django import forms
from django.conf import global_settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from stations.accounts import forms as accounts
from tests.architecture import source

PAGE = source.ROOT / "docs" / "asvs.md"
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]*) \|$", re.MULTILINE)
NAMED = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Row:
    """One requirement as the page answers to it."""

    number: str
    level: str
    asks: str
    state: str
    where: str
    proof: str


ROWS = [Row(*(cell.strip() for cell in found)) for found in ROW.findall(PAGE.read_text(encoding="utf-8"))]
BY_STATE = {state: [row for row in ROWS if row.state == state] for state in ("met", "partly", "n/a")}


def required() -> dict[str, str]:
    """Id and level of each requirement, as the standard has them."""
    lines = (source.ROOT / "tests" / "architecture" / "asvs-5.0.0.csv").read_text(encoding="utf-8").splitlines()
    return {row["id"][1:]: row["level"] for row in csv.DictReader(line for line in lines if not line.startswith("#"))}


def missing_of(name: str) -> bool:
    """Whether a file or a test of this name does not exist."""
    path, _colons, test = name.partition("::")
    file = source.ROOT / path
    if not file.exists():
        return True
    return bool(test) and f"\ndef {test}(" not in file.read_text(encoding="utf-8")


def named_in(text: str) -> list[str]:
    """The paths that a cell names."""
    return [name for name in NAMED.findall(text) if re.fullmatch(r"[\w.-]+(/[\w.-]+)*(::\w+)?", name) and is_path(name)]


def is_path(name: str) -> bool:
    if name.startswith("application/"):
        return False
    return "/" in name or name.startswith(".docker") or name.endswith((".py", ".md", ".yml", ".txt"))


def test_every_requirement_of_levels_1_and_2_stands_once():
    assert Counter(row.number for row in ROWS) == Counter(required().keys())
    assert {row.number: row.level for row in ROWS} == required()
    assert sum(map(len, BY_STATE.values())) == len(ROWS)


def test_the_page_counts_itself_right():
    told = re.search(r"(\d+) requirements: (\d+) met, (\d+) partly met, (\d+) not applicable", PAGE.read_text())
    assert told
    assert [int(number) for number in told.groups()] == [len(ROWS), *(len(rows) for rows in BY_STATE.values())]


def test_what_counts_names_what_holds_it():
    assert [row.number for row in (*BY_STATE["met"], *BY_STATE["partly"]) if not named_in(row.proof)] == []


def test_what_is_partly_met_says_what_is_missing_and_what_does_not_apply_says_why():
    assert [row.number for row in BY_STATE["partly"] if "Missing" not in row.where] == []
    assert [row.number for row in BY_STATE["n/a"] if len(row.where) < 6] == []
    assert [row.number for row in BY_STATE["met"] if "Missing" in row.where] == []


def test_every_file_and_test_that_the_page_names_exists():
    names = {(row.number, name) for row in ROWS for name in named_in(row.where) + named_in(row.proof)}
    assert len(names) > 200
    assert sorted((number, name) for number, name in names if missing_of(name)) == []


# --- rules that the text of the system shows

#: Commands and clients of the demonstration, its company, and the developers' checks are no part of a real system.
NOT_IN_A_REAL_HOUSE = ("ecomnet/simulation/", "ecomnet/demo_data/", "ecomnet/management/", "core/gateways/sandbox/")


@cache
def used() -> dict[str, tuple[set[str], set[str]]]:
    """Each file of a real system with what it imports and what it calls."""
    files = [path for path in source.files() if not source.named(path).startswith(NOT_IN_A_REAL_HOUSE)]
    return {
        source.named(path): (
            {name for _line, name in source.imports(path)},
            {name for _line, name in source.calls(path)},
        )
        for path in files
    }


def importers(*modules: str) -> set[str]:
    """The files that import one of these modules, or something from it."""
    return {
        file
        for file, (imported, _called) in used().items()
        if any(name == module or name.startswith(f"{module}.") for name in imported for module in modules)
    }


def callers(*names: str) -> set[str]:
    """The files that call one of these."""
    return {file for file, (_imported, called) in used().items() if not called.isdisjoint(names)}


def test_the_house_starts_no_process_and_runs_no_text():
    assert importers("subprocess", "pickle", "marshal", "shelve", "yaml", "xml", "dill") == set()
    assert callers("eval", "exec", "compile", "os.system", "os.popen", "__import__") == set()


def test_one_module_calls_out():
    assert importers("httpx", "requests", "urllib.request", "http.client", "smtplib", "ftplib") == {
        "core/gateways/client.py"
    }


def test_cryptography_stands_where_the_inventory_says():
    assert importers("cryptography.hazmat") == {"core/crypto.py"}
    assert importers("Crypto", "nacl", "jwt", "jose", "OpenSSL") == set()
    weak = re.compile(r"hashlib\.(md5|sha1)\b|\.(md5|sha1)\(|\bECB\b|\bCBC\b|PKCS1v15|\"(md5|sha1)\"")
    assert [name for name in used() if weak.search((source.ROOT / name).read_text(encoding="utf-8"))] == []


def test_the_secret_of_sessions_signs_nothing_but_sessions_tokens_and_cursors():
    signing = importers("django.core.signing", "django.utils.crypto.salted_hmac", "django.contrib.auth.tokens")
    assert signing == {
        "core/web/pagination.py",
        "education/learners/whose.py",  # whose page a form stood on
        "education/packages/origin.py",  # addresses of content packages, for twelve hours
        "stations/accounts/api/tokens.py",
        "stations/accounts/models.py",
    }


def test_what_must_not_be_guessed_is_random():
    assert importers("random", "numpy") <= {"stations/people/believable.py", "core/jobs/times.py"}
    assert {"stations/accounts/services/secrets.py", "core/gateways/signing.py"} <= importers("secrets")


def test_passwords_are_hashed_slowly_in_a_real_house():
    base = (source.ROOT / "ecomnet" / "settings" / "base.py").read_text() + (
        source.ROOT / "ecomnet" / "settings" / "production.py"
    ).read_text()
    assert "PASSWORD_HASHERS" not in base
    assert global_settings.PASSWORD_HASHERS[0].endswith(".PBKDF2PasswordHasher")
    assert PBKDF2PasswordHasher.iterations >= 600_000


def test_a_session_begins_at_one_place_alone():
    assert callers("login", "auth.login", "auth_login", "perform_login") == {"stations/accounts/browser.py"}
    assert callers("DeviceToken") == {"stations/accounts/services/tokens.py"}
    for word in ("hint", "question", "security_answer"):
        assert word not in (source.ROOT / "stations" / "accounts" / "models.py").read_text()


SECRET = re.compile(r"password|pin|again")


FORMS = [each for each in vars(accounts).values() if isinstance(each, type) and issubclass(each, accounts.SecretForm)]


@pytest.mark.parametrize("form", FORMS)
def test_secrets_are_typed_into_masked_fields_that_a_store_of_passwords_may_fill(form):
    for name, field in form.base_fields.items():
        if SECRET.search(name):
            assert isinstance(field.widget, forms.PasswordInput), name
            assert field.widget.attrs["autocomplete"] in {"current-password", "new-password"}, name


SCRIPTS = [path for path in source.ROOT.glob("*/static/*/*.js") if path.parent.parent.parent.name in source.APPS]


@pytest.mark.parametrize("path", SCRIPTS, ids=source.named)
def test_scripts_write_text_and_keep_nothing_secret(path):
    script = path.read_text(encoding="utf-8")
    unsafe = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|localStorage|__proto__"
    assert re.findall(unsafe, script) == []
    heard = re.findall(r"addEventListener\(\"(?:message|paste)\"", script)
    if path.name in {"player.js", "package.js", "h5p.js"}:  # a content package speaks from another origin, in a frame
        assert heard == ['addEventListener("message"']
        assert re.search(r"event\.source !== [\w.]+ \|\| event\.origin !== \w+\) return;", script)
    else:
        assert heard == []
    if "sessionStorage.setItem" in script:
        kept = re.findall(r"sessionStorage\.setItem\(([^,]+),", script)
        assert all(name.strip().startswith(("name", '"drafts-silently"')) for name in kept)
    if path.name == "drafts.js":
        assert "[type=password]" in script


def test_the_image_carries_neither_history_nor_tests():
    left_out = (source.ROOT / ".dockerignore").read_text().split()
    assert {".git", "tests", "devtools", "benchmarks", ".env", "providers.env", "dev", ".state"} <= set(left_out)


def test_every_package_is_pinned_by_its_hash():
    text = (source.ROOT / "requirements.txt").read_text(encoding="utf-8")
    packages = [entry for entry in re.split(r"\n(?=[A-Za-z0-9])", text) if re.match(r"[A-Za-z0-9][^\s=]*==", entry)]
    assert len(packages) > 50
    assert [entry.split("==")[0] for entry in packages if "--hash=sha256:" not in entry] == []
    assert "://" not in re.sub(r"#.*", "", text)
