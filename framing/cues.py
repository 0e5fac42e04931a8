"""Cues of reporting with their sources: "Weber said", "according to the ministry", "her claim"."""

from __future__ import annotations

from typing import NamedTuple

from framing.lexicon import (
    ACCORDING,
    ADVERB,
    AGENT,
    AND,
    AUX,
    BARE,
    BE,
    CAPITAL,
    CLAUSE_VERB,
    CLOSED,
    DETERMINER,
    DOUBTFUL,
    FEMALE,
    GROUP,
    HE,
    HER,
    HIS,
    ING,
    INVERTED,
    IT,
    LINK,
    MALE,
    MODAL,
    NAMING,
    NEGATIVE,
    NOUN,
    OPINION,
    PARTICLE_VERB,
    PEOPLE,
    PLEDGE,
    POSSESSIVE,
    POSTPOSED,
    PREPOSITION,
    PROMISE,
    QUESTION,
    RELATIVE,
    SAY,
    SHE,
    SUBJECT_PRONOUN,
    SUBORDINATE,
    TELL,
    THAT,
    THEIR,
    THEY,
    THINK,
    TIME,
    TO,
    VERB,
    VIEW,
)
from framing.passages import Words
from framing.phrases import (
    Phrase,
    ends_in_somebody,
    is_name,
    is_somebody,
    phrase_after,
    phrase_before,
    subject_of,
)

_FIXED = ACCORDING | VIEW | POSTPOSED | INVERTED
_SKIPPED = AUX | ADVERB
_MOST_CUES_BACK = 50  # from "..., saying that" to the verb whose subject it shares


class Cue(NamedTuple):
    """A word of reporting with its source, before its content is known."""

    rule: str  # before, after, subject, according, noun, nobody
    kind: int
    first: int  # of source and cue together
    stop: int
    verb: Phrase
    source: Phrase | None
    negated: bool = False


def cue_at(words: Words, number: int, first: int, stop: int, found: list[Cue]) -> Cue | None:
    """Tell what a word cues in its sentence, after the cues found before it; None for nothing."""
    flag = words.flags[number]
    if flag & _FIXED:
        cue = _fixed_cue(words, number, first, stop)
        if cue:
            return cue
    kind = flag & VERB
    end = number + 1
    if flag & NAMING and end < stop and words.mark[end] >= 0:
        return None
    if flag & PARTICLE_VERB and end < stop and words.joined[end]:
        more = words.lexicon.particles[words.word(number)].get(words.word(end), 0)
        if more:
            kind, end = more, end + 1
    if kind and not (flag & CAPITAL and flag & DOUBTFUL and number > first):
        cue = _verb_cue(words, Phrase(number, end), kind, first, stop, found)
        if cue:
            return cue
    if flag & OPINION:
        cue = _opinion(words, number, first)
        if cue:
            return cue
    return _noun_cue(words, number, first, stop) if flag & NOUN else None


def _fixed_cue(words: Words, number: int, first: int, stop: int) -> Cue | None:
    """Find whom a word names that is no verb: "according to", "Weber zufolge", "dit-il"."""
    flag = words.flags[number]
    if flag & (ACCORDING | VIEW):
        cue = _according(words, number, stop)
        if cue:
            return cue
    if flag & POSTPOSED:
        source = phrase_before(words, first, number - 1)
        if source:
            phrase = Phrase(number, number + 1)
            return Cue("according", ACCORDING, source.first, number + 1, phrase, source)
    if flag & INVERTED:
        phrase = Phrase(number, number + 1)
        return Cue("after", SAY, number, number + 1, phrase, phrase)
    return None


def _according(words: Words, number: int, stop: int) -> Cue | None:
    lexicon, word = words.lexicon, words.word(number)
    for phrases in (lexicon.according, lexicon.view):
        for rest in phrases.get(word, ()):
            end = number + 1 + len(rest)
            if end < stop and all(
                words.word(place) == other for place, other in enumerate(rest, number + 1)
            ):
                source = phrase_after(words, end, stop)
                if source is None and words.flags[end] & (HIS | HER | THEIR):
                    source = Phrase(end, end + 1)
                if source:
                    phrase = Phrase(number, end)
                    return Cue("according", ACCORDING, number, source.stop, phrase, source)
    return None


