import hashlib
import json
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.corpus import Corpus, as_corpus, read_corpus
from framing.language import known_languages
from framing.tables import TABLES, CorpusError
from framing.tokens import Tokens

CORPUS = Path(__file__).parent.parent / "corpus"
LONG = "The talks between the two leaders lasted for more than five hours."


@pytest.fixture
def write(tmp_path):
    """Write a file in the temporary folder and return its path."""

    def write_file(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


@pytest.fixture
def corpus():
    frame = pd.DataFrame(
        {
            "article_id": ["a", "b", "c"],
            "source": ["Herald", "Courier", None],
            "date": ["2022-02-10", "2022-02-11T09:30:00Z", "soon"],
            "text": [f"Talks go on\n{LONG} {LONG}", "No deal.", "No, deal!"],
            "constructed": [False, True, True],
            "desk": [1, 2, 2],
        }
    )
    return Corpus.from_dataframe(frame)


def logged(corpus, *columns):
    log = corpus.log[list(columns or ("article_id", "row", "step", "reason"))]
    return [tuple(None if pd.isna(v) else v for v in row) for row in log.itertuples(index=False)]


def message(call, *args, **options):
    with pytest.raises(CorpusError) as error:
        call(*args, **options)
    return str(error.value)


# ---------------------------------------------------------------------------- the article


def test_the_article():
    corpus = read_corpus(CORPUS)["macron_moscow_2022-02-10"]
    (row,) = corpus.articles.to_dict("records")
    data = (CORPUS / "macron_moscow_2022-02-10.txt").read_bytes()
    assert row["text"] == data.decode()
    assert row["sha256"] == hashlib.sha256(data).hexdigest()
    assert (row["n_words_raw"], row["n_words"]) == (372, 269)
    assert row["title"] == "Macron calls his dialogue with Putin substantive and rich"
    assert row["date"] == pd.Timestamp("2022-02-10")
    assert row["constructed"] is False
    aside = corpus.log[corpus.log["step"] == "set aside"]
    assert list(aside["reason"]) == [
        "repeats the caption at characters 153–321",
        "repeats the caption at characters 322–490",
        "repeats the caption at characters 491–628",
        "credit of a caption that repeats an earlier one",
        "repeats the standfirst at characters 87–151",
    ]
    text = corpus.texts[0]
    assert text[aside["start"].iloc[-1] : aside["end"].iloc[-1]] == aside["text"].iloc[-1]
    blocks = corpus.sentences.groupby("block", observed=True)["n_words"].sum()
    assert blocks.to_dict() == {
        "title": 9,
        "dateline": 6,
        "standfirst": 12,
        "caption": 150,
        "credit": 10,
        "body": 185,
    }


# ---------------------------------------------------------------------------- tables


@pytest.mark.parametrize("texts", [[], ["Talks go on."], ["", "\n"]])
def test_tables_have_their_columns_and_types(texts):
    corpus = Corpus.from_texts(texts)
    for name in ("articles", "sentences", "log"):
        table = getattr(corpus, name)
        expected = {column: spec.dtype for column, spec in TABLES[name].items()}
        assert {column: str(dtype) for column, dtype in table.dtypes.items()} == expected
    assert len(corpus) == len(texts) == len(corpus.texts)


def test_ids_keep_the_order_of_the_corpus_and_sources_are_sorted(corpus):
    assert list(corpus.articles["article_id"].cat.categories) == ["a", "b", "c"]
    assert list(corpus.sentences["article_id"].cat.categories) == ["a", "b", "c"]
    assert list(corpus.articles["source"].cat.categories) == ["Courier", "Herald", "not stated"]


def test_sentences(corpus):
    table = corpus.sentences
    assert list(zip(table["article_id"], table["sentence"], table["n_words"], strict=True)) == [
        ("a", 1, 3),
        ("a", 2, 12),
        ("a", 3, 12),
        ("b", 1, 2),
        ("c", 1, 2),
    ]
    assert list(table["set_aside"]) == [False, False, True, False, False]
    assert list(corpus.articles["n_words"]) == [15, 2, 2]
    assert list(corpus.articles["n_words_raw"]) == [27, 2, 2]


def test_what_the_log_says(corpus):
    assert logged(corpus) == [
        (
            "c",
            3,
            "date",
            "the date is not understood; write it as 2022-02-10 or 10 February 2022",
        ),
        ("c", 3, "cluster", 'the same words as article "b": in one cluster with it'),
        ("a", 1, "set aside", "repeats the body at characters 12–78"),
    ]
    assert list(corpus.log["text"].dropna()) == ["soon", LONG]
    assert list(corpus.articles["cluster"]) == ["a", "b", "b"]
    assert corpus.articles["date"].isna().tolist() == [False, False, True]
    assert corpus.articles["date"].iloc[1] == pd.Timestamp("2022-02-11 09:30")


def test_what_the_log_says_of_clusters():
    story = [" ".join(f"{name}{n}" for n in range(60)) for name in "abc"]
    frame = pd.DataFrame(
        {
            "article_id": ["whole", "short", "other", "again", "empty", "whole, extended"],
            "text": [
                " ".join(story),
                f"Own lead\n{story[0]}",
                "Nothing of this.",
                " ".join(story).upper(),
                "",
                f"{' '.join(story)} {story[0].replace('a', 'd')}",
            ],
        }
    )
    corpus = Corpus.from_dataframe(frame)
    assert dict(corpus.articles[["article_id", "cluster"]].to_numpy()) == {
        "whole": "again",
        "short": "again",
        "other": "other",
        "again": "again",
        "empty": "empty",
        "whole, extended": "again",
    }
    clusters = corpus.log[corpus.log["step"] == "cluster"]
    assert dict(clusters[["article_id", "reason"]].to_numpy()) == {
        "whole": 'the same words as article "again": in one cluster with it',
        "short": 'shares 96 % of its five-word sequences with article "again": in one cluster with'
        " it",  # 56 of 58
        "whole, extended": 'has 100 % of the five-word sequences of article "again": in one cluster'
        " with it",
    }


def test_a_long_text_is_shortened_in_the_log():
    corpus = Corpus.from_texts([f"{'word ' * 100}.\n{'word ' * 100}."])
    (text,) = corpus.log["text"]
    assert len(text) == 80
    assert text.endswith("…")


def test_nothing_handed_out_can_change_the_corpus(corpus):
    for table in (corpus.articles, corpus.sentences, corpus.log):
        table.iloc[0, 1] = table.iloc[1, 1]
        table["new"] = 1
    corpus.texts.clear()
    assert corpus.articles["source"].iloc[0] == "Herald"
    assert corpus.sentences["sentence"].iloc[0] == 1
    assert corpus.log["row"].iloc[0] == 3
    assert "new" not in corpus.articles
    assert len(corpus.texts) == 3


def test_the_repr(corpus):
    assert repr(corpus) == (
        "Corpus of 3 articles from 2 sources and some not stated, 2022-02-10 to 2022-02-11\n"
        "31 words, 19 counted\n"
        "2 articles constructed for demonstration\n"
        "see corpus.log: 1 date, 1 cluster, 1 set aside"
    )
    assert repr(Corpus.from_texts([])) == (
        "Corpus of 0 articles, no source stated, no dates\n0 words, all counted"
    )
    assert corpus._repr_html_().startswith('<p class="mathjax_ignore tex2jax_ignore">Corpus of 3 a')


def test_a_corpus_can_be_pickled(corpus):
    assert repr(pickle.loads(pickle.dumps(corpus))) == repr(corpus)


# ---------------------------------------------------------------------------- selections


def test_one_article(corpus):
    one = corpus["b"]
    assert one.texts == ["No deal."]
    assert list(one.articles["article_id"].cat.categories) == ["b"]
    assert list(one.articles["source"].cat.categories) == ["Courier"]
    assert len(one.articles.groupby("source", observed=False).size()) == 1
    assert len(one.log) == 0
    assert message(corpus.__getitem__, "d") == 'There is no article "d"; there are: "a", "b", "c".'
    assert message(corpus.__getitem__, 0) == 'There is no article 0; there are: "a", "b", "c".'
    named = Corpus.from_dataframe(pd.DataFrame({"article_id": ["macron_moscow"], "text": ["A"]}))
    assert message(named.__getitem__, "macron") == (
        'There is no article "macron"; did you mean "macron_moscow"?'
    )


@pytest.mark.parametrize(
    ("conditions", "ids"),
    [
        ({}, "abc"),
        ({"source": "Herald"}, "a"),
        ({"source": ["Herald", "not stated"]}, "ac"),
        ({"constructed": True}, "bc"),
        ({"constructed": True, "source": "Herald"}, ""),
        ({"desk": 2}, "bc"),
        ({"desk": (1, 2)}, "abc"),
        ({"article_id": ["c", "a"]}, "ac"),
        ({"cluster": "b"}, "bc"),
        ({"date": "2022-02"}, "ab"),
        ({"date": pd.Timestamp("2022-02-11")}, "b"),
        ({"date": None}, "c"),
        ({"date": [None, "2022-02-10"]}, "ac"),
        ({"title": None}, "bc"),
        ({"author": None}, "abc"),
        ({"source": []}, ""),
    ],
)
def test_where(corpus, conditions, ids):
    selected = corpus.where(**conditions)
    assert list(selected.articles["article_id"]) == list(ids)
    assert list(selected.articles["article_id"].cat.categories) == list(ids)


def test_where_with_what_is_not_there(corpus):
    assert message(corpus.where, sorce="x") == (
        'There is no column "sorce"; did you mean "source"?'
    )
    assert message(corpus.where, zzz="x").startswith('There is no column "zzz"; there are: "art')
    assert message(corpus.where, source="Curier") == (
        'No article has source "Curier"; did you mean "Courier"?'
    )
    assert message(corpus.where, desk=7) == "No article has desk 7; there are: 1, 2."
    assert message(corpus.where, constructed="no") == (
        'No article has constructed "no", which is text; write constructed=True or False.'
    )
    assert message(corpus.where, constructed="false").endswith("; write constructed=False.")
    assert message(corpus.where, source={"a": 1}) == (
        "source= takes a value or a list of values, not a dict."
    )
    assert message(corpus.where, source=[["Herald"]]).endswith("not a list.")
    tagged = Corpus.from_dataframe(pd.DataFrame({"text": ["A."], "tags": [["x"]]}))
    assert message(tagged.where, tags="x") == (
        'Column "tags" holds lists; articles are not chosen by it.'
    )
    assert message(corpus.where, author="x") == 'No article has author "x".'
    assert len(corpus.where(constructed=[])) == 0
    empty = Corpus.from_texts([])
    assert len(empty.where(source="x", date="2022", constructed=True)) == 0


@pytest.mark.parametrize(
    ("date", "ids"),
    [
        ("2022", "ab"),
        (2022, "ab"),
        ("2022-02", "ab"),
        ("2022-02-11", "b"),
        ("2022-02-11 09", "b"),
        ("2022-02-11T09:30:00Z", "b"),
        ("11 February 2022", "b"),
        (pd.Timestamp("2022-02-11"), "b"),
        (np.datetime64("2022-02-11"), "b"),
        (["20220210", None], "ac"),
    ],
)
def test_where_with_dates(corpus, date, ids):
    assert "".join(corpus.where(date=date).articles["article_id"]) == ids


@pytest.mark.parametrize("date", ["2022-1", "2", "", "2022-02-1", "yesterday"])
def test_where_with_what_is_no_date(corpus, date):
    assert message(corpus.where, date=date) == (
        f'date="{date}" is no date; write a day, month or year: "2022-02-10", "2022-02" or "2022".'
    )


def test_where_without_a_source(corpus):
    assert list(corpus.where(source=None).articles["article_id"]) == ["c"]
    assert list(corpus.where(source=["Herald", None]).articles["article_id"]) == ["a", "c"]


def test_a_loop_over_articles(corpus):
    assert [article.texts for article in corpus] == [[text] for text in corpus.texts]
    assert [type(article) for article in corpus] == [Corpus] * 3
    assert "a" in corpus
    assert "z" not in corpus
    assert 0 not in corpus


def test_a_selection_keeps_its_log_and_what_concerns_no_article(write, tmp_path):
    write("a.txt", "")
    write("b.txt", "")
    write("c.csv", "")
    selected = read_corpus(tmp_path)["b"]
    assert logged(selected, "article_id", "path", "step") == [
        (None, "c.csv", "skipped"),
        ("b", "b.txt", "read"),
    ]


TEXTS = st.lists(
    st.text(st.sampled_from('ab T.?"”’- \n')) | st.sampled_from([LONG, f"Title\n{LONG} {LONG}"]),
    max_size=5,
)


def described(tokens):
    """All that is known of the tokens, without numbers of words that depend on the vocabulary."""
    columns = {
        name: value.tolist()
        for name, value in vars(tokens).items()
        if isinstance(value, np.ndarray) and name not in ("type_of_form", "case_of_form", "form_id")
    }
    columns["forms"] = [tokens.forms[form] for form in tokens.form_id]
    columns["types"] = [tokens.types[word] for word in tokens.type_id]
    columns["case"] = tokens.case.tolist()
    columns["counted"] = tokens.counted.tolist()
    return columns


def fresh(tokens):
    """The tokens without anything computed and kept."""
    return Tokens(**{name: getattr(tokens, name) for name in Tokens.__dataclass_fields__})


@settings(deadline=None, max_examples=40)
@given(TEXTS, st.data())
def test_a_selection_equals_a_corpus_of_its_texts(texts, data):
    rows = sorted(data.draw(st.sets(st.sampled_from(range(len(texts))))) if texts else [])
    ids = [f"n{number}" for number in range(len(texts))]
    frame = pd.DataFrame({"article_id": ids, "text": texts}, dtype=object)
    whole = Corpus.from_dataframe(frame)
    selected = whole.where(article_id=[ids[row] for row in rows])
    alone = Corpus.from_dataframe(frame.iloc[rows])
    assert described(fresh(selected.tokens)) == described(fresh(alone.tokens))
    pd.testing.assert_frame_equal(selected.sentences, alone.sentences)
    pd.testing.assert_frame_equal(
        selected.articles.drop(columns="cluster"), alone.articles.drop(columns="cluster")
    )


@settings(deadline=None, max_examples=40)
@given(TEXTS, st.randoms())
def test_the_order_of_articles_changes_nothing_in_them(texts, random):
    ids = [f"n{number}" for number in range(len(texts))]
    frame = pd.DataFrame({"article_id": ids, "text": texts}, dtype=object)
    order = random.sample(range(len(texts)), len(texts))
    columns = ["article_id", "text", "title", "n_words", "n_words_raw", "sha256", "cluster"]
    one = Corpus.from_dataframe(frame).articles[columns].astype(object)
    other = Corpus.from_dataframe(frame.iloc[order]).articles[columns].astype(object)
    pd.testing.assert_frame_equal(one.iloc[order].reset_index(drop=True), other)


# ---------------------------------------------------------------------------- from texts


def test_from_texts():
    corpus = Corpus.from_texts(
        ("A.", "B."), source=["x", None], date="2022-02-10", language="en-GB"
    )
    articles = corpus.articles
    assert list(articles["article_id"]) == ["1", "2"]
    assert list(articles["source"]) == ["x", "not stated"]
    assert list(articles["date"].dt.day) == [10, 10]
    assert list(articles["language"]) == ["en-GB", "en-GB"]
    assert articles["path"].isna().all()
    assert articles["sha256"][0] == hashlib.sha256(b"A.").hexdigest()
    assert len(corpus.log) == 0
    assert Corpus.from_texts(pd.Series(["A."])).texts == ["A."]


def test_from_texts_refuses_what_is_no_list_of_texts():
    assert message(Corpus.from_texts, "A.") == (
        "from_texts takes a list of texts, not str; use from_texts([text])."
    )
    assert message(Corpus.from_texts, pd.DataFrame({"text": []})) == (
        "from_texts takes a list of texts, not DataFrame; use Corpus.from_dataframe."
    )
    assert message(Corpus.from_texts, {"a", "b"}) == (
        "from_texts takes a list of texts, not set; give a list, as in"
        ' from_texts(["One text.", "Another."]).'
    )
    assert message(Corpus.from_texts, Corpus.from_texts([])).endswith("Corpus; use it as it is.")
    remedy = "; give one value for all texts, or a list with one for each."
    assert message(Corpus.from_texts, ["A."], source={"x"}) == "source= is a set" + remedy
    assert message(Corpus.from_texts, ["A."], date=iter([1])) == "date= is a list_iterator" + remedy
    assert message(Corpus.from_texts, ["A.", None, 2.0]) == (
        "from_texts takes strings, but text 2 is a NoneType, text 3 is a float."
    )
    assert message(Corpus.from_texts, ["A."], source=["x", "y"]) == (
        "source= has 2 values for 1 text; give one for each, or one for all."
    )


def test_as_corpus(corpus):
    assert as_corpus(corpus) is corpus
    assert as_corpus("A.").texts == ["A."]
    assert as_corpus(["A.", "B."]).texts == ["A.", "B."]
    for wrong, kind in ((None, "NoneType"), (5, "int"), ({"a": "A."}, "dict")):
        assert message(as_corpus, wrong) == (
            f"This takes a corpus, a text or a list of texts, not {kind}; read_corpus makes a"
            " corpus."
        )
    assert "Corpus.from_dataframe makes" in message(as_corpus, pd.DataFrame())


@pytest.mark.parametrize("text", ["", " \n\u2028"])
def test_an_empty_text_is_an_empty_article(text):
    corpus = Corpus.from_texts([text])
    assert corpus.texts == [text]
    assert list(corpus.articles["n_words"]) == [0]
    assert logged(corpus) == [("1", None, "read", "the text is empty")]


def test_control_characters_are_kept():
    corpus = Corpus.from_texts(["A\0 talk\x9f\tgoes\r\non\x85."])
    assert corpus.texts == ["A\0 talk\x9f\tgoes\r\non\x85."]
    assert logged(corpus, "article_id", "step", "start", "end", "reason") == [
        ("1", "read", 1, 2, "2 control characters, the first U+0000: kept")
    ]


def test_broken_characters_are_replaced_one_for_one():
    values = {"text": ["go \ud83d on"], "title": ["A \udfff"], "desk": ["x"]}
    corpus = Corpus.from_dataframe(pd.DataFrame(values, dtype=object))
    assert corpus.texts == ["A \ufffd\n\ngo \ufffd on"]
    assert logged(corpus, "step", "start", "end", "reason") == [
        ("replaced", None, None, 'a broken character in column "title" became U+FFFD'),
        ("replaced", 8, 9, "the broken character U+D83D became U+FFFD"),
    ]


# ---------------------------------------------------------------------------- from tables


def test_titles_come_first(write):
    path = write(
        "news.csv",
        "text,title\nBody.,Talks go on\n'No deal\nBody.',No deal\n'A\nB.',\n".replace("'", '"'),
    )
    corpus = read_corpus(path)
    assert corpus.texts == ["Talks go on\n\nBody.", "No deal\nBody.", "A\nB."]
    assert list(corpus.articles["title"]) == ["Talks go on", "No deal", "A"]
    assert list(corpus.sentences["block"]) == ["title", "body"] * 3


def test_a_title_without_text(write):
    path = write("news.jsonl", '{"text": "", "title": "Peace talks fail"}')
    corpus = read_corpus(path)
    assert list(corpus.sentences["block"]) == ["title"]
    assert logged(corpus, "step", "reason") == [("read", "the text is empty")]


def test_a_title_that_is_there_in_other_letters_is_not_repeated():
    values = {"text": ["2022-02-10\nTALKS FAIL\n\nTalks fail.\nA."], "title": ["Talks fail."]}
    corpus = Corpus.from_dataframe(pd.DataFrame(values))
    assert corpus.texts == values["text"]
    assert list(corpus.articles["title"]) == ["TALKS FAIL"]
    assert list(corpus.sentences["block"]) == ["dateline", "title", "body", "body"]
    assert logged(corpus, "step", "text", "reason") == [
        ("set aside", "Talks fail.", "repeats the title at characters 11–21")
    ]


def test_hard_wrapped_text_is_pointed_out():
    text = (
        "The talks that were held between both of the leaders\n" + f"and {LONG[:-1].lower()}\n" * 5
    )
    assert logged(Corpus.from_texts([text]), "article_id", "step", "reason")[0] == (
        "1",
        "read",
        "looks hard-wrapped: every line is read as a paragraph; join the lines of a paragraph"
        " first",
    )


def test_columns(write):
    path = write("news.csv", "body,text,headline,desk,n_words,cluster\nBody.,old,Talks,,9,x\n")
    corpus = read_corpus(path, columns={"text": "body", "title": "headline"})
    assert corpus.texts == ["Talks\n\nBody."]
    assert list(corpus.articles.columns) == [*TABLES["articles"], "desk"]
    assert corpus.articles["desk"].isna().all()
    assert logged(corpus, "path", "step", "reason") == [
        (
            "news.csv",
            "skipped",
            f'column "{name}" is not read: a column of this name is made by reading; rename it to'
            " keep",
        )
        for name in ("text", "n_words", "cluster")
    ]


def test_columns_that_are_not_there(write):
    path = write("news.csv", "link,headline,body\na,b,c\n")
    assert message(read_corpus, path) == (
        'news.csv: there is no column "text"; the columns are: link, headline, body. Say which one'
        ' holds the articles: columns={"text": ...}.'
    )
    assert message(read_corpus, path, columns={"texts": "body", "title": "head"}) == (
        'news.csv: columns= has "texts", which is none of: article_id, source, date, title, text,'
        " author, section, url, language, constructed.\n"
        'news.csv: there is no column "head"; the columns are: link, headline, body.'
    )
    frame = pd.DataFrame({"body": ["a"]})
    assert message(Corpus.from_dataframe, frame).startswith('DataFrame: there is no column "text"')
    assert message(Corpus.from_dataframe, frame, columns={"body": "text"}) == (
        "DataFrame: columns= is the wrong way round; our name comes first:"
        ' columns={"text": "body"}.'
    )
    for call, source in ((Corpus.from_dataframe, frame), (read_corpus, path)):
        assert message(call, source, columns=["body"]) == (
            "columns= takes our names and those of the source, as in"
            ' columns={"text": "body"}, not a list.'
        )
    twice = pd.DataFrame([["a", "b"]], columns=["text", "text"])
    assert message(Corpus.from_dataframe, twice) == (
        'DataFrame: more than one column is named "text"; rename all but one.'
    )


@pytest.mark.parametrize("wrong", [{"text": ["A."]}, ["A."], None, pd.Series(["A."])])
def test_what_is_no_dataframe(wrong):
    text = message(Corpus.from_dataframe, wrong)
    assert text.startswith(f"from_dataframe takes a DataFrame, not {type(wrong).__name__}; make")


def test_a_dataframe_keeps_the_types_of_its_columns():
    frame = pd.DataFrame(
        {
            "text": ["A.", np.nan],
            "constructed": [1.0, np.nan],
            "date": pd.to_datetime(["2022-02-10 11:40", None]),
            "desk": pd.Categorical(["x", "y"]),
            "score": [0.5, np.nan],
            "path": ["a.txt", None],
        },
        index=[7, 7],
    )
    before = frame.copy()
    corpus = Corpus.from_dataframe(frame)
    pd.testing.assert_frame_equal(frame, before)
    articles = corpus.articles
    assert corpus.texts == ["A.", ""]
    assert list(articles["constructed"]) == [True, False]
    assert articles["date"][0] == pd.Timestamp("2022-02-10 11:40")
    assert (str(articles["desk"].dtype), str(articles["score"].dtype)) == ("category", "float64")
    assert articles["path"][0] == "a.txt"
    assert list(articles["article_id"]) == ["1", "2"]


def test_a_corpus_can_be_made_of_its_own_articles(corpus):
    again = Corpus.from_dataframe(corpus.articles)
    pd.testing.assert_frame_equal(again.articles, corpus.articles)


def test_double_ids_are_renamed_and_nothing_is_lost(write):
    path = write("news.csv", "article_id,text\na,1\na,2\na (2),3\na,4\n,5\n5,6\n")
    corpus = read_corpus(path)
    assert list(corpus.articles["article_id"]) == ["a", "a (3)", "a (2)", "a (4)", "5", "5 (2)"]
    assert len(corpus) == 6
    assert logged(corpus) == [
        ("a (3)", 3, "renamed", 'the id "a" is taken by an earlier article'),
        ("a (4)", 5, "renamed", 'the id "a" is taken by an earlier article'),
        ("5 (2)", 7, "renamed", 'the id "5" is taken by an earlier article'),
    ]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["", "a", "a (2)", "a (3)", "1", "2"])))
