"""Who is who across articles: the rules, the researcher's list, and the table of speakers."""

from itertools import permutations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import framing as fr
from framing import voices
from framing.people import Speaker
from framing.speaker_list import _name_in, _pairs
from framing.speakers import as_speakers, fold_name, name_speakers
from framing.tables import TABLES, CorpusError, as_table

TWO = ["Vladimir Putin", "Lyudmila Putin"]


def person(name):
    return Speaker(name, True, 1.0)


def other(name):
    return Speaker(name, False, 1.0)


def known(**columns):
    return as_speakers(pd.DataFrame(columns))


def named(heard, known=None):
    """Give the shown name of each statement's speaker."""
    names, of = name_speakers(heard, known)
    return [list(names)[n] if n >= 0 else None for n in of]


def persons(*names, known=None):
    return named([person(name) for name in names], known)


# ---------------------------------------------------------------------------- the rules


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["Vladimir Putin", "Putin"], ["Vladimir Putin"] * 2),
        ([*TWO, "Putin"], [*TWO, "Putin"]),
        (["V Putin", "Vladimir Putin", "Putin"], ["V Putin", "Vladimir Putin", "Vladimir Putin"]),
        (["Donald J. Trump", "Donald Trump", "Donald Trump"], ["Donald Trump"] * 3),
        (["Donald J Trump", "Donald J Trump", "Donald Trump"], ["Donald J Trump"] * 3),
        (
            ["Volodymyr Oleksandrovych Zelensky", "Volodymyr Zelensky", "Zelensky"],
            ["Volodymyr Oleksandrovych Zelensky"] * 3,
        ),
        (["VLADIMIR PUTIN", "PUTIN", "Putin"], ["Vladimir Putin"] * 3),
        (["Mary O’Neill", "Mary O'Neill"], ["Mary O'Neill"] * 2),
        (["Ursula von der Leyen", "von der Leyen", "Leyen"], ["Ursula von der Leyen"] * 3),
        (["Marine Le Pen", "Le Pen"], ["Marine Le Pen"] * 2),
        (["Tipper Gore", "Al Gore"], ["Tipper Gore", "Al Gore"]),
        (["Robert Kennedy Jr", "Robert Downey Jr"], ["Robert Kennedy Jr", "Robert Downey Jr"]),
        (["Robert Kennedy Jr", "Kennedy"], ["Robert Kennedy Jr"] * 2),
        (["An Li", "Li"], ["An Li"] * 2),
    ],
)
def test_persons_are_told_apart_by_first_and_last_name(names, shown):
    assert persons(*names) == shown


def test_only_a_persons_name_takes_a_surname_to_it():
    assert named([other("Hotel Putin"), other("Putin")]) == ["Hotel Putin", "Putin"]


def test_other_speakers_are_told_apart_by_all_words():
    heard = [other(name) for name in ("the Kremlin", "Kremlin", "Kremlin", "Kremlin spokesman")]
    assert named(heard) == ["Kremlin", "Kremlin", "Kremlin", "Kremlin spokesman"]
    assert named([other("NATO"), other("NATO"), other("Nato")]) == ["NATO"] * 3
    assert named([other("WHITE HOUSE"), other("WHITE HOUSE"), other("White House")]) == (
        ["White House"] * 3
    )


def test_ties_of_spelling_go_by_the_alphabet():
    assert named([other("State Council"), other("State council")]) == ["State Council"] * 2


def test_ids_are_folded_and_nobody_is_minus_one():
    names, of = name_speakers([person("Donald J. Trump"), None, other("The Kremlin")], None)
    assert names == {"Donald J. Trump": "donald trump", "The Kremlin": "kremlin"}
    assert of.tolist() == [0, -1, 1]
    assert of.dtype == np.int32
    names, of = name_speakers([], None)
    assert (names, of.tolist()) == ({}, [])


