"""Every FHIR answer that a test receives is kept, and judged by the gate when the last test has ended.

A middleware, outermost, writes the answers into one folder of the run, which all its processes share. Findings fail the
run; the folder is then kept, so that `./dev fhir-gate FOLDER` tells them again.
"""

import gzip
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from devtools import fhir_gate, folders

#: The folder of the run, in the environment of its processes.
FOLDER = "ECOMNET_FHIR_ANSWERS"
SUFFIXES = {"application/fhir+json": ".json", "application/fhir+ndjson": ".ndjson"}
LONGEST_NAME = 100

Answer = HttpResponse | StreamingHttpResponse


def keep_fhir_answers(get_response: Callable[[HttpRequest], Answer]) -> Callable[[HttpRequest], Answer]:
    """The middleware."""

    def answered(request: HttpRequest) -> Answer:
        response = get_response(request)
        suffix = SUFFIXES.get(response.headers.get("Content-Type", "").partition(";")[0].strip())
        if suffix is None or FOLDER not in os.environ:
            return response
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = _kept_as_sent(response.streaming_content, suffix)
        else:
            _keep(_unpacked(response), suffix)
        return response

    return answered


def _unpacked(response: HttpResponse) -> bytes:
    packed = response.headers.get("Content-Encoding") == "gzip"
    return gzip.decompress(response.content) if packed else response.content


def _kept_as_sent(parts: Iterator[bytes], suffix: str) -> Iterator[bytes]:
    sent = []
    for part in parts:
        sent.append(part)
        yield part
    _keep(b"".join(sent), suffix)


def _keep(content: bytes, suffix: str) -> None:
    """Under the name of the test, so that a finding says where to look; the same answer to the same test once."""
    if not content:
        return
    test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition("::")[2].partition(" ")[0]
    name = re.sub(r"[^\w-]+", "-", test)[:LONGEST_NAME]
    digest = hashlib.sha256(content).hexdigest()[:12]
    (Path(os.environ[FOLDER]) / f"{name}.{digest}{suffix}").write_bytes(content)


def begin(config: pytest.Config) -> None:
    """Keep the answers of this process; the one that leads the run makes the folder, and judges."""
    leads = not hasattr(config, "workerinput")
    if leads:
        os.environ[FOLDER] = tempfile.mkdtemp(dir=folders.state_of("fhir-answers"))
        config.pluginmanager.register(Gate())
    settings.MIDDLEWARE = [f"{__name__}.{keep_fhir_answers.__name__}", *settings.MIDDLEWARE]


class Gate:
    """What the process that leads the run is asked at its end."""

    said = ""

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Judge what all have kept."""
        folder = Path(os.environ[FOLDER])
        whole = fhir_gate.WHOLE_RUN.items() <= os.environ.items()
        if exitstatus != pytest.ExitCode.INTERRUPTED and (whole or any(folder.iterdir())):
            done = fhir_gate.run(str(folder), *(["--whole"] if whole else []))
            self.said = done.stdout
            if done.returncode:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
                self.said += f"\n./dev fhir-gate {folder} tells this again.\n"
                return
        shutil.rmtree(folder)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Above pytest's own last line."""
        if self.said:
            terminalreporter.section("FHIR gate")
            terminalreporter.write(self.said)
