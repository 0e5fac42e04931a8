"""What patterns stand for, compared word by word: which find all that others find, in any text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from framing.codebook import Codebook, Pattern
from framing.patterns import MOST_GAP, Gap, Word, parse_pattern
from framing.words import fold

_LONGEST_STEM = 40  # letters of a word before its first star that are compared
_MOST_COVERING = 50  # ways to read one beginning of a phrase; more are not followed

# A word of a pattern, folded unless its case counts, and whether it counts; or a gap.
Key = tuple[str, bool] | Gap

Wording = list[tuple[Key, ...]]  # the phrases of a pattern


@lru_cache(maxsize=50_000)
def _key(word: Word | Gap) -> Key:
    """Make words that find the same equal."""
    if isinstance(word, Gap):
        return word
    return (word.text, True) if word.exact_case else (fold(word.text), False)


def wording_of(pattern: Pattern, codebook: Codebook) -> Wording:
    """Phrases that a pattern stands for, those that find the same once; none for a regex."""
    if pattern.regex:
        return []
    phrases = parse_pattern(pattern.text, whole=codebook.counting == "quanteda")
    return list(dict.fromkeys(tuple(map(_key, phrase)) for phrase in phrases))


def find_covering(wordings: Mapping[int, Wording], *, exactly: bool) -> dict[int, list[int]]:
    """For each pattern the other ones that find all of its phrases, on the same words.

    The beginnings of all phrases are nodes; each is followed together with the beginnings that
    find all that it finds, such as ``peace* talk*`` beside ``peace talks``.
    """
    children: list[dict[Key, int]] = [{}]
    ends: list[set[int]] = [set()]  # of each node, the patterns of which a phrase ends there
    for number, phrases in wordings.items():
        for phrase in phrases:
            node = 0
            for key in phrase:
                if key not in children[node]:
                    children[node][key] = len(children)
                    children.append({})
                    ends.append(set())
                node = children[node][key]
            ends[node].add(number)
    wider: list[list[int]] = [[0]] + [[] for _ in children[1:]]
    for node, edges in enumerate(children):  # a child has a higher number than its parent
        for key, child in edges.items():
            wanted = (key,) if exactly else _wider_keys(key)
            reached = [children[n][k] for n in wider[node] for k in wanted if k in children[n]]
            wider[child] = list(dict.fromkeys(reached))[:_MOST_COVERING]
    n_covered: dict[int, Counter[int]] = {number: Counter() for number in wordings}
    for node, owners in enumerate(ends):
        others = {other for n in wider[node] for other in ends[n]} if owners else set()
        for number in owners:
            n_covered[number].update(others - {number})
    return {
        number: sorted(o for o, n in n_covered[number].items() if n == len(phrases))
        for number, phrases in wordings.items()
    }


@lru_cache(maxsize=50_000)
def _wider_keys(key: Key) -> tuple[Key, ...]:
    """Words that find all that a word finds: itself, and its beginnings with a star."""
    if isinstance(key, Gap):
        return tuple(Gap(most) for most in range(key.most, MOST_GAP + 1))
    text, exact = key
    wanted: list[Key] = []
    for spelled, case in ((text, exact), (fold(text), False)):
        stem = spelled.replace("?", "*").split("*")[0][:_LONGEST_STEM]
        wanted += [(spelled, case), *((stem[:n] + "*", case) for n in range(1, len(stem) + 1))]
    return tuple(dict.fromkeys(wanted))
