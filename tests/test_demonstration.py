"""The constructed demonstration corpus: complete, marked, and coded by its own sentences."""

import csv
import hashlib
import re
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from framing.corpus import read_corpus
from framing.tables import TABLES

FOLDER = Path(__file__).parent.parent / "corpus"
CARD = (FOLDER / "README.md").read_text(encoding="utf-8")
OUTLETS = {
    "Meridian Courier": 13,
    "Osmark Herald": 13,
    "Lindmar Gazette": 13,
    "Calder Observer": 13,
    "Harbour Weekly": 2,
}
FRAMES = ["de-escalation", "escalation", "security", "threat", "unity", "division"]
VOICES = ["headline", "caption", "journalist", "quoted", "indirect"]
# Whole words, their case as written: no real place, body, brand or person, even in passing.
REAL = """
    Afghanistan Africa America American Argentina Armenia Asia Australia Austria Azerbaijan Balkan
    Baltic Belarus Belgium Brazil Britain British Bulgaria Canada China Chinese Crimea Croatia Cuba
    Cyprus Czech Denmark Danish Donbas England English Estonia Europe European Finland Finnish
    France French Georgia German Germany Greece Greek Hungary Iceland India Iran Iraq Ireland Irish
    Israel Italy Italian Japan Kashmir Korea Kosovo Latvia Lithuania Mediterranean Mexico Moldova
    NATO Netherlands Dutch Norway Norwegian Pakistan Palestine Poland Polish Portugal Romania
    Romanian Russia Russian Scotland Serbia Slovakia Slovenia Soviet Spain Spanish Sweden Swedish
    Switzerland Swiss Syria Taiwan Turkey Turkish Ukraine Ukrainian USA US UK EU UN OSCE UNESCO WTO
    IMF G7 G20 Ankara Athens Beijing Belgrade Berlin Bern Brussels Bucharest Budapest Copenhagen
    Dublin Geneva Hague Helsinki Istanbul Jerusalem Kiev Kyiv Lisbon London Luxembourg Madrid Minsk
    Moscow Munich Normandy Oslo Paris Prague Riga Rome Stockholm Strasbourg Tallinn Tbilisi Tehran
    Tokyo Vienna Vilnius Warsaw Washington Yalta Zagreb Kremlin Pentagon Bundestag Nobel Biden
    Johnson Lavrov Macron Merkel Obama Putin Scholz Stoltenberg Trump Zelensky Zelenskyy Orban
    Reuters BBC CNN AFP AP DPA TASS Getty Xinhua Guardian Google Twitter Facebook YouTube Telegram
    Christ Christian Muslim Jewish Olympic FIFA UEFA Interpol Greenpeace euro euros dollar dollars
    rouble roubles
"""
MARKS = re.compile(r"[\"“”„‟«»‹›‘’']")


@pytest.fixture(scope="module")
def corpus():
    return read_corpus(FOLDER)


@pytest.fixture(scope="module")
def articles(corpus):
    return corpus.where(constructed=True).articles


@pytest.fixture(scope="module")
def texts(articles):
    return dict(zip(articles["article_id"].astype(str), articles["text"], strict=True))


@pytest.fixture(scope="module")
def codings():
    return pd.read_csv(FOLDER / "demonstration" / "codings.csv", dtype="str", keep_default_na=False)


@pytest.fixture(scope="module")
def mentions(codings):
    rows = codings[(codings["unit"] == "sentence") & (codings["variable"] == "frame")]
    return rows.astype({"start": int, "end": int, "value": int})


@pytest.fixture(scope="module")
def sentences(corpus):
    return {(row.article_id, row.start, row.end): row for row in corpus.sentences.itertuples()}


