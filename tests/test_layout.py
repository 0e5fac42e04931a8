import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import layout
from framing.layout import find_blocks, lay_out

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
        ("Photo: AFP\nThey talked.", None, "credit"),
        ("They met. (Reuters)\nThey talked.", None, "body"),
        ("They met (Reuters)\nThey talked.", None, "title"),
        ("THEY MET\nThey talked.", "“They met.”", "title"),
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
        ("February 10, 2022 Thursday 8:00 AM GMT", "dateline"),
        ("Updated 11:40 AM ET, Thu February 10, 2022", "dateline"),
        ("2022-02-10T11:40:00.000Z", "dateline"),
        ("10 February  2022\t–  11:40", "dateline"),
        ("Thursday", "standfirst"),
        ("10 February 2022 Thursday, at the Kremlin", "standfirst"),
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


@pytest.mark.parametrize(
    "bracket",
    [
        "(AP Photo/J. Scott Applewhite, File)",
        "(Photo: Jo Doe)",
        "(Jo Doe/Pool Photo via AP)",
        "(Photo by Jo Doe/Getty Images)",
        "(Kremlin via Reuters)",
        "(Image: Jo Doe)",
        "[Credit: Jo Doe]",
        "(Handout by the Kremlin)",
        "(Jo Doe, AFP)",
        "(EPA-EFE/Jo Doe)",
        "(PA Media)",
        "(© Reuters)",
        "(File photo)",
        "(AP Photo, taken on Feb. 7)",
    ],
)
def test_a_credit_in_brackets(bracket):
    blocks = parts(f"Title\nPutin, right, listens. {bracket}\nThey talked.")
    assert blocks[1:3] == [("caption", "Putin, right, listens."), ("credit", bracket)]


@pytest.mark.parametrize(
    "line",
    [
        "(The peace talks were held via video link.)",
        "He joined the peace talks (via video link)",
        "They looked at the picture (an image of the pool)",
        "They looked at the wall (picture of Minsk)",
        "He named the government (the Palestinian Authority, PA)",
        "(Reuters was there. It said so)",
        "They left (AP Photo one two three four five six seven eight nine ten eleven twelve)",
        "He left (",
        ")",
    ],
)
def test_a_bracket_that_is_no_credit(line):
    assert parts(f"Title\n{LONG}\n{line}")[2:] == [("body", line)]


def test_an_agency_signs_off():
    line = "The plan was cleared by the White House."
    signed = [("body", line), ("credit", "(AP)")]
    assert parts(f"Title\n{LONG}\n{line} (AP)\n{LONG}")[2:4] == signed
    assert parts(f"{line} (AP)\nThe leaders met.")[:2] == signed
    assert parts(f"{line} (AP)") == signed
    assert parts(f"Title\n{line} (AP)")[1:] == signed
    assert parts(f"Title\n{line} (AP)\n{LONG}")[1:3] == [("caption", line), signed[1]]


def test_a_title_after_datelines():
    text = "10 February 2022\n11:40\nMacron meets Putin\nThey talked."
    kinds = ["dateline", "dateline", "title", "body"]
    assert [kind for kind, _ in parts(text)] == kinds
    assert [kind for kind, _ in parts(text, "Macron meets Putin.")] == kinds
    assert [kind for kind, _ in parts("2022-02-10\nThey met.\nThey talked.")][1] == "body"
    assert [kind for kind, _ in parts("2022-02-10\nMacron meets Putin")][1] != "title"


@pytest.mark.parametrize(
    "line",
    [
        "10:30" + " " * 20_000 + "x",
        "10:30" + " " * 70 + "x",
        "10:30" + ",|-at" * 15 + "x",
        "Mon " * 19 + "1",
        "(" * 20_000,
        "(AP" * 9_000 + ")",
        "(" + "via AP / " * 9_000 + ")",
        "(" + ",/ " * 50 + ")",
        "photo" + " " * 20_000 + "x",
        "Photo:" + " " * 20_000,
        "(reporting by " + " " * 20_000 + "x",
        "." + "'" * 20_000 + "x",
    ],
)
def test_padding_is_read_though_minutes_would_pass_if_time_grew_with_its_square(line):
    assert find_blocks(f"Timetable\n{line}\nfoo.")[0].kind == "title"
    assert find_blocks(f"{line}\nfoo.", "Timetable")


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


def with_title(text, title):
    found = lay_out([text], [title], [text.encode()])
    return found.texts[0], found.titles[0]


def is_hard_wrapped(text):
    return lay_out([text], [""], [text.encode()]).hard_wrapped[0]


