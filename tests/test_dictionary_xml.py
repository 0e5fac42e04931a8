import io
import re
import uuid
import xml.etree.ElementTree as ET
import zipfile

import pytest
from dictionaries import problem, problems, without_lines, words
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import dictionary_xml
from framing.dictionary import Category, Dictionary, DictionaryError, Entry, LeftOut
from framing.dictionary_xml import (
    QDC_HOLDS,
    YOSHIKODER_HOLDS,
    read_qdc,
    read_yoshikoder,
    write_qdc,
    write_yoshikoder,
)

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
STYLE = '<dictionary style="050805" patternengine="substring">\n'


def ykd(body, head=HEAD + STYLE):
    return f"{head}{body}</dictionary>\n".encode()


def qdc(body, namespace="urn:QDA-XML:codebook:1.0"):
    return f'{HEAD}<CodeBook xmlns="{namespace}"><Codes>\n{body}</Codes></CodeBook>'.encode()


# ---------------------------------------------------------------------------- Yoshikoder


def test_several_categories_at_the_top_are_categories():
    body = """<cnode name="A CATEGORY" desc="">
    <pnode name="more"/>
    <pnode name="lamb"/>
</cnode>
<cnode name="ANOTHER CATEGORY" desc=""><pnode name="mary"/></cnode>
"""
    dictionary = read_yoshikoder(ykd(body))
    assert dictionary == Dictionary(
        categories=[
            Category(("A CATEGORY",), 3, [Entry("more", 4), Entry("lamb", 5)]),
            Category(("ANOTHER CATEGORY",), 7, [Entry("mary", 7)]),
        ]
    )


def test_one_category_at_the_top_without_words_is_the_dictionary():
    body = """<cnode name="Laver and Garry" desc="From 2000">
<cnode name="Economy"><cnode name="+State+" desc="for"><pnode name="care"/></cnode>
<cnode name="=State="><pnode name="accounts"/></cnode><pnode name="age"/></cnode></cnode>"""
    dictionary = read_yoshikoder(ykd(body))
    assert (dictionary.name, dictionary.description) == ("Laver and Garry", "From 2000")
    assert words(dictionary) == {
        ("Economy",): ["age"],
        ("Economy", "+State+"): ["care"],
        ("Economy", "=State="): ["accounts"],
    }
    assert dictionary.categories[1].definition == "for"


def test_one_category_at_the_top_with_words_is_a_category():
    dictionary = read_yoshikoder(ykd('<cnode name="calm"><pnode name="peace"/></cnode>'))
    assert dictionary.name == ""
    assert words(dictionary) == {("calm",): ["peace"]}
    body = '<cnode name="calm"><pnode name="peace"/><cnode name="b"/></cnode>'
    assert words(read_yoshikoder(ykd(body))) == {("calm",): ["peace"], ("calm", "b"): []}


def test_a_new_yoshikoder_dictionary_has_a_name_and_no_category():
    assert read_yoshikoder(ykd('<cnode name="new"/>')) == Dictionary("new")


def test_lexicoder_names_its_dictionary_and_puts_spaces_around_words():
    head = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    head += '<dictionary style="Lexicoder" name="policy_agendas">'
    body = '<cnode name="t100"><pnode name=" NBB "></pnode><pnode name="recht op  informatie"/>'
    dictionary = read_yoshikoder(ykd(body + "</cnode>", head))
    assert dictionary.name == "policy_agendas"
    assert words(dictionary) == {("t100",): ["NBB", "recht op informatie"]}
    assert dictionary.left_out == []


def test_a_category_at_the_top_of_a_named_lexicoder_dictionary_is_one():
    head = '<dictionary style="Lexicoder" name="x">'
    body = '<cnode name="t100"><cnode name="a"/></cnode>'
    assert list(words(read_yoshikoder(ykd(body, head)))) == [("t100",), ("t100", "a")]


