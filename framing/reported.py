"""What an article reports that somebody says: the cue, who is named as the source, what is said."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from framing.cues import Cue, cue_at
from framing.lexicon import (
    ACCUSE,
    ADVERB,
    AND,
    AUX,
    BARE,
    CAPITAL,
    CLAUSE_VERB,
    DEMONYM,
    DESCRIBE,
    DETERMINER,
    DOUBTFUL,
    GROUP,
    HE,
    HEARER,
    HER,
    HIS,
    ING,
    IT,
    LINK,
    NEGATIVE,
    NOUN,
    NUMBER,
    PEOPLE,
    POSSESSIVE,
    PREPOSITION,
    PROMISE,
    QUESTION,
    RELATIVE,
    ROLE,
    ROLES,
    SAY,
    SELF,
    SHE,
    SUBORDINATE,
    TELL,
    THAT,
    THEIR,
    THEY,
    THINK,
    TIME,
    TITLE,
    TO,
    URGE,
    VERB,
)
from framing.passages import Words
from framing.phrases import Phrase, is_name

# How far each rule is trusted: set by hand in view of tests/voices.md, no measured frequency.
CERTAINTY: Mapping[str, float] = {
    "quotation, speaker, verb": 0.95,
    "quotation, verb, speaker": 0.95,
    "speaker, verb, quotation": 0.9,
    "according to": 0.9,
    "reported clause": 0.9,
    "clause, then speaker": 0.9,
    "asked or promised to": 0.85,
    "accused of": 0.85,
    "noun of reporting": 0.8,
    "nobody named": 0.0,
}


_CLOSING, _ENDING = frozenset('"”»’'), frozenset(".,?!…")
_BEFORE_TAG = frozenset("?!…,—")  # marks after which a quotation's tag follows
_REACH = 500  # words of a sentence before and after a cue that are looked at


class Report(NamedTuple):
    """One place where words are reported."""

    rule: str
    cue: Phrase
    source: Phrase | None
    content: tuple[Phrase, ...]


def find_reports(words: Words, first: int, stop: int, cues: Sequence[int]) -> list[Report]:
    """Find what is reported in one sentence.

    Parameters
    ----------
    words : Words
        The article.
    first, stop : int
        The words of the sentence.
    cues : sequence of int
        Those of its words outside quotation marks that may be cues.

    Returns
    -------
    list of Report
        In the order of their cues.
    """
    found: list[Cue] = []
    after = first
    for number in cues:
        if number >= after:
            cue = cue_at(words, number, *_reach(first, stop, number, number), found)
            if cue is not None:
                found.append(cue)
                after = cue.stop
    # a cue that reports nothing by itself bounds no other
    sure: list[Cue] = []
    reports: list[Report] = []
    for cue in found:
        begin, end = _reach(first, stop, cue.first, cue.stop)
        report = _report(words, cue, begin, end, begin, None)
        if report is not None:
            sure.append(cue)
            reports.append(report)
    if len(sure) < 2:
        return reports
    reports = []
    earlier = first
    for place, cue in enumerate(sure):
        later = sure[place + 1] if place + 1 < len(sure) else None
        begin, end = _reach(first, stop, cue.first, cue.stop)
        report = _report(words, cue, begin, end, max(begin, earlier), later)
        if report is not None:
            reports.append(report)
            earlier = cue.stop
    return reports


def _reach(first: int, stop: int, begin: int, end: int) -> tuple[int, int]:
    """Give the part of a sentence that is looked at around a cue: all of it, if it has an end."""
    if stop - first <= _REACH:
        return first, stop
    return max(first, begin - _REACH), min(stop, end + _REACH)


def _report(
    words: Words, cue: Cue, first: int, stop: int, earlier: int, later: Cue | None
) -> Report | None:
    """Find what is said, to the right of the cue or to its left."""
    end = _end_of_content(words, cue, stop, later)
    left = _left(words, cue, first, earlier)
    tagged = left is not None and words.mark[left.stop - 1] >= 0
    content: list[Phrase] = []
    if cue.rule == "according":
        right = _after_source(words, cue, end)
        if left is None and cue.first > earlier and words.joined[cue.first]:
            left = Phrase(earlier, cue.first)
        if left and not _only_opening(words, left):
            content = [left] + ([right] if right else [])
        elif right or (cue.stop < end and words.mark[cue.stop] >= 0):
            content = [right or Phrase(cue.stop, end)]
    elif tagged and cue.rule in ("before", "after"):
        content = [left] if left else []
        following = _next_quotation(words, cue.stop, end)
        if following:
            content.append(following)
    else:
        right = _right(words, cue, end)
        if right:
            content = [right]
            if cue.kind & DESCRIBE and words.mark[right.first] >= 0:
                # called the judges "brave", the minister "a fool"
                content += _quotations_in(words, right.stop, end)
        elif (
            left
            and cue.rule in ("before", "after")
            and cue.kind & (SAY | THINK | TELL)
            and _is_tag(words, cue.verb.first)
        ):
            opening = _only_opening(words, left)
            content = [] if opening else [left]
            more = _after_comma(words, cue.stop, end)
            if (
                more
                and cue.rule == "before"
                and not words.flags[more.first] & (AND | ING | SUBORDINATE)
            ):
                content.append(more)
    if content:
        content = [phrase for phrase in content if phrase.stop > phrase.first]
    if not content:
        return None
    return Report(_rule(words, cue, content, tagged), cue.verb, cue.source, tuple(content))


def _is_tag(words: Words, verb: int) -> bool:
    """Tell whether a verb may stand after what is said: "the bridge had failed, she noted"."""
    flag = words.flags[verb]
    return bool(flag & BARE) or not flag & DOUBTFUL or words.word(verb).endswith("ed")


def _after_source(words: Words, cue: Cue, end: int) -> Phrase | None:
    """Find what follows "According to Weber, the envoy of Vayle, ..." or stands without a comma."""
    right = _after_comma(words, cue.stop, end)
    if right is None:
        opens = cue.stop < end and words.joined[cue.stop] and words.mark[cue.stop] < 0
        return Phrase(cue.stop, end) if opens and end - cue.stop > 3 else None
    for place in range(right.first, min(right.first + 14, end)):
        if words.flags[place] & (AUX | HE | SHE | THEY):
            break
        if words.commas[place] and place > right.first:
            inserted = words.flags[right.first] & (DETERMINER | ROLE | ING | RELATIVE | NUMBER)
            return Phrase(place, end) if inserted else right
    return right


def _rule(words: Words, cue: Cue, content: list[Phrase], tagged: bool) -> str:
    """Name the rule by which a cue reports its content."""
    if cue.source is None:
        return "nobody named"
    if cue.rule == "according":
        return "according to"
    if cue.rule == "noun":
        return "noun of reporting"
    if tagged:
        after = cue.rule == "after"
        return "quotation, verb, speaker" if after else "quotation, speaker, verb"
    if words.mark[content[0].first] >= 0:
        return "speaker, verb, quotation"
    if content[0].first < cue.verb.first:
        return "clause, then speaker"
    if cue.kind & ACCUSE and not cue.kind & (CLAUSE_VERB | TELL | URGE | PROMISE):
        return "accused of"
    if words.flags[content[0].first] & TO or not cue.kind & (CLAUSE_VERB | TELL):
        return "asked or promised to"
    return "reported clause"


def _end_of_content(words: Words, cue: Cue, stop: int, later: Cue | None) -> int:
    """Where the content ends at the latest: before the next cue if a comma or "and" parts them."""
    limit = stop if later is None else later.first
    # "said X, but Y": what follows is the journalist's
    contrast = bisect_left(words.contrasts, cue.stop + 2)
    if contrast < len(words.contrasts) and words.contrasts[contrast] < limit:
        return words.contrasts[contrast]
    if later is None or later.first <= cue.stop:
        return stop
    start = later.first
    if words.flags[start - 1] & (AND | SUBORDINATE) and not words.flags[start - 1] & THAT:
        return start - 1
    return start if words.commas[start] and later.rule != "nobody" else stop


def _left(words: Words, cue: Cue, first: int, earlier: int) -> Phrase | None:
    """Find the words before ", Weber said", back to the last cue or a quotation's start."""
    last = cue.first - 1
    if last < 0:
        return None
    marked = words.mark[last]
    if marked >= 0 and (cue.first > first or _asks(words.gap(cue.first))):
        if words.mark[cue.first] == marked:
            return None
        begin = _start_of_marks(words, last)
        while begin > earlier:
            before = begin - 1
            if words.mark[before] >= 0 and (words.commas[begin] or words.joined[begin]):
                begin = _start_of_marks(words, before)  # "..." "..." or "..." and "..."
            elif words.flags[before] & AND and before > earlier and words.mark[before - 1] >= 0:
                begin = _start_of_marks(words, before - 1)
            elif begin > first and words.joined[begin] and not words.flags[begin] & CAPITAL:
                begin = earlier  # the deal is "done", she said
            else:
                break
        return Phrase(begin, last + 1)
    if cue.first <= earlier or not (words.commas[cue.first] or _closes(words, cue.first)):
        return None
    return Phrase(earlier, cue.first)