@pytest.mark.parametrize(
    ("text", "title", "result"),
    [
        ("Body.", "", ("Body.", None)),
        ("Body.", " Talks\n go on ", ("Talks go on\n\nBody.", "Talks go on")),
        ("\n Talks  go on \r\nBody.", "Talks go on", ("\n Talks  go on \r\nBody.", "Talks  go on")),
        ("TALKS “go on”.\nBody.", "Talks go on", ("TALKS “go on”.\nBody.", "TALKS “go on”.")),
        ("Talks fail (AP)\nBody.", "Talks fail", ("Talks fail (AP)\nBody.", "Talks fail")),
        ("Talks go on and on\nBody.", "Talks", ("Talks\n\nTalks go on and on\nBody.", "Talks")),
    ],
)
def test_titles(text, title, result):
    assert with_title(text, title) == result
    if title:
        assert find_blocks(*result)[0].kind == "title"


def test_a_title_after_datelines_is_not_put_before_them():
    text = "10 February 2022\n11:40\n\nTALKS go on\nBody."
    assert with_title(text, "Talks go on") == (text, "TALKS go on")
    assert with_title("Body.\nTalks go on\n", "Talks go on")[0].startswith("Talks go on\n\nBody.")
    assert with_title("2022-02-10\nBody.", "2022-02-10") == ("2022-02-10\nBody.", "2022-02-10")


WRAPPED = """The talks between the two leaders of the countries
lasted for more than five hours and were held in the
capital, where they spoke of peace. They were long and
useful, and everything that was said there was said
in good faith.
"""


def test_hard_wrapped_text():
    assert is_hard_wrapped(WRAPPED)
    assert is_hard_wrapped(WRAPPED + "\n" + WRAPPED)
    assert not is_hard_wrapped(WRAPPED.replace("\n", " "))
    assert not is_hard_wrapped("\n".join(WRAPPED.split("\n")[:4]))  # too few lines to tell
    assert not is_hard_wrapped("peace\ntalks\ngo\non\nand\non")  # a list of words
    assert not is_hard_wrapped(f"{LONG}\n" * 9)


# The parts of a text by the expressions that say what they are, tried on every line.
LINE = re.compile(r"[^\s][^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]*")
END_MARK = re.compile(r"[.!?…:;。！？｡।॥؟۔։።။។៕][\"”“»«›’')\]」』）]*\s*$")
PIECES = st.sampled_from(
    [
        *("Photo: AFP", "ımage: x", "(AP)", "[Jo Doe]", "10 February 2022", "٣", "11:40", "Mon"),
        *("PİCTURE by: x", "pıctureſ: x", "p", "İ", "hm", "(Reporting by Jo Doe)", "a" * 79),
        *" \t\n\r\x0b\x1c\x1f\x85\u2028\u3000.!:…。”)]』'«a",
    ]
)
LINES = st.lists(PIECES, max_size=12).map("".join)


@settings(deadline=None)
@given(LINES)
def test_lines_are_those_of_the_expression(text):
    expected = [(match.start(), match.group().rstrip()) for match in LINE.finditer(text)]
    lines = layout._lines(text)
    found = [(start, text[start:end]) for start, end in zip(*lines[:2], strict=True)]
    assert found == expected


@settings(deadline=None)
@given(LINES.map(str.strip).filter(bool))
def test_a_line_is_what_the_expressions_say(line):
    starts, ends = layout._lines(line)[:2]
    line = line[starts[0] : ends[0]]
    assert layout._has_end_mark(line) == bool(END_MARK.search(line))
    squeezed = " ".join(line.split())
    assert layout._is_dateline(line) == bool(layout._DATELINE.fullmatch(squeezed))
    if layout._CREDIT_LINE.fullmatch(line):
        assert layout._split_credit(line) == ("", line)


@settings(deadline=None)
@given(LINES)
def test_lines_that_are_not_special_are_no_datelines_and_have_no_credits(text):
    lines = layout._lines(text)
    for start, end, special in zip(*lines[:3], strict=True):
        line = text[start:end]
        if not special:
            assert not layout._is_dateline(line)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(layout, "_may_have_credit", bool)  # every line is looked at
                assert layout._split_credit(line) == (line, "")


@pytest.mark.parametrize("digit", ["7", "٣", "९", "𝟗"])
def test_a_line_with_any_digit_may_be_a_dateline_up_to_a_length(digit):
    assert layout._lines("a" * 79 + digit).special == b"\1"
    assert layout._lines(" " + "é" * 79 + digit + " ").special == b"\1"
    assert layout._lines("a" * 80 + digit).special == b"\0"
    assert layout._lines("²" * 80).special == b"\0"


@pytest.mark.parametrize(
    ("letters", "characters"),
    [
        ("[pi]", layout._CREDIT_BEGINS),
        ("[him]", layout._CREDIT_GOES_ON),
    ],
)
def test_what_a_line_of_credits_begins_with_is_known_for_every_character(letters, characters):
    begins = re.compile(letters, re.IGNORECASE)
    found = {chr(code) for code in range(sys.maxunicode + 1) if begins.match(chr(code))}
    assert found == characters
