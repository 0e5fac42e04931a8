import re

import pytest
from dictionaries import problem, problems
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.dictionary import Category, Dictionary, DictionaryError, Entry
from framing.dictionary_lines import (
    LEXICODER_HOLDS,
    LIWC_HOLDS,
    WORDSTAT_HOLDS,
    read_lexicoder,
    read_liwc,
    read_wordstat,
    write_lexicoder,
    write_liwc,
    write_wordstat,
)

READERS = (read_liwc, read_wordstat, read_lexicoder)

LIWC = "%\n1\tcalm\n2\talarm\n%\npeace*\t1\ncease fire\t1\nwar\t2\nhush\t1\t2\n"
WORDSTAT = (
    "calm\n\tpeace* (1)\n\tcease_fire (1)\n\thush (1)\n"
    "alarm\n\twar (1)\n\thush (1)\n\tdeep\n\t\tx (2)\n"
)
LEXICODER = "+calm#00FF00\n peace*\n cease fire\n hush\n+alarm\n war\n hush\n"


def entries(dictionary):
    """Return path and texts of each category."""
    return [(c.path, [entry.text for entry in c.entries]) for c in dictionary.categories]


def left_out(dictionary):
    """Return line, category and text of what was left out."""
    return [row[:3] for row in dictionary.left_out]


def liwc(body, header="1\tcalm\n2\talarm"):
    return read_liwc(f"%\n{header}\n%\n{body}\n")


# ---------------------------------------------------------------------------- the same in all


def test_the_three_formats_give_the_same_entries():
    calm, alarm = (("calm",), ["peace*", "cease fire", "hush"]), (("alarm",), ["war", "hush"])
    assert entries(read_liwc(LIWC)) == [calm, alarm]
    assert entries(read_lexicoder(LEXICODER)) == [calm, alarm]
    assert entries(read_wordstat(WORDSTAT)) == [calm, alarm, (("alarm", "deep"), ["x"])]


@pytest.mark.parametrize(
    ("reader", "text"),
    [(read_liwc, LIWC), (read_wordstat, WORDSTAT), (read_lexicoder, LEXICODER)],
)
@pytest.mark.parametrize("end", ["\r\n", "\r", " \t\n", "\n\n \n"])
def test_line_ends_blank_lines_and_a_byte_order_mark_change_nothing(reader, text, end):
    expected = reader(text)
    read = reader("\ufeff" + text.replace("\n", end))
    assert entries(read) == entries(expected)
    assert read.left_out == expected.left_out == []


def test_lines_are_those_of_the_file():
    read = read_liwc(LIWC)
    assert [c.line for c in read.categories] == [2, 3]
    assert [e.line for c in read.categories for e in c.entries] == [5, 6, 8, 7, 8]
    read = read_wordstat(WORDSTAT.replace("\n", "\r\n\r\n"))
    assert [e.line for e in read.categories[0].entries] == [3, 5, 7]
    assert [e.line for e in read_lexicoder(LEXICODER).categories[1].entries] == [6, 7]


@pytest.mark.parametrize(
    ("reader", "text", "place"),
    [
        (read_liwc, "%\n1\ta\n2\tb\n%\nx\t1\ny\t2\nx\t1", (7, "a", "x")),
        (read_wordstat, "a\n\tx (1)\nb\n\ty (1)\n\tx (1)\n\ty (2)", (6, "b", "y")),
        (read_lexicoder, "+a\nx\ny\n+b\n x\n x ", (6, "b", "x")),
    ],
)
def test_an_entry_that_stands_twice_in_a_category_counts_once_and_is_told(reader, text, place):
    read = reader(text)
    assert left_out(read) == [place]
    assert "already in this category, in line" in read.left_out[0].reason


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (read_liwc, "%\n1\ta\n2\tb\n3\ta\n%\nx\t1\ny\t3"),
        (read_wordstat, "a\n\tx (1)\nb\na\n\ty (1)"),
        (read_lexicoder, "+a\nx\n+b\n+a\ny"),
    ],
)
def test_a_category_that_stands_twice_is_one_and_is_told(reader, text):
    read = reader(text)
    assert entries(read) == [(("a",), ["x", "y"]), (("b",), [])]
    assert left_out(read) == [(4, "a", "a")]


