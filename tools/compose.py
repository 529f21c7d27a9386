"""Hold Dockerfile and docker-compose.yml to what an engine would only say at the start."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tools.state import CHECKOUT

PROCESSES = ("web", "worker", "worker-orders", "beat", "bot")
_VARIABLE = re.compile(r"\$\{(\w+)")


def problems(root: Path = CHECKOUT) -> Iterator[str]:
    """Say everything that is wrong with the files of the deployment."""
    text = (root / "docker-compose.yml").read_text()
    compose: dict[str, Any] = yaml.safe_load(text)
    services: dict[str, dict[str, Any]] = compose["services"]
    for process in PROCESSES:
        if process not in services:
            yield f"docker-compose.yml: there is no service {process}"
    for name, service in services.items():
        yield from _of_service(name, service, compose)
    known = set(re.findall(r"^(\w+)=", (root / ".env.example").read_text(), re.MULTILINE))
    for variable in sorted(set(_VARIABLE.findall(text)) - known):
        yield f".env.example: {variable} is missing"
    yield from _of_image((root / "Dockerfile").read_text(), _locked_python(root))


def _of_service(name: str, service: dict[str, Any], compose: dict[str, Any]) -> Iterator[str]:
    place = f"docker-compose.yml: {name}"
    for needed in service.get("depends_on", {}):
        if needed not in compose["services"]:
            yield f"{place} depends on {needed}, which does not exist"
    if "build" not in service:
        yield from _of_tag(place, service.get("image", ""))
    healthcheck = service.get("healthcheck", {})
    if name not in {"migrate", "web"} and not healthcheck.get("test"):
        yield f"{place} has no health check"
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        if not source.startswith((".", "/")) and source not in compose.get("volumes", {}):
            yield f"{place} mounts {source}, which is not declared"


def _of_tag(place: str, image: str) -> Iterator[str]:
    tag = image.partition(":")[2]
    if not tag or tag.startswith("latest"):
        yield f"{place} uses {image or 'no image'}: name a version"


def _of_image(dockerfile: str, python: str) -> Iterator[str]:
    stages = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    for image in stages:
        yield from _of_tag("Dockerfile", image)
        if not image.startswith(f"python:{python}."):
            yield f"Dockerfile: {image} is not the Python {python} of the lock"
    last = dockerfile.rpartition("\nFROM ")[2]
    users = re.findall(r"^USER (\S+)", last, re.MULTILINE)
    if not users or users[-1].split(":")[0] in {"root", "0"}:
        yield "Dockerfile: the image runs as root"
    if "\nHEALTHCHECK " not in last:
        yield "Dockerfile: there is no HEALTHCHECK"
    if len(stages) < 2:
        yield "Dockerfile: build in a stage of its own"


def _locked_python(root: Path) -> str:
    """Return the Python that the lock was made for, as pyproject.toml says it."""
    found = re.search(r'^python_version = "([\d.]+)"', (root / "pyproject.toml").read_text(), re.M)
    return found[1] if found else ""


def main() -> int:
    """Print what is wrong."""
    found = list(problems())
    print("\n".join(found) or "The files of the deployment fit together.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
