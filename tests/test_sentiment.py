from __future__ import annotations

import math
import socket
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import sentiment, textblob_scores, vader_scores
from framing.corpus import Corpus
from framing.parts import part_of_words
from framing.sentiment import find_sentiment_words, score_sentiment
from framing.tables import BLOCKS, TABLES

ARTICLE = Path(__file__).parents[1] / "corpus" / "macron_moscow_2022-02-10.txt"

# Invented news sentences with what VADER and TextBlob treat in a special way.
SENTENCES = [
    "The envoys praised a warm welcome in the capital.",
    "The cease-fire failed, and the shelling killed four people.",
    "The talks were not very good, but peace is near!",
    "Nobody was hurt, the mayor said.",
    "It was the WORST flood in a century, officials said.",
    "The minister never so much as hinted at a good outcome.",
    "“We don’t fear an attack,” the general said.",
    '"We don\'t fear an attack," the general said.',
    "The least successful round of talks ended on Friday.",
    "At least three good ideas were lost.",
    "It was kind of a success for the opposition.",
    "The deal is sort of good, but hardly a triumph.",
    "Is this peace?? Or is it war???",
    "What a disaster!!!!! What a shame!",
    "Putin, right, listens during a joint press conference.",
    "The exchange of views was rich and substantive...",
    "The exchange of views..... was rich (!) and substantive.",
    "The U.S. envoy said talks were 'very productive'.",
    "Mr. Smith wasn't happy; Mrs. Smith wasn't unhappy.",
    "The border is quiet :) for now :-(",
    "The kiss of death for the treaty, a diplomat called it.",
    "Without support, the plan is dead.",
    "He has no good reason to resign, and never had a really good one.",
    "She is good, GOOD, really GOOD, said no critic.",
    "More than five hours of talks brought nothing.",
    "The opposition's leader couldn't be happier.",
    "Prices rose 7.5% - a record - in the first quarter.",
    "The crisis, terribly costly, is terribly slow to end.",
    "Only the bomb disposal unit was the bomb that day.",
    "Yes.",
    "The extremely un-happy, half-hearted truce (signed in May) holds.",
    "good but good but bad",
    "Freedom!",
    "The ministers met on Monday in the old town hall.",
]


@pytest.fixture(scope="module")
def article() -> Corpus:
    return Corpus.from_texts([ARTICLE.read_bytes().decode("utf-8")])


# ------------------------------------------------------------------ the tools themselves


def test_vader_is_the_one_of_nltk(tmp_path, monkeypatch):
    import nltk.data
    from nltk.sentiment.vader import SentimentIntensityAnalyzer

    folder = tmp_path / "sentiment"
    folder.mkdir()
    lexicon = vader_scores.files("vaderSentiment").joinpath("vader_lexicon.txt").read_text("utf-8")
    (folder / "vader.txt").write_text(lexicon.rstrip("\n"), encoding="utf-8")
    monkeypatch.setattr(nltk.data, "path", [str(tmp_path)])
    analyser = SentimentIntensityAnalyzer("sentiment/vader.txt")
    for sentence in SENTENCES:
        expected = analyser.polarity_scores(sentence)
        assert vader_scores.vader().polarity_scores(sentence) == expected
        assert vader_scores.vader_compound([sentence]) == expected["compound"]


def textblob(sentence: str) -> tuple[float, float]:
    (polarity,), (subjectivity,) = textblob_scores.textblob_scores([sentence])
    return polarity, subjectivity


def test_textblob_is_textblob():
    from textblob import TextBlob

    for sentence in SENTENCES:
        assert textblob(sentence) == tuple(TextBlob(sentence).sentiment)


def test_scores_are_those_of_the_sentences_as_they_stand():
    from textblob import TextBlob

    texts = [f"{sentence} " for sentence in SENTENCES]
    corpus = Corpus.from_texts(texts)
    table = score_sentiment(corpus, by="sentence")
    for row in table.itertuples():
        sentence = corpus.texts[int(row.article_id) - 1][row.start : row.end]
        expected = vader_scores.vader().polarity_scores(sentence)["compound"]
        assert row.vader_compound == expected
        expected = tuple(TextBlob(sentence).sentiment)
        assert (row.textblob_polarity, row.textblob_subjectivity) == expected
    whole = table[
        table["end"] - table["start"] == [len(SENTENCES[int(i) - 1]) for i in table["article_id"]]
    ]
    assert len(whole) > 25


