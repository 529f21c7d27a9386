"""Run several programs side by side: one log, restarts with patience, one orderly end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tools.processes import CannotStart, spawn

STOP_SECONDS = 15.0
_GUARD = str(Path(__file__).with_name("guard.py"))
_TICK = 0.05
_QUICK_DEATH_SECONDS = 10.0
_QUICK_DEATHS_ALLOWED = 4
_COLOURS = (36, 32, 33, 35, 34, 96, 92)


class Stopped(Exception):
    """Somebody asked for the end: Ctrl-C or SIGTERM."""


class Log:
    """One readable log: a prefix for each program, coloured on a terminal."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        """Write to a stream, by default to standard output."""
        self.stream = stream or sys.stdout
        self.colours: dict[str, int] = {}
        self._lock = threading.Lock()

    def write(self, name: str, line: str) -> None:
        """Write one line of a program."""
        prefix = f"{name:<9} |"
        if self.stream.isatty():
            colour = self.colours.setdefault(name, _COLOURS[len(self.colours) % len(_COLOURS)])
            prefix = f"\x1b[{colour}m{prefix}\x1b[0m"
        with self._lock, contextlib.suppress(BrokenPipeError):
            print(f"{prefix} {line}", file=self.stream, flush=True)

    def follow(self, name: str, stream: IO[bytes]) -> threading.Thread:
        """Copy a program's output until it ends."""

        def copy() -> None:
            for line in stream:
                self.write(name, line.decode(errors="replace").rstrip())

        thread = threading.Thread(target=copy, daemon=True)
        thread.start()
        return thread


@dataclass
class Program:
    """One supervised program; `ready` is asked until it says yes.

    With `launch` it is somebody else's: started again when it dies, but neither logged nor stopped.
    """

    name: str
    command: Sequence[object]
    ready: Callable[[], bool] = lambda: True
    launch: Callable[[], subprocess.Popen[bytes]] | None = None
    process: subprocess.Popen[bytes] | None = None
    is_ready: bool = False
    started_at: float = 0.0
    restart_at: float = 0.0
    quick_deaths: int = 0


