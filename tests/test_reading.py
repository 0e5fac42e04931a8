import html
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_display import HOSTILE, text_of

import framing as fr
from framing import reading
from framing.codebook import Codebook, Frame, Pattern
from framing.display import UNKNOWN, contrast, frame_styles, speaker_styles, visible
from framing.tables import as_table

# The properties that JupyterLab 4 keeps on notebooks that it does not trust.
KEPT = {
    *("background-color", "background-image", "border", "border-bottom", "border-radius"),
    *("border-top", "color"),
    *("display", "flex", "font-family", "font-size", "font-style", "font-weight", "line-height"),
    *("margin", "margin-left", "margin-right", "margin-top", "max-width", "min-width"),
    *("overflow-wrap", "padding", "padding-bottom", "padding-right", "text-decoration"),
    "white-space",
}
ARTICLE = Path(__file__).parents[1] / "corpus" / "macron_moscow_2022-02-10.txt"


@pytest.fixture
def codebook():
    return Codebook(
        "small",
        (
            Frame("security", (Pattern("security"), Pattern("common guarantees"))),
            Frame("unity", (Pattern("unity"), Pattern("common guarantees"))),
            Frame("de-escalation", (Pattern("peace"), Pattern("talks", review=True))),
            Frame("<threat>", (Pattern("threat*"),)),
        ),
        version="1",
    )


@pytest.fixture
def page(codebook):
    text = (
        "A headline on talks\n10 February 2022\nThere will never be peace without unity.\n"
        'They want "common guarantees" and security for everyone here.\n'
        "They want common guarantees and security for everyone here. New text."
    )
    return fr.show_article(text, codebook)._repr_html_()


def marks(page):
    """Style, title and words of each highlighted mention."""
    return re.findall(r'<mark style="([^"]*)" title="([^"]*)">([^<]*)</mark>', page)


def test_every_mention_is_marked_with_letter_and_frame(page):
    assert [words for *_, words in marks(page)][:3] == ["talks", "peace", "unity"]
    assert page.count('title="unity">U</sup>') == 3
    assert page.count('title="security">S</sup>') == 4


def test_negated_and_review_mentions_look_different(page):
    styles = {words: style for style, _, words in marks(page)}
    assert "text-decoration:line-through" in styles["peace"]
    assert "3px dotted" in styles["talks"]
    assert "3px solid" in styles["peace"]


def test_hover_text_says_where_and_how(page):
    titles = {words: title for _, title, words in marks(page)}
    assert titles["talks"] == (
        "de-escalation (D)\npattern: talks\ntitle, sentence 1\nvoice: headline\nunder review"
    )
    assert "negated" in titles["peace"]


def test_two_frames_on_the_same_words_share_a_mark(page):
    style, title, _ = next(mark for mark in marks(page) if mark[2] == "common guarantees")
    assert "linear-gradient(to bottom, " in style
    assert "security (S)" in title
    assert "unity (U)" in title
    assert "in quotation marks" in title
    assert re.search("common guarantees</mark><sup[^>]*>S</sup><sup[^>]*>U</sup>", page)


def test_legend_counts_what_is_counted(page):
    legend = re.sub("<[^>]*>", "", page[: page.index("framing-text")])
    assert "D de-escalation 2 (1 negated, 1 under review)" in legend
    assert "S security 2" in legend
    assert "U unity 2" in legend
    assert "&lt;threat&gt; 0" in legend
    assert "6 mentions in 22 counted words (of 34)" in legend


def test_what_is_not_counted_says_so(page):
    assert "dateline<br>not counted" in page
    assert "set aside: repeats sentence 4" in page


def test_repeated_paragraph_is_labelled_once(codebook):
    line = "They want security for everyone in the whole of Europe."
    page = fr.show_article(f"Head\n{line}\n{line}", codebook)._repr_html_()
    assert "body<br>set aside: repeats sentence 2" in page
    assert page.count("set aside") == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_articles_and_names_stay_inert(text, codebook):
    corpus = fr.Corpus.from_texts([f"{text} security"])
    page = fr.show_article(corpus, codebook)._repr_html_()
    assert "<script" not in page
    assert 'class="framing-article mathjax_ignore tex2jax_ignore"' in page
    assert "".join(shown(page).split()) == "".join(visible(f"{text} security").split())


