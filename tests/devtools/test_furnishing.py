"""What `./dev run` shows while it fills the database."""

import sys

import pytest

from devtools.console import Stop
from devtools.setup import shown

TELLING = """
import sys
print("who can sign in")
print("· stations", file=sys.stderr)
print('{"event": "job_run", "level": "info"}', file=sys.stderr)
print("Traceback: something", file=sys.stderr)
sys.exit(int(sys.argv[1]))
"""


def test_progress_is_shown_and_lines_of_the_log_are_written_to_the_log_alone(tmp_path, capsys):
    said = shown([sys.executable, "-c", TELLING, "0"], {}, log=tmp_path / "log")
    assert said == "who can sign in\n"
    assert capsys.readouterr().out == "· stations\n"
    assert (tmp_path / "log").read_text() == '{"event": "job_run", "level": "info"}\nTraceback: something\n'


def test_a_command_that_fails_names_its_log(tmp_path):
    with pytest.raises(Stop, match="log"):
        shown([sys.executable, "-c", TELLING, "3"], {}, log=tmp_path / "log")
    assert "Traceback" in (tmp_path / "log").read_text()
