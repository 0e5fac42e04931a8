"""Codebook files: what is read, what is refused and how it is said, and what is written back."""

import contextlib
import html
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import (
    Codebook,
    CodebookError,
    Frame,
    Pattern,
    builtin_codebook,
    check_codebook,
    find_matches,
    read_codebook,
    write_codebook,
)
from framing.codebook_yaml import CodebookRecord

FULL = """\
name: mine
version: 1.10
language: en
description: A try.
anchors:
  state: [state*, troops]
masks:
  hard: ["=Security =Council"]
  soft: [talks about]
negation:
  before: [no]
frames:
  - name: calm
    counter_frame: alarm
    definition: >-
      The matter
      as calm.
    include: [talks]
    exclude: [protocol]
    patterns:
      - peace*
      - no
      - {pattern: protect*, anchor: state, weight: 0.5, review: true, note: often data}
    examples: [Peace came., 'No.', The troops protect us.]
    counter_examples: [They protect data.]
  - name: alarm
    patterns: [alarm*]
"""


def write(folder, text, name="mine.yaml"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems(path):
    with pytest.raises(CodebookError) as error:
        read_codebook(path)
    return str(error.value).split("\n")


def test_everything_is_read(tmp_path):
    codebook = read_codebook(write(tmp_path, FULL))
    assert codebook == Codebook(
        name="mine",
        version="1.10",  # a text, not the number 1.1
        description="A try.",
        anchors={"state": ("state*", "troops")},
        hard_masks=("=Security =Council",),
        soft_masks=("talks about",),
        negation={"before": ("no",)},
        frames=(
            Frame(
                "calm",
                (
                    Pattern("peace*"),
                    Pattern("no"),  # a word, not the value false
                    Pattern("protect*", anchor="state", weight=0.5, review=True, note="often data"),
                ),
                counter_frame="alarm",
                definition="The matter as calm.",
                include=("talks",),
                exclude=("protocol",),
                examples=("Peace came.", "No.", "The troops protect us."),
                counter_examples=("They protect data.",),
            ),
            Frame("alarm", (Pattern("alarm*"),)),
        ),
    )
    assert codebook.label == "mine 1.10"
    assert codebook["calm"].definition == "The matter as calm."
    assert repr(codebook) == "<Codebook mine 1.10: 2 frames (calm, alarm), 4 patterns, 2 masks>"


def test_a_notebook_shows_frames_definitions_and_patterns():
    frame = Frame(
        "<b>calm</b>",
        tuple(Pattern(f"a{number}") for number in range(9)),
        counter_frame="$5",
        definition='"Peace" & <script>',
    )
    page = Codebook("<i>", (frame, Frame("$5", (), definition="For coders."), *many(70)))
    page = page._repr_html_()
    assert "<p>Codebook &lt;i&gt;: 72 frames, 79 patterns, 1 frame without patterns</p>" in page
    row = re.findall(r"<tr>(.*?)</tr>", page)[1]
    cells = [re.sub("<br>", "|", cell) for cell in re.findall("<td.*?>(.*?)</td>", row)]
    assert [html.unescape(re.sub("<.*?>", "", cell)) for cell in cells] == [
        "<b>calm</b>|counter-frame: $5",
        '"Peace" & <script>',
        "9: a0, a1, a2, a3, a4, a5, a6, a7, …",
    ]
    assert ">0</td>" in page
    assert page.count("<tr>") == 1 + 60
    assert "and 12 more frames: see codebook.patterns" in page
    assert "<script>" not in page
    assert "mathjax_ignore" in page


def many(number):
    """Make frames of one pattern each."""
    return [Frame(f"frame {n}", (Pattern("word"),)) for n in range(number)]


def test_patterns_as_a_table(tmp_path):
    table = read_codebook(write(tmp_path, FULL)).patterns
    assert list(table["pattern"]) == ["peace*", "no", "protect*", "alarm*"]
    assert list(table["weight"]) == [1, 1, 0.5, 1]
    assert list(table["review"]) == [False, False, True, False]


def test_written_back_and_read_again_is_equal(tmp_path):
    for codebook in (read_codebook(write(tmp_path, FULL)), builtin_codebook("ukraine-2022")):
        assert write_codebook(codebook, tmp_path / "again.yaml").empty
        assert read_codebook(tmp_path / "again.yaml") == codebook


def test_all_problems_of_a_file_come_together_with_their_lines(tmp_path):
    path = write(
        tmp_path,
        """\
name: mine
nmae: mine
name: other
anchors:
  state: [sta**te]
masks: [talks]
negation: {befor: [no]}
frames:
  - name: unity
    counter_frame: disunity
    weight: 3
    patterns:
      - toge**ther
      - {pattern: a b, anchor: stat, weight: heavy, review: perhaps}
      - {pattern: c, weight: 2}
      - [d]
    examples: one
  - name: empty
  - name: unity
    patterns: ['']
""",
    )
    assert problems(path) == [
        "mine.yaml, line 2, the codebook: unknown key `nmae`; did you mean `name`?",
        "mine.yaml, line 3, the key `name` stands here again (first on line 1); join the two",
        'mine.yaml, line 5, anchors state: `sta**te` has two stars in a row; use one "*" for any'
        " letters",
        "mine.yaml, line 6, masks: lines of the form `key: value` belong here",
        "mine.yaml, line 7, negation: unknown key `befor`; did you mean `before`?",
        'mine.yaml, line 9, frame "unity" names the counter-frame "disunity", which there is not;'
        " there are unity, empty, unity",
        'mine.yaml, line 9, frame "unity" stands twice; join the two or rename one',
        "mine.yaml, line 11, a frame: unknown key `weight`; known: name, counter_frame,"
        " definition, include, exclude, patterns, examples, counter_examples",
        'mine.yaml, line 13, frame "unity": `toge**ther` has two stars in a row; use one "*" for'
        " any letters",
        'mine.yaml, line 14, frame "unity": `a b` asks for the anchor `stat`, which is not defined;'
        " define it under `anchors` (defined: state)",
        'mine.yaml, line 14, frame "unity": review is `perhaps`; write true or false',
        'mine.yaml, line 14, frame "unity": the weight `heavy` is no number; use one up to 1, such'
        " as 0.5",
        'mine.yaml, line 15, frame "unity": `c` has the weight 2; use a number above 0 and up to 1',
        'mine.yaml, line 16, frame "unity", a pattern: lines of the form `key: value` belong here',
        'mine.yaml, line 16, frame "unity": an empty pattern; write a word or remove it',
        "mine.yaml, line 17, frame unity examples: a list belongs here; begin each entry with"
        ' "- " on its own line',
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1, the file is empty; a codebook has a name and frames"),
        ("name: x", "line 1, there is no frame; a codebook needs at least one"),
        ("frames: [{name: a, patterns: [b]}]", "line 1, there is no name; give the codebook one"),
        ("- a\n- b", "line 1, the codebook: lines of the form `key: value` belong here"),
        ("name: x\n\tframes: y", "line 2, the file is not YAML here: found a tab"),
        ("name: 'x", "line 1, the file is not YAML here: found unexpected end of stream"),
        ("a: &a [x]\nb: [*a, *a]", "line 2, the alias *a is not read"),
        ("frames:\n- name: a\n  patterns: [*b]", "line 3, the alias *b is not read; write its"),
        ("name: !!python/object:os.system x", "line 1, the tag tag:yaml.org,2002:python/object"),
        ("name: x\n---\nname: y", "line 2, a second document begins; one file holds one codebook"),
        ("[" * 3000 + "]" * 3000, "line 1, lists are nested more than 20 deep"),
        ("name: x\nversion: a\x01b", "line 2, the character U+0001 is not allowed in YAML"),
        ("name: x\n# " + "y" * 1_000_000, "the file has 1,000,010 characters"),
        ("? [a, b]\n: c", "line 1, the codebook: a key must be a plain word"),
        (
            b"name: caf\xe9",
            "line 1: byte 9 (0xE9) is not UTF-8; it looks like cp1252: save it as UTF-8 or",
        ),
    ],
)
def test_files_that_are_refused(tmp_path, text, message):
    assert any(message in line for line in problems(write(tmp_path, text)))