class Supervisor:
    """Start programs, restart those that die, and end them all in an orderly way.

    Use it as a context manager, in the main thread: the kernel's death signal to the children
    follows the thread that started them.
    """

    def __init__(
        self, *, env: Mapping[str, str], cwd: Path, log: Log, guard_seconds: float = 10
    ) -> None:
        """Prepare; nothing runs before the block is entered.

        A killed supervisor's programs have `guard_seconds` to end by themselves.
        """
        self.guard_seconds = guard_seconds
        self.env = env
        self.cwd = cwd
        self.log = log
        self.programs: list[Program] = []
        self.steps: list[subprocess.Popen[bytes]] = []
        self.signals = 0
        self._guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Supervisor:
        """Listen for Ctrl-C and SIGTERM, and start the guard."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        self._guard = subprocess.Popen(
            [sys.executable, "-S", _GUARD, str(self.guard_seconds)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stop every program, then the guard."""
        self.stop()
        if self._guard and self._guard.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._guard.stdin.close()
            self._guard.wait()

    def begin(self, name: str, command: Sequence[object]) -> subprocess.Popen[bytes]:
        """Start a preparing step, logged under its name; `finish` waits for it."""
        step = self._spawn(name, command)
        self.steps.append(step)
        return step

    def finish(self, step: subprocess.Popen[bytes], *, otherwise: str) -> None:
        """Wait for a step.

        Raises:
            CannotStart: The step failed; `otherwise` says what that means.
            Stopped: Somebody asked for the end.
        """
        while step.poll() is None:
            self.check_signals()
            time.sleep(_TICK)
        self._forget(step)
        if step.returncode:
            raise CannotStart(otherwise)

    def start(self, program: Program) -> None:
        """Start a program and keep it running."""
        self.programs.append(program)
        self._launch(program)

    def adopt(self, program: Program) -> None:
        """Keep a program running that its owner has started."""
        program.started_at = time.monotonic()
        self.programs.append(program)

    def wait_until_ready(self, *, seconds: float) -> None:
        """Return when every program is ready.

        Raises:
            CannotStart: One of them is not in time, or keeps dying.
            Stopped: Somebody asked for the end.
        """
        deadline = time.monotonic() + seconds
        while True:
            self.tend()
            waiting = [program for program in self.programs if not program.is_ready]
            for program in waiting:
                program.is_ready = program.process is not None and program.ready()
            if not waiting:
                return
            if time.monotonic() > deadline:
                names = ", ".join(program.name for program in waiting)
                raise CannotStart(f"Not ready after {seconds:.0f} seconds: {names}.")
            time.sleep(_TICK)

    def tend_forever(self) -> None:
        """Keep the programs running until somebody asks for the end.

        Raises:
            CannotStart: A program keeps dying.
            Stopped: Somebody asked for the end.
        """
        while True:
            self.tend()
            time.sleep(_TICK)

    def tend(self) -> None:
        """Notice deaths and restart what is due."""
        self.check_signals()
        now = time.monotonic()
        for program in self.programs:
            if program.process is None:
                if now >= program.restart_at:
                    self._launch(program)
            elif program.process.poll() is not None:
                self._bury(program)

    def check_signals(self) -> None:
        """Raise Stopped once somebody has asked for the end."""
        if self.signals:
            raise Stopped

    def stop(self) -> None:
        """Send SIGTERM once to each program, wait, and kill what does not obey."""
        ours = [program for program in self.programs if program.launch is None]
        running = [program.process for program in ours if program.process]
        running += self.steps
        for process in running:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while any(process.poll() is None for process in running):
            # A second Ctrl-C asks for haste.
            if time.monotonic() > deadline or self.signals > 1:
                break
            time.sleep(_TICK)
        for process in running:
            self._forget(process)

    def _asked_to_stop(self, _number: int, _frame: object) -> None:
        self.signals += 1

    def _launch(self, program: Program) -> None:
        if program.launch:
            program.process = program.launch()
        else:
            program.process = self._spawn(program.name, program.command)
        program.started_at = time.monotonic()

    def _bury(self, program: Program) -> None:
        """Plan a restart, later after each quick death; give up after several."""
        process = program.process
        if process is None:
            return
        self._forget(process)
        lived = time.monotonic() - program.started_at
        program.quick_deaths = program.quick_deaths + 1 if lived < _QUICK_DEATH_SECONDS else 1
        if program.quick_deaths > _QUICK_DEATHS_ALLOWED:
            raise CannotStart(
                f"The program {program.name} keeps ending (code {process.returncode}); "
                "its last lines above say why."
            )
        delay = 0.5 * 2 ** (program.quick_deaths - 1)
        program.process, program.restart_at = None, time.monotonic() + delay
        self.log.write(
            program.name, f"ended with code {process.returncode}; restarting in {delay:g} s"
        )

    def _spawn(self, name: str, command: Sequence[object]) -> subprocess.Popen[bytes]:
        try:
            process = spawn(command, env=self.env, cwd=self.cwd, output=subprocess.PIPE)
        except OSError as error:
            raise CannotStart(f"{command[0]} cannot be run: {error.strerror}.") from error
        self._tell_guard(f"+{process.pid}")
        if process.stdout:
            self.log.follow(name, process.stdout)
        return process

    def _forget(self, process: subprocess.Popen[bytes]) -> None:
        """Kill what is left of a program, its own children included, and reap it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._tell_guard(f"-{process.pid}")
        if process in self.steps:
            self.steps.remove(process)

    def _tell_guard(self, message: str) -> None:
        if self._guard and self._guard.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._guard.stdin.write(f"{message}\n".encode())
                self._guard.stdin.flush()