def test_scores_become_weights_and_what_is_no_number_is_left_out():
    body = """<cnode name="a" score="2">
<pnode name="b" score="0.5"/><pnode name="c" score="-1"/><pnode name="d" weight="0.25"/>
<pnode name="e" score="high"/><pnode name="f" score="nan"/><pnode name="g" desc="rare"/></cnode>"""
    dictionary = read_yoshikoder(ykd(body))
    [category] = dictionary.categories
    weights = [(entry.text, entry.weight) for entry in category.entries]
    assert weights == [("b", 0.5), ("c", -1), ("d", 0.25), ("e", 1), ("f", 1), ("g", 1)]
    assert category.entries[-1].note == "rare"
    assert dictionary.left_out == [
        LeftOut(3, "a", 'score="2"', '"score" of <cnode> is not taken over (1 in the file)'),
        LeftOut(5, "a", 'score="high"', "no number; `e` counts 1"),
        LeftOut(5, "a", 'score="nan"', "no number; `f` counts 1"),
    ]


def test_regular_expressions_are_left_out_but_plain_words_are_words():
    head = '<dictionary style="050805" patternengine="regexp">'
    body = '<cnode name="a"><pnode name="war"/><pnode name="secur.*"/>'
    body += '<pnode name="two words"/><pnode name="re-armed"/></cnode>'
    dictionary = read_yoshikoder(ykd(body, head))
    assert words(dictionary) == {("a",): ["war", "re-armed"]}
    assert [(left.category, left.text) for left in dictionary.left_out] == [
        ("a", "secur.*"),
        ("a", "two words"),
    ]
    assert "regular expression" in dictionary.left_out[0].reason


def test_a_question_mark_is_none_of_the_wildcards_of_yoshikoder():
    dictionary = read_yoshikoder(ykd('<cnode name="a"><pnode name="*wom?n*"/></cnode>'))
    assert dictionary.categories[0].entries == []
    [left] = dictionary.left_out
    assert left[:3] == (3, "a", "*wom?n*")


def test_colours_comments_text_and_unknown_elements_are_left_out():
    body = """<!-- by me --><cnode name="a" color="1 0 0"><pnode name=" "/>stray
<cnode name="b" color="0 1 0"/><extra><pnode name="kept aside"/></extra></cnode>
<pnode name="homeless"/><?app now?>"""
    dictionary = read_yoshikoder(ykd(body))
    reasons = {left.text: (left.line, left.category) for left in dictionary.left_out}
    assert reasons == {
        "by me": (3, ""),
        " ": (3, "a"),
        "stray": (3, "a"),
        'color="1 0 0"': (3, "a"),
        "<extra>": (4, "a"),
        "kept aside": (4, "a"),
        "homeless": (5, ""),
        "app now": (5, ""),
    }
    [colour] = [left for left in dictionary.left_out if "color" in left.text]
    assert colour.reason == '"color" of <cnode> is not taken over (2 in the file)'


def test_all_problems_of_the_categories_come_together():
    body = """<cnode name="a"/>
<cnode name="a"/>
<cnode desc="nameless"/>
<cnode name="1"><cnode name="2"><cnode name="3"><cnode name="4"><cnode name="5">
<cnode name="6"/></cnode></cnode></cnode></cnode></cnode>
"""
    found = problems(read_yoshikoder, ykd(body))
    assert [line for line, _ in found] == [4, 5, 7]
    assert "first on line 3" in found[0][1]
    assert "has no name" in found[1][1]
    assert "6 levels deep" in found[2][1]


def test_other_files_are_refused_with_the_remedy():
    assert "(.qdc)" in problem(read_yoshikoder, qdc(""))[1]
    assert "(.ykd)" in problem(read_qdc, ykd(""))[1]
    assert "2004" in problem(read_yoshikoder, ykd("", '<dictionary style="041204">'))[1]
    assert "as .qdc" in problem(read_qdc, b'<Project xmlns="urn:QDA-XML:project:1.0"/>')[1]
    assert "<html>" in problem(read_qdc, b"<html/>")[1]
    assert "empty or cut off" in problem(read_yoshikoder, b"")[1]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("project.qde", "<Project/>")
    assert problem(read_qdc, packed.getvalue())[1].endswith("as .qdc")


