"""The commands of `./dev`."""

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping

from devtools import (
    audit,
    checks,
    chromium,
    clock,
    environment,
    fault_injection,
    fhir_gate,
    folders,
    mutants,
    servers,
    setup,
    stack,
)
from devtools.console import Stop, say, step
from devtools.processes import end_tidily_on_signals, foreground

#: Commands of manage.py that change tables, and so need the owner's role.
FOR_THE_OWNER = {"migrate", "createcachetable"}
LOCAL = {"DJANGO_SETTINGS_MODULE": "ecomnet.settings.local"}


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
        say(f"  {name:<9} {(command.__doc__ or '').splitlines()[0]}")
    return 2


def run(words: list[str]) -> int:
    """Start everything, with the demonstration in it; Ctrl-C ends it."""
    with open_system() as system:
        setup.greet(system)
        system.watch()
    return 0


def day(words: list[str]) -> int:
    """Play one day of a county against the running system, or one opened for it; `--faults` kills processes, too."""
    environment.prepare(*environment.RUNNING)
    if address := stack.address_of_running_system():
        return fault_injection.play(words, stack.running_stack(servers.servers_for("run"), address))
    with open_system() as system, system.watched():
        return fault_injection.play(words, system)


def load(words: list[str]) -> int:
    """Load the system with a county's day, overload it, and judge its books: `./dev load [--minutes 30]`."""
    environment.prepare(*environment.RUNNING)
    os.environ.setdefault("ECOMNET_WEB_WORKERS", "8")
    command = [environment.python(), "manage.py", "play_load", "--locust", environment.locust(), *words]
    if address := stack.address_of_running_system():
        return foreground(command, stack.variables_of(servers.servers_for("run"), address))
    with open_system() as system, system.watched():
        return foreground(command, stack.variables_of(system.servers, system.address))


def test(words: list[str]) -> int:
    """Check and test everything; `--all` adds the slow ones, other words go to pytest (which then runs alone).

    `--seeds 1000` plays so many seeds of `tests/faults` instead, or those that are named, such as `7,40-60`.
    `--on 2028-02-29T23:55` runs the tests as of that instant in Shanghai (with a Z in UTC); `--all` adds every
    awkward day of `devtools/clock.py`. `--mutants CODE TESTS` changes the code and says what those tests overlook;
    `--sample 12 --seed 1` plays a random sample of the changes.
    """
    environment.prepare(*environment.TESTING)
    if "--seeds" in words:
        return seeds(words)
    if not words or "--on" in words:
        fhir_gate.prepare()
    if "--on" in words:
        return on(words)
    if words[:1] == ["--mutants"]:
        return changed(words[1:])
    everything = "--all" in words
    words = [word for word in words if word != "--all"]
    with servers.using("test") as using:
        variables = using.variables | checks.TEST_SETTINGS | browser_for(words)
        if not words and not checks.passed(checks.source_checks(), variables):
            say("\nThe tests were not run: mend the checks above first.")
            return 1
        marks = " and ".join(marks_of(words, everything=everything, browser="ECOMNET_CHROMIUM" in variables))
        if not words:
            variables |= fhir_gate.WHOLE_RUN
        # One more than there are cores: some tests wait for processes that start, die and come back.
        failed = pytest(["-n", str((os.cpu_count() or 2) + 1), "-m", marks, *words], variables)
    return failed or (on_awkward_days(words) if everything else 0)


def marks_of(words: list[str], *, everything: bool, browser: bool) -> list[str]:
    """Which tests run: the slow ones with everything, all in a browser with it or where they are named."""
    speed = [] if everything else ["not slow"]
    if not browser:
        return [*speed, "not browser"]
    if everything or words:
        return speed
    say("· browser: the chosen tests; ./dev browser runs all of them")
    return [*speed, "(not browser or chosen)"]


def on(words: list[str]) -> int:
    """The tests as of another instant, on servers of their own; those in a browser keep the machine's clock."""
    place = words.index("--on")
    at = clock.instant("".join(words[place + 1 : place + 2]))
    others = [word for word in [*words[:place], *words[place + 2 :]] if word != "--all"]
    os.environ.update(clock.variables(at) | {"PYTEST_DEBUG_TEMPROOT": str(folders.temporary_of("dated-files"))})
    with servers.using_alone("dated") as using:
        say(f"· the clock of this run: {at:%A, %-d %B %Y, %H:%M %Z}; tests in a browser are left out")
        marks = "not slow and not browser"
        return pytest(["-n", str(os.cpu_count() or 2), "-m", marks, *others], using.variables | checks.TEST_SETTINGS)


def on_awkward_days(words: list[str]) -> int:
    """The tests as of each awkward day, one after another; the first that fails ends it."""
    for day, reason in clock.AWKWARD.items():
        say(f"\n· as of {day}: {reason}")
        if failed := foreground([sys.executable, "-m", "devtools", "test", "--on", day, *words], {}):
            return failed
    return 0


def changed(words: list[str]) -> int:
    """One expression after another is changed, in a copy; the tests that are named should notice."""
    with servers.using("test") as using:
        return mutants.play(words, using.variables | checks.TEST_SETTINGS)


