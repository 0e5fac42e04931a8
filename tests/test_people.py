"""Who is meant: surnames, roles, pronouns and groups, and the names they stand for."""

import pandas as pd
import pytest

from framing.corpus import Corpus
from framing.voices import quotations

SAYS = "said the talks would go on."


def speakers(text, language="en"):
    """Give the speaker of every statement of a text, in order; None for nobody."""
    table = quotations(Corpus.from_texts([text], language=language))
    return [None if pd.isna(name) else name for name in table["speaker"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # surnames
        (f"Anna Weber arrived late. Weber {SAYS}", ["Anna Weber"]),
        (f"Weber {SAYS} It was the first time that Anna Weber spoke.", ["Anna Weber"]),
        (f"Anna Weber met Ivo Kern. Kern {SAYS}", ["Ivo Kern"]),
        (f"Anna Maria Weber met Ivo Kern. Anna Weber {SAYS}", ["Anna Maria Weber"]),
        # two of one surname
        (
            f"Anna Weber {SAYS} Paul Weber {SAYS}",
            ["Anna Weber", "Paul Weber"],
        ),
        (
            f"Anna Weber met her brother Paul Weber. Paul Weber {SAYS}",
            ["Paul Weber"],
        ),
        # possessives
        (f"Anna Weber’s office burned. Weber {SAYS}", ["Anna Weber"]),
        (f"Anna Weber's office burned. Weber {SAYS}", ["Anna Weber"]),
        ("Anna Weber's claim that the talks went on.", ["Anna Weber"]),
        ("In Anna Weber's words, the talks will go on.", ["Anna Weber"]),
        # titles
        (f"Mr Weber {SAYS}", ["Weber"]),
        (f"Mr. Weber {SAYS}", ["Weber"]),
        (f"Paul Weber left. Mr. Weber {SAYS}", ["Paul Weber"]),
        (f"Sen. Anna Weber {SAYS}", ["Anna Weber"]),
        (f"Gen. Paul Weber {SAYS}", ["Paul Weber"]),
        (f"Gen Paul Weber met Sen. Anna Kern. Sen. Kern {SAYS}", ["Anna Kern"]),
        (f"Prime Minister Anna Weber {SAYS}", ["Anna Weber"]),
        (f"Foreign minister Anna Weber {SAYS}", ["Anna Weber"]),
        (f"Dr Anna Weber {SAYS}", ["Anna Weber"]),
        # middle initials
        (f"Anna L. Weber {SAYS}", ["Anna Weber"]),
        (f"Anna L. Weber left. Anna Weber {SAYS}", ["Anna Weber"]),
        # particles
        (f"Ursula von der Leyen {SAYS}", ["Ursula von der Leyen"]),
        (f"Ursula von der Leyen left. Mrs von der Leyen {SAYS}", ["Ursula von der Leyen"]),
        (f"Paul van Dyke left. Van Dyke {SAYS}", ["Paul van Dyke"]),
        (f"Charles de Gaulle left. De Gaulle {SAYS}", ["Charles de Gaulle"]),
        (f"Mohammed bin Salman {SAYS}", ["Mohammed bin Salman"]),
        (f"Mohammed bin Salman left. Bin Salman {SAYS}", ["Mohammed bin Salman"]),
        # capitals
        (f"ANNA WEBER {SAYS} Anna Weber left.", ["Anna Weber"]),
        (f"Anna Weber left. WEBER {SAYS}", ["Anna Weber"]),
        (f"PAUL WEBER {SAYS}", ["Paul Weber"]),
        # three letters in capitals, but no acronym
        (f"LEE KERN {SAYS}", ["Lee Kern"]),
        # apposition
        (f"Anna Weber, the prime minister of Vayle, {SAYS}", ["Anna Weber"]),
        (f"The prime minister of Vayle, Anna Weber, {SAYS}", ["Anna Weber"]),
        ("Anna Weber, who leads the army, said that nobody stayed.", ["Anna Weber"]),
        (f"Anna Weber, 52, {SAYS}", ["Anna Weber"]),
        (f"Anna Weber (47) {SAYS}", ["Anna Weber"]),
    ],
)
def test_names(text, expected):
    assert speakers(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Anna Weber arrived late. She {SAYS}", "Anna Weber"),
        (f"Paul Kern arrived late. He {SAYS}", "Paul Kern"),
        (f"Anna Weber met Paul Kern. She {SAYS}", "Anna Weber"),
        (f"Anna Weber met Paul Kern. He {SAYS}", "Paul Kern"),
        (f"Paul Kern met Anna Weber. She {SAYS}", "Anna Weber"),
        (f"Paul Kern met Anna Weber. He {SAYS}", "Paul Kern"),
        (f"Paul Kern met Emil Dahl in Berlin. He {SAYS}", "Paul Kern"),  # the subject
        (f"Mrs Weber met Mr Kern. She {SAYS}", "Weber"),
        (f"Mrs Weber met Mr Kern. He {SAYS}", "Kern"),
        ('Anna Weber left. "We want peace for all," she told Paul Kern.', "Anna Weber"),
        ("Anna Weber left early. According to her, the talks went on.", "Anna Weber"),
        ("Anna Weber left early. Her claim that the talks went on.", "Anna Weber"),
        ('"We want peace for all," she said. Anna Weber was in Berlin.', "Anna Weber"),
        (f"The army left. She {SAYS}", None),  # nobody whom it can mean
        (f"Paul Kern left. She {SAYS}", None),
    ],
)
def test_pronouns(text, expected):
    assert speakers(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"French President Emmanuel Macron left. The French leader {SAYS}", "Emmanuel Macron"),
        (f"French President Emmanuel Macron left. The president {SAYS}", "Emmanuel Macron"),
        (f"French President Emmanuel Macron left. The French president {SAYS}", "Emmanuel Macron"),
        (
            f"Emmanuel Macron, the French president, left. The French leader {SAYS}",
            "Emmanuel Macron",
        ),
        (
            "French President Emmanuel Macron met Russian President Vladimir Putin."
            f" The French leader {SAYS}",
            "Emmanuel Macron",
        ),
        (
            "French President Emmanuel Macron met Russian President Vladimir Putin."
            f" The Russian leader {SAYS}",
            "Vladimir Putin",
        ),
        (f"Foreign Minister Anna Weber met President Paul Kern. The minister {SAYS}", "Anna Weber"),
        (f"Foreign Minister Anna Weber met President Paul Kern. The president {SAYS}", "Paul Kern"),
        (f"Anna Weber, the minister, met Paul Kern. The minister {SAYS}", "Anna Weber"),
        (f"French President Emmanuel Macron left. The Russian leader {SAYS}", "Russian leader"),
        (f"French President Emmanuel Macron left. A minister {SAYS}", "minister"),
        (f"Anna Weber left. A spokesman for the army {SAYS}", "spokesman for the army"),
    ],
)
def test_roles(text, expected):
    assert speakers(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"The Foreign Ministry of Korrin {SAYS}", "Foreign Ministry of Korrin"),
        (f"The Kremlin {SAYS}", "Kremlin"),
        (f"The army {SAYS}", "army"),
        (f"Greenpeace {SAYS}", "Greenpeace"),
        (f"The United Nations {SAYS}", "United Nations"),
        (f"The ministry {SAYS}", "ministry"),
        (
            f"The Foreign Ministry of Korrin rejected the map. The ministry {SAYS}",
            "Foreign Ministry of Korrin",
        ),
        (f"The Foreign Ministry left the talks. It {SAYS}", "Foreign Ministry"),
        (f"The ministers left the talks. They {SAYS}", "ministers"),
        (f"Officials in Berlin {SAYS}", "Officials in Berlin"),
        (f"Two officials {SAYS}", "Two officials"),
    ],
)
def test_groups(text, expected):
    [found] = speakers(text)
    assert found.casefold() == expected.casefold()


