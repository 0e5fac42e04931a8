import io
import re
import zipfile

import openpyxl
import pytest
from dictionaries import problem, problems, without_lines, words
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import dictionary_excel, dictionary_tables
from framing.dictionary import Category, Dictionary, DictionaryError, Entry, LeftOut
from framing.dictionary_excel import read_dictionary_excel, write_dictionary_excel
from framing.dictionary_tables import (
    TABLE_HOLDS,
    read_dictionary_csv,
    read_table_rows,
    write_dictionary_csv,
)
from framing.dictionary_yaml import QUANTEDA_HOLDS, read_quanteda_yaml, write_quanteda_yaml

# ---------------------------------------------------------------------------- quanteda


def test_lists_and_single_words_are_entries_with_their_lines():
    made = read_quanteda_yaml("A CATEGORY: [more, lamb]\nANOTHER: mary\nTHIRD:\n  - had  a\n")
    assert made.categories == [
        Category(("A CATEGORY",), 1, [Entry("more", 1), Entry("lamb", 1)]),
        Category(("ANOTHER",), 2, [Entry("mary", 2)]),
        Category(("THIRD",), 3, [Entry("had a", 4)]),
    ]


def test_words_stay_words():
    made = read_quanteda_yaml("a: [no, on, y, 1.10, 010, 'null', 1:30, NA, 2022-02-10]\nno: [x]\n")
    expected = ["no", "on", "y", "1.10", "010", "null", "1:30", "NA", "2022-02-10"]
    assert words(made) == {("a",): expected, ("no",): ["x"]}


def test_levels_may_be_mixed():
    text = """
EU:
  - union
  - FR: [Paris, Lyon]
    DE: Berlin
  - [nested, list]
US:
  MA: Boston
  '': Washington
  __: [Capitol]
empty:
"""
    assert words(read_quanteda_yaml(text)) == {
        ("EU",): ["union", "nested", "list"],
        ("EU", "FR"): ["Paris", "Lyon"],
        ("EU", "DE"): ["Berlin"],
        ("US",): ["Washington", "Capitol"],
        ("US", "MA"): ["Boston"],
        ("empty",): [],
    }


def test_empty_words_are_left_out():
    made = read_quanteda_yaml("a:\n- ''\n- ~\n- b\n-\n")
    assert words(made) == {("a",): ["b"]}
    assert [left[:3] for left in made.left_out] == [(2, "a", ""), (3, "a", "~"), (5, "a", "")]


def test_five_levels_are_read_and_a_sixth_is_a_problem():
    text = "a:\n b:\n  c:\n   d:\n    e: [x]\n"
    assert words(read_quanteda_yaml(text))["a", "b", "c", "d", "e"] == ["x"]
    line, message = problem(read_quanteda_yaml, text.replace("[x]", "\n     f: [x]"))
    assert line == 6
    assert '"a > b > c > d > e > f" is 6 levels deep' in message


def test_all_problems_of_a_yaml_file_come_together():
    text = "a: [x]\na: [y]\n'': z\n? [p, q]\n: r\nb:\n- c: x\n- c: y\n"
    found = problems(read_quanteda_yaml, text)
    assert [line for line, _ in found] == [2, 3, 4, 8]
    assert "first on line 1" in found[0][1]
    assert "has no name" in found[1][1]
    assert "plain text" in found[2][1]
    assert "first on line 7" in found[3][1]


@pytest.mark.parametrize("text", ["- a\n- b\n", "word", ""])
def test_words_without_category_are_a_problem(text):
    assert problem(read_quanteda_yaml, text)[0] == 1


def test_what_is_not_safe_in_yaml_is_refused():
    assert "alias" in problem(read_quanteda_yaml, "a: &x [b]\nc: *x\n")[1]
    assert "tag" in problem(read_quanteda_yaml, "a: !!python/name:os.system x\n")[1]
    assert "nested more than" in problem(read_quanteda_yaml, "[" * 100_000)[1]
    assert problem(read_quanteda_yaml, "a: [b\nc: d")[0] == 2


def test_words_beside_categories_are_written_as_quanteda_does():
    made = Dictionary(
        categories=[
            Category(("US",), entries=[Entry("no"), Entry('a "b" \\')]),
            Category(("US", "MA"), entries=[Entry("1.10")]),
            Category(("JP",)),
        ]
    )
    assert write_quanteda_yaml(made) == (
        '"US":\n  "__":\n    - "no"\n    - "a \\"b\\" \\\\"\n  "MA":\n    - "1.10"\n"JP": []\n'
    )