WORDS = st.sampled_from(["Anna", "Maria", "ANNA", "Berg", "BERG", "von", "J.", "B", "the", "Jr"])
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join) | st.text(max_size=5)
HEARD = st.lists(st.none() | st.builds(Speaker, NAMES, st.booleans(), st.just(1.0)), max_size=12)


@given(HEARD, st.randoms(use_true_random=False))
def test_the_order_of_the_articles_does_not_matter(heard, random):
    order = list(range(len(heard)))
    random.shuffle(order)
    names, of = name_speakers(heard, None)
    shuffled, of_shuffled = name_speakers([heard[n] for n in order], None)
    assert list(names.items()) == list(shuffled.items())
    assert of[order].tolist() == of_shuffled.tolist()


@given(HEARD)
def test_every_speaker_has_one_name_and_one_id_and_a_list_of_them_changes_nothing(heard):
    names, of = name_speakers(heard, None)
    assert len(set(names.values())) == len(names) == len(set(of.tolist()) - {-1})
    for speaker, number in zip(heard, of, strict=True):
        assert (number < 0) == (speaker is None or not speaker.name.strip())
    spelled = [" ".join(name.split()) for name in names]
    listed = known(speaker=spelled)
    assert named(heard, listed) == [spelled[n] if n >= 0 else None for n in of]


def test_a_hundred_thousand_statements_are_named():
    heard = [person(f"{chr(65 + n % 26)}nna Berg{n % 5000}") for n in range(100_000)]
    names, of = name_speakers(heard, None)
    assert len(of) == len(heard)
    assert len(names) == len({speaker.name for speaker in heard})


# ---------------------------------------------------------------------------- the list


def test_a_listed_name_or_alias_comes_before_the_rules():
    listed = known(speaker=["Vladimir Putin"], aliases=["Putin; the Kremlin leader"])
    assert persons(*TWO, "PUTIN", known=listed) == [*TWO, "Vladimir Putin"]
    assert named([other("Kremlin leader")], listed) == ["Vladimir Putin"]
    # without the alias only a full name of the corpus counts
    assert persons("Putin", known=known(speaker=["Vladimir Putin"])) == ["Putin"]


def test_an_alias_that_is_a_surname_counts_for_nothing_but_itself():
    listed = known(speaker=["The President"], aliases=["Putin"])
    assert persons(*TWO, "Putin", known=listed) == [*TWO, "The President"]
    assert persons("Vladimir Putin", "Putin", known=listed) == ["Vladimir Putin", "The President"]


def test_a_listed_speaker_is_shown_as_the_list_spells_it():
    listed = known(speaker=["Volodymyr Zelenskyy"], aliases=["Volodymyr Zelensky"])
    names, _ = name_speakers([person("Volodymyr Oleksandrovych Zelensky")] * 9, listed)
    assert list(names) == ["Volodymyr Zelenskyy"]
    assert persons("Volodymyr Zelensky", "Zelensky", known=listed) == ["Volodymyr Zelenskyy"] * 2


def test_a_list_can_part_persons_of_the_same_first_and_last_name():
    both = ["Anna Maria Berg", "Anna Lisa Berg"]
    assert len(set(persons(*both))) == 1
    assert persons(*both, "Anna Berg", known=known(speaker=both)) == [*both, "Anna Berg"]


FILE = """speaker,aliases,camp,note
Vladimir Putin, Putin ;V.  Putin;;Putin,Kremlin,x
"Kremlin, the",,,
,,,
"""


@pytest.mark.parametrize("write", ["csv", "semicolons", "xlsx"])
def test_a_list_is_read_from_every_kind_of_table(write, tmp_path):
    file = tmp_path / "speakers.csv"
    text = FILE
    if write == "semicolons":
        text = 'speaker;aliases;camp;note\nVladimir Putin;"Putin; V. Putin";Kremlin;x\n'
        text += "Kremlin, the;;;\n"
    file.write_text(text, encoding="utf-8-sig")
    if write == "xlsx":
        frame = pd.read_csv(file)
        file = tmp_path / "speakers.xlsx"
        frame.to_excel(file, index=False)
    table = fr.read_speakers(file)
    assert list(table.columns) == [*TABLES["known_speakers"], "note"]
    assert set(table.dtypes.astype(str)) == {"string"}
    assert table["speaker"].tolist() == ["Vladimir Putin", "Kremlin, the"]
    assert table.loc[0, ["aliases", "camp", "note"]].tolist() == ["Putin; V. Putin", "Kremlin", "x"]
    assert table.loc[1, ["aliases", "role", "country", "camp", "note"]].isna().all()