def test_a_broken_tag_is_told_with_its_line():
    assert problem(read_yoshikoder, ykd('<cnode name="a">\n'))[0] == 4
    assert problem(read_yoshikoder, ykd('<cnode name="a & b"/>'))[0] == 3
    line, message = problem(read_yoshikoder, ykd('<cnode name="a&nbsp;b"/>'))
    assert line == 3
    assert "&nbsp;" in message


def test_entity_bombs_are_refused_where_the_doctype_begins():
    bomb = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>\n<dictionary><b>&b;</b>'
    line, message = problem(read_yoshikoder, ykd("", HEAD + bomb))
    assert line == 2
    assert "DOCTYPE" in message
    outside = '<!DOCTYPE d SYSTEM "file:///etc/passwd"><dictionary>'
    assert "DOCTYPE" in problem(read_qdc, ykd("", outside))[1]


def test_deep_nesting_is_refused_before_it_is_built():
    deep = '<cnode name="a">' * 100_000
    assert "more than 40 deep" in problem(read_yoshikoder, ykd(deep))[1]
    assert "more than 40 deep" in problem(read_qdc, qdc('<Code name="a">' * 100_000))[1]


def test_names_that_are_pages_long_are_refused_at_once():
    long = "x" * 501
    found = problems(read_yoshikoder, ykd(f'<cnode/><cnode name="{long}"/><cnode/>'))
    assert len(found) == 2
    assert "longer than 500" in found[1][1]


def test_large_files_are_refused(monkeypatch):
    monkeypatch.setattr(dictionary_xml, "LARGEST_FILE", 1000)
    monkeypatch.setattr(dictionary_xml, "_MOST_ELEMENTS", 10)
    assert "divide" in problem(read_yoshikoder, ykd(" " * 1000))[1]
    assert problem(read_yoshikoder, ykd("<!---->\n" * 20))[0] == 12


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-16", "ISO-8859-1", "latin-1", "windows-1252"])
def test_a_file_is_read_in_the_encoding_that_it_names(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n<dictionary><cnode name="café">'
    text += '<pnode name="naïve"/></cnode></dictionary>'
    assert words(read_yoshikoder(text.encode(encoding))) == {("café",): ["naïve"]}


def test_byte_order_marks_say_the_encoding():
    body = '<dictionary><cnode name="café"><pnode name="naïve"/></cnode></dictionary>'
    for data in (body.encode("utf-8-sig"), body.encode("utf-16"), body.encode("utf-16-be")):
        assert words(read_yoshikoder(data)) == {("café",): ["naïve"]}


def test_the_wrong_encoding_is_told_with_line_and_remedy():
    data = ykd('<cnode name="a"/>\n<cnode name="café"/>').replace("é".encode(), b"\xe9")
    line, message = problem(read_yoshikoder, data)
    assert line == 4
    assert "0xE9 is not UTF-8" in message
    assert 'encoding="windows-1252"' in message
    data = b'<?xml version="1.0" encoding="ISO-8859-1"?>\n<dictionary><cnode name="it\x92s"/>'
    line, message = problem(read_yoshikoder, data)
    assert line == 2
    assert "windows-1252" in message
    data = b'<?xml version="1.0" encoding="utf-16"?>\n<dictionary/>'
    assert "is not UTF-16" in problem(read_yoshikoder, data)[1]
    data = b'<?xml version="1.0" encoding="rot13"?>\n<dictionary/>'
    assert 'encoding="rot13"' in problem(read_yoshikoder, data)[1]


def test_a_written_dictionary_is_the_xml_of_yoshikoder():
    state = Category(("e", "=State="), definition='a "b" & <c>')
    state.entries = [Entry("carer*", weight=0.5), Entry("high school", weight=2)]
    assert write_yoshikoder(Dictionary("mine", categories=[state])).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<dictionary style="050805" patternengine="substring">\n'
        '<cnode name="mine" desc="">\n'
        '<cnode name="e" desc="">\n'
        '<cnode name="=State=" desc=\'a "b" &amp; &lt;c&gt;\'>\n'
        '<pnode name="carer*" score="0.5"/>\n'
        '<pnode name="high school" score="2"/>\n'
        "</cnode>\n</cnode>\n</cnode>\n</dictionary>\n"
    )


