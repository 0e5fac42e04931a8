"""The benchmarks: the texts are like news, and what is measured counts right."""

import csv
import json
import re
import sys
from pathlib import Path

import pandas as pd
import pytest

from framing import Corpus
from framing.tables import BLOCKS

FOLDER = Path(__file__).parent / "benchmarks"
sys.path.insert(0, str(FOLDER))

import counting  # noqa: E402
import generate  # noqa: E402
import measure  # noqa: E402
import peers  # noqa: E402
import run  # noqa: E402


@pytest.fixture(scope="module")
def some():
    return list(generate.articles(0.4))


def test_the_same_seed_makes_the_same_articles_and_another_seed_others(some):
    again = list(generate.articles(0.4))
    assert again == some
    assert next(generate.articles(0.01, seed=1))["text"] != some[0]["text"]


def test_a_larger_corpus_begins_with_the_smaller_one(some):
    larger = list(generate.articles(1))
    assert larger[: len(some)] == some
    assert len({article["article_id"] for article in larger}) == len(larger) > 256
    assert 1e6 <= sum(len(article["text"].encode()) for article in larger) < 1.02e6


def test_articles_are_like_news(some):
    corpus = Corpus.from_dataframe(pd.DataFrame(some))
    tokens, articles = corpus.tokens, corpus.articles
    texts = corpus.texts
    assert 2500 < sum(map(len, texts)) / len(texts) < 4000
    assert 0.2 < sum(bool(re.search(r"[^\W\d_a-zA-Z]", text)) for text in texts) / len(texts) < 0.5
    assert 0.15 < tokens.quoted.mean() < 0.35
    assert set(corpus.log["step"]) >= {"cluster", "set aside"}
    assert articles["cluster"].nunique() < len(articles)
    kinds = [BLOCKS[kind] for kind in tokens.block_kind]
    assert kinds.count("title") == kinds.count("dateline") == len(articles)
    assert 0.1 < kinds.count("caption") / len(articles) < 0.5
    assert articles["source"].nunique() == 5
    assert (articles["date"].max() - articles["date"].min()).days > 600
    length = tokens.sentence_tokens[1:] - tokens.sentence_tokens[:-1]
    assert 15 < length.mean() < 27
    # One word in fifty is new even after half of the words.
    half = len(tokens) // 2
    new = set(tokens.type_id[half:].tolist()) - set(tokens.type_id[:half].tolist())
    assert len(new) / half > 0.02