def test_ids_are_always_unique(ids):
    frame = pd.DataFrame({"article_id": ids, "text": ids}, dtype=object)
    assert Corpus.from_dataframe(frame).articles["article_id"].is_unique


def test_flags_that_are_neither_true_nor_false(write):
    values = ["true", "No", "YES", "0", "1", "", "maybe", "2"]
    content = "text,constructed\n" + "".join(f"A,{value}\n" for value in values)
    assert message(read_corpus, write("news.csv", content)) == (
        'news.csv, line 8: constructed is "maybe"; write true or false.\n'
        'news.csv, line 9: constructed is "2"; write true or false.'
    )
    corpus = read_corpus(write("news.csv", "\n".join(content.split("\n")[:-3])))
    assert list(corpus.articles["constructed"]) == [True, False, True, False, True, False]


def test_other_languages_are_pointed_out(write):
    path = write("news.csv", "text,language\nA,it\nB,en-GB\nC,it\nD,\n")
    corpus = read_corpus(path)
    assert list(corpus.articles["language"]) == ["it", "en-GB", "it", "en"]
    assert logged(corpus) == [
        (
            None,
            None,
            "read",
            '2 articles in "it": sentences are divided by the rules of "en"; "it" has none, known:'
            f" {', '.join(known_languages())}",
        )
    ]
    corpus = read_corpus(path, language="xx")
    assert [reason for *_, reason in logged(corpus)][2] == (
        '1 article in "en-GB": sentences are divided by the rules of "xx"; to use others, pass'
        ' language="en-GB"'
    )


