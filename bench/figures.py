"""Measure, and say whether a limit was kept."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

RUNS = 7


@dataclass(frozen=True)
class Measured:
    """What one thing took, in milliseconds unless it says otherwise."""

    name: str
    median: float
    worst: float
    limit: float
    unit: str = "ms"

    @property
    def is_kept(self) -> bool:
        """Whether it stayed within its limit."""
        return self.median <= self.limit


def measure(name: str, work: Callable[[], object], *, limit: float, runs: int = RUNS) -> Measured:
    """Time some work, once for the caches and then several times."""
    work()
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return Measured(name, statistics.median(taken), max(taken), limit)


def report(title: str, results: list[Measured]) -> int:
    """Print a table; return 1 if a limit was missed.

    The machine's load stands above it: figures of one that is busy with others mean little.
    """
    load, cores = os.getloadavg()[0], os.cpu_count()
    print(f"\n{title} (load of the machine: {load:.1f} on {cores} cores)")
    print(f"{'':<44}{'median':>10}{'worst':>10}{'limit':>10}")
    for one in results:
        figures = (one.median, one.worst, one.limit)
        times = "".join(f"{figure:>7.0f} {one.unit}" for figure in figures)
        print(f"{one.name:<44}{times}  {'ok' if one.is_kept else 'MISSED'}")
    missed = sum(not one.is_kept for one in results)
    print(f"{len(results) - missed} of {len(results)} within their limits")
    return int(missed > 0)