def test_all_problems_of_a_list_are_named_together(tmp_path):
    file = tmp_path / "speakers.csv"
    file.write_text(
        "speaker,aliases\n"
        "Vladimir Putin,Putin\n"
        ",Nobody\n"
        "Lyudmila Putin,PUTIN\n"
        "VLADIMIR V. PUTIN,\n"
        "too,many,cells\n"
        "Peskov,Lyudmila Putin\n",
        encoding="utf-8",
    )
    with pytest.raises(CorpusError) as error:
        fr.read_speakers(file)
    assert str(error.value).splitlines() == [
        "speakers.csv, line 6 has 3 fields, the header has 2; a field that holds a delimiter needs"
        " quotation marks around it",
        "speakers.csv, line 3: speaker is empty; write the name to use",
        'speakers.csv, line 5: "VLADIMIR V. PUTIN" is the speaker "Vladimir Putin" of speakers.csv,'
        " line 2 (case and middle initials do not count); make one row of the two",
        'speakers.csv, line 4: the alias "PUTIN" of "Lyudmila Putin" also stands for "Vladimir'
        ' Putin" (speakers.csv, line 2); leave it in one row only',
        'speakers.csv, line 7: the alias "Lyudmila Putin" of "Peskov" also stands for "Lyudmila'
        ' Putin" (speakers.csv, line 4); leave it in one row only',
    ]


def test_an_unknown_speaker_is_nobody_named():
    codebook = fr.Codebook.from_patterns("calm", {"calm": ["peace"]})
    corpus = fr.Corpus.from_texts(["An unknown speaker said that peace was near."])
    scores = fr.score_frames(corpus, codebook, by="speaker").set_index("speaker")
    assert scores["n_matches"].to_dict() == {"unknown speaker": 1, "no speaker": 0}
    assert fr.quotations(corpus)["speaker"].isna().all()
    for name in ("unknown speaker", "No Speaker"):
        with pytest.raises(fr.CorpusError, match="means nobody named"):
            corpus.with_speakers(pd.DataFrame({"speaker": [name]}))


def test_many_problems_are_counted():
    with pytest.raises(CorpusError, match=r"(?s)DataFrame, row 2: .*and 9 more problems$"):
        known(speaker=["Ann"] * 30)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name\nPutin\n", r'there is no column "speaker".*the columns are: name'),
        ("", "there is no header"),
        ("speaker,speaker\na,b\n", "more than one column"),
    ],
)
def test_what_is_no_list_is_refused(content, message, tmp_path):
    file = tmp_path / "speakers.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError, match=message):
        fr.read_speakers(file)


@pytest.mark.parametrize("line", ['{"speaker": "A\\ud83d"}', '{"speaker": "A", "B\\ud83d": 1}'])
def test_half_a_character_in_a_list_is_a_problem_of_its_line(line, tmp_path):
    file = tmp_path / "speakers.jsonl"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(CorpusError, match=r"^speakers\.jsonl, line 1: column .* holds half a char"):
        fr.read_speakers(file)


def test_other_things_than_lists_are_refused(tmp_path):
    corpus = fr.Corpus.from_texts(["One."])
    with pytest.raises(CorpusError, match="is a folder; name the file"):
        corpus.with_speakers(tmp_path)
    with pytest.raises(CorpusError, match="there is no such file"):
        corpus.with_speakers(tmp_path / "speakers.csv")
    with pytest.raises(CorpusError, match="name of a file or a DataFrame, not dict"):
        corpus.with_speakers({"Putin": "Vladimir Putin"})


