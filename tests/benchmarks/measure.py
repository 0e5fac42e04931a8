"""Measuring contenders side by side, each in a process of its own.

A contender is a function that takes `Data`, prepares what is not measured, and returns two
functions: one that is measured, and one that turns its result into a few figures to be compared.
The processes wait for each other: every one runs once (cold: with what it loads or compiles when
first used), then every one again in turn, so that all have the same share of a busy moment.

Measured are wall-clock time, CPU time with that of child processes, and the largest resident
memory of the process, texts included; of several processes the largest sum, which counts shared
pages more than once.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / "build" / "bench"
PEERS = BUILD / "peers" / ("Scripts" if os.name == "nt" else "bin") / "python"
LONG = 60  # seconds: what takes longer is run once more instead of several times
# For glibc: memory that was used is not given back but used again.
KEPT = {"MALLOC_MMAP_THRESHOLD_": str(2**40), "MALLOC_TRIM_THRESHOLD_": str(2**40)}

Run = Callable[[], Any]
Figures = Callable[[Any], dict[str, Any]]


class Missing(Exception):
    """A contender cannot run here, and why."""


class Contender(NamedTuple):
    """One program that does the task of a benchmark.

    Attributes
    ----------
    name : str
        The program, and how it is called.
    function : str
        Module and function, as in ``"counting:scan"``; or a file of R.
    rule : str
        What it counts.
    share : float
        The part of the texts that it gets, for the slow; its time is divided by it.
    """

    name: str
    function: str
    rule: str
    share: float = 1.0
    is_peer: bool = False  # it runs in the environment of the peers

    @property
    def command(self) -> list[str]:
        """How its process is started."""
        if self.function.endswith(".R"):
            return ["Rscript", "--vanilla", str(HERE / self.function)]
        python = str(PEERS) if self.is_peer else sys.executable
        return [python, str(HERE / "measure.py"), self.function]


class Data:
    """The texts of a benchmark, from a folder that `run.py` fills."""

    def __init__(self, folder: Path, share: float = 1.0, n_patterns: int = 0) -> None:
        self.folder, self.share, self.n_patterns = folder, share, n_patterns

    @cached_property
    def texts(self) -> list[str]:
        """The texts, or the first of them."""
        return self._lines("texts.jsonl")

    @cached_property
    def sentences(self) -> list[str]:
        """The sentences of the texts, or the first of them."""
        return self._lines("sentences.jsonl")

    @cached_property
    def patterns(self) -> dict[str, list[str]]:
        """Words, and beginnings of words that end in a star, by category."""
        path = self.folder / f"patterns-{self.n_patterns}.json"
        return json.loads(path.read_text(encoding="utf-8"))

    def _lines(self, name: str) -> list[str]:
        with (self.folder / name).open("rb") as file:
            lines = file.readlines()
        return [json.loads(line) for line in lines[: max(1, round(len(lines) * self.share))]]


# ---------------------------------------------------------------------------- in the process


def serve(function: str, data: Data) -> None:
    """Prepare a contender, then run it once for every line on standard input."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a program prints must not be taken for an answer

    def say(**answer: Any) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    module, name = function.split(":")
    try:
        run, figures = getattr(importlib.import_module(module), name)(data)
    except (ImportError, AttributeError, FileNotFoundError, Missing) as error:
        return say(missing=f"{type(error).__name__}: {error}")
    say(memory=peak_memory())
    for _ in sys.stdin:
        gc.collect()
        with largest_tree() as tree:
            wall, cpu = time.perf_counter(), cpu_time()
            result = run()
            wall, cpu = time.perf_counter() - wall, cpu_time() - cpu
        memory = max(peak_memory(), tree[0])
        say(wall=wall, cpu=cpu, memory=memory, figures=figures(result))
        del result
    return None


def cpu_time() -> float:
    """Return the CPU seconds of this process and of its children, ended or not."""
    total = time.process_time() + sum(os.times()[2:4])
    try:
        import psutil
    except ImportError:
        return total
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it has just ended
            used = child.cpu_times()
            total += used.user + used.system
            total += getattr(used, "children_user", 0) + getattr(used, "children_system", 0)
    return total


