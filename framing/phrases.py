"""Noun phrases that can name a source, found to the left or right of a word by its flags."""

from __future__ import annotations

from typing import NamedTuple

from framing.lexicon import (
    ADVERB,
    AND,
    ANYBODY,
    ARTICLE,
    AUX,
    CAPITAL,
    CLOSED,
    DEMONYM,
    DETERMINER,
    DOUBTFUL,
    GROUP,
    HE,
    ING,
    IT,
    LINK,
    NOUN,
    NUMBER,
    PARTICLE,
    PEOPLE,
    POSSESSIVE,
    PREPOSITION,
    RELATIVE,
    ROLES,
    SELF,
    SHE,
    SUBJECT_PRONOUN,
    SUBORDINATE,
    THAT,
    THEY,
    TIME,
    TITLE,
    TO,
    VERB,
)
from framing.passages import Words

_PERSONAL = HE | SHE | THEY | IT
_SOMEBODY = PEOPLE | HE | SHE | THEY
_NO_NAME = TIME | CLOSED | DETERMINER | SELF
_LONGEST = 14  # words of a noun phrase
_LONGEST_SENTENCE = 500  # words in which a subject is sought


class Phrase(NamedTuple):
    """Some words of an article: the first, and the one after the last."""

    first: int
    stop: int


def phrase_before(words: Words, floor: int, last: int, *, owner: bool = False) -> Phrase | None:
    """Find the noun phrase that ends at a word and begins not before ``floor``.

    Parameters
    ----------
    words : Words
        The article.
    floor, last : int
        The first word that may belong to the phrase, and its last.
    owner : bool
        Whether the last word may be a possessive: "the minister's".

    Returns
    -------
    Phrase or None
        None where the words cannot name a source.
    """
    flags, joined, mark = words.flags, words.joined, words.mark
    if last < floor:
        return None
    flag = flags[last]
    if mark[last] >= 0 or flag & SELF:
        return None
    if owner:
        flag &= ~POSSESSIVE
    if flag & _PERSONAL or (flag & ANYBODY and not flag & CAPITAL):
        return Phrase(last, last + 1)
    if flag & (CLOSED | POSSESSIVE) and not flag & CAPITAL:
        return None
    if flag & TIME and not flag & PEOPLE and not is_name(flag):
        return None
    verbal = flag & VERB or (last > floor and words.word(last).endswith("ed"))
    if verbal and not flag & (CAPITAL | PEOPLE):
        return None
    first = last
    room = _LONGEST
    while first > floor and room and (joined[first] or flags[first] & AND):
        room -= 1
        before = flags[first - 1]
        if mark[first - 1] >= 0:
            break
        earlier = flags[first - 2] if first - 1 > floor and joined[first - 1] else 0
        if before & CAPITAL and (
            not before & (CLOSED | DETERMINER | TIME | SELF)
            or before & (PEOPLE | TITLE)
            or (before & TIME and earlier & DETERMINER)  # "the Daily Telegraph"
        ):
            first -= 1
        elif before & DETERMINER:
            if before & RELATIVE and not before & CAPITAL:
                break
            first -= 1
            earlier = flags[first - 1] if first > floor and joined[first] else 0
            if earlier & PREPOSITION and first - 2 >= floor and _can_govern(words, first - 2):
                first -= 1
            elif not earlier & (DETERMINER | NUMBER):
                break
        elif before & (PEOPLE | DEMONYM | PARTICLE | TITLE | NUMBER | POSSESSIVE):
            first -= 1
        elif before & PREPOSITION:
            if not (first - 1 > floor and joined[first - 1] and _can_govern(words, first - 2)):
                # "Ingram of The Globe"
                named = first - 1 > floor and joined[first - 1] and is_name(flags[first - 2])
                if not (named and before & LINK and not before & SUBORDINATE):
                    break
            first -= 1
        elif before & AND:
            # "Weber and Torvik said", "diplomats and aides said"
            if not (first - 1 > floor and flags[first - 2] & (CAPITAL | ROLES | GROUP)):
                break
            if not flags[first] & (CAPITAL | ROLES | GROUP | DETERMINER):
                break
            if before & CAPITAL:
                break
            first -= 1
        elif before & (_PERSONAL | SELF) or (
            first - 1 > floor and flags[first - 2] & _PERSONAL and joined[first - 1]
        ):
            break  # "They heard Weber's"
        elif (before & (CLOSED | VERB | TIME) and not (before & DOUBTFUL and before & NOUN)) or (
            words.word(first - 1).endswith("ed")
            and not (first - 2 >= floor and flags[first - 2] & DETERMINER)
        ):
            break
        else:
            first -= 1
    while (
        first < last
        and flags[first] & (AND | PREPOSITION | ADVERB)
        and not (flags[first] & CAPITAL and flags[first] & PEOPLE)
    ):
        first += 1
    # "At 7.50 the cutter ordered", "In 2022 the ministry said": a figure before "the" is a time
    figure = first
    while figure < last and words.word(figure)[0].isdigit():
        figure += 1
    if flags[figure] & ARTICLE:
        first = figure
    return Phrase(first, last + 1) if _is_source(words, first, last + 1) else None