@pytest.mark.parametrize("language", ["English", "xx", ""])
def test_a_language_without_rules_is_pointed_out(language):
    corpus = Corpus.from_texts(["A."], language=language)
    assert [reason for *_, reason in logged(corpus)] == [
        f'no rules for language "{language}": sentences end at end marks alone; known:'
        f" {', '.join(known_languages())}"
    ]
    assert repr(corpus).endswith("see corpus.log: 1 read")


def test_a_language_that_is_no_text():
    assert message(Corpus.from_texts, ["A."], language=None) == (
        'language= is a code such as "en", not NoneType.'
    )


# ---------------------------------------------------------------------------- from files


def test_every_format_gives_the_same_corpus(tmp_path, write):
    table = pd.DataFrame(
        {
            "article_id": ["x", "y"],
            "source": ["Courier", "Herald"],
            "date": ["2022-02-10", "2022-02-11"],
            "text": ["Talks go on.\n“No, deal;”", "Fine."],
            "constructed": ["true", "false"],
            "desk": ["world", "home"],
        }
    )
    table.to_csv(tmp_path / "news.csv", index=False)
    table.to_csv(tmp_path / "semicolon.csv", index=False, sep=";", encoding="utf-8-sig")
    table.to_csv(tmp_path / "news.tsv", index=False, sep="\t")
    table.to_excel(tmp_path / "news.xlsx", index=False)
    table.to_parquet(tmp_path / "news.parquet")
    lines = [json.dumps(row) for row in table.to_dict("records")]
    write("news.jsonl", "\n".join(lines))
    expected = Corpus.from_dataframe(table).articles.drop(columns=["path", "desk"])
    for name in (
        "news.csv",
        "semicolon.csv",
        "news.tsv",
        "news.xlsx",
        "news.parquet",
        "news.jsonl",
    ):
        corpus = read_corpus(tmp_path / name)
        articles = corpus.articles
        assert list(articles["desk"]) == ["world", "home"]
        assert list(articles["path"]) == [name, name]
        pd.testing.assert_frame_equal(articles.drop(columns=["path", "desk"]), expected)
        assert len(corpus.log) == 0