def _opinion(words: Words, number: int, first: int) -> Cue | None:
    """Find whose view is given: "in Weber's view", "in her words"."""
    owner = number - 1
    if owner <= first or not words.joined[number] or words.mark[owner] >= 0:
        return None
    source: Phrase | None = None
    if words.flags[owner] & POSSESSIVE:
        source = phrase_before(words, first, owner, owner=True)
    elif words.flags[owner] & (HIS | HER | THEIR):
        source = Phrase(owner, number)
    if source is None or source.first == first:
        return None
    begin = source.first - 1
    if not words.flags[begin] & PREPOSITION:
        return None
    return Cue("according", ACCORDING, begin, number + 1, Phrase(number, number + 1), source)


def _verb_cue(
    words: Words, verb: Phrase, kind: int, first: int, stop: int, found: list[Cue]
) -> Cue | None:
    """Find who is the subject of a verb of reporting."""
    flags, number = words.flags, verb.first
    flag = flags[number]
    # the verb group to the left: "has also been quoted as saying"
    left = number
    passive = negated = modal = False
    while (
        left > first
        and words.joined[left]
        and words.mark[left - 1] < 0
        and flags[left - 1] & _SKIPPED
        and not flags[left - 1] & SUBJECT_PRONOUN
    ):
        left -= 1
        passive |= bool(flags[left] & BE)
        negated |= bool(flags[left] & NEGATIVE)
        modal |= bool(flags[left] & MODAL)
    before = flags[left - 1] if left > first else 0
    if flag & ING and not passive:
        return _participle(words, verb, kind, left, first, found)
    if passive and not flag & ING:
        return _passive(words, verb, kind, left, first, stop)
    if before & TO and words.joined[left] and not before & CAPITAL:
        return None  # "to say"
    if before & (DETERMINER | POSSESSIVE | PREPOSITION) and words.joined[left] and flag & DOUBTFUL:
        return None  # "the call", "Putin's demands"
    # inverted: "...", said Weber
    quoted = left > 0 and words.mark[left - 1] >= 0
    source, begin = (None, left) if quoted else _subject_before(words, left, first)
    opens = left == first or quoted or words.commas[left]
    followed = verb.stop < stop and words.joined[verb.stop]
    if source is None and opens and followed and (left == number or flags[left] & AUX):
        after = phrase_after(words, verb.stop, stop)
        tag = quoted or _no_clause_after(words, after, stop)
        if after and tag and (quoted or kind & SAY or not flag & DOUBTFUL):
            after = _named_in_apposition(words, after, stop)
            return Cue("after", kind, left, after.stop, verb, after)
    if source:
        that = verb.stop < stop and flags[verb.stop] & THAT
        if flag & DOUBTFUL and not that and not ends_in_somebody(words, source):
            return None
        if kind & THINK and begin > first and flags[begin - 1] & QUESTION:
            return None  # "asked if he believes"
        if modal and not that and not flag & BARE:
            return None  # "the meeting will add energy"
        return Cue("before", kind, begin, verb.stop, verb, source, negated)
    if before & AND or (found and words.commas[left]):
        return _participle(words, verb, kind, left, first, found)
    return None


def _no_clause_after(words: Words, source: Phrase | None, stop: int) -> bool:
    """Tell whether a tag "said Weber" ends its clause, as no subject of a verb would."""
    if source is None:
        return False
    following = source.stop
    return (
        following >= stop
        or not words.joined[following]
        or (
            words.mark[following] < 0
            and bool(words.flags[following] & (PREPOSITION | TIME | SUBORDINATE))
        )
    )