@pytest.mark.parametrize(
    ("reader", "levels"),
    [
        (read_liwc, "%\n" + "".join("\t" * n + f"{n}\tn{n}\n" for n in range(7)) + "%\nx\t1"),
        (read_wordstat, "\n".join("\t" * n + f"n{n}" for n in range(7)) + "\n\t\t\t\t\t\t\tx (1)"),
        (read_lexicoder, "\n".join("+" * n + f"n{n}" for n in range(1, 8))),
    ],
)
def test_more_than_five_levels_are_a_problem_each(reader, levels):
    found = problems(reader, levels)
    assert len(found) == 2
    assert "6 levels deep; a dictionary has at most 5" in found[0][1]
    assert "7 levels deep" in found[1][1]


def test_no_more_than_a_hundred_problems_are_listed():
    found = problems(read_lexicoder, "++++++a\n" + "+b\n++\n" * 250)
    assert len(found) == 101
    assert found[-1] == (203, "and below: 150 more problems")


# ---------------------------------------------------------------------------- LIWC


def test_zeros_before_a_number_do_not_count():
    read = liwc("x\t1\ny\t002\nz\t10\nw\t0", "01\tone\n2\ttwo\n10\tten\n000\tzero")
    assert [texts for _, texts in entries(read)] == [["x"], ["y"], ["z"], ["w"]]


@pytest.mark.parametrize(
    "line",
    [
        "{}\t1\t2",
        "{}\t\t\t01 02 \t ",
        "{}   \t1\t\t 2",
        "{}    1    2",
        "{} 1 2",
        "\t{} 01\t02".replace(" 01", "  01"),
        "{}\t1,2",
        "{}  1;\u00a02",
        "{}, 1, 2",
    ],
)
@pytest.mark.parametrize("term", ["peace", "kind of", "a b c*", ":)", "don't", "<3"])
def test_a_term_is_parted_from_its_numbers_however_they_are_separated(line, term):
    read = liwc(line.format(term))
    assert entries(read) == [(("calm",), [term]), (("alarm",), [term])]
    assert read.left_out == []


@pytest.mark.parametrize(
    ("line", "term"),
    [("article 5\t1", "article 5"), ("article 5   1", "article 5"), ("1984 1", "1984"),
     ("9\t1", "9"), ("more  than\t1", "more than"), ("more  than 1", "more than"),
     ("%\t1", "%"), ("# talks\t1", "# talks")],
)  # fmt: skip
def test_a_number_of_the_term_is_none_of_its_categories(line, term):
    assert entries(liwc(line)) == [(("calm",), [term]), (("alarm",), [])]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("verbs (Common verbs)", ("verbs", "Common verbs")),
        ("Common   verbs\t ", ("Common verbs", "")),
        ("verbs\t\tCommon verbs (all)", ("verbs", "Common verbs (all)")),
        ("joy(ful)", ("joy(ful)", "")),
        ("a (b) (c)", ("a (b) (c)", "")),
        ("(b)", ("(b)", "")),
        ("", ("7", "")),
    ],
)
def test_the_name_of_a_category_and_its_long_name(name, expected):
    category = liwc("x\t7", f"7\t{name}").categories[0]
    assert (category.path[-1], category.definition) == expected


