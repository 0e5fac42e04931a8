from pathlib import Path

import pandas as pd
import pytest

from framing import (
    CodingError,
    Corpus,
    compare_groups,
    read_codings,
    read_corpus,
    score_codings,
    score_frames,
)
from framing.codebook import Codebook
from framing.tables import TABLES

ROOT = Path(__file__).parent.parent
TEXTS = ["Peace at last. They signed.", "No war, no peace.", "Cod is dear."]


@pytest.fixture
def corpus():
    return Corpus.from_texts(TEXTS, source=["A", "A", "B"], date="2031-03-03")


def write(folder, *lines, header="article_id,start,end,coder,variable,frame,voice,value"):
    path = folder / "codings.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def test_codings_are_counted_by_article_and_frame(tmp_path, corpus):
    codings = read_codings(
        write(
            tmp_path,
            "1,0,14,AB,frame,calm,journalist,2",
            "1,0,14,AB,speaker,calm,journalist,Verrin",
            "1,15,27,AB,frame,calm,quoted,1",
            "1,15,27,AB,negated,calm,quoted,TRUE",
            "2,0,17,AB,frame,alarm,journalist,1",
            "2,0,17,AB,negated,alarm,journalist,false",
            "2,,,AB,frame,calm,,0",
            "1,,,AB,frame,alarm,,0",
            "3,,,AB,frame,calm,,0",
        )
    )
    assert list(codings.columns) == list(TABLES["codings"])
    scores = score_codings(codings, corpus)
    assert list(scores.columns) == list(TABLES["scores"])
    found = scores[["article_id", "frame", "n_matches", "n_negated", "n_words"]]
    assert found.values.tolist() == [
        ["1", "calm", 3, 1, 5],
        ["1", "alarm", 0, 0, 5],
        ["2", "calm", 0, 0, 4],
        ["2", "alarm", 1, 0, 4],
        ["3", "calm", 0, 0, 3],  # not coded for alarm, so there is no row that says 0
    ]
    assert scores["codebook"].unique().tolist() == ["codings by AB"]
    assert scores["per_1000_words"].tolist() == [600.0, 0.0, 0.0, 250.0, 0.0]
    without = score_codings(codings, corpus, negated=False)
    assert without["n_matches"].tolist() == [2, 0, 0, 1, 0]
    assert without["n_negated"].tolist() == [1, 0, 0, 0, 0]


def test_what_is_left_out_has_its_usual_meaning(tmp_path):
    path = write(
        tmp_path, "1,calm,1,0,5,x", "2,calm,0,,,", header="article_id,frame,value,start,end,why"
    )
    codings = read_codings(path)
    assert codings["unit"].tolist() == ["sentence", "article"]
    assert codings["coder"].tolist() == ["coder", "coder"]
    assert codings["variable"].tolist() == ["frame", "frame"]
    assert codings["why"].fillna("").tolist() == ["x", ""]


def test_all_problems_come_together(tmp_path):
    path = write(
        tmp_path,
        "1,0,14,AB,frame,calm,,one",
        "1,9,3,AB,frame,calm,,1",
        ",0,3,AB,frame,,,",
        "1,x,3,AB,frame,alarm,,1",
        "1,0,14,AB,negated,calm,,maybe",
        "1,0,14,AB,frame,calm,,2",
    )
    with pytest.raises(CodingError) as error:
        read_codings(path)
    message = str(error.value).splitlines()
    assert [line.split(":")[0] for line in message] == [
        *[f"codings.csv, line {n}" for n in (2, 3, 4, 4, 4, 5, 6, 7)]
    ]
    assert "write the number of mentions, 0 for none" in message[0]
    assert "start 9 is not before end 3" in message[1]
    assert "write true or false" in message[6]
    assert "the same judgement as in line 2" in message[7]


