"""Simulations of news counts: how often a comparison cries wolf, and how often it covers the truth.

Counts are drawn as bursty as those of real news: Pearson's dispersion φ of mentions per article
was 1.7 to 4.2 for six frames in newspaper articles. `make simulations` writes the table of
the full set to tests/simulations.md; the tests run a small set of the same functions.
"""

import sys
import time
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from framing import compare_groups, frame_rates
from framing.tables import as_table

RATES = np.array([1.0, 2.0, 3.0, 5.0, 8.0])  # mentions per 1,000 words of five frames
FRAMES = [f"frame {rate:g}" for rate in RATES]
WORDS, SPREAD = 450, 0.5  # median length of an article, and standard deviation of its logarithm


class Setting(NamedTuple):
    """What is simulated: two outlets that do not differ, and what else is in the corpus."""

    name: str
    sizes: tuple[int, int]
    bursts: tuple[float, float] = (3.0, 3.0)
    shared: int = 0  # articles that both outlets print
    copies: int = 0  # articles that an outlet prints twice more
    third: float = 0  # how many times the rate of the two a third outlet has
    event: float = 0  # how many times the rate of a second event, unequally covered, is
    strata: bool = False


def draw(generator, size, phi, factor=1.0):
    """Draw mentions and lengths of articles with gamma-Poisson bursts of the dispersion asked."""
    if not size:
        return np.zeros((0, len(RATES)), dtype=int), np.zeros(0)
    words = np.exp(generator.normal(np.log(WORDS), SPREAD, size)).round()
    expected = np.multiply.outer(words, RATES * factor) / 1000
    if phi <= 1:
        return generator.poisson(expected), words
    # The same in every group: from the mean of all articles that could be drawn.
    shape = WORDS * np.exp(SPREAD**2 / 2) * RATES * factor / 1000 / (phi - 1)
    burst = generator.gamma(shape, 1 / shape, expected.shape)
    return generator.poisson(expected * burst), words


def score_table(counts, words, frames=None, **columns):
    """Build a table of scores of articles, named 00000, 00001, ..., from counts and lengths.

    ``columns`` are values per article, of the table's own columns or of others.
    """
    counts = np.asarray(counts)
    counts = counts.reshape(len(words), -1)
    n, f = counts.shape
    frames = list(frames or [f"frame {number}" for number in range(f)])
    ids = [f"{number:05d}" for number in range(n)]
    own = {
        "article_id": ids,
        "source": ["A"] * n,
        "date": [pd.NaT] * n,
        "cluster": ids,
        "constructed": [True] * n,
        "codebook": ["simulated"] * n,
    }
    values = {name: pd.Series(columns.get(name, own[name])).repeat(f).array for name in own}
    values["source"] = pd.Categorical(values["source"])
    length = np.repeat(words, f)
    table = as_table(
        "scores",
        values
        | {
            "frame": pd.Categorical(frames * n, categories=frames),
            "n_matches": counts.ravel(),
            "n_negated": np.zeros(n * f, dtype=int),
            "n_review": np.zeros(n * f, dtype=int),
            "n_words": length,
            "per_1000_words": np.divide(
                1000 * counts.ravel(), length, out=np.full(n * f, np.nan), where=length > 0
            ),
            "present": counts.ravel() > 0,
        },
    )
    more = {name: np.repeat(column, f) for name, column in columns.items() if name not in own}
    return table.assign(**more)


def scores_of(parts):
    """Build a table of scores from (source, cluster names, event, counts, words) of each part."""
    sources, clusters, events, counts, words = [], [], [], [], []
    for source, cluster, event, count, length in parts:
        sources += [source] * len(length)
        clusters += cluster
        events += [event] * len(length)
        counts.append(count)
        words.append(length)
    names = [cluster or f"{number:05d}" for number, cluster in enumerate(clusters)]
    counts, words = np.concatenate(counts), np.concatenate(words).astype(int)
    return score_table(counts, words, FRAMES, source=sources, cluster=names, event=events)


def simulate(setting, generator):
    """Draw the scores of two outlets without a difference, A and B."""
    parts = []
    shared = draw(generator, setting.shared, max(setting.bursts))
    for number, (source, size, phi) in enumerate(
        zip("AB", setting.sizes, setting.bursts, strict=True)
    ):
        if setting.event:
            # Nine of ten articles of A are about the first event, half of those of B.
            first = round(size * (0.9, 0.5)[number])
            for event, part, factor in (("1", first, 1), ("2", size - first, setting.event)):
                parts.append((source, [""] * part, event, *draw(generator, part, phi, factor)))
            continue
        own = size - setting.shared
        counts, words = draw(generator, own, phi)
        if setting.copies:
            # The first articles stand three times each; the outlet keeps its size.
            kept = np.r_[np.repeat(np.arange(setting.copies), 3), np.arange(setting.copies, own)]
            kept = kept[:own]
            names = [f"{source}{n}" for n in kept]
            parts.append((source, names, "1", counts[kept], words[kept]))
        else:
            parts.append((source, [""] * own, "1", counts, words))
        if setting.shared:
            names = [f"agency {n}" for n in range(setting.shared)]
            parts.append((source, names, "1", *shared))
    if setting.third:
        parts.append(
            (
                "C",
                [""] * setting.sizes[0],
                "1",
                *draw(generator, setting.sizes[0], setting.bursts[0], setting.third),
            )
        )
    return scores_of(parts)