def test_vader_knows_straight_marks_only():
    curly, straight = (score_sentiment(f"We don{mark}t fear them.") for mark in "’'")
    assert curly.at[0, "vader_compound"] < 0 < straight.at[0, "vader_compound"]


@pytest.mark.parametrize(
    ("word", "known"), [("rich,", True), ('"rich', True), ("“rich", False), ('rich."', False)]
)
def test_vader_takes_one_straight_mark_off_a_word(word, known):
    assert (score_sentiment(f"It was {word} he said").at[0, "vader_compound"] > 0) == known


def test_no_network_and_no_nltk_data(monkeypatch):
    import nltk.data

    def refuse(*args, **kwargs):
        raise OSError("no network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(nltk.data, "path", [])
    for cached in (
        vader_scores.vader,
        vader_scores._equals_nltk,
        textblob_scores._equals_textblob,
        sentiment._vader_valences,
    ):
        cached.cache_clear()
    assert score_sentiment("A warm welcome.").at[0, "vader_compound"] > 0
    assert len(find_sentiment_words("A warm welcome.")) > 0


# ------------------------------------------------------------------ the scores


def test_an_article_has_the_mean_of_its_sentences():
    corpus = Corpus.from_texts(["A warm welcome. The cease-fire failed. They met.", "They met."])
    sentences = score_sentiment(corpus, by="sentence")
    table = score_sentiment(corpus)
    first = sentences[sentences["article_id"] == "1"]
    for column in ("vader_compound", "textblob_polarity", "textblob_subjectivity"):
        assert table.at[0, column] == pytest.approx(first[column].mean())
    assert table["share_positive"].tolist() == [1 / 3, 0]
    assert table["share_negative"].tolist() == [1 / 3, 0]
    assert table["n_sentences"].tolist() == [3, 1]
    assert table["n_words"].tolist() == [8, 2]
    assert table["caution"].tolist() == ["", "one sentence: a mean of so few says little"]


def test_the_limits_of_the_shares_belong_to_them(monkeypatch):
    values = np.array([0.05, -0.05, 0.0499, -0.0499])
    monkeypatch.setattr(sentiment, "vader_compound", lambda texts: values)
    table = score_sentiment("One came. Two came. Three came. Four came.")
    assert table.loc[0, ["share_positive", "share_negative"]].tolist() == [0.25, 0.25]


def test_blocks():
    text = "Warm welcome in capital\n\n10 February 2022\n\nThe truce failed. They met.\nA good end."
    table = score_sentiment(text, by="block")
    assert list(table.columns[:3]) == ["article_id", "source", "block"]
    assert table["block"].tolist() == ["title", "body"]
    assert tuple(table["block"].cat.categories) == BLOCKS
    assert table["n_sentences"].tolist() == [1, 3]
    sentences = score_sentiment(text, by="sentence")
    expected = sentences.groupby("block", observed=True)["vader_compound"].mean()
    assert table["vader_compound"].tolist() == pytest.approx(expected.loc[table["block"]].tolist())


def test_repeated_text_datelines_and_credits_are_not_scored(article):
    table = score_sentiment(article, by="sentence")
    tokens = article.tokens
    assert table["sentence"].tolist() == (np.flatnonzero(tokens.sentence_counted) + 1).tolist()
    assert table["sentence"].is_unique
    assert set(table["block"]) == {"title", "standfirst", "caption", "body"}
    assert len(table) < len(tokens.sentence_start)
    again = "The minister warned of a terrible war tonight. They met. They left."
    once = score_sentiment(again).at[0, "vader_compound"]
    repeat = again.replace(
        "They left.", "They left. The minister warned of a terrible war tonight."
    )
    assert score_sentiment(repeat).at[0, "vader_compound"] == once


def test_cautions():
    long = " ".join(["and peace"] * 31)
    sentence = score_sentiment(f"{long}. They met. They left.", by="sentence")
    assert sentence["caution"].tolist()[1:] == ["", ""]
    assert sentence.at[0, "caution"].startswith("62 words scored in one piece")
    table = score_sentiment([f"{long}. They met. They left.", f"{long}. They met."])
    assert table.at[0, "caution"].startswith("one sentence of more than 60 words")
    assert table.at[1, "caution"].startswith("2 sentences: a mean of so few says little; one sent")


def test_an_article_without_sentences_has_a_row_without_scores():
    table = score_sentiment(["", "They met.", "\n"])
    assert table["article_id"].tolist() == ["1", "2", "3"]
    assert table["n_sentences"].tolist() == [0, 1, 0]
    assert table["vader_compound"].isna().tolist() == [True, False, True]
    assert table["share_positive"].isna().tolist() == [True, False, True]
    assert table["caution"].tolist()[0] == "no counted sentence"
    assert score_sentiment(["", "They met."], by="block")["article_id"].tolist() == ["2"]


@pytest.mark.parametrize("texts", [[], [""]])
def test_empty_tables_have_their_columns_and_types(texts):
    for by, name in [("sentence", "sentiment_sentences"), ("block", "sentiment")]:
        table = score_sentiment(texts, by=by)
        assert len(table) == 0
        full = score_sentiment("They met.", by=by)
        assert list(table.columns) == list(full.columns)
        assert set(TABLES[name]) <= set(table.columns)
        for column, spec in TABLES[name].items():
            assert table[column].dtype.name == full[column].dtype.name
            assert spec.dtype.startswith(table[column].dtype.name.split("[")[0][:3])
    assert list(find_sentiment_words(texts).columns) == list(TABLES["sentiment_words"])
    assert len(score_sentiment(texts)) == len(texts)


def test_unknown_unit():
    with pytest.raises(ValueError, match="by='paragraph': choose one of sentence, block, voice"):
        score_sentiment("They met.", by="paragraph")


# ------------------------------------------------------------------ the words


def rebuilt(words: pd.DataFrame) -> tuple[float, float, float]:
    """The three scores of a sentence, worked out from its words."""
    total = words.loc[words["tool"] == "vader", "value"].sum()
    blob = words[words["tool"] == "textblob"]
    means = blob[["value", "subjectivity"]].mean().fillna(0)
    return total / math.sqrt(total * total + 15), means["value"], means["subjectivity"]


def check_words(texts: list[str]) -> None:
    corpus = Corpus.from_texts(texts)
    words = find_sentiment_words(corpus)
    for row in words.itertuples():
        assert corpus.texts[int(row.article_id) - 1][row.start : row.end] == row.word
    scores = score_sentiment(corpus, by="sentence")
    for row in scores.itertuples():
        here = words[(words["article_id"] == row.article_id) & (words["sentence"] == row.sentence)]
        assert here["start"].ge(row.start).all()
        assert here["end"].le(row.end).all()
        vader, polarity, subjectivity = rebuilt(here)
        assert vader == pytest.approx(row.vader_compound, abs=0.000051)
        assert polarity == pytest.approx(row.textblob_polarity)
        assert subjectivity == pytest.approx(row.textblob_subjectivity)


def test_the_scores_follow_from_the_words():
    check_words(SENTENCES)
    check_words(["\n\n".join(SENTENCES), "  ".join(SENTENCES)])


# Words and marks that the tools treat in a special way, to be strung together.
SPECIAL = """
good bad not never very really so least at but peace war n't don't don’t ! ? . ... ..... !? :) : (
) (!) “ ” ' " - 's GOOD WAR kind of sort yeah right U.S. Mr. ♥ <3 :'( é ’ very-good right, 'good'
(bad) good! was a terribly
"""


def check_sentence(sentence: str) -> None:
    words = [("vader", *word) for word in sentiment._vader_words(sentence)]
    words += [("textblob", *word) for word in sentiment._textblob_words(sentence)]
    for _, word, start, *_ in words:
        assert sentence[start : start + len(word)] == word
    table = pd.DataFrame(words, columns=["tool", "word", "start", "value", "subjectivity"])
    vader, *blob = rebuilt(table)
    assert vader == pytest.approx(vader_scores.vader_compound([sentence])[0], abs=0.000051)
    assert blob == pytest.approx(textblob(sentence))


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(SPECIAL.split()), st.sampled_from(["", " ", "\u00a0 "]))))
def test_the_scores_follow_from_the_words_of_any_sentence(pieces):
    check_sentence("".join(word + space for word, space in pieces))


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n")))
def test_any_line_of_text_is_scored(text):
    check_sentence(text)


