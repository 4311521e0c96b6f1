"""The commands of `./dev`."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping

from devtools import audit, checks, environment, folders, furnishing, servers, stack, strikes
from devtools.processes import end_tidily_on_signals, foreground
from devtools.words import Stop, say, step

#: Commands of manage.py that change tables, and so need the owner's role.
FOR_THE_OWNER = {"migrate", "createcachetable"}
LOCAL = {"DJANGO_SETTINGS_MODULE": "ecomnet.settings.local"}
CHROMIUMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def main(words: list[str]) -> int:
    """Run one command; the exit status."""
    name, *rest = words or ["help"]
    command = COMMANDS.get(name)
    if command is None:
        return usage(rest)
    end_tidily_on_signals()
    try:
        return command(rest)
    except Stop as reason:
        say(f"\n{reason}")
        return 1


def usage(words: list[str]) -> int:
    """Show this list."""
    say("usage: ./dev COMMAND\n")
    for name, command in COMMANDS.items():
        say(f"  {name:<8} {(command.__doc__ or '').splitlines()[0]}")
    return 2


def run(words: list[str]) -> int:
    """Start everything, with the demonstration in it; Ctrl-C ends it."""
    with open_house() as house:
        furnishing.greet(house)
        house.watch()
    return 0


def day(words: list[str]) -> int:
    """Play one day of a county against the running house, or one opened for it; `--faults` kills processes, too."""
    environment.prepare(*environment.RUNNING)
    if address := stack.address_of_running_house():
        return strikes.play(words, stack.running_stack(servers.servers_for("run"), address))
    with open_house() as house, house.watched():
        return strikes.play(words, house)


def load(words: list[str]) -> int:
    """Load the house with a county's day, overload it, and judge its books: `./dev load [--minutes 30]`."""
    environment.prepare(*environment.RUNNING)
    os.environ.setdefault("ECOMNET_WEB_WORKERS", "8")
    command = [environment.python(), "manage.py", "play_load", "--locust", environment.locust(), *words]
    if address := stack.address_of_running_house():
        return foreground(command, stack.variables_of(servers.servers_for("run"), address))
    with open_house() as house, house.watched():
        return foreground(command, stack.variables_of(house.servers, house.address))


def test(words: list[str]) -> int:
    """Check and test everything; `--all` adds the slow ones, other words go to pytest (which then runs alone).

    `--seeds 1000` plays so many seeds of `tests/faults` instead, or those that are named, such as `7,40-60`.
    """
    environment.prepare(*environment.TESTING)
    if "--seeds" in words:
        return seeds(words)
    everything = "--all" in words
    words = [word for word in words if word != "--all"]
    with servers.using("test") as using:
        variables = using.variables | checks.TEST_SETTINGS | chromium()
        if not words and not checks.passed(checks.source_checks(), variables):
            say("\nThe tests were not run: mend the checks above first.")
            return 1
        if "ECOMNET_CHROMIUM" not in variables:
            say("· browser: no Chromium on this machine, its tests are left out (ECOMNET_CHROMIUM names one)")
        wanted = {"not slow": not everything, "not browser": "ECOMNET_CHROMIUM" not in variables}
        marks = " and ".join(mark for mark, left_out in wanted.items() if left_out)
        return pytest(["-n", str(os.cpu_count() or 2), "-m", marks, *words], variables)


def seeds(words: list[str]) -> int:
    """Random deaths, cuts and lies in a whole house for each core, seed after seed, each told as it ends."""
    place = words.index("--seeds")
    wanted = words[place + 1] if place + 1 < len(words) else ""
    if not wanted.replace(",", "").replace("-", "").isdigit():
        raise Stop("Which seeds? `--seeds 1000` plays the first thousand, `--seeds 7,40-60` those.")
    chosen = {"ECOMNET_SEEDS": f"1-{wanted}" if wanted.isdigit() else wanted}
    others = [word for word in [*words[:place], *words[place + 2 :]] if word != "--all"]
    with servers.using("test") as using:
        variables = using.variables | checks.TEST_SETTINGS | chosen
        houses = ["-n", str(os.cpu_count() or 2), "--maxschedchunk", "1"]
        return pytest([*houses, "-v", "-m", "slow", "tests/faults/test_seeds.py", *others], variables)


def lint(words: list[str]) -> int:
    """Check the source and the container files, without tests.

    `--audit` asks PyPI and its lists of known holes for every package that a real house runs, instead.
    """
    if words == ["--audit"]:
        return 0 if checks.passed(checks.known_holes(environment.pip_audit()), {}) else 1
    environment.prepare(*environment.TESTING)
    with servers.using("test") as using:
        variables = using.variables | checks.TEST_SETTINGS
        return 0 if checks.passed([*checks.source_checks(), *checks.container_checks()], variables) else 1


