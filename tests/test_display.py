import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing.display import (
    INK,
    PAPER,
    QUIET,
    HtmlView,
    Note,
    Span,
    contrast,
    escape,
    frame_styles,
    highlight,
    isolate,
    mix,
    one_line,
    visible,
)

BUILTIN = ["de-escalation", "security", "unity", "escalation", "threat", "division"]
HOSTILE = [
    "$5 to $6 and \\(x\\)",
    "<script>alert(1)</script>",
    "\" onmouseover='x' <!-- --> &amp; &lt;",
    "\u202eright to left\u202c שלום سلام",
    "zero\u200bwidth\u200d\ufeff",
    "line\r\nend\rlone\n\ttab\u2028\u2029",
    "e\u0301 नमस्ते 🏳️‍🌈",
    "]]></style></title>",
]


def text_of(page):
    """What a reader gets as text: no notes, no tags, no escapes."""
    without_notes = re.sub(r'<sup class="framing-note".*?</sup>', "", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", "", without_notes))


@st.composite
def texts_with_spans(draw):
    text = draw(st.text(max_size=60) | st.sampled_from(HOSTILE))
    place = st.integers(-3, len(text) + 3)
    note = st.tuples(st.text(max_size=3).map(lambda sign: Note(sign, "color:#000000", sign)))
    spans = draw(
        st.lists(
            st.builds(
                Span,
                start=place,
                end=place,
                style=st.sampled_from(["", "color:#000000"]),
                title=st.text(max_size=8),
                mark=st.booleans(),
                before=note | st.just(()),
                after=note,
            ),
            max_size=5,
        )
    )
    return text, spans


@given(texts_with_spans())
def test_text_of_a_highlighted_page_is_the_text(case):
    text, spans = case
    page = highlight(text, spans)
    assert text_of(page) == visible(text)


@given(texts_with_spans(), st.integers(-5, 70), st.integers(-5, 70))
def test_part_of_a_text(case, start, end):
    text, spans = case
    start, end = max(start, 0), max(end, 0)
    assert text_of(highlight(text, spans, start=start, end=end)) == visible(text[start:end])


@given(st.text())
def test_escaped_text_has_no_character_of_html(text):
    escaped = escape(text)
    assert not set(escaped) & set("<>\"'\r\0")
    assert html.unescape(escaped) == visible(text)
    assert len(visible(text)) == len(text)
    escaped.encode("utf-8")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_as_it_is(text):
    assert visible(text) == text
    assert text_of(isolate(text)) == text
    page = highlight(text, [Span(1, 4, title=text, mark=True, after=(Note(text, "", text),))])
    assert text_of(page) == text
    assert "<script" not in page


def test_control_characters_are_made_visible():
    assert visible("\x00\x1b\x7f\x85\ud800") == "\ufffd" * 5
    assert visible("\t\n\r\u200b") == "\t\n\r\u200b"


def test_a_piece_has_the_styles_and_titles_of_all_its_spans():
    spans = [Span(0, 4, "a:1", "one", mark=True), Span(2, 6, "b:2", "two", mark=True)]
    assert highlight("abcdefg", spans) == (
        '<mark style="a:1" title="one">ab</mark>'
        '<mark style="a:1;b:2" title="one\ntwo">cd</mark>'
        '<mark style="b:2" title="two">ef</mark>g'
    )


def test_notes_stand_before_and_after_their_span():
    page = highlight("ab", [Span(0, 1, before=(Note("1", ""),), after=(Note("D", "", "calm"),))])
    assert re.sub("<[^>]*>", "", page) == "1aDb"
    assert 'dir="ltr" title="calm">D</sup>' in page


def test_one_line():
    assert one_line("a\n\tb") == "a b"
    assert one_line("abcdef", longest=4) == "abc…"


def test_builtin_frames_keep_colour_and_letter():
    styles = frame_styles(BUILTIN)
    assert "".join(style.letter for style in styles.values()) == "DSUETV"
    assert len({style.colour for style in styles.values()}) == 6
    assert frame_styles(["other", *reversed(BUILTIN)])["unity"] == styles["unity"]


def test_other_frames_take_what_is_free():
    styles = frame_styles(["economy", "security", "sport", "$", "", "安全", *"abcdefghijklmnop"])
    assert styles["security"].letter == "S"
    assert styles["economy"].letter == "E"
    assert styles["sport"].letter == "P"
    assert styles["安全"].letter == "安"
    letters = [style.letter for style in styles.values()]
    assert len(set(letters)) == len(letters)
    assert all(len(letter) == 1 for letter in letters)
    first = [styles[name].colour for name in list(styles)[:14]]
    assert len(set(first)) == 14


def test_more_frames_than_letters():
    letters = [style.letter for style in frame_styles(f"{n}" for n in range(60)).values()]
    assert len(set(letters)) == 60


@pytest.mark.parametrize("style", frame_styles([*BUILTIN, *(f"x{n}" for n in range(8))]).values())
def test_colours_have_enough_contrast(style):
    assert contrast(style.on_colour, style.colour) >= 4.5
    assert contrast(INK, style.tint) >= 4.5


def test_contrast_of_the_text_colours():
    assert contrast(INK, PAPER) > 15
    assert contrast(QUIET, PAPER) >= 4.5
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert mix("#ff0000", "#0000ff", share=1) == "#ff0000"
    with pytest.raises(ValueError, match="is not a colour"):
        contrast("red", "#ffffff")


def test_saved_page_stands_alone(tmp_path):
    view = HtmlView("<p>سلام</p>", title="</title><script>x</script>")
    path = view.save(tmp_path / "deep" / "page.html")
    page = path.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert '<meta charset="utf-8">' in page
    assert "<p>سلام</p>" in page
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page
    assert "default-src &#x27;none&#x27;" in page
    assert [file.name for file in path.parent.iterdir()] == ["page.html"]
    assert view._repr_html_() == "<p>سلام</p>"
    assert "page.html" in repr(view)