def is_name(flag: int) -> bool:
    """Tell whether a word is capitalised as names are."""
    return bool(flag & CAPITAL) and not flag & _NO_NAME


def _can_govern(words: Words, number: int) -> bool:
    """Tell whether "for ..." or "of ..." may belong to the word before it."""
    if number < 0:
        return False
    flag = words.flags[number]
    return bool(flag & (PEOPLE | ANYBODY)) and not flag & PREPOSITION


def _is_source(words: Words, first: int, stop: int) -> bool:
    """Tell whether words can name a source: a person or group, or "the ..."."""
    flags = words.flags[first:stop]
    some = 0
    for flag in flags:
        some |= flag
    if some & (PEOPLE | SUBJECT_PRONOUN):
        return True
    # the capital of a sentence's first word says nothing if small letters follow: "Let me"
    opens = first == 0 or not words.joined[first]
    named = flags[1:] if opens and stop - first > 1 and not flags[1] & CAPITAL else flags
    if any(map(is_name, named)):
        return True
    return bool(flags[0] & DETERMINER) and len(flags) > 1


def phrase_after(words: Words, first: int, ceiling: int) -> Phrase | None:
    """Find the noun phrase that begins at a word and ends not after ``ceiling``."""
    flags, joined, mark = words.flags, words.joined, words.mark
    if first >= ceiling or mark[first] >= 0:
        return None
    flag = flags[first]
    if flag & _PERSONAL:
        return Phrase(first, first + 1)
    if flag & (CLOSED | TIME | SELF) and not flag & (CAPITAL | DETERMINER | ANYBODY):
        return None
    if flag & TIME and not flag & PEOPLE and not (flag & DETERMINER):
        return None
    stop = first + 1
    while stop < ceiling and stop - first < _LONGEST and joined[stop] and mark[stop] < 0:
        here, before = flags[stop], flags[stop - 1]
        if (here & CAPITAL and not here & (TIME | CLOSED)) or before & DETERMINER:
            stop += 1
        elif here & (PREPOSITION | TO) and not here & CAPITAL:
            following = flags[stop + 1] if stop + 1 < ceiling and joined[stop + 1] else 0
            # "the minister of defence", but "Weber in Moscow"; "of" belongs to "the speaker"
            if not before & (PEOPLE | NOUN | ANYBODY) or following & TIME:
                break
            if not following & (CAPITAL | DETERMINER | PEOPLE) and not here & LINK:
                break
            stop += 1
        elif here & AND:
            following = flags[stop + 1] if stop + 1 < ceiling else 0
            if not (is_name(before) and is_name(following)):
                break
            stop += 1
        elif (
            here & (AUX | RELATIVE | SUBORDINATE | TIME | THAT | SELF)
            or (here & VERB and not here & (DOUBTFUL | PEOPLE))
            or (here & ADVERB and not here & DETERMINER)
            or (words.word(stop).endswith("ed") and not before & DETERMINER)
            or (
                is_name(before)
                and not before & POSSESSIVE
                and not here & (PEOPLE | PARTICLE | DEMONYM | POSSESSIVE)
            )
            # "ministers left": a word after a role is its verb, if it is no role itself
            or (
                before & PEOPLE
                and not before & (CAPITAL | POSSESSIVE)
                and (not here or (here & VERB and not here & (NOUN | PEOPLE)))
            )
        ):
            break
        else:
            stop += 1
    while stop > first + 1 and flags[stop - 1] & (PREPOSITION | DETERMINER | AND | ADVERB):
        stop -= 1
    return Phrase(first, stop) if _is_source(words, first, stop) else None


def subject_of(words: Words, first: int, stop: int) -> Phrase | None:
    """Find the subject of a sentence: its first noun phrase that no preposition governs."""
    flags, mark, commas = words.flags, words.mark, words.commas
    number = first
    limit = min(stop, first + _LONGEST_SENTENCE)
    while number < limit and mark[number] < 0:
        flag = flags[number]
        if flag & AND or (flag & ADVERB and not flag & DETERMINER):
            number += 1
        elif flag & (PREPOSITION | SUBORDINATE | ING | TIME) and not flag & PEOPLE:
            # "In Moscow on Monday, ...": go on after the comma
            number += 1
            while number < limit and not commas[number]:
                number += 1
        else:
            found = phrase_after(words, number, stop)
            after = found.stop if found else stop
            timed = after < limit and (commas[after] or flags[after] & TIME)
            if found is None or is_somebody(words, found) or not timed:
                return found
            number = after  # "A moment later, he ..."
            while number < limit and not commas[number]:
                number += 1
    return None


def is_somebody(words: Words, source: Phrase) -> bool:
    """Tell whether a source is surely somebody: a name, a pronoun, a role."""
    flags = words.flags[source.first : source.stop]
    return any(flag & _SOMEBODY or is_name(flag) for flag in flags)


def ends_in_somebody(words: Words, source: Phrase) -> bool:
    """Tell whether the last word of a source is a name, a number, a pronoun or a role."""
    last = words.flags[source.stop - 1]
    return bool(last & (PEOPLE | HE | SHE | THEY | NUMBER)) or is_name(last)
