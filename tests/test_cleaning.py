from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.cleaning import (
    find_blocks,
    find_copies,
    find_repeats,
    parse_date,
    plain,
    with_title,
)
from framing.tokens import scan

LONG = "The talks between the two leaders lasted for more than five hours."
ARTICLE = f"""Macron meets Putin

10 February, 2022, 11:40 am
On Monday he arrived in Moscow

Putin, right, listens. (AP Photo/Thibault Camus, Pool)

{LONG} "We agreed."

No end mark here
"""


def parts(text, title=None):
    return [(block.kind, text[block.start : block.end]) for block in find_blocks(text, title)]


def set_aside(text, title=None):
    tokens = scan([text], [find_blocks(text, title)])
    aside, repeats = find_repeats(tokens)
    assert [repeat.sentence for repeat in repeats] == list(aside.nonzero()[0])

    def sentence(number):
        return text[tokens.sentence_start[number] : tokens.sentence_end[number]]

    return [(sentence(repeat.sentence), repeat.first) for repeat in repeats]


# ---------------------------------------------------------------------------- blocks


def test_the_parts_of_an_article():
    assert parts(ARTICLE) == [
        ("title", "Macron meets Putin"),
        ("dateline", "10 February, 2022, 11:40 am"),
        ("standfirst", "On Monday he arrived in Moscow"),
        ("caption", "Putin, right, listens."),
        ("credit", "(AP Photo/Thibault Camus, Pool)"),
        ("body", f'{LONG} "We agreed."'),
        ("body", "No end mark here"),
    ]


def test_one_line_is_body():
    assert parts("Macron meets Putin") == [("body", "Macron meets Putin")]
    assert parts("  Macron meets Putin \n\n", "Macron meets Putin") == [
        ("body", "Macron meets Putin")
    ]
    assert parts(" \n ") == []


@pytest.mark.parametrize(
    ("text", "title", "kind"),
    [
        ("They met.\nThey talked.", None, "body"),
        ("They met.\nThey talked.", "They met.", "title"),
        ("They met\nThey talked.", "They talked", "body"),
        ("Why did they meet?”\nThey talked.", None, "body"),
        ("10 February 2022\nThey talked.", None, "dateline"),
    ],
)
def test_the_first_line(text, title, kind):
    assert find_blocks(text, title)[0].kind == kind


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("2022-02-10", "dateline"),
        ("Thursday, February 10, 2022", "dateline"),
        ("Published: 10 Feb. 2022 at 11:40 GMT", "dateline"),
        ("11:40 am", "dateline"),
        ("On 10 February 2022", "standfirst"),
        ("In 10 February 2022 they met.", "body"),
        ("Photo: AFP", "credit"),
        ("(Reporting by A. Smith; editing by B. Jones)", "credit"),
        ("[Getty Images/Handout]", "credit"),
        ("He left (again)", "standfirst"),
        ("word " * 40, "standfirst"),
        ("word " * 41, "body"),
        ("Ends with a mark:", "body"),
    ],
)
def test_the_second_line(line, kind):
    assert find_blocks(f"Title\n{line}\nThey talked.")[1].kind == kind


@settings(deadline=None)
@given(st.text(st.sampled_from('aB. \n\r\t\u2028\x1f\0()[]",:10')), st.none() | st.text("aB."))
def test_blocks_are_disjoint_in_order_and_cover_all_text(text, title):
    blocks = find_blocks(text, title)
    end, covered = 0, ""
    for block in blocks:
        assert end <= block.start < block.end
        end = block.end
        covered += text[block.start : block.end]
        assert "\n" not in text[block.start : block.end]
    assert "".join(covered.split()) == "".join(text.split())
    assert [block.kind for block in blocks].count("title") <= 1


# ---------------------------------------------------------------------------- repeats


def test_the_first_copy_stays():
    text = f"Title\n{LONG} Thank you.\n{LONG.upper()} So it was. Thank you."
    assert set_aside(text) == [(LONG.upper(), 1)]


