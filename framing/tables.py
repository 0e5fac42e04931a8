"""The columns, types and units of every table that framing hands out, and its errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray


class CorpusError(ValueError):
    """A corpus that cannot be read or used as asked; the message says where and what to do."""


class CodebookError(ValueError):
    """A codebook that cannot be read or used as asked; the message lists every problem found."""


class CodingError(ValueError):
    """Codings that cannot be read or used as asked; the message lists every problem found."""


class OutputError(OSError):
    """Results that cannot be written; the message says why, and how to go on."""


class Column(NamedTuple):
    """One column of a table: its pandas type and what its values mean."""

    dtype: str
    meaning: str


_ARTICLE_ID = Column("category", "the article's id, unique in the corpus")
_SOURCE = Column("category", "the outlet or author of the text")
_FRAME = Column("category", "name of the frame in the codebook")
_START = Column("int64", "first character in the article's text, counted from 0")
_END = Column("int64", "the character after the last one, so that text[start:end] is the span")
_SENTENCE = Column("int64", "number of the sentence in the article, counted from 1")
_BLOCK = Column("category", "title, dateline, standfirst, caption, credit or body")
_DATE = Column("datetime64[s]", "date of publication")
_CLUSTER = Column("string", "id shared by articles that share half of their text or more")
_N_WORDS = Column("int64", "words counted: no dateline, credit or set-aside text")
_LABEL = Column("string", "")
_COUNT = Column("int64", "")
_RATE = Column("float64", "per 1,000 counted words; NA where there are no words")
_VADER = Column("float64", "VADER's compound score, -1 to 1")
_POLARITY = Column("float64", "TextBlob's polarity, -1 to 1")
_SUBJECTIVITY = Column("float64", "TextBlob's subjectivity, 0 to 1")
_CAUTION = Column("string", "what the data cannot carry; empty where nothing is to be said")
_CONSTRUCTED = Column("bool", "written for demonstration, not published news")
_LOW = Column("float64", "lower limit of the interval")
_HIGH = Column("float64", "upper limit of the interval")
_LEVEL = Column("float64", "level of the interval, 0 to 1")
_P = Column("float64", "p-value by permutation; NA where the data carry no test")
_P_ADJUSTED = Column("float64", "p-value adjusted for all that was tested together")

_VOICE = Column("category", "headline, caption, journalist, quoted or indirect")
_SPEAKER = Column("category", "who speaks, by the fullest name in the corpus; NA: nobody named")
_SPEAKER_ID = Column("category", "the same for one speaker under all names; NA: nobody named")
_KNOWN = {
    "role": _LABEL._replace(meaning="role of the speaker by the researcher's list"),
    "country": _LABEL._replace(meaning="country of the speaker by the researcher's list"),
    "camp": _LABEL._replace(meaning="camp of the speaker by the researcher's list"),
}
_CERTAINTY = Column("float64", "how sure the speaker is, 0 to 1; NA where there is none")

TABLES: Mapping[str, Mapping[str, Column]] = {
    "articles": {
        "article_id": _ARTICLE_ID,
        "source": _SOURCE,
        "date": _DATE,
        "title": _LABEL._replace(meaning="headline"),
        "text": _LABEL._replace(meaning="the analysed text, headline first"),
        "author": _LABEL._replace(meaning="by-line"),
        "section": _LABEL._replace(meaning="section of the outlet"),
        "url": _LABEL._replace(meaning="where the text was published"),
        "language": _LABEL._replace(meaning="language code such as en"),
        "path": _LABEL._replace(meaning="file the article was read from"),
        "sha256": _LABEL._replace(meaning="hash of the file's bytes, or of the text's in a table"),
        "n_words": _N_WORDS,
        "n_words_raw": _COUNT._replace(meaning="all words of the text"),
        "cluster": _CLUSTER,
        "constructed": _CONSTRUCTED,
    },
    "sentences": {
        "article_id": _ARTICLE_ID,
        "sentence": _SENTENCE,
        "start": _START,
        "end": _END,
        "block": _BLOCK,
        "n_words": _COUNT._replace(meaning="words of the sentence, counted or not"),
        "set_aside": Column("bool", "repeats earlier text of the article, so it is not counted"),
        "constructed": _CONSTRUCTED,
    },
    "languages": {
        "article_id": _ARTICLE_ID,
        "language": _LABEL._replace(meaning="code of the language as it was stated when reading"),
        "detected": _LABEL._replace(meaning="code of the language found; NA: see reason"),
        "certainty": Column("float64", "how sure the language found is, 0 to 1"),
        "n_words": _N_WORDS,
        "reason": _LABEL._replace(meaning="why no language is given; NA where one is"),
    },
    "log": {
        "article_id": _LABEL._replace(meaning="the article concerned, where there is one"),
        "path": _LABEL._replace(meaning="the file concerned"),
        "row": Column("Int64", "line of the table that names the article, counted from 1"),
        "step": _LABEL._replace(meaning="what was done: skipped, renamed, set aside, ..."),
        "start": Column("Int64", "first character concerned"),
        "end": Column("Int64", "the character after the last one concerned"),
        "text": _LABEL._replace(meaning="the text concerned, shortened"),
        "reason": _LABEL._replace(meaning="what was done and why, or how to mend it"),
    },
    "matches": {
        "article_id": _ARTICLE_ID,
        "source": _SOURCE,
        "frame": _FRAME,
        "pattern": Column("category", "the pattern of the codebook that matched"),
        "start": _START,
        "end": _END,
        "text": Column("category", "the matched words as they stand in the article"),
        "sentence": _SENTENCE,
        "block": _BLOCK,
        "quoted": Column("bool", "inside quotation marks"),
        "negated": Column("bool", "denied, rejected or broken off"),
        "weight": Column("float64", "weight of the pattern, 1 or less"),
        "review": Column("bool", "the pattern is known to be ambiguous or to name the event"),
        "set_aside": Column("bool", "in repeated text, which is not counted"),
        "constructed": _CONSTRUCTED,
    },
    "voices": {
        "article_id": _ARTICLE_ID,
        "source": _SOURCE,
        "start": _START,
        "end": _END,
        "text": _LABEL._replace(meaning="the stretch as it stands in the article"),
        "voice": _VOICE,
        "speaker": _SPEAKER,
        "speaker_id": _SPEAKER_ID,
        "certainty": _CERTAINTY,
        "n_words": _N_WORDS,
        "constructed": _CONSTRUCTED,
    },
    "said_by": {  # what other tables add with voices=True
        "voice": _VOICE,
        "speaker": _SPEAKER,
        "speaker_id": _SPEAKER_ID,
        "certainty": _CERTAINTY,
    },
    "quotations": {
        "article_id": _ARTICLE_ID,
        "source": _SOURCE,
        "start": _START,
        "end": _END,
        "text": _LABEL._replace(meaning="the words as they stand in the article, marks included"),
        "kind": Column("category", "direct, partial, scare, title, indirect or orphan mark"),
        "voice": _VOICE,
        "speaker": _SPEAKER,
        "speaker_id": _SPEAKER_ID,
        "speaker_text": _LABEL._replace(meaning="the words that name the speaker here"),
        "speaker_start": Column("Int64", "first character of these words"),
        "speaker_end": Column("Int64", "the character after the last one of these words"),
        "cue": _LABEL._replace(meaning="the word of reporting: said, according to, ..."),
        "rule": Column("category", "the rule that found the speaker"),
        "certainty": _CERTAINTY,
        "balanced": Column("bool", "no quotation mark is missing"),
        "continued": Column("bool", "goes on in the next paragraph"),
        "set_aside": Column("bool", "in repeated text, which is not counted"),
        "constructed": _CONSTRUCTED,
    },
    "known_speakers": {
        "speaker": _LABEL._replace(meaning="the name to use"),
        "aliases": _LABEL._replace(meaning="other names of the speaker, semicolons between them"),
        **_KNOWN,
    },
    "speakers": {
        "speaker_id": _SPEAKER_ID._replace(meaning="the same for one speaker under all names"),
        "speaker": _SPEAKER._replace(meaning="the name of the list, or the fullest in the corpus"),
        "aliases": _LABEL._replace(meaning="other names that stand for nobody else; NA: none"),
        "n_articles": _COUNT._replace(meaning="articles that quote or report the speaker"),
        "n_quotations": _COUNT._replace(meaning="direct and partial quotations"),
        "n_indirect": _COUNT._replace(meaning="statements in reported speech"),
        "n_words": _COUNT._replace(meaning="counted words that are surely the speaker's"),
        "n_unsure": _COUNT._replace(meaning="how many of the statements are not surely so"),
        **_KNOWN,
        "constructed": _CONSTRUCTED._replace(meaning="speaks in a constructed article"),
    },
    "same_speakers": {
        "speaker": _SPEAKER._replace(meaning="the one of the two who speaks more words"),
        "other": _SPEAKER._replace(meaning="the one who may be the same"),
        "reason": Column("category", "same last word, similar last word or acronym"),
        "similarity": Column("float64", "characters the names share in order, 0 to 1; acronym: 1"),
    },
    "scores": {
        "article_id": _ARTICLE_ID,
        "source": _SOURCE,
        "date": _DATE,
        "cluster": _CLUSTER,
        "constructed": _CONSTRUCTED,
        "frame": _FRAME,
        "n_matches": _COUNT._replace(meaning="mentions of the frame, negated ones included"),
        "n_negated": _COUNT._replace(meaning="how many of them are negated"),
        "n_review": _COUNT._replace(meaning="how many of them come from patterns under review"),
        "n_words": _N_WORDS,
        "per_1000_words": _RATE,
        "present": Column("bool", "the frame is mentioned at least once"),
        "codebook": Column("category", "name and version of the codebook"),
    },
    "sentiment": {
        "article_id": _ARTICLE_ID,
        "source": _SOURCE,
        "vader_compound": _VADER,
        "textblob_polarity": _POLARITY,
        "textblob_subjectivity": _SUBJECTIVITY,
        "share_positive": Column("float64", "share of sentences with VADER's compound >= .05"),
        "share_negative": Column("float64", "share of sentences with VADER's compound <= -.05"),
        "n_sentences": _COUNT._replace(meaning="sentences scored"),
        "n_words": _N_WORDS,
        "constructed": _CONSTRUCTED,
        "caution": _CAUTION,
    },
    "sentiment_sentences": {
        "article_id": _ARTICLE_ID,
        "source": _SOURCE,
        "sentence": _SENTENCE,
        "block": _BLOCK,
        "start": _START,
        "end": _END,
        "vader_compound": _VADER,
        "textblob_polarity": _POLARITY,
        "textblob_subjectivity": _SUBJECTIVITY,
        "n_words": _N_WORDS,
        "constructed": _CONSTRUCTED,
        "caution": _CAUTION,
    },
    "sentiment_words": {
        "article_id": _ARTICLE_ID,
        "sentence": _SENTENCE,
        "tool": Column("category", "vader or textblob"),
        "word": _LABEL._replace(meaning="the word, words or mark that the tool scored"),
        "start": _START,
        "end": _END,
        "value": Column(
            "float64", "what it adds: VADER's valence after its rules, or TextBlob's polarity"
        ),
        "subjectivity": Column("float64", "TextBlob's subjectivity, 0 to 1; NA for VADER"),
    },
    "word_frequency": {
        "word": _LABEL._replace(meaning="the word, case-folded"),
        "count": _COUNT._replace(meaning="times it is used"),
        "per_1000_words": _RATE,
        "n_articles": _COUNT._replace(meaning="articles that use it"),
        "article_share": Column("float64", "share of articles that use it, 0 to 1"),
        "constructed": _CONSTRUCTED._replace(meaning="an article of the group is constructed"),
    },
    "tfidf": {
        "article_id": _ARTICLE_ID,
        "word": _LABEL._replace(meaning="the word, case-folded"),
        "count": _COUNT._replace(meaning="times it is used in the unit"),
        "tfidf": Column("float64", "TF-IDF weight, 0 to 1: high where the word is typical"),
        "caution": _CAUTION,
    },
    "kwic": {
        "article_id": _ARTICLE_ID,
        "source": _SOURCE,
        "sentence": _SENTENCE,
        "start": _START,
        "end": _END,
        "left": _LABEL._replace(meaning="words before, as they stand in the article"),
        "keyword": _LABEL._replace(meaning="the words found, as they stand in the article"),
        "right": _LABEL._replace(meaning="words after, as they stand in the article"),
    },
    "frame_rates": {
        "frame": _FRAME,
        "n_articles": _COUNT._replace(meaning="articles with counted words"),
        "n_clusters": _COUNT._replace(meaning="the same, articles that share their text once"),
        "n_words": _N_WORDS,
        "n_matches": _COUNT._replace(meaning="mentions of the frame, negated ones included"),
        "estimate": Column("float64", "mentions per 1,000 counted words, all articles together"),
        "low": _LOW,
        "high": _HIGH,
        "level": _LEVEL,
        "article_share": Column("float64", "share of articles that mention the frame, 0 to 1"),
        "constructed": _CONSTRUCTED,
        "caution": _CAUTION,
    },
    "compare_groups": {
        "group": _LABEL._replace(meaning="the group compared"),
        "reference": _LABEL._replace(meaning="the group it is compared with"),
        "frame": _FRAME,
        "n_articles": _COUNT._replace(meaning="articles of the group"),
        "n_articles_reference": _COUNT._replace(meaning="articles of the reference"),
        "estimate": Column("float64", "mentions per 1,000 words in the group"),
        "estimate_reference": Column("float64", "mentions per 1,000 words in the reference"),
        "ratio": Column("float64", "rate of the group divided by that of the reference"),
        "low": _LOW._replace(meaning="lower limit of the ratio"),
        "high": _HIGH._replace(meaning="upper limit of the ratio"),
        "level": _LEVEL,
        "p": _P,
        "p_adjusted": _P_ADJUSTED._replace(meaning="p adjusted for all frames and all pairs"),
        "difference": Column("float64", "rate of the group minus that of the reference"),
        "detectable_ratio": Column(
            "float64", "smallest true ratio that so many and so bursty articles show in 8 of 10"
        ),
        "share_group": Column("float64", "share of the group's articles with the frame, 0 to 1"),
        "share_reference": Column("float64", "the same of the reference, 0 to 1"),
        "share_low": Column("float64", "lower limit of share_group - share_reference"),
        "share_high": Column("float64", "upper limit of share_group - share_reference"),
        "composition": Column("float64", "share of the group's mentions that are of this frame"),
        "composition_reference": Column("float64", "the same of the reference"),
        "cliffs_delta": Column(
            "float64", "how often an article of the group has the higher rate, -1 to 1"
        ),
        "constructed": _CONSTRUCTED,
        "caution": _CAUTION,
    },
    "compare_periods": {
        "event": _LABEL._replace(meaning="the event, or its date"),
        "group": _LABEL._replace(meaning="the source or other group; empty for all together"),
        "frame": _FRAME,
        "n_articles_before": _COUNT._replace(meaning="articles before the event"),
        "n_articles_after": _COUNT._replace(meaning="articles from the day of the event on"),
        "estimate_before": Column("float64", "mentions per 1,000 words before the event"),
        "estimate_after": Column("float64", "mentions per 1,000 words from the event on"),
        "ratio": Column("float64", "rate after divided by rate before"),
        "low": _LOW._replace(meaning="lower limit of the ratio"),
        "high": _HIGH._replace(meaning="upper limit of the ratio"),
        "level": _LEVEL,
        "n_units": _COUNT._replace(meaning="outlets or events that the test counts"),
        "p": _P,
        "p_adjusted": _P_ADJUSTED._replace(meaning="p adjusted for all frames"),
        "constructed": _CONSTRUCTED,
        "caution": _CAUTION,
    },
    "frame_cooccurrence": {
        "frame": _FRAME,
        "other": Column("category", "name of the other frame"),
        "n_articles": _COUNT._replace(meaning="articles with counted words"),
        "n_sentences": _COUNT._replace(meaning="sentences with counted words"),
        "n_frame": _COUNT._replace(meaning="sentences that mention the frame"),
        "n_other": _COUNT._replace(meaning="sentences that mention the other frame"),
        "n_both": _COUNT._replace(meaning="sentences that mention both"),
        "lift": Column("float64", "how many times more often together than if by chance"),
        "p": _P,
        "p_adjusted": _P_ADJUSTED._replace(meaning="p adjusted for all pairs of frames"),
        "constructed": _CONSTRUCTED,
        "caution": _CAUTION,
    },
    "keyness": {
        "word": _LABEL._replace(meaning="the word, case-folded"),
        "n_target": _COUNT._replace(meaning="times it is used in the target"),
        "n_reference": _COUNT._replace(meaning="times it is used in the reference"),
        "articles_target": _COUNT._replace(meaning="articles of the target that use it"),
        "articles_reference": Column("Int64", "articles of the reference that use it"),
        "rate_target": _RATE._replace(meaning="per 1,000 counted words of the target"),
        "rate_reference": _RATE._replace(meaning="per 1,000 counted words of the reference"),
        "log_ratio": Column("float64", "log2 of the ratio of the rates; a count of 0 taken as .5"),
        "low": _LOW._replace(meaning="lower limit of log_ratio"),
        "high": _HIGH._replace(meaning="upper limit of log_ratio"),
        "level": _LEVEL,
        "log_odds_z": Column(
            "float64", "log-odds with informative prior over its article-level error"
        ),
        "g2": Column(
            "float64", "log-likelihood of the pooled words: for comparison with other tools"
        ),
        "dp_excess": Column(
            "float64", "how much more clumped in articles of the target than by chance"
        ),
        "p": _P,
        "p_adjusted": _P_ADJUSTED._replace(meaning="family-wise p over all words tested"),
        "q": Column("float64", "false discovery rate at which the word would be reported"),
        "constructed": _CONSTRUCTED,
        "caution": _CAUTION,
    },
    "dispersion": {
        "word": _LABEL._replace(meaning="the word, case-folded"),
        "count": _COUNT._replace(meaning="times it is used"),
        "n_articles": _COUNT._replace(meaning="articles that use it"),
        "dp": Column("float64", "Gries' DP: 0 spread as the words are, near 1 all in one article"),
        "dp_norm": Column("float64", "DP divided by its largest possible value"),
        "dp_expected": Column("float64", "DP that so many uses would have by chance"),
        "dp_excess": Column("float64", "dp - dp_expected"),
        "constructed": _CONSTRUCTED,
    },
    "collocations": {
        "word": _LABEL._replace(meaning="the word beside, case-folded"),
        "n_together": _COUNT._replace(meaning="times it stands near the pattern"),
        "n_word": _COUNT._replace(meaning="times it is used in all"),
        "n_articles": _COUNT._replace(meaning="articles in which they stand together"),
        "expected": Column("float64", "times they would stand together by chance"),
        "log_ratio": Column("float64", "log2 of n_together / expected"),
        "g2": Column("float64", "log-likelihood of the association, pooled over articles"),
        "constructed": _CONSTRUCTED,
        "caution": _CAUTION,
    },
    "lint_codebook": {
        "frame": _LABEL._replace(meaning="the frame; NA: a list of the whole codebook"),
        "pattern": _LABEL._replace(meaning="the pattern, mask or anchor; NA: the whole frame"),
        "kind": _LABEL._replace(meaning="what was found: dead, masked, duplicate, ..."),
        "other": _LABEL._replace(meaning="the other pattern, mask or list concerned"),
        "n_found": Column("Int64", "places of the pattern before masks and contest; NA: no corpus"),
        "n_matches": Column("Int64", "how many of them are counted; NA: no corpus"),
        "n_other": Column("Int64", "how many concern the other one"),
        "detail": _LABEL._replace(meaning="what it is, with numbers, and what to do"),
    },
    "compare_codebooks": {
        "article_id": _ARTICLE_ID,
        "source": _SOURCE,
        "frame": _FRAME,
        "change": Column("category", "what the second codebook does to the mention"),
        "pattern_before": _LABEL._replace(meaning="pattern of the first codebook; NA: no mention"),
        "pattern_after": _LABEL._replace(meaning="pattern of the second codebook; NA: no mention"),
        "start": _START,
        "end": _END,
        "text": _LABEL._replace(meaning="the words as they stand in the article"),
        "instead": _LABEL._replace(meaning="mentions on some of the words by the other codebook"),
        "left": _LABEL._replace(meaning="text before, up to the edge of the sentence"),
        "right": _LABEL._replace(meaning="text after, up to the edge of the sentence"),
        "constructed": _CONSTRUCTED,
    },
    "compare_codebook_rates": {
        "frame": _FRAME,
        "n_articles": _COUNT._replace(meaning="articles with counted words"),
        "n_words": _COUNT._replace(meaning="counted words"),
        "n_matches_before": Column("Int64", "mentions by the first codebook; NA: no such frame"),
        "n_matches_after": Column("Int64", "mentions by the second codebook; NA: no such frame"),
        "estimate_before": Column("float64", "mentions per 1,000 words by the first codebook"),
        "estimate_after": Column("float64", "mentions per 1,000 words by the second codebook"),
        "difference": Column("float64", "estimate_after - estimate_before"),
        "ratio": Column("float64", "estimate_after divided by estimate_before"),
        "article_share_before": Column("float64", "share of articles with the frame, 0 to 1"),
        "article_share_after": Column("float64", "the same by the second codebook"),
        "constructed": _CONSTRUCTED,
        "caution": _CAUTION,
    },
    "compare_codebook_groups": {
        "group": _LABEL._replace(meaning="the group compared"),
        "reference": _LABEL._replace(meaning="the group it is compared with"),
        "frame": _FRAME,
        **{
            f"{name}_{side}": column._replace(meaning=f"{column.meaning}, {words} codebook")
            for side, words in (("before", "first"), ("after", "second"))
            for name, column in (
                ("ratio", Column("float64", "rate of the group divided by that of the reference")),
                ("low", _LOW._replace(meaning="lower limit of the ratio")),
                ("high", _HIGH._replace(meaning="upper limit of the ratio")),
                ("p_adjusted", _P_ADJUSTED._replace(meaning="p adjusted for frames and pairs")),
                ("conclusion", _LABEL._replace(meaning="higher, lower, not clear or no test")),
            )
        },
        "level": _LEVEL,
        "conclusion_changes": Column(
            "bool", "both codebooks have the frame and conclude otherwise"
        ),
        "constructed": _CONSTRUCTED,
        "caution": _CAUTION,
    },
    "frame_sensitivity": {
        "frame": _FRAME,
        "variant": Column("category", "how it is counted: as counted, weights on, ..."),
        "pattern_out": _LABEL._replace(meaning="the pattern that is left out; NA: none"),
        "n_matches": Column("float64", "mentions; with weights on the sum of their weights"),
        "n_words": _N_WORDS,
        "per_1000_words": _RATE,
        "share_of_counted": Column("float64", "the rate divided by the rate as counted"),
        "constructed": _CONSTRUCTED,
        "caution": _CAUTION,
    },
    "batches": {
        "batch": _LABEL._replace(meaning="numbers of the file, row group and batch, as in outputs"),
        "path": _LABEL._replace(meaning="file of the dataset"),
        "rows": _COUNT._replace(meaning="rows or lines read"),
        "n_articles": _COUNT._replace(meaning="articles among them"),
        "n_skipped": _COUNT._replace(meaning="rows that are no article; the log says why"),
        "n_words": _N_WORDS,
        "status": Column("category", "done, failed or skipped"),
        "reason": _LABEL._replace(meaning="why it is not done; NA where it is"),
        "sha256": _LABEL._replace(meaning="hash of the hashes of its outputs; NA without any"),
        "caution": _CAUTION,
    },
    "codings": {
        "unit": Column("category", "what was judged: match, sentence or article"),
        "article_id": _ARTICLE_ID,
        "start": Column("Int64", "first character of the unit, counted from 0; NA: the article"),
        "end": Column("Int64", "the character after its last one"),
        "coder": Column("category", "who judged"),
        "variable": Column("category", "what was asked: frame, negated, speaker, ..."),
        "frame": _FRAME,
        "voice": Column("category", "whose words: headline, caption, journalist, quoted, indirect"),
        "value": _LABEL._replace(
            meaning="the answer; for frame the number of mentions, 0 for none"
        ),
    },
}

BLOCKS = ("title", "dateline", "standfirst", "caption", "credit", "body")
UNCOUNTED_BLOCKS = ("dateline", "credit")
VOICES = ("headline", "caption", "journalist", "quoted", "indirect")
SPOKEN = ("quoted", "indirect")  # the voices that somebody's words have
UNSURE = 0.6  # below this certainty a speaker is not counted as one
NO_SPEAKER = "no speaker"  # the words of headlines, captions and journalists
UNKNOWN_SPEAKER = "unknown speaker"  # quoted words of somebody not named, or not surely


def as_table(
    name: str,
    data: Mapping[str, Any],
    *,
    extra: Sequence[str] = (),
    categories: Mapping[str, Iterable[str]] | None = None,
) -> pd.DataFrame:
    """Build the named table with its columns in order and of the promised types.

    ``data`` holds one array per column; ``extra`` names further columns of ``data`` that follow
    their left neighbour's order at the end. ``categories`` fixes the values of categorical
    columns, so that tables of one corpus can be joined without losing their types.
    """
    columns = TABLES[name]
    categories = dict(categories or {})
    categories.setdefault("block", BLOCKS)
    frame = {}
    for column, spec in columns.items():
        values = data[column]
        if spec.dtype == "category":
            if not isinstance(values, pd.Categorical):
                values = pd.Categorical(values, categories=_categories(column, values, categories))
            frame[column] = pd.Series(values)
        else:
            frame[column] = pd.Series(values, dtype=spec.dtype)
    for column in extra:
        frame[column] = pd.Series(data[column])
    return pd.DataFrame(frame)


def empty_table(name: str) -> pd.DataFrame:
    """Return the named table with no rows."""
    return as_table(name, {column: [] for column in TABLES[name]})


def _categories(column: str, values: Any, fixed: Mapping[str, Iterable[str]]) -> list[str]:
    if column in fixed:
        return list(fixed[column])
    return sorted({value for value in values if value is not None and value is not pd.NA})


def coded(codes: NDArray[Any], categories: Sequence[str]) -> pd.Categorical:
    """Make a categorical column from the positions of its values in ``categories``."""
    return pd.Categorical.from_codes(codes, pd.Index(list(categories), dtype="str"))


def codes_in(categories: Sequence[str], values: pd.Series[Any]) -> NDArray[np.int64]:
    """Give the position in ``categories`` of each value, -1 for values that are not there."""
    values = values.astype("category")
    place = pd.Index(list(categories)).get_indexer(pd.Index(values.cat.categories))
    return np.append(place, -1)[values.cat.codes.to_numpy()].astype(np.int64)


def rows_at(spans: pd.DataFrame, positions: NDArray[Any]) -> NDArray[np.int64]:
    """Give for each position the row of the ordered, separate spans that has it, -1 for none."""
    if spans.empty:
        return np.full(len(positions), -1, np.int64)
    row = np.searchsorted(spans["start"].to_numpy(), positions, side="right") - 1
    return np.where(positions < spans["end"].to_numpy()[row], row, -1).astype(np.int64)
