import os
import signal
from functools import partial
from importlib import import_module
from itertools import count

import pytest

from framing.workers import in_processes


def twice(number):
    if number < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    if number == 999:
        raise ValueError("no such number")
    return number * 2


@pytest.mark.parametrize("processes", [1, 2])
def test_an_item_that_ends_its_process_twice_is_given_up_and_no_other_one(processes):
    results = dict(in_processes(twice, [-1, 3], processes))
    assert results == {-1: None, 3: 6}


def test_items_are_taken_as_they_are_needed_and_errors_arrive():
    taken = []

    def numbers():
        for number in count():
            taken.append(number)
            yield number if number < 5 else 999

    results = in_processes(twice, numbers(), 1)
    for done in range(1, 6):
        next(results)
        assert len(taken) <= done + 2
    with pytest.raises(ValueError, match="no such number"):
        next(results)


def test_a_script_that_cannot_start_others_is_told_how():
    with pytest.raises(RuntimeError, match=r'must be saved in a file.*if __name__ == "__main__":'):
        next(in_processes(abs, [1], 2, prepare=partial(os._exit, 1)))


prepared = []


def get_ready():
    prepared.append(os.getpid())


def are_prepared(number):
    return prepared == [os.getpid()]


def test_each_process_prepares_once_before_it_does_anything():
    results = dict(in_processes(are_prepared, [1, 2, 3, 4], 2, prepare=get_ready))
    assert results == dict.fromkeys([1, 2, 3, 4], True)
    assert prepared == []


class Missing:
    """What another process cannot load."""

    def __call__(self, number):
        return number

    def __reduce__(self):
        return import_module, ("a_module_that_is_not_there",)


def test_an_import_that_fails_in_all_processes_is_said_and_where_its_name_stands(capfd):
    with pytest.raises(RuntimeError, match=r"If Python said why, it stands above.*: mend that"):
        next(in_processes(Missing(), [1], 2))
    assert "No module named 'a_module_that_is_not_there'" in capfd.readouterr().err
