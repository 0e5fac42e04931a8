"""From patterns to matches: a codebook compiled against a vocabulary and walked over the tokens.

The rules, in their order:

1. Every pattern is found wherever its words follow each other (see `framing.patterns`).
2. A hard mask always wins: a candidate that shares a word with one leaves, as does one that shares
   a word with what its pattern excepts.
3. A candidate leaves if its anchor, or what must be near it, does not stand in the sentence outside
   of it, or if something does that must not; within so many words if the pattern says so.
4. Of the candidates and soft masks that share words the leftmost stays, at the same start the
   longest, and a tie goes to the mask. A word belongs to one match, except that one span may carry
   several frames.
5. A capitalised match in mid-sentence beside another capitalised word is a name and leaves, unless
   the sentence is in headline case (most words are capitalised, and of the others all are function
   words), the pattern asks for capitals itself, or the language writes all nouns with them.
6. A match is flagged as negated, never removed: at most three words after a negating word, twelve
   after a word of rejection, or at most two words before a word of failure, with no clause mark or
   word such as "but" between.

A codebook counted by the rule of quanteda differs in rules 1, 4 and 5; see `find_matches`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.codebook import Codebook, Pattern, as_codebook
from framing.corpus import Corpus, as_corpus
from framing.language import Language, load_language
from framing.parts import said_by
from framing.rows import Bools, Ints, Table, ranges
from framing.search import Automaton, automaton_of, batches
from framing.spans import Spans, join_spans, settle, settle_each, touching
from framing.tables import BLOCKS, UNCOUNTED_BLOCKS, CodebookError, as_table, coded
from framing.tokens import CLAUSE, JOIN, QUOTE, START, Tokens
from framing.vocabulary import Vocabulary

NEGATION_REACH = {"before": 3, "reject": 12, "after": 2}
HEADLINE_SHARE = 0.6  # of capitalised words in a sentence: above it capitals mean nothing
REGEX_SECONDS = 2  # for one regular expression on one article
_LAST_SPACE = 0x3000  # no character after this one is white space
_BEHIND_ALL = np.iinfo(np.int64).max
_SHORTEST_SENTENCE = 4  # words: below it the share of capitals says nothing

# ---------------------------------------------------------------------------- compiling a codebook


class _Condition(NamedTuple):
    """A list of which an entry must, or must not, stand near a match."""

    name: str
    within: int | None
    order: str
    wanted: bool


@dataclass(frozen=True)
class _Compiled:
    """All pattern lists of a codebook in one automaton, with the place of each list in it."""

    automaton: Automaton
    entries: list[Pattern]
    frame_of_entry: Ints
    lists: dict[str, range]
    conditions: dict[_Condition, list[int]]
    exceptions: dict[str, list[int]]
    language: Language
    counting: str


def _compile(codebook: Codebook, vocabulary: Vocabulary) -> _Compiled:
    language = load_language(codebook.language)
    entries = [pattern for frame in codebook.counted for pattern in frame.patterns]
    frame_of_entry = [n for n, frame in enumerate(codebook.counted) for _ in frame.patterns]
    conditions: dict[_Condition, list[int]] = {}
    exceptions: dict[str, list[int]] = {}
    named: dict[str, Sequence[str]] = {}
    for number, entry in enumerate(entries):
        if not (entry.anchor or entry.near or entry.not_near or entry.except_):
            continue
        anchors = [entry.anchor] if entry.anchor else []
        rules = [(f"anchor {name}", codebook.anchors[name], True) for name in anchors]
        rules += [(f"list {entry.near}", entry.near, True)] * bool(entry.near)
        rules += [(f"list {entry.not_near}", entry.not_near, False)] * bool(entry.not_near)
        for name, listed, wanted in rules:
            named[name] = listed
            condition = _Condition(name, entry.within, entry.order, wanted)
            conditions.setdefault(condition, []).append(number)
        if entry.except_:
            name = f"list {entry.except_}"
            named[name] = entry.except_
            exceptions.setdefault(name, []).append(number)
    negation = language.negation if codebook.negation is None else codebook.negation
    named |= {"hard": codebook.hard_masks, "soft": codebook.soft_masks}
    named |= {
        f"negation {kind}": negation.get(kind, ()) for kind in (*NEGATION_REACH, "except", "stop")
    }
    texts = [None if entry.regex else entry.text for entry in entries]
    lists = {"frames": range(len(texts))}
    for name, patterns in named.items():
        lists[name] = range(len(texts), len(texts) + len(patterns))
        texts += patterns
    # the negating words stand last and as they are written: the lemma of "won't" is "will"
    written = min(numbers.start for name, numbers in lists.items() if name.startswith("negation"))
    automaton = automaton_of(
        texts,
        vocabulary,
        whole=codebook.counting == "quanteda",
        lemmas=codebook.language if codebook.lemmas else None,
        as_written=range(written, len(texts)),
    )
    return _Compiled(
        automaton,
        entries,
        np.array(frame_of_entry, np.int64),
        lists,
        conditions,
        exceptions,
        language,
        codebook.counting,
    )


# ---------------------------------------------------------------------------- the rules


class Mentions(NamedTuple):
    """What is counted of mentions: article, frame, whether negated, whether under review.

    ``first`` is the first token of each; there is none for those of a user's table.
    """

    article: Ints
    frame: Ints
    negated: Bools
    review: Bools
    first: Ints | None = None


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
        The frames and their patterns. If its ``counting`` is ``"quanteda"``, places are counted as
        R's ``quanteda::tokens_lookup()`` does by default: words are whole tokens (no possessives,
        no parts of hyphenated words), a phrase may run over a line break but not over a mark, the
        frames do not compete, and inside one frame the longest place comes first, then the
        leftmost, and nothing that shares a word with one counted. Names are not sorted out. What
        text is counted remains ours: no repeats, datelines and credits.
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

        Frames without patterns, which are for human coders, have no rows.

        With ``voices`` also, of the first word of the mention:

        - voice (category): headline, caption, journalist, quoted or indirect; journalist is an
          upper bound, as reported speech that was not recognised is in it
        - speaker, speaker_id (category): who is quoted or reported, by name, and by an id that is
          the same under all names; NA where nobody is or nobody is named. The categories are all
          speakers of the corpus
        - certainty (float): how sure the speaker is, 0 to 1; NA where there is none

    Raises
    ------
    CodebookError
        If no frame has a pattern, or a regular expression takes too long on an article.

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
    compiled = _compile(codebook, corpus.tokens.vocabulary)
    matches, negated = _mentions(corpus, compiled, set_aside=set_aside)
    table = _matches_table(matches, negated, compiled, corpus, codebook)
    return table.assign(**said_by(corpus, matches.first)) if voices else table


def find_mentions(corpus: Corpus, codebook: Codebook) -> Mentions:
    """Find what `find_matches` finds, for those who only count.

    Parameters
    ----------
    corpus : Corpus
        The articles.
    codebook : Codebook
        The frames and their patterns.

    Returns
    -------
    Mentions
        The counted mentions.
    """
    compiled = _compile(codebook, corpus.tokens.vocabulary)
    matches, negated = _mentions(corpus, compiled)
    review = np.array([entry.review for entry in compiled.entries], dtype=bool)
    return Mentions(
        corpus.tokens.article[matches.first].astype(np.int64),
        compiled.frame_of_entry[matches.pattern],
        negated,
        review[matches.pattern],
        matches.first,
    )


def _mentions(
    corpus: Corpus, compiled: _Compiled, *, set_aside: bool = False
) -> tuple[Spans, Bools]:
    """Find the mentions of the frames, and whether each is negated."""
    tokens = corpus.tokens
    decided, negations = [], []
    # what the rules look at lies in one article: some articles at a time take less memory
    for spans in _search(compiled, corpus):
        found = _lists(spans, compiled)
        decided.append(_decide(found, compiled, tokens))
        # copies, so that the other lists, which are much longer, need not be kept
        negations.append(
            {
                name: Spans(*map(np.copy, listed))
                for name, listed in found.items()
                if name.startswith("negation")
            }
        )
    matches = join_spans(decided)
    negating = {name: join_spans([found[name] for found in negations]) for name in negations[0]}
    uncounted = [BLOCKS.index(kind) for kind in UNCOUNTED_BLOCKS]
    sentence = tokens.sentence[matches.first]
    keep = ~np.isin(tokens.sentence_kind[sentence], uncounted)
    if not set_aside:
        keep &= ~tokens.set_aside[sentence]
    matches = matches.pick(keep)
    return matches, _negated(matches, negating, tokens)


def _search(compiled: _Compiled, corpus: Corpus) -> Iterator[Spans]:
    """Find every place of every pattern and list, in some articles after the other."""
    joined = _joined(compiled, corpus)
    regexes = list(_find_regexes(compiled, corpus))
    for stop, found in compiled.automaton.find_in_batches(corpus.tokens, joined):
        sizes = [int(np.searchsorted(spans.first, stop)) for spans in regexes]
        parts = zip(regexes, sizes, strict=True)
        yield join_spans([found, *(spans.pick(slice(size)) for spans, size in parts)])
        regexes = [s.pick(slice(n, None)) for s, n in zip(regexes, sizes, strict=True)]


def _joined(compiled: _Compiled, corpus: Corpus) -> Bools | None:
    """Whether a phrase may go on to a token; None where the search knows that itself."""
    return _only_space_before(corpus) if compiled.counting == "quanteda" else None


def _lists(spans: Spans, compiled: _Compiled) -> dict[str, Spans]:
    """Divide the spans by the list of the codebook that they come from."""
    sizes = [len(numbers) for numbers in compiled.lists.values()]
    list_of_pattern = np.repeat(np.arange(len(sizes), dtype=np.int16), sizes)
    rows = Table.of_rows(list_of_pattern[spans.pattern], len(sizes))
    spans = spans.pick(rows.value)
    bounds = pairwise(rows.offsets.tolist())
    return {name: spans.pick(slice(*run)) for name, run in zip(compiled.lists, bounds, strict=True)}


def _decide(found: dict[str, Spans], compiled: _Compiled, tokens: Tokens) -> Spans:
    """Choose among the candidates by masks, conditions, place and length, and drop names."""
    candidates = found["frames"]
    ruled_out = touching(candidates, found["hard"]) | _excepted(candidates, found, compiled)
    candidates = candidates.pick(~ruled_out & _in_company(candidates, found, compiled, tokens))
    soft = found["soft"]
    contest = join_spans([candidates, soft])
    is_mask = np.arange(len(contest.first)) >= len(candidates.first)
    frame = np.append(compiled.frame_of_entry, -1)[
        np.where(is_mask, len(compiled.frame_of_entry), contest.pattern)
    ]
    if compiled.counting == "quanteda":
        chosen = settle_each(contest, is_mask, frame)
        return contest.pick(chosen)
    chosen = settle(contest, is_mask, frame)
    matches = contest.pick(chosen[~is_mask[chosen]])
    return matches.pick(~_is_name(matches, compiled, tokens))


def _only_space_before(corpus: Corpus) -> Bools:
    """Whether nothing but white space stands between a token and the one before it.

    No phrase goes from counted text into repeats, datelines and credits, or back.
    """
    tokens = corpus.tokens
    joined = np.zeros(len(tokens), dtype=bool)
    for first, stop in batches(tokens.offsets):
        articles = slice(*np.searchsorted(tokens.offsets, [first, stop]))
        texts = corpus.texts[articles]
        shift = np.append(0, np.cumsum([len(text) for text in texts]))
        shift = np.repeat(shift[:-1], np.diff(tokens.offsets)[articles])
        joined[first + 1 : stop] = _is_space(
            "".join(texts),
            (tokens.end[first:stop] + shift)[:-1],
            (tokens.start[first:stop] + shift)[1:],
        )
    joined[tokens.offsets[:-1][np.diff(tokens.offsets) > 0]] = False
    joined[1:] &= tokens.counted[1:] == tokens.counted[:-1]
    return joined


def _is_space(text: str, start: Ints, end: Ints) -> Bools:
    """Whether there is nothing but white space in each range of a text."""
    space = np.array([chr(code).isspace() for code in range(_LAST_SPACE + 2)])
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    blank = start >= end
    short = np.flatnonzero(start + 1 == end)
    blank[short] = space[np.minimum(codes[start[short]], _LAST_SPACE + 1)]
    for row in np.flatnonzero(start + 1 < end):
        blank[row] = text[start[row] : end[row]].isspace()
    return blank


def _find_regexes(compiled: _Compiled, corpus: Corpus) -> Iterator[Spans]:
    """Find the regular expressions in the sentences as they are written."""
    import regex

    for number, entry in enumerate(compiled.entries):
        if not entry.regex:
            continue
        expression = regex.compile(entry.text)
        places: list[tuple[int, int]] = []
        for article, text in enumerate(corpus.texts):
            try:
                places += _regex_places(expression, corpus.tokens, article, text)
            except (TimeoutError, MemoryError):
                name = corpus.articles["article_id"].iloc[article]
                raise CodebookError(
                    f"the regular expression `{entry.text}` takes more than {REGEX_SECONDS} s, or"
                    f' too much memory, on article "{name}"; avoid repeats inside repeats, such as'
                    " (a+)+"
                ) from None
        first, stop = np.array(places, dtype=np.int64).reshape(-1, 2).T
        yield Spans(first, stop, np.full(len(first), number, dtype=np.int64))


def _regex_places(
    expression: Any, tokens: Tokens, article: int, text: str
) -> Iterator[tuple[int, int]]:
    """Tokens that the matches of an expression touch, each sentence on its own."""
    deadline = time.monotonic() + REGEX_SECONDS
    for sentence in range(*tokens.sentence_offsets[article : article + 2]):
        start, end = int(tokens.sentence_start[sentence]), int(tokens.sentence_end[sentence])
        first, stop = tokens.sentence_tokens[sentence : sentence + 2]
        left = max(deadline - time.monotonic(), 0.001)
        for match in expression.finditer(text[start:end], timeout=left):
            begin = first + np.searchsorted(tokens.end[first:stop], start + match.start(), "right")
            past = first + np.searchsorted(tokens.start[first:stop], start + match.end(), "left")
            if begin < past and match.group():
                yield int(begin), int(past)


def _excepted(candidates: Spans, found: dict[str, Spans], compiled: _Compiled) -> Bools:
    """Whether a candidate shares a word with what its own pattern excepts."""
    excepted = np.zeros(len(candidates.first), dtype=bool)
    if not compiled.exceptions:
        return excepted
    by_pattern = _rows_by_pattern(candidates, compiled)
    for name, entries in compiled.exceptions.items():
        rows = by_pattern.at(np.array(entries))[1]
        if not len(rows):
            continue
        excepted[rows] = touching(candidates.pick(rows), found[name])
    return excepted


def _rows_by_pattern(candidates: Spans, compiled: _Compiled) -> Table:
    """For each pattern of the frames the rows of its candidates."""
    return Table.of_rows(candidates.pattern, len(compiled.entries))


def _in_company(
    candidates: Spans, found: dict[str, Spans], compiled: _Compiled, tokens: Tokens
) -> Bools:
    """Whether all that a candidate asks for stands near it, and nothing that it rules out."""
    keep = np.ones(len(candidates.first), dtype=bool)
    if not compiled.conditions:
        return keep
    by_pattern = _rows_by_pattern(candidates, compiled)
    names = {condition.name for condition in compiled.conditions}
    places = {name: _edges(found[name]) for name in names}
    sentence = tokens.sentence[candidates.first]
    begin, end = tokens.sentence_tokens[sentence], tokens.sentence_tokens[sentence + 1]
    for condition, entries in compiled.conditions.items():
        rows = by_pattern.at(np.array(entries))[1]
        if len(rows):
            bounds = begin[rows], end[rows]
            near = _near(candidates.pick(rows), bounds, places[condition.name], condition)
            keep[rows] &= near == condition.wanted
    return keep


def _edges(spans: Spans) -> tuple[Ints, Ints]:
    """Where spans start and where they stop, both sorted, with a place behind and before all."""
    stop = spans.stop
    in_order = np.all(stop[1:] >= stop[:-1])  # as those of single words are
    return np.append(spans.first, _BEHIND_ALL), np.append(-1, stop if in_order else np.sort(stop))


def _near(
    candidates: Spans, sentence: tuple[Ints, Ints], edges: tuple[Ints, Ints], condition: _Condition
) -> Bools:
    """Whether a span of a list stands in the sentence, outside of the candidate, near enough.

    ``sentence`` has the first token of its sentence for each candidate, and the one after the last.
    """
    earliest, latest = sentence
    if condition.within is not None:
        earliest = np.maximum(earliest, candidates.first - condition.within - 1)
        latest = np.minimum(latest, candidates.stop + condition.within + 1)
    starts, stops = edges
    before = stops[np.searchsorted(stops, candidates.first, "right") - 1] > earliest
    if condition.order == "before":
        return before
    after = starts[np.searchsorted(starts, candidates.stop)] < latest
    return after if condition.order == "after" else before | after


def _is_name(matches: Spans, compiled: _Compiled, tokens: Tokens) -> Bools:
    """Whether a match is part of a proper name by its capitals and those beside it."""
    name = np.zeros(len(matches.first), dtype=bool)
    language, words = compiled.language, tokens.vocabulary
    if language.capital_nouns:
        return name
    asks_for_case = np.array([e.regex or "=" in e.text for e in compiled.entries], dtype=bool)
    capital = words.capital
    rows = np.flatnonzero(~asks_for_case[matches.pattern] & capital[tokens.form_id[matches.first]])
    match, token = ranges(matches.first[rows], matches.stop[rows])
    form = tokens.form_id[token]
    in_capitals = np.bincount(match[capital[form]], minlength=len(rows))
    in_caps = np.bincount(match[words.in_capitals(form)], minlength=len(rows))
    length = (matches.stop - matches.first)[rows]
    rows = rows[(in_capitals == length) & (in_caps < length)]

    first, stop = matches.first[rows], matches.stop[rows]
    sentence = tokens.sentence[first]
    begin, end = tokens.sentence_tokens[sentence], tokens.sentence_tokens[sentence + 1]
    is_event = words.among(language.name_events)
    candidate = (first > begin) & ~is_event[tokens.form_id[stop - 1]]
    candidate &= tokens.gap[first] != QUOTE
    asked = np.flatnonzero(candidate)
    before, here = tokens.in_quotations(np.array([first[asked] - 1, first[asked]]))
    rows, first, stop, begin, end, sentence = (
        column[asked[~here | before]]  # does not open a quotation
        for column in (rows, first, stop, begin, end, sentence)
    )
    # up to two words link what stands before: "Foundation for the Dialogue"
    linked, titled = (words.among(some) for some in (language.name_links, language.name_titles))
    left = first - 1
    for _ in range(2):
        left = left - (
            (left > begin) & linked[tokens.form_id[left]] & (tokens.gap[left + 1] == JOIN)
        )
    form = tokens.form_id[left]
    beside = (left > begin) & (tokens.gap[left + 1] == JOIN) & capital[form] & ~titled[form]
    right = np.minimum(stop, len(tokens) - 1)
    beside |= (stop < end) & (tokens.gap[right] == JOIN) & capital[tokens.form_id[right]]
    rows, sentence = rows[beside], sentence[beside]
    name[rows] = ~_has_no_case(sentence, compiled, tokens)
    return name


def _has_no_case(sentence: NDArray[np.int32], compiled: _Compiled, tokens: Tokens) -> Bools:
    """Whether capitals mean nothing in a sentence, as it is short or in headline case."""
    words, stop_words = tokens.vocabulary, compiled.language.stop_words
    sentences, place = np.unique(sentence, return_inverse=True)
    row, token = ranges(tokens.sentence_tokens[sentences], tokens.sentence_tokens[sentences + 1])
    form = tokens.form_id[token]
    lettered = words.lettered[form]
    row, form = row[lettered], form[lettered]
    # headlines capitalise verbs and nouns: one in small letters shows an ordinary sentence
    content = ~words.among(stop_words) if stop_words else np.zeros(len(words.forms), dtype=bool)
    n_words, capitals, small_content = (
        np.bincount(row[chosen], minlength=len(sentences))
        for chosen in (slice(None), words.capital[form], (content & ~words.capital)[form])
    )
    headline = (capitals / np.maximum(n_words, 1) > HEADLINE_SHARE) & (small_content == 0)
    return ((n_words < _SHORTEST_SENTENCE) | headline)[place]


def _negated(matches: Spans, found: dict[str, Spans], tokens: Tokens) -> Bools:
    """Whether a negating word reaches a match."""
    exempt = found["negation except"]
    # tokens at which the reach of a negation ends: after a clause mark, or a word such as "but"
    ends_reach = (tokens.gap == CLAUSE) | (tokens.gap == START)
    ends_reach[found["negation stop"].first] = True
    walls = np.flatnonzero(ends_reach)
    negated = np.zeros(len(matches.first), dtype=bool)
    for kind, reach in NEGATION_REACH.items():
        words = found[f"negation {kind}"]
        words = words.pick(~touching(words, exempt))
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
        near = np.flatnonzero(in_text & (right - left <= reach))
        last = np.minimum(right[near] + 1, len(tokens))
        first = np.minimum(left[near], last)
        negated[near] |= np.searchsorted(walls, first) == np.searchsorted(walls, last)
    return negated


def _matches_table(
    matches: Spans, negated: Bools, compiled: _Compiled, corpus: Corpus, codebook: Codebook
) -> pd.DataFrame:
    tokens = corpus.tokens
    article = tokens.article[matches.first]
    articles = corpus.articles
    start, end = tokens.start[matches.first], tokens.end[matches.stop - 1]
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
                [frame.name for frame in codebook.counted],
            ),
            "pattern": coded(pattern_code[matches.pattern], patterns),
            "start": start,
            "end": end,
            "text": _texts_of(matches, corpus),
            "sentence": tokens.sentence_number[sentence],
            "block": coded(tokens.sentence_kind[sentence], BLOCKS),
            "quoted": tokens.in_quotations(matches.first),
            "negated": negated,
            "weight": weight[matches.pattern],
            "review": review[matches.pattern],
            "set_aside": tokens.set_aside[sentence],
            "constructed": articles["constructed"].array[article],
        },
    )


def _texts_of(matches: Spans, corpus: Corpus) -> pd.Categorical | list[str]:
    """Give the text of each match; one word is known by its form, and only more are cut out."""
    tokens, texts = corpus.tokens, corpus.texts
    if not len(matches.first):
        return []
    form = tokens.form_id[matches.first]
    single = matches.stop - matches.first == 1
    used = np.zeros(len(tokens.forms), dtype=bool)
    used[form[single]] = True
    more = np.flatnonzero(~single)
    first, last = matches.first[more], matches.stop[more] - 1
    bounds = (tokens.article[first], tokens.start[first], tokens.end[last])
    cut = [texts[a][s:e] for a, s, e in zip(*(c.tolist() for c in bounds), strict=True)]
    forms = np.flatnonzero(used).tolist()
    distinct = sorted({*cut, *(tokens.forms[number] for number in forms)})
    number_of = {text: number for number, text in enumerate(distinct)}
    code_of_form = np.zeros(len(tokens.forms), dtype=np.int64)
    code_of_form[forms] = [number_of[tokens.forms[number]] for number in forms]
    codes = code_of_form[form]
    codes[more] = [number_of[text] for text in cut]
    return coded(codes, distinct)


# ---------------------------------------------------------------------------- before the rules


class Candidates(NamedTuple):
    """Every place in the counted text where the words of a pattern stand, and what became of it.

    Attributes
    ----------
    spans : Spans
        The places; patterns are numbered through all frames.
    masked, fulfilled, counted : array of bool
        Whether a hard mask touches the place, whether the rules of the pattern are met there
        (anchor, near, not near, except), and whether the place is a row of `find_matches`.
    hard, soft : Spans
        Where the masks stand, numbered as in the codebook's lists.
    """

    spans: Spans
    masked: Bools
    fulfilled: Bools
    counted: Bools
    hard: Spans
    soft: Spans


def find_candidates(corpus: Corpus, codebook: Codebook) -> Candidates:
    """Find what `find_matches` chooses from: every place of every pattern, overlapping or not.

    Parameters
    ----------
    corpus : Corpus
        The articles.
    codebook : Codebook
        The frames and their patterns.

    Returns
    -------
    Candidates
        The places, with what became of each.
    """
    tokens = corpus.tokens
    compiled = _compile(codebook, tokens.vocabulary)
    written = compiled.automaton.find(tokens, _joined(compiled, corpus))
    spans = join_spans([written, *_find_regexes(compiled, corpus)])
    found = _lists(spans.pick(tokens.counted[spans.first]), compiled)
    places = found["frames"]
    matches = set(zip(*(c.tolist() for c in _decide(found, compiled, tokens)), strict=True))
    rows = zip(*(column.tolist() for column in places), strict=True)
    excepted = _excepted(places, found, compiled)
    masks = (
        found[kind]._replace(pattern=found[kind].pattern - compiled.lists[kind].start)
        for kind in ("hard", "soft")
    )
    return Candidates(
        places,
        touching(places, found["hard"]),
        _in_company(places, found, compiled, tokens) & ~excepted,
        np.array([row in matches for row in rows], dtype=bool),
        *masks,
    )