def test_textblob_spans_hold_the_intensifier_and_the_negation():
    words = find_sentiment_words("It was not a very good day, they said; no really bad one either.")
    blob = words[words["tool"] == "textblob"]
    assert blob["word"].tolist() == ["not a very good", "no really bad"]


def test_exclamation_marks_of_vader_have_rows():
    words = find_sentiment_words("What a terrible war !!!!!")
    vader = words[words["tool"] == "vader"]
    assert vader["word"].tolist() == ["terrible", "war", "!", "!", "!", "!"]
    assert vader["value"].round(3).tolist()[2:] == [-0.292] * 4
    assert vader["subjectivity"].isna().all()


def test_but_halves_what_stands_before_it():
    words = find_sentiment_words("The treaty is good, but the crisis is bad.")
    values = words[words["tool"] == "vader"].set_index("word")["value"]
    assert values["good"] == pytest.approx(1.9 * 0.5)
    assert values["bad"] == pytest.approx(-2.5 * 1.5)


def test_the_words_that_decide_the_article(article):
    words = find_sentiment_words(article)
    blocks = score_sentiment(article, by="sentence").set_index("sentence")["block"]
    words["block"] = blocks.loc[words["sentence"]].astype(str).to_numpy()
    blob = words[(words["tool"] == "textblob") & (words["value"] != 0)]
    assert "right" in blob.loc[blob["block"] == "caption", "word"].tolist()
    assert "rich" in blob.loc[blob["block"] == "title", "word"].tolist()
    assert {"rich", "more"} <= set(blob.loc[blob["block"] == "body", "word"])
    assert words["tool"].cat.categories.tolist() == ["vader", "textblob"]