def seeds(words: list[str]) -> int:
    """Random deaths, cuts and lies in a whole system for each core, seed after seed, each told as it ends."""
    place = words.index("--seeds")
    wanted = words[place + 1] if place + 1 < len(words) else ""
    if not wanted.replace(",", "").replace("-", "").isdigit():
        raise Stop("Which seeds? `--seeds 1000` plays the first thousand, `--seeds 7,40-60` those.")
    chosen = {"ECOMNET_SEEDS": f"1-{wanted}" if wanted.isdigit() else wanted}
    others = [word for word in [*words[:place], *words[place + 2 :]] if word != "--all"]
    with servers.using("test") as using:
        variables = using.variables | checks.TEST_SETTINGS | chosen
        workers = ["-n", str(os.cpu_count() or 2), "--maxschedchunk", "1"]
        return pytest([*workers, "-v", "-m", "slow", "tests/faults/test_seeds.py", *others], variables)


def lint(words: list[str]) -> int:
    """Check the source and the container files, without tests.

    `--audit` asks PyPI and its lists of known holes for every package that a real system runs, instead.
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
    six pages.
    """
    environment.prepare(*environment.TESTING)
    found = browser_for(["browser"])
    if not found:
        return 1
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
    if address := stack.address_of_running_system():
        variables = stack.variables_of(servers.servers_for("run"), address)
        return 0 if audit.audit(address, variables, path) else 1
    with open_system() as system, system.watched():
        variables = stack.variables_of(system.servers, system.address)
        return 0 if audit.audit(system.address, variables, path) else 1


def gate(words: list[str]) -> int:
    """Check a folder of FHIR resources for conformance, as the tests check every answer: `./dev fhir-gate FOLDER`.

    It reads .json and .ndjson. `--trial` checks the gate itself. Status 0: clean; 1: findings; 2: nothing was checked.
    """
    done = fhir_gate.run(*words)
    say(done.stdout.rstrip())
    return done.returncode


def bench(words: list[str]) -> int:
    """Measure, beside other software: `./dev bench [group] [--full]`."""
    environment.prepare(*environment.TESTING)
    with servers.using("bench") as using:
        return foreground([environment.python(), "-m", "benchmarks", *words], using.variables | LOCAL)


def manage(words: list[str]) -> int:
    """Run manage.py against the servers of this checkout."""
    environment.prepare(*environment.RUNNING)
    with servers.using("run") as using:
        variables = stack.variables_of(using, stack.address_of_running_system() or stack.USUAL_ADDRESS)
        if words and words[0] in FOR_THE_OWNER:
            variables |= using.as_owner
        return foreground([environment.python(), "manage.py", *words], variables)


def stop(words: list[str]) -> int:
    """Stop whatever of this checkout still runs."""
    environment.prepare(*environment.RUNNING)
    stack.stop_everything()
    for purpose in ("run", "test", "dated", "bench"):
        servers.stop(purpose)
    return 0


def reset(words: list[str]) -> int:
    """Forget the demonstration and what tests left: stop everything and delete databases and files."""
    stop(words)
    throwaway = [folders.throwaway_of(purpose) for purpose in servers.CARELESS]
    for folder in (folders.servers_of("run"), folders.state_of("run"), folders.STATE / "media", *throwaway):
        shutil.rmtree(folder, ignore_errors=True)
    say("Forgotten. The next ./dev run starts anew.")
    return 0


@contextlib.contextmanager
def open_system() -> Iterator[stack.Stack]:
    """Servers, tables, the demonstration, and every process; all of it ends with the block."""
    environment.prepare(*environment.RUNNING)
    with servers.using("run") as using:
        system = stack.stack_on(using)
        with stack.only_one_run(system.address):
            try:
                setup.set_up(system)
                with step("Starting web, worker, beat and sandbox provider"):
                    system.start()
                yield system
            finally:
                say("\nStopping web, worker, beat, sandbox provider, servers …")
                system.stop()


def pytest(words: list[str], variables: Mapping[str, str]) -> int:
    """Run pytest; its summary is the last that is printed."""
    return foreground([environment.python(), "-m", "pytest", *words], variables)


def browser_for(words: list[str]) -> dict[str, str]:
    """The variable that names Chromium; one is fetched when everything is tested, or what needs it."""
    fetch = not words or any("browser" in word for word in words)
    found = chromium.installed_or_fetched() if fetch else chromium.installed()
    if found:
        return {"ECOMNET_CHROMIUM": found}
    if fetch and os.environ.get("CI"):
        raise Stop("No Chromium for this machine, and CI leaves nothing out: name one in ECOMNET_CHROMIUM.")
    say("· browser: no Chromium on this machine, its tests are left out (ECOMNET_CHROMIUM names one)")
    return {}


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": run,
    "day": day,
    "load": load,
    "test": test,
    "lint": lint,
    "browser": browser,
    "fhir-gate": gate,
    "bench": bench,
    "manage": manage,
    "stop": stop,
    "reset": reset,
    "help": usage,
}