class Outcome(NamedTuple):
    """Shares over all repetitions; false alarms at 5 %, intervals at 95 %."""

    tests: int
    false_alarms: float
    worst_frame: float
    family: float
    pooled: float
    coverage_ratio: float
    coverage_rate: float
    caution: float


def run(setting, repeats, permutations=499, seed=0):
    """Repeat a setting and count false alarms and covered truths of the pair A, B."""
    generator = np.random.default_rng([seed, *map(ord, setting.name)])
    alarms, tested, family, pooled = np.zeros(5), np.zeros(5), 0, np.zeros(5)
    covered, intervals, rates_in, rates_all = 0, 0, 0, 0
    said = 0
    for repeat in range(repeats):
        scores = simulate(setting, generator)
        strata = "event" if setting.strata else None
        table = compare_groups(scores, strata=strata, permutations=permutations, seed=repeat)
        pair = table[(table["group"] == "A") & (table["reference"] == "B")].reset_index()
        tests = pair["p"].notna().to_numpy()
        tested += tests
        family += bool((pair["p_adjusted"] <= 0.05).any())
        alarm = tests & (pair["p"] <= 0.05).to_numpy()
        alarms += alarm
        said += int(pair.loc[alarm, "caution"].str.contains("burstier").sum())
        counts = scores.groupby(["source", "frame"], observed=True)[["n_matches", "n_words"]].sum()
        pooled += [chi_square(counts.loc["A", f], counts.loc["B", f]) <= 0.05 for f in FRAMES]
        known = pair["low"].notna() & tests
        covered += int(((pair["low"] <= 1) & (pair["high"] >= 1) & known).sum())
        intervals += int(known.sum())
        if not setting.event:
            rates = frame_rates(scores)
            rates = rates[rates["source"].isin(["A", "B"]) & ~rates["caution"].str.contains("rare")]
            truth = RATES[rates["frame"].cat.codes]
            rates_in += int(((rates["low"] <= truth) & (rates["high"] >= truth)).sum())
            rates_all += len(rates)
    return Outcome(
        int(tested.sum()),
        alarms.sum() / tested.sum(),
        (alarms / np.maximum(tested, 1)).max(),
        family / repeats,
        pooled.mean() / repeats,
        covered / intervals,
        rates_in / rates_all if rates_all else np.nan,
        said / max(alarms.sum(), 1),
    )


def chi_square(one, two):
    """Test the pooled words as other tools do: as if each word were a case."""
    hits = np.array([one["n_matches"], two["n_matches"]])
    words = np.array([one["n_words"], two["n_words"]])
    if not hits.sum():
        return 1.0
    return stats.chi2_contingency(np.stack([hits, words - hits]), correction=False)[1]


SETTINGS = [
    *(Setting(f"{m} and {m} articles", (m, m)) for m in (5, 10, 20, 40)),
    *(Setting(f"20 and 20, φ {phi}", (20, 20), (phi, phi)) for phi in (1.0, 1.7, 4.2)),
    *(Setting(f"10 and 10, φ {phi}", (10, 10), (phi, phi)) for phi in (1.7, 4.2)),
    *(Setting(f"{m} and {n}", (m, n)) for m, n in ((5, 20), (10, 40), (5, 40))),
    Setting("20 and 20, φ 1.7 and 4.2", (20, 20), (1.7, 4.2)),
    Setting("40 and 40, φ 1.7 and 4.2", (40, 40), (1.7, 4.2)),
    Setting("20 and 40, the larger φ 4.2, the smaller 1.7", (20, 40), (1.7, 4.2)),
    Setting("20 and 40, the smaller φ 4.2, the larger 1.7", (20, 40), (4.2, 1.7)),
    Setting("10 and 40, the smaller φ 4.2, the larger 1.7", (10, 40), (4.2, 1.7)),
    Setting("20 and 20, beside a third outlet with 3 times the rate", (20, 20), third=3),
    Setting("20 and 20, 6 articles printed by both", (20, 20), shared=6),
    Setting("20 and 20, 4 articles of each printed three times", (20, 20), copies=4),
    Setting("20 and 20, an event with 3 times the rate, no strata", (20, 20), event=3),
    Setting("20 and 20, the same, within strata", (20, 20), event=3, strata=True),
]

HEADER = """\
| two outlets without a difference | tests | false alarms | worst frame | any frame, adjusted \
| χ² on pooled words | ratio covered | rate covered | alarms with the caution about burstiness |
|---|---|---|---|---|---|---|---|---|
"""


def main(repeats=1000):
    """Print the table of the full set in Markdown."""
    lines = []
    for setting in SETTINGS:
        start = time.perf_counter()
        outcome = run(setting, repeats)
        cells = ["" if np.isnan(value) else f"{value:.1%}" for value in outcome[1:]]
        lines.append(f"| {setting.name} | {outcome.tests} | {' | '.join(cells)} |")
        sys.stderr.write(f"{setting.name}: {time.perf_counter() - start:.0f} s\n")
    sys.stdout.write(f"{repeats} repetitions each.\n\n{HEADER}" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