def test_a_corpus_keeps_its_list_and_hands_out_copies(tmp_path):
    file = tmp_path / "speakers.csv"
    file.write_text("speaker,aliases\nAnna Berg,Berg\n", encoding="utf-8")
    corpus = fr.Corpus.from_texts(["One.", "Two."], source=["a", "b"])
    listed = corpus.with_speakers(str(file))
    assert corpus.speakers is None
    assert listed.texts == corpus.texts
    mine = listed.speakers
    mine.loc[0, "speaker"] = "changed"
    for part in (listed, listed.where(source="a"), listed["1"], *listed):
        assert part.speakers["speaker"].tolist() == ["Anna Berg"]
    assert corpus.with_speakers(listed.speakers).speakers.equals(listed.speakers)
    assert listed.with_speakers(pd.DataFrame({"speaker": []})).speakers.empty


# ---------------------------------------------------------------------------- the table


@pytest.fixture
def heard():
    """Build a corpus in which given statements are found, one a word of its article."""

    def build(statements, listed=None, texts=("one two three four five six", "one two three")):
        constructed = [False, True][: len(texts)]
        frame = pd.DataFrame({"text": list(texts), "constructed": constructed})
        corpus = fr.Corpus.from_dataframe(frame)
        if listed is not None:
            corpus = corpus.with_speakers(listed)
        rows = [
            {"article": 0, "kind": "direct", "certainty": 0.9, "set_aside": False, **row}
            for row in statements
        ]
        names, of = name_speakers([person(row["name"]) for row in rows], corpus.speakers)
        speaker = np.full(len(corpus.tokens), -1, np.int32)
        certainty = np.full(len(corpus.tokens), np.nan)
        for number, row in enumerate(rows):
            speaker[number], certainty[number] = of[number], row["certainty"]
        ids = corpus.articles["article_id"].array
        empty = {name: [None] * len(rows) for name in TABLES["quotations"]}
        table = as_table(
            "quotations",
            {
                **empty,
                "article_id": ids.take([row["article"] for row in rows]),
                **{name: [0] * len(rows) for name in ("start", "end")},
                **{name: [False] * len(rows) for name in ("balanced", "continued")},
                "kind": [row["kind"] for row in rows],
                "speaker": pd.Categorical.from_codes(of, list(names)),
                "speaker_id": pd.Categorical.from_codes(of, list(names.values())),
                "speaker_text": [row.get("text", row["name"]) for row in rows],
                "certainty": [row["certainty"] for row in rows],
                "set_aside": [row["set_aside"] for row in rows],
                "constructed": [row["article"] == 1 for row in rows],
            },
        )
        voices._FOUND[corpus] = SimpleNamespace(  # what the table of speakers is made of
            speaker=speaker,
            certainty=certainty,
            speakers=list(names),
            speaker_ids=list(names.values()),
            quotations=table,
        )
        return corpus

    return build


STATEMENTS = [
    {"name": "Emmanuel Macron", "text": "French President Emmanuel Macron's"},
    {"name": "Emmanuel Macron", "text": "Macron", "kind": "indirect"},
    {"name": "Emmanuel Macron", "text": "he", "kind": "partial", "certainty": 0.5},
    {"name": "Emmanuel Macron", "text": "the French leader", "article": 1},
    {"name": "Emmanuel Macron", "kind": "indirect", "set_aside": True},
    {"name": "Vladimir Putin", "article": 1, "text": "Putin"},
    {"name": "Lyudmila Putin", "article": 1, "text": "Mrs Putin"},
]


def test_speakers_are_counted(heard):
    table = fr.find_speakers(heard(STATEMENTS))
    assert list(table.columns) == list(TABLES["speakers"])
    assert table["speaker"].tolist() == ["Emmanuel Macron", "Lyudmila Putin", "Vladimir Putin"]
    # "Putin" stands for two, so it is nobody's alias
    assert table["aliases"].fillna("").tolist() == ["Macron", "", ""]
    assert table["n_articles"].tolist() == [2, 1, 1]
    assert table["n_quotations"].tolist() == [3, 1, 1]
    assert table["n_indirect"].tolist() == [1, 0, 0]
    assert table["n_words"].tolist() == [4, 1, 1]
    assert table["n_unsure"].tolist() == [1, 0, 0]
    assert table["constructed"].tolist() == [True, True, True]
    assert table["speaker_id"].tolist() == ["emmanuel macron", "lyudmila putin", "vladimir putin"]