@pytest.mark.parametrize("step", ["\t", "  ", "    ", "\t\t"])
def test_indentation_of_the_header_nests_categories_without_passing_words_up(step):
    header = (
        f"30\taffect (Affect)\n{step}31\tposemo (Positive)\n{step}32\tnegemo\n{step * 2}33\tanx\n"
        "40\tsocial"
    )
    read = liwc("fear*\t33\nglad\t30 31", header)
    assert entries(read) == [
        (("affect",), ["glad"]),
        (("affect", "posemo"), ["glad"]),
        (("affect", "negemo"), []),
        (("affect", "negemo", "anx"), ["fear*"]),
        (("social",), []),
    ]


def test_marks_of_the_header_may_have_spaces_around_them_and_text_before():
    read = read_liwc("My words\n \t%\t\t\n1\tcalm\nsee the manual\n%  \nx\t1\n%\n")
    assert entries(read) == [(("calm",), ["x"])]
    assert left_out(read) == [(1, "", "My words"), (4, "", "see the manual"), (7, "", "%")]


def test_terms_without_a_number_and_numbers_without_a_category_are_left_out():
    read = liwc("// words of peace\npeace\nwar\t3\nhush\t1 009 x (2) 1/2\nend\t1\t1\t01")
    assert entries(read) == [(("calm",), ["hush", "end"]), (("alarm",), [])]
    assert sorted(left_out(read)) == [
        (5, "", "// words of peace"),
        (6, "", "peace"),
        (7, "3", "war"),
        (8, "", "hush"),
        (8, "", "hush"),
        (8, "", "hush"),
        (8, "9", "hush"),
        (9, "", "end"),
        (9, "calm", "end"),
    ]
    reasons = [row.reason for row in read.left_out if row.line == 8]
    assert [re.findall('"(.*)"', reason) for reason in reasons] == [["x"], ["(2)"], ["1/2"], []]


CONDITIONS = (
    "2\tpronoun\n134\tdiscrep\n125\taffect\n131\tcause\n135\ttentat\n253\ttime\n464\tfiller"
)


def rules(read):
    """Return text and rules of all entries that have rules, by the name of their category."""
    return {
        category.path[-1]: [(e.text, e.rules) for e in category.entries if e.rules]
        for category in read.categories
        if any(entry.rules for entry in category.entries)
    }


def test_a_term_in_one_category_where_a_word_follows_and_else_in_another():
    read = liwc("kind\t<of>131/125\t<of>135 253", CONDITIONS)
    follows = {"near": ("of",), "within": 0, "order": "after"}
    assert rules(read) == {
        "cause": [("kind", follows)],
        "affect": [("kind", {"not_near": ("of",), "within": 0, "order": "after"})],
        "tentat": [("kind", follows)],
    }
    assert entries(read)[5] == (("time",), ["kind"])


@pytest.mark.parametrize("gap", ["\t", "    "])
def test_a_term_in_one_category_after_words_of_others_and_else_in_another(gap):
    body = "I\t2\nwould*\t0134\nlike\t(02 134)125/464 (02 134)131 253\nyou\t2".replace("\t", gap)
    read = liwc(body, CONDITIONS)
    words = ("I", "you", "would*")
    before = {"near": words, "within": 0, "order": "before"}
    assert rules(read) == {
        "affect": [("like", before)],
        "cause": [("like", before)],
        "filler": [("like", {"not_near": words, "within": 0, "order": "before"})],
    }
    assert entries(read)[5] == (("time",), ["like"])
    assert read.left_out == []


@pytest.mark.parametrize("gap", ["\t", "     ", " "])
def test_a_term_with_what_must_stand_before_it_in_brackets(gap):
    read = liwc(f"should\t134\n(i) like*{gap}125 253\n(did not) like*{gap}125\n(134) like*{gap}125",
                CONDITIONS)  # fmt: skip
    before = [{"near": (word,), "within": 0, "order": "before"} for word in ("i", "did not")]
    before.append({"near": ("should",), "within": 0, "order": "before"})
    assert rules(read) == {
        "affect": [("like*", rule) for rule in before],
        "time": [("like*", before[0])],
    }


