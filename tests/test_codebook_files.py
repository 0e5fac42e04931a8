"""Codebooks in the files of other programs: everywhere the same, and nothing lost unsaid."""

import os
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from framing import (
    Codebook,
    CodebookError,
    Frame,
    Pattern,
    builtin_codebook,
    find_matches,
    read_codebook,
    score_frames,
    write_codebook,
)
from framing.dictionary import Category, Dictionary, Entry
from framing.dictionary_excel import write_dictionary_excel
from framing.dictionary_xml import write_qdc

FUZZ_CASES = int(os.environ.get("FUZZ_CASES", "150"))  # `make fuzz` asks for 50,000
DEADLINE = 1000 if FUZZ_CASES > 150 else None  # milliseconds a file
ENDINGS = (
    ".yaml", ".yml", ".dic", ".dicx", ".cat", ".lc3", ".lcd", ".ykd", ".qdc", ".csv", ".tsv",
    ".xlsx",
)  # fmt: skip


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# ---------------------------------------------------------------------- one dictionary, all formats

YKD = """<?xml version="1.0" encoding="UTF-8"?>
<dictionary style="050805" patternengine="substring">
  <cnode name="TOWN" desc="">
    <pnode name="house"/><pnode name="street*"/>
  </cnode>
  <cnode name="SEA" desc=""><pnode name="boat*"/><pnode name="wave"/></cnode>
</dictionary>
"""
SAME = {
    "town.dic": "%\n01\tTOWN\n02\tSEA\n%\n\nhouse\t01\nstreet*\t01\n\nboat*\t02\nwave\t02\n",
    "tabs.dic": "%\t\t\n1 \t TOWN\r\n2    SEA\r\n%\t\n"
    "house  \t\t\t01 \nstreet*\t1\nboat*  2\nwave   02",
    "town.cat": "TOWN\n\tHOUSE (1)\n\tSTREET* (1)\nSEA\n\tBOAT* (1)\n\tWAVE (1)\n",
    "yoshi.cat": YKD,
    "town.lc3": "+TOWN\n house \n street*\n+SEA\n boat*\n wave \n",
    "town.lcd": YKD,
    "town.ykd": YKD.encode("utf-16"),
    "town.yml": "TOWN: [house, street*]\nSEA:\n  - boat*\n  - wave\n",
    "town.dicx": "DicTerm,TOWN,SEA\nhouse,X,\nstreet*,x,0\nboat*,,1\nwave,,X\n",
    "town.csv": "frame,pattern,weight\nTOWN,house,1\nTOWN,street*,1\nSEA,boat*,1\nSEA,wave,1\n",
    "town.tsv": "Category\tTerm\nTOWN\thouse\nTOWN\tstreet*\nSEA\tboat*\nSEA\twave\n",
    "town.yaml": """\
name: town
frames:
  - {name: TOWN, patterns: [house, street*]}
  - {name: SEA, patterns: [boat*, wave]}
""",
}
TEXTS = [
    "A house in the street, two boats and a wave.",
    "Houses. The house's door; a streetcar named so. Boathouse waves!",
    "",
]


def counts(book):
    scores = score_frames(TEXTS, book)
    return list(scores["n_matches"]), list(find_matches(TEXTS, book)["text"])


@pytest.mark.parametrize("name", SAME)
def test_one_dictionary_counts_the_same_from_every_format(tmp_path, name):
    book = read_codebook(write(tmp_path, name, SAME[name]))
    assert [frame.name for frame in book.frames] == ["TOWN", "SEA"]
    # by hand: house, street | boats, wave; house's, streetcar | Boathouse; nothing
    assert counts(book) == (
        [2, 2, 2, 1, 0, 0],
        ["house", "street", "boats", "wave", "house's", "streetcar", "Boathouse"],
    )


@pytest.mark.parametrize("ending", [e for e in ENDINGS if e != ".qdc"])
def test_a_plain_dictionary_is_written_and_read_back_in_every_format(tmp_path, ending):
    book = read_codebook(write(tmp_path, "town.csv", SAME["town.csv"]))
    path = tmp_path / f"again{ending}"
    missing = write_codebook(book, path)
    again = read_codebook(path)
    assert missing.empty
    assert again.frames == book.frames
    write_codebook(again, tmp_path / f"once_more{ending}")
    assert (tmp_path / f"once_more{ending}").read_bytes() == path.read_bytes()