def test_what_cannot_be_written_as_yaml_is_a_problem():
    def write(*categories):
        return problems(write_quanteda_yaml, Dictionary(categories=list(categories)))

    assert len(write(Category(("a",)), Category(("a",)), Category(("",)))) == 2
    assert "meaning of its own" in write(Category(("a", "__")))[0][1]
    assert "shorten" in write(Category(("a" * 501,)))[0][1]
    assert "shorten" in write(Category(("\x01" * 200,)))[0][1]
    assert "U+D800" in write(Category(("a",), entries=[Entry("b\ud800")]))[0][1]


# ---------------------------------------------------------------------------- tables


FULL = """\
Frame,Pattern,Weight,Definition,Examples,Note,Review,Anchor,Near,Not-near,Except,Within,Order
calm > peace,truce*,0.5,Talk.,"one
two",why,yes,state,"a
b",c,d,3,before
calm > peace,peace,,,,,,,,,,,
"""


def test_every_column_has_its_place():
    rules = {
        "review": True, "anchor": "state", "near": ("a", "b"), "not_near": ("c",),
        "except_": ("d",), "within": 3, "order": "before",
    }  # fmt: skip
    entries = [Entry("truce*", 2, 0.5, "why", rules), Entry("peace", 5)]
    expected = Category(("calm", "peace"), 2, entries, definition="Talk.", examples=("one", "two"))
    assert read_dictionary_csv(FULL) == Dictionary(categories=[expected])


@pytest.mark.parametrize("mark", [";", "\t", ","])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_separator_is_found_from_the_known_columns(mark, end):
    lines = ["\ufeffCategory" + mark + "TERM" + mark + "a remark", f"calm{mark}peace{mark}x"]
    made = read_dictionary_csv(end.join(lines))
    assert words(made) == {("calm",): ["peace"]}
    assert made.left_out == [
        LeftOut(1, "", "a remark", "no column of this name is known; it has 1 filled cell")
    ]


def test_a_comma_in_a_name_does_not_make_commas_the_separator():
    made = read_dictionary_csv("code;word;a, b, c, d\ncalm;peace;x\n")
    assert words(made) == {("calm",): ["peace"]}


def test_excel_may_say_the_separator_first():
    made = read_dictionary_csv("sep=;\nframe;pattern\ncalm;peace, now\n")
    assert made.categories[0].entries == [Entry("peace, now", 3)]


@pytest.mark.parametrize("frame", ["frame", " CATEGORY ", "Code", "construct"])
@pytest.mark.parametrize("pattern", ["Pattern", "term", "WORD", "keyword", "entry"])
def test_common_names_of_columns_are_known(frame, pattern):
    assert words(read_table_rows([(1, [pattern, frame]), (2, ["peace", "calm"])])) == {
        ("calm",): ["peace"]
    }


def test_unknown_columns_are_told_once_with_the_number_of_their_cells():
    rows = [(1, ["frame", "pattern", "source", "", "empty"]), (2, ["a", "b", "x", "y"])]
    rows += [(3, ["a", "c", "z"]), (4, ["a", "d", " "])]
    left = [(left.line, left.text, left.reason[-17:]) for left in read_table_rows(rows).left_out]
    assert left == [
        (1, "source", "has 2 filled cells"[-17:]),
        (1, "column 4", "has 1 filled cell"),
        (1, "empty", "has 0 filled cells"[-17:]),
    ]


def test_what_belongs_to_a_frame_stands_once_or_again():
    rows = [
        (1, ["frame", "pattern", "definition", "include"]),
        (2, ["a", "one", "", "x\ny"]),
        (3, ["", "two", "Def", ""]),
        (4, ["b", "three", "Other", ""]),
        (5, ["a", "four", "Def", "x\ny"]),
        (6, ["c", "", "Only", ""]),
    ]
    made = read_table_rows(rows)
    assert words(made) == {("a",): ["one", "two", "four"], ("b",): ["three"], ("c",): []}
    a, b, c = made.categories
    assert (a.definition, a.include) == ("Def", ("x", "y"))
    assert (b.definition, c.definition) == ("Other", "Only")


