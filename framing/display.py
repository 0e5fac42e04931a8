"""How framing shows things: escaped text, highlighted spans, frame colours, pages to save."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterable, Sequence
from itertools import cycle, pairwise
from pathlib import Path
from typing import NamedTuple

from framing.files import write_atomically

# Notebook programs drop style sheets, variables and scripts from notebooks they do not trust, so
# everything here is styled in place and with its own text and background colour: it must be
# legible on a dark page as well. The class keeps MathJax away from "$5 to $6".
NO_MATHS = "mathjax_ignore tex2jax_ignore"
PAPER, INK, QUIET, RULE = "#ffffff", "#1a1a1a", "#595959", "#d0d0d0"


# ---------------------------------------------------------------------------- text


# ASCII's control characters but tab and the line ends, those from U+0080, and lone surrogates.
_NOT_FOR_PAGES = dict.fromkeys(
    (*range(9), 11, 12, *range(14, 32), *range(0x7F, 0xA0), *range(0xD800, 0xE000)), "\ufffd"
)


def visible(text: str) -> str:
    """Return the text with the characters that no page can carry made visible, one for one.

    Control characters other than tab and the line ends, and lone surrogates, become U+FFFD (�).
    Everything else stays, invisible characters such as the zero-width space included.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Text of the same length.

    Examples
    --------
    >>> visible("a" + chr(0) + "b")
    'a�b'
    """
    return text.translate(_NOT_FOR_PAGES)


def escape(text: str) -> str:
    """Return the text so that a page shows it as it is, between tags or in an attribute.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Text without a single character that HTML would take for its own.

    Examples
    --------
    >>> escape('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    # A bare carriage return would be read as a line feed, so it is written by its number.
    return html.escape(visible(text), quote=True).replace("\r", "&#13;")


def isolate(text: str) -> str:
    """Escape the text and keep its writing direction from disturbing what stands around it.

    Parameters
    ----------
    text : str
        Any text, such as a headline in Arabic.

    Returns
    -------
    str
        HTML.

    Examples
    --------
    >>> isolate("$5 to $6")
    '<bdi dir="auto">$5 to $6</bdi>'
    """
    return f'<bdi dir="auto">{escape(text)}</bdi>'


def one_line(text: str, *, longest: int = 60) -> str:
    """Return the text as a label: on one line and no longer than asked.

    Parameters
    ----------
    text : str
        Any text, such as the name of a frame or a word.
    longest : int, default 60
        Number of characters from which on the text is cut and an ellipsis put.

    Returns
    -------
    str
        The label.

    Examples
    --------
    >>> one_line("two  words", longest=5)
    'two …'
    """
    label = visible(" ".join(text.split()))
    return label if len(label) <= longest else label[: longest - 1] + "…"


# ---------------------------------------------------------------------------- highlighted spans


def plural(number: int, noun: str) -> str:
    """Count things in words, with commas in thousands.

    Examples
    --------
    >>> plural(1, "article"), plural(1200, "word")
    ('1 article', '1,200 words')
    """
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def quote(value: object) -> str:
    """Put a text in quotation marks for a message; anything else as it is.

    Examples
    --------
    >>> quote("Courier"), quote(3)
    ('"Courier"', '3')
    """
    return f'"{value}"' if isinstance(value, str) else str(value)


class Note(NamedTuple):
    """A short sign beside a span, which is no part of the text."""

    text: str
    style: str
    title: str = ""


class Span(NamedTuple):
    """A stretch of text to be highlighted, and the signs before and after it."""

    start: int
    end: int
    style: str = ""
    title: str = ""
    mark: bool = False
    before: tuple[Note, ...] = ()
    after: tuple[Note, ...] = ()


def highlight(text: str, spans: Sequence[Span], *, start: int = 0, end: int | None = None) -> str:
    """Render a text with its spans highlighted; spans may overlap in any way.

    The text is cut wherever a span begins or ends. A piece has the styles of all spans that
    cover it, those given later winning, and their titles, one a line. Without the notes, which
    are ``<sup class="framing-note">`` elements, the page's text is exactly the text given.

    Parameters
    ----------
    text : str
        The whole text, to which the positions of the spans refer.
    spans : sequence of Span
        What to highlight. What lies outside the part shown is cut off.
    start, end : int, optional
        The part of the text to show; all of it if left out.

    Returns
    -------
    str
        HTML in one line, to be put inside an element.

    Examples
    --------
    >>> highlight("war & peace", [Span(6, 11, "color:#000000", "unity", mark=True)])
    'war &amp; <mark style="color:#000000" title="unity">peace</mark>'
    """
    stop = len(text) if end is None else min(end, len(text))
    start = min(max(start, 0), stop)
    shown = [
        span._replace(start=max(span.start, start), end=min(span.end, stop))
        for span in spans
        if span.start < stop and span.end > start and span.start < span.end
    ]
    cuts = sorted({start, stop, *(s.start for s in shown), *(s.end for s in shown)})
    parts = []
    for left, right in pairwise(cuts):
        covering = [span for span in shown if span.start <= left and right <= span.end]
        parts += [_note(note) for span in shown if span.start == left for note in span.before]
        parts.append(_piece(text[left:right], covering))
        parts += [_note(note) for span in shown if span.end == right for note in span.after]
    return "".join(parts)


def _piece(text: str, spans: Sequence[Span]) -> str:
    style = ";".join(span.style for span in spans if span.style)
    title = "\n".join(span.title for span in spans if span.title)
    if not (style or title):
        return escape(text)
    tag = "mark" if any(span.mark for span in spans) else "span"
    return f"<{tag}{_attributes(style, title)}>{escape(text)}</{tag}>"


def _note(note: Note) -> str:
    # dir isolates the sign: a Latin letter must not reorder the Arabic words around it.
    attributes = _attributes(note.style, note.title)
    return f'<sup class="framing-note" dir="ltr"{attributes}>{escape(note.text)}</sup>'


def _attributes(style: str, title: str) -> str:
    named = (("style", style), ("title", title))
    return "".join(f' {name}="{escape(value)}"' for name, value in named if value)


# ---------------------------------------------------------------------------- frame colours


class FrameStyle(NamedTuple):
    """The colour and letter that stand for a frame in every picture."""

    name: str
    letter: str
    colour: str

    @property
    def tint(self) -> str:
        """The colour made light enough for dark text on it."""
        return mix(self.colour, PAPER, share=0.3)

    @property
    def on_colour(self) -> str:
        """The text colour that reads best on the frame's colour."""
        return max((INK, PAPER), key=lambda text: contrast(text, self.colour))


# The colours of Okabe and Ito, which colour-blind readers can tell apart, and, for codebooks of
# more frames, some of Tol's "muted" scheme.
_BUILTIN = {
    "de-escalation": ("D", "#0072B2"),
    "security": ("S", "#009E73"),
    "unity": ("U", "#CC79A7"),
    "escalation": ("E", "#D55E00"),
    "threat": ("T", "#E69F00"),
    "division": ("V", "#56B4E9"),
}
_PALETTE = (
    *(colour for _, colour in _BUILTIN.values()),
    *("#F0E442", "#332288", "#999933", "#882255", "#44AA99", "#DDCC77", "#117733", "#AA4499"),
)


def frame_styles(names: Iterable[str]) -> dict[str, FrameStyle]:
    """Give every frame a colour and a letter of its own, always the same for the same frames.

    The frames of the built-in codebooks have fixed ones. Any other frame takes, in the order
    given, the next colour that is free and the first letter of its name that is free. Beyond
    fourteen frames the colours come round again; the letters never do.

    Parameters
    ----------
    names : iterable of str
        Names of the frames, in the order of their codebook.

    Returns
    -------
    dict of str to FrameStyle
        One style per name, in the same order.

    Examples
    --------
    >>> {name: style.letter for name, style in frame_styles(["security", "sport"]).items()}
    {'security': 'S', 'sport': 'P'}
    """
    wanted = list(dict.fromkeys(names))
    styles = {n: FrameStyle(n, *_BUILTIN[n]) for n in wanted if n in _BUILTIN}
    letters = {style.letter for style in styles.values()}
    taken = {style.colour for style in styles.values()}
    colours = cycle([colour for colour in _PALETTE if colour not in taken])
    for name in wanted:
        if name not in styles:
            letter = _free_letter(name, letters)
            letters.add(letter)
            styles[name] = FrameStyle(name, letter, next(colours))
    return {name: styles[name] for name in wanted}


def _free_letter(name: str, taken: set[str]) -> str:
    candidates = [c.upper() for c in (*name, *"ABCDEFGHIJKLMNOPQRSTUVWXYZ") if c.isalpha()]
    # "ß".upper() has two letters, and a frame's sign is one
    free = (letter for letter in candidates if len(letter) == 1 and letter not in taken)
    return next(free, None) or next(str(n) for n in range(1, len(taken) + 2) if str(n) not in taken)


# ---------------------------------------------------------------------------- speaker colours


class SpeakerStyle(NamedTuple):
    """The initials and the colour that stand for a speaker in one article."""

    name: str
    initials: str
    colour: str

    @property
    def tint(self) -> str:
        """The colour made so light that it is no more than a ground."""
        return mix(self.colour, PAPER, share=0.13)

    @property
    def on_colour(self) -> str:
        """The text colour that reads on the speaker's colour."""
        return PAPER


# Duller than the colours of frames, so that the two are not mistaken for each other, and dark
# enough for white initials.
_SPEAKERS = ("#4a6285", "#7a5c2e", "#4f7355", "#75527a", "#3b6d75", "#8a4f44")
UNKNOWN = SpeakerStyle("unknown speaker", "?", "#6e6e6e")


def speaker_styles(names: Iterable[str]) -> dict[str, SpeakerStyle]:
    """Give every speaker a colour and initials, always the same for the same names in order.

    After six speakers the colours come round again; the initials never do.

    Parameters
    ----------
    names : iterable of str
        Names of the speakers, in the order in which they first speak.

    Returns
    -------
    dict of str to SpeakerStyle
        One style per name, in the same order.

    Examples
    --------
    >>> styles = speaker_styles(["Emmanuel Macron", "the Kremlin", "Elena Moss"])
    >>> [style.initials for style in styles.values()]
    ['EM', 'K', 'EM2']
    """
    styles: dict[str, SpeakerStyle] = {}
    taken = {UNKNOWN.initials}
    for name, colour in zip(dict.fromkeys(names), cycle(_SPEAKERS), strict=False):
        first = _initials(name)
        numbered = (f"{first}{n}" for n in range(2, len(taken) + 3))
        free = next(sign for sign in (first, *numbered) if sign not in taken)
        taken.add(free)
        styles[name] = SpeakerStyle(name, free, colour)
    return styles


def _initials(name: str) -> str:
    """First letters of up to three words: of those with a capital if there are any."""
    first = [next((c for c in word if c.isalnum()), "") for word in name.split()]
    letters = [c for c in first if c]
    return "".join([c for c in letters if c.isupper()] or letters)[:3] or "S"


# ---------------------------------------------------------------------------- colours


def mix(colour: str, other: str, *, share: float) -> str:
    """Mix two colours.

    Parameters
    ----------
    colour, other : str
        Colours such as ``#0072B2``.
    share : float
        How much of the first, 0 to 1.

    Returns
    -------
    str
        The mixed colour.

    Examples
    --------
    >>> mix("#000000", "#ffffff", share=0.5)
    '#808080'
    """
    pairs = zip(_rgb(colour), _rgb(other), strict=True)
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


def contrast(text: str, background: str) -> float:
    """Contrast of two colours after the Web Content Accessibility Guidelines.

    Parameters
    ----------
    text, background : str
        Colours such as ``#0072B2``.

    Returns
    -------
    float
        From 1 (the same) to 21 (black on white). Text should have 4.5 or more.

    Examples
    --------
    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    dark, light = sorted((_luminance(text), _luminance(background)))
    return (light + 0.05) / (dark + 0.05)


def _rgb(colour: str) -> tuple[int, ...]:
    if not re.fullmatch("#[0-9a-fA-F]{6}", colour):
        raise ValueError(f"{colour!r} is not a colour such as #0072B2.")
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def _luminance(colour: str) -> float:
    parts = (value / 255 for value in _rgb(colour))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# ---------------------------------------------------------------------------- the object shown

# What a saved page may do: nothing but show its own text, styles and embedded pictures.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 0; background: #ececec; }}
main {{ max-width: 60em; margin: 0 auto; padding: 1.5em; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #1e1e1e; }} }}
@media print {{ body {{ background: none; }} main {{ max-width: none; padding: 0; }} }}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


class HtmlView:
    """Something to look at: a notebook shows it by itself, and it can be saved as a web page.

    Parameters
    ----------
    body : str
        HTML of one element. Whoever builds it has escaped what came from outside.
    title : str
        Title of the page, as plain text.

    Examples
    --------
    >>> HtmlView("<p>Peace</p>", title="A word")
    <HtmlView "A word": a notebook shows it, .save("page.html") writes it>
    """

    def __init__(self, body: str, *, title: str) -> None:
        self._body = body
        self._title = title

    def __repr__(self) -> str:
        title = one_line(self._title)
        return f'<HtmlView "{title}": a notebook shows it, .save("page.html") writes it>'

    def _repr_html_(self) -> str:
        return self._body

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a web page that needs no other file, no network and no script.

        Parameters
        ----------
        path : str or path-like
            The file to write, such as ``article.html``. Its folder is made if need be.

        Returns
        -------
        Path
            The file written.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     HtmlView("<p>Peace</p>", title="A word").save(f"{folder}/word.html").name
        'word.html'
        """
        page = _PAGE.format(
            policy=escape(_POLICY), title=escape(one_line(self._title)), body=self._body
        )
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(target, page.encode("utf-8", "replace"))
        return target