# ---------------------------------------------------------------------- what an import says


def test_an_imported_dictionary_says_that_it_has_no_definitions(tmp_path):
    book = read_codebook(write(tmp_path, "town.dic", SAME["town.dic"]))
    assert book.name == "town"
    assert book.description == "Read from town.dic (LIWC)."
    assert repr(book).endswith("4 patterns, no definitions>")
    assert list(book.log["reason"]) == [
        "no frame has a definition: write one before coding by hand or citing numbers"
    ]


def test_what_cannot_be_found_in_a_text_is_listed_with_its_line(tmp_path):
    text = "smile: [':)', 'a|b', '=US', 'R&D', 'colo?r', 'dog?', '*tion', 'ha_ha']\nempty: []\n"
    book = read_codebook(write(tmp_path, "odd.yml", text))
    assert [p.text for p in book["smile"].patterns] == ["colo?r", "dog(?)", "*tion"]
    assert list(book.log["text"])[1:] == [":)", "a|b", "=US", "R&D", "ha_ha"]
    assert set(book.log["line"][1:]) == {1}
    assert book.log["reason"][2] == (
        "`a|b` has `|`, which is no part of a word: never found in a text"
    )
    assert book["empty"].patterns == ()
    found = find_matches("colour color colr dogs dog nation Tion", book)
    assert list(found["text"]) == ["colour", "dogs", "nation", "Tion"]


def test_nested_categories_are_frames_with_a_path_and_can_be_joined(tmp_path):
    text = "a:\n  b:\n    c:\n      d:\n        e: [peace]\n      other: [truce]\n  war: [war]\n"
    book = read_codebook(write(tmp_path, "deep.yml", text))
    assert [frame.name for frame in book.frames] == [
        "a > b > c > d > e", "a > b > c > other", "a > war",
    ]  # fmt: skip
    joined = book.at_level(2)
    assert [(f.name, [p.text for p in f.patterns]) for f in joined.frames] == [
        ("a > b", ["peace", "truce"]),
        ("a > war", ["war"]),
    ]
    assert [f.name for f in book.at_level(1).frames] == ["a"]
    assert book.at_level(5) == book
    with pytest.raises(CodebookError, match="level is 0; use 1"):
        book.at_level(0)
    with pytest.raises(
        CodebookError, match=r"deeper\.yml, line 5: the category .* is 6 levels deep"
    ):
        read_codebook(write(tmp_path, "deeper.yml", text.replace("[peace]", "{f: [peace]}")))


def test_a_weight_that_does_not_fit_is_counted_as_one_and_listed(tmp_path):
    book = read_codebook(write(tmp_path, "w.cat", "A\n\tGOOD (0.5)\n\tBEST (2)\n"))
    assert book["A"].patterns == (Pattern("GOOD", weight=0.5), Pattern("BEST"))
    assert "the weight 2 is not above 0 and up to 1; counted with 1" in list(book.log["reason"])


def test_a_term_that_stands_twice_in_a_category_is_counted_once_and_listed(tmp_path):
    book = read_codebook(write(tmp_path, "twice.yml", "a: [peace, war, peace]\n"))
    assert [p.text for p in book["a"].patterns] == ["peace", "war"]
    assert list(book.log["reason"])[1:] == ["stands in this category before"]


def test_the_conditions_of_old_dictionaries_are_kept(tmp_path):
    text = "%\n1\tNice\n2\tFew\n3\tTo_be\n%\nkind\t<of>2/1\nlike\t(3)1/2\nis\t3\nare\t3\n"
    book = read_codebook(write(tmp_path, "liwc.dic", text))
    found = find_matches("A kind man. A kind of man. He is like her. I like her.", book)
    assert list(zip(found["frame"], found["text"], strict=True)) == [
        ("Nice", "kind"), ("Few", "kind"), ("To_be", "is"), ("Nice", "like"), ("Few", "like"),
    ]  # fmt: skip


# ---------------------------------------------------------------------- what a format cannot hold