def test_what_the_list_knows_of_a_speaker_stands_beside_it(heard):
    listed = pd.DataFrame(
        {"speaker": ["Jupiter", "Nobody"], "aliases": ["Emmanuel Macron; E. Macron", None]}
        | {"camp": ["France", None], "born": [1977, None], "n_words": [5, 5]}
    )
    table = fr.find_speakers(heard(STATEMENTS, listed))
    assert list(table.columns) == [*TABLES["speakers"], "born"]
    first = table.set_index("speaker").loc["Jupiter"]
    assert first[["camp", "born", "aliases"]].tolist() == [
        *("France", "1977", "Emmanuel Macron; E. Macron"),
    ]
    assert first["n_words"] == 4
    assert table["camp"].isna().tolist() == [False, True, True]
    assert "Nobody" not in table["speaker"].tolist()


@pytest.mark.parametrize("index", [True, False])
def test_the_table_can_be_read_back_as_a_list_and_changes_nothing(heard, tmp_path, index):
    file = tmp_path / "speakers.csv"
    table = fr.find_speakers(heard(STATEMENTS)).assign(camp="x")
    table.to_csv(file, index=index)
    assert list(fr.read_speakers(file).columns) == list(TABLES["known_speakers"])
    again = fr.find_speakers(heard(STATEMENTS, file))
    pd.testing.assert_frame_equal(again, table.astype({"camp": "string"}))
    again.to_csv(file, index=index)
    pd.testing.assert_frame_equal(fr.find_speakers(heard(STATEMENTS, file)), again)


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("French President Emmanuel Macron", "Emmanuel Macron", "Emmanuel Macron"),
        ("Macron’s", "Emmanuel Macron", "Macron"),
        ("MACRON'S", "Emmanuel Macron", "MACRON"),
        ("Macron, the French president", "Emmanuel Macron", "Macron"),
        ("Mrs von der Leyen", "Ursula von der Leyen", "von der Leyen"),
        ("Mrs Leyen", "Ursula von der Leyen", "Leyen"),
        ("Putin's spokesman Dmitry S. Peskov", "Dmitry Peskov", "Dmitry S. Peskov"),
        ("Robert Kennedy Jr", "Robert Kennedy Jr", "Robert Kennedy Jr"),
        ("Mr Kennedy", "Robert Kennedy Jr", ""),
        ("he", "Emmanuel Macron", ""),
        ("the French leader", "Emmanuel Macron", ""),
        ("the ministry", "defence ministry", ""),
        ("Kremlin", "Kremlin", ""),
        ("", "Emmanuel Macron", ""),
        (", ;", "Emmanuel Macron", ""),
        ("’s", "Emmanuel Macron", ""),
    ],
)
def test_a_name_is_cut_out_of_the_words_around_it(text, name, found):
    assert _name_in(text, fold_name(name)) == found


def test_without_speakers_columns_and_types_are_the_same(heard):
    full = fr.find_speakers(heard(STATEMENTS))
    for texts in ([], ["Nothing here."]):
        corpus = fr.Corpus.from_texts(texts)
        table, pairs = fr.find_speakers(corpus), fr.find_same_speakers(corpus)
        assert len(table) == len(pairs) == 0
        assert list(table.columns) == list(full.columns)
        assert table.dtypes.astype(str).tolist() == full.dtypes.astype(str).tolist()
        assert {name: str(kind) for name, kind in pairs.dtypes.items()} == {
            name: column.dtype for name, column in TABLES["same_speakers"].items()
        }


# ---------------------------------------------------------------------------- the same speaker?