def _named_in_apposition(words: Words, source: Phrase, stop: int) -> Phrase:
    """Take the name in "the German leader, Olaf Scholz," as the source."""
    start = source.stop
    if start >= stop or not words.commas[start]:
        return source
    named = is_name(words.flags[start - 1]) and not words.flags[start - 1] & PEOPLE
    if named and not any(flag & PREPOSITION for flag in words.flags[source.first : start]):
        # "the head of CEI, Nunzio Galantino,": a person's name says more than a body's
        given = any(flag & (FEMALE | MALE) for flag in words.flags[source.first : start])
        if given or not words.flags[start] & (FEMALE | MALE):
            return source
    end = start
    while end < stop and (end == start or words.joined[end]) and is_name(words.flags[end]):
        end += 1
    if end - start < 2 or (end < stop and words.joined[end]):
        return source
    return Phrase(start, end)


def _subject_before(words: Words, left: int, first: int) -> tuple[Phrase | None, int]:
    """Find the subject of the verb group that begins at ``left``, and where it begins."""
    flags, last = words.flags, left - 1
    if last < first or words.mark[last] >= 0:
        return None, left
    source: Phrase | None = None
    if flags[last] & RELATIVE and not flags[last] & CAPITAL:  # "Weber, who said"
        if last > first and not flags[last] & THAT:
            source = phrase_before(words, first, last - 1)
    elif words.joined[left] or "]" in words.gap(left):
        source = phrase_before(words, first, last)
    elif ")" in words.gap(left):  # "Weber (R-Ohio) said"
        while last > first and "(" not in words.gap(last):
            last -= 1
        source = phrase_before(words, first, last - 1) if last > first else None
    elif words.commas[left]:
        return _before_commas(words, left, first)
    return source, source.first if source else left


def _before_commas(words: Words, left: int, first: int) -> tuple[Phrase | None, int]:
    """Go back over what commas insert: "Weber, the envoy of Vayle, said"."""
    end = left
    for _ in range(4):
        begin = end - 1
        while begin > first and words.joined[begin] and words.mark[begin - 1] < 0:
            begin -= 1
        if begin <= first or words.mark[begin - 1] >= 0 or not words.commas[begin]:
            break
        if words.flags[begin] & (AND | HE | SHE | THEY | IT):
            break
        head = phrase_before(words, first, begin - 1)
        if head and is_somebody(words, head) and _opens_clause(words, head.first, first):
            return _named_in_apposition(words, head, left), head.first
        end = begin
    return None, left


def _opens_clause(words: Words, number: int, first: int) -> bool:
    """Tell whether a noun phrase can be a subject here: it opens a clause or follows a link."""
    if number == first or not words.joined[number]:
        return True
    before = words.flags[number - 1]
    return bool(before & (AND | SUBORDINATE | THAT)) or words.mark[number - 1] >= 0


def _participle(
    words: Words, verb: Phrase, kind: int, left: int, first: int, found: list[Cue]
) -> Cue | None:
    """Find the subject of "..., saying that" and "... and said that": that of the main verb."""
    flags = words.flags
    before = flags[left - 1] if left > first else 0
    if before & (DETERMINER | POSSESSIVE) and words.joined[left]:
        return None
    if left > first and words.joined[left]:
        if before & (PREPOSITION | TO) and not before & LINK:
            return None
        if flags[verb.first] & DOUBTFUL and not before & AND:
            return None
    begin = first
    while begin < left and words.mark[begin] >= 0:
        begin += 1
    if before & LINK and before & SUBORDINATE and words.joined[left]:
        return _quoted_as_saying(words, verb, kind, left, begin)
    if left > first and words.joined[left]:
        # "with one poster writing", "a message stating": the noun before, if it is no person's name
        nearest = phrase_before(words, first, left - 1)
        if nearest and is_somebody(words, nearest):
            opening = flags[nearest.first - 1] if nearest.first > first else 0
            last = flags[nearest.stop - 1]
            if opening & PREPOSITION or (last & GROUP and not last & CAPITAL):
                return Cue("before", kind, nearest.first, verb.stop, verb, nearest)
    recent = [cue.source for cue in found[: -_MOST_CUES_BACK - 1 : -1] if cue.rule != "noun"]
    named = (s for s in recent if s and not flags[s.first] & (HE | SHE | THEY | IT))
    source = next(named, recent[0] if recent else None)  # "said he knows the risk but said"
    if source is None:
        source = subject_of(words, begin, left)
    if source is None or not is_somebody(words, source):
        return None
    return Cue("subject", kind, left, verb.stop, verb, source)