def test_files_hold_the_articles(some, tmp_path):
    few = some[:50]
    for name in ("a.parquet", "a.jsonl", "a.csv"):
        generate.write(few, tmp_path / name)
    assert pd.read_parquet(tmp_path / "a.parquet").to_dict("records") == few
    lines = (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == few
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == few
    with pytest.raises(SystemExit, match=r"must end in \.parquet"):
        generate.write(few, tmp_path / "a.xlsx")


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    return tmp_path_factory.mktemp("bench")


# What starts processes or takes another environment is left to `make bench`.
ELSEWHERE = {"dataset", "dataset_alone", "put_together"}
SMALL = [b for b in run.BENCHMARKS if not b.large and b.name != "start" and b.patterns < 4500]
SMALL = {(b.name, b.patterns): b for b in SMALL}  # one of every kind


@pytest.mark.parametrize("benchmark", SMALL.values(), ids=lambda b: f"{b.name} {b.patterns}")
def test_what_is_measured_counts_right(benchmark, build):
    data = run.prepare(run.tiny(benchmark)._replace(megabytes=0.01), build)
    figures = {}
    for contender in benchmark.contenders:
        module, _, function = contender.function.partition(":")
        if contender.is_peer or function in ELSEWHERE or not function:
            figures[contender.name] = None
            continue
        try:
            measured, summed = getattr(sys.modules[module], function)(data)
        except ImportError as error:
            pytest.skip(str(error))
        figures[contender.name] = {**summed(measured()), "share": 1.0}
    notes = benchmark.check(data, figures)
    assert notes
    assert not [note for note in notes if note.startswith("DIFFERENT")]
    assert [note for note in notes if note.startswith("equal")]


@pytest.mark.parametrize("n", [60, 4500, 9000])
def test_dictionaries_have_words_and_beginnings_of_words(n):
    entries = [entry for found in counting.patterns(n).values() for entry in found]
    assert len(entries) == n
    assert all(re.fullmatch(r"[a-z]{2,}\*?", entry) for entry in entries)
    if n > 60:
        assert len(set(entries)) == n
        assert 0.4 < sum(entry.endswith("*") for entry in entries) / n < 0.6


def test_a_wrong_count_is_told(build):
    benchmark = run.tiny(run.scans(10))._replace(megabytes=0.01)
    data = run.prepare(benchmark, build)
    notes = benchmark.check(data, {"framing": {"words": 3}, "wc -w": None})
    assert notes[0].startswith("DIFFERENT: framing's words")
    assert notes[1].startswith("not run")


def test_the_other_programs_together_find_words_sentences_quotations_and_matches():
    text = 'Peace came. "It is a truce," said Mr. Hask. Peace talks began.'
    found = peers.analyse(([text, "No peace."], ["peace", "peace talks"]))
    assert found["sentences"] == 4
    assert found["quotations"] == 1
    assert found["matches"] == 4


def test_contenders_run_in_turn_and_those_that_cannot_are_named(build):
    benchmark = run.tiny(run.dictionary(60))
    contenders = [
        run.WC,
        measure.Contender("half", "peers:alternation", "", 0.5),
        measure.Contender("none", "peers:nothing", ""),
    ]
    result = run.measure(benchmark._replace(contenders=contenders, rounds=3, check=None), build)
    count, half, none = result["rows"]
    assert count["rounds"] == half["rounds"] == 3
    assert count["lowest"] <= count["wall"] <= count["highest"]
    assert count["memory"] > 1e6
    [path] = build.glob("news-0.03-*/text.txt")
    text = path.read_text(encoding="utf-8")
    assert count["figures"] == {"words": len(text.split())}
    assert "nothing" in none["missing"]
    page = run.table(result)
    assert "| none | not here: AttributeError" in page
    assert page.count("\n| ") == 4


def row(name, wall, **more):
    values = {"cpu": wall, "first": wall, "memory": 5e6, "share": 1.0, "rule": "", "figures": {}}
    return {"name": name, "wall": wall, **values, **more}


def test_the_readme_gets_the_figures(tmp_path):
    result = {"title": "Scan", "megabytes": 10, "unit": "MB", "notes": ["equal: all"]}
    gone = {"name": "third", "rule": "", "missing": "gone"}
    result["rows"] = [row("framing", 0.5), row("other", 2.0), gone]
    found = {"processor": "P", "cores": "2", "system": "S", "Python": "3.11"}
    text = run.summary([result], found)
    assert text.startswith("Measured on P, 2 cores, S; Python 3.11.")
    assert "| Scan | 0.5 s | other | 2 s | 4 |" in text
    assert "| other | 2 | 2 | 2 | 4 | 5 | 5 | 1 |" in run.table({**result, "rows": result["rows"]})
    readme = tmp_path / "README.md"
    readme.write_text(f"a\n{run.BEGIN}\nold\n{run.END}\nb\n", encoding="utf-8")
    run.put_into_readme(text, readme)
    assert readme.read_text(encoding="utf-8") == f"a\n{run.BEGIN}\n{text}\n{run.END}\nb\n"
    real = (measure.ROOT / "README.md").read_text(encoding="utf-8")
    assert real.count(run.BEGIN) == real.count(run.END) == 1


def test_medians_leave_out_the_first_run_and_a_part_is_scaled_to_the_whole():
    worker = measure.Worker.__new__(measure.Worker)
    worker.contender, worker.missing = measure.Contender("a", "b:c", "", 0.5), ""
    worker.loaded = 1
    worker.rounds = [
        {"wall": wall, "cpu": 2 * wall, "memory": wall, "figures": {}} for wall in (9, 1, 3, 2)
    ]
    result = worker.result()
    assert (result["wall"], result["cpu"], result["first"]) == (4, 8, 9)
    assert (result["rounds"], result["lowest"], result["highest"]) == (3, 2, 6)
