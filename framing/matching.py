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
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from framing.codebook import Codebook, Pattern, as_codebook
from framing.corpus import Corpus, as_corpus
from framing.language import Language, load_language
from framing.parts import said_by
from framing.search import Automaton, Bools, Ints, Spans, settle, settle_each
from framing.tables import BLOCKS, UNCOUNTED_BLOCKS, CodebookError, as_table, coded
from framing.tokens import CAPS, CLAUSE, JOIN, QUOTE, START, Tokens, Vocabulary

NEGATION_REACH = {"before": 3, "reject": 12, "after": 2}
HEADLINE_SHARE = 0.6  # of capitalised words in a sentence: above it capitals mean nothing
REGEX_SECONDS = 2  # for one regular expression on one article
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
    automaton = Automaton(
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
    tokens = corpus.tokens
    compiled = _compile(codebook, tokens.vocabulary)
    spans = _search(compiled, corpus)
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


def _search(compiled: _Compiled, corpus: Corpus) -> Spans:
    """Find every place of every pattern and list."""
    joined = _only_space_before(corpus) if compiled.counting == "quanteda" else None
    found = compiled.automaton.find(corpus.tokens, joined)
    return _join([found, *_find_regexes(compiled, corpus)])


def _lists(spans: Spans, compiled: _Compiled) -> dict[str, Spans]:
    """Divide the spans by the list of the codebook that they come from."""
    return {
        name: spans.pick((spans.pattern >= numbers.start) & (spans.pattern < numbers.stop))
        for name, numbers in compiled.lists.items()
    }


def _decide(spans: Spans, compiled: _Compiled, tokens: Tokens) -> Spans:
    """Choose among the candidates by masks, conditions, place and length, and drop names."""
    found = _lists(spans, compiled)
    candidates = found["frames"]
    candidates = candidates.pick(~_touches(candidates, found["hard"], len(tokens)))
    candidates = candidates.pick(~_excepted(candidates, found, compiled, len(tokens)))
    candidates = candidates.pick(_in_company(candidates, found, compiled, tokens))
    soft = found["soft"]
    contest = _join([candidates, soft])
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


def _join(spans: Sequence[Spans]) -> Spans:
    return Spans(*(np.concatenate(columns) for columns in zip(*spans, strict=True)))


def _only_space_before(corpus: Corpus) -> Bools:
    """Whether nothing but white space stands between a token and the one before it.

    No phrase goes from counted text into repeats, datelines and credits, or back.
    """
    tokens, texts = corpus.tokens, corpus.texts
    joined = np.zeros(len(tokens), dtype=bool)
    for article, text in enumerate(texts):
        first, stop = tokens.offsets[article : article + 2]
        ends = tokens.end[first : stop - 1].tolist()
        starts = tokens.start[first + 1 : stop].tolist()
        joined[first + 1 : stop] = [
            not text[end:start].strip() for end, start in zip(ends, starts, strict=True)
        ]
    joined[1:] &= tokens.counted[1:] == tokens.counted[:-1]
    return joined


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


def _touches(candidates: Spans, masks: Spans, n_tokens: int) -> Bools:
    """Whether a candidate shares a token with a mask."""
    change = np.zeros(n_tokens + 1, dtype=np.int64)
    np.add.at(change, masks.first, 1)
    np.add.at(change, masks.stop, -1)
    masked_before = np.concatenate([[0], np.cumsum(np.cumsum(change)[:-1] > 0)])
    return masked_before[candidates.stop] > masked_before[candidates.first]


def _excepted(
    candidates: Spans, found: dict[str, Spans], compiled: _Compiled, n_tokens: int
) -> Bools:
    """Whether a candidate shares a word with what its own pattern excepts."""
    excepted = np.zeros(len(candidates.first), dtype=bool)
    for name, entries in compiled.exceptions.items():
        rows = np.isin(candidates.pattern, entries)
        excepted[rows] = _touches(candidates.pick(rows), found[name], n_tokens)
    return excepted


def _in_company(
    candidates: Spans, found: dict[str, Spans], compiled: _Compiled, tokens: Tokens
) -> Bools:
    """Whether all that a candidate asks for stands near it, and nothing that it rules out."""
    keep = np.ones(len(candidates.first), dtype=bool)
    for condition, entries in compiled.conditions.items():
        rows = np.flatnonzero(np.isin(candidates.pattern, entries))
        listed = found[condition.name]
        near = _near(candidates.pick(rows), listed, condition, tokens)
        keep[rows] &= near == condition.wanted
    return keep


def _near(candidates: Spans, listed: Spans, condition: _Condition, tokens: Tokens) -> Bools:
    """Whether a span of a list stands in the sentence, outside of the candidate, near enough."""
    sentence = tokens.sentence[candidates.first]
    earliest = tokens.sentence_tokens[sentence] + 1  # of the places after an entry's last word
    latest = tokens.sentence_tokens[sentence + 1]
    if condition.within is not None:
        earliest = np.maximum(earliest, candidates.first - condition.within)
        latest = np.minimum(latest, candidates.stop + condition.within + 1)
    starts, stops = np.sort(listed.first), np.sort(listed.stop)
    before = np.searchsorted(stops, candidates.first, "right") > np.searchsorted(stops, earliest)
    after = np.searchsorted(starts, latest) > np.searchsorted(starts, candidates.stop)
    if condition.order == "before":
        return before
    return after if condition.order == "after" else before | after


def _is_name(matches: Spans, compiled: _Compiled, tokens: Tokens) -> Bools:
    """Whether a match is part of a proper name by its capitals and those beside it."""
    if compiled.language.capital_nouns:
        return np.zeros(len(matches.first), dtype=bool)
    asks_for_case = np.array([e.regex or "=" in e.text for e in compiled.entries], dtype=bool)
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
                [frame.name for frame in codebook.counted],
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
    spans = _search(compiled, corpus)
    spans = spans.pick(tokens.counted[spans.first])
    found = _lists(spans, compiled)
    places = found["frames"]
    matches = set(zip(*(c.tolist() for c in _decide(spans, compiled, tokens)), strict=True))
    rows = zip(*(column.tolist() for column in places), strict=True)
    excepted = _excepted(places, found, compiled, len(tokens))
    masks = (
        found[kind]._replace(pattern=found[kind].pattern - compiled.lists[kind].start)
        for kind in ("hard", "soft")
    )
    return Candidates(
        places,
        _touches(places, found["hard"], len(tokens)),
        _in_company(places, found, compiled, tokens) & ~excepted,
        np.array([row in matches for row in rows], dtype=bool),
        *masks,
    )