def test_contradictions_and_other_problems_come_together_with_their_rows():
    rows = [
        (1, ["frame", "pattern", "weight", "definition", "within", "order", "review"]),
        (2, ["", "one", "", "", "", "", ""]),
        (3, ["a", "two", "half", "Def", "", "", ""]),
        (4, ["a", "three", "nan", "Other", "-1", "", ""]),
        (5, ["a > > b", "four", "1e999", "", "", "", ""]),
        (6, ["a", "five", "", "", "", "beside", "perhaps"]),
        (7, ["a", "six", "", "", "", "", "", "more"]),
        (8, ["a > b > c > d > e > f", "seven", "", "", "", "", ""]),
    ]
    found = problems(read_table_rows, rows)
    # The name of the frame of rows 5 and 8 is no name, so the rest of these rows is not looked at.
    assert [line for line, _ in found] == [2, 3, 4, 4, 4, 5, 6, 6, 7, 8]
    texts = "\n".join(message for _, message in found)
    for text in ("`half` is no number", "`Other` here, but `Def` on line 3", "within is `-1`"):
        assert text in texts
    for text in ("`beside`", "review is `perhaps`", "8 cells, the header 7", "6 levels deep"):
        assert text in texts


@pytest.mark.parametrize(
    ("text", "weight"),
    [("0,5", 0.5), ("0.5", 0.5), ("", 1), ("2", 2), ("-1e-2", -0.01), (",5", 0.5)],
)
def test_weights_are_numbers_with_point_or_comma(text, weight):
    made = read_table_rows([(1, ["frame", "pattern", "weight"]), (2, ["a", "b", text])])
    assert made.categories[0].entries[0].weight == weight


@pytest.mark.parametrize("text", ["1,000.5", "1_0", "inf", "½", "0x1", "5 %", "1,2,3", "e5"])
def test_anything_else_is_no_weight(text):
    rows = [(1, ["frame", "pattern", "weight"]), (2, ["a", "b", text])]
    line, message = problem(read_table_rows, rows)
    assert line == 2
    assert f"`{text}`" in message


def test_a_table_needs_a_header_with_the_frame():
    assert "empty" in problem(read_table_rows, [])[1]
    assert "empty" in problem(read_dictionary_csv, "\n\n")[1]
    assert '"Wort", "Gruppe"' in problem(read_dictionary_csv, "\nWort;Gruppe\na;b")[1]
    line, message = problem(read_dictionary_csv, "frame,code,word\n")
    assert line == 1
    assert '"frame", "code" mean the same' in message


def test_what_speaks_of_no_pattern_is_left_out():
    made = read_dictionary_csv("frame,pattern,weight,note\na,,0.5,why\n")
    assert [left[:3] for left in made.left_out] == [(2, "a", "0.5"), (2, "a", "why")]


def test_several_patterns_of_a_cell_share_the_row():
    made = read_dictionary_csv('frame,pattern,weight\na,"one\r\n two words \n",0.5\n')
    assert made.categories[0].entries == [Entry("one", 2, 0.5), Entry("two words", 2, 0.5)]


def test_an_arrow_in_a_name_is_no_level():
    made = read_dictionary_csv("frame,pattern\na >> b > c>d,x\n")
    assert list(words(made)) == [("a > b", "c>d")]


def test_an_open_quotation_mark_is_a_problem_of_its_row():
    line, message = problem(read_dictionary_csv, 'frame,pattern\na,b\na,"c\nd,e\n')
    assert line == 3
    assert "not closed" in message
    assert problem(read_dictionary_csv, 'frame,pattern\na,"b"c\n')[0] == 2


def test_huge_cells_and_files_are_problems(monkeypatch):
    rows = [(1, ["frame", "pattern"]), (2, ["a", "x" * 100_001])]
    assert "100,001 characters" in problem(read_table_rows, rows)[1]
    assert problem(read_dictionary_csv, "frame,pattern\na," + "x" * 200_000)[0] == 2
    monkeypatch.setattr(dictionary_tables, "LARGEST_FILE", 10)
    assert "divide" in problem(read_dictionary_csv, "frame,pattern")[1]


def test_cells_of_a_csv_file_stand_as_they_are():
    entries = [Entry("=Security"), Entry("@x"), Entry("-State-", weight=0.25)]
    made = Dictionary(categories=[Category(("+State+",), entries=entries, examples=("a\nb", "c"))])
    assert write_dictionary_csv(made) == (
        "frame,pattern,weight,definition,examples\n"
        '+State+,=Security,,,"a\n  b\nc"\n'
        "+State+,@x,,,\n+State+,-State-,0.25,,\n"
    )


