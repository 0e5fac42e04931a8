"""What the batches of a dataset give together."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from framing.locations import Folder

if TYPE_CHECKING:
    import pyarrow as pa

_SUMS = ("count", "n_articles")
_MERGED = 1_000_000  # words that are gathered before they are added up


def add_up(folder: Folder, outputs: Sequence[str], schema: pa.Schema) -> pa.Table:
    """Add up the words of all batches, as `word_frequency` would count them in one corpus."""
    import pyarrow as pa

    n_words = n_articles = 0
    constructed = False
    gathered = [_no_words(schema)]
    for name in outputs:
        if name.startswith("articles/"):
            table = _read(folder, name, ["n_words", "constructed"])
            counted = table["n_words"].to_numpy()
            n_words += int(counted.sum())
            n_articles += int((counted > 0).sum())
            constructed |= bool((table["constructed"].to_numpy() & (counted > 0)).any())
        elif name.startswith("frequency/"):
            gathered.append(_read(folder, name, ["word", *_SUMS]))
            if sum(map(len, gathered[1:])) > max(_MERGED, len(gathered[0])):
                gathered = [_summed(gathered)]
    words = _summed(gathered).sort_by([("count", "descending"), ("word", "ascending")])
    count, articles = (words[name].to_numpy() for name in _SUMS)
    data = {
        "word": words["word"],
        "count": count,
        "per_1000_words": count / max(n_words, 1) * 1000,
        "n_articles": articles,
        "article_share": articles / max(n_articles, 1),
        "constructed": np.full(len(words), constructed),
    }
    return pa.table(data, schema=schema)


def _no_words(schema: pa.Schema) -> pa.Table:
    return schema.empty_table().select(["word", *_SUMS]).replace_schema_metadata()


def _read(folder: Folder, name: str, columns: list[str]) -> pa.Table:
    from pyarrow import parquet

    table = parquet.read_table(io.BytesIO(folder.read(name) or b""), columns=columns)
    return table.replace_schema_metadata()


def _summed(tables: Sequence[pa.Table]) -> pa.Table:
    import pyarrow as pa

    grouped = pa.concat_tables(tables).group_by("word").aggregate([(n, "sum") for n in _SUMS])
    return grouped.select(["word", *(f"{name}_sum" for name in _SUMS)]).rename_columns(
        ["word", *_SUMS]
    )