def test_a_folder(tmp_path, write):
    write("a.txt", b"\xef\xbb\xbfTalks\r\n\r\nThey met.")
    write("b.txt", b"Caf\xe9")
    write("metadata.csv", "file,source,title\na.txt,Courier,Talks\nb.txt,,\n")
    corpus = read_corpus(str(tmp_path), columns={"path": "file"})
    (row,) = corpus.articles.to_dict("records")
    assert (row["article_id"], row["path"], row["title"]) == ("a", "a.txt", "Talks")
    assert row["text"] == "Talks\r\n\r\nThey met."
    assert row["sha256"] == hashlib.sha256((tmp_path / "a.txt").read_bytes()).hexdigest()
    assert logged(corpus, "path", "row", "step") == [("b.txt", 3, "skipped")]
    read = read_corpus(tmp_path, columns={"path": "file"}, encoding="cp1252")
    assert list(read.articles["article_id"]) == ["a", "b"]


def test_an_empty_file_is_an_empty_article(write):
    corpus = read_corpus(write("a.txt", ""))
    assert corpus.texts == [""]
    assert logged(corpus, "article_id", "path", "reason") == [("a", "a.txt", "the text is empty")]


def test_broken_characters_in_names(write):
    corpus = read_corpus(write("news.jsonl", r'{"text": "A", "\ud800": "b\udfff"}'))
    assert corpus.articles["\ufffd"][0] == "b\ufffd"


