"""Words that are code, where they come in by other ways than a question: addresses, headers, logs, files, JSON."""

import json
import re

import pytest
from django.test import Client

from tests.access.blank import BLANK
from tests.api.doors import DOORS, NOUNS, Visitor
from tests.api.test_attacks import WORDS, WORST
from tests.architecture import source
from tests.demonstration import taken_back

#: Doors whose addresses hold words and not only numbers.
WORDY = [door for door in DOORS if re.search(r"<(str|slug):", door.route) and door.noun in NOUNS]
FORGED = '{"event": "forged", "level": "info"}'
LINES = ("a\n" + FORGED, "a\r\n" + FORGED, "a\x1b[2J" + FORGED, "a\u2028" + FORGED, 'a", "event": "forged", "x": "')
#: What makes a cell harmless: each module that writes tables calls it (`core.csv_cells`).
GUARDS = ("import harmless", "def harmless")
#: Tables of codes, kinds and figures that the system alone makes.
OURS_ALONE = {"finance/books/views.py", "finance/payments/api/accounts.py"}


@pytest.mark.parametrize("every", [WORST, pytest.param(WORDS, marks=pytest.mark.slow)], ids=["worst", "all"])
@pytest.mark.parametrize("username", ["partner", "finance"])
def test_words_that_are_code_name_nothing_in_an_address(attacked, username, every):
    visitor, wrong = Visitor(attacked.user(username), attacked), []
    for door in WORDY:
        for words in every:
            known = dict.fromkeys(door.names, words)
            path = re.sub(r"<(?:str|slug):(\w+)>", lambda match, known=known: quoted(known[match[1]]), "/" + door.route)
            path = re.sub(r"<\w+:(\w+)>", "1", path)
            with taken_back():
                answer = visitor.get(door, path) if door.method == "get" else visitor.mobile.post(path, {})
            text = answer.content.decode(errors="replace")
            if answer.status_code >= 500 or "<script>alert(1)" in text or "owned" in answer.cookies:
                wrong.append((door.route, words[:20], answer.status_code))
    assert len(WORDY) > 20
    assert wrong == []


def quoted(words):
    """As a browser would write them into an address."""
    return re.sub(r"[^A-Za-z0-9_.-]", lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), words)


@pytest.mark.parametrize("words", LINES, ids=range(len(LINES)))
def test_nobody_writes_a_line_of_his_own_into_the_log(attacked, written, words):
    client = Client(raise_request_exception=False)
    with written() as lines, taken_back():
        for path in ("/people/", f"/{quoted(words)}/", f"/s/{quoted(words)}", f"/r/{quoted(words)}", "/api/v1/people/"):
            client.get(path, {"q": words}, headers={"User-Agent": words, "X-Request-Id": words, "Referer": words})
        client.post("/sign-in/first/", {"username": words, "password": words, "code": words})
        client.post("/csp/", json.dumps({"csp-report": {"document-uri": words, "blocked-uri": words}}), "text/plain")
    assert len(lines) > 5
    told = [json.loads(line) for line in lines]
    assert [line for line in told if line.get("event") == "forged"] == []
    assert [line for line in lines if re.search(r"[\x00-\x1f\x7f]", line)] == []


def test_no_header_of_an_answer_holds_what_somebody_typed(attacked, settings):
    settings.TEMPLATES = BLANK
    visitor, wrong = Visitor(attacked.user("finance"), attacked), []
    words = "x\r\nX-Owned: 1"
    for door in DOORS:
        if door.is_api or door.noun_is_known is False:
            continue
        with taken_back():
            answer = visitor.browser.get(
                door.path(attacked), {"next": words, "size": words, "in": words, "kind": words}
            )
        wrong += [(door.route, name) for name, value in answer.items() if "X-Owned" in name or "\n" in str(value)]
    assert wrong == []


def test_whoever_writes_a_table_for_a_spreadsheet_makes_its_cells_harmless():
    writers = [
        path for path in source.files() if re.search(r"csv\.writer\(|line_writer\(", path.read_text(encoding="utf-8"))
    ]
    bare = [
        source.named(path)
        for path in writers
        if "sandbox" not in path.parts and not any(guard in path.read_text(encoding="utf-8") for guard in GUARDS)
    ]
    assert len(writers) > 2
    assert set(bare) <= OURS_ALONE


def test_no_statement_is_put_together_from_what_somebody_sent():
    """SQL by hand stands in modules of its own, and takes what people send as parameters only."""
    made = re.compile(r"\.execute\(\s*f?[\"'].*(%\s|\.format\()|\.execute\(\s*f[\"']|RawSQL\(f|\.raw\(f|\.extra\(")
    found = [
        source.named(path)
        for path in source.files()
        if path.parts[-2] != "commands"
        and source.kind(path) in {"views", "api", "forms", "tasks", "handlers", "admin"}
        and made.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
