"""Names of persons: what is worked out by columns is what the rules say of each run."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from voices_gold import read_gold

from framing.corpus import Corpus
from framing.lexicon import GROUP, ROLE, TITLE
from framing.names import SURE, TITLED, NameRuns, Names
from framing.passages import Meanings, passages
from framing.people import People
from framing.quoted import Quoted

GOLD = [entry["text"] for entry in read_gold()]
PIECES = """President Weber Anna Ivo Kern von der French leader minister of Vayle the Council U.S.
WEBER Weber’s O’Neil , , . said and Mr. J. chancellor spokesman Moscow Monday he (who) ministry"""


def named(texts):
    """Give each article's words, its runs, and what names them, passage by passage."""
    corpus = Corpus.from_texts(texts)
    codes = ["en"] * len(texts)
    meanings = Meanings(corpus.tokens.vocabulary, codes)
    names = [Names(corpus.tokens.forms)]
    for passage in passages(corpus.tokens, texts, codes, meanings):
        passage.cut(Quoted(passage).of_word)
        runs = NameRuns(passage, names)
        for article in range(len(passage.texts)):
            yield passage.words(article), runs.of(article), names[0]


def check(texts):
    for words, runs, names in named(texts):
        full, alone, everybody = [], [], []
        for first, stop in zip(runs.first, runs.stop, strict=True):
            name = names.of_run(words, first, stop)
            before = words.flags[first - 1] if words.joined[first] else 0
            everybody.append(name)
            if name.person == SURE or (name.person == TITLED and before & (TITLE | ROLE)):
                if name.size > 1:
                    full.append(name)
                elif name.person == SURE or not before & GROUP:
                    alone.append(name)
        assert (runs.full, runs.alone) == (full, alone)
        surnames = {name.surname for name in (*full, *alone)}
        expected = [
            (place, name) for place, name in enumerate(everybody) if name.surname in surnames
        ]
        assert [mention[:2] for mention in runs.mentions] == expected
        # where nothing is told, looking at the words beside a name teaches nothing
        every = runs._replace(mentions=[(place, name, True) for place, name in expected])
        assert People(words, every, names).persons == People(words, runs, names).persons


def test_the_names_of_the_gold_set_are_those_of_the_rules():
    check(GOLD)
    mentions = [mention for _, runs, _ in named(GOLD) for mention in runs.mentions]
    teaching = np.array([teaches for _, _, teaches in mentions])
    assert len(mentions) > 100
    assert 0 < teaching.mean() < 1


@pytest.mark.parametrize(
    "text",
    [
        "Ute Bremer of Ostmark left.",
        "Paul Kern, the Vaylish envoy, left.",
        "President of Vayle Ana Orsk",
    ],
)
def test_what_stands_beside_a_name_tells_of_a_person(text):
    check([text])
    [(words, runs, names)] = named([text])
    persons = People(words, runs, names).persons
    assert any(person.demonyms or person.roles for person in persons)


def test_the_word_before_a_surname_must_not_be_a_group():
    [(_, runs, _)] = named(["The chancellor Orsk left, and the executive Kern left."])
    assert len(runs.alone) == 1


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.lists(st.sampled_from(PIECES.split()), max_size=30).map(" ".join), min_size=1, max_size=4
    )
)
def test_the_names_of_any_words_are_those_of_the_rules(texts):
    check(texts)


@pytest.mark.parametrize(
    ("text", "full", "alone", "n_mentions"),
    [
        ("Anna Weber met Paul Kern. Weber left, and Moscow slept.", 2, 0, 3),
        ("President Orsk left. Later Orsk came back.", 0, 1, 2),
        ("The Council met on Monday.", 0, 0, 0),
    ],
)
def test_persons_are_told_from_other_capitals(text, full, alone, n_mentions):
    [(_, runs, _)] = named([text])
    assert (len(runs.full), len(runs.alone), len(runs.mentions)) == (full, alone, n_mentions)