def test_a_missing_file(tmp_path):
    assert "No such file" in problems(tmp_path / "none.yaml")[0]


def test_byte_order_mark_and_windows_lines_are_read(tmp_path):
    text = b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode()
    assert read_codebook(write(tmp_path, text)) == read_codebook(write(tmp_path, FULL, "b.yaml"))


def test_extends_joins_lists_and_frames(tmp_path):
    write(tmp_path, FULL, "base.yaml")
    path = write(
        tmp_path,
        """\
name: more
extends: base.yaml
anchors: {state: [border*], place: [town]}
masks: {soft: [talks to]}
frames:
  - name: calm
    definition: Another.
    patterns: [truce, {pattern: mend*, anchor: place}, {pattern: heal*, anchor: state}]
  - name: third
    counter_frame: calm
    patterns: [three]
""",
    )
    codebook = read_codebook(path)
    base = read_codebook(tmp_path / "base.yaml")
    assert [frame.name for frame in codebook.frames] == ["calm", "alarm", "third"]
    own = (Pattern("truce"), Pattern("mend*", anchor="place"), Pattern("heal*", anchor="state"))
    assert codebook["calm"].patterns == (*base["calm"].patterns, *own)
    assert codebook["calm"].definition == "Another."
    assert codebook["calm"].examples == base["calm"].examples
    assert codebook.anchors == {"state": ("state*", "troops", "border*"), "place": ("town",)}
    assert codebook.soft_masks == ("talks about", "talks to")
    assert codebook.negation == base.negation
    assert codebook.label == "more"


