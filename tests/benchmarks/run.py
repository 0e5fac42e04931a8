"""How fast the toolkit is, beside other programs: `make bench`, `make bench-large`.

    python tests/benchmarks/run.py                      # all that takes minutes
    python tests/benchmarks/run.py scan dictionary      # some
    python tests/benchmarks/run.py --large              # what takes an hour and more
    python tests/benchmarks/run.py --tiny               # a try on a few articles
    python tests/benchmarks/run.py --readme             # put the figures measured into README.md

Results go to build/bench/results.json and, as Markdown, to standard output. Every program gets the
same news-like texts (generate.py) as strings in memory, but where a file is named.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from generate import articles, write
from measure import BUILD, HERE, PEERS, ROOT, Contender, Data, compare

for folder in (ROOT, ROOT / "tests"):
    sys.path.insert(0, str(folder))

import counting  # noqa: E402
import tone  # noqa: E402
import whole  # noqa: E402

OWN = ["numpy", "pandas", "numba", "scikit-learn", "nltk", "textblob"]
THEIRS = ["spacy", "flashtext2", "liwc"]
BEGIN, END = "<!-- make bench: begin -->", "<!-- make bench: end -->"


class Benchmark(NamedTuple):
    """A task, how much of it there is, and who does it; the first contender is compared with all.

    Attributes
    ----------
    name, task : str
        For the command line; and for readers, with braces where the size stands.
    megabytes : float
        Size of the texts.
    contenders : sequence of Contender
        Who does it.
    check : callable
        Takes the data and the figures of every contender, and says what is equal and what not.
    unit : str
        What the speed is per second of: MB, or one of the figures.
    rounds, threads, patterns : int
        Warm rounds, threads allowed to each, and patterns of the dictionary.
    large : bool
        Whether it waits for ``--large``.
    keeps_memory : bool
        Whether processes keep, from round to round, the memory that they once had. Virtual machines
        may take back what is free, and to get a gigabyte again takes some of them two seconds.
    """

    name: str
    task: str
    megabytes: float
    contenders: Sequence[Contender]
    check: Callable[[Data, dict[str, Any]], list[str]] | None = None
    unit: str = "MB"
    rounds: int = 5
    threads: int = 1
    patterns: int = 0
    large: bool = False
    keeps_memory: bool = False

    @property
    def title(self) -> str:
        """The task with its size."""
        size = self.megabytes
        return self.task.format(f"{size / 1000:g} GB" if size >= 1000 else f"{size:g} MB")


OURS = "words joined by hyphens and apostrophes are one; sentences, quotations and case are kept"
PLAIN = "words of two letters and more, cut at hyphens and apostrophes"
WC = Contender("wc -w", "peers:wc", "what stands between spaces; C.UTF-8, the file in memory")
VECTORS = Contender("CountVectorizer", "peers:count_vectorizer", f"all {PLAIN}; fit_transform")
RULES = "counted text only; leftmost, then longest; with possessives and compounds, without names"


def scans(megabytes: float, *, rounds: int = 5, large: bool = False) -> Benchmark:
    """Compare the scan with wc."""
    task = "Scan of {}: texts and their blocks in memory to tokens"
    contenders = [Contender("framing", "counting:scan", OURS), WC]
    return Benchmark(
        "scan",
        task,
        megabytes,
        contenders,
        counting.check_words,
        rounds=rounds,
        large=large,
        keeps_memory=True,
    )


def dictionary(n: int) -> Benchmark:
    """Compare counts of a dictionary."""
    again = "the same, in a corpus that is there"
    like_quanteda = "whole words in counted text, names too"
    spelled = "every word that a star stands for is given"
    contenders = [
        Contender("framing", "counting:scan_and_match", f"scan and match: {RULES}"),
        Contender("framing, from texts", "counting:texts_to_scores", "the same, and all of Corpus"),
        Contender("framing, counted again", "counting:recount", again),
        Contender(
            "framing, counted like quanteda", "counting:recount_like_quanteda", like_quanteda
        ),
        VECTORS._replace(rule=f"{VECTORS.rule}; the dictionary is then applied unmeasured"),
        Contender("quanteda", "quanteda.R", "tokens, tokens_lookup, dfm; one thread"),
        Contender(
            "spaCy PhraseMatcher", "peers:spacy", f"tokens of blank('en'); {spelled}", 0.2, True
        ),
        Contender(
            "flashtext2", "peers:flashtext2", f"between its word borders; {spelled}", 1, True
        ),
        Contender("liwc", "peers:liwc", PLAIN, 1, True),
        Contender("regular expressions", "peers:alternation", "one for each category", 0.2),
    ]
    task = f"Dictionary of {n:,} words and beginnings of words, {{}}: counts of each article"
    return Benchmark("dictionary", task, 10, contenders, counting.check_matches, patterns=n)


def tones(megabytes: float, share: float, *, rounds: int) -> list[Benchmark]:
    """Compare the scores of sentences."""
    check = tone.check_tone
    vader = Contender("NLTK's VADER", "peers:vader", "polarity_scores of each sentence", share)
    textblob = Contender("TextBlob", "peers:textblob", "sentiment of each sentence", share)
    table = "score_sentiment of a corpus by sentence, with both"
    tools = {
        "vader": ("VADER", "tone:framing_vader", "vader_compound of a list of sentences", [vader]),
        "textblob": ("TextBlob", "tone:framing_textblob", "textblob_scores of them", [textblob]),
        "tone": ("VADER and TextBlob", "tone:framing_tone", table, [vader, textblob]),
    }
    return [
        Benchmark(
            name,
            f"{title} of all sentences of {{}}",
            megabytes,
            [Contender("framing", function, rule), *peers],
            check,
            "sentences",
            rounds,
        )
        for name, (title, function, rule, peers) in tools.items()
    ]


def frames(megabytes: float, *, rounds: int = 5, large: bool = False) -> Benchmark:
    """Compare counts of frames, end to end, with counts of words."""
    task = f"score_frames of {{}} from texts, codebook {counting.FRAMES}"
    again = "the same, in a corpus that is there"
    contenders = [
        Contender("framing", "counting:frames", "corpus with repeats and shared copy; all rules"),
        Contender("framing, again", "counting:frames_again", again),
        VECTORS,
    ]
    if large:  # each holds all texts in memory
        del contenders[1]
    check = counting.check_frames
    return Benchmark("frames", task, megabytes, contenders, check, rounds=rounds, large=large)


def datasets(megabytes: float, *, large: bool = True) -> Benchmark:
    """Measure how time and memory grow with the size of a file."""
    task = "score_dataset of {} on two processes: frames, tone and frequencies, by voice"
    contenders = [Contender("framing", "whole:dataset", "from Parquet to tables in Parquet")]
    return Benchmark("scale", task, megabytes, contenders, rounds=megabytes < 5000, large=large)


BENCHMARKS = [
    scans(10),
    scans(150, rounds=9),
    dictionary(60),
    dictionary(4500),
    dictionary(9000),
    frames(10),
    Benchmark(
        "matrix",
        "Document-feature matrix of {}",
        10,
        [
            Contender("framing", "counting:matrix", "from texts; words without numbers"),
            Contender("framing, again", "counting:matrix_again", "in a corpus that is there"),
            VECTORS,
        ],
        counting.check_matrix,
    ),
    *tones(1.2, 1, rounds=3),
    *tones(150, 0.01, rounds=2),
    Benchmark(
        "voices",
        "Voices of {}: whose words every word is",
        10,
        [Contender("framing", "whole:voices", "find_voices of a corpus; no peer does the same")],
        whole.check_voices,
        "words",
        rounds=3,
    ),
    Benchmark(
        "keyness",
        "Keywords of an outlet against four, {}, 9,999 relabellings",
        10,
        [Contender("framing", "whole:keyness", "tested over articles; no peer does the same")],
        whole.check_keyness,
        rounds=2,
    ),
    Benchmark(
        "whole",
        "Whole analysis of {} of Parquet on two processes: scan, frames, voices, tone, frequencies",
        150,
        [
            Contender("framing", "whole:dataset", "score_dataset, by voice"),
            Contender("framing, one process", "whole:dataset_alone", "the same"),
            Contender("framing, functions", "whole:functions", "the same in memory, one process"),
            Contender(
                "NLTK, TextBlob, scikit-learn",
                "peers:put_together",
                "sentences, words, VADER, TextBlob, frequencies, plain words of the frames, marked"
                " quotations without speakers; two processes",
                0.02,
            ),
        ],
        whole.check_whole,
        rounds=1,
    ),
    Benchmark(
        "start",
        "In a new process",
        0.01,
        [
            Contender("import framing", "peers:import_framing", "with pandas"),
            Contender("import pandas", "peers:import_pandas", "without framing"),
            Contender("one article", "peers:one_article", "from the file to the table of frames"),
        ],
        whole.check_start,
        "",
        rounds=9,
    ),
    *(scans(size, rounds=3, large=True) for size in (1, 1000)),
    *(frames(size, rounds=3, large=True) for size in (1, 150, 1000)),
    *(datasets(size) for size in (100, 1000, 5000)),
]


def tiny(benchmark: Benchmark) -> Benchmark:
    """Make it small enough for a test."""
    contenders = [c._replace(share=1.0 if c.share > 0.1 else 0.5) for c in benchmark.contenders]
    return benchmark._replace(megabytes=0.03, contenders=contenders, rounds=1)


# ---------------------------------------------------------------------------- running


def prepare(benchmark: Benchmark, build: Path) -> Data:
    """Write the files that a benchmark needs and that are not there."""
    made_by = zlib.crc32((HERE / "generate.py").read_bytes())  # other texts, another folder
    folder = build / f"news-{benchmark.megabytes:g}-{made_by:08x}"
    folder.mkdir(parents=True, exist_ok=True)
    parquet = folder / "news.parquet"
    if not parquet.exists():
        part = folder / "part.parquet"
        write(articles(benchmark.megabytes), part)
        part.rename(parquet)
    texts = (article["text"] for article in articles(benchmark.megabytes))
    if benchmark.name != "scale" and not (folder / "texts.jsonl").exists():
        part = folder / "part.jsonl"
        with (
            part.open("w", encoding="utf-8") as strings,
            (folder / "text.txt").open("w", encoding="utf-8") as plain,
            (folder / "lines.txt").open("w", encoding="utf-8") as lines,
        ):
            for text in texts:
                strings.write(json.dumps(text) + "\n")
                plain.write(text + "\n\n")
                lines.write(" ".join(text.split()) + "\n")
        part.rename(folder / "texts.jsonl")
    data = Data(folder, 1.0, benchmark.patterns)
    if benchmark.unit == "sentences" and not (folder / "sentences.jsonl").exists():
        strings = "".join(json.dumps(sentence) + "\n" for sentence in sentences(data.texts))
        (folder / "sentences.jsonl").write_text(strings, encoding="utf-8")
    if benchmark.name == "whole":
        phrases = json.dumps(counting.plain_phrases())
        (folder / "phrases.json").write_text(phrases, encoding="utf-8")
    if n := benchmark.patterns:
        entries = counting.patterns(n)
        rows = [f"{category}\t{entry}\n" for category in entries for entry in entries[category]]
        (folder / f"patterns-{n}.tsv").write_text("".join(rows), encoding="utf-8")
        (folder / f"patterns-{n}.json").write_text(json.dumps(entries), encoding="utf-8")
    return data


def sentences(texts: Sequence[str]) -> Iterable[str]:
    """Give the counted sentences of texts in their order, as framing cuts them."""
    corpus = counting.fr.Corpus.from_texts(texts)
    table = corpus.sentences
    counted = ~table["set_aside"] & ~table["block"].isin(["dateline", "credit"])
    table = table[counted.to_numpy(dtype=bool)]
    place = dict(zip(corpus.articles["article_id"], corpus.texts, strict=True))
    for article, start, end in zip(table["article_id"], table["start"], table["end"], strict=True):
        yield place[article][start:end]


def measure(benchmark: Benchmark, build: Path = BUILD) -> dict[str, Any]:
    """Run a benchmark and give its results: a row for each contender, and what is equal."""
    data = prepare(benchmark, build)
    rows = compare(
        benchmark.contenders, data, benchmark.rounds, benchmark.threads, benchmark.keeps_memory
    )
    figures = {
        row["name"]: None if "missing" in row else {**row["figures"], "share": row["share"]}
        for row in rows
    }
    notes = []
    if benchmark.check and figures[benchmark.contenders[0].name]:
        notes = benchmark.check(data, figures)
    for row in rows:  # lists of scores have been compared, and are of no further use
        known = row.get("figures", {})
        row["figures"] = {key: n for key, n in known.items() if not isinstance(n, list)}
    return {
        "name": benchmark.name,
        "title": benchmark.title,
        "megabytes": benchmark.megabytes,
        "unit": benchmark.unit,
        "large": benchmark.large,
        "rows": rows,
        "notes": notes,
    }


def machine() -> dict[str, str]:
    """Say on what it was measured."""
    name = platform.processor() or platform.machine()
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        lines = cpus.read_text(encoding="utf-8").splitlines()
        name = next((line.split(": ")[1] for line in lines if line.startswith("model name")), name)
    found = {
        "processor": name,
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "framing": counting.fr.__version__,
    }
    found |= {package: version(package) for package in OWN}
    if PEERS.exists():
        code = f"from importlib.metadata import version; print(*map(version, {THEIRS}))"
        printed = subprocess.run([PEERS, "-c", code], capture_output=True, text=True)
        found |= dict(zip(THEIRS, printed.stdout.split(), strict=False))
    return found


# ---------------------------------------------------------------------------- Markdown


def described(found: dict[str, str]) -> str:
    """Describe the machine and the versions in a line."""
    head = f"{found['processor']}, {found['cores']} cores, {found['system']}"
    packages = [f"{name} {number}" for name, number in found.items()]
    return f"{head}; {', '.join(packages[3:])}"


def table(result: dict[str, Any]) -> str:
    """Write the results of a benchmark as a Markdown table with its notes."""
    unit = result["unit"]
    lines = [
        f"### {result['title']}",
        "",
        "| | seconds | CPU | first run | times framing's | "
        f"{unit + '/s' if unit else ''} | peak memory, MB | share measured |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    first = next((row["wall"] for row in result["rows"] if "wall" in row), 1)
    for row in result["rows"]:
        if "missing" in row:
            lines.append(f"| {row['name']} | not here: {row['missing']} | | | | | | |")
            continue
        cold = f"{row['first']:.3g}" if row["share"] == 1 else ""
        cells = [row["name"], f"{row['wall']:.3g}", f"{row['cpu']:.3g}", cold]
        cells += [f"{row['wall'] / first:.3g}", speed(result, row)]
        cells += [f"{row['memory'] / 1e6:,.0f}", f"{row['share']:.3g}"]
        lines.append(f"| {' | '.join(cells)} |")
    rules = [f"- {row['name']}: {row['rule']}" for row in result["rows"]]
    return "\n".join([*lines, "", *rules, *(f"- {note}" for note in result["notes"]), ""])


def speed(result: dict[str, Any], row: dict[str, Any]) -> str:
    """Write how much a contender does in a second."""
    unit = result["unit"]
    if not unit:
        return ""
    amount = result["megabytes"]
    if unit != "MB":
        amount = row["figures"].get(unit, 0) / row["share"]
    return f"{amount / row['wall']:,.3g}" if amount < 1e4 else f"{amount / row['wall']:,.0f}"


def summary(results: Sequence[dict[str, Any]], found: dict[str, str]) -> str:
    """Write the section of the README: one line for each contender beside framing."""
    lines = [
        f"Measured on {described(found)}.",
        "",
        "| task | framing | beside it | | times framing's |",
        "|---|---:|---|---:|---:|",
    ]
    for result in results:
        first, *others = (row for row in result["rows"] if "wall" in row)
        own = f"| {result['title']} | {seconds(first['wall'])} |"
        if not others:
            lines.append(f"{own} {first['memory'] / 1e6:,.0f} MB of memory | | |")
        for other in others:
            ratio = other["wall"] / first["wall"]
            shown = f"{ratio:.0f}" if ratio >= 100 else f"{ratio:.2g}"
            lines.append(f"{own} {other['name']} | {seconds(other['wall'])} | {shown} |")
            own = "| | |"
    return "\n".join(lines)


def seconds(value: float) -> str:
    """Write a time with three digits."""
    return f"{value:,.0f} s" if value >= 100 else f"{value:.3g} s"


def put_into_readme(text: str, readme: Path = ROOT / "README.md") -> None:
    """Replace what stands between the marks in the README."""
    before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    readme.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8", newline="\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; 1 if a result is not what it should be."""
    names = list(dict.fromkeys(benchmark.name for benchmark in BENCHMARKS))
    parser = argparse.ArgumentParser(description="Measure how fast framing is.")
    parser.add_argument("names", nargs="*", help=f"which: {', '.join(names)}")
    parser.add_argument("--large", action="store_true", help="the ones that take an hour and more")
    parser.add_argument("--tiny", action="store_true", help="on a few articles")
    parser.add_argument("--readme", action="store_true", help="write figures into README.md")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.names) - set(names):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    stored = BUILD / "results.json"
    known = json.loads(stored.read_text(encoding="utf-8")) if stored.exists() else {"results": []}
    if chosen.readme:
        put_into_readme(summary(known["results"], known["machine"]))
        return 0
    is_wrong = False
    for benchmark in BENCHMARKS:
        is_asked = benchmark.name in (chosen.names or names)
        if benchmark.large != chosen.large or not is_asked:
            continue
        result = measure(tiny(benchmark) if chosen.tiny else benchmark)
        is_wrong |= any(note.startswith("DIFFERENT") for note in result["notes"])
        print(table(result), flush=True)
        if not chosen.tiny:
            kept = [old for old in known["results"] if old["title"] != result["title"]]
            order = {other.title: place for place, other in enumerate(BENCHMARKS)}
            kept = sorted([*kept, result], key=lambda r: order.get(r["title"], len(order)))
            known = {"machine": machine(), "results": kept}
            stored.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    print(described(machine()))
    return int(is_wrong)


if __name__ == "__main__":
    sys.exit(main())
