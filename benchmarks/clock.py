"""Timing by repetition: median and best, CPU and wall."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Seconds of one repetition.

    Attributes:
        cpu, wall: the median.
        best: the least CPU time, which other work on the machine disturbs least.
        repetitions: how many.
    """

    cpu: float
    wall: float
    best: float
    repetitions: int


def timed(work: Callable[[], object], repetitions: int, inner: int = 1) -> Timing:
    """Time a piece of work.

    Args:
        work: what to do.
        repetitions: how often it is timed.
        inner: how often it is done in one timing; times are of one of them.
    """
    cpu, wall = [], []
    for _ in range(repetitions):
        began, began_cpu = time.perf_counter(), time.process_time()
        for _ in range(inner):
            work()
        cpu.append((time.process_time() - began_cpu) / inner)
        wall.append((time.perf_counter() - began) / inner)
    return Timing(statistics.median(cpu), statistics.median(wall), min(cpu), repetitions)