def test_paths_that_cannot_be_read_are_not_written():
    made = Dictionary(categories=[Category(()), Category(tuple("123456"))])
    assert len(problems(write_dictionary_csv, made)) == 2
    assert len(problems(write_dictionary_excel, made)) == 2


def test_what_the_formats_hold():
    assert "rules" in TABLE_HOLDS
    assert "weights" in TABLE_HOLDS - QUANTEDA_HOLDS


# ---------------------------------------------------------------------------- Excel


def workbook(*rows, sheets=()):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for sheet in sheets:
        book.create_sheet(sheet)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_a_workbook_is_read_with_its_numbers_and_empty_cells():
    data = workbook(
        ["Category", "Term", "Weight", "Within", "Review"],
        ["a", "b", 0.5, 3, True],
        [None, None, None],
        [None, 1914],
        sheets=["Notes"],
    )
    made = read_dictionary_excel(data)
    rules = {"within": 3, "review": True}
    assert made.categories == [
        Category(("a",), 2, [Entry("b", 2, 0.5, "", rules), Entry("1914", 4)])
    ]
    assert made.left_out == [LeftOut(1, "", "Notes", "a sheet; only the first one is read")]


def test_formulas_are_problems_and_texts_that_look_like_them_are_not():
    data = workbook(["frame", "pattern", "weight"], ["a", "b", "=1/2"], ["a", "c", "=B2"])
    found = problems(read_dictionary_excel, data)
    assert [line for line, _ in found] == [2, 3]
    assert "C2" in found[0][1]
    entries = [Entry(text) for text in ("=1+1", "+a", "-a", "@a", "#N/A", "1-2", "TRUE", "007")]
    made = Dictionary(categories=[Category(("=State=",), entries=entries)])
    data = write_dictionary_excel(made)
    cells = list(openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(max_col=2))
    assert {cell.data_type for row in cells for cell in row} == {"s"}
    assert {cell.number_format for row in cells for cell in row} == {"@"}
    assert words(read_dictionary_excel(data)) == words(made)


def test_weights_are_numbers_in_a_workbook():
    data = write_dictionary_excel(
        Dictionary(categories=[Category(("a",), 1, [Entry("b", 1, 0.1)])])
    )
    assert openpyxl.load_workbook(io.BytesIO(data)).active["C2"].value == 0.1


def test_a_weight_with_more_digits_than_excel_has_is_kept():
    weight = 0.1 + 0.2
    made = Dictionary(categories=[Category(("a",), entries=[Entry("b", weight=weight)])])
    assert (
        read_dictionary_excel(write_dictionary_excel(made)).categories[0].entries[0].weight
        == weight
    )


def test_a_workbook_has_the_same_bytes_on_another_day():
    made = Dictionary(categories=[Category(("a",), 1, [Entry("b", 1, 0.1)])])
    data = write_dictionary_excel(made)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert {part.date_time for part in packed.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        assert set(re.findall(rb"\d{4}-\d\d-\d\dT", packed.read("docProps/core.xml"))) == {
            b"2000-01-01T"
        }


def test_what_excel_cannot_hold_is_a_problem():
    made = [Category(("a",), entries=[Entry("b" * 32_768), Entry("c\ud800")])]
    assert [n for n, _ in problems(write_dictionary_excel, Dictionary(categories=made))] == [2, 3]


def repacked(change, data=None):
    """Change the sheet of a workbook as text."""
    made = io.BytesIO()
    data = data or workbook(["frame", "pattern"], ["a", "b"])
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", 8) as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                content = change(content.decode()).encode()
            new.writestr(part.filename, content)
    return made.getvalue()


def test_zip_bombs_are_refused_before_they_are_opened(monkeypatch):
    bomb = repacked(lambda sheet: sheet + " " * 60_000_000)
    assert len(bomb) < 100_000
    monkeypatch.setattr(openpyxl, "load_workbook", pytest.fail)
    assert "when unpacked" in problem(read_dictionary_excel, bomb)[1]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="999999999"><c r="A999999999" t="str"><v>x</v></c></row>',
        "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(3, 600)),
    ],
)
def test_sheets_that_are_mostly_holes_are_refused(rows, monkeypatch):
    monkeypatch.setattr(dictionary_excel, "_MOST_CELLS", 100_000)
    monkeypatch.setattr(dictionary_excel, "_MOST_ROWS", 1000)
    holes = repacked(lambda sheet: sheet.replace("</sheetData>", rows + "</sheetData>"))
    assert "delete what is empty" in problem(read_dictionary_excel, holes)[1]