def peak_memory() -> int:
    """Return the largest resident memory of this process so far, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    import resource  # not on Windows

    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size if sys.platform == "darwin" else size * 1024


@contextmanager
def largest_tree(seconds: float = 0.5) -> Iterator[list[int]]:
    """Watch the resident memory of this process and its children; the largest sum is the item."""
    largest, done = [0], threading.Event()
    try:
        import psutil
    except ImportError:  # in the environment of the peers, which have no children
        yield largest
        return
    me = psutil.Process()

    def watch() -> None:
        while not done.wait(seconds):
            children = me.children(recursive=True)
            if children:
                total = sum(_resident(process) for process in [me, *children])
                largest[0] = max(largest[0], total)

    def _resident(process: psutil.Process) -> int:
        try:
            return process.memory_info().rss
        except psutil.Error:  # it has just ended
            return 0

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield largest
    finally:
        done.set()
        watcher.join()


# ---------------------------------------------------------------------------- beside it


class Worker:
    """The process of a contender."""

    def __init__(self, contender: Contender, data: Data, threads: int, keeps_memory: bool) -> None:
        self.contender = contender
        self.rounds: list[dict[str, Any]] = []
        self.missing = ""
        limits = ("OMP", "OPENBLAS", "MKL", "NUMBA", "RAYON")
        environment = os.environ | {f"{name}_NUM_THREADS": str(threads) for name in limits}
        environment |= KEPT if keeps_memory else {}
        environment["PYTHONPATH"] = str(ROOT)
        try:
            self.process = subprocess.Popen(
                [*contender.command, str(data.folder), str(contender.share), str(data.n_patterns)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=environment,
            )
        except FileNotFoundError as error:
            self.missing = f"{error.filename} is not there"
            return
        ready = self._answer()
        self.missing = ready.get("missing", "")
        self.loaded = ready.get("memory", 0)

    def _answer(self) -> dict[str, Any]:
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"missing": "it ended without an answer"}

    def run(self) -> None:
        """Let it run once."""
        if not self.missing:
            self.process.stdin.write("go\n")
            self.process.stdin.flush()
            answer = self._answer()
            self.missing = answer.get("missing", "")
            self.rounds += [answer] if "wall" in answer else []

    def stop(self) -> None:
        """End its process and wait for it."""
        if hasattr(self, "process"):
            self.process.stdin.close()
            self.process.stdout.close()
            self.process.wait()

    def result(self) -> dict[str, Any]:
        """Sum up its rounds: medians of all but the first."""
        row: dict[str, Any] = {"name": self.contender.name, "rule": self.contender.rule}
        if self.missing:
            return row | {"missing": self.missing}
        share = self.contender.share
        warm = self.rounds[1:] or self.rounds
        return row | {
            "share": share,
            "rounds": len(warm),
            "wall": statistics.median(r["wall"] for r in warm) / share,
            "cpu": statistics.median(r["cpu"] for r in warm) / share,
            "lowest": min(r["wall"] for r in warm) / share,
            "highest": max(r["wall"] for r in warm) / share,
            "first": self.rounds[0]["wall"],
            "loaded": self.loaded,
            "memory": self.rounds[-1]["memory"],
            "figures": self.rounds[-1]["figures"],
        }


def compare(
    contenders: Sequence[Contender],
    data: Data,
    rounds: int,
    threads: int = 1,
    keeps_memory: bool = False,
) -> list[dict[str, Any]]:
    """Run the contenders in turn, one cold round and some warm ones; give a result for each."""
    workers: list[Worker] = []
    try:
        for contender in contenders:  # one after the other, so that none disturbs another
            workers.append(Worker(contender, data, threads, keeps_memory))
        for number in range(rounds + 1):
            for worker in workers:
                is_short = bool(worker.rounds) and worker.rounds[0]["wall"] < LONG
                if number < 2 or is_short:
                    worker.run()
    finally:
        for worker in workers:
            worker.stop()
    return [worker.result() for worker in workers]


if __name__ == "__main__":
    import measure  # the classes of this module, not those of __main__, are what contenders know

    given = measure.Data(Path(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
    measure.serve(sys.argv[1], given)