RICH = Codebook(
    "rich",
    (
        Frame(
            "calm > talks",
            (
                Pattern("de-escalat*"),
                Pattern("eas* _2_ tension*"),
                Pattern("=US", weight=0.5, review=True, note="a state"),
                Pattern("protect*", anchor="state", within=3),
                Pattern(
                    "border(s)? guard*", near=("sea", "coast"), order="after", except_=("x y",)
                ),
                Pattern(r"\d+ men", regex=True),
            ),
            definition='Calm, "so to speak".',
            include=("a", "b\nc"),
            exclude=("d",),
            examples=("e.",),
            counter_examples=("f.",),
        ),
        Frame("alarm", (Pattern("war"),), counter_frame="calm > talks"),
        Frame("coded by hand", (), definition="Only for people."),
    ),
    version="2",
    anchors={"state": ("state*",)},
    hard_masks=("=War and =Peace",),
)


def test_losses_are_refused_unless_they_are_accepted(tmp_path):
    path = tmp_path / "rich.dic"
    with pytest.raises(CodebookError) as error:
        write_codebook(RICH, path)
    assert not path.exists()
    lines = str(error.value).splitlines()
    assert lines[0] == (
        "rich.dic: the format of LIWC cannot hold everything; pass leave_out=True to write what it"
        " can:"
    )
    assert "calm > talks: protect*: left out, as anchor, within is not in this format" in lines
    missing = write_codebook(RICH, path, leave_out=True)
    assert len(missing) == len(lines) - 1
    again = read_codebook(path)
    assert [(f.name, [p.text for p in f.patterns]) for f in again.frames] == [
        ("calm > talks", ["de-escalat*", "de escalat*", "deescalat*"]),
        ("alarm", ["war"]),
        ("coded_by_hand", []),
    ]
    assert missing["reason"].iloc[-1] == "the name is changed, as this format needs it"


def test_gaps_become_stars_for_quanteda(tmp_path):
    book = Codebook.from_patterns("gap", {"a": ["eas* _2_ tension*"]})
    assert write_codebook(book, tmp_path / "gap.yml").empty
    again = read_codebook(tmp_path / "gap.yml")
    assert [p.text for p in again["a"].patterns] == [
        "eas* tension*", "eas* * tension*", "eas* * * tension*",
    ]  # fmt: skip
    text = "easing tensions, ease the tension, ease all the tension, ease all of the tension"
    assert list(find_matches(text, again)["text"]) == list(find_matches(text, book)["text"])


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_table_holds_all_but_what_belongs_to_no_frame(tmp_path, ending):
    path = tmp_path / f"rich{ending}"
    missing = write_codebook(RICH, path, leave_out=True)
    assert list(missing["text"]) == ["=War and =Peace", "2"]
    assert missing["frame"].isna().all()
    protect = Pattern("protect*", near=("state*",), within=3)  # the anchor's entries
    patterns = list(RICH.frames[0].patterns)
    patterns[3] = protect
    first = replace(RICH.frames[0], patterns=tuple(patterns))
    assert read_codebook(path).frames == (first, *RICH.frames[1:])


def test_a_tsv_file_has_tabs(tmp_path):
    book = Codebook("tabs", (Frame("a", (Pattern("b"),), definition="one, two\tthree"),))
    assert write_codebook(book, tmp_path / "tabs.tsv").empty
    lines = (tmp_path / "tabs.tsv").read_text().splitlines()
    assert lines[0].split("\t") == ["frame", "pattern", "weight", "definition", "examples"]
    assert read_codebook(tmp_path / "tabs.tsv").frames == book.frames


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".xlsx"])
def test_a_regular_expression_keeps_its_spaces_and_lines_in_a_table(tmp_path, ending):
    patterns = (Pattern("a  b", regex=True), Pattern("(?x) a # one\n  | b", regex=True))
    book = Codebook("regex", (Frame("a", patterns),))
    assert write_codebook(book, tmp_path / f"regex{ending}").empty
    assert read_codebook(tmp_path / f"regex{ending}").frames == book.frames


@pytest.mark.parametrize("ending", [e for e in ENDINGS if e != ".yaml"])
def test_that_the_language_is_lost_is_told(tmp_path, ending):
    book = Codebook("paix", (Frame("paix", ()),), language="fr", description="Pour essayer.")
    if ending == ".cat":
        book = replace(book, frames=(Frame("paix", (Pattern("paix"),)),))
    missing = write_codebook(book, tmp_path / f"paix{ending}", leave_out=True)
    lost = ["fr"] if ending in (".ykd", ".lcd") else ["fr", "Pour essayer."]
    assert list(missing["text"]) == lost
    assert missing["reason"][0] == "language is not in this format; read as `en`"


