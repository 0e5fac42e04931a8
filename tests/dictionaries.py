"""What was read of a dictionary, or why it was not."""

import pytest

from framing.dictionary import DictionaryError


def words(dictionary):
    return {c.path: [entry.text for entry in c.entries] for c in dictionary.categories}


def problems(read, data):
    with pytest.raises(DictionaryError) as caught:
        read(data)
    assert caught.value.problems
    return caught.value.problems


def problem(read, data):
    [(line, message)] = problems(read, data)
    return line, message


def without_lines(dictionary):
    for category in dictionary.categories:
        category.line = 0
        for entry in category.entries:
            entry.line = 0
    return dictionary
