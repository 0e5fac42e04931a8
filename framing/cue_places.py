"""Where cues of reporting may stand: words that cue nothing are left out over whole columns.

Most words that can be cues are none by the words beside them, such as "in" and "plan". To leave
them out at once spares most sentences a closer look; `cues.cue_at` decides about the others.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from framing.lexicon import (
    ACCORDING,
    ADVERB,
    AGENT,
    AND,
    ANYBODY,
    AUX,
    BARE,
    BE,
    CAPITAL,
    CLAUSE_VERB,
    CLOSED,
    CUE,
    DETERMINER,
    DOUBTFUL,
    HE,
    HER,
    HIS,
    ING,
    INVERTED,
    IT,
    LINK,
    MODAL,
    NOUN,
    NUMBER,
    OPINION,
    PARTICLE_VERB,
    PEOPLE,
    PLEDGE,
    POSSESSIVE,
    POSTPOSED,
    PREPOSITION,
    RELATIVE,
    SAY,
    SELF,
    SHE,
    SUBJECT_PRONOUN,
    TELL,
    THAT,
    THEIR,
    THEY,
    TIME,
    TO,
    VERB,
    VIEW,
)
from framing.passages import Meanings, Passage

_OWNER = POSSESSIVE | HIS | HER | THEIR
_SOMEBODY = PEOPLE | HE | SHE | THEY | NUMBER
_NO_NAME = TIME | CLOSED | DETERMINER | SELF
_MOST_SKIPPED = 6  # words like "has also been" before a verb that are looked at here

_Bools = NDArray[np.bool_]
_Numbers = NDArray[np.int64]


class CuePlaces:
    """The search for the words of a corpus that may be cues."""

    def __init__(self, meanings: Meanings) -> None:
        self._types = meanings.vocabulary.types
        self._type_of_form = meanings.vocabulary.type_of_form
        phrases = {
            (first, *rest)
            for lexicon in meanings.lexicons
            for fixed in (lexicon.according, lexicon.view)
            for first, rests in fixed.items()
            for rest in rests
        }
        pairs: set[tuple[str, ...]] = {
            (verb, particle)
            for lexicon in meanings.lexicons
            for verb, particles in lexicon.particles.items()
            for particle in particles
        }
        self._phrases = sorted(self._known(phrases))
        self._pairs = np.array(
            [verb * len(self._types) + other for verb, other in sorted(self._known(pairs))],
            dtype=np.int64,
        )

    def _known(self, phrases: set[tuple[str, ...]]) -> Iterator[tuple[int, ...]]:
        """Give phrases as types of the corpus, those of which it has all words."""
        for phrase in phrases:
            places = tuple(bisect_left(self._types, word) for word in phrase)
            if all(
                place < len(self._types) and self._types[place] == word
                for place, word in zip(places, phrase, strict=True)
            ):
                yield places

    def find(self, passage: Passage, mark: NDArray[np.int32]) -> _Numbers:
        """Find the words that may be cues, all that `cues.cue_at` accepts among them.

        Parameters
        ----------
        passage : Passage
            Some articles.
        mark : array of int32
            For each of their words the quotation that it stands in, -1 outside.

        Returns
        -------
        array of int64
            Words of the passage, in order.
        """
        flags, joined = passage.flags, passage.joined
        places = np.flatnonzero(((flags & CUE) != 0) & (mark < 0))
        own, before = flags[places], flags[places - 1]
        following = np.minimum(places + 1, len(flags) - 1)
        directly = joined[following]
        after = np.where(passage.opens_sentence[following], 0, flags[following])
        chosen = (own & (POSTPOSED | INVERTED)) != 0
        chosen |= ((own & OPINION) != 0) & joined[places] & ((before & _OWNER) != 0)
        chosen |= ((own & NOUN) != 0) & (
            directly
            & (((after & (AGENT | THAT)) != 0) | (((after & TO) != 0) & ((own & PLEDGE) != 0)))
        )
        fixed = np.flatnonzero(((own & (ACCORDING | VIEW)) != 0) & ~chosen)
        chosen[fixed] = self._opens_phrase(passage, places[fixed])
        pairs = np.flatnonzero(((own & PARTICLE_VERB) != 0) & directly & ~chosen)
        chosen[pairs] = self._is_pair(passage, places[pairs])
        verbs = np.flatnonzero(((own & VERB) != 0) & ~chosen)
        group = _group_of(passage, mark, places[verbs])
        chosen[verbs] = _may_report(group, own[verbs], after[verbs], directly[verbs])
        found: _Numbers = places[chosen]
        return found

    def _type_at(self, passage: Passage, places: _Numbers) -> NDArray[np.int32]:
        return self._type_of_form[passage.form[np.minimum(places, len(passage.form) - 1)]]

    def _opens_phrase(self, passage: Passage, places: _Numbers) -> _Bools:
        """Tell which words open a fixed phrase such as "according to"."""
        found = np.zeros(len(places), dtype=bool)
        first = self._type_at(passage, places)
        for opening, *rest in self._phrases:
            fitting = np.flatnonzero(first == opening)
            for distance, word in enumerate(rest, 1):
                fitting = fitting[self._type_at(passage, places[fitting] + distance) == word]
            found[fitting] = True
        return found

    def _is_pair(self, passage: Passage, places: _Numbers) -> _Bools:
        """Tell which words are verbs with their particle: "point out"."""
        verb = self._type_at(passage, places).astype(np.int64)
        return np.isin(verb * len(self._types) + self._type_at(passage, places + 1), self._pairs)


class _Group(NamedTuple):
    """For each of some verbs the words like "has been" before it, and what stands before those."""

    before: _Numbers  # flags of the word before the group, 0 where the group opens a sentence
    some: _Numbers  # flags of the group's words together
    opens: _Bools  # a sentence
    joined: _Bools
    comma: _Bools
    quoted: _Bools  # a quotation ends before the group
    longer: _Bools  # the group is longer than was looked at
    inside: _Bools  # the verb is not the first word of its sentence


def _group_of(passage: Passage, mark: NDArray[np.int32], verbs: _Numbers) -> _Group:
    """Find the words that belong to verbs on their left, as `cues.cue_at` does."""
    flags, opens = passage.flags, passage.opens_sentence
    skipped = ((flags & (AUX | ADVERB)) != 0) & ((flags & SUBJECT_PRONOUN) == 0) & (mark < 0)
    goes_on = passage.joined & ~opens
    goes_on[1:] &= skipped[:-1]
    left = verbs.copy()
    some = np.zeros(len(verbs), dtype=np.int64)
    for _ in range(_MOST_SKIPPED):
        further = np.flatnonzero(goes_on[left])
        left[further] -= 1
        some[further] |= flags[left[further]]
    first = opens[left]
    return _Group(
        before=np.where(first, 0, flags[left - 1]),
        some=some,
        opens=first,
        joined=passage.joined[left],
        comma=passage.commas[left],
        quoted=(mark[left - 1] >= 0) & ~passage.opens_article[left],
        longer=goes_on[left],
        inside=~opens[verbs],
    )


def _may_report(group: _Group, own: _Numbers, after: _Numbers, directly: _Bools) -> _Bools:
    """Tell which verbs may report something, by their flags and those of the word after them."""
    before, joined = group.before, group.joined
    doubtful, passive = (own & DOUBTFUL) != 0, (group.some & BE) != 0
    participle = ((own & ING) != 0) & ~passive
    that = (after & THAT) != 0
    governed = (before & (DETERMINER | POSSESSIVE | PREPOSITION)) != 0
    # "the meeting will add energy", "the call", "to say"
    never = joined & ((before & TO) != 0) & ((before & CAPITAL) == 0)
    never |= joined & doubtful & governed
    never |= group.opens & ~directly
    subject_only = joined & ~group.opens & ~group.quoted & ~group.comma
    subject_only &= (before & (RELATIVE | AND)) == 0
    named = ((before & CAPITAL) != 0) & ((before & _NO_NAME) == 0)
    nobody = doubtful & ~that & ((before & _SOMEBODY) == 0) & ~named
    nobody |= ((group.some & MODAL) != 0) & ~that & ((own & BARE) == 0)
    never |= subject_only & (nobody | _ends_no_phrase(before))
    # "was told that", "is said to"
    impersonal = ((before & IT) != 0) | ((own & TELL) != 0)
    infinitive = ((after & TO) != 0) & ((own & CLAUSE_VERB) != 0) & ((own & SAY) != 0) & ~doubtful
    never = np.where(passive & ((own & ING) == 0), ~(that & impersonal) & ~infinitive, never)
    # "the saying", "by saying", but "while saying"
    no_clause = ((before & (PREPOSITION | TO)) != 0) & ((before & LINK) == 0)
    no_clause |= doubtful & ((before & AND) == 0) & ~group.opens
    owned = (before & (DETERMINER | POSSESSIVE)) != 0
    never = np.where(participle, joined & (no_clause | owned), never)
    never &= ~group.longer
    never |= group.inside & doubtful & ((own & CAPITAL) != 0)
    found: _Bools = ~never
    return found


def _ends_no_phrase(flags: _Numbers) -> _Bools:
    """Tell which words cannot be the last of a noun phrase, as `phrases.phrase_before` does."""
    pronoun = (flags & (HE | SHE | THEY | IT)) != 0
    pronoun |= ((flags & ANYBODY) != 0) & ((flags & CAPITAL) == 0)
    none = ((flags & (CLOSED | POSSESSIVE)) != 0) & ((flags & CAPITAL) == 0)
    none |= ((flags & TIME) != 0) & ((flags & PEOPLE) == 0)
    none |= ((flags & VERB) != 0) & ((flags & (CAPITAL | PEOPLE)) == 0)
    found: _Bools = ((flags & SELF) != 0) | (none & ~pronoun)
    return found