# ------------------------------------------------------------------ voices


def test_voices_are_scored_in_the_pieces_of_their_sentences(spoken):
    corpus = spoken(
        [
            ("The talks were good, ", "journalist"),
            ("a terrible, shameful failure", "quoted", "Anna Berg", 0.9),
            (" of great hopes. ", "journalist"),
            ("“Peace is great!” ", "quoted", "Anna Berg", 0.5),
        ]
    )
    table = score_sentiment(corpus, by="voice")
    assert list(table.columns[:3]) == ["article_id", "source", "voice"]
    assert table["voice"].tolist() == ["journalist", "quoted"]
    assert table["n_sentences"].tolist() == [1, 2]
    assert table["n_words"].tolist() == [7, 7]
    pieces = ["The talks were good of great hopes", "a terrible, shameful failure"]
    scores = [score_sentiment(text).loc[0] for text in [*pieces, "“Peace is great!”"]]
    for name in ("vader_compound", "textblob_polarity", "textblob_subjectivity"):
        one, two, three = (score[name] for score in scores)
        assert table[name].tolist() == pytest.approx([one, (two + three) / 2])
    assert table["share_negative"].tolist() == [0, 0.5]
    speakers = score_sentiment(corpus, by="speaker")
    assert speakers["speaker"].tolist() == ["Anna Berg", "unknown speaker", "no speaker"]
    assert speakers["vader_compound"].tolist() == pytest.approx(
        [scores[number]["vader_compound"] for number in (1, 2, 0)]
    )
    assert speakers["caution"].str.startswith("one sentence").all()


@pytest.mark.parametrize("by", ["voice", "speaker"])
def test_pieces_are_those_put_together_word_by_word(by, article, two_articles):
    for corpus in (article, two_articles):
        tokens, (codes, values) = corpus.tokens, part_of_words(corpus, by)
        runs: dict[tuple[int, int], list[list[int]]] = {}
        before = None
        for token in np.flatnonzero(tokens.counted).tolist():
            piece = int(tokens.sentence[token]), int(codes[token])
            if piece != before:
                runs.setdefault(piece, []).append([])
            runs[piece][-1].append(token)
            before = piece
        found = sentiment._spoken_pieces(corpus, by)
        expected = sorted(runs)
        assert list(zip(found.sentence, found.part, strict=True)) == expected
        assert found.n_words.tolist() == [sum(map(len, runs[piece])) for piece in expected]
        assert list(found.parts) == list(values.categories)
        for piece, text, n_words in zip(expected, found.texts, found.n_words, strict=True):
            sentence = piece[0]
            article_text = corpus.texts[tokens.sentence_article[sentence]]
            if n_words == np.diff(tokens.sentence_tokens)[sentence]:
                start, end = tokens.sentence_start[sentence], tokens.sentence_end[sentence]
                assert text == article_text[start:end]
            else:
                spans = [(tokens.start[run[0]], tokens.end[run[-1]]) for run in runs[piece]]
                assert text == " ".join(article_text[start:end] for start, end in spans)


def test_articles_of_one_voice_are_scored_as_they_are(spoken, article):
    whole = spoken([(article.texts[0], "journalist")])
    table = score_sentiment(whole, by="voice").drop(columns="voice")
    pd.testing.assert_frame_equal(table, score_sentiment(whole))


@pytest.mark.parametrize("by", ["voice", "speaker"])
def test_voices_of_nothing(by):
    for texts in ([], [""]):
        table = score_sentiment(texts, by=by)
        assert table.empty
        assert list(table.columns) == list(score_sentiment("They met.", by=by).columns)