@pytest.mark.parametrize(
    ("extends", "message"),
    [
        ("none", "line 2, extends `none.yaml`, which is neither beside this file nor built in"),
        ("../base.yaml", "line 2, extends `../base.yaml` leads to another folder"),
        ("mine.yaml", "line 2, extends `mine.yaml`, which extends this file in turn"),
    ],
)
def test_extends_that_is_refused(tmp_path, extends, message):
    path = write(tmp_path, f"name: x\nextends: {extends}\nframes: []")
    assert message in problems(path)[0]


def test_a_codebook_in_code_is_checked_too():
    assert Codebook.from_patterns("x", {" a ": "peace talks"})["a"].patterns == (
        Pattern("peace talks"),
    )
    for wrong in (1, ["peace", 5]):
        with pytest.raises(CodebookError, match='quick: frame "calm": patterns are a list of'):
            Codebook.from_patterns("quick", {"calm": wrong})
    with pytest.raises(CodebookError, match='quick: frame "calm": `a\\*\\*` has two stars'):
        Codebook.from_patterns("quick", {"calm": ["a**"]})
    with pytest.raises(CodebookError, match='has no frame "unit"; it has calm'):
        Codebook.from_patterns("quick", {"calm": ["a"]})["unit"]
    with pytest.raises(CodebookError, match='no built-in codebook "mine"; there are diplomacy'):
        builtin_codebook("mine")


@pytest.mark.parametrize(
    ("lists", "message"),
    [
        ({"hard_masks": "army"}, "masks hard: `army` is a text; write a list of patterns"),
        ({"anchors": {"x": "army"}}, "anchors x: `army` is a text; write a list"),
        ({"negation": {"before": "no"}}, "negation before: `no` is a text; write a list"),
        ({"negation": {"befor": ["no"]}}, "negation has no list `befor`; use before, reject, "),
    ],
)
def test_lists_that_would_be_read_otherwise_than_meant_are_refused(lists, message):
    with pytest.raises(CodebookError, match=message):
        Codebook("mine", (Frame("a", (Pattern("calm"),)),), **lists)


@pytest.mark.parametrize("within", [-1, 1.5, "3"])
def test_words_between_are_a_whole_number(within):
    with pytest.raises(CodebookError, match=f"`calm` has within {within}; use a whole number from"):
        Codebook("mine", (Frame("a", (Pattern("calm", near="sea", within=within),)),))


@pytest.mark.parametrize(("own", "joined"), [("calm", "calm"), (None, "peace")])
def test_a_joined_frame_keeps_its_own_counter_frame_or_takes_the_first_inside(own, joined):
    frames = [("a", own), ("a > b", "peace"), ("a > c", "war"), ("a > d", "a > b")]
    frames += [("war", None), ("peace", None), ("calm", None)]
    book = Codebook("x", tuple(Frame(name, (Pattern("w"),), counter) for name, counter in frames))
    assert book.at_level(1)["a"].counter_frame == joined


