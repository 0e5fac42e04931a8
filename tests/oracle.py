"""A slow, obvious reference for matching: one pattern after the other, one rule after the other.

It works on each sentence as a list of words and compares them with one regular expression per word
of a pattern. It shares the scan with the toolkit (tested on its own), but none of the matching.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from framing.codebook import Codebook, Pattern
from framing.corpus import Corpus
from framing.language import load_language
from framing.patterns import Gap, Phrase, Word, parse_pattern
from framing.tables import BLOCKS
from framing.tokens import CLAUSE, JOIN, QUOTE, START
from framing.words import fold, spell


class Hit(NamedTuple):
    """A match as the reference sees it, in characters of its article."""

    article: int
    start: int
    end: int
    frame: str
    pattern: str
    negated: bool


class _Sentence:
    def __init__(self, corpus: Corpus, number: int) -> None:
        tokens = corpus.tokens
        rows = range(tokens.sentence_tokens[number], tokens.sentence_tokens[number + 1])
        self.words = [tokens.forms[tokens.form_id[row]] for row in rows]
        self.gaps = [int(tokens.gap[row]) for row in rows]
        self.quoted = [bool(tokens.quoted[row]) for row in rows]
        self.starts = [int(tokens.start[row]) for row in rows]
        self.ends = [int(tokens.end[row]) for row in rows]
        self.parts = [spell(word).split("-") for word in self.words]
        self.folded = " ".join(
            fold(f"{p[0]} {word}")
            for p, word in zip(self.parts, map(spell, self.words), strict=True)
        )


@cache
def _is_word(part: str, word: Word) -> bool:
    text, part = (spell(word.text), part) if word.exact_case else (fold(word.text), fold(part))
    ending = "" if text.endswith("*") else "(?:'[sS])?" if word.exact_case else "(?:'s)?"
    return re.fullmatch(_with_wildcards(text) + ending, part, re.DOTALL) is not None


def _with_wildcards(text: str) -> str:
    return re.escape(text).replace(r"\*", ".*").replace(r"\?", ".")


def _ends(sentence: _Sentence, phrase: Phrase, token: int, part: int) -> set[int]:
    """All tokens after which the phrase may end if its first word is this part of this token."""
    word, rest = phrase[0], phrase[1:]
    parts = sentence.parts[token]
    following = set()
    if _is_word(parts[part], word):
        following.add(part + 1)
    if part == 0 and "*" in word.text and _is_word("-".join(parts), word):
        following.add(len(parts))
    ends: set[int] = set()
    for next_part in following:
        ends |= _ends_after(sentence, rest, token, next_part)
    return ends


def _ends_after(sentence: _Sentence, rest: Phrase, token: int, part: int) -> set[int]:
    """The same for what is left of the phrase, when this part of the token is the next."""
    if not rest:
        return {token + 1}
    places = []
    if part < len(sentence.parts[token]):
        places.append((token, part))
    elif token + 1 < len(sentence.words) and sentence.gaps[token + 1] == JOIN:
        places.append((token + 1, 0))
    if isinstance(rest[0], Gap):
        for skipped in range(1, rest[0].most + 1):
            between = range(token + 1, token + skipped + 2)
            if between.stop <= len(sentence.words) and all(
                sentence.gaps[t] == JOIN for t in between
            ):
                places.append((token + skipped + 1, 0))
        rest = rest[1:]
    ends: set[int] = set()
    for next_token, next_part in places:
        ends |= _ends(sentence, rest, next_token, next_part)
    return ends


@cache
def _begins(pattern: str) -> re.Pattern[str]:
    """One expression per pattern: a part of a word with which one of its phrases may begin."""
    first_words = {fold(phrase[0].text) for phrase in parse_pattern(pattern)}
    written = (_with_wildcards(word).replace(".", "[^ ]") for word in sorted(first_words))
    return re.compile("(?<!\\S)(?:" + "|".join(written) + ")")


def _find(sentence: _Sentence, pattern: str) -> set[tuple[int, int]]:
    if not _begins(pattern).search(sentence.folded):
        return set()
    phrases = parse_pattern(pattern)
    # Many phrases of a pattern begin alike: where their first word stands is asked only once.
    places = {
        word: [t for t in range(len(sentence.words)) if _ends(sentence, (word,), t, 0)]
        for word in {phrase[0] for phrase in phrases}
    }
    return {
        (token, end)
        for phrase in phrases
        for token in places[phrase[0]]
        for end in _ends(sentence, phrase, token, 0)
    }


def _in_company(sentence: _Sentence, span: tuple[int, int], pattern: Pattern, lists) -> bool:
    """Whether the conditions of a pattern hold for one of its places."""

    def stands(entries) -> bool:
        for entry in entries:
            for other in _find(sentence, entry):
                before, after = span[0] - other[1], other[0] - span[1]
                distance = before if before >= 0 else after
                wrong_side = (pattern.order == "before" and before < 0) or (
                    pattern.order == "after" and after < 0
                )
                too_far = pattern.within is not None and distance > pattern.within
                if distance >= 0 and not wrong_side and not too_far:
                    return True
        return False

    if pattern.anchor is not None and not stands(lists[pattern.anchor]):
        return False
    if pattern.near and not stands(pattern.near):
        return False
    if pattern.not_near and stands(pattern.not_near):
        return False
    excepted = [other for entry in pattern.except_ for other in _find(sentence, entry)]
    return not any(_overlap(span, other) for other in excepted)


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def find_hits(corpus: Corpus, codebook: Codebook) -> list[Hit]:
    """Find the counted matches of a corpus."""
    tokens = corpus.tokens
    hits = []
    for number in range(len(tokens.sentence_start)):
        kind = BLOCKS[tokens.sentence_kind[number]]
        if tokens.set_aside[number] or kind in ("dateline", "credit"):
            continue
        article = int(tokens.sentence_article[number])
        hits += _sentence_hits(_Sentence(corpus, number), codebook, article)
    return sorted(hits)


def _sentence_hits(sentence: _Sentence, codebook: Codebook, article: int) -> list[Hit]:
    candidates = []
    order = 0
    for rank, frame in enumerate(codebook.frames):
        for pattern in frame.patterns:
            for span in _find(sentence, pattern.text):
                candidates.append((span, order, rank, pattern))
            order += 1
    hard = [span for mask in codebook.hard_masks for span in _find(sentence, mask)]
    soft = [span for mask in codebook.soft_masks for span in _find(sentence, mask)]
    candidates = [c for c in candidates if not any(_overlap(c[0], mask) for mask in hard)]
    anchored = [c for c in candidates if _in_company(sentence, c[0], c[3], codebook.anchors)]
    contest = [(span, 1, order, rank, pattern) for span, order, rank, pattern in anchored]
    contest += [(span, 0, order, -1, None) for order, span in enumerate(soft)]
    contest.sort(key=lambda c: (c[0][0], -c[0][1], c[1], c[2]))
    taken = []
    for candidate in contest:
        touching = [t for t in taken if _overlap(t[0], candidate[0])]
        same = all(
            t[0] == candidate[0] and t[1] == 1 and candidate[1] == 1 and t[3] != candidate[3]
            for t in touching
        )
        if not touching or same:
            taken.append(candidate)
    return [
        Hit(
            article,
            sentence.starts[span[0]],
            sentence.ends[span[1] - 1],
            codebook.frames[rank].name,
            pattern.text,
            _negated(sentence, span, codebook),
        )
        for span, is_pattern, _, rank, pattern in taken
        if is_pattern and ("=" in pattern.text or not _is_name(sentence, span, codebook))
    ]


def _is_name(sentence: _Sentence, span: tuple[int, int], codebook: Codebook) -> bool:
    language = load_language(codebook.language)
    if language.capital_nouns:
        return False
    words, gaps = sentence.words, sentence.gaps
    matched = words[span[0] : span[1]]
    if not all(word[0].isupper() for word in matched):
        return False
    if all(len(word) > 1 and word.isupper() for word in matched):
        return False
    if fold(matched[-1]) in language.name_events or span[0] == 0:
        return False
    opens = sentence.quoted[span[0]] and not sentence.quoted[span[0] - 1]
    if gaps[span[0]] == QUOTE or opens:
        return False
    lettered = [word for word in words if word[0].isalpha()]
    capitals = sum(word[0].isupper() for word in lettered)
    if len(lettered) < 4:
        return False
    small = [fold(word) for word in lettered if not word[0].isupper()]
    headline = not language.stop_words or all(word in language.stop_words for word in small)
    if capitals / len(lettered) > 0.6 and headline:
        return False
    left = span[0] - 1
    for _ in range(2):
        if left > 0 and fold(words[left]) in language.name_links and gaps[left + 1] == JOIN:
            left -= 1
    beside_left = left > 0 and gaps[left + 1] == JOIN and words[left][0].isupper()
    if beside_left and fold(words[left]) not in language.name_titles:
        return True
    right = span[1]
    return right < len(words) and gaps[right] == JOIN and words[right][0].isupper()


def _negated(sentence: _Sentence, span: tuple[int, int], codebook: Codebook) -> bool:
    negation = codebook.negation or load_language(codebook.language).negation
    exempt = [s for entry in negation.get("except", ()) for s in _find(sentence, entry)]
    stops = {s[0] for entry in negation.get("stop", ()) for s in _find(sentence, entry)}

    def free(left: int, right: int) -> bool:
        """No clause mark before any word of left..right, and none of them ends the reach."""
        return not any(
            sentence.gaps[t] in (CLAUSE, START) or t in stops for t in range(left, right + 1)
        )

    for kind, reach in (("before", 3), ("reject", 12), ("after", 2)):
        for entry in negation.get(kind, ()):
            for first, stop in _find(sentence, entry):
                if any(_overlap((first, stop), e) for e in exempt):
                    continue
                if kind == "after":
                    if 0 <= first - span[1] <= reach and free(span[1], first):
                        return True
                elif 0 <= span[0] - stop <= reach and free(stop, span[0]):
                    return True
    return False