def _closes(words: Words, number: int) -> bool:
    """Tell whether a closing mark without an opening one stands before a word."""
    gap = words.gap(number)
    return not _CLOSING.isdisjoint(gap) and not _ENDING.isdisjoint(gap)


def _start_of_marks(words: Words, number: int) -> int:
    """Go back to the first word of a quotation."""
    while number > 0 and words.mark[number - 1] == words.mark[number]:
        number -= 1
    return number


def _asks(gap: str) -> bool:
    """Tell whether a gap holds a mark after which a quotation's tag follows."""
    if gap.rstrip().endswith("."):
        return "..." in gap
    return not _BEFORE_TAG.isdisjoint(gap) or "..." in gap


def _only_opening(words: Words, phrase: Phrase) -> bool:
    """Tell whether words before a tag only open it: "On Monday", "But", "Speaking ..."."""
    flag = words.flags[phrase.first]
    if words.mark[phrase.first] >= 0:
        return False
    if phrase.stop - phrase.first < 2:
        return bool(flag & (AND | ADVERB | TIME | PREPOSITION | SUBORDINATE)) or not is_name(flag)
    opens = flag & (PREPOSITION | SUBORDINATE | ING | TIME) and not flag & (DETERMINER | PEOPLE)
    if not opens:
        return False
    # "At least two gates had failed, she said": a clause of its own
    return not any(words.flags[number] & AUX for number in range(phrase.first, phrase.stop))


