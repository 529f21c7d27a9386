"""The supervisor: one orderly end, patience with the dying, and no orphan whatever happens."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.processes import CannotStart
from tools.state import CHECKOUT
from tools.supervisor import Log, Program, Stopped, Supervisor

# A program whose own child ignores every polite request, like a stuck pool process.
STUBBORN_FAMILY = """
import os, signal, sys, time
child = os.fork()
if child == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
else:
    print(f"pids {os.getpid()} {child}", flush=True)
time.sleep(120)
"""
HOST = f"""
import os, sys
from pathlib import Path
from tools.supervisor import Log, Program, Stopped, Supervisor
program = Program("family", [sys.executable, "-c", {STUBBORN_FAMILY!r}])
try:
    with Supervisor(env=os.environ, cwd=Path.cwd(), log=Log(), guard_seconds=0.5) as supervisor:
        supervisor.start(program)
        supervisor.tend_forever()
except Stopped:
    print("closed", flush=True)
"""


def alive(pid: int) -> bool:
    """Whether a process still runs; a zombie does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


@pytest.fixture
def host():
    process = subprocess.Popen(
        [sys.executable, "-c", HOST], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    line = process.stdout.readline()
    process.family = [int(word) for word in line.split("pids ")[1].split()]
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def supervisor():
    log = Log(io.StringIO())
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with Supervisor(env=os.environ, cwd=CHECKOUT, log=log) as opened:
        yield opened
    for number, handler in before.items():
        signal.signal(number, handler)


class TestEnd:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_stops_everything_when_asked(self, host, number):
        assert all(map(alive, host.family))

        host.send_signal(number)

        assert host.stdout.read().strip() == "closed"
        assert host.wait(5) == 0
        assert not any(map(alive, host.family))

    def test_leaves_no_orphan_when_killed(self, host):
        host.kill()
        host.wait()

        deadline = time.monotonic() + 10
        while any(map(alive, host.family)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(map(alive, host.family))


class TestPrograms:
    def test_restarts_what_dies_and_gives_up_on_what_keeps_dying(self, supervisor, monkeypatch):
        monkeypatch.setattr("tools.supervisor._QUICK_DEATHS_ALLOWED", 1)
        supervisor.start(Program("short", [sys.executable, "-c", "print('hi')"], lambda: False))

        with pytest.raises(CannotStart, match="short keeps ending"):
            supervisor.wait_until_ready(seconds=20)

        assert "ended with code 0; restarting" in supervisor.log.stream.getvalue()

    def test_says_who_is_not_ready(self, supervisor):
        supervisor.start(Program("slow", ["sleep", "60"], lambda: False))

        with pytest.raises(CannotStart, match=r"Not ready after 0 seconds: slow\."):
            supervisor.wait_until_ready(seconds=0.1)

    def test_prefixes_each_line(self, supervisor):
        step = supervisor.begin("step", ["echo", "Привет"])
        supervisor.finish(step, otherwise="impossible")

        deadline = time.monotonic() + 5
        while "Привет" not in supervisor.log.stream.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert supervisor.log.stream.getvalue() == "step      | Привет\n"

    def test_says_what_a_failed_step_means(self, supervisor):
        step = supervisor.begin("step", ["false"])

        with pytest.raises(CannotStart, match="the sentence"):
            supervisor.finish(step, otherwise="the sentence")

    def test_a_program_that_does_not_exist_is_one_sentence(self, supervisor):
        with pytest.raises(CannotStart, match="nonsense cannot be run"):
            supervisor.start(Program("none", ["/nonsense"]))

    def test_a_signal_ends_the_waiting(self, supervisor):
        supervisor.start(Program("slow", ["sleep", "60"], lambda: False))
        supervisor.signals = 1

        with pytest.raises(Stopped):
            supervisor.wait_until_ready(seconds=20)