def test_conditions_that_cannot_be_told_are_left_out():
    body = "a\t(2)125/464\nb\t(9)125\nc\t(135)125\nd\t<of>135\n(i) e\t<of>125"
    read = liwc(body, CONDITIONS)
    assert rules(read) == {"tentat": [("d", {"near": ("of",), "within": 0, "order": "after"})]}
    assert entries(read)[6] == (("filler",), ["a"])  # nothing can stand before it: always
    reasons = {row.text: row.reason for row in read.left_out}
    assert reasons == {
        "a": "follows words of a category that has none: never",
        "b": "follows words of category 9, which the header does not have",
        "c": "follows words of category 135, which have conditions themselves",
        "(i) e": '"<of>125" after it is a second condition',
    }


def test_conditions_that_repeat_a_long_list_of_words_do_not_fill_the_memory():
    header = "\n".join(f"{n}\tc{n}" for n in range(1, 200))
    words = "\n".join(f"w{n}\t1" for n in range(20_000))
    read = liwc(words + "".join(f"\nx{n}\t(1 {n})2" for n in range(3, 103)), header)
    texts = [text for text, _ in rules(read)["c2"]]
    assert texts == [f"x{n}" for n in range(3, 53)]
    assert len(read.left_out) == 50
    assert "1,000,000 words" in read.left_out[0].reason


def test_a_line_or_a_condition_without_end_is_left_out():
    many = " ".join(["1"] * 200)
    read = liwc(f"x\t({many})1 2\ny\t{'1 ' * 60_000}\nz\t1")
    assert entries(read) == [(("calm",), ["z"]), (("alarm",), ["x"])]
    assert [row.line for row in read.left_out] == [5, 6]


@pytest.mark.parametrize("text", ["", "peace\t1\n", "%\n1\tcalm\npeace\t1\n", "<dictionary/>"])
def test_a_file_without_two_marks_is_no_liwc_dictionary(text):
    line, message = problem(read_liwc, text)
    assert line == 1
    assert ("only one line" if "%" in text else "no line") in message


def test_a_header_must_name_each_number_once():
    assert problems(read_liwc, "\n%\n\n%\nx\t1")[0][0] == 2
    header = "1\tcalm\n01\talarm\n\t2\ta\n2\ta\n1\tcalm"
    found = problems(read_liwc, f"%\n{header}\n%\nx\t1")
    assert [line for line, _ in found] == [3, 5]
    assert '01 stands for "alarm" and, in line 2, for "calm"' in found[0][1]


# ---------------------------------------------------------------------------- WordStat


def test_wordstat_weights_phrases_and_wildcards():
    read = read_wordstat("A\n\tTAX_CUT* (1)\n\tIncome  tax (0.5)\n\tCOL?R (-2)\n\tA (B) (0,25)\n")
    assert [(e.text, e.weight) for e in read.categories[0].entries] == [
        ("TAX CUT*", 1), ("Income tax", 0.5), ("COL?R", -2), ("A (B)", 0.25),
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["X(1)", "X (a)", "X (1", "X 1)", "X ()", "X (1) Y", "X (1e5)"])
def test_a_line_without_a_weight_is_a_category(line):
    read = read_wordstat(f"A\n\tW (1)\n\t{line}\n")
    assert entries(read) == [(("A",), ["W"]), (("A", line), [])]


def test_wordstat_nesting_by_tabs_after_spaces_and_back():
    read = read_wordstat(
        "S\n   \tBW\n   \t\tB* (1)\n   \tLS\n   \t\tL (1)\n   \tS2 (1)\nT\n\tT1 (1)"
    )
    assert entries(read) == [
        (("S",), ["S2"]), (("S", "BW"), ["B*"]), (("S", "LS"), ["L"]), (("T",), ["T1"]),
    ]  # fmt: skip


