"""Quotation marks by shape: what is inside, and what a lost mark can spoil."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing.layout import find_blocks
from framing.marks import LONGEST_UNCLOSED, Block, find_quotations


def quoted(text):
    blocks = [Block("body", block.start, block.end) for block in find_blocks(text)]
    found = find_quotations(text, blocks)
    return [(text[q.start : q.end], q.balanced) for q in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"We wait," she said. "We hope."', ['"We wait,"', '"We hope."']),
        ("“We wait,” she said. “We hope.”", ["“We wait,”", "“We hope.”"]),
        ("„Wir warten“, sagte sie.", ["„Wir warten“"]),
        ("„Czekamy”, powiedziała.", ["„Czekamy”"]),
        ("»Wir warten«, sagte sie.", ["»Wir warten«"]),
        ("« Nous attendons », dit-elle.", ["« Nous attendons »"]),
        ("«Nous attendons», dit-elle.", ["«Nous attendons»"]),
        ("‘We won’t wait,’ she said.", ["‘We won’t wait,’"]),
        ("'We won't wait,' she said.", ["'We won't wait,'"]),
        ("‘It is the allies’ duty,’ she said.", ["‘It is the allies’ duty,’"]),
        ("The army is in a 'state of war' now", ["'state of war'"]),
        (
            "\"He said 'we wait' and left,\" she said.",
            ["\"He said 'we wait' and left,\"", "'we wait'"],
        ),
        ("“He said ‘we wait’ and left,” she said.", ["“He said ‘we wait’ and left,”", "‘we wait’"]),
        ("''We wait,'' she said.", ["''We wait,''"]),
        ("(“We wait”)", ["“We wait”"]),
        ('It was—"a mess"—again.', ['"a mess"']),
        ("The allies' duty and the '90s, rock 'n' roll", []),
        ("Don't, can’t, won't", []),
        ('A 6\' 2" soldier with a 5" gun', []),
        ('A 5" gun, "the G7" and a 6" gun', ['"the G7"']),
        ("It is the 'allies' now", ["'allies'"]),
        ("It is the 'allies' duty' now", ["'allies' duty'"]),
        ("It is the 'allies' duties' now", ["'allies'"]),
        ("It is the ‘allies’ duty’ now", ["‘allies’ duty’"]),
        ("The 'allies' met.\nIt was 'good'", ["'allies'", "'good'"]),  # each line for itself
        ("The 'allies met.\nIt was 'good'", ["'good'"]),
        ("„Wir“warten „noch“ immer", ["„Wir“", "„noch“"]),
    ],
)
def test_balanced_quotations(text, expected):
    assert quoted(text) == [(span, True) for span in expected]


def test_an_orphan_closer_turns_nothing_inside_out():
    text = 'He said peace is near." "Our aim: calm," she added. Nobody spoke.'
    assert quoted(text) == [('"', False), ('"Our aim: calm,"', True)]


def test_an_unclosed_opener_ends_with_its_paragraph():
    assert quoted('"We wait, she said.\nThe talks ended.') == [('"We wait, she said.', False)]


def test_an_unclosed_opener_ends_where_the_next_opens():
    assert quoted('"We wait, she said. "And hope," he added.') == [
        ('"We wait, she said.', False),
        ('"And hope,"', True),
    ]


def test_an_unclosed_opener_is_capped_by_length():
    ((span, balanced),) = quoted('"We wait ' + "and wait " * 200)
    assert not balanced
    assert len(span) <= LONGEST_UNCLOSED


def test_a_quotation_goes_on_over_paragraphs():
    text = "“We wait.\n“And hope,” she said."
    assert quoted(text) == [("“We wait.", True), ("“And hope,”", True)]


@pytest.mark.parametrize(
    "part",
    [
        "allies' x ",
        "allies’ x ",
        "'a ",
        "s'a s' ",
        ' a"5" ',
        'The "G7" and "G20" met. ',
        "a“b „",
        '"a ',
        "Peace talks went on, the allies' leaders said. ",
    ],
)
def test_time_grows_with_the_number_of_marks_not_with_its_square(part):
    text = part * 100_000  # minutes or hours, if the rest is read again at each mark
    found = find_quotations(text, [Block("body", 0, len(text))])
    assert all(q.start < q.end <= len(text) for q in found)


MARKED = st.text(alphabet="ab s.,\n\"“”„«»‹›'‘’‚([–", max_size=60)


@given(MARKED)
def test_quotations_lie_inside_paragraphs(text):
    blocks = [Block("body", block.start, block.end) for block in find_blocks(text)]
    for quotation in find_quotations(text, blocks):
        assert any(b.start <= quotation.start < quotation.end <= b.end for b in blocks)


@given(MARKED)
def test_quotations_nest_or_follow_each_other(text):
    blocks = [Block("body", block.start, block.end) for block in find_blocks(text)]
    found = find_quotations(text, blocks)
    for number, first in enumerate(found):
        for second in found[number + 1 :]:
            apart = second.start >= first.end
            nested = second.end <= first.end
            assert apart or nested


@given(MARKED, st.sampled_from("\"“”„«»'‘’"))
def test_a_stray_mark_changes_no_other_paragraph(text, mark):
    before = "She said “we wait” and left."
    with_mark = f"{before}\nA stray {mark} mark {text.replace(chr(10), ' ')} here.\n{before}"
    inside = quoted(with_mark)
    assert ("“we wait”", True) in inside
    starts = [
        q.start
        for q in find_quotations(
            with_mark, [Block("body", b.start, b.end) for b in find_blocks(with_mark)]
        )
    ]
    last_line = with_mark.rindex("\n") + 1
    assert [s for s in starts if s < len(before)] == [before.index("“")]
    assert [s for s in starts if s >= last_line] == [last_line + before.index("“")]
