"""The private PostgreSQL and Valkey: they start, stop, recover, and refuse in one sentence."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from tools import postgres, services, state
from tools.processes import CannotStart

LAUNCHER = [sys.executable, "-m", "tools.services"]
SHOW_URLS = "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'], flush=True)"
SHOW_URLS_AND_WAIT = f"{SHOW_URLS}; import time; time.sleep(60)"


@pytest.fixture
def folder():
    """A folder that the account of root's services may enter, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="frozenfood-test-", dir="/var/tmp"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def bare_environment(folder):
    """What a machine without any service configured has."""
    hidden = {"DATABASE_URL", "REDIS_URL", "MAKELEVEL"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return kept | {"FROZENFOOD_STATE": str(folder / "state")}


def processes_of(folder: Path) -> list[str]:
    """Command lines of everything that works on a folder; zombies have none."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(folder) in line:
            found.append(line)
    return found


def becomes_true(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


class TestLauncher:
    def test_recovers_from_kill_9_with_its_data(self, folder, bare_environment):
        first = subprocess.Popen(
            [*LAUNCHER, "--", sys.executable, "-c", SHOW_URLS_AND_WAIT],
            env=bare_environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        url = first.stdout.readline().split()[0]
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 'пельмени' AS word")
        assert processes_of(folder)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()

        ask = "import os, psycopg; print(psycopg.connect(os.environ['DATABASE_URL'])"
        ask += ".execute('SELECT upper(word) FROM kept').fetchone()[0])"
        second = subprocess.run(
            [*LAUNCHER, "--", sys.executable, "-c", ask],
            env=bare_environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

        assert second.stdout.strip() == "ПЕЛЬМЕНИ", second.stderr
        assert becomes_true(lambda: not processes_of(folder))

    def test_starts_nothing_that_is_configured_and_returns_the_code(self, folder, bare_environment):
        configured = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
        script = f"{SHOW_URLS}; raise SystemExit(7)"

        done = subprocess.run(
            [*LAUNCHER, "--", sys.executable, "-c", script],
            env=bare_environment | configured, capture_output=True, text=True, check=False,
        )  # fmt: skip

        assert done.returncode == 7
        assert done.stdout.split() == [configured["DATABASE_URL"], configured["REDIS_URL"]]
        assert not list((folder / "state").glob("pg*"))

    @pytest.mark.deep
    def test_passes_sigterm_on_and_leaves_nothing(self, folder, bare_environment):
        ephemeral = bare_environment | {"TMPDIR": str(folder)}
        launcher = subprocess.Popen(
            [*LAUNCHER, "--ephemeral", "--", sys.executable, "-c", SHOW_URLS_AND_WAIT],
            env=ephemeral, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert launcher.stdout.readline()

        launcher.terminate()

        assert launcher.wait(15) == 128 + signal.SIGTERM
        assert not processes_of(folder)
        assert not list(folder.glob("frozenfood-throwaway-*"))


class TestStateFolder:
    def test_refuses_a_second_start(self, folder, monkeypatch):
        monkeypatch.setenv("FROZENFOOD_STATE", str(folder))
        refusal = pytest.raises(CannotStart, match=f"already running .process {os.getpid()}")

        with state.opened(ephemeral=False), refusal, state.opened(ephemeral=False):
            pytest.fail("the folder was opened twice")

    def test_refuses_another_accounts_folder(self, folder, monkeypatch):
        monkeypatch.setenv("FROZENFOOD_STATE", str(folder))
        monkeypatch.setattr(state.os, "geteuid", lambda: 54321)

        with pytest.raises(CannotStart, match="another account"), state.opened(ephemeral=False):
            pytest.fail("a foreign folder was opened")

    def test_refuses_a_full_disk(self, folder, monkeypatch):
        monkeypatch.setenv("FROZENFOOD_STATE", str(folder))
        monkeypatch.setattr(state, "MINIMUM_FREE_BYTES", 2**80)

        with pytest.raises(CannotStart, match="Not enough disk"), state.opened(ephemeral=False):
            pytest.fail("a full disk was accepted")

    @pytest.mark.parametrize("place", ["/proc/nowhere", "/dev/null"])
    def test_refuses_a_place_that_cannot_hold_it(self, place, monkeypatch):
        monkeypatch.setenv("FROZENFOOD_STATE", place)

        with pytest.raises(CannotStart), state.opened(ephemeral=False):
            pytest.fail("an impossible place was accepted")


class TestFailingHalf:
    def test_stops_postgresql_when_valkey_cannot_start(self, folder, monkeypatch):
        for name in ("DATABASE_URL", "REDIS_URL"):
            monkeypatch.delenv(name)
        monkeypatch.setattr("tools.valkey.find_binary", lambda: Path("/bin/false"))

        with pytest.raises(CannotStart), services.running(folder=folder, durable=False):
            pytest.fail("a service was missing")

        assert becomes_true(lambda: not processes_of(folder))


class TestCheckExternal:
    def test_accepts_utf_8(self):
        postgres.check_external(os.environ["DATABASE_URL"])

    def test_refuses_a_database_that_cannot_see_cyrillic(self):
        url = os.environ["DATABASE_URL"]
        name = "frozenfood_without_ctype"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name}")
            connection.execute(
                f"CREATE DATABASE {name} ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C' "
                "TEMPLATE template0"
            )

            with pytest.raises(CannotStart, match="UTF-8 with a UTF-8 ctype"):
                postgres.check_external(url.rpartition("/")[0] + f"/{name}")

            connection.execute(f"DROP DATABASE {name}")

    def test_says_that_nobody_answers(self):
        with pytest.raises(CannotStart, match="DATABASE_URL cannot be used"):
            postgres.check_external("postgresql://nobody@127.0.0.1:9/none")