def test_an_empty_table_is_an_empty_corpus(write):
    corpus = read_corpus(write("news.csv", "text,source,desk\n"))
    assert len(corpus) == 0
    assert list(corpus.articles.columns) == [*TABLES["articles"], "desk"]
    assert corpus.articles.dtypes["date"] == "datetime64[s]"


def test_nothing_that_can_be_read_is_an_error_with_all_problems(tmp_path, write):
    write("a.txt", b"Caf\xe9")
    write("b.txt", "A".encode("utf-16"))
    assert message(read_corpus, tmp_path) == (
        f"{tmp_path}: nothing could be read:\n"
        "  a.txt: byte 3 (0xE9) is not UTF-8; it looks like cp1252: save it as UTF-8 or pass"
        ' encoding="cp1252"\n'
        "  b.txt: byte 0 (0xFF) is not UTF-8; it looks like utf-16: save it as UTF-8 or pass"
        ' encoding="utf-16"'
    )


def test_a_table_is_named_once_with_its_first_problems(write):
    reason = "the header has 2; a field that holds a delimiter needs quotation marks around it"
    path = write("news.csv", "text,source\n" + "a,b,c\n" * 22)
    assert message(read_corpus, path) == "\n".join([
        f"{path}: nothing could be read:",
        *(f"  line {number} has 3 fields, {reason}" for number in range(2, 22)),
        "  and 2 more",
    ])  # fmt: skip


