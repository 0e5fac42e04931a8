"""A few processes that work through a stream of items, and outlive the death of one of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_RUN_AGAIN = 77  # the exit code of a process that came to the call that started it


class StartError(RuntimeError):
    """No other process can be started."""


def end_if_run_again() -> None:
    """End a process that runs a script again from its top, as a new one does, and so comes here.

    Call this before anything is read or written. It ends without a word: the process that started
    it says what to do.
    """
    if getattr(multiprocessing.current_process(), "_inheriting", False):  # as Python itself asks
        sys.exit(_RUN_AGAIN)


def in_processes(
    call: Callable[[Item], Result],
    items: Iterable[Item],
    processes: int,
    prepare: Callable[[], object] | None = None,
) -> Iterator[tuple[Item, Result | None]]:
    """Call a function with each of many items in other processes.

    Parameters
    ----------
    call : callable
        A function of a module, or a partial of one. What it raises is raised here.
    items : iterable
        They are taken one by one, and no more than one waits.
    processes : int
        How many processes there are.
    prepare : callable, optional
        What each of them does first: a function of a module.

    Yields
    ------
    item, result
        As they are finished. The result is None if a process died of the item twice, the second
        time when it was the only one, so that it is not another item that is to blame.

    Raises
    ------
    StartError
        If no process can be started.
    """
    pool = _pool(processes, prepare)
    running: dict[Future[Result], Item] = {}
    items = iter(items)
    try:
        tried = _try_out(pool, call, processes)
        started = multiprocessing.active_children()
        more = _fill(pool, running, call, items, processes + 1)  # while the processes start
        if all(map(_has_died, tried)):  # one that dies later has been tried
            pool.shutdown()
            raise _none_started(started)
        while running:
            finished = wait(running, return_when=FIRST_COMPLETED).done
            for future in list(running):  # in the order of the items, which a set has not
                if future in finished and not _has_died(future):
                    yield running.pop(future), future.result()
            if not finished.isdisjoint(running):
                pool.shutdown()  # with one process all are lost, and what they were at
                for future, item in running.items():
                    yield item, _alone(call, item) if _has_died(future) else future.result()
                running.clear()
                pool = _pool(processes, prepare)
            more = more and _fill(pool, running, call, items, processes + 1)
    finally:
        pool.shutdown(cancel_futures=True)


def _pool(processes: int, prepare: Callable[[], object] | None = None) -> ProcessPoolExecutor:
    # A copy of this process, as fork makes it, would not survive the threads of numpy and pyarrow.
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(processes, mp_context=spawn, initializer=_begin, initargs=(prepare,))


def _begin(prepare: Callable[[], object] | None) -> None:
    """End at once when the program is interrupted, or its process killed; and prepare."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None:

        def watch() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()
    if prepare is not None:
        prepare()


def _try_out(pool: ProcessPoolExecutor, call: object, processes: int) -> list[Future[None]]:
    """Let all processes start at once and load what the function needs."""
    try:
        return [pool.submit(_take, call) for _ in range(processes)]
    except BrokenProcessPool:  # already
        return []


def _take(_: object) -> None:
    """Take a function, as it comes with the modules it is in."""


def _none_started(processes: Sequence[BaseProcess]) -> StartError:
    """Say why no process could be started, as far as those that ended tell."""
    if any(process.exitcode == _RUN_AGAIN for process in processes):
        return StartError(
            "no other process can be started: each first runs this script again, and comes to the"
            ' same call. Put all that the script does below the line: if __name__ == "__main__":'
        )
    return StartError(
        "no other process can be started: each ended before it had any work. If Python said"
        " why, it stands above, or where a notebook was started: mend that, or use one process."
        " If a script has run again there, it must be saved in a file, and use several"
        ' processes only below the line: if __name__ == "__main__":'
    )


def _fill(
    pool: ProcessPoolExecutor,
    running: dict[Future[Result], Item],
    call: Callable[[Item], Result],
    items: Iterator[Item],
    most: int,
) -> bool:
    """Hand out items as long as there are any, and tell whether there may be more."""
    while len(running) < most:
        try:
            item = next(items)
        except StopIteration:
            return False
        try:
            future = pool.submit(call, item)
        except BrokenProcessPool as error:  # between two items
            future = Future()
            future.set_exception(error)
        running[future] = item
    return True


def _has_died(future: Future[Any]) -> bool:
    return isinstance(future.exception(), BrokenProcessPool)


def _alone(call: Callable[[Item], Result], item: Item) -> Result | None:
    with _pool(1) as pool:
        try:
            return pool.submit(call, item).result()
        except BrokenProcessPool:
            return None