def _after_comma(words: Words, number: int, end: int) -> Phrase | None:
    """Give the rest of the sentence if a comma parts it."""
    if number >= end or not words.commas[number]:
        return None
    return Phrase(number, end)


def _next_quotation(words: Words, number: int, end: int) -> Phrase | None:
    """Find the quotation that follows a tag in its sentence: "...," he said, "..."."""
    for place in range(number, min(number + 14, end)):
        if words.mark[place] >= 0:
            if place > number and words.joined[place]:
                return None
            stop = place
            while stop < end and words.mark[stop] == words.mark[place]:
                stop += 1
            return Phrase(place, stop)
        if words.flags[place] & VERB and not words.flags[place] & DOUBTFUL:
            return None
    return None


def _quotations_in(words: Words, number: int, end: int) -> list[Phrase]:
    """List the quotations among some words."""
    found = []
    while number < end:
        stop = number + 1
        if words.mark[number] >= 0:
            while stop < end and words.mark[stop] == words.mark[number]:
                stop += 1
            found.append(Phrase(number, stop))
        number = stop
    return found


def _right(words: Words, cue: Cue, end: int) -> Phrase | None:
    flags, joined, mark = words.flags, words.joined, words.mark
    number = cue.stop
    if number >= end:
        return None
    if cue.rule == "noun":
        return Phrase(number + 1 if flags[number] & THAT else number, end)
    if mark[number] >= 0:
        return Phrase(number, end)
    gap = words.gap(number)
    if ":" in gap:
        return Phrase(number, end)
    kind = cue.kind
    if not joined[number]:
        # "Weber said, "..."", "said, however, that"
        for place in range(number, min(number + 8, end)):
            if mark[place] >= 0:
                return Phrase(place, end) if not joined[place] else None
            if flags[place] & THAT and kind & (CLAUSE_VERB | TELL):
                return Phrase(place + 1, end)
        return None
    if kind & (CLAUSE_VERB | TELL):
        bare = bool(flags[cue.verb.first] & BARE)
        told = bool(kind & TELL) and not kind & CLAUSE_VERB
        found = _clause(words, number, end, told=told, bare=bare, negated=cue.negated)
        if found:
            return found
    if kind & PROMISE:
        for place in range(number, min(number + 4, end)):
            if not joined[place] or mark[place] >= 0:
                break
            if flags[place] & TO:
                return Phrase(place, end)
    if kind & URGE and not flags[number] & (ADVERB | NEGATIVE):
        for place in range(number + 1, min(number + 12, end)):
            if mark[place] >= 0 or (flags[place] & VERB and not flags[place] & DOUBTFUL):
                break
            if flags[place] & TO and joined[place]:
                return Phrase(number, end)
    if kind & ACCUSE and not flags[number] & (PREPOSITION | TIME | ADVERB):
        for place in range(number + 1, min(number + 12, end)):
            if not joined[place]:
                break
            if flags[place] & LINK and not flags[place] & SUBORDINATE:
                return Phrase(number, end)
    if (
        kind & DESCRIBE
        and not flags[cue.verb.first] & DOUBTFUL
        and not any(m >= 0 for m in mark[number:end])
    ):
        for place in range(number + 1, min(number + 12, end - 1)):
            if not joined[place]:
                break
            if flags[place] & LINK and flags[place] & SUBORDINATE:  # "describes it as"
                return Phrase(place + 1, end)
    # a quotation later in the clause: "called the talks "substantive""
    if not kind & (SAY | TELL | DESCRIBE | ACCUSE | PROMISE | URGE):
        return None
    if flags[cue.verb.first] & DOUBTFUL and not kind & DESCRIBE:
        return None
    for place in range(number, min(number + 20, end)):
        if mark[place] >= 0:
            stop = place
            while stop < end and mark[stop] == mark[place]:
                stop += 1
            return Phrase(place, stop)
        if flags[place] & RELATIVE and not flags[place] & THAT:
            return None
    return None


