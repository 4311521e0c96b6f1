"""The clock of the tests: a run may live on another day (`./dev test --on`), and its processes live on it, too."""

import os

_OF_THE_CLOCK = {"LD_PRELOAD", "FAKETIME", "FAKETIME_DONT_FAKE_MONOTONIC", "NO_FAKE_STAT"}
#: The environment of a process that gets none of ours: where programs are, and what day it is.
BARE = {name: value for name, value in os.environ.items() if name == "PATH" or name in _OF_THE_CLOCK}
