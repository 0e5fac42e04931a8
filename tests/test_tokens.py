"""The scan: words, gaps, sentences and their columns."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scanned import scan_one, sentences, words

from framing.marks import Block
from framing.tokens import CLAUSE, JOIN, OTHER, QUOTE, START, scan
from framing.vocabulary import CAPS, INITIAL, LOWER, MIXED, Pieces, Vocabulary
from framing.words import fold, fold_all, spell, spell_all


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Peace, they said.", ["Peace", "they", "said"]),
        ("don't won’t O'Brien's", ["don't", "won’t", "O'Brien's"]),
        ("cease-fire co‐operate", ["cease-fire", "co‐operate"]),
        ("the allies' duty", ["the", "allies", "duty"]),
        ("'quoted' -dash- word-", ["quoted", "dash", "word"]),
        ("_peace_ and snake_case", ["peace", "and", "snake", "case"]),
        ("F-16s cost $5.50", ["F-16s", "cost", "5", "50"]),
        ("Мир и безопасность", ["Мир", "и", "безопасность"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),  # vowel signs are marks, not letters
        ("السَّلام عليكم", ["السَّلام", "عليكم"]),
        ("de\u0301tente now", ["de\u0301tente", "now"]),
        ("می\u200cخواهم صلح", ["می\u200cخواهم", "صلح"]),
        ("secu\u00adrity", ["secu\u00adrity"]),
        ("peace❤️talks", ["peace", "talks"]),
        ("____ *** …", []),
        ("", []),
    ],
)
def test_words(text, expected):
    assert words(text) == expected


def test_words_are_compared_normalised_and_case_folded():
    assert fold("DE\u0301TENTE") == fold("détente")
    assert fold("Don’t") == "don't"
    assert fold("Straße") == "strasse"
    assert fold("secu\u00adrity") == "security"
    assert fold("co‑operate") == "co-operate"
    tokens = scan_one("Peace peace PEACE pEace I 7th")
    assert tokens.types == ["7th", "i", "peace"]
    assert list(tokens.type_id) == [2, 2, 2, 2, 1, 0]
    assert list(tokens.case) == [INITIAL, LOWER, CAPS, MIXED, INITIAL, LOWER]


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("peace talks", JOIN),
        ("peace \u00a0 talks", JOIN),
        ("peace\u200b talks", JOIN),
        ("allies' talks", JOIN),
        ("Moscow–Kyiv", JOIN),
        ("U.S", JOIN),
        ("peace, talks", CLAUSE),
        ("peace – talks", CLAUSE),
        ("peace - talks", CLAUSE),
        ("peace—talks", CLAUSE),
        ("peace (talks", CLAUSE),
        ("peace. talks", CLAUSE),
        ("和，会", CLAUSE),
        ('peace" talks', QUOTE),
        ("peace «talks", QUOTE),
        ("7,000", OTHER),
        ("10:30", OTHER),
        ("peace & talks", OTHER),
        ("5 $6", OTHER),
    ],
)
def test_gaps(text, gap):
    tokens = scan_one(text)
    assert list(tokens.gap) == [START, gap]


@pytest.mark.parametrize(
    "expected",
    [
        ["The talks ended.", "Nobody spoke."],
        ["Mr. Weber met Gen. Lund on Feb. 7 at 5 p.m. on Monday.", "It rained."],
        ["He met J. Smith of the U.S. Army.", "She left."],
        ["They flew to the U.S.", "The minister stayed."],
        ["Shares of Nordic Steel Inc. fell.", "Others rose."],
        ["He works for Nordic Steel Co.", "They said so."],
        ["Is it peace?", "No!", "It is war…", "We wait."],
        ['"We want peace."', '"So do we," they said.'],
        ['"Peace?" he asked.', "Nobody knew."],
        ["“We want peace.”", "They left."],
        ["It grew by 3.5 percent to No. 5 in the list.", "It fell."],
        ["The end [1].", "Next."],
        ["Contents ...", "5 and 6 .....", "Next."],
        ["Contents.....five, end.", "Next."],
        ["“Peace?!?”)", "Next."],
        ["“Peace. ”", "Next."],
        ["和平。", "会谈？", "是"],
        ["शांति।", "युद्ध"],
        ["the end. and so on."],
        ["He saw e.g. Rome and St. Malo."],
    ],
)
def test_sentences(expected):
    separator = "" if expected[0].startswith("和") else " "
    assert sentences(separator.join(expected)) == expected


@pytest.mark.parametrize(
    "gap",
    ["." * 200_000, "." + "”" * 100_000, " " * 200_000 + "&", "'" * 100_000 + "&"],
)
def test_time_grows_with_the_length_of_a_gap_not_with_its_square(gap):
    assert words(f"a{gap}b") == ["a", "b"]  # minutes, if tried again from each dot or space


def test_sentences_never_cross_blocks():
    text = "A title without end\n\nA body of one sentence"
    blocks = [Block("title", 0, 19), Block("body", 21, len(text))]
    tokens = scan([text], [blocks])
    assert len(tokens.sentence_start) == 2
    assert list(tokens.sentence) == [0, 0, 0, 0, 1, 1, 1, 1, 1]
    assert tokens.gap[4] == START


def test_an_initial_is_no_end_but_the_pronoun_is():
    assert len(sentences("So said J. Smith and I. Then we left.")) == 2


SCRIPTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("aZé’'-.,!?\"“”«»„ \n\t_7$&"),
        st.sampled_from("мирЖ和平会हिन्दीسلامשלוםไทย"),
        st.sampled_from("\u0301\u200b\u200c\u200d\u00ad\u202e\ufe0f❤😀\x00\ufffd"),
        st.characters(exclude_categories=("Cs",)),
    ),
    max_size=80,
)


@given(SCRIPTS)
def test_columns_agree_with_the_text(text):
    tokens = scan_one(text)
    assert len(tokens.start) == len(tokens.sentence) == len(tokens.gap) == len(tokens.quoted)
    assert (tokens.end > tokens.start).all()
    assert (tokens.start[1:] >= tokens.end[:-1]).all()
    assert (np.diff(tokens.sentence) >= 0).all()
    for start, end, form, type_id in zip(
        tokens.start, tokens.end, tokens.form_id, tokens.type_id, strict=True
    ):
        assert tokens.forms[form] == text[start:end]
        assert tokens.types[type_id] == fold(text[start:end])
    # every letter and digit is in a word, and every word in exactly one sentence
    in_word = np.zeros(len(text), bool)
    for start, end in zip(tokens.start, tokens.end, strict=True):
        in_word[start:end] = True
    letters = [c.isalnum() and unicodedata.category(c) != "Lm" for c in text]
    assert all(inside for inside, letter in zip(in_word, letters, strict=True) if letter)
    inside = (tokens.sentence_start[tokens.sentence] <= tokens.start) & (
        tokens.end <= tokens.sentence_end[tokens.sentence]
    )
    assert inside.all()
    assert (tokens.sentence_start[1:] >= tokens.sentence_end[:-1]).all()


@given(st.lists(st.text('ab "“”„«»‘’\n', max_size=40), max_size=4))
def test_words_are_quoted_if_they_begin_inside_a_quotation_of_their_article(texts):
    tokens = scan(texts, [[Block("body", 0, len(text))] for text in texts])
    for article in range(len(texts)):
        words = slice(*tokens.offsets[article : article + 2])
        marks = slice(*tokens.quotation_offsets[article : article + 2])
        spans = list(zip(tokens.quotation_start[marks], tokens.quotation_end[marks], strict=True))
        expected = [any(a <= start < b for a, b in spans) for start in tokens.start[words]]
        assert tokens.quoted[words].tolist() == expected


@given(st.lists(SCRIPTS, max_size=5), st.data())
def test_take_equals_a_scan_of_the_chosen_texts(texts, data):
    chosen = data.draw(st.lists(st.sampled_from(range(len(texts))), unique=True)) if texts else []
    blocks = [[Block("body", 0, len(text))] for text in texts]
    part = scan(texts, blocks).take(chosen)
    alone = scan([texts[i] for i in chosen], [blocks[i] for i in chosen])
    assert [part.forms[i] for i in part.form_id] == [alone.forms[i] for i in alone.form_id]
    for column in (
        "start", "end", "sentence", "gap", "quoted", "offsets", "sentence_start", "sentence_end",
        "sentence_block", "sentence_offsets", "block_kind", "block_start", "block_end",
        "block_offsets", "quotation_start", "quotation_end", "balanced", "quotation_offsets",
        "set_aside",
    ):  # fmt: skip
        np.testing.assert_array_equal(getattr(part, column), getattr(alone, column), column)


@given(st.lists(st.text("abAB-é", min_size=1, max_size=6)), st.text("abé", max_size=3))
def test_parts_are_found_by_letters_that_stand_anywhere_in_them(forms, letters):
    pieces = Pieces.from_forms(forms)
    expected = [n for n, part in enumerate(pieces.folded) if letters in part]
    assert pieces.with_letters(letters) == expected


def test_words_are_folded_and_spelled_in_one_text_as_one_by_one():
    words = [
        f"{before}{chr(code)}{after}"
        for code in range(0x3000)
        for before, after in ("aI", "ש\u0307")
    ]
    words += [chr(code) for code in range(0xF900, 0x11000)]
    words = [word for word in words if "\n" not in word]
    assert fold_all(words) == [fold(word) for word in words]
    assert spell_all(words) == [spell(word) for word in words]
    assert fold_all(["a\nB", "C"]) == ["a\nb", "c"]
    assert fold_all([]) == []


@given(
    st.lists(
        st.text(st.sampled_from("aAbßİé-’\u0301\xad\uffdc𐐀𝐀\n"), min_size=1, max_size=5),
        unique=True,
    )
)
def test_the_parts_of_a_vocabulary_are_those_of_each_form(forms):
    pieces = Vocabulary(forms).pieces
    parts = [spell(form).split("-") for form in forms]
    distinct = sorted({part for found in parts for part in found}, key=lambda p: (fold(p), p))
    assert pieces.spelled == distinct
    assert pieces.folded == [fold(part) for part in distinct]
    for number, found in enumerate(parts):
        ids = pieces.ids[pieces.offsets[number] : pieces.offsets[number + 1]]
        assert [pieces.spelled[part] for part in ids] == found


FORMS = st.lists(
    st.text(st.sampled_from("aAbßİé-’ΣÉ\uffdc𐐀1"), min_size=1, max_size=4), unique=True
)


@settings(deadline=None)
@given(FORMS, st.lists(st.text(st.sampled_from("abssé-"), max_size=3)))
def test_what_is_known_of_forms_is_what_each_shows(forms, words):
    vocabulary = Vocabulary(forms)
    folded = [fold(form) for form in forms]
    numbers = vocabulary.word_of_form.tolist()
    assert [list(vocabulary.number_of_word)[number] for number in numbers] == folded
    assert [vocabulary.types[number] for number in vocabulary.type_of_form] == folded
    assert vocabulary.types == sorted(set(folded))
    assert vocabulary.among(words).tolist() == [word in words for word in folded]
    assert vocabulary.capital.tolist() == [form[0].isupper() for form in forms]
    assert vocabulary.lettered.tolist() == [form[0].isalpha() for form in forms]
    every = np.arange(len(forms)).repeat(2)
    assert (
        vocabulary.in_capitals(every).tolist() == (vocabulary.case_of_form[every] == CAPS).tolist()
    )


@settings(deadline=None)
@given(FORMS)
def test_parts_have_the_same_number_if_they_are_the_same_word(forms):
    pieces = Vocabulary(forms).pieces
    words = sorted(set(pieces.folded))
    assert pieces.word.tolist() == [words.index(part) for part in pieces.folded]