def browser(words: list[str]) -> int:
    """Run the tests that drive a real browser, axe on every page; `--all` adds every page in every language and width.

    `--audit` holds every page in both languages and all widths against the rules of axe, then runs Lighthouse over
    five pages.
    """
    environment.prepare(*environment.TESTING)
    found = chromium()
    if not found:
        raise Stop("No Chromium on this machine: install one, or name it in ECOMNET_CHROMIUM.")
    if "--audit" in words:
        matrix = _accessible_everywhere(found)
        return _audit(found["ECOMNET_CHROMIUM"]) or matrix
    with servers.using("test") as using:
        marks = "browser" if "--all" in words else "browser and not slow"
        words = [word for word in words if word != "--all"]
        variables = using.variables | checks.TEST_SETTINGS | found | {"ECOMNET_AXE_EVERYWHERE": "1"}
        return pytest(["-n", "2", "-m", marks, "tests/browser", *words], variables)


def _accessible_everywhere(found: Mapping[str, str]) -> int:
    """Every variant of every page, with somebody who may open it: axe, width, weight."""
    with servers.using("test") as using:
        variables = using.variables | checks.TEST_SETTINGS | dict(found)
        cores = str(os.cpu_count() or 2)
        return pytest(["-n", cores, "-m", "browser and slow", "tests/browser/test_every_page.py"], variables)


def _audit(path: str) -> int:
    if address := stack.address_of_running_house():
        variables = stack.variables_of(servers.servers_for("run"), address)
        return 0 if audit.audit(address, variables, path) else 1
    with open_house() as house, house.watched():
        variables = stack.variables_of(house.servers, house.address)
        return 0 if audit.audit(house.address, variables, path) else 1


def bench(words: list[str]) -> int:
    """Measure, beside other software: `./dev bench [group] [--full]`."""
    environment.prepare(*environment.TESTING)
    with servers.using("bench") as using:
        return foreground([environment.python(), "-m", "benchmarks", *words], using.variables | LOCAL)


def manage(words: list[str]) -> int:
    """Run manage.py against the servers of this checkout."""
    environment.prepare(*environment.RUNNING)
    with servers.using("run") as using:
        variables = stack.variables_of(using, stack.address_of_running_house() or stack.USUAL_ADDRESS)
        if words and words[0] in FOR_THE_OWNER:
            variables |= using.as_owner
        return foreground([environment.python(), "manage.py", *words], variables)


def stop(words: list[str]) -> int:
    """Stop whatever of this checkout still runs."""
    environment.prepare(*environment.RUNNING)
    stack.stop_everything()
    for purpose in ("run", "test", "bench"):
        servers.stop(purpose)
    return 0


def reset(words: list[str]) -> int:
    """Forget the demonstration and what tests left: stop everything and delete databases and files."""
    stop(words)
    kept = (folders.servers_of("run"), folders.state_of("run"), folders.STATE / "media", folders.throwaway_of("test"))
    for folder in kept:
        shutil.rmtree(folder, ignore_errors=True)
    say("Forgotten. The next ./dev run starts anew.")
    return 0


@contextlib.contextmanager
def open_house() -> Iterator[stack.Stack]:
    """Servers, tables, the demonstration, and every process; all of it ends with the block."""
    environment.prepare(*environment.RUNNING)
    with servers.using("run") as using:
        house = stack.stack_on(using)
        with stack.only_one_run(house.address):
            try:
                furnishing.furnish(house)
                with step("Starting web, worker, beat and sandbox provider"):
                    house.start()
                yield house
            finally:
                say("\nStopping web, worker, beat, sandbox provider, servers …")
                house.stop()


def pytest(words: list[str], variables: Mapping[str, str]) -> int:
    """Run pytest; its summary is the last that is printed."""
    return foreground([environment.python(), "-m", "pytest", *words], variables)


def chromium() -> dict[str, str]:
    """The variable that tells the browser tests where Chromium is; empty when there is none."""
    named = os.environ.get("ECOMNET_CHROMIUM")
    found = named or next((path for each in CHROMIUMS if (path := shutil.which(each))), None)
    return {"ECOMNET_CHROMIUM": found} if found else {}


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": run,
    "day": day,
    "load": load,
    "test": test,
    "lint": lint,
    "browser": browser,
    "bench": bench,
    "manage": manage,
    "stop": stop,
    "reset": reset,
    "help": usage,
}