def test_a_number_in_brackets_above_indented_lines_belongs_to_the_category():
    read = read_wordstat("PHASE (1)\n\tWAR (1)\nPHASE (2)\n\tPEACE (1)")
    assert entries(read) == [(("PHASE (1)",), ["WAR"]), (("PHASE (2)",), ["PEACE"])]


def test_wordstat_rules_and_entries_in_no_category_are_left_out():
    read = read_wordstat("X (1)\nA\n\t@R1 [A NEAR B] (1)\n\t (1)\n\tY (1)\nB (2)\n")
    assert entries(read) == [(("A",), ["Y"])]
    assert left_out(read) == [
        (1, "", "X (1)"), (3, "A", "@R1 [A NEAR B] (1)"), (4, "A", "(1)"), (6, "", "B (2)"),
    ]  # fmt: skip


def test_what_is_no_wordstat_dictionary():
    assert ".ykd" in problems(read_wordstat, "\ufeff\n <?xml?>")[0][1]
    assert "PEACE* (1)" in problems(read_wordstat, "")[0][1]
    assert "PEACE* (1)" in problems(read_wordstat, "An article.\nOf two lines.")[0][1]


# ---------------------------------------------------------------------------- Lexicoder


def test_spaces_around_a_lexicoder_entry_do_not_count_and_colours_say_nothing():
    read = read_lexicoder("intro\n+ a  b #A1B2c3 \n war \n a  lie\nheckl**\n+Act #12\n+c#1234567\n")
    assert entries(read) == [
        (("a b",), ["war", "a lie", "heckl**"]), (("Act #12",), []), (("c#1234567",), []),
    ]  # fmt: skip
    assert left_out(read) == [(1, "", "intro")]


def test_more_pluses_are_deeper_categories():
    read = read_lexicoder("+a\n w\n++b\n x\n+++c\n y\n++d\n z\n+e\n v")
    assert [path for path, _ in entries(read)] == [
        ("a",), ("a", "b"), ("a", "b", "c"), ("a", "d"), ("e",),
    ]  # fmt: skip
    assert [texts for _, texts in entries(read)] == [["w"], ["x"], ["y"], ["z"], ["v"]]


def test_what_is_no_lexicoder_dictionary():
    assert "+negative" in problems(read_lexicoder, "war\npeace")[0][1]
    assert problems(read_lexicoder, "+a\n x\n+ \n y\n+#FF0000")[0][0] == 3


# ---------------------------------------------------------------------------- writing


def made(*categories):
    """Return a dictionary of paths with texts."""
    return Dictionary(
        categories=[Category(path, entries=[Entry(t) for t in texts]) for path, texts in categories]
    )


NESTED = made(
    (("a", "b"), ["x*", "two words"]), (("c",), ["x*", "y"]), (("a",), ["z"]), (("a", "d"), [])
)


def test_liwc_has_each_term_once_with_all_its_numbers():
    expected = "%\n1\ta\n\t2\tb\n\t3\td\n4\tc\n%\nz\t1\nx*\t2\t4\ntwo words\t2\ny\t4\n"
    assert write_liwc(NESTED) == expected


def test_wordstat_has_tabs_weights_and_underscores():
    weighted = made((("a",), ["x", "y z"]))
    weighted.categories[0].entries[1].weight = 0.5
    assert write_wordstat(weighted) == "a\n\tx (1)\n\ty_z (0.5)\n"
    assert write_wordstat(NESTED) == (
        "a\n\tz (1)\n\tb\n\t\tx* (1)\n\t\ttwo_words (1)\n\td\nc\n\tx* (1)\n\ty (1)\n"
    )


@pytest.mark.parametrize("weight", [1.0, 10.0, 0.25, -2.5, 0.0, 100.0, 1 / 3, 1e-9])
def test_weights_come_back_to_nine_decimals(weight):
    dictionary = Dictionary(categories=[Category(("a",), entries=[Entry("x", weight=weight)])])
    read = read_wordstat(write_wordstat(dictionary))
    assert read.categories[0].entries[0].weight == pytest.approx(weight, abs=5.1e-10)


