"""Find a Chromium for the browser tests, or bring one; `path()` is what tests use.

In this order: CHROMIUM_PATH, a browser of the system, one brought earlier into .cache/, and then
a new one: Debian's package for root, else a package of the npm registry, which needs neither root
nor libraries of the system. `python -m tools.browser` brings it and says which one it is.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

import brotli

from tools.state import CHECKOUT

PACKAGE = "@sparticuz/chromium@147.0.0"
INTEGRITY = (  # sha512, as the registry states it
    "4ZKeAQQa8up2mt675qSitztLdbQrlf8BKdC5naeap+5Mv1OV1OlJdPoU+EJC/p5sQUJUQmN4r+q5+EhaaOUHpQ=="
)
CACHE = CHECKOUT / ".cache" / "chromium"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_WRAPPER = """#!/bin/sh
# The package's own libraries and fonts come after those of the system.
here=$(dirname "$0")
export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$here/lib"
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/chromium.bin" "$@"
"""
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""


class NoBrowser(Exception):
    """Say why no Chromium could be had."""


def path(*, cache: Path = CACHE) -> str | None:
    """Return a Chromium that is on this machine already, or nothing."""
    chosen = os.environ.get("CHROMIUM_PATH")
    if chosen:
        return chosen
    for name in _NAMES:
        found = shutil.which(name)
        if found:
            return found
    brought = cache / "chromium"
    return str(brought) if brought.exists() else None


def required() -> bool:
    """Say whether going on without browser tests is a failure here."""
    switches = (os.environ.get(name, "") for name in ("CI", "REQUIRE_BROWSER"))
    return any(switch.lower() not in {"", "0", "false"} for switch in switches)


def bring(*, cache: Path = CACHE) -> str:
    """Install a Chromium and return its path.

    Raises:
        NoBrowser: Neither Debian nor the npm registry gave one.
    """
    reasons = []
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("frozenfood: installing Debian's chromium for the browser tests", flush=True)
        try:
            return _from_debian()
        except NoBrowser as reason:
            reasons.append(str(reason))
    print("frozenfood: bringing a Chromium from the npm registry into .cache/", flush=True)
    try:
        return _from_npm(cache)
    except NoBrowser as reason:
        reasons.append(str(reason))
    raise NoBrowser("; ".join(reasons))


def works(browser: str) -> str | None:
    """Open a page in the browser; return what went wrong, or nothing."""
    from playwright.sync_api import Error, sync_playwright

    try:
        with sync_playwright() as engine:
            opened = engine.chromium.launch(executable_path=browser, args=list(ARGUMENTS))
            page = opened.new_page()
            page.set_content("<button onclick='this.textContent = 1 + 1'>1</button>")
            page.click("button")
            page.screenshot()
            answer = page.inner_text("button")
            opened.close()
    except Error as error:
        return error.message.splitlines()[0]
    return None if answer == "2" else "it does not run scripts"


def unpack(package: Path, folder: Path) -> None:
    """Unpack the npm package into a folder that holds a `chromium` to start."""
    with tarfile.open(package) as archive:
        parts = {
            Path(member.name).name: archive.extractfile(member)
            for member in archive.getmembers()
            if member.name.startswith("package/bin/")
        }
        content = {name: brotli.decompress(part.read()) for name, part in parts.items() if part}
    binary = folder / "chromium.bin"
    binary.write_bytes(content["chromium.br"])
    binary.chmod(0o755)
    for name in ("al2023", "fonts", "swiftshader"):
        with tarfile.open(fileobj=io.BytesIO(content[f"{name}.tar.br"])) as archive:
            # The binary looks for the software renderer beside itself.
            archive.extractall(folder)  # noqa: S202 - the package's hash was compared
    (folder / "fonts.conf").write_text(_FONTS)
    wrapper = folder / "chromium"
    wrapper.write_text(_WRAPPER)
    wrapper.chmod(0o755)


def _from_debian() -> str:
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
    for command in (["apt-get", "update", "-qq"], [*install, "fonts-dejavu-core"]):
        done = _run(command, env=env)
        if done.returncode:
            raise NoBrowser(f"{' '.join(command[:2])}: {_last_line(done.stderr)}")
    found = shutil.which("chromium")
    if not found:
        raise NoBrowser("Debian's package brought no chromium")
    return found


def _from_npm(cache: Path) -> str:
    if not shutil.which("npm"):
        raise NoBrowser("there is no npm")
    with tempfile.TemporaryDirectory() as name:
        done = _run(
            ["npm", "pack", "--silent", "--pack-destination", name, PACKAGE], env=os.environ
        )
        packages = list(Path(name).glob("*.tgz"))
        if done.returncode or not packages:
            raise NoBrowser(f"npm pack {PACKAGE}: {_last_line(done.stderr)}")
        digest = base64.b64encode(hashlib.sha512(packages[0].read_bytes()).digest()).decode()
        if digest != INTEGRITY:
            raise NoBrowser(f"{PACKAGE} is not what it was when it was pinned")
        shutil.rmtree(cache, ignore_errors=True)
        fresh = Path(f"{cache}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        unpack(packages[0], fresh)
        fresh.rename(cache)  # only a whole browser ever stands at the final place
    return str(cache / "chromium")


def _run(command: list[str], *, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it failed without a word"


def main() -> int:
    """Make sure that there is a browser that works; say so loudly when there is none."""
    try:
        browser = path() or bring()
        trouble = works(browser)
        if trouble:
            raise NoBrowser(f"{browser}: {trouble}")
    except NoBrowser as reason:
        print("*" * 78, file=sys.stderr)
        print(f"NO BROWSER, so no browser tests: {reason}.", file=sys.stderr)
        print("Install Debian's chromium, or set CHROMIUM_PATH.", file=sys.stderr)
        print("*" * 78, file=sys.stderr)
        return 1 if required() else 0
    print(f"Browser tests run in {browser}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