def bare(text):
    """The text without white space, some of which is control characters shown as U+FFFD."""
    return "".join(text.replace("\ufffd", " ").split())


def shown(page):
    return "".join(
        text_of(part)
        for part in re.findall(r'framing-text"[^>]*>(.*?)</div>', page, flags=re.DOTALL)
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=30) | st.sampled_from(HOSTILE), max_size=5).map("\n".join))
def test_nothing_of_the_text_is_lost(text):
    codebook = Codebook.from_patterns("any", {"a": ["a*"], "b": ["(a|b|c)*"]})
    corpus = fr.Corpus.from_texts([text])
    page = fr.show_article(corpus, codebook)._repr_html_()
    assert bare(shown(page)) == bare(visible(corpus.texts[0]))


def test_jupyterlab_keeps_every_style(page):
    used = {
        declaration.split(":")[0]
        for style in re.findall('style="([^"]*)"', page)
        for declaration in style.split(";")
    }
    assert used <= KEPT
    assert not re.search("<(style|script|svg|link|a) ", page)


def test_text_is_legible_on_its_background(page):
    for style in re.findall('style="([^"]*)"', page):
        found = dict(part.split(":", 1) for part in style.split(";"))
        if "color" in found:
            assert contrast(found["color"], found.get("background-color", "#ffffff")) >= 4.5


def test_one_article_must_be_chosen(codebook):
    corpus = fr.Corpus.from_texts([f"text {n}" for n in range(7)])
    ids = list(corpus.articles["article_id"])
    with pytest.raises(fr.CorpusError, match=f'7: "{ids[0]}".* and 2 more; choose one'):
        fr.show_article(corpus, codebook)
    assert "text 3" in shown(fr.show_article(corpus, codebook, article_id=ids[3])._repr_html_())
    with pytest.raises(fr.CorpusError, match="nowhere"):
        fr.show_article(corpus, codebook, article_id="nowhere")
    with pytest.raises(fr.CorpusError, match="no article"):
        fr.show_article(corpus.where(constructed=True), codebook)


def test_constructed_articles_say_so(codebook, tmp_path):
    (tmp_path / "a.txt").write_text("Peace.", encoding="utf-8")
    (tmp_path / "metadata.csv").write_text(
        "path,source,date,constructed\na.txt,Courier,2022-02-10,true\n", encoding="utf-8"
    )
    page = fr.show_article(fr.read_corpus(tmp_path), codebook)._repr_html_()
    assert "constructed: written for demonstration, not published news" in page
    assert "Courier" in page
    assert "2022-02-10" in page


def test_the_article_of_the_corpus(codebook, tmp_path):
    corpus = fr.read_corpus(ARTICLE.parent).where(constructed=False)
    view = fr.show_article(corpus, codebook)
    assert "set aside: repeats sentences" in view._repr_html_()
    assert view.save(tmp_path / "article.html").stat().st_size > 5000


# ---------------------------------------------------------------------------- who speaks

SPEECH = 'Head\nThey said peace is near. "Security for all", she told us of threats.'
STRETCHES = [  # words, voice, speaker, certainty, counted words
    ("Head", "headline", None, np.nan, 1),
    ("They said", "journalist", None, np.nan, 2),
    ("peace is near.", "indirect", "<b>Elena</b> Moss", 0.5, 3),
    ('"Security for all"', "quoted", "Ana $x$ Brun", 0.9, 3),
    ("she told us", "journalist", None, np.nan, 3),
    ("of threats.", "quoted", None, np.nan, 2),
]