def test_another_separator_is_named(write):
    said = message(read_corpus, write("news.csv", "text|source\na|b\n"))
    assert 'the columns are: text|source. Say which one holds the articles: columns={"' in said
    assert said.endswith('save them with commas, semicolons or tabs between them, not "|".')


def test_a_missing_path(tmp_path):
    assert message(read_corpus, tmp_path / "no") == (
        f"{tmp_path / 'no'}: there is no such file or folder."
    )


@pytest.mark.parametrize(
    ("dates", "texts"),
    [
        (slice("2022-02-10", None), ["b", "c"]),
        (slice(None, "2022-02-10"), ["a", "b"]),
        (slice("2022-02", "2022-02"), ["a", "b"]),
        (slice("2022-02-10", "2022"), ["b", "c"]),
        (slice(None, None), ["a", "b", "c"]),
        (slice("2023", None), []),
    ],
)
def test_a_slice_of_dates_includes_its_last_day_and_leaves_out_what_has_no_date(dates, texts):
    days = ["2022-02-01", "2022-02-10T23:00", "2022-03-01", None]
    corpus = Corpus.from_texts(["a", "b", "c", "d"], date=days)
    assert corpus.where(date=dates).texts == texts


def test_a_slice_of_something_else_is_refused():
    corpus = Corpus.from_texts(["a"], date=["2022-02-01"], source="A")
    with pytest.raises(CorpusError, match="takes a slice of two dates"):
        corpus.where(date=slice("2022", "2023", 2))
    with pytest.raises(CorpusError, match="is no date"):
        corpus.where(date=slice("soon", None))
    with pytest.raises(CorpusError, match="not a slice"):
        corpus.where(source=slice("A", "B"))


def test_what_can_be_no_id_is_in_no_corpus():
    corpus = Corpus.from_texts(["Talks go on."])
    assert "1" in corpus
    for other in (1, None, ["1"], (["1"],), "2"):
        assert other not in corpus
        with pytest.raises(CorpusError, match="There is no article"):
            corpus[other]


def test_the_log_of_a_selection_of_a_selection_has_its_articles_and_what_belongs_to_none():
    texts = ["Talks go on.", "", "No deal.", ""]
    frame = pd.DataFrame({"text": texts, "source": list("abab"), "n_words": 1})
    chosen = Corpus.from_dataframe(frame)
    assert chosen.log["article_id"].isna().tolist() == [True, False, False]
    for rows in (["a", "b"], "b"):
        chosen = chosen.where(source=rows)
    assert chosen["4"].log["article_id"].fillna("none").tolist() == ["none", "4"]
    assert [len(one.log) for one in chosen] == [2, 2]
    assert list(chosen.log.index) == [0, 1, 2]