def test_every_text_is_listed_and_every_listed_text_is_there(corpus):
    with (FOLDER / "metadata.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["path"] for row in csv.DictReader(file)}
    there = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.txt")}
    assert listed == there
    assert len(corpus) == 55
    skipped = corpus.log.query("step == 'skipped'")
    assert sorted(skipped["path"]) == ["README.md", "demonstration/codings.csv"]


def test_constructed_texts_are_marked_everywhere(corpus, articles):
    assert len(articles) == 54
    for article in corpus.articles.itertuples():
        real = article.article_id == "macron_moscow_2022-02-10"
        marked = f"demonstration/constructed_{article.article_id}.txt"
        assert article.constructed is not real
        assert (article.path == marked) is not real
    assert set(articles["licence"]) == {"constructed by the authors of this software, MIT licence"}


def test_outlets_dates_lengths_and_titles(articles):
    assert articles["source"].astype(str).value_counts().to_dict() == OUTLETS
    assert articles["date"].between("2031-03-03", "2031-03-23").all()
    for article in articles.itertuples():
        assert f"{article.date:%Y-%m-%d}" in article.article_id
        assert 150 <= len(article.text.split()) <= 350, article.article_id
        assert article.text.split("\n")[0] == article.title


def test_files_are_plain_text():
    for path in (FOLDER / "demonstration").iterdir():
        content = path.read_bytes()
        assert content.endswith(b"\n"), path
        assert b"\r" not in content, path
        assert not content.startswith(b"\xef\xbb\xbf"), path
        assert "\ufffd" not in content.decode("utf-8"), path


def test_nothing_real_is_named(texts):
    pattern = re.compile(rf"\b(?:{'|'.join(REAL.split())})\b")
    found = {match.group() for text in texts.values() for match in pattern.finditer(text)}
    assert not found


def test_the_real_article_is_untouched():
    content = (FOLDER / "macron_moscow_2022-02-10.txt").read_bytes()
    assert f"`{hashlib.sha256(content).hexdigest()}`" in CARD


def test_agency_copy_is_in_one_cluster(corpus):
    shared = corpus.articles.groupby("cluster")["article_id"].agg(list)
    pairs = sorted(sorted(ids) for ids in shared if len(ids) > 1)
    assert pairs == [
        ["courier_2031-03-06_lna", "gazette_2031-03-05_lna"],
        ["courier_2031-03-14_lna", "gazette_2031-03-13_lna"],
        ["courier_2031-03-21_lna", "gazette_2031-03-20_lna"],
    ]


def test_traps_are_seen(corpus):
    tokens = corpus.tokens
    ids = corpus.articles["article_id"].astype(str).tolist()
    orphans = {
        ids[article]
        for article, (first, last) in enumerate(
            zip(tokens.quotation_offsets[:-1], tokens.quotation_offsets[1:], strict=True)
        )
        if not tokens.balanced[first:last].all()
    }
    assert orphans == {
        "macron_moscow_2022-02-10",
        "courier_2031-03-14_shots",
        "gazette_2031-03-16_brack",
        "herald_2031-03-15_seven",
        "observer_2031-03-07_school",
    }
    repeated = corpus.sentences.query("set_aside and constructed")["block"].value_counts()
    assert repeated["caption"] == 8
    assert repeated["body"] == 4


def test_codings_have_the_columns_values_and_order_of_the_table(codings):
    assert list(codings.columns) == list(TABLES["codings"])
    assert set(codings["coder"]) == {"author"}
    assert set(codings["frame"]) == set(FRAMES)
    by_sentence = codings[codings["unit"] == "sentence"]
    assert set(by_sentence["voice"]) == set(VOICES)
    values = {name: set(rows["value"]) for name, rows in by_sentence.groupby("variable")}
    assert set(values) == {"frame", "negated", "speaker"}
    assert values["frame"] <= {"1", "2", "3"}
    assert values["negated"] == {"true", "false"}
    assert all(name and name == name.strip() for name in values["speaker"])
    none = codings[codings["unit"] == "article"]
    assert set(map(tuple, none[["start", "end", "voice", "variable", "value"]].values)) == {
        ("", "", "", "frame", "0")
    }
    assert len(none) + len(by_sentence) == len(codings)

    def order(row):
        start, end = (int(place) if place else 10**9 for place in (row.start, row.end))
        return row.article_id, start, end, FRAMES.index(row.frame), row.voice, row.variable

    keys = [order(row) for row in codings.itertuples()]
    assert keys == sorted(set(keys))


def test_every_coding_says_whether_it_is_negated_and_who_speaks(codings):
    key = ["article_id", "start", "end", "frame", "voice"]
    by_sentence = codings[codings["unit"] == "sentence"]
    rows = {
        name: set(map(tuple, part[key].values)) for name, part in by_sentence.groupby("variable")
    }
    assert rows["frame"] == rows["negated"]
    assert rows["speaker"] <= rows["frame"]
    for *_, voice in rows["frame"] - rows["speaker"]:
        assert voice in ("headline", "caption", "journalist")
    for *_, voice in rows["speaker"]:
        assert voice in ("headline", "quoted", "indirect")


def test_every_article_and_frame_is_coded_or_zero(codings, mentions, texts):
    found = set(zip(mentions["article_id"], mentions["frame"], strict=True))
    none = codings[codings["unit"] == "article"]
    zero = set(zip(none["article_id"], none["frame"], strict=True))
    assert not found & zero
    assert found | zero == set(product(texts, FRAMES))


def test_spans_are_sentences_of_the_article(mentions, texts, sentences):
    for row in mentions.itertuples():
        span = texts[row.article_id][row.start : row.end]
        assert span, row
        assert span == span.strip(), row
        assert "\n" not in span, row
        # The author's sentences are the toolkit's, each at its first place.
        assert not sentences[row.article_id, row.start, row.end].set_aside, span


def test_headlines_and_captions_are_coded_as_such(mentions, sentences):
    for row in mentions.itertuples():
        block = sentences[row.article_id, row.start, row.end].block
        assert (row.voice == "headline") == (block == "title"), row
        assert (row.voice == "caption") == (block == "caption"), row


def test_quoted_codings_stand_in_quotation_marks(corpus, mentions, texts):
    tokens = corpus.tokens
    ids = corpus.articles["article_id"].astype(str).tolist()
    for row in mentions[mentions["voice"] == "quoted"].itertuples():
        number = ids.index(row.article_id)
        span = slice(*tokens.quotation_offsets[number : number + 2])
        places = zip(tokens.quotation_start[span], tokens.quotation_end[span], strict=True)
        touched = [
            texts[row.article_id][start:end]
            for start, end in places
            if start < row.end and end > row.start
        ]
        assert any(MARKS.match(text) for text in touched), row


def test_shared_sentences_are_coded_alike(codings, texts):
    agency = codings[codings["article_id"].str.endswith("_lna") & (codings["unit"] == "sentence")]
    judged = {}
    for row in agency.itertuples():
        sentence = texts[row.article_id][int(row.start) : int(row.end)]
        judgement = (row.variable, row.frame, row.voice, row.value)
        judged.setdefault(sentence, {}).setdefault(row.article_id, set()).add(judgement)
    shared = 0
    for sentence, by_article in judged.items():
        holders = [name for name in texts if name.endswith("_lna") and sentence in texts[name]]
        assert len({frozenset(by_article.get(name, ())) for name in holders}) == 1, sentence
        shared += len(holders) > 1
    assert shared > 30


def test_the_data_card_gives_the_counts(articles, mentions):
    source = articles.astype({"article_id": str, "source": str}).set_index("article_id")["source"]
    by_source = mentions.assign(source=mentions["article_id"].map(source))

    def cell(rows):
        return (
            f"{len(rows[['article_id', 'start', 'end']].drop_duplicates())} / {rows['value'].sum()}"
        )

    for frame in [*FRAMES, "any frame"]:
        rows = by_source if frame == "any frame" else by_source[by_source["frame"] == frame]
        cells = [cell(rows[rows["source"] == outlet]) for outlet in OUTLETS]
        assert f"| {frame} | {' | '.join([*cells, cell(rows)])} |" in CARD
    for outlet, rows in articles.groupby(articles["source"].astype(str)):
        words = sum(len(text.split()) for text in rows["text"])
        line = next(line for line in CARD.splitlines() if line.startswith(f"| {outlet} |"))
        assert f"| {OUTLETS[outlet]} | {words:,} |" in line


def test_the_data_card_gives_the_totals(codings, mentions):
    voices = mentions["voice"].value_counts()
    negated = codings.query("variable == 'negated' and value == 'true'")
    text = " ".join(CARD.split())
    assert f"Of the {len(mentions)} codings of a sentence, frame and voice" in text
    assert f"{len(negated)} are negated" in text
    assert f"{voices['quoted']} are quoted, {voices['indirect']} indirect" in text
    assert f"{voices['journalist']} the journalist's, {voices['headline']} headlines" in text
    assert f"and {voices['caption']} captions" in text
    assert f"{(codings['unit'] == 'article').sum()} pairs of article and frame" in text