@pytest.mark.parametrize("ending", [".csv", ".ykd", ".cat", ".dicx"])
def test_one_word_with_two_weights_in_a_frame_is_told(tmp_path, ending):
    patterns = (Pattern("border", weight=0.5), Pattern("border", weight=0.25))
    book = Codebook("two", (Frame("a", patterns),))
    [reason] = write_codebook(book, tmp_path / f"two{ending}", leave_out=True)["reason"]
    assert reason == "`border` stands before with another weight or note, which stay"
    assert [p.weight for p in read_codebook(tmp_path / f"two{ending}")["a"].patterns] == [0.5]


def test_a_weight_too_small_for_a_file_is_told(tmp_path):
    book = Codebook("small", (Frame("a", (Pattern("b", weight=1e-10), Pattern("c"))),))
    missing = write_codebook(book, tmp_path / "small.cat", leave_out=True)
    assert missing.to_numpy().tolist() == [["a", "b", "this format cannot write it exactly"]]


@pytest.mark.parametrize(
    ("ending", "frame"),
    [(".cat", Frame("a", ())), (".csv", Frame("a" * 501, ())), (".ykd", Frame("a\x01", ()))],
)
def test_a_codebook_that_cannot_be_written_at_all_is_refused_with_the_file(tmp_path, ending, frame):
    with pytest.raises(CodebookError, match=f"^none{ending}: "):
        write_codebook(Codebook("none", (frame,)), tmp_path / f"none{ending}")
    assert not list(tmp_path.iterdir())


def test_a_table_with_mistakes_names_their_rows(tmp_path):
    text = "frame;pattern;weight;within\na;toge**ther;1;\na;b;2;\nb;c;0,5;x\nb;d;;2\n"
    with pytest.raises(CodebookError) as error:
        read_codebook(write(tmp_path, "own.csv", text))
    assert "own.csv, line 4" in str(error.value)
    assert "`x`" in str(error.value)
    with pytest.raises(CodebookError) as error:
        read_codebook(write(tmp_path, "own.csv", text.replace(";x", ";")))
    assert str(error.value).splitlines() == [
        'own.csv, line 2: frame "a": `toge**ther` has two stars in a row; use one "*" for any'
        " letters",
        'own.csv, line 3: frame "a": `b` has the weight 2; use a number above 0 and up to 1',
        'own.csv, line 5: frame "b": `d` has within or order, but nothing that they speak of; add'
        " near, not_near or an anchor",
    ]


def test_a_codebook_for_human_coders_goes_through_refi_qda(tmp_path):
    hand = replace(RICH, frames=tuple(replace(f, patterns=()) for f in RICH.frames), version="")
    hand = replace(hand, hard_masks=(), anchors={})
    first, alarm, last = hand.frames
    hand = replace(hand, frames=(first, replace(alarm, counter_frame=None), last))
    path = tmp_path / "hand.qdc"
    assert write_codebook(hand, path).empty
    assert read_codebook(path).frames == hand.frames
    missing = write_codebook(RICH, path, leave_out=True)
    assert sum(missing["reason"] == "patterns are not in this format") == 7


def test_everything_is_written_to_yaml(tmp_path):
    assert write_codebook(RICH, tmp_path / "rich.yaml").empty
    assert read_codebook(tmp_path / "rich.yaml") == RICH


# ---------------------------------------------------------------------- files that are refused


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.docx", b"", 'x.docx: ".docx" is no ending of a codebook file; known are .yaml, .yml'),
        ("x.qdpx", b"", "x.qdpx: a project of REFI-QDA is not read; export its codebook as .qdc"),
        ("x", b"", 'x: "" is no ending of a codebook file'),
        ("x.dic", "%\n1\tcafé\n%\n".encode("cp1252"), "line 2: byte 7 (0xE9) is not UTF-8"),
        ("x.dic", b"", "x.dic, line 1"),
        ("x.dicx", b"DicTerm\na\n", "x.dicx, line 1: there is no column beside the terms"),
        ("x.dicx", b"Term,a\nb,yes\n", "x.dicx, line 2: yes stands where X or a weight belongs"),
        ("x.dicx", b"Term,a\nb,X,X\n", "x.dicx, line 2: there are 3 cells, but 2 columns"),
        ("x.csv", b"frame,pattern,anchor\na,b,c\n", "line 2: frame \"a\": `b` asks for the anchor"),
        ("x.yaml", b"name: a\nversion: \xed\xa0\x80", "x.yaml, line 2: U+D800 is half a character"),
        ("x.cat", b"", "x.cat, line 1"),
        ("x.lc3", b"word\n", "x.lc3, line 1"),
        ("x.ykd", b"<dictionary>", "x.ykd, line 1"),
        ("x.ykd", b'<!DOCTYPE a [<!ENTITY b "c">]>\n<dictionary/>', "x.ykd, line 1"),
        ("x.qdc", b"<a/>", "x.qdc, line 1"),
        ("x.yml", b"just words", "x.yml, line 1"),
        ("x.csv", b"a,b\n1,2\n", "x.csv, line 1"),
        ("x.xlsx", b"PK", "x.xlsx"),
    ],
)  # fmt: skip
def test_refused_files_say_where_and_why(tmp_path, name, content, message):
    with pytest.raises(CodebookError) as error:
        read_codebook(write(tmp_path, name, content))
    assert message in str(error.value)