def test_entity_bombs_in_a_workbook_are_an_error():
    entities = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha" * 50}">' for n in range(9)
    )

    def bomb(sheet):
        sheet = re.sub(r"^(<\?xml.*?\?>)?", f"<!DOCTYPE worksheet [{entities}]>", sheet)
        return sheet.replace("</sheetData>", "&e8;</sheetData>")

    problem(read_dictionary_excel, repacked(bomb))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"frame,pattern\n"])
def test_other_files_are_no_workbook(data):
    assert "not a readable .xlsx" in problem(read_dictionary_excel, data)[1]


# ---------------------------------------------------------------------------- properties


LETTERS = st.characters(exclude_categories=["Cs"])
TEXTS = st.text(LETTERS | st.sampled_from("\n\r\t ,;\"'=+-@>_x0"), max_size=8).map(str.strip)
NAMES = TEXTS.filter(bool)
PATTERNS = NAMES.map(lambda text: " ".join(text.split())).filter(bool)
LISTS = st.lists(NAMES, max_size=2).map(tuple)
FILLED = st.lists(NAMES, min_size=1, max_size=2).map(tuple)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
RULES = st.fixed_dictionaries(
    {},
    optional={
        "anchor": NAMES, "near": FILLED, "not_near": FILLED, "except_": FILLED,
        "within": st.integers(0, 999), "order": st.sampled_from(["before", "after", "either"]),
        "review": st.booleans(), "regex": st.booleans(),
    },
)  # fmt: skip


@st.composite
def paths(draw):
    """Draw paths in the order of a file, each after the one that it lies in."""
    given_paths = draw(st.lists(st.lists(NAMES, min_size=1, max_size=5).map(tuple), max_size=2))
    return sorted({path[:depth] for path in given_paths for depth in range(1, len(path) + 1)})


@st.composite
def tables(draw):
    made = Dictionary()
    for path in draw(paths()):
        category = Category(path, 0, [], draw(TEXTS), draw(TEXTS))
        for name in ("include", "exclude", "examples", "counter_examples"):
            setattr(category, name, draw(LISTS))
        entries = st.builds(Entry, PATTERNS, weight=NUMBERS, note=TEXTS, rules=RULES)
        category.entries = draw(st.lists(entries, max_size=2))
        made.categories.append(category)
    return made


@settings(max_examples=40, deadline=None)
@given(tables())
def test_a_written_table_reads_as_it_was(dictionary):
    text = write_dictionary_csv(dictionary)
    assert without_lines(read_dictionary_csv(text)) == dictionary
    data = write_dictionary_excel(dictionary)
    read = without_lines(read_dictionary_excel(data))
    assert read == dictionary
    assert write_dictionary_excel(read) == data
    assert write_dictionary_csv(read) == text


@settings(max_examples=40, deadline=None)
@given(paths().map(lambda given: [p for p in given if "__" not in p[1:]]), st.data())
def test_a_written_quanteda_dictionary_reads_as_it_was(given_paths, data):
    entries = st.lists(st.builds(Entry, PATTERNS), max_size=2)
    made = [Category(path, 0, data.draw(entries)) for path in given_paths]
    text = write_quanteda_yaml(Dictionary(categories=made))
    assert without_lines(read_quanteda_yaml(text)) == Dictionary(categories=made)