@pytest.mark.parametrize("write", [write_yoshikoder, write_qdc])
def test_what_cannot_be_written_is_a_problem(write):
    made = [Category(("a",)), Category(("a",)), Category(("b", " ")), Category(tuple("123456"))]
    found = problems(write, Dictionary(categories=made))
    assert len(found) == 3
    found = problems(write, Dictionary(categories=[Category(("a\x01b\ud800",))]))
    assert [re.search(r"U\+\w+", message).group() for _, message in found] == ["U+0001", "U+D800"]


def test_what_the_formats_hold():
    assert "weights" in YOSHIKODER_HOLDS
    assert "patterns" not in QDC_HOLDS


# ---------------------------------------------------------------------------- REFI-QDA


NAMESPACES = (
    'xmlns="urn:QDA-XML:codebook:1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xsi:schemaLocation="urn:QDA-XML:codebook:1.0 Codebook.xsd"'
)
EXPORTED = f"""<?xml version="1.0" encoding="utf-8"?>
<CodeBook origin="QualTool 22" {NAMESPACES}>
  <Codes>
    <Code guid="0D62985D-B147-5D01-A9B5-CAE5DCD98342" name="calm" isCodable="false" color="#00FF00">
      <Description>
        Talk as the way out.
      </Description>
      <Code guid="{{725F0645-9CD3-598A-8D2B-EC3D39AB3C3F}}" name="truce" isCodable="1" color="#00f">
        <NoteRef targetGUID="DFE5C38E-9449-5959-A1F7-E3D895CFA87F"/>
      </Code>
    </Code>
  </Codes>
  <Sets>
    <Set guid="5E8BF9F1-21DE-4C79-8D6A-A5C4A5C0A2A1" name="outcomes">
      <Description>what came of it</Description>
      <MemberCode guid="725F0645-9CD3-598A-8D2B-EC3D39AB3C3F"/>
    </Set>
  </Sets>
</CodeBook>
"""


def test_an_exported_codebook_gives_categories_and_tells_what_it_left_out():
    dictionary = read_qdc(EXPORTED.encode())
    assert dictionary.categories == [
        Category(("calm",), 4, definition="Talk as the way out."),
        Category(("calm", "truce"), 8),
    ]
    told = [(left.line, left.category, left.reason) for left in dictionary.left_out]
    assert told == [
        (2, "", "the program that wrote the file is not kept"),
        (4, "calm", "identifiers are not kept; a written codebook gets its own (2 in the file)"),
        (4, "calm", "colours are not taken over (2 in the file)"),
        (4, "calm", "that a code is only a heading is not taken over (1 in the file)"),
        (9, "calm > truce", "links to notes are not taken over (1 in the file)"),
        (14, "", "sets of codes are not taken over (1 in the file)"),
    ]


@pytest.mark.parametrize("namespace", ["urn:QDA-XML:codebook:1:0", "urn:QDA-XML:project:1.0", ""])
def test_other_namespaces_of_the_standard_are_read(namespace):
    made = read_qdc(qdc('<Code guid="x" name="a"><Code name="b"/></Code>', namespace))
    assert list(words(made)) == [("a",), ("a", "b")]


def test_empty_sets_are_nothing_to_tell():
    data = b'<CodeBook><Codes><Code name="a"/></Codes><Sets/></CodeBook>'
    assert read_qdc(data).left_out == []


def test_a_second_description_and_unknown_parts_are_left_out():
    body = '<Code name="a" memo="x"><Description>one</Description><Description>two</Description>'
    made = read_qdc(qdc(body + "<MemoText>three</MemoText></Code>"))
    assert made.categories[0].definition == "one"
    left = {left.text for left in made.left_out}
    assert left == {"two", 'memo="x"', "<MemoText>", "three"}