def _clause(
    words: Words, number: int, end: int, *, told: bool, bare: bool, negated: bool
) -> Phrase | None:
    """Find the clause after a verb of saying, with or without "that"."""
    flags, joined, mark = words.flags, words.joined, words.mark
    for place in range(number, min(number + 16, end)):
        if mark[place] >= 0:
            break
        if flags[place] & THAT:
            if place > number and place + 1 < end and flags[place + 1] & (AUX | VERB):
                break  # "in a speech that was ..."
            if flags[place] & QUESTION:
                return None if negated else Phrase(place, end)
            return Phrase(place + 1, end)
        if place > number and (flags[place] & (AUX | AND) or not joined[place]):
            break
        if place > number and flags[place] & VERB and not flags[place] & (PEOPLE | NOUN | TIME):
            break  # "said the diary showed that"
        if place > number and flags[place] & (HE | SHE | THEY | IT | SELF) and not told:
            break
    start = number
    if told:
        start = _after_hearer(words, start, end)
    # "said on Monday", "said in a statement"
    while start < end and joined[start] and mark[start] < 0:
        flag = flags[start]
        following = flags[start + 1] if start + 1 < end else 0
        if flag & ADVERB and following & AUX:
            break  # "said there was"
        if flag & TO and not following & (DETERMINER | CAPITAL | HEARER | HIS | HER | THEIR):
            return None  # "agreed to pull out"
        if flag & PREPOSITION and (not flag & SUBORDINATE or following & TIME):
            start = _after_adjunct(words, start, end)
        elif flag & (TIME | ADVERB) and not flag & (DETERMINER | IT):
            start += 1
        else:
            break
    if start >= end:
        return None
    if mark[start] >= 0:
        return Phrase(start, end)
    if not joined[start]:
        return None
    if flags[start] & THAT:
        relative = start + 1 < end and flags[start + 1] & (AUX | VERB)
        return None if relative else Phrase(start + 1, end)
    flag = flags[start]
    if flag & SUBORDINATE and not flag & (PREPOSITION | DETERMINER):
        # "asked why the talks failed", "said if the talks fail, ..."
        if flag & QUESTION and negated:
            return None
        return Phrase(start, end) if end - start > 2 else None
    if flag & (PREPOSITION | AND | AUX | TO | RELATIVE) and not flag & (DETERMINER | IT | HIS):
        return None
    holds = _has_verb(words, start + 1, end) if bare else _finite(words, start, end)
    return Phrase(start, end) if holds else None