def test_lexicoder_has_a_space_before_entries():
    assert write_lexicoder(NESTED) == "+a\n z\n++b\n x*\n two words\n++d\n+c\n x*\n y\n"


@pytest.mark.parametrize(
    ("write", "read", "names", "written"),
    [
        (write_liwc, read_liwc, ["a b", "a (b)", "a_b", "\n%"], ["a_b", "a_[b]", "a_b_2", "%"]),
        (write_wordstat, read_wordstat, ["a (1)", "@a", "<a>", "a (b)", "a [1]", " "],
         ["a [1]", "_@a", "_<a>", "a (b)", "a [1]_2", "_"]),
        (write_lexicoder, read_lexicoder, ["+a", "a", "a#FF0000", "b #1", "+"],
         ["a", "a_2", "a_FF0000", "b #1", "_"]),
    ],
)  # fmt: skip
def test_names_are_made_safe_and_stay_different(write, read, names, written):
    dictionary = made(*(((name,), ["x"]) for name in names))
    assert entries(read(write(dictionary))) == [((name,), ["x"]) for name in written]


def test_empty_dictionaries_are_written():
    assert write_liwc(Dictionary()) == "%\n%\n"
    assert write_wordstat(Dictionary()) == write_lexicoder(Dictionary()) == ""


def test_what_the_formats_hold():
    assert sorted(LIWC_HOLDS) == ["nested", "phrases", "stars at the end"]
    assert sorted(WORDSTAT_HOLDS - LIWC_HOLDS) == ["question marks", "stars anywhere", "weights"]
    assert sorted(LEXICODER_HOLDS) == ["phrases", "stars at the end"]


WORD = st.text("aAbéйع中9'-", min_size=1, max_size=4)