def test_codes_without_name_or_twice_are_problems():
    found = problems(read_qdc, qdc('<Code guid="x"/>\n<Code name="a"/>\n<Code name="a"/>'))
    assert [line for line, _ in found] == [3, 5]


def test_a_foreign_description_is_the_definition_as_it_stands():
    text = "Include all talks.\n\nExamples:\n* talks\n\nInclude:\n- a\n\nInclude: b"
    made = read_qdc(qdc(f'<Code name="a"><Description>\n{text}  </Description></Code>'))
    assert made.categories[0].definition == text


def test_labelled_paragraphs_are_read_though_a_program_has_indented_the_end():
    text = "\n  Talk.\n\nInclude:\n- a\n- b\n    "
    made = read_qdc(qdc(f'<Code name="a"><Description>{text}</Description></Code>'))
    assert (made.categories[0].definition, made.categories[0].include) == ("Talk.", ("a", "b"))


def test_what_a_category_means_is_written_in_labelled_paragraphs():
    category = Category(("calm",), 3, [Entry("peace")], definition="Talk.\n\nIn any form.")
    category.include = ("talks", "a truce\nor two")
    category.examples = ("Let us talk.",)
    root = ET.fromstring(write_qdc(Dictionary(categories=[category])))
    [text] = [node.text for node in root.iter() if node.tag.endswith("Description")]
    assert text == (
        "Talk.\n\nIn any form.\n\nInclude:\n- talks\n- a truce\n  or two"
        "\n\nExamples:\n- Let us talk."
    )


def test_identifiers_are_made_from_the_path():
    made = Dictionary(categories=[Category(("a", "b")), Category(("c",)), Category(("a > b",))])
    data = write_qdc(made)
    guids = re.findall(rb'guid="([^"]*)"', data)
    assert len(set(guids)) == 4
    assert guids == re.findall(rb'guid="([^"]*)"', write_qdc(made))
    expected = uuid.uuid5(uuid.UUID("5f2c7d0e-6a63-5b52-9a0c-3f1f5a4d8e17"), '["c"]')
    assert guids[2].decode() == str(expected)


def test_a_codebook_without_codes_is_not_of_the_standard():
    assert "at least one code" in problem(write_qdc, Dictionary())[1]


def assert_follows_the_schema(data):
    """Check what the schema of the standard asks for: names, order, required attributes."""
    space = "{urn:QDA-XML:codebook:1.0}"
    root = ET.fromstring(data)
    assert (root.tag, set(root.attrib)) == (f"{space}CodeBook", {"origin"})
    [codes] = root
    assert (codes.tag, codes.attrib) == (f"{space}Codes", {})
    assert len(codes)
    waiting = list(codes)
    while waiting:
        code = waiting.pop()
        assert code.tag == f"{space}Code"
        assert list(code.attrib) == ["guid", "name", "isCodable"]
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", code.get("guid"))
        assert code.get("isCodable") == "true"
        children = list(code)
        if children and children[0].tag == f"{space}Description":
            assert not children.pop(0).attrib
        waiting += children


# ---------------------------------------------------------------------------- properties


LETTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
TEXTS = st.text(LETTERS | st.sampled_from("\n\r\t<>&\"' -:"), max_size=8).map(str.strip)
NAMES = TEXTS.filter(bool)
LABELS = st.sampled_from(
    ["Include:", "Exclude:", "Definition:", "Examples:", "- a", "  b", "", "- "]
)
DEFINITIONS = TEXTS | st.lists(LABELS | TEXTS, max_size=6).map("\n".join).map(str.strip)
LISTS = st.lists(DEFINITIONS.filter(bool), max_size=2).map(tuple)
PATTERNS = st.text(LETTERS | st.sampled_from("*"), min_size=1, max_size=8).map(
    lambda text: " ".join(text.replace("?", "").split())
)