def _finite(words: Words, start: int, end: int) -> bool:
    """Tell whether a clause begins here: a noun phrase, and its verb directly after it."""
    flags = words.flags
    if flags[start] & (HE | SHE | THEY) and start + 1 < end:
        return words.joined[start + 1]
    for place in range(start + 1, min(start + 10, end)):
        flag = flags[place]
        if not words.joined[place] or words.mark[place] >= 0:
            return False
        if flag & AUX:
            return True
        if flag & (RELATIVE | SUBORDINATE | TO) and not flag & LINK:
            return False
        if (flag & VERB and not flag & (DOUBTFUL | PEOPLE)) or words.word(place).endswith("ed"):
            return not flags[place - 1] & (DETERMINER | PREPOSITION | AND)
    return False


def _has_verb(words: Words, first: int, end: int) -> bool:
    """Tell whether words may hold a verb; what is long holds one in any case."""
    for place in range(first, end):
        if words.flags[place] & (AUX | VERB):
            return True
        word = words.word(place)
        if word.endswith(("ed", "s", "en")) and not words.flags[place] & CAPITAL:
            return True
    return end - first > 4


def _after_hearer(words: Words, number: int, end: int) -> int:
    """Give the word after those who are told: "reporters", "the Daily Post", "him"."""
    flags, joined = words.flags, words.joined
    place = number
    if flags[place] & HEARER and not flags[place] & DETERMINER:
        return place + 1
    if flags[place] & DETERMINER:
        place += 1
    start = place
    while place < end and place - number < 6 and (place == number or joined[place]):
        flag = flags[place]
        if flag & (CAPITAL | HEARER | GROUP | ROLES | ROLE | POSSESSIVE | DEMONYM | TITLE):
            place += 1
            if flag & HEARER and not flag & CAPITAL:
                break
        elif place == start:  # "him", "a rally"
            place += 1
        else:
            break
    return place


def _after_adjunct(words: Words, number: int, end: int) -> int:
    """Give the word after a preposition and its noun phrase: "on Monday", "in a statement"."""
    flags, joined = words.flags, words.joined
    place = number + 1
    if place < end and flags[place] & (DETERMINER | HIS | HER | THEIR):
        place += 1
    taken = 0
    while place < end and joined[place] and words.mark[place] < 0:
        flag = flags[place]
        if flag & (DETERMINER | HE | SHE | THEY | IT | SELF | PREPOSITION | THAT | AUX | AND):
            break
        if taken and flag & CAPITAL and not flags[place - 1] & (CAPITAL | DEMONYM):
            break
        if taken and not flag & CAPITAL and flags[place - 1] & CAPITAL and not flag & TIME:
            break
        if taken >= 3 and not flag & (CAPITAL | TIME):
            break
        place += 1
        taken += 1
    return place