CELLS = st.sampled_from(
    ["", " ", "a", "b > c", "0,5", "x*", "half", "word", "true", "a\nb", "a > "]
)
HEADERS = st.lists(
    st.sampled_from(["frame", "pattern", "weight", "definition", "near", "odd", "", "review"]),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(HEADERS, st.lists(st.lists(CELLS, max_size=6), max_size=6))
def test_every_pattern_of_a_table_is_an_entry(header, rows):
    try:
        read = read_table_rows([(n, row) for n, row in enumerate([header, *rows], 1)])
    except DictionaryError:
        return
    where = header.index("pattern") if "pattern" in header else len(header)
    cells = [row[where] for row in rows if where < len(row)]
    patterns = [line for cell in cells for line in cell.split("\n") if line.strip()]
    assert sum(len(category.entries) for category in read.categories) == len(patterns)
    odd = [column for column, name in enumerate(header) if name in ("odd", "")]
    filled = sum(bool(row[n].strip()) for row in rows for n in odd if n < len(row))
    told = [re.search(r"has (\d+) filled", left.reason) for left in read.left_out]
    assert sum(int(found[1]) for found in told if found) == filled


YAML = st.recursive(
    st.sampled_from(["a", "b", "'no'", "''", "~"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(st.sampled_from(["c", "d", "__", "''"]), inner, max_size=2).map(
            lambda pairs: f"{{{', '.join(f'{k}: {v}' for k, v in pairs.items())}}}"
        )
    ),
    max_leaves=8,
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(["x", "y"]), YAML, min_size=1))
def test_every_word_of_a_yaml_file_is_an_entry_or_left_out(pairs):
    text = "".join(f"{key}: {value}\n" for key, value in pairs.items())
    try:
        read = read_quanteda_yaml(text)
    except DictionaryError:
        return
    scalars = len(re.findall(r"(?<![\w'])(a|b|'no'|~)", text))
    entries = sum(len(category.entries) for category in read.categories)
    marks = sum(left.text == "~" for left in read.left_out)
    assert entries + marks == scalars


@settings(max_examples=40, deadline=None)
@given(st.text() | st.text(st.sampled_from('frame,pattern;"\n\r\t0>a:[]{}- ')))
def test_any_text_gives_a_dictionary_or_its_error(text):
    for read in (read_dictionary_csv, read_quanteda_yaml):
        for given_text in (text, "frame,pattern\n" + text, FULL + text):
            try:
                read(given_text)
            except DictionaryError as error:
                lines = [line for line, _ in error.problems]
                if not lines or lines != sorted(lines):
                    pytest.fail(f"{lines} are the lines of the problems")


@settings(max_examples=40, deadline=None)
@given(st.binary() | st.tuples(st.integers(0, 5000), st.binary(max_size=9)))
def test_any_bytes_give_a_dictionary_or_its_error_as_a_workbook(data):
    if isinstance(data, tuple):
        place, other = data
        book = workbook(["frame", "pattern"], ["a", "b"])
        data = book[:place] + other + book[place + len(other) :]
    try:
        read_dictionary_excel(data)
    except DictionaryError as error:
        if len(error.problems) != 1:
            pytest.fail(str(error))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2000), st.integers(0, 40), st.text("<>/c rv=\"'A1t9&;", max_size=9))
def test_any_sheet_gives_a_dictionary_or_its_error(place, length, other):
    broken = repacked(lambda sheet: sheet[:place] + other + sheet[place + length :])
    try:
        read_dictionary_excel(broken)
    except DictionaryError as error:
        if not error.problems:
            pytest.fail("no problem is named")


@pytest.mark.parametrize("text", ["_x0041\x01", "_x0041_", "_x0041_x0042_", "__x0041\r\x02_x1"])
def test_what_looks_like_a_code_of_excel_is_read_as_it_was(text):
    made = Dictionary(categories=[Category(("a",), entries=[Entry("b", note=text)])])
    [entry] = read_dictionary_excel(write_dictionary_excel(made)).categories[0].entries
    assert entry.note == text


def test_half_a_character_is_a_problem_with_its_cell():
    data = workbook(["frame", "pattern", "note"], ["a", "b", "_xD83D_"])
    assert problems(read_dictionary_excel, data) == [
        (2, "the cell C2 holds half a character; mend it")
    ]


def test_cells_that_are_merged_on_a_sheet_that_is_not_read_are_not_told():
    book = openpyxl.Workbook()
    for row in (["frame", "pattern"], ["calm", "peace"]):
        book.active.append(row)
    book.create_sheet("notes").merge_cells("A1:A3")
    data = io.BytesIO()
    book.save(data)
    [left] = read_dictionary_excel(data.getvalue()).left_out
    assert left.text == "notes"


def test_cells_that_are_merged_over_rows_are_told():
    # Excel and LibreOffice keep the value in the first cell, so that "truce" would weigh 0.5 too
    book = openpyxl.Workbook()
    for row in (["frame", "pattern", "weight"], ["calm", "peace", 0.5], ["", "truce", ""]):
        book.active.append(row)
    book.active.merge_cells("C2:C3")
    data = io.BytesIO()
    book.save(data)
    read = read_dictionary_excel(data.getvalue())
    assert [entry.weight for entry in read.categories[0].entries] == [0.5, 1]
    [left] = read.left_out
    assert left.text == "C2:C3"
    assert left.reason.startswith("merged cells")