def reasons(*names):
    return {
        frozenset((names[one], names[other])): reason
        for (one, other), (reason, _) in _pairs(names).items()
    }


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Putin", "Vladimir Putin", "same last word"),
        ("V Putin", "Vladimir Putin", "same last word"),
        ("Volodymyr Zelensky", "Vladimir Zelensky", "same last word"),
        ("Jose Maria Garcia", "Maria Garcia", "same last word"),
        ("Joe Biden", "Joseph Biden", "same last word"),
        ("Robert Kennedy Jr", "Robert Kennedy", "same last word"),
        ("Volodymyr Zelensky", "Volodymyr Zelenskyy", "similar last word"),
        ("Volodymyr Zelensky", "Zelenskiy", "similar last word"),
        ("Viktor Yanukovych", "Viktor Janukovych", "similar last word"),
        ("Ministry of Defence", "Ministry of Defense", "similar last word"),
        ("United Nations", "UN", "acronym"),
        ("U.N.", "the United Nations", "acronym"),
        ("Organization for Security and Co-operation in Europe", "OSCE", "acronym"),
        ("North Atlantic Treaty Organization", "Nato", "acronym"),
        (*TWO, None),
        ("A Putin", "Vladimir Putin", None),
        ("Kremlin", "Kremlin spokesman", None),
        ("spokesman", "Kremlin spokesman", None),
        ("Vayle", "diplomat from Vayle", None),
        ("Bank of England", "Church of England", None),
        ("Emmanuel Macron", "Vladimir Putin", None),
    ],
)
def test_names_that_may_be_one_speakers_are_paired(one, other, reason):
    for names in permutations([one, other]):
        assert reasons(*names) == ({frozenset(names): reason} if reason else {})


def test_the_one_who_speaks_more_comes_first_and_listed_pairs_are_left_out(heard):
    said = [{"name": "V Putin"}] * 2 + [{"name": "Vladimir Putin"}]
    pairs = fr.find_same_speakers(heard(said))
    assert pairs[["speaker", "other"]].values.tolist() == [["V Putin", "Vladimir Putin"]]
    assert pairs["similarity"].between(0.5, 1).all()
    listed = pd.DataFrame({"speaker": ["V. Putin", "Vladimir Putin"]})
    assert fr.find_same_speakers(heard(said, listed)).empty
    assert len(fr.find_same_speakers(heard(said, listed[:1]))) == 1


HOSTILE = [
    "A" * 5000 + "b",
    "A" * 5000 + "c",
    "…",
    "the ",
    "李克强",
    "=1+1",
    "\u0301",
    "O'",
    "ß SS",
]


def test_hostile_names_do_no_harm(heard, tmp_path):
    said = [{"name": name} for name in [*HOSTILE, "a;b", 'say "x"']]
    corpus = heard(said, texts=[" ".join(["word"] * len(said))])
    table = fr.find_speakers(corpus)
    assert set(table["speaker"]) == {row["name"] for row in said}
    fr.find_same_speakers(corpus)
    table.to_csv(tmp_path / "speakers.csv")
    read = fr.read_speakers(tmp_path / "speakers.csv")
    assert read["speaker"].tolist() == table["speaker"].str.strip().tolist()


@given(st.lists(NAMES.filter(str.strip), max_size=8, unique=True))
def test_any_names_can_be_compared(names):
    for (one, other), (_, similarity) in _pairs(names).items():
        assert 0 <= one < other < len(names)
        assert 0 <= similarity <= 1


def test_five_thousand_speakers_are_compared():
    rng = np.random.default_rng(0)
    parts = ["ka", "len", "sky", "ov", "ro", "mar", "ti", "ne", "vi", "do", "ber", "gas", "hu"]
    words = ["".join(rng.choice(parts, 3)).title() for _ in range(10_000)]
    names = sorted({f"{a} {b}" for a, b in zip(words[::2], words[1::2], strict=True)})
    assert all(similarity > 0 for _, similarity in _pairs(names).values())
