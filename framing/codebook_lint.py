"""Pattern by pattern what needs a look in a codebook, by itself and on a corpus."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.codebook import Codebook, Pattern, as_codebook
from framing.codebook_checks import found_in
from framing.corpus import Corpus, as_corpus
from framing.display import plural
from framing.matching import Candidates, find_candidates
from framing.patterns import Gap
from framing.rows import Ints
from framing.spans import Spans
from framing.tables import as_table
from framing.tokens import Tokens
from framing.wordings import Wording, find_covering, wording_of
from framing.words import fold

_KINDS = (
    *("no patterns", "no definition", "no examples", "carried by one pattern"),
    *("duplicate", "covered", "covered in the corpus", "dead", "masked", "too general"),
    *("overlapping", "untried", "unused anchor", "mask never met"),
)
_SHORT_STEM = 3  # letters before a "*" that are surely too few
_MANY_WORDS = 12  # a "*" that stands for more is looked at
_MANY_SENTENCES = 0.05  # the share of sentences from which on a pattern says little
_STEADY_SENTENCES = 100  # a share of fewer sentences says nothing
_FEW_MENTIONS = 5  # of fewer, one pattern has more than half by chance
_LISTED = 6  # forms or takers that a sentence names
_NEIGHBOURS = 64  # places that begin after another one and are compared with it


class _Finding(NamedTuple):
    """A row of the table; frame and pattern are numbers, the pattern -1 for the whole frame."""

    frame: int
    pattern: int
    kind: str
    detail: str
    other: str | None = None
    n_other: int | None = None
    name: str | None = None  # of a list of the codebook, which is no pattern
    spare: bool = False  # without the pattern no mention changes


@dataclass(frozen=True)
class _Listing:
    """All patterns of a codebook under one number each, as `find_candidates` counts them."""

    codebook: Codebook
    patterns: list[Pattern]
    frame: list[int]
    marks: list[int]  # equal for patterns that follow each other with one weight and mark

    @classmethod
    def of(cls, codebook: Codebook) -> _Listing:
        pairs = [(p, n) for n, frame in enumerate(codebook.frames) for p in frame.patterns]
        given = [(pattern.weight, pattern.review) for pattern, _ in pairs]
        marks = accumulate((one != two for one, two in pairwise(given)), initial=0)
        return cls(codebook, [p for p, _ in pairs], [number for _, number in pairs], list(marks))

    def of_frame(self, frame: int) -> list[int]:
        return list(range(bisect_left(self.frame, frame), bisect_right(self.frame, frame)))

    def name(self, number: int, beside: int | None = None) -> str:
        """Name a pattern; with its frame if that is another one than that of ``beside``."""
        text = f"`{self.patterns[number].text}`"
        if beside is None or self.frame[number] == self.frame[beside]:
            return text
        return f"{text} of {self.codebook.frames[self.frame[number]].name}"


def lint_codebook(
    codebook: Codebook, corpus: Corpus | str | Sequence[str] | None = None
) -> pd.DataFrame:
    """List what needs a look in a codebook: patterns that find nothing, too much, or twice.

    A finding is a question to the researcher, not an error: the codebook can be used as it is.

    Parameters
    ----------
    codebook : Codebook
        The codebook.
    corpus : Corpus, str or sequence of str, optional
        Articles to try the patterns on. Without them only those findings are given that need none.

    Returns
    -------
    DataFrame
        One row per finding, in the order of the codebook, its masks and anchors last:

        - frame (string): the frame; NA for a list of the whole codebook
        - pattern (string): the pattern, mask or anchor; NA for the whole frame
        - kind (string): what it is, see below
        - other (string): the other pattern, mask or list concerned; NA if there is none
        - n_found (int): places in the counted text where the words of the pattern stand, before
          masks, anchors and the contest with other patterns; NA without a corpus
        - n_matches (int): how many of them are mentions in `find_matches`; NA without a corpus
        - n_other (int): how many places the finding is about, or NA
        - detail (string): a sentence with the numbers and what can be done

        Kinds that need no corpus:

        - ``no patterns``, ``no definition``, ``no examples``: of a frame
        - ``duplicate``: stands for exactly what another pattern stands for, of its frame or of
          another one
        - ``covered``: all that it can find is found by another pattern of its frame, on the same
          words; without it no mention changes in any text
        - ``too general``: one word with a ``*`` and three letters or fewer, such as ``war*``
        - ``untried``: no example of the frame tries it out
        - ``unused anchor``: no pattern asks for it

        With a corpus also:

        - ``dead``: its words stand nowhere
        - ``masked``: its words were found, but never counted; ``n_other`` of these places are taken
          by ``other``
        - ``covered in the corpus``: like ``covered``, but only as far as this corpus shows;
          ``n_other`` of its places are found by ``other`` too
        - ``overlapping``: ``n_other`` of its places share words with those of a pattern of another
          frame
        - ``too general``: also for a ``*`` that stands for more than 12 different words, and for
          a pattern that stands in more than 5 % of 100 sentences or more
        - ``carried by one pattern``: it has more than half of the ``n_other`` mentions of its
          frame, 5 or more
        - ``mask never met``: a mask that stands nowhere

    Raises
    ------
    CodebookError
        If this is no codebook, or none of its frames has a pattern.

    See Also
    --------
    check_codebook : a codebook against its own examples.

    Examples
    --------
    >>> import framing as fr
    >>> codebook = fr.Codebook.from_patterns("mine", {"calm": ["peace talks", "peace*", "truce"]})
    >>> table = fr.lint_codebook(codebook, "The peace talks bring peace.")
    >>> table[["pattern", "kind", "n_found", "n_matches"]]
      pattern           kind  n_found  n_matches
    0    <NA>  no definition        3          2
    1    <NA>    no examples        3          2
    2   truce           dead        0          0
    """
    codebook = as_codebook(codebook)
    listing = _Listing.of(codebook)
    findings = [
        *_incomplete(listing),
        *_wordings(listing),
        *_untried(listing),
        *_unused_anchors(codebook),
    ]
    if corpus is None:
        findings += [
            _general(listing, number, [_SHORT_WORDS])
            for number in range(len(listing.patterns))
            if _short_stem(listing.patterns[number], codebook)
        ]
        return _lint_table(listing, findings, None)
    corpus = as_corpus(corpus)
    found = find_candidates(corpus, codebook)
    spare = {finding.pattern for finding in findings if finding.spare}
    same = list(_same_places(listing, found, spare))
    spare |= {finding.pattern for finding in same}
    findings += [
        *same,
        *_found_nowhere(listing, found, spare),
        *_too_general(listing, found, corpus),
        *_overlapping(listing, found),
        *_carried(listing, found),
        *_idle_masks(codebook, found),
    ]
    return _lint_table(listing, findings, found)


def _lint_table(
    listing: _Listing, findings: Iterable[_Finding], found: Candidates | None
) -> pd.DataFrame:
    frames = listing.codebook.frames
    rows = sorted(findings, key=_place)
    counts = [_counts(listing, found, rows, counted=counted) for counted in (False, True)]
    return as_table(
        "lint_codebook",
        {
            "frame": [frames[r.frame].name if r.frame < len(frames) else None for r in rows],
            "pattern": [
                listing.patterns[row.pattern].text if row.name is None and row.pattern >= 0
                else row.name
                for row in rows
            ],
            "kind": [row.kind for row in rows],
            "other": [row.other for row in rows],
            "n_found": counts[0],
            "n_matches": counts[1],
            "n_other": [row.n_other for row in rows],
            "detail": [row.detail for row in rows],
        },
    )  # fmt: skip


def _place(finding: _Finding) -> tuple[object, ...]:
    """Order by frame, pattern and kind; what is no pattern comes by kind first."""
    kind = _KINDS.index(finding.kind)
    if finding.name is not None:
        return (finding.frame, kind, finding.other or "", finding.pattern)
    return (finding.frame, finding.pattern, kind, finding.other or "")


def _counts(
    listing: _Listing, found: Candidates | None, rows: Sequence[_Finding], *, counted: bool
) -> list[int | None]:
    """Count the places of the pattern or the frame that each finding is about."""
    if found is None:
        return [None] * len(rows)
    numbers = _matched(found).pattern if counted else found.spans.pattern
    n = np.bincount(numbers, minlength=len(listing.patterns))
    return [
        None
        if row.name is not None
        else int(n[listing.of_frame(row.frame) if row.pattern < 0 else row.pattern].sum())
        for row in rows
    ]


# ---------------------------------------------------------------------------- without a corpus


def _incomplete(listing: _Listing) -> Iterator[_Finding]:
    """Frames without patterns, a definition or examples."""
    for number, frame in enumerate(listing.codebook.frames):
        if not frame.patterns:
            yield _Finding(
                number, -1, "no patterns",
                "No machine finds this frame; add patterns, or leave it to human coders.",
            )  # fmt: skip
        if not frame.definition:
            yield _Finding(
                number, -1, "no definition",
                "Nobody can tell what is meant; write down what counts as the frame.",
            )  # fmt: skip
        if not frame.examples:
            yield _Finding(
                number, -1, "no examples",
                "Nothing tests the patterns; add sentences that the frame must find.",
            )  # fmt: skip


def _untried(listing: _Listing) -> Iterator[_Finding]:
    """Patterns that no example of their frame tries out, where there are examples."""
    frames = listing.codebook.frames
    examples = [(n, text) for n, frame in enumerate(frames) for text in frame.examples]
    found = found_in([text for _, text in examples], listing.codebook)
    tried = {
        (frame, pattern)
        for (frame, _), hits in zip(examples, found, strict=True)
        for _, pattern in hits.get(frames[frame].name, [])
    }
    for number, (pattern, frame) in enumerate(zip(listing.patterns, listing.frame, strict=True)):
        if frames[frame].examples and (frame, pattern.text) not in tried:
            n_examples = plural(len(frames[frame].examples), "example")
            yield _Finding(
                frame, number, "untried",
                f"None of the {n_examples} of the frame is found by it; add a sentence that is.",
            )  # fmt: skip


def _unused_anchors(codebook: Codebook) -> Iterator[_Finding]:
    """Anchor lists that no pattern asks for."""
    asked = {pattern.anchor for frame in codebook.frames for pattern in frame.patterns}
    for number, name in enumerate(codebook.anchors):
        if name not in asked:
            yield _Finding(
                len(codebook.frames), number, "unused anchor",
                "No pattern asks for it; remove it, or ask for it in the patterns it is for.",
                name=name,
            )  # fmt: skip


_SHORT_WORDS = f'the "*" beside {_SHORT_STEM} letters or fewer also stands for words not meant'


def _short_stem(pattern: Pattern, codebook: Codebook) -> bool:
    """Whether a pattern is, among others, one word with a star and very few letters."""
    words = (phrase[0] for phrase in wording_of(pattern, codebook) if len(phrase) == 1)
    texts = (word[0] for word in words if not isinstance(word, Gap))
    return any("*" in text and len(text.replace("*", "")) <= _SHORT_STEM for text in texts)


def _general(listing: _Listing, number: int, reasons: Sequence[str]) -> _Finding:
    said = "; ".join(reasons)
    detail = f"{said[0].upper()}{said[1:]}; write out the words that are meant."
    return _Finding(listing.frame[number], number, "too general", detail)


# ---------------------------------------------------------------------------- the same words


def _conditions(pattern: Pattern) -> Pattern:
    """Keep of a pattern what its words must meet to be counted: anchors and the like."""
    return replace(pattern, text="x", weight=1.0, review=False, note="")


_NO_CONDITIONS = _conditions(Pattern("x"))


def _wordings(listing: _Listing) -> Iterator[_Finding]:
    """Patterns that stand for what another one stands for, or for less."""
    wordings = [wording_of(pattern, listing.codebook) for pattern in listing.patterns]
    first: dict[object, int] = {}
    twins: set[int] = set()
    for number, pattern in enumerate(listing.patterns):
        frame = listing.frame[number]
        alike = (frozenset(wordings[number]) or pattern.text, _conditions(pattern))
        for key, same_frame in (((alike, frame), True), (alike, False)):
            other = first.setdefault(key, number)
            if other == number or (not same_frame and listing.frame[other] == frame):
                continue
            twins |= {number} if same_frame else set()
            what = (
                "the one that stands first counts; remove one of the two"
                if same_frame
                else "the words count for both frames; keep both only if both definitions hold"
            )
            yield _Finding(
                frame, number, "duplicate",
                f"It stands for the same words as {listing.name(other, number)}: {what}.",
                other=listing.name(other, number),
                spare=same_frame,
            )  # fmt: skip
    for frame in range(len(listing.codebook.frames)):
        numbers = [number for number in listing.of_frame(frame) if number not in twins]
        yield from _covered(listing, {number: wordings[number] for number in numbers})


def _covered(listing: _Listing, wordings: Mapping[int, Wording]) -> Iterator[_Finding]:
    """Patterns of one frame that can be removed without any change to its mentions."""
    # by their lemmas words find more than their letters say
    covering = {
        number: [other for other in others if _replaces(listing, other, number)]
        for number, others in find_covering(wordings, exactly=listing.codebook.lemmas).items()
    }
    removed: set[int] = set()
    for number in sorted(covering, reverse=True):  # of two that cover each other the later one
        if set(covering[number]) - removed:
            removed.add(number)
    for number in removed:
        # one that stays, so that all that is advised can be done
        staying = [other for other in covering[number] if other not in removed]
        other = (staying or covering[number])[0]
        yield _Finding(
            listing.frame[number], number, "covered",
            f"All that it can find is found by {listing.name(other)} too, on the same words; it can"
            " be removed.",
            other=listing.name(other),
            spare=True,
        )  # fmt: skip


def _replaces(listing: _Listing, other: int, number: int) -> bool:
    """Whether a pattern that finds all that another one finds also counts it in the same way."""
    one, two = listing.patterns[number], listing.patterns[other]
    if _conditions(two) not in (_conditions(one), _NO_CONDITIONS):
        return False
    return _stays(listing, other, number)


def _stays(listing: _Listing, other: int, number: int) -> bool:
    """Whether a mention that two patterns find stays, with weight and mark, without one of them."""
    # where only one of them asks for capitals, only one finds parts of names
    cased = [p.regex or "=" in p.text for p in (listing.patterns[n] for n in (number, other))]
    # the one that stands first gives them, which may be one that stands between the two
    return cased[0] == cased[1] and (
        other < number or listing.marks[other] == listing.marks[number]
    )


# ---------------------------------------------------------------------------- with a corpus


def _matched(found: Candidates) -> Spans:
    return found.spans.pick(found.counted)


def _found_nowhere(listing: _Listing, found: Candidates, spare: set[int]) -> Iterator[_Finding]:
    """Patterns that no word of the corpus meets, or from which others always take the words."""
    n_found = np.bincount(found.spans.pattern, minlength=len(listing.patterns))
    n_counted = np.bincount(_matched(found).pattern, minlength=len(listing.patterns))
    for number in np.flatnonzero(n_found == 0).tolist():
        yield _Finding(
            listing.frame[number], number, "dead",
            "Its words stand nowhere in the corpus; look for a slip in it, or keep it for other"
            " texts.",
        )  # fmt: skip
    lost = np.flatnonzero((n_found > 0) & (n_counted == 0))
    lost = lost[~np.isin(lost, list(spare))]  # that these are never counted is said already
    rows = np.flatnonzero(np.isin(found.spans.pattern, lost))
    takers: dict[int, Counter[str]] = {number: Counter() for number in lost.tolist()}
    owners = found.spans.pattern[rows].tolist()
    for number, taker in zip(owners, _takers(listing, found, rows), strict=True):
        takers[number][taker] += 1
    for number, taken in takers.items():
        ranked = _ranked(taken)
        listed = _listed([f"{n:,} by {taker}" for taker, n in ranked])
        places = plural(int(n_found[number]), "place")
        yield _Finding(
            listing.frame[number], number, "masked",
            f"It was found in {places} and never counted: {listed}; remove it, or what keeps it"
            " out.",
            other=ranked[0][0],
            n_other=ranked[0][1],
        )  # fmt: skip


def _takers(listing: _Listing, found: Candidates, rows: Ints) -> Iterator[str]:
    """Name what keeps each of some places from being counted."""
    spans, matched = found.spans.pick(rows), _matched(found)
    by_hard, by_match, by_soft = (
        _touching(spans, others) for others in (found.hard, matched, found.soft)
    )
    book = listing.codebook
    rules = book.patterns["rules"].tolist()
    for n, row in enumerate(rows.tolist()):
        number = int(spans.pattern[n])
        if found.masked[row]:
            yield f"the hard mask `{book.hard_masks[found.hard.pattern[by_hard[n]]]}`"
        elif not found.fulfilled[row]:
            yield f"its rule: {rules[number]}"
        elif by_match[n] >= 0:
            yield listing.name(int(matched.pattern[by_match[n]]), number)
        elif by_soft[n] >= 0:
            yield f"the soft mask `{book.soft_masks[found.soft.pattern[by_soft[n]]]}`"
        else:
            yield "the rule on proper names"


def _touching(spans: Spans, others: Spans) -> Ints:
    """For each span the row of another one that shares a word with it, -1 if there is none."""
    if not len(others.first):
        return np.full(len(spans.first), -1, dtype=np.int64)
    order = np.lexsort((others.pattern, others.first))
    first, stop = others.first[order], others.stop[order]
    reach = np.maximum.accumulate(stop)
    farthest = np.maximum.accumulate(np.where(stop == reach, np.arange(len(stop)), 0))
    before = np.searchsorted(first, spans.stop) - 1  # the last one that begins before the end
    touches = (before >= 0) & (reach[before] > spans.first)
    return np.where(touches, order[farthest[before]], -1)


def _ranked(counter: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))


def _listed(parts: Sequence[str]) -> str:
    more = f" and {len(parts) - _LISTED:,} more" if len(parts) > _LISTED else ""
    return ", ".join(parts[:_LISTED]) + more


def _too_general(listing: _Listing, found: Candidates, corpus: Corpus) -> Iterator[_Finding]:
    """Patterns with a short stem, many different words or a place in many sentences."""
    tokens = corpus.tokens
    n_sentences = len(np.unique(tokens.sentence[tokens.counted]))
    order = np.argsort(found.spans.pattern, kind="stable")
    edges = np.searchsorted(found.spans.pattern[order], np.arange(len(listing.patterns) + 1))
    for number, pattern in enumerate(listing.patterns):
        spans = found.spans.pick(order[edges[number] : edges[number + 1]])
        reasons = [_SHORT_WORDS] if _short_stem(pattern, listing.codebook) else []
        forms = _forms(spans, corpus, tokens) if "*" in pattern.text else Counter()
        if len(forms) > _MANY_WORDS or (reasons and forms):
            named = _listed([f"{form} {n:,}" for form, n in _ranked(forms)])
            reasons.append(f"it stands for {plural(len(forms), 'different word')}: {named}")
        n_with = len(np.unique(tokens.sentence[spans.first]))
        if n_sentences >= _STEADY_SENTENCES and n_with > _MANY_SENTENCES * n_sentences:
            share = f"{100 * n_with / n_sentences:.0f} %"
            reasons.append(f"it stands in {n_with:,} of {n_sentences:,} sentences ({share})")
        if reasons:
            yield _general(listing, number, reasons)


def _forms(spans: Spans, corpus: Corpus, tokens: Tokens) -> Counter[str]:
    """Count the different single words that a pattern finds, without their possessives."""
    spans = spans.pick(spans.stop - spans.first == 1)
    articles = tokens.article[spans.first]
    places = zip(articles, tokens.start[spans.first], tokens.end[spans.stop - 1], strict=True)
    texts = corpus.texts
    return Counter(fold(texts[a][start:end]).removesuffix("'s") for a, start, end in places)


def _same_places(listing: _Listing, found: Candidates, spare: set[int]) -> Iterator[_Finding]:
    """Patterns of which every place in the corpus is also found by another one of the frame."""
    spans, _ = _contest(found)
    frame = [listing.frame[number] for number in spans.pattern.tolist()]
    n_places = np.bincount(spans.pattern, minlength=len(listing.patterns))
    at_place: dict[tuple[int, int, int], list[int]] = {}
    columns = (frame, *(column.tolist() for column in spans))
    for owner, first, stop, number in zip(*columns, strict=True):
        at_place.setdefault((owner, first, stop), []).append(number)
    shared: dict[int, list[list[int]]] = {}
    for numbers in at_place.values():
        for number in numbers if len(numbers) > 1 else ():
            shared.setdefault(number, []).append(numbers)
    removed = set(spare)
    for number in sorted(set(shared) - spare, reverse=True):  # of two alike the later one
        others = [
            [o for o in numbers if o not in (number, *removed) and _stays(listing, o, number)]
            for numbers in shared[number]
        ]
        if len(others) < n_places[number] or not all(others):
            continue
        removed.add(number)
        counter = Counter(other for listed in others for other in listed)
        other, n_other = min(counter.items(), key=lambda item: (-item[1], item[0]))
        places = plural(int(n_places[number]), "place")
        yield _Finding(
            listing.frame[number], number, "covered in the corpus",
            f"In this corpus it has {places}, and others of the frame find the same words there,"
            f" {listing.name(other)} in {n_other:,}; other texts may need it.",
            other=listing.name(other),
            n_other=n_other,
        )  # fmt: skip


def _contest(found: Candidates) -> tuple[Spans, NDArray[np.bool_]]:
    """Places that no hard mask and no condition keeps out, and whether they are counted."""
    inside = found.fulfilled & ~found.masked
    return found.spans.pick(inside), found.counted[inside]


def _overlapping(listing: _Listing, found: Candidates) -> Iterator[_Finding]:
    """Pairs of patterns of two frames that find the same words or share some."""
    spans, counted = _contest(found)
    order = np.lexsort((spans.pattern, spans.stop, spans.first))
    spans, counted = spans.pick(order), counted[order]
    frame = np.array(listing.frame, dtype=np.int64)[spans.pattern]
    tally: Counter[tuple[int, ...]] = Counter()
    for step in range(1, min(_NEIGHBOURS, len(frame) - 1) + 1):
        near = (spans.first[step:] < spans.stop[:-step]) & (frame[step:] != frame[:-step])
        left = np.flatnonzero(near)
        right = left + step
        one, two = np.where(
            spans.pattern[left] < spans.pattern[right], (left, right), (right, left)
        )
        columns = (spans.pattern[one], spans.pattern[two], counted[one], counted[two])
        pairs, n = np.unique(np.stack(columns), axis=1, return_counts=True)
        for pair, number in zip(pairs.T.tolist(), n.tolist(), strict=True):
            tally[tuple(pair)] += number
    outcomes: dict[tuple[int, int], dict[tuple[int, int], int]] = {}
    for (a, b, a_counts, b_counts), number in tally.items():
        outcomes.setdefault((a, b), {})[a_counts, b_counts] = number
    for (a, b), by_outcome in outcomes.items():
        n_places = sum(by_outcome.values())
        results = {
            f"{listing.name(a)} alone is counted in": by_outcome.get((1, 0)),
            f"{listing.name(b, a)} alone in": by_outcome.get((0, 1)),
            "both are in": by_outcome.get((1, 1)),
            "neither is in": by_outcome.get((0, 0)),
        }
        said = ", ".join(f"{words} {number:,}" for words, number in results.items() if number)
        yield _Finding(
            listing.frame[a], a, "overlapping",
            f"Both patterns find the same words, or share some, in {plural(n_places, 'place')}:"
            f" {said}; say in the definitions which frame is meant.",
            other=listing.name(b, a),
            n_other=n_places,
        )  # fmt: skip


def _carried(listing: _Listing, found: Candidates) -> Iterator[_Finding]:
    """Frames of which one pattern has more than half of the mentions."""
    n_matches = np.bincount(_matched(found).pattern, minlength=len(listing.patterns))
    for frame in range(len(listing.codebook.frames)):
        numbers = listing.of_frame(frame)
        total = int(n_matches[numbers].sum())
        if len(numbers) < 2 or total < _FEW_MENTIONS:
            continue
        top = max(numbers, key=lambda number: (int(n_matches[number]), -number))
        n = int(n_matches[top])
        if 2 * n > total:
            yield _Finding(
                frame, top, "carried by one pattern",
                f"{n:,} of the {total:,} mentions of the frame are its ({100 * n / total:.0f} %);"
                " report the frame with and without it.",
                n_other=total,
            )  # fmt: skip


def _idle_masks(codebook: Codebook, found: Candidates) -> Iterator[_Finding]:
    """Masks that stand nowhere in the corpus."""
    for kind, masks, spans in (
        ("hard", codebook.hard_masks, found.hard),
        ("soft", codebook.soft_masks, found.soft),
    ):
        met = set(spans.pattern.tolist())
        for number, mask in enumerate(masks):
            if number not in met:
                yield _Finding(
                    len(codebook.frames), number, "mask never met",
                    f"This {kind} mask stands nowhere in the corpus; look for a slip in it, or keep"
                    " it for other texts.",
                    other=f"{kind} masks",
                    name=mask,
                )  # fmt: skip