def test_a_line_that_cannot_be_read_is_not_lost_without_a_word(tmp_path):
    path = write(tmp_path, "1,calm,1,why, not", "2,calm,0,", header="article_id,frame,value,note")
    with pytest.raises(CodingError, match=r"^codings\.csv, line 2 has 5 fields, the header has 4"):
        read_codings(path)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"article_id": "a\\ud83d", "frame": "b", "value": 1}', '"article_id" holds half'),
        ('{"article_id": "a", "frame": "b", "value": 1, "\\ud83d": 1}', '"\ufffd" holds half'),
        ('{"article_id": "a", "frame": "b", "value": ' + "9" * 19 + "}", "value is"),
        ('{"article_id": "a", "frame": "b", "value": 1, "start": 1, "end": 1e30}', "start and end"),
    ],
)
def test_what_no_table_can_hold_is_a_problem(line, said, tmp_path):
    (tmp_path / "codings.jsonl").write_text(line)
    with pytest.raises(CodingError, match=rf"^codings\.jsonl, line 1: .*{said}"):
        read_codings(tmp_path / "codings.jsonl")


def test_files_that_are_no_codings(tmp_path):
    with pytest.raises(CodingError, match="is a folder"):
        read_codings(tmp_path)
    with pytest.raises(CodingError, match="no such file"):
        read_codings(tmp_path / "none.csv")
    with pytest.raises(
        CodingError, match='no column "frame", "value"; the columns are: article_id'
    ):
        read_codings(write(tmp_path, "1", header="article_id"))


def test_codings_must_fit_the_corpus(corpus):
    codings = pd.DataFrame({"article_id": ["1"], "frame": ["calm"], "value": ["1"]})
    with pytest.raises(CodingError, match='not in the corpus: "9"'):
        score_codings(codings.assign(article_id="9"), corpus)
    with pytest.raises(CodingError, match="beyond its text"):
        score_codings(codings.assign(start=0, end=99), corpus)
    with pytest.raises(CodingError, match="lack the column frame"):
        score_codings(codings.drop(columns="frame"), corpus)


def test_one_coder_is_counted(corpus):
    codings = pd.DataFrame(
        {"article_id": ["1", "1"], "frame": "calm", "value": ["1", "3"], "coder": ["AB", "CD"]}
    )
    with pytest.raises(CodingError, match='2 coders: "AB", "CD"; choose one'):
        score_codings(codings, corpus)
    with pytest.raises(CodingError, match='no coder "EF"'):
        score_codings(codings, corpus, coder="EF")
    assert score_codings(codings, corpus, coder="CD")["n_matches"].item() == 3


def test_equal_counts_give_equal_comparisons():
    """Twenty articles counted by the machine and by a coder who agrees with it."""
    texts = [f"Peace {'and peace ' * (n % 4)}after all." for n in range(20)]
    corpus = Corpus.from_texts(texts, source=list("AB") * 10)
    codebook = Codebook.from_patterns("calm", {"calm": ["peace"]})
    machine = score_frames(corpus, codebook)
    codings = pd.DataFrame(
        {
            "article_id": corpus.articles["article_id"],
            "frame": "calm",
            "value": machine["n_matches"].astype(str),
        }
    )
    human = score_codings(codings, corpus)
    columns = ["ratio", "low", "high", "p", "cliffs_delta", "caution"]
    one, two = (compare_groups(scores, permutations=199)[columns] for scores in (machine, human))
    pd.testing.assert_frame_equal(one, two)


def test_no_codings(corpus):
    codings = pd.DataFrame({"article_id": [], "frame": [], "value": []})
    scores = score_codings(codings, corpus)
    assert list(scores.columns) == list(TABLES["scores"])
    assert scores.empty