def test_punctuation_does_not_matter_and_words_do():
    text = f"{LONG}\n“{LONG[:-1]}!”\n{LONG.replace('five', 'six')}"
    assert set_aside(text) == [(f"“{LONG[:-1]}!”", 0)]


def test_a_repeated_paragraph_goes_as_a_whole():
    paragraph = "Thank you. We have had long and useful talks."
    text = f"{paragraph}\nSomething else.\n{paragraph}"
    assert set_aside(text) == [("Thank you.", 0), ("We have had long and useful talks.", 1)]
    assert set_aside("Thank you.\nThank you.") == []


def test_a_credit_goes_with_its_caption():
    caption = "Putin, right, listens during a conference. (AP Photo)"
    text = f"Title\n{caption}\n{caption}\n{LONG} (AP Photo)\nPhoto: AFP\nPhoto: AFP"
    assert set_aside(text) == [("Putin, right, listens during a conference.", 1), ("(AP Photo)", 4)]
    two = "Putin, right, listens. Macron, left, talks about peace. (AP)"
    assert [words for words, _ in set_aside(f"Title\n{two}\n{two}\n{LONG}")] == [
        "Putin, right, listens.",
        "Macron, left, talks about peace.",
        "(AP)",
    ]


def test_repeats_never_cross_articles():
    texts = [LONG, LONG]
    tokens = scan(texts, [find_blocks(text) for text in texts])
    assert not find_repeats(tokens)[0].any()


def test_copies_have_the_same_words():
    texts = ["A b.", "a, B!", "b a", "", "", "A b"]
    tokens = scan(texts, [find_blocks(text) for text in texts])
    assert list(find_copies(tokens)) == [0, 0, 2, 3, 4, 0]


# ---------------------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2022-02-10", datetime(2022, 2, 10)),
        (" 2022/02/10 ", datetime(2022, 2, 10)),
        ("20220210", datetime(2022, 2, 10)),
        ("2022-02-10T11:40", datetime(2022, 2, 10, 11, 40)),
        ("2022-02-10 11:40:05.123+03:00", datetime(2022, 2, 10, 11, 40, 5)),
        ("2022-02-10T23:40:05Z", datetime(2022, 2, 10, 23, 40, 5)),
        ("10 February 2022", datetime(2022, 2, 10)),
        ("1 Sept. 2022", datetime(2022, 9, 1)),
        ("10 february, 2022", datetime(2022, 2, 10)),
        ("February 10, 2022", datetime(2022, 2, 10)),
        ("Feb 10 2022", datetime(2022, 2, 10)),
        ("01/02/2022", None),
        ("2022-02/10", None),
        ("2022-13-01", None),
        ("30 February 2022", None),
        ("10 Ma 2022", None),
        ("10 Mai 2022", None),
        ("2022", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates(text, date):
    assert parse_date(text) == date


@settings(deadline=None)
@given(st.datetimes(min_value=datetime(1000, 1, 1)))
def test_iso_dates_are_read_as_they_stand(date):
    assert parse_date(date.isoformat()) == date.replace(microsecond=0)


@pytest.mark.parametrize(
    ("text", "title", "result"),
    [
        ("Body.", "", ("Body.", None)),
        ("Body.", " Talks\n go on ", ("Talks go on\n\nBody.", "Talks go on")),
        ("\n Talks  go on \r\nBody.", "Talks go on", ("\n Talks  go on \r\nBody.", "Talks  go on")),
        ("Talks go on and on\nBody.", "Talks", ("Talks\n\nTalks go on and on\nBody.", "Talks")),
    ],
)
def test_titles(text, title, result):
    assert with_title(text, title) == result
    if title:
        assert find_blocks(*result)[0].kind == "title"


def test_broken_characters():
    assert plain("a\ud800\udc00b\U0001f600") == "a\ufffd\ufffdb\U0001f600"
