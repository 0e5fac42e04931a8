"""An article as the machine reads it: frames and speakers in colour, the uncounted in grey."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from framing.cleaning import find_repeats
from framing.codebook import Codebook
from framing.corpus import Corpus, as_corpus
from framing.display import (
    INK,
    NO_MATHS,
    PAPER,
    QUIET,
    RULE,
    UNKNOWN,
    FrameStyle,
    HtmlView,
    Note,
    Span,
    SpeakerStyle,
    escape,
    frame_styles,
    highlight,
    isolate,
    one_line,
    plural,
    speaker_styles,
)
from framing.matching import find_matches
from framing.tables import (
    BLOCKS,
    SPOKEN,
    UNCOUNTED_BLOCKS,
    UNSURE,
    VOICES,
    CorpusError,
    rows_at,
)
from framing.tokens import Tokens
from framing.voices import find_voices, voices_of

_CARD = (
    f"background-color:{PAPER};color:{INK};border:1px solid {RULE};border-radius:6px;"
    "padding:16px 20px;max-width:60em;font-family:Helvetica, Arial, sans-serif;"
    "font-size:15px;line-height:1.65"
)
_SMALL = f"color:{QUIET};font-size:13px;line-height:1.5"
_BADGE = "border-radius:3px;padding:0 4px;font-weight:700;line-height:1.3"
_NUMBER = f"color:{QUIET};font-size:10px;line-height:1;margin-right:2px"
_ASIDE = f"color:{QUIET};font-size:11px;line-height:1;font-style:italic;margin-left:4px"
_CONSTRUCTED = "constructed: written for demonstration, not published news"
_LISTED = 5  # ids named in an error message


def show_article(
    corpus: Corpus | str | Sequence[str], codebook: Codebook, *, article_id: str | None = None
) -> HtmlView:
    """Show one article with frames and speakers in colour and with what was not counted in grey.

    Every mention has the colour and the letter of its frame. Negated mentions are struck through,
    those of patterns under review have a dotted line; both are counted. Quoted words have a band
    above them in the colour of their speaker and begin with the speaker's initials; where the
    speech is indirect the band is dashed. The dateline, credits and repeated text are grey and not
    counted. Pointing at words shows whose they are and how sure that is; at a mention also its
    frame, pattern, place and marks.

    Parameters
    ----------
    corpus : Corpus, str or sequence of str
        The article, as a corpus or as text.
    codebook : Codebook
        The frames and their patterns.
    article_id : str, optional
        Which article to show; needed if there are several.

    Returns
    -------
    HtmlView
        A notebook shows it by itself; ``.save("article.html")`` writes it as a web page.

    Raises
    ------
    CorpusError
        If there are several articles and none is chosen, or if the one chosen is not there.

    See Also
    --------
    find_matches : the mentions as a table.
    find_voices : whose words the words are, as a table.

    Examples
    --------
    >>> import framing as fr
    >>> codebook = fr.Codebook.from_patterns("calm", {"calm": ["peace talks", "calm*"]})
    >>> fr.show_article("Peace talks calmed nobody.", codebook)
    <HtmlView "1 (calm)": a notebook shows it, .save("page.html") writes it>
    """
    corpus = as_corpus(corpus)
    article = _choose(corpus, article_id)
    row = article.articles.iloc[0]
    # The names of the speakers, and who is meant by "he", are those found in the whole corpus.
    voices = _voices(corpus, row["article_id"])
    matches = find_matches(article, codebook, set_aside=True)
    at = rows_at(voices, matches["start"].to_numpy())
    matches = matches.assign(whose=voices["whose"].array.take(at, allow_fill=True))
    matches = matches.assign(spoken_as=voices["voice"].array.take(at, allow_fill=True))
    styles = frame_styles(frame.name for frame in codebook.counted)
    speakers = _speakers(voices)
    spans = [*_speech(voices, speakers), *_mentions(matches, styles)]
    parts = [
        _header(row),
        _legend(matches, styles, row, codebook),
        _voice_legend(voices, matches, speakers),
        *_blocks(article.texts[0], article.tokens, spans),
    ]
    body = f'<div class="framing-article {NO_MATHS}" style="{_CARD}">\n' + "\n".join(parts)
    return HtmlView(body + "\n</div>", title=f"{row['article_id']} ({codebook.label})")


def _choose(corpus: Corpus, article_id: str | None) -> Corpus:
    if article_id is not None:
        return corpus[article_id]
    ids = [str(article) for article in corpus.articles["article_id"]]
    if not ids:
        raise CorpusError("The corpus has no article to show.")
    if len(ids) > 1:
        named = ", ".join(f'"{name}"' for name in ids[:_LISTED])
        more = f" and {len(ids) - _LISTED} more" if len(ids) > _LISTED else ""
        raise CorpusError(
            f"One article can be shown at a time and the corpus has {len(ids)}: {named}{more};"
            f' choose one, as in article_id="{ids[0]}".'
        )
    return corpus


# ---------------------------------------------------------------------------- above the text


def _header(row: pd.Series) -> str:
    facts = [f"<strong>{isolate(str(row['article_id']))}</strong>"]
    facts += [isolate(str(row[name])) for name in ("source",) if not pd.isna(row[name])]
    if not pd.isna(row["date"]):
        facts.append(f"{row['date']:%Y-%m-%d}")
    line = f"<div>{' · '.join(facts)}</div>"
    if row["constructed"]:
        style = f"{_BADGE};background-color:#fff3c4;color:{INK};border:1px solid {INK}"
        line += f'\n<div><span style="{style}">{_CONSTRUCTED}</span></div>'
    return line


def _legend(
    matches: pd.DataFrame, styles: Mapping[str, FrameStyle], row: pd.Series, codebook: Codebook
) -> str:
    counted = matches[~matches["set_aside"].astype(bool)]
    chips = "\n".join(
        f'<span style="display:inline-block;margin:2px 18px 2px 0">{_chip(style, style.letter)} '
        f"{_counts(counted[counted['frame'] == name])}</span>"
        for name, style in styles.items()
    )
    totals = (
        f"{plural(len(counted), 'mention')} in {row['n_words']} counted words"
        f" (of {row['n_words_raw']}), codebook {isolate(codebook.label)}. "
        "Struck through: negated. Dotted line: under review, as the pattern is ambiguous or names "
        "the event. Grey: not counted."
    )
    border = f"border-bottom:1px solid {RULE};margin:6px 0 10px 0;padding-bottom:8px"
    return f'<div style="{border}">\n{chips}\n<div style="{_SMALL}">{totals}</div>\n</div>'


def _chip(style: FrameStyle | SpeakerStyle, sign: str) -> str:
    badge = f"{_BADGE};background-color:{style.colour};color:{style.on_colour}"
    return f'<span style="{badge}">{escape(sign)}</span> {isolate(style.name)}'


def _counts(matches: pd.DataFrame) -> str:
    parts = [f"<strong>{len(matches)}</strong>"]
    parts += [
        f"{int(matches[flag].sum())} {words}"
        for flag, words in (("negated", "negated"), ("review", "under review"))
        if matches[flag].any()
    ]
    return parts[0] + (f' <span style="{_SMALL}">({", ".join(parts[1:])})</span>' * bool(parts[1:]))


# ---------------------------------------------------------------------------- who speaks


def _voices(corpus: Corpus, article_id: str) -> pd.DataFrame:
    """Give the voices of one article, with whose words count as whose and why.

    ``name`` is the speaker found, ``whose`` the one that the words count for, both that of the
    unknown speaker where nobody is named, and NA where nobody is quoted.
    """
    voices = find_voices(corpus)
    voices = voices[voices["article_id"].astype("str") == article_id].sort_values("start")
    spoken = voices["voice"].isin(SPOKEN)
    speaker = voices["speaker"].astype(object)
    name = speaker.where(speaker.notna(), UNKNOWN.name).where(spoken, None)
    sure = speaker.isna() | (voices["certainty"] >= UNSURE)
    whose = name.where(sure, UNKNOWN.name).where(spoken, None)
    found = voices_of(corpus).quotations
    if len(found):
        found = found[found["article_id"].astype("str") == article_id]
    rules = [_rule(found, row) for row in voices.itertuples()]
    return voices.assign(name=name, whose=whose, sure=sure, rule=rules)


def _rule(quotations: pd.DataFrame, stretch: Any) -> str:
    """Name the rule that found the speaker of a stretch: that of the quotation it lies in."""
    rows: Iterable[Any] = quotations.itertuples()
    for row in rows:
        within = row.start < stretch.end and stretch.start < row.end
        if within and row.voice == stretch.voice and not pd.isna(row.rule):
            return str(row.rule)
    return ""


def _speakers(voices: pd.DataFrame) -> dict[str, SpeakerStyle]:
    names = voices["name"].dropna()
    known = speaker_styles(name for name in names if name != UNKNOWN.name)
    unknown = (voices["whose"] == UNKNOWN.name).any()
    return known | ({UNKNOWN.name: UNKNOWN} if unknown else {})


def _band(style: SpeakerStyle, voice: str) -> str:
    line = "solid" if voice == "quoted" else "dashed"
    return f"background-color:{style.tint};border-top:3px {line} {style.colour};padding:1px 0"


def _speech(voices: pd.DataFrame, speakers: Mapping[str, SpeakerStyle]) -> Iterator[Span]:
    """Make a span of every stretch that is quoted or reported."""
    rows: Iterable[Any] = voices[voices["name"].notna()].itertuples()
    for row in rows:
        style = speakers[row.name]
        doubt = "" if row.sure else " (unsure)"
        title = f"{row.voice}: {one_line(row.name)}{doubt}"
        if not pd.isna(row.certainty):
            title += f"\ncertainty {row.certainty:.2f}"
        title += f"\nrule: {one_line(row.rule)}" if row.rule else ""
        initials = Note(style.initials + "?" * (not row.sure), _initials(style), title)
        yield Span(int(row.start), int(row.end), _band(style, row.voice), title, before=(initials,))


def _initials(style: SpeakerStyle) -> str:
    return (
        f"background-color:{style.colour};color:{style.on_colour};border-radius:3px;padding:0 3px;"
        "margin-right:2px;font-size:10px;font-weight:700;line-height:1"
    )


def _voice_legend(
    voices: pd.DataFrame, matches: pd.DataFrame, speakers: Mapping[str, SpeakerStyle]
) -> str:
    counted = matches[~matches["set_aside"].astype(bool)]
    chips = "\n".join(
        f'<span style="display:inline-block;margin:2px 18px 2px 0">'
        f"{_chip(style, style.initials)} "
        f"{_said(voices, counted, name)}</span>"
        for name, style in speakers.items()
    )
    words = voices.groupby("voice", observed=True)["n_words"].sum()
    listed = ", ".join(
        f"{voice} {int(words[voice]):,}" + " at most" * (voice == "journalist")
        for voice in VOICES
        if voice in words.index
    )
    key = (
        f"Words by voice: {listed or 'none'}. Reported speech that is not recognised counts as the "
        "journalist's. Band above the words: solid, quoted; dashed, indirect. Initials with a "
        "question mark: speaker unsure, counted as unknown."
    )
    border = f"border-bottom:1px solid {RULE};margin:6px 0 10px 0;padding-bottom:8px"
    return f'<div style="{border}">\n{chips}\n<div style="{_SMALL}">{key}</div>\n</div>'


def _said(voices: pd.DataFrame, counted: pd.DataFrame, name: str) -> str:
    words = plural(int(voices.loc[voices["whose"] == name, "n_words"].sum()), "word")
    mentions = plural(int((counted["whose"] == name).sum()), "mention")
    unsure = int(voices.loc[(voices["name"] == name) & ~voices["sure"], "n_words"].sum())
    more = f", and {plural(unsure, 'word')} unsure" if unsure else ""
    return f'<span style="{_SMALL}">{words}, {mentions}{more}</span>'


# ---------------------------------------------------------------------------- the text


def _blocks(text: str, tokens: Tokens, marked: Sequence[Span]) -> Iterator[str]:
    """Render each block: its label at the side, its text with speech, mentions and repeats."""
    repeats = {repeat.sentence: repeat.first for repeat in find_repeats(tokens)[1]}
    for block, kind in enumerate(tokens.block_kind):
        sentences = np.flatnonzero(tokens.sentence_block == block).tolist()
        aside = [n for n in sentences if tokens.set_aside[n]]
        whole = bool(aside) and aside == sentences
        label = BLOCKS[kind] + (f"<br>{_set_aside(aside, repeats)}" if whole else "")
        grey = whole or BLOCKS[kind] in UNCOUNTED_BLOCKS
        if grey and not whole:
            label += "<br>not counted"
        spans = [_sentence(n, tokens, repeats, grey=grey) for n in sentences] + [*marked]
        start, end = int(tokens.block_start[block]), int(tokens.block_end[block])
        yield _block(label, highlight(text, spans, start=start, end=end), grey=grey)


def _block(label: str, content: str, *, grey: bool) -> str:
    weight = ";font-weight:700" if label == "title" else ""
    # A block is a paragraph of its own to the rules of writing direction; dir="auto" takes the
    # direction from its first letter, as <bdi> does inside a line.
    return (
        '<div style="display:flex;margin-top:8px">'
        f'<div style="{_SMALL};flex:0 0 118px;padding-right:12px">{label}</div>'
        f'<div class="framing-text" dir="auto" style="color:{QUIET if grey else INK};flex:1 1 0;'
        f'min-width:0;white-space:pre-wrap;overflow-wrap:break-word{weight}">{content}</div></div>'
    )


def _sentence(number: int, tokens: Tokens, repeats: Mapping[int, int], *, grey: bool) -> Span:
    aside = bool(tokens.set_aside[number]) and not grey
    return Span(
        int(tokens.sentence_start[number]),
        int(tokens.sentence_end[number]),
        style=f"color:{QUIET}" if aside else "",
        before=(Note(str(number + 1), _NUMBER, f"sentence {number + 1}"),),
        after=(Note(_set_aside([number], repeats), _ASIDE),) if aside else (),
    )


def _set_aside(sentences: Sequence[int], repeats: Mapping[int, int]) -> str:
    """Say what repeated sentences repeat, counting from 1 as the tables do."""
    first = sorted({repeats[n] + 1 for n in sentences if repeats.get(n, n) != n})
    if not first:
        return "set aside"
    several = f"s {first[0]}–{first[-1]}" if len(first) > 1 else f" {first[0]}"
    return f"set aside: repeats sentence{several}"


def _mentions(matches: pd.DataFrame, styles: Mapping[str, FrameStyle]) -> list[Span]:
    grouped: dict[tuple[int, int], list[Any]] = {}
    rows: Iterable[Any] = matches.itertuples(index=False)
    for match in rows:
        grouped.setdefault((int(match.start), int(match.end)), []).append(match)
    return [_mention(same_words, styles) for same_words in grouped.values()]


def _mention(rows: Sequence[Any], styles: Mapping[str, FrameStyle]) -> Span:
    """Make one span of the mentions that stand on the same words."""
    frames = [styles[row.frame] for row in rows]
    aside = any(row.set_aside for row in rows)
    colour = "#8c8c8c" if aside else frames[-1].colour
    line = "dotted" if any(row.review for row in rows) else "solid"
    style = f"{_ground(frames, aside=aside)};border-bottom:3px {line} {colour}"
    if any(row.negated for row in rows):
        style += ";text-decoration:line-through"
    return Span(
        int(rows[0].start),
        int(rows[0].end),
        style=f"{style};padding:1px 0",
        title="\n\n".join(_hover(row, styles[row.frame]) for row in rows),
        mark=True,
        after=tuple(Note(frame.letter, _tag(frame, aside=aside), frame.name) for frame in frames),
    )


def _ground(frames: Sequence[FrameStyle], *, aside: bool) -> str:
    if aside:
        return f"background-color:{PAPER};color:{QUIET}"
    ground = f"background-color:{frames[0].tint};color:{INK}"
    if len(frames) == 1:
        return ground
    # Several frames on the same words lie in layers, the first on top.
    stops = [
        f"{frame.tint} {round(100 * place / len(frames))}%"
        for number, frame in enumerate(frames)
        for place in (number, number + 1)
    ]
    return f"{ground};background-image:linear-gradient(to bottom, {', '.join(stops)})"


def _tag(frame: FrameStyle, *, aside: bool) -> str:
    colours = (PAPER, QUIET) if aside else (frame.colour, frame.on_colour)
    return (
        f"background-color:{colours[0]};color:{colours[1]};border-radius:3px;padding:0 3px;"
        "margin-left:1px;font-size:10px;font-weight:700;line-height:1"
    )


def _hover(row: Any, style: FrameStyle) -> str:
    lines = [
        f"{one_line(style.name)} ({style.letter})",
        f"pattern: {one_line(row.pattern)}",
        f"{row.block}, sentence {row.sentence}",
    ]
    # Who says it stands with the stretch, whose title is shown as well.
    if pd.isna(row.whose) and not pd.isna(row.spoken_as):
        lines.append(f"voice: {row.spoken_as}")
    signs = {
        "in quotation marks": row.quoted,
        "negated": row.negated,
        "under review": row.review,
        "in repeated text, not counted": row.set_aside,
    }
    return "\n".join([*lines, *(words for words, holds in signs.items() if holds)])
