"""Simulations of word counts: how often keyness cries wolf, and how often it finds what differs.

The words of an article follow a Zipfian list; their counts are gamma-Poisson, a burst for each
article and word, so that Pearson's dispersion φ of a word is 1.7 to 4.2, as measured for frame
words in newspaper articles. ``python -m tests.simulations_keyness`` prints the full tables; the
tests run a small set of the same functions.
"""

import sys
import time
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from framing.word_tests import Sides, compare_sides

WORDS, SPREAD = 450, 0.5  # median length of an article, and standard deviation of its logarithm
CONTENT = 0.45  # share of the words of a text that are not stop words
COMMON, LESS_COMMON, RARE = 20, 60, 150  # ranks of words that are planted


class Setting(NamedTuple):
    """Two groups of articles: how many, how bursty, and what differs between them."""

    name: str
    sizes: tuple[int, int] = (20, 20)
    bursts: tuple[float, float] | None = None  # φ of the two; without it 1.7 to 4.2 by the word
    topics: int = 0  # each article is about one of so many; half of the words belong to one
    planted: tuple[int, ...] = ()  # ranks of words that the target uses four times as often
    exclusive: tuple[int, ...] = ()  # ranks of words that only the target uses, at triple rate
    copies: int = 0  # articles of each group that stand in it three times


def draw(generator, setting, n_types=3000):
    """Draw target and reference."""
    share = 1 / (np.arange(n_types) + 10)
    share *= CONTENT / share.sum()
    by_word = generator.uniform(1.7, 4.2, n_types)
    topic_of_word = generator.integers(0, max(2 * setting.topics, 1), n_types)
    counts, lengths, clusters = [], [], []
    for side, size in enumerate(setting.sizes):
        phi = by_word if setting.bursts is None else np.full(n_types, setting.bursts[side])
        factor = np.ones(n_types)
        factor[list(setting.exclusive)] = 0 if side else 3
        factor[list(setting.planted)] = 1 if side else 4
        words = np.exp(generator.normal(np.log(WORDS), SPREAD, size)).round()
        expected = np.multiply.outer(words, share * factor)
        if setting.topics:
            topic = generator.integers(0, setting.topics, size)
            own = topic[:, None] == topic_of_word
            expected *= np.where(topic_of_word < setting.topics, setting.topics * own, 1)
        count = generator.poisson(generator.gamma(expected / (phi - 1)) * (phi - 1))
        repeats = np.where(np.arange(size) < setting.copies, 3, 1)
        counts.append(np.repeat(count, repeats, axis=0))
        lengths.append(np.repeat(words, repeats))
        clusters.append(np.repeat(np.arange(size) + side * setting.sizes[0], repeats))
    counts, lengths = np.concatenate(counts), np.concatenate(lengths).astype(int)
    used = np.flatnonzero(counts.any(axis=0))
    return Sides(
        words=[f"w{rank}" for rank in used],
        counts=sparse.csr_array(counts[:, used]),
        n_words=lengths,
        in_target=np.repeat([True, False], [len(part) for part in clusters]),
        cluster=np.concatenate(clusters),
    )


def run(setting, repeats, permutations, seed=0):
    """Compare so many pairs of groups; one row for each."""
    rows = []
    for repeat in range(repeats):
        sides = draw(np.random.default_rng([seed, repeat]), setting)
        table = compare_sides(
            sides, min_articles=5, permutations=permutations, level=0.95, seed=repeat
        ).set_index("word")
        true = [f"w{rank}" for rank in (*setting.planted, *setting.exclusive)]
        null = table.drop(index=true, errors="ignore")
        tested = table["p"].notna().sum()
        row = {
            "words tested": tested,
            "false, q": (null["q"] < 0.05).sum(),
            "false, p_adjusted": (null["p_adjusted"] < 0.05).sum(),
            "share p < .05": (null["p"] < 0.05).sum() / tested,
            # what a test on pooled words would call significant, after Bonferroni
            "false, G² (Bonferroni)": (null["g2"] > _critical(0.05 / len(table))).sum(),
        }
        for word in true:
            row[f"found {word}"] = bool(table["q"].reindex([word]).lt(0.05).item())
        rows.append(row)
    return pd.DataFrame(rows)


def _critical(p):
    from scipy.special import chdtri

    return chdtri(1, p)


SETTINGS = [
    Setting("20 and 20 articles"),
    Setting("40 and 40 articles", (40, 40)),
    Setting("6 and 6 articles", (6, 6)),
    Setting("10 and 40 articles", (10, 40)),
    Setting("10 bursty, 40 less bursty", (10, 40), (4.2, 1.7)),
    Setting("10 less bursty, 40 bursty", (10, 40), (1.7, 4.2)),
    Setting("20 and 20, 10 topics", topics=10),
    Setting("20 and 20, 5 of each three times", copies=5),
]
PLANTED = [
    Setting("1 word × 4, 20 and 20", planted=(COMMON,)),
    Setting("3 words × 4, 20 and 20", planted=(COMMON, LESS_COMMON, RARE)),
    Setting("3 words × 4, 40 and 40", (40, 40), planted=(COMMON, LESS_COMMON, RARE)),
    Setting("3 words × 4, 100 and 100", (100, 100), planted=(COMMON, LESS_COMMON, RARE)),
    Setting("2 words only in the target, 20 and 20", exclusive=(60, 100)),
    Setting("2 words only in the target, 40 and 40", (40, 40), exclusive=(60, 100)),
]


def markdown(settings, repeats, permutations):
    """Write a table in Markdown, one row for each setting."""
    lines = [
        "| setting | words tested | any false by q | any false by p_adjusted | p < .05"
        " | false by G², mean | found by q |",
        "|---|---|---|---|---|---|---|",
    ]
    for setting in settings:
        rows = run(setting, repeats, permutations)
        found = [
            f"{name.removeprefix('found w')}: {rows[name].mean():.0%}"
            for name in rows
            if name.startswith("found")
        ]
        cells = [
            setting.name,
            f"{rows['words tested'].mean():.0f}",
            f"{(rows['false, q'] > 0).mean():.1%}",
            f"{(rows['false, p_adjusted'] > 0).mean():.1%}",
            f"{rows['share p < .05'].mean():.1%}",
            f"{rows['false, G² (Bonferroni)'].mean():.1f}",
            ", ".join(found),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main(repeats=200, permutations=999):
    started = time.perf_counter()
    sys.stdout.write(
        f"{repeats} comparisons each, {permutations} permutations.\n\n"
        f"Nothing differs:\n\n{markdown(SETTINGS, repeats, permutations)}\n\n"
        f"Some words differ (by their rank):\n\n{markdown(PLANTED, repeats, permutations)}\n"
    )
    sys.stderr.write(f"{time.perf_counter() - started:.0f} s\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
