"""From patterns to matches: a codebook compiled against a vocabulary and walked over the tokens.

The rules, in their order:

1. Every pattern is found wherever its words follow each other (see `framing.patterns`).
2. A hard mask always wins: a candidate that shares a word with one leaves.
3. A candidate whose anchor has no entry elsewhere in the sentence leaves.
4. Of the candidates and soft masks that share words the leftmost stays, at the same start the
   longest, and a tie goes to the mask. A word belongs to one match, except that one span may carry
   several frames.
5. A capitalised match in mid-sentence beside another capitalised word is a name and leaves, unless
   the sentence is in headline case (most words are capitalised, and of the others all are function
   words), or the pattern asks for capitals itself.
6. A match is flagged as negated, never removed: at most three words after a negating word, twelve
   after a word of rejection, or at most two words before a word of failure, with no clause mark or
   word such as "but" between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from framing.codebook import Codebook, Frame, Pattern, as_codebook
from framing.corpus import Corpus, as_corpus
from framing.language import Language, load_language
from framing.parts import said_by
from framing.search import Automaton, Bools, Ints, Spans, settle
from framing.tables import BLOCKS, UNCOUNTED_BLOCKS, as_table, coded, codes_in
from framing.tokens import CAPS, CLAUSE, JOIN, QUOTE, START, Tokens, Vocabulary

NEGATION_REACH = {"before": 3, "reject": 12, "after": 2}
HEADLINE_SHARE = 0.6  # of capitalised words in a sentence: above it capitals mean nothing
_SHORTEST_SENTENCE = 4  # words: below it the share of capitals says nothing

# ---------------------------------------------------------------------------- compiling a codebook


@dataclass(frozen=True)
class _Compiled:
    """All pattern lists of a codebook in one automaton, with the place of each list in it."""

    automaton: Automaton
    entries: list[Pattern]
    frame_of_entry: Ints
    lists: dict[str, range]
    language: Language


def _compile(codebook: Codebook, vocabulary: Vocabulary) -> _Compiled:
    language = load_language(codebook.language)
    entries = [pattern for frame in codebook.frames for pattern in frame.patterns]
    frame_of_entry = [n for n, frame in enumerate(codebook.frames) for _ in frame.patterns]
    texts = [pattern.text for pattern in entries]
    lists = {"frames": range(len(texts))}
    negation = language.negation if codebook.negation is None else codebook.negation
    for name, patterns in [
        ("hard", codebook.hard_masks),
        ("soft", codebook.soft_masks),
        *((f"anchor {anchor}", listed) for anchor, listed in codebook.anchors.items()),
        *(
            (f"negation {kind}", negation.get(kind, ()))
            for kind in (*NEGATION_REACH, "except", "stop")
        ),
    ]:
        lists[name] = range(len(texts), len(texts) + len(patterns))
        texts += patterns
    return _Compiled(
        Automaton(texts, vocabulary), entries, np.array(frame_of_entry, np.int64), lists, language
    )


# ---------------------------------------------------------------------------- the rules


def find_matches(
    corpus: Corpus | str | Sequence[str],
    codebook: Codebook,
    *,
    set_aside: bool = False,
    voices: bool = False,
) -> pd.DataFrame:
    """Find every mention of the codebook's frames: one row per span of text and frame.

    This table is what every other number about frames is counted from.

    Parameters
    ----------
    corpus : Corpus, str or sequence of str
        The articles, or texts for a quick try.
    codebook : Codebook
        The frames and their patterns.
    set_aside : bool
        Whether mentions in repeated text are added. They are not counted otherwise.
    voices : bool
        Whether it is told whose words each mention is; see `find_voices`.

    Returns
    -------
    DataFrame
        In the order of the articles and their text:

        - article_id, source (category): the article
        - frame, pattern (category): the frame, and the pattern that found it
        - start, end (int): the span in the article's text, in characters from 0
        - text (category): ``text[start:end]``
        - sentence (int): number of the sentence in the article, from 1
        - block (category): title, standfirst, caption or body
        - quoted (bool): inside quotation marks
        - negated (bool): denied, rejected or broken off; still a mention of the frame
        - weight (float): the pattern's weight, up to 1
        - review (bool): the pattern is known to be ambiguous or to name the event
        - set_aside (bool): in repeated text
        - constructed (bool): in an article written for demonstration

        With ``voices`` also, of the first word of the mention:

        - voice (category): headline, caption, journalist, quoted or indirect; journalist is an
          upper bound, as reported speech that was not recognised is in it
        - speaker, speaker_id (category): who is quoted or reported, by name, and by an id that is
          the same under all names; NA where nobody is or nobody is named. The categories are all
          speakers of the corpus
        - certainty (float): how sure the speaker is, 0 to 1; NA where there is none

    See Also
    --------
    score_frames : the same, counted by article.

    Examples
    --------
    >>> import framing as fr
    >>> codebook = fr.Codebook.from_patterns("calm", {"calm": ["peace talks", "calm*"]})
    >>> matches = fr.find_matches("Peace talks calmed nobody. They are no calm people.", codebook)
    >>> matches[["text", "sentence", "negated"]]
              text  sentence  negated
    0  Peace talks         1    False
    1       calmed         1    False
    2         calm         2     True
    """
    corpus, codebook = as_corpus(corpus), as_codebook(codebook)
    tokens = corpus.tokens
    compiled = _compile(codebook, tokens.vocabulary)
    spans = compiled.automaton.find(tokens)
    matches = _decide(spans, compiled, tokens)
    uncounted = [BLOCKS.index(kind) for kind in UNCOUNTED_BLOCKS]
    sentence = tokens.sentence[matches.first]
    keep = ~np.isin(tokens.sentence_kind[sentence], uncounted)
    if not set_aside:
        keep &= ~tokens.set_aside[sentence]
    matches = matches.pick(keep)
    negated = _negated(matches, _lists(spans, compiled), tokens)
    table = _matches_table(matches, negated, compiled, corpus, codebook)
    return table.assign(**said_by(corpus, matches.first)) if voices else table


def _lists(spans: Spans, compiled: _Compiled) -> dict[str, Spans]:
    """Divide the spans by the list of the codebook that they come from."""
    return {
        name: spans.pick((spans.pattern >= numbers.start) & (spans.pattern < numbers.stop))
        for name, numbers in compiled.lists.items()
    }


def _decide(spans: Spans, compiled: _Compiled, tokens: Tokens) -> Spans:
    """Choose among the candidates by masks, anchors, place and length, and drop names."""
    found = _lists(spans, compiled)
    candidates = found["frames"]
    candidates = candidates.pick(~_touches(candidates, found["hard"], len(tokens)))
    candidates = candidates.pick(_anchored(candidates, found, compiled, tokens))
    soft = found["soft"]
    contest = Spans(*(np.concatenate(columns) for columns in zip(candidates, soft, strict=True)))
    is_mask = np.arange(len(contest.first)) >= len(candidates.first)
    frame = np.append(compiled.frame_of_entry, -1)[
        np.where(is_mask, len(compiled.frame_of_entry), contest.pattern)
    ]
    chosen = settle(contest, is_mask, frame)
    matches = contest.pick(chosen[~is_mask[chosen]])
    return matches.pick(~_is_name(matches, compiled, tokens))


def _touches(candidates: Spans, masks: Spans, n_tokens: int) -> Bools:
    """Whether a candidate shares a token with a mask."""
    change = np.zeros(n_tokens + 1, dtype=np.int64)
    np.add.at(change, masks.first, 1)
    np.add.at(change, masks.stop, -1)
    masked_before = np.concatenate([[0], np.cumsum(np.cumsum(change)[:-1] > 0)])
    return masked_before[candidates.stop] > masked_before[candidates.first]


def _anchored(
    candidates: Spans, found: dict[str, Spans], compiled: _Compiled, tokens: Tokens
) -> Bools:
    """Whether the anchor a candidate asks for stands in its sentence, outside of it."""
    keep = np.ones(len(candidates.first), dtype=bool)
    asked = np.array([entry.anchor or "" for entry in compiled.entries], dtype=object)
    anchor_of = asked[candidates.pattern]
    sentence = tokens.sentence[candidates.first]
    sentence_first = tokens.sentence_tokens[sentence]
    sentence_stop = tokens.sentence_tokens[sentence + 1]
    for anchor in sorted(set(anchor_of) - {""}):
        entries = found[f"anchor {anchor}"]
        starts, stops = np.sort(entries.first), np.sort(entries.stop)
        before = np.searchsorted(stops, candidates.first, "right") - np.searchsorted(
            stops, sentence_first, "right"
        )
        after = np.searchsorted(starts, sentence_stop) - np.searchsorted(starts, candidates.stop)
        rows = anchor_of == anchor
        keep[rows] = ((before > 0) | (after > 0))[rows]
    return keep


def _is_name(matches: Spans, compiled: _Compiled, tokens: Tokens) -> Bools:
    """Whether a match is part of a proper name by its capitals and those beside it."""
    asks_for_case = np.array(["=" in entry.text for entry in compiled.entries], dtype=bool)
    types = np.array(tokens.types, dtype=object)
    forms = tokens.forms
    capital_form = np.array([form[0].isupper() for form in forms], dtype=bool)
    letter_form = np.array([form[0].isalpha() for form in forms], dtype=bool)
    stop_words = frozenset(compiled.language.stop_words)
    # headlines capitalise verbs and nouns: one in small letters shows an ordinary sentence
    function_word = np.array([not stop_words or word in stop_words for word in tokens.types], bool)
    small_content = letter_form & ~capital_form & ~function_word[tokens.vocabulary.type_of_form]
    name = np.zeros(len(matches.first), dtype=bool)
    rows = np.flatnonzero(
        ~asks_for_case[matches.pattern] & capital_form[tokens.form_id[matches.first]]
    )
    language = compiled.language
    for row in rows:
        first, stop = int(matches.first[row]), int(matches.stop[row])
        span = slice(first, stop)
        if not capital_form[tokens.form_id[span]].all() or (tokens.case[span] == CAPS).all():
            continue
        if types[tokens.type_id[stop - 1]] in language.name_events:
            continue
        sentence = tokens.sentence[first]
        begin, end = tokens.sentence_tokens[sentence : sentence + 2]
        if first == begin or _opens_quotation(tokens, first):
            continue
        words = tokens.form_id[begin:end][letter_form[tokens.form_id[begin:end]]]
        if len(words) < _SHORTEST_SENTENCE:
            continue
        if capital_form[words].mean() > HEADLINE_SHARE and not small_content[words].any():
            continue
        left = first - 1
        while (
            left > first - 3
            and left > begin
            and types[tokens.type_id[left]] in language.name_links
            and tokens.gap[left + 1] == JOIN
        ):
            left -= 1
        beside_left = (
            left > begin
            and tokens.gap[left + 1] == JOIN
            and capital_form[tokens.form_id[left]]
            and types[tokens.type_id[left]] not in language.name_titles
        )
        beside_right = (
            stop < end and tokens.gap[stop] == JOIN and capital_form[tokens.form_id[stop]]
        )
        name[row] = beside_left or beside_right
    return name


def _opens_quotation(tokens: Tokens, token: int) -> bool:
    """Whether a token is the first one inside quotation marks."""
    return tokens.gap[token] == QUOTE or bool(tokens.quoted[token] and not tokens.quoted[token - 1])


def _negated(matches: Spans, found: dict[str, Spans], tokens: Tokens) -> Bools:
    """Whether a negating word reaches a match."""
    exempt = found["negation except"]
    # a token at which the reach of a negation ends: after a clause mark, or a word such as "but"
    ends_reach = (tokens.gap == CLAUSE) | (tokens.gap == START)
    ends_reach[found["negation stop"].first] = True
    walls = np.concatenate([[0], np.cumsum(ends_reach)])
    negated = np.zeros(len(matches.first), dtype=bool)
    for kind, reach in NEGATION_REACH.items():
        words = found[f"negation {kind}"]
        words = words.pick(~_touches(words, exempt, len(tokens)))
        if not len(words.first):
            continue
        if kind == "after":
            starts = np.sort(words.first)
            nearest = np.searchsorted(starts, matches.stop)
            in_text = nearest < len(starts)
            begin = starts[np.where(in_text, nearest, 0)]
            left, right = matches.stop, begin
        else:
            stops = np.sort(words.stop)
            nearest = np.searchsorted(stops, matches.first, "right") - 1
            in_text = nearest >= 0
            left, right = stops[np.where(in_text, nearest, 0)], matches.first
        near = in_text & (right - left <= reach)
        last = np.minimum(right + 1, len(walls) - 1)
        negated |= near & (walls[last] == walls[np.minimum(left, last)])
    return negated


def _matches_table(
    matches: Spans, negated: Bools, compiled: _Compiled, corpus: Corpus, codebook: Codebook
) -> pd.DataFrame:
    tokens = corpus.tokens
    article = tokens.article[matches.first]
    articles = corpus.articles
    start, end = tokens.start[matches.first], tokens.end[matches.stop - 1]
    texts = corpus.texts
    found = [texts[a][s:e] for a, s, e in zip(article, start, end, strict=True)]
    sentence = tokens.sentence[matches.first]
    patterns = list(dict.fromkeys(entry.text for entry in compiled.entries))
    number = {text: n for n, text in enumerate(patterns)}
    pattern_code = np.array([number[entry.text] for entry in compiled.entries], dtype=np.int64)
    weight = np.array([entry.weight for entry in compiled.entries])
    review = np.array([entry.review for entry in compiled.entries], dtype=bool)
    return as_table(
        "matches",
        {
            "article_id": articles["article_id"].array[article],
            "source": articles["source"].array[article],
            "frame": coded(
                compiled.frame_of_entry[matches.pattern],
                [frame.name for frame in codebook.frames],
            ),
            "pattern": coded(pattern_code[matches.pattern], patterns),
            "start": start,
            "end": end,
            "text": found,
            "sentence": tokens.sentence_number[sentence],
            "block": coded(tokens.sentence_kind[sentence], BLOCKS),
            "quoted": tokens.quoted[matches.first],
            "negated": negated,
            "weight": weight[matches.pattern],
            "review": review[matches.pattern],
            "set_aside": tokens.set_aside[sentence],
            "constructed": articles["constructed"].array[article],
        },
    )


# ---------------------------------------------------------------------------- checking a codebook


def check_codebook(codebook: Codebook) -> pd.DataFrame:
    """Test a codebook against its own examples: each must match its frame, no counter-example may.

    Parameters
    ----------
    codebook : Codebook
        The codebook.

    Returns
    -------
    DataFrame
        One row per example, counter-example and pattern that needs attention:

        - frame (string): the frame
        - check (string): ``example``, ``counter-example``, or ``pattern`` for one that stands twice
          in its frame or that no example of the frame tries out
        - text (string): the sentence or the pattern
        - passed (bool)
        - reason (string): what was found, or what is missing

    Examples
    --------
    >>> from framing import Codebook, Frame, Pattern
    >>> calm = Frame("calm", (Pattern("peace"),), examples=("Peace came.",),
    ...              counter_examples=("The peace pipe.",))
    >>> check_codebook(Codebook("mine", (calm,)))[["check", "text", "passed"]]
                 check             text  passed
    0          example      Peace came.    True
    1  counter-example  The peace pipe.   False
    """
    codebook = as_codebook(codebook)
    cases = [
        (frame.name, kind, text)
        for frame in codebook.frames
        for kind, texts in (
            ("example", frame.examples),
            ("counter-example", frame.counter_examples),
        )
        for text in texts
    ]
    corpus = as_corpus([text for *_, text in cases])
    matches = find_matches(corpus, codebook, set_aside=True)
    case = codes_in(list(corpus.articles["article_id"]), matches["article_id"])
    found: dict[tuple[int, str], list[tuple[str, str]]] = {}
    rows = zip(case, matches["frame"], matches["text"], matches["pattern"], strict=True)
    for number, frame, text, pattern in rows:
        found.setdefault((int(number), frame), []).append((text, pattern))
    table = []
    tried: set[tuple[str, str]] = set()
    for place, (frame, kind, text) in enumerate(cases):
        hits = found.get((place, frame), [])
        passed = bool(hits) == (kind == "example")
        reason = "; ".join(f'"{words}" by `{pattern}`' for words, pattern in hits) or "no match"
        table.append((frame, kind, text, passed, reason))
        if kind == "example":
            tried |= {(frame, pattern) for _, pattern in hits}
    table += [row for frame in codebook.frames for row in _pattern_checks(frame, tried)]
    columns = ["frame", "check", "text", "passed", "reason"]
    return pd.DataFrame(table, columns=columns).astype(
        {"frame": "string", "check": "string", "text": "string", "passed": bool, "reason": "string"}
    )


def _pattern_checks(
    frame: Frame, tried: set[tuple[str, str]]
) -> list[tuple[str, str, str, bool, str]]:
    """Patterns of a frame that stand twice, or that none of its examples tries out."""
    seen: set[str] = set()
    rows = []
    for pattern in frame.patterns:
        if pattern.text in seen:
            rows.append((frame.name, "pattern", pattern.text, False, "stands twice"))
        elif frame.examples and (frame.name, pattern.text) not in tried:
            rows.append((frame.name, "pattern", pattern.text, False, "no example tries it out"))
        seen.add(pattern.text)
    return rows
