"""Quotations and reported speech: whose words are whose, by the article, cases and properties."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from voices_gold import KINDS, read_gold, report, same_speaker, score

from framing import voices
from framing.codebook import Codebook
from framing.corpus import Corpus, read_corpus
from framing.frames import score_frames
from framing.keywords import word_frequency
from framing.marks import LONGEST_UNCLOSED
from framing.sentiment import score_sentiment
from framing.tables import TABLES, VOICES
from framing.voices import find_voices, quotations

ROOT = Path(__file__).parent.parent
RANDOM = settings(derandomize=True, deadline=None, max_examples=40)


def value(cell):
    return None if pd.isna(cell) else cell


# ---------------------------------------------------------------------------- the gold set


@pytest.fixture(scope="module")
def scored():
    return score()


def test_the_gold_set_is_as_large_as_its_description_says():
    entries = list(read_gold())
    found = sum(len(entry["quotations"]) for entry in entries)
    text = (ROOT / "tests" / "voices.md").read_text(encoding="utf-8")
    assert f"{len(entries)} constructed" in text
    assert f"with {found} quotations" in text
    assert {q["kind"] for entry in entries for q in entry["quotations"]} == set(KINDS)


def test_the_report_is_up_to_date(scored):
    """Run `make voices` where this fails, and read what has changed."""
    text = (ROOT / "tests" / "voices.md").read_text(encoding="utf-8")
    assert text.partition("\n## Now\n\n")[2] == report(*scored) + "\n"


def test_quotations_and_speakers_of_the_gold_set_are_found(scored):
    kinds, _ = scored
    assert kinds["direct"].recall >= 0.95
    assert kinds["direct"].speaker_right >= 0.85
    assert kinds["indirect"].f1 >= 0.85


# ---------------------------------------------------------------------------- the article


@pytest.fixture(scope="module")
def corpus():
    return read_corpus(ROOT / "corpus")


@pytest.fixture(scope="module")
def article(corpus):
    return corpus.where(constructed=False)


@pytest.fixture(scope="module")
def mentions():
    return pd.read_csv(ROOT / "tests" / "data" / "article_spans.csv", dtype={"speaker": "string"})


def test_every_mention_of_the_article_has_its_voice_and_speaker(article, mentions):
    voices = find_voices(article)
    [text] = article.texts
    for mention in mentions.itertuples():
        assert text[mention.start : mention.end] == mention.text
        [found] = voices[
            (voices["start"] <= mention.start) & (voices["end"] >= mention.end)
        ].itertuples()
        expected = mention.voice, value(mention.speaker)
        assert (found.voice, value(found.speaker)) == expected, mention.text


def test_the_quotations_around_the_mentions_have_their_speaker(article, mentions):
    table = quotations(article)
    for mention in mentions[mentions["speaker"].notna()].itertuples():
        around = table[(table["start"] <= mention.start) & (table["end"] >= mention.end)]
        innermost = around.loc[(around["end"] - around["start"]).idxmin()]
        assert (innermost["voice"], innermost["speaker"]) == (mention.voice, mention.speaker)


def test_all_of_unity_is_macrons(article, mentions):
    assert (mentions["speaker"] == "Emmanuel Macron").sum() == 12
    unity = mentions[mentions["frame"] == "unity"]
    assert (unity["speaker"] == "Emmanuel Macron").tolist() == [True] * 4
    assert find_voices(article)["speaker"].dropna().unique().tolist() == ["Emmanuel Macron"]


def test_the_orphan_mark_of_the_article_turns_nothing_inside_out(article):
    [text] = article.texts
    table = quotations(article)
    orphans = table[table["kind"] == "orphan"]
    [orphan] = orphans.itertuples()
    assert text[orphan.start - 11 : orphan.end] == 'guarantees."'
    assert not orphan.balanced
    after = table[table["start"] > orphan.start]
    assert after["text"].tolist() == ['"Our objective: security for everyone,"']
    assert after[["kind", "voice", "speaker"]].to_numpy().tolist() == [
        ["direct", "quoted", "Emmanuel Macron"]
    ]
    assert after["balanced"].tolist() == [True]
    voices = find_voices(article)
    last = voices[voices["start"] >= after["end"].item()]
    assert set(last["voice"]) == {"journalist"}
    assert last["text"].iloc[0].startswith("Macron added")
    assert last["text"].iloc[-1].rstrip(".").endswith("were discussed")
    before = table[table["start"] < orphan.start].iloc[-1]
    assert (before["kind"], before["balanced"]) == ("indirect", False)
    assert before["end"] <= orphan.start


def test_headline_and_caption_of_the_article_are_nobodys_speech(article):
    voices = find_voices(article)
    assert voices["voice"].iloc[0] == "headline"
    assert voices["text"].iloc[0] == "Macron calls his dialogue with Putin substantive and rich"
    captions = voices[voices["voice"] == "caption"]
    assert captions["text"].str.startswith("Russian President Vladimir Putin, right,").any()
    aside = voices[voices["voice"].isin(["headline", "caption"])]
    assert aside[["speaker", "speaker_id", "certainty"]].isna().all(axis=None)


# ---------------------------------------------------------------------------- cases

# One row: kind, voice, words, speaker, words that name the speaker, rule.
WEBER = "Anna Weber"
QUOTE = '"We want peace for all,"'
LATER = "the talks would go on"


def said(kind, voice, text, source, rule, speaker=WEBER):
    return kind, voice, text, speaker, source, rule


CASES = {
    "verb after the speaker": (
        f"{QUOTE} Anna Weber said.",
        [said("direct", "quoted", QUOTE, WEBER, "quotation, speaker, verb")],
    ),
    "verb before the speaker": (
        f"{QUOTE} said Anna Weber.",
        [said("direct", "quoted", QUOTE, WEBER, "quotation, verb, speaker")],
    ),
    "speaker before the quotation": (
        'Anna Weber said: "We want peace for all."',
        [
            said(
                "direct",
                "quoted",
                '"We want peace for all."',
                WEBER,
                "speaker, verb, quotation",
            )
        ],
    ),
    "part of a reported clause": (
        'Anna Weber said the deal was "a great step" for peace.',
        [
            said(
                "indirect",
                "indirect",
                'the deal was "a great step" for peace',
                WEBER,
                "reported clause",
            ),
            said("partial", "quoted", '"a great step"', WEBER, "reported clause"),
        ],
    ),
    "scare quotes": (
        'The soldiers left the "safe zone" by night.',
        [("scare", "journalist", '"safe zone"', None, "The soldiers", "subject of the sentence")],
    ),
    "scare quotes after a verb of many meanings": (
        'The army held the "safe zone" for two days.',
        [("scare", "journalist", '"safe zone"', None, "The army", "subject of the sentence")],
    ),
    "title": (
        'The film "Winter of the Wolves" opened in Berlin.',
        [("title", "journalist", '"Winter of the Wolves"', None, None, None)],
    ),
    "a name that ends like an adverb": (
        "The talks would go on, Kelly said.",
        [
            (
                "indirect",
                "indirect",
                "The talks would go on",
                "Kelly",
                "Kelly",
                "clause, then speaker",
            )
        ],
    ),
    "a newspaper named after a day": (
        "The Sunday Post said that the talks would go on.",
        [said("indirect", "indirect", LATER, "The Sunday Post", "reported clause", "Sunday Post")],
    ),
    "that": (
        f"Anna Weber said that {LATER}.",
        [said("indirect", "indirect", LATER, WEBER, "reported clause")],
    ),
    "no that": (
        f"Anna Weber said {LATER}.",
        [said("indirect", "indirect", LATER, WEBER, "reported clause")],
    ),
    "speaker after the clause": (
        f"T{LATER[1:]}, Anna Weber said.",
        [said("indirect", "indirect", f"T{LATER[1:]}", WEBER, "clause, then speaker")],
    ),
    "according to": (
        "According to Anna Weber, the talks will go on.",
        [said("indirect", "indirect", "the talks will go on", WEBER, "according to")],
    ),
    "accused of": (
        "Anna Weber accused the army of breaking the truce.",
        [said("indirect", "indirect", "the army of breaking the truce", WEBER, "accused of")],
    ),
    "promised to": (
        "Anna Weber promised to withdraw the troops.",
        [said("indirect", "indirect", "to withdraw the troops", WEBER, "asked or promised to")],
    ),
    "noun of reporting": (
        "Anna Weber's claim that the talks went on.",
        [said("indirect", "indirect", "the talks went on", "Anna Weber's", "noun of reporting")],
    ),
    "noun of reporting after a verb": (
        "They heard Anna Weber's claim that the talks went on.",
        [said("indirect", "indirect", "the talks went on", "Anna Weber's", "noun of reporting")],
    ),
    "nobody named": (
        f"It was reported that {LATER}.",
        [said("indirect", "indirect", LATER, None, "nobody named", None)],
    ),
    "he": (
        f"Emmanuel Macron arrived late. He said {LATER}.",
        [said("indirect", "indirect", LATER, "He", "reported clause", "Emmanuel Macron")],
    ),
    "she": (
        f"Anna Weber arrived late. {QUOTE} she said.",
        [said("direct", "quoted", QUOTE, "she", "quotation, speaker, verb")],
    ),
    "the French leader": (
        f"French President Emmanuel Macron arrived late. The French leader said {LATER}.",
        [
            said(
                "indirect",
                "indirect",
                LATER,
                "The French leader",
                "reported clause",
                "Emmanuel Macron",
            )
        ],
    ),
    "spokesman for": (
        f"A spokesman for the army said {LATER}.",
        [
            said(
                "indirect",
                "indirect",
                LATER,
                "A spokesman for the army",
                "reported clause",
                "spokesman for the army",
            )
        ],
    ),
    "continued in the sentence after": (
        f'{QUOTE} Anna Weber said. "We want it soon."',
        [
            said("direct", "quoted", QUOTE, WEBER, "quotation, speaker, verb"),
            said("direct", "quoted", '"We want it soon."', WEBER, "continued"),
        ],
    ),
    "continued in the paragraph after": (
        f'{QUOTE} Anna Weber said.\n"We want it very soon."',
        [
            said("direct", "quoted", QUOTE, WEBER, "quotation, speaker, verb"),
            said(
                "direct",
                "quoted",
                '"We want it very soon."',
                WEBER,
                "continued in the next paragraph",
            ),
        ],
    ),
    "one quotation over two paragraphs": (
        "Anna Weber said: “We want peace for all.\n“We want it soon.”",
        [
            said("direct", "quoted", "“We want peace for all.", WEBER, "speaker, verb, quotation"),
            said(
                "direct",
                "quoted",
                "“We want it soon.”",
                WEBER,
                "continued from the paragraph before",
            ),
        ],
    ),
    "before a named one": (
        '"We want peace for all." "We want it soon," Anna Weber said.',
        [
            said("direct", "quoted", '"We want peace for all."', WEBER, "before a named one"),
            said("direct", "quoted", '"We want it soon,"', WEBER, "quotation, speaker, verb"),
        ],
    ),
    "introduced": (
        'Anna Weber had one wish: "Let the talks go on in spring."',
        [said("direct", "quoted", '"Let the talks go on in spring."', WEBER, "introduced")],
    ),
    "subject of the sentence": (
        'Anna Weber left the talks with a smile and a "very good feeling about the peace".',
        [
            said(
                "partial",
                "quoted",
                '"very good feeling about the peace"',
                WEBER,
                "subject of the sentence",
            )
        ],
    ),
    "subject of the sentence before": (
        'Anna Weber left the talks with a smile. "We want peace for all."',
        [
            said(
                "direct",
                "quoted",
                '"We want peace for all."',
                WEBER,
                "subject of the sentence before",
            )
        ],
    ),
    "transcript": (
        "Talk on the radio\n\nANNA WEBER: We want peace for all.\nPAUL KERN: I do not think so.",
        [
            said("direct", "quoted", "We want peace for all.", "ANNA WEBER", "transcript"),
            said("direct", "quoted", "I do not think so.", "PAUL KERN", "transcript", "Paul Kern"),
        ],
    ),
    "signed": (
        "The army went home.\n\n“We want peace for all.” — Anna Weber\n\nNobody stayed.",
        [said("direct", "quoted", "“We want peace for all.”", WEBER, "signed")],
    ),
    "headline": (
        "Anna Weber says the talks will go on\n\nThe army went home.",
        [said("indirect", "headline", "the talks will go on", WEBER, "reported clause")],
    ),
    "caption": (
        "The army went home.\n\nAnna Weber said the talks would go on in Berlin."
        " (AP Photo/Ivo Kern)\n\nNobody stayed.",
        [said("indirect", "caption", f"{LATER} in Berlin", WEBER, "reported clause")],
    ),
    "nested": (
        "“They told us ‘go home’ and left,” Anna Weber said.",
        [
            said(
                "direct",
                "quoted",
                "“They told us ‘go home’ and left,”",
                WEBER,
                "quotation, speaker, verb",
            ),
            ("partial", "quoted", "‘go home’", None, "They", "speaker, verb, quotation"),
        ],
    ),
    "orphan": (
        'The talks ended in the snow." The army went home.',
        [("orphan", "journalist", '"', None, None, None)],
    ),
    "orphan after reported speech": (
        f'Anna Weber said that {LATER}." The army went home.',
        [
            said("indirect", "indirect", LATER, WEBER, "reported clause"),
            ("orphan", "journalist", '"', None, None, None),
        ],
    ),
    "lost closing mark": (
        '"We want peace for all, Anna Weber said. The army went home.\nThe talks ended.',
        [said("direct", "quoted", '"We want peace for all,', WEBER, "quotation, speaker, verb")],
    ),
    "no statement": ("Anna Weber went home. The talks said nothing.", []),
}
FRENCH = {
    "fr quotation": (
        "« Nous voulons la paix », a déclaré Anna Weber.",
        [said("direct", "quoted", "« Nous voulons la paix »", WEBER, "quotation, verb, speaker")],
    ),
    "fr clause": (
        "Anna Weber a déclaré que les négociations allaient continuer.",
        [
            said(
                "indirect",
                "indirect",
                "les négociations allaient continuer",
                WEBER,
                "reported clause",
            )
        ],
    ),
}
GERMAN = {
    "de quotation": (
        "„Wir wollen Frieden“, sagte Anna Weber.",
        [said("direct", "quoted", "„Wir wollen Frieden“", WEBER, "quotation, verb, speaker")],
    ),
    "de clause": (
        "Anna Weber sagte, dass die Gespräche weitergehen.",
        [said("indirect", "indirect", "die Gespräche weitergehen", WEBER, "reported clause")],
    ),
}
UNBALANCED = {"orphan", "orphan after reported speech", "lost closing mark"}
EVERY_CASE = {
    name: (text, language, rows)
    for language, cases in (("en", CASES), ("fr", FRENCH), ("de", GERMAN))
    for name, (text, rows) in cases.items()
}


@pytest.mark.parametrize("name", EVERY_CASE)
def test_each_rule_and_form(name):
    text, language, expected = EVERY_CASE[name]
    table = quotations(Corpus.from_texts([text], language=language))
    columns = ["kind", "voice", "text", "speaker", "speaker_text", "rule"]
    found = [tuple(map(value, row)) for row in table[columns].itertuples(index=False)]
    assert found == expected
    assert table["balanced"].all() == (name not in UNBALANCED)
    assert table["continued"].sum() == (name == "one quotation over two paragraphs")
    for row in table.itertuples():
        assert pd.isna(row.speaker_text) or row.start >= 0
        assert pd.isna(row.cue) or row.cue in text


def test_every_rule_has_a_case():
    rules = {row[5] for _, _, rows in EVERY_CASE.values() for row in rows} - {None}
    assert rules == set(quotations("")["rule"].cat.categories)


def test_a_speaker_in_a_headline_or_caption_has_no_words_in_the_voices():
    for name in ("headline", "caption"):
        voices = find_voices(CASES[name][0])
        assert name in voices["voice"].tolist()
        assert voices["speaker"].isna().all()


def test_a_continued_quotation_is_no_surer_than_the_one_before():
    text = (
        'Olaf Weber came home. "We will never go there again to them." The room was silent.'
        ' "They must go on with it all."'
    )
    found = quotations(text)
    assert found["rule"].tolist() == ["subject of the sentence before", "continued"]
    assert found["certainty"].tolist() == [0.5, 0.5]


def test_scare_quotes_titles_and_orphans_are_the_journalists_words():
    for name in ("scare quotes", "title", "orphan"):
        [row] = find_voices(CASES[name][0]).itertuples()
        assert row.voice == "journalist"


def test_words_of_a_part_quoted_are_quoted_and_those_around_it_indirect():
    found = find_voices(CASES["part of a reported clause"][0])
    words = found["text"].str.strip('".')  # whether marks belong to a stretch is another matter
    assert list(zip(words, found["voice"], strict=True)) == [
        ("Anna Weber said", "journalist"),
        ("the deal was", "indirect"),
        ("a great step", "quoted"),
        ("for peace", "indirect"),
    ]


def test_a_quotation_that_goes_on_has_the_speaker_whom_the_next_paragraph_names():
    table = quotations("“We want peace for all.\n“We want it soon,” Anna Weber said.")
    assert table["continued"].tolist() == [True, False]
    assert table["speaker"].tolist() == [WEBER, WEBER]


def test_a_stretch_has_one_certainty():
    text = (
        '"We will go there now, all of us." "They will come too," he said. Imre Kroll was'
        " speaking at a fair."
    )
    found, said = find_voices(text), quotations(text)
    found = found[found["voice"] == "quoted"]
    assert found["certainty"].tolist() == said["certainty"].tolist()
    assert found["n_words"].tolist() == [8, 4]


def test_an_unclosed_quotation_does_not_swallow_the_article():
    text = 'Anna Weber said: "We want peace. ' + "The army went home. " * 200
    [row] = quotations(text).itertuples()
    assert not row.balanced
    assert row.end - row.start <= LONGEST_UNCLOSED


# ---------------------------------------------------------------------------- tables


def check(corpus):
    """Assert what holds for the voices and quotations of every corpus."""
    voices, table = find_voices(corpus), quotations(corpus)
    tokens, articles = corpus.tokens, corpus.articles
    check_types("voices", voices)
    check_types("quotations", table)
    assert voices["article_id"].tolist() == sorted(
        voices["article_id"].tolist(), key=articles["article_id"].tolist().index
    )
    for number, (name, text) in enumerate(zip(articles["article_id"], corpus.texts, strict=True)):
        own = voices[voices["article_id"] == name]
        inside = slice(tokens.offsets[number], tokens.offsets[number + 1])
        check_voices(own, text, tokens.start[inside], tokens.end[inside])
        counted = tokens.counted[inside].sum()
        assert own["n_words"].sum() == counted == articles["n_words"].iloc[number]
        first, last = tokens.block_offsets[number], tokens.block_offsets[number + 1]
        blocks = np.column_stack([tokens.block_start, tokens.block_end])[first:last]
        check_quotations(table[table["article_id"] == name], own, text, blocks)
    speakers = set(voices["speaker"].dropna())
    assert speakers <= set(table["speaker"].dropna())


def check_types(name, table):
    assert table.columns.tolist() == list(TABLES[name])
    assert table.dtypes.astype(str).tolist() == [c.dtype for c in TABLES[name].values()]
    assert table.index.tolist() == list(range(len(table)))


def check_voices(voices, text, starts, ends):
    start, end = voices["start"].to_numpy(), voices["end"].to_numpy()
    assert (start < end).all()
    assert (start[1:] >= end[:-1]).all()
    assert voices["text"].tolist() == [text[s:e] for s, e in zip(start, end, strict=True)]
    assert voices["voice"].notna().all()
    row = np.searchsorted(start, starts, side="right") - 1
    assert (row >= 0).all()
    assert (ends <= end[row]).all()  # with the order of the rows: in exactly one
    assert np.array_equal(np.unique(row), np.arange(len(voices)))
    spoken = voices["voice"].isin(["quoted", "indirect"])
    assert voices.loc[~spoken, "speaker"].isna().all()
    check_certainty(voices)


def check_certainty(table):
    assert table["certainty"].isna().tolist() == table["speaker"].isna().tolist()
    assert table["speaker_id"].isna().tolist() == table["speaker"].isna().tolist()
    assert table["certainty"].dropna().between(0, 1).all()


def check_quotations(table, voices, text, blocks):
    check_certainty(table)
    spans = list(zip(table["start"], table["end"], strict=True))
    assert spans == sorted(spans, key=lambda span: (span[0], -span[1]))
    for row in table.itertuples():
        assert row.text == text[row.start : row.end] != ""
        assert row.continued or any(s <= row.start and row.end <= e for s, e in blocks)
        assert pd.isna(row.speaker_text) == pd.isna(row.speaker_start) == pd.isna(row.speaker_end)
        if not pd.isna(row.speaker_text):
            assert row.speaker_text == text[row.speaker_start : row.speaker_end] != ""
            assert not pd.isna(row.rule)
        if row.kind == "orphan":
            assert not row.balanced
        if row.kind in ("scare", "title", "orphan"):
            assert row.voice not in ("quoted", "indirect")
    for number, (_, end) in enumerate(spans):
        for other_start, other_end in spans[number + 1 :]:
            assert other_start >= end or other_end <= end  # apart or nested


GAPS = [" ", " ", " ", ", ", ". ", ": ", "\n", "\n\n", "", " — ", "? ", "; "]
PLAIN = [
    "said", "says that", "told reporters", "according to", "accused", "of breaking", "promised to",
    "claim that", "the talks", "would go on", "the army", "and", "who", "he", "She", "they", "it",
    "The French leader", "a spokesman for", "Mr", "President", "Anna Weber", "Weber", "Ivo Kern",
    "French President Emmanuel Macron", "Macron's", "ANNA WEBER", "Reuters", "It was reported",
    "calls", "the talks were a success", "(AP Photo/Ivo Kern)", "Monday", "in a statement",
    "ab́c", "Ωλ", "\U0001f600", "\u200f\u202eא", "e\u0301", "1", "6' 2\"", "'90s", "don't",
]  # fmt: skip
MARKS = ['"', "“", "”", "„", "«", "»", "‹", "›", "‘", "’", "‚", "'", "''", "``"]
PIECES = st.sampled_from(PLAIN) | st.sampled_from(MARKS) | st.sampled_from(GAPS)
LOOSE = st.lists(PIECES, max_size=40).map("".join)
SPACED = st.lists(
    st.tuples(
        st.sampled_from(["", "", "", *MARKS]),
        st.sampled_from(PLAIN),
        st.sampled_from(["", "", "", ",", ".", *(f",{m}" for m in MARKS), *MARKS]),
        st.sampled_from([" ", " ", " ", "\n", "\n\n"]),
    ).map("".join),
    max_size=25,
).map("".join)
TEXTS = LOOSE | SPACED | st.text(max_size=40)


@RANDOM
@given(st.lists(TEXTS, max_size=3))
def test_tables_hold_together_whatever_the_text(texts):
    check(Corpus.from_texts(texts))


@settings(RANDOM, max_examples=30)
@given(TEXTS, st.sampled_from(["fr", "de", "xx"]))
def test_tables_hold_together_in_other_languages(text, language):
    check(Corpus.from_texts([text], language=language))


def test_tables_of_the_corpus_hold_together(corpus):
    check(corpus)


@RANDOM
@given(TEXTS)
@example("The “old ‘zone’” there was left.")
def test_the_voice_of_a_quotation_is_that_of_its_words(text):
    voices = find_voices(text)
    for row in quotations(text).itertuples():
        inside = voices[(voices["start"] < row.end) & (voices["end"] > row.start)]
        if row.kind != "orphan" and row.kind != "indirect":
            assert set(inside["voice"]) <= {row.voice}
        if row.voice == "indirect":  # quotations inside reported speech are quoted
            assert set(inside["voice"]) <= {"indirect", "quoted"}


def test_no_words_are_reported_twice(corpus):
    gold = Corpus.from_texts([entry["text"] for entry in read_gold()])
    for texts in (corpus, gold, "Anna Weber repeated her claim that the talks went on."):
        table = quotations(texts)
        assert table[table.duplicated(["article_id", "start", "end"], keep=False)].empty


def test_tables_without_rows_have_all_columns_and_types():
    full = quotations(CASES["nested"][0]), find_voices(CASES["nested"][0])
    for texts in ([], [""], ["No words are quoted here."], ["\n"], ["..."]):
        corpus = Corpus.from_texts(texts)
        check(corpus)
        table, voices = quotations(corpus), find_voices(corpus)
        assert table.empty
        assert len(voices) == any(any(c.isalpha() for c in text) for text in texts)
        assert table["rule"].cat.categories.equals(full[0]["rule"].cat.categories)
        for empty, one in zip((table, voices), full, strict=True):
            for column in ("kind", "voice", "rule"):
                if column in one:
                    assert pd.concat([empty, one])[column].dtype == one[column].dtype
            flags = one.columns[one.dtypes != "category"]
            both = pd.concat([empty, one, empty])
            assert both.dtypes[flags].tolist() == one.dtypes[flags].tolist()


def test_kinds_and_voices_have_all_their_values_as_categories():
    table, voices = quotations(""), find_voices("")
    assert table["kind"].cat.categories.tolist() == list(KINDS)
    assert table["voice"].cat.categories.tolist() == list(VOICES)
    assert voices["voice"].cat.categories.tolist() == list(VOICES)


def test_a_table_handed_out_can_be_changed_without_harm(article):
    table = quotations(article)
    table["text"] = ""
    assert (quotations(article)["text"] != "").all()


# ---------------------------------------------------------------------------- what changes nothing

BEFORE = "Anna Weber said that “we want peace,” and the army left the “safe zone” at night."
AFTER = [
    "“We want it soon,” said Ivo Kern. The talks went on.",
    '"We want it soon," said Ivo Kern. The talks went on.',
    "«We want it soon», said Ivo Kern. The talks went on.",
    "According to Ivo Kern, the 'safe zone' was a \"great mistake of the army\".",
    "Ivo Kern promised to stay. The film “Winter of the Wolves” opened in Berlin.",
]
CLAUSES = st.sampled_from(
    [
        "Anna Weber said that the talks would go on",
        "the army went home after all",
        "according to Ivo Kern the deal is done",
        "they left the town in the snow",
        "Emmanuel Macron promised to go home",
        "it was reported that nobody stayed",
        "she said so",
    ]
)
FACTS = ["text", "kind", "voice", "speaker", "speaker_id", "speaker_text", "cue", "rule"]
FACTS += ["certainty", "balanced", "continued"]


def rows_around(before, middle, after):
    """Give the rows of the first and the last paragraph, places counted from their start."""
    table = quotations(f"{before}\n{middle}\n{after}")
    found = []
    for start, length in ((0, len(before)), (len(before) + len(middle) + 2, len(after))):
        inside = table[(table["start"] >= start) & (table["end"] <= start + length)]
        places = inside[["start", "end", "speaker_start", "speaker_end"]] - start
        rows = pd.concat([places, inside[FACTS]], axis=1)
        found.append([tuple(map(value, row)) for row in rows.itertuples(index=False)])
    return found


@RANDOM
@given(st.lists(CLAUSES, min_size=1, max_size=4), st.sampled_from(MARKS), st.data())
def test_an_unmatched_mark_changes_no_row_of_another_paragraph(clauses, mark, data):
    after = data.draw(st.sampled_from(AFTER))
    # a paragraph that begins with the same mark continues a quotation left open: as it should
    assume(not after.startswith(mark))
    middle = ". ".join(clauses) + "."
    place = data.draw(st.sampled_from([n for n, c in enumerate(f"{middle} ") if c == " "]))
    stray = data.draw(st.sampled_from(["{} ", " {}", " {} ", "{}"])).format(mark)
    marked = f"{middle[:place]}{stray}{middle[place:].lstrip()}".strip()
    first, last = rows_around(BEFORE, middle, after)
    assert first
    assert last
    assert rows_around(BEFORE, marked, after) == [first, last]


STORIES = st.lists(
    st.sampled_from(
        [
            BEFORE,
            *AFTER,
            "Anna Weber arrived late.\n“We want peace,” she said. “We want it soon.”",
            "French President Emmanuel Macron left. The French leader said he would return.",
            "It was reported that the talks would go on. The ministry of Vayle denied it.",
            "Nothing was said.",
        ]
    ),
    min_size=1,
    max_size=3,
).map("\n\n".join)


def by_article(table):
    """Rows of each article, without the categories, which are those of the whole corpus."""
    rows = {}
    for row in table.astype(object).itertuples(index=False):
        rows.setdefault(row.article_id, []).append(tuple(map(value, row)))
    return rows


@settings(RANDOM, max_examples=12)
@given(st.lists(STORIES, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_order_and_division_of_the_corpus_change_nothing(stories, random):
    # full names only: a surname alone may find its full name in another article
    frame = pd.DataFrame({"article_id": [f"a{n}" for n in range(len(stories))], "text": stories})
    frame["source"] = ["Courier" if n % 2 else "Herald" for n in range(len(stories))]
    corpus = Corpus.from_dataframe(frame)
    order = random.sample(range(len(stories)), len(stories))
    shuffled = Corpus.from_dataframe(frame.iloc[order].reset_index(drop=True))
    for find in (quotations, find_voices):
        whole = by_article(find(corpus))
        assert by_article(find(shuffled)) == whole
        parts = {}
        for source in set(frame["source"]):
            parts |= by_article(find(corpus.where(source=source)))
        assert parts == whole
        name = frame["article_id"].iloc[-1]
        assert by_article(find(corpus[name])) == {k: v for k, v in whole.items() if k == name}


# ---------------------------------------------------------------------------- demonstration corpus


@pytest.fixture(scope="module")
def coded():
    """Sentences of the demonstration corpus with the voices and speakers that its author codes."""
    codings = pd.read_csv(ROOT / "corpus" / "demonstration" / "codings.csv", dtype="string")
    codings = codings[(codings["unit"] == "sentence") & (codings["variable"] == "speaker")]
    codings = codings[codings["voice"].isin(["quoted", "indirect"])].astype(
        {"start": int, "end": int}
    )
    return codings.drop_duplicates(["article_id", "start", "end", "voice", "value"])


# Floors are 5 points below what was found when they were set: of 166 coded sentences with quoted
# words 99 % and 81 %, of 176 with reported speech 85 % and 64 %.
@pytest.mark.parametrize(
    ("voice", "least_found", "least_named"), [("quoted", 0.94, 0.75), ("indirect", 0.79, 0.59)]
)
def test_coded_voices_and_speakers_are_found(corpus, coded, voice, least_found, least_named):
    stretches = find_voices(corpus)
    coded = coded[coded["voice"] == voice]
    found = named = 0
    for row in coded.itertuples():
        inside = stretches[
            (stretches["article_id"] == row.article_id)
            & (stretches["start"] < row.end)
            & (stretches["end"] > row.start)
            & (stretches["voice"] == row.voice)
        ]
        found += not inside.empty
        named += any(same_speaker(name, row.value) for name in inside["speaker"].dropna())
    assert len(coded) > 150
    assert found / len(coded) >= least_found
    assert named / len(coded) >= least_named


# ---------------------------------------------------------------------------- hostile texts


@pytest.mark.parametrize(
    "part",
    ["said ", "a", "Anna ", "Anna Weber, ", "\u202e\u2066"],
)
def test_a_megabyte_of_one_thing_is_read(part):
    read(part, 1_000_000)


@pytest.mark.parametrize(
    "part",
    [
        *('"', "“", "”", "«", "'", "‘", "‚", "“‘", "“ a ‘ b ", "“a ‘b’ c” ", '"a" said '),
        *("He said. ", "said that ", "Anna\n", "A ", "A. ", "\0", "\ud800"),
    ],
)
def test_long_rows_of_marks_are_read(part):
    read(part, 50_000)


def read(part, size):
    """Read what takes a second or less, and minutes or hours if time grows with the square."""
    text = part * (size // len(part))
    corpus = Corpus.from_texts([text])
    table, voices = quotations(corpus), find_voices(corpus)
    assert voices["n_words"].sum() == corpus.articles["n_words"].sum()
    assert (table["end"] <= len(text)).all()


def test_surrogates_and_controls_do_no_harm():
    for odd in ("\ud800", "\0", "\u202e", "\u2066", "\ufeff", "\u200f"):
        check(Corpus.from_texts([f"{odd}{QUOTE}{odd} Anna{odd} Weber said{odd}.{odd}\n{odd}"]))


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("At 7.50 the minister said that talks had failed.", "the minister"),
        ("At 9 the minister said that talks had failed.", "the minister"),
        ("By 2030 the ministry said it would act.", "the ministry"),
    ],
)
def test_a_time_before_the_speaker_is_no_part_of_the_name(text, speaker):
    [found] = quotations(text)["speaker_text"]
    assert found == speaker


def test_names_are_sought_only_where_somebody_asks_for_them(monkeypatch):
    texts = ["Anna Weber came. “We want peace,” she said.", "Peace, they said, was near."]
    table = quotations(texts)
    monkeypatch.setattr(voices, "attribute", None)
    corpus = Corpus.from_texts(texts)
    book = Codebook.from_patterns("calm", {"calm": ["peace"]})
    scores = score_frames(corpus, book, by="voice")
    assert scores.loc[scores["voice"] == "quoted", "n_matches"].tolist() == [1]
    assert set(score_sentiment(corpus, by="voice")["voice"]) >= {"journalist", "quoted"}
    assert set(word_frequency(corpus, by="voice")["voice"]) >= {"journalist", "quoted"}
    monkeypatch.undo()
    pd.testing.assert_frame_equal(quotations(corpus), table)
    assert table["speaker"].tolist()[0] == "Anna Weber"
