"""What `./dev` asks back before it starts anything."""

import pytest

from devtools import commands
from devtools.console import Stop


@pytest.mark.parametrize("words", [["--seeds"], ["--seeds", "all"], ["--seeds", "-v"], ["--all", "--seeds", "x-7"]])
def test_seeds_that_are_not_named_are_asked_for(words):
    with pytest.raises(Stop, match="Which seeds"):
        commands.seeds(words)