def dictionaries(word=WORD, joint=" "):
    """Draw dictionaries with every category after the one above it."""
    texts = st.lists(st.lists(word, min_size=1, max_size=3).map(" ".join), max_size=3, unique=True)
    name = st.lists(WORD, min_size=1, max_size=2).map(joint.join)
    paths = st.lists(st.lists(name, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3)

    def whole(paths):
        every = sorted({path[:n] for path in paths for n in range(1, len(path) + 1)})
        return st.tuples(*(st.tuples(st.just(path), texts) for path in every))

    return paths.flatmap(whole).map(lambda categories: made(*categories))


@settings(max_examples=40, deadline=None)
@given(dictionaries(WORD | WORD.map("{}*".format) | st.sampled_from([":)", "<3", "%"]), joint="_"))
def test_a_liwc_dictionary_comes_back(dictionary):
    read = read_liwc(write_liwc(dictionary))
    assert [(path, sorted(texts)) for path, texts in entries(read)] == [
        (path, sorted(texts)) for path, texts in entries(dictionary)
    ]
    assert read.left_out == []
    assert write_liwc(read) == write_liwc(read_liwc(write_liwc(read)))


@settings(max_examples=40, deadline=None)
@given(dictionaries(st.text("aZ*?9'-й(", min_size=1, max_size=4)))
def test_a_wordstat_dictionary_comes_back(dictionary):
    dictionary.categories.append(Category(("zz",), entries=[Entry("x", weight=2.5)]))
    read = read_wordstat(write_wordstat(dictionary))
    assert entries(read) == entries(dictionary)
    assert read.left_out == []
    assert read.categories[-1].entries[0].weight == 2.5


@settings(max_examples=40, deadline=None)
@given(dictionaries(WORD | WORD.map("{}*".format)))
def test_a_lexicoder_dictionary_comes_back(dictionary):
    read = read_lexicoder(write_lexicoder(dictionary))
    assert entries(read) == entries(dictionary)
    assert read.left_out == []


# ---------------------------------------------------------------------------- hostile files


def check_that_no_line_vanishes(reader, text):
    """Read a text; every line is a category, an entry, left out, or one of the two marks."""
    try:
        read = reader(text)
    except DictionaryError:
        return
    assert len({category.path for category in read.categories}) == len(read.categories)
    lines = re.split("\r\n|\r|\n", text.removeprefix("\ufeff"))
    marks = [n for n, line in enumerate(lines, 1) if reader is read_liwc and line.strip() == "%"]
    told = {row.line for row in read.left_out} | {c.line for c in read.categories} | {*marks[:2]}
    told |= {entry.line for category in read.categories for entry in category.entries}
    assert told == {n for n, line in enumerate(lines, 1) if line.strip()}


@settings(max_examples=40, deadline=None)
@given(st.text() | st.text("%\n\t 12(/)<of>+@#a*_"))
def test_any_text_is_read_or_refused(text):
    for reader in READERS:
        check_that_no_line_vanishes(reader, text)
    check_that_no_line_vanishes(read_liwc, f"%\n1\ta\n2\tb\n%\n{text}")
    check_that_no_line_vanishes(read_liwc, f"%\n{text}\n%\nx 1")
    check_that_no_line_vanishes(read_wordstat, f"A\n\tB (1)\n{text}")
    check_that_no_line_vanishes(read_lexicoder, f"+a\n{text}")


NOISE = st.text("%\n\r\t 12(/)<>+#@a", max_size=3)
FILES = {
    read_liwc: LIWC.replace("hush", "like\t(2 1)1/2\n(i) hush\t<of>1\t9 x\nkind\t<of>1/2\nhush"),
    read_wordstat: WORDSTAT,
    read_lexicoder: LEXICODER.replace("+alarm", "++alarm"),
}


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(list(FILES)),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 4), NOISE), max_size=6),
)  # fmt: skip
def test_a_damaged_file_is_read_or_refused(reader, damages):
    text = FILES[reader]
    for place, gone, new in damages:
        text = text[:place] + new + text[place + gone :]
    check_that_no_line_vanishes(reader, text)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(WORD, st.lists(st.integers(1, 6), min_size=1, unique=True)), max_size=8))
def test_every_number_of_a_term_is_an_entry_or_left_out(listed):
    header = "\n".join(f"{n}\tc{n}" for n in range(1, 5))
    read = liwc("\n".join("\t".join([t, *map(str, codes)]) for t, codes in listed), header)
    n_entries = sum(len(category.entries) for category in read.categories)
    assert n_entries + len(read.left_out) == sum(len(codes) for _, codes in listed)
    for number, category in enumerate(read.categories, 1):
        expected = dict.fromkeys(term for term, codes in listed if number in codes)
        assert [entry.text for entry in category.entries] == list(expected)


N = 60_000


@pytest.mark.parametrize(
    "text",
    [
        "\t" * N, "\t" * N + "x (1)", "a" + " " * N + "b", "a " * N, "1 " * N + "x", "(" * N,
        "( " * N, "< (" * N, "(1" * N, "1" * N, "1" * N + "x", "+" * N + "a", "\0" * N, "\r" * N,
        "".join("\t" * n + "1 a\n" for n in range(300)), "a (1)\n" * (N // 9), "1 a\n" * (N // 9),
        "".join("+" * n + "a\n" for n in range(1, 300)), ", " * N + "1",
    ],
    ids=str.__len__,
)  # fmt: skip
def test_large_noise_takes_no_more_than_its_length(text):
    for reader in READERS:
        check_that_no_line_vanishes(reader, text)
    check_that_no_line_vanishes(read_liwc, f"%\n1\ta\n%\n{text}")
    check_that_no_line_vanishes(read_liwc, f"%\n{text}\n%\nx 1")
    check_that_no_line_vanishes(read_wordstat, f"A\n\tB (1)\n{text}")
    check_that_no_line_vanishes(read_lexicoder, f"+a\n{text}")