def test_an_encoding_can_be_given(tmp_path):
    content = "%\n1\tÄrger\n%\nschön*\t1\n".encode("cp1252")
    path = write(tmp_path, "de.dic", content)
    book = read_codebook(path, encoding="cp1252")
    assert book["Ärger"].patterns == (Pattern("schön*"),)


_TOWN = Category(("TOWN",), entries=[Entry("house")], definition="Houses.", examples=("A house.",))
SEEDS = [
    *(text if isinstance(text, bytes) else text.encode() for text in SAME.values()),
    write_qdc(Dictionary(categories=[_TOWN])),
    write_dictionary_excel(Dictionary(categories=[_TOWN])),
]
NOISE = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.builds(
        # a valid file with a piece cut out and another put in
        lambda content, place, length, extra: (
            content[: (cut := int(place * len(content)))] + extra + content[cut + length :]
        ),
        st.sampled_from(SEEDS),
        st.floats(0, 1),
        st.integers(0, 40),
        st.one_of(
            st.binary(max_size=20), st.sampled_from([b"%", b"\t", b"\n", b"<", b'"', b"(1)"])
        ),
    ),
)


@pytest.mark.parametrize("ending", ENDINGS)
@settings(
    max_examples=FUZZ_CASES,
    deadline=DEADLINE,
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(content=NOISE)
@example(content=b"%\n" * 2)
def test_any_file_is_read_or_refused_with_a_reason(tmp_path_factory, ending, content):
    path = tmp_path_factory.getbasetemp() / f"noise{ending}"
    path.write_bytes(content)
    try:
        book = read_codebook(path)
    except CodebookError as error:
        for line in str(error).splitlines():
            assert line.startswith((f"noise{ending}, line", f"noise{ending}: ")), line
    else:
        find_matches("Any text.", book) if book.counted else None
        assert len(book.patterns) == sum(len(frame.patterns) for frame in book.frames)


def test_the_built_in_codebooks_count_the_same_after_a_table(tmp_path):
    book = builtin_codebook("diplomacy")
    write_codebook(book, tmp_path / "book.csv", leave_out=True)
    again = replace(
        read_codebook(tmp_path / "book.csv"),
        hard_masks=book.hard_masks,
        soft_masks=book.soft_masks,
    )
    texts = [text for frame in book.frames for text in (*frame.examples, *frame.counter_examples)]
    columns = ["frame", "pattern", "start", "end", "negated", "weight", "review"]
    found, before = find_matches(texts, again)[columns], find_matches(texts, book)[columns]
    assert found.astype(str).equals(before.astype(str))


def test_a_name_with_the_mark_of_levels_is_told(tmp_path):
    book = read_codebook(write(tmp_path, "odd.dic", "%\n1\ta > b\n%\nword\t1\n"))
    assert [frame.name for frame in book.frames] == ["a > b"]
    assert 'has " > ", which parts levels here; taken for levels' in list(book.log["reason"])


def test_half_a_character_is_not_written(tmp_path):
    book = Codebook("x", (Frame("a\ud800", (Pattern("b"),)),))
    with pytest.raises(CodebookError, match=r"x\.csv: U\+D800 is half a character; remove it"):
        write_codebook(book, tmp_path / "x.csv")


def test_a_whole_number_may_be_written_as_pandas_does(tmp_path):
    text = "frame,pattern,near,within\na,b,c,3.0\na,d,,\n"
    assert read_codebook(write(tmp_path, "x.csv", text))["a"].patterns[0].within == 3
