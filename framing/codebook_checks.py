"""A codebook against its own examples."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from framing.codebook import Codebook, Frame, as_codebook
from framing.corpus import as_corpus
from framing.matching import find_matches
from framing.tables import codes_in


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

    See Also
    --------
    lint_codebook : patterns that find nothing, too much, or what others find.

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
    found = found_in([text for *_, text in cases], codebook)
    table = []
    tried: set[tuple[str, str]] = set()
    for (frame, kind, text), hits_by_frame in zip(cases, found, strict=True):
        hits = hits_by_frame.get(frame, [])
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


def found_in(texts: Sequence[str], codebook: Codebook) -> list[dict[str, list[tuple[str, str]]]]:
    """For each text and frame the words found in it and the patterns that found them."""
    corpus = as_corpus(texts)
    matches = find_matches(corpus, codebook, set_aside=True)
    case = codes_in(list(corpus.articles["article_id"]), matches["article_id"])
    found: list[dict[str, list[tuple[str, str]]]] = [{} for _ in texts]
    rows = zip(case, matches["frame"], matches["text"], matches["pattern"], strict=True)
    for number, frame, text, pattern in rows:
        found[number].setdefault(frame, []).append((text, pattern))
    return found


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