def test_check_codebook_reports_examples_and_untried_patterns():
    calm = Frame(
        "calm",
        (Pattern("peace"), Pattern("truce"), Pattern("peace")),
        examples=("Peace came.", "Nothing came."),
        counter_examples=("A war.", "A peace pipe."),
    )
    table = check_codebook(Codebook("mine", (calm,)))
    assert table.values.tolist() == [
        ["calm", "example", "Peace came.", True, '"Peace" by `peace`'],
        ["calm", "example", "Nothing came.", False, "no match"],
        ["calm", "counter-example", "A war.", True, "no match"],
        ["calm", "counter-example", "A peace pipe.", False, '"peace" by `peace`'],
        ["calm", "pattern", "truce", False, "no example tries it out"],
        ["calm", "pattern", "peace", False, "stands twice"],
    ]
    assert check_codebook(Codebook.from_patterns("x", {"a": ["b"]})).empty


@pytest.mark.parametrize("name", ["diplomacy", "ukraine-2022", "diplomacy-fr", "diplomacy-de"])
def test_builtin_codebooks_pass_their_own_check(name):
    codebook = builtin_codebook(name)
    failed = check_codebook(codebook).query("not passed")
    assert failed.empty, failed.to_string()
    for frame in codebook.frames:
        assert frame.definition
        assert frame.include
        assert frame.exclude
        assert codebook[frame.counter_frame].counter_frame == frame.name
        assert len(frame.examples) >= 5
        assert len(frame.counter_examples) >= 5


@pytest.mark.parametrize(
    ("text", "frame", "expected"),
    [
        ("They demand demilitarisation and denazification.", "de-escalation", []),
        ("Crimea was reunited with Russia.", "unity", []),
        ("They must surrender to have peace.", "de-escalation", []),
        ("It is time to silence the guns.", "de-escalation", ["silence the guns"]),
        ("No one is more united than we are.", "unity", ["No one is more united"]),
        ("They will not stop the negotiations.", "de-escalation", ["negotiations"]),
        ("The European Union must show unity.", "unity", ["unity"]),
        ("The Security Council met in the United States.", "security", []),
        ("Both want common guarantees.", "security", ["common guarantees"]),
        ("Both want common guarantees.", "unity", ["common guarantees"]),
        ("No troops left.", "security", []),
    ],
)
def test_hard_cases(text, frame, expected):
    matches = find_matches(text, builtin_codebook("ukraine-2022"))
    found = matches[matches["frame"] == frame]
    assert list(found["text"]) == expected
    assert not found["negated"].any()


def test_actors_of_both_camps_count_alike():
    codebook = builtin_codebook("ukraine-2022")

    def counts(text):
        return find_matches(text, codebook).groupby("frame", observed=False).size().to_dict()

    for template in (
        "{} must protect its territory and its people.",
        "Troops massed on the border threaten {}.",
        "They stand with {} and stand together.",
        "{} wants security guarantees and peace talks.",
    ):
        assert counts(template.format("Russia")) == counts(template.format("Ukraine"))


TEXTS = st.text(alphabet="abe *(|)?=_2-:[]{}'\"#&!\n", max_size=60)


@settings(max_examples=200)
@given(TEXTS)
def test_any_file_is_read_or_refused_with_a_line(text):
    with contextlib.suppress(CodebookError):
        CodebookRecord("mine.yaml", text)
        return
    with pytest.raises(CodebookError, match=r"^(mine\.yaml, line [0-9]+, .+\n?)+$"):
        CodebookRecord("mine.yaml", text)


NAMES = st.text(alphabet="abc: #'-é", min_size=1, max_size=8).map(str.strip).filter(bool)
WORDS = st.sampled_from(["no", "on", "1.10", "=US", "peace*", "(a|b) c", "a _2_ b", "null", "~a"])


@given(st.dictionaries(NAMES, st.lists(WORDS.filter(lambda w: w != "~a"), min_size=1), min_size=1))
def test_written_codebooks_are_read_back(tmp_path_factory, frames):
    codebook = replace(Codebook.from_patterns("x", frames), version="0.10", description="a: b # c")
    path = tmp_path_factory.mktemp("books") / "x.yaml"
    assert write_codebook(codebook, path).empty
    assert read_codebook(path) == codebook