def _quoted_as_saying(words: Words, verb: Phrase, kind: int, left: int, first: int) -> Cue | None:
    """Find whom an article quotes: "Weber was quoted as saying", "they quoted her as saying"."""
    flags = words.flags
    for place in range(left - 2, max(first - 1, left - 14), -1):
        if flags[place] & VERB and not flags[place] & CAPITAL:
            if place == left - 2:
                begin = place
                while begin > first and words.joined[begin] and flags[begin - 1] & _SKIPPED:
                    begin -= 1
                source, begin = _subject_before(words, begin, first)
            else:
                source, begin = phrase_after(words, place + 1, left - 1), place
            if source is None:
                return None
            return Cue("before", kind, begin, verb.stop, verb, source)
    return None


def _passive(words: Words, verb: Phrase, kind: int, left: int, first: int, stop: int) -> Cue | None:
    """Find reports of nobody: "it was reported that"."""
    if verb.stop >= stop or words.flags[verb.first] & ING:
        return None
    following = words.flags[verb.stop]
    impersonal = left > first and words.flags[left - 1] & IT
    if following & THAT and (impersonal or kind & TELL):
        return Cue("nobody", SAY, left - 1, verb.stop, verb, None)
    if following & TO and kind & CLAUSE_VERB and words.flags[verb.first] & SAY:
        if words.flags[verb.first] & DOUBTFUL:
            return None
        return Cue("nobody", PROMISE, left, verb.stop, verb, None)
    return None


def _noun_cue(words: Words, number: int, first: int, stop: int) -> Cue | None:
    """Find nouns of reporting: "Weber's claim that", "a promise by Weber to"."""
    flags, joined = words.flags, words.joined
    following = number + 1
    if following >= stop or not joined[following]:
        return None
    source: Phrase | None = None
    begin = number
    end = following
    if flags[following] & AGENT:
        source = phrase_after(words, following + 1, stop)
        if source is None:
            return None
        end = source.stop
    else:
        back = number - 1
        while (
            back > first
            and joined[back + 1]
            and number - back < 3
            and not (flags[back] & (POSSESSIVE | DETERMINER | CLOSED | VERB))
        ):
            back -= 1
        if back < first or not joined[back + 1]:
            back = number
        if flags[back] & POSSESSIVE and words.mark[back] < 0:
            source = phrase_before(words, first, back, owner=True)
        elif flags[back] & (HIS | HER | THEIR):
            source = Phrase(back, back + 1)
        if source is None and flags[end] & THAT:
            # "expressed hope that", "issued a warning that": the subject of the verb
            if any(flags[place] & PREPOSITION for place in range(max(number - 3, first), number)):
                return None  # "despite reports that"
            source = subject_of(words, first, number)
            if source is None or source.stop > number or not ends_in_somebody(words, source):
                return None
            phrase = Phrase(number, number + 1)
            return Cue("noun", NOUN, number, end, phrase, source)
        if source is None:
            return None
        begin = source.first
    if end >= stop or not joined[end] or words.mark[end] >= 0:
        return None
    if not flags[end] & THAT and not (flags[end] & TO and flags[number] & PLEDGE):
        return None
    if source is None or not _sure_or_his(words, source):
        return None
    phrase = Phrase(number, number + 1)
    return Cue("noun", NOUN, begin, end, phrase, source)


def _sure_or_his(words: Words, source: Phrase) -> bool:
    """Tell whether a source is "his" and the like, or surely somebody."""
    return bool(words.flags[source.first] & (HIS | HER | THEIR)) or is_somebody(words, source)