def test_many_ministers_of_many_countries_are_told_apart():
    letters = "abcdefghijklmnopqrst"
    countries = [f"T{a}{b}{c}ko" for a in letters for b in letters for c in letters[:8]]
    text = " ".join(
        f"The {name} minister Ana K{name[1:4]}n came. The {name} minister said it was late."
        for name in countries
    )
    found = quotations(text)
    assert found["speaker"].nunique() == len(countries)


def test_two_who_speak_together():
    text = f"Anna Crane met Paul Makar. Crane and Makar {SAYS}"
    assert speakers(text) == ["Anna Crane and Paul Makar"]
    assert speakers(f"Anna Crane and Paul Makar {SAYS}") == ["Anna Crane and Paul Makar"]


def test_a_surname_finds_its_full_name_in_another_article():
    corpus = Corpus.from_texts([f"Weber {SAYS}", f"Anna Weber {SAYS}"])
    table = quotations(corpus)
    assert table["speaker"].tolist() == ["Anna Weber"] * 2
    assert table["speaker_text"].tolist() == ["Weber", "Anna Weber"]


def test_a_surname_of_two_persons_stays_alone():
    corpus = Corpus.from_texts([f"Mr Weber {SAYS}", f"Anna Weber {SAYS}", f"Paul Weber {SAYS}"])
    assert quotations(corpus)["speaker"].tolist() == ["Weber", "Anna Weber", "Paul Weber"]


def test_the_words_that_name_the_speaker_are_kept_as_they_stand():
    text = f"Anna Weber left. Mrs. Weber {SAYS}"
    [row] = quotations(text).itertuples()
    assert (row.speaker, row.speaker_text) == ("Anna Weber", "Mrs. Weber")
    assert text[row.speaker_start : row.speaker_end] == "Mrs. Weber"


def test_steps_from_words_to_names_lower_the_certainty():
    texts = [
        f"Anna Weber {SAYS}",
        f"French President Anna Weber left. The French president {SAYS}",
        f"Anna Weber left. She {SAYS}",
    ]
    certainty = [quotations(text)["certainty"].item() for text in texts]
    assert certainty == sorted(certainty, reverse=True)
    assert len(set(certainty)) == 3


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Emmanuel Macron est parti. Il a déclaré que tout allait bien.", "Emmanuel Macron"),
        ("fr", "« Nous voulons la paix », a-t-il déclaré.", None),
        ("de", "Anna Weber kam spät. Sie sagte, dass die Gespräche weitergehen.", "Anna Weber"),
        ("de", "Bundeskanzler Olaf Scholz sagte, dass die Gespräche weitergehen.", "Olaf Scholz"),
    ],
)
def test_other_languages(language, text, expected):
    assert speakers(text, language) == [expected]