def test_codings_by_sentence(tmp_path, corpus):
    lines = ["1,15,27,AB,frame,calm,quoted,2", "2,,,AB,frame,calm,,0", "1,0,14,AB,frame,alarm,,1"]
    codings = read_codings(write(tmp_path, *lines))
    scores = score_codings(codings, corpus, by="sentence")
    found = scores[["article_id", "sentence", "frame", "n_matches", "n_words"]].values.tolist()
    assert found == [
        ["1", 1, "calm", 0, 3],
        ["1", 1, "alarm", 1, 3],
        ["1", 2, "calm", 2, 2],
        ["1", 2, "alarm", 0, 2],
        ["2", 1, "calm", 0, 4],
    ]
    whole = read_codings(write(tmp_path, "1,,,AB,frame,calm,,2"))
    with pytest.raises(CodingError, match="no sentence that is counted"):
        score_codings(whole, corpus, by="sentence")
    with pytest.raises(ValueError, match='choose "sentence" or None'):
        score_codings(codings, corpus, by="voice")


def test_a_codebook_gives_the_order_and_finds_misspelt_frames(corpus):
    codebook = Codebook.from_patterns("two", {"alarm": ["war"], "calm": ["peace"]})
    codings = pd.DataFrame({"article_id": "1", "frame": ["calm", "alarm"], "value": "1"})
    assert score_codings(codings, corpus, codebook)["frame"].tolist() == ["alarm", "calm"]
    with pytest.raises(CodingError, match='no frame "clam"; it has alarm, calm'):
        score_codings(codings.replace("calm", "clam"), corpus, codebook)


def test_sentences_add_up_to_articles():
    """The demonstration corpus, whose codings lie in many articles and blocks."""
    corpus = read_corpus(ROOT / "corpus").where(constructed=True)
    codings = read_codings(ROOT / "corpus" / "demonstration" / "codings.csv")
    columns = ["n_matches", "n_negated", "n_words"]
    whole = score_codings(codings, corpus).set_index(["article_id", "frame"])[columns]
    parts = score_codings(codings, corpus, by="sentence")
    summed = parts.groupby(["article_id", "frame"], observed=True)[columns].sum()
    pd.testing.assert_frame_equal(summed.loc[whole.index], whole)


def test_codings_that_were_joined_are_not_counted_twice(corpus):
    codings = pd.DataFrame({"article_id": ["1", "2"], "frame": "calm", "value": ["1", "0"]})
    with pytest.raises(CodingError, match='in the same place of article "1" twice'):
        score_codings(pd.concat([codings, codings]), corpus)
    coders = [codings.assign(coder=name) for name in ("AB", "CD")]
    assert score_codings(pd.concat(coders), corpus, coder="AB")["n_matches"].tolist() == [1, 0]


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("value", "1.5", 'value is "1.5"; write a whole number'),
        ("value", -1, 'value is "-1"'),
        ("value", "yes", 'value is "yes"'),
        ("value", None, "value is empty in 1 row of the codings"),
        ("start", "x", 'start is "x"'),
        ("article_id", None, "article_id is empty"),
        ("frame", None, "frame is empty"),
    ],
)
def test_odd_values_are_refused(corpus, column, value, message):
    codings = pd.DataFrame({"article_id": ["1"], "frame": ["calm"], "value": ["1"]})
    with pytest.raises(CodingError, match=message):
        score_codings(codings.assign(**{column: [value]}), corpus)
    with pytest.raises(CodingError, match="codings is a list"):
        score_codings([], corpus)


def test_what_pandas_makes_of_a_table_is_read(tmp_path, corpus):
    """Whole numbers beside empty cells become 1.0, and true becomes True."""
    path = tmp_path / "saved.csv"
    header = "article_id,start,end,frame,variable,value\n"
    path.write_text(header + "1,0.0,14.0,calm,frame,2\n1,0,14,calm,negated,True\n2,,,calm,,0.0\n")
    for codings in (read_codings(path), pd.read_csv(path)):
        scores = score_codings(codings, corpus)
        assert scores[["n_matches", "n_negated"]].values.tolist() == [[2, 2], [0, 0]]