@pytest.fixture
def heard(monkeypatch):
    """Let the voices of `SPEECH` be those of `STRETCHES`."""
    words, voice, speaker, certainty, n_words = zip(*STRETCHES, strict=True)
    corpus = fr.Corpus.from_texts([SPEECH, "Another text."])
    ids = list(corpus.articles["article_id"])
    start = [corpus.texts[0].index(part) for part in words]
    table = as_table(
        "voices",
        {
            "article_id": ids[:1] * 6 + ids[1:],
            "source": ["s"] * 7,
            "start": [*start, 0],
            "end": [*(at + len(part) for at, part in zip(start, words, strict=True)), 13],
            "text": [*words, "Another text."],
            "voice": [*voice, "quoted"],
            "speaker": [*speaker, "Nobody Here"],
            "speaker_id": [*speaker, "Nobody Here"],
            "certainty": [*certainty, 1.0],
            "n_words": [*n_words, 2],
            "constructed": [False] * 7,
        },
    )
    found = pd.DataFrame({"article_id": ids[:1], "start": [start[3]], "end": [start[3] + 19]})
    found = found.assign(voice="quoted", rule="verb after")
    monkeypatch.setattr(reading, "find_voices", lambda _: table)
    monkeypatch.setattr(reading, "voices_of", lambda _: SimpleNamespace(quotations=found))
    return corpus


@pytest.fixture
def spoken(heard, codebook):
    return fr.show_article(
        heard, codebook, article_id=heard.articles["article_id"][0]
    )._repr_html_()


def pieces(page):
    """Style and title of each highlighted piece of text, by its words."""
    found = re.findall(r'<(?:mark|span) style="([^"]*)" title="([^"]*)">([^<]*)<', page)
    return {words: (style, html.unescape(title)) for style, title, words in found}


def test_speech_has_a_band_in_the_colour_of_its_speaker(spoken):
    moss, brun = speaker_styles(["<b>Elena</b> Moss", "Ana $x$ Brun"]).values()
    parts = pieces(spoken)
    assert f"border-top:3px dashed {moss.colour}" in parts[" is near."][0]
    assert f"border-top:3px solid {brun.colour}" in parts[" for all&quot;"][0]
    assert f"background-color:{brun.tint}" in parts[" for all&quot;"][0]
    assert f"border-top:3px solid {UNKNOWN.colour}" in parts["of "][0]
    assert "she told us" not in "".join(parts)


def test_a_mention_keeps_its_frame_under_the_band(spoken):
    style, title = pieces(spoken)["Security"]
    frame = frame_styles(["security"])["security"]
    assert style.rindex(frame.tint) > style.rindex("border-top:3px solid")
    assert f"border-bottom:3px solid {frame.colour}" in style
    assert title.startswith("quoted: Ana $x$ Brun\ncertainty 0.90\nrule: verb after\nsecurity (S)")


def test_hover_says_when_a_speaker_is_unsure_or_unknown(spoken):
    parts = pieces(spoken)
    assert parts[" is near."][1] == "indirect: <b>Elena</b> Moss (unsure)\ncertainty 0.50"
    assert parts["of "][1] == "quoted: unknown speaker"


def test_initials_stand_where_speech_begins(spoken):
    signs = re.findall(r'<sup[^>]*title="(?:quoted|indirect)[^>]*>([^<]*)</sup>', spoken)
    assert signs == ["M?", "AB", "?"]


def test_legend_lists_speakers_and_voices(spoken):
    legend = re.sub("<[^>]*>", "", spoken[: spoken.index("framing-text")])
    assert "AB Ana $x$ Brun 3 words, 1 mention\n" in legend
    assert "M &lt;b&gt;Elena&lt;/b&gt; Moss 0 words, 0 mentions, and 3 words unsure\n" in legend
    assert "? unknown speaker 5 words, 2 mentions\n" in legend
    assert "Words by voice: headline 1, journalist 5 at most, quoted 5, indirect 3." in legend
    assert "Nobody Here" not in spoken


def test_page_with_speakers_is_inert_legible_and_whole(spoken, heard):
    test_jupyterlab_keeps_every_style(spoken)
    test_text_is_legible_on_its_background(spoken)
    assert "<b>" not in spoken
    assert bare(shown(spoken)) == bare(heard.texts[0])
