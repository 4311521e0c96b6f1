"""`./dev bench [group ...] [--full]`: one line per goal, as soon as it is known."""

import argparse
import pkgutil
import sys
from importlib import import_module

import benchmarks
from benchmarks.lines import HEADER, Line, Scale
from benchmarks.logs import set_up


def groups() -> dict[str, object]:
    """Every module of this package that measures something, by name."""
    modules = {
        found.name: import_module(f"benchmarks.{found.name}")
        for found in pkgutil.iter_modules(benchmarks.__path__)
        if not found.ispkg and found.name != "__main__"
    }
    return {name: module for name, module in modules.items() if hasattr(module, "measure")}


def main() -> int:
    """Measure the groups asked for, or all."""
    set_up()
    known = groups()
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("group", nargs="*", help=f"of {', '.join(sorted(known))}; all without it")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--full", action="store_true", help="longer rounds and the large tables")
    size.add_argument("--tiny", action="store_true", help="only whether everything still runs; figures mean nothing")
    parser.add_argument("--demonstration", default="", help="with --tiny: a database to clone instead of loading it")
    asked = parser.parse_args()
    if unknown := set(asked.group) - set(known):
        parser.error(f"there is no group {', '.join(sorted(unknown))}")
    scale = _scale(asked)
    lines: list[Line] = []
    sys.stdout.write(f"{HEADER}\n")
    for name in asked.group or sorted(known):
        for line in known[name].measure(scale):
            lines.append(line)
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    missed = sum(line.met is False for line in lines)
    sys.stdout.write(f"{len(lines)} goals, {missed} not met\n")
    return 0


def _scale(asked: argparse.Namespace) -> Scale:
    if asked.tiny:
        return Scale.tiny(asked.demonstration)
    return Scale.full() if asked.full else Scale.quick()


if __name__ == "__main__":
    sys.exit(main())