@st.composite
def dictionaries(draw):
    given_paths = draw(st.lists(st.lists(NAMES, min_size=1, max_size=5).map(tuple), max_size=2))
    paths = {path[:depth] for path in given_paths for depth in range(1, len(path) + 1)}
    return Dictionary(
        draw(TEXTS),
        "",
        draw(TEXTS),
        # A category stands before what is in it, as in a file.
        [Category(path) for path in sorted(paths)],
    )


@st.composite
def with_words(draw):
    made = draw(dictionaries())
    for category in made.categories:
        category.definition = draw(TEXTS)
        weights = st.floats(allow_nan=False, allow_infinity=False)
        category.entries = [
            Entry(draw(PATTERNS.filter(bool)), weight=draw(weights))
            for _ in range(draw(st.integers(0, 2)))
        ]
    return made


@st.composite
def with_meaning(draw):
    made = draw(dictionaries().filter(lambda made: made.categories))
    made.name = made.description = ""
    for category in made.categories:
        category.definition = draw(DEFINITIONS)
        for name in ("include", "exclude", "examples", "counter_examples"):
            setattr(category, name, draw(LISTS))
    return made


@settings(max_examples=40, deadline=None)
@given(with_words())
def test_a_written_yoshikoder_dictionary_reads_as_it_was(dictionary):
    data = write_yoshikoder(dictionary)
    read = without_lines(read_yoshikoder(data))
    assert read == dictionary
    assert write_yoshikoder(read) == data


@settings(max_examples=40, deadline=None)
@given(with_meaning())
def test_a_written_codebook_follows_the_schema_and_reads_as_it_was(dictionary):
    data = write_qdc(dictionary)
    assert_follows_the_schema(data)
    read = without_lines(read_qdc(data))
    read.left_out = []
    assert read == dictionary
    assert write_qdc(read) == data


def nodes(depth):
    """Build the text of nodes with known names, not all of which may stand where they do."""
    name = st.sampled_from(["a", "b", "c*", "d?", "", " e "])
    tag = st.sampled_from(["cnode", "pnode", "pnode", "xnode"])
    inner = nodes(depth - 1) if depth else st.just("")
    return st.lists(
        st.builds(lambda t, n, i: f'<{t} name="{n}">{i}</{t}>', tag, name, inner), max_size=3
    ).map("".join)


@settings(max_examples=40, deadline=None)
@given(nodes(2), st.sampled_from(["substring", "regexp"]))
def test_every_word_of_a_file_is_an_entry_or_left_out(body, engine):
    # Names of categories that are unique keep the file free of problems.
    count = iter(range(10_000))
    body = re.sub("<cnode name=", lambda _: f'<cnode name="c{next(count)}" desc=', body)
    head = f'<dictionary style="050805" patternengine="{engine}">'
    read = read_yoshikoder(ykd(body, head))
    entries = sum(len(category.entries) for category in read.categories)
    left = [left for left in read.left_out if not left.text.startswith("desc=")]
    # The dictionary itself is the one category at the top.
    assert len(read.categories) + bool(read.name) + entries + len(left) == body.count("</")


MUTATED = [EXPORTED.encode(), ykd('<cnode name="a" desc="b"><pnode name="c" score="2"/></cnode>')]


@st.composite
def mutations(draw):
    data = bytearray(draw(st.sampled_from(MUTATED)))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        stop = start + draw(st.integers(0, 20))
        data[start:stop] = draw(
            st.binary(max_size=5) | st.sampled_from([b"<", b"&", b"\x00", b"'"])
        )
    return bytes(data)


@settings(max_examples=40, deadline=None)
@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "ignore")) | mutations())
def test_any_bytes_give_a_dictionary_or_its_error(data):
    for read in (read_yoshikoder, read_qdc):
        try:
            read(data)
        except DictionaryError as error:
            lines = [line for line, _ in error.problems]
            if not lines or lines != sorted(lines):
                pytest.fail(f"{lines} are the lines of the problems")
