"""Score the voices against the gold set of constructed paragraphs.

``python tests/voices_gold.py`` prints the tables of tests/voices.md, with ``--errors`` also
every error.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

import framing as fr
from framing.voices import quotations

DATA = Path(__file__).resolve().parent / "data"
GOLD = [DATA / "voices_styles.yaml", DATA / "voices_forms.yaml"]
KINDS = ("direct", "partial", "scare", "title", "indirect", "orphan")
SPOKEN = ("direct", "partial", "indirect")  # the kinds that have a speaker
NO_RULE = "none"
_OVERLAP = {True: 0.9, False: 0.5}  # a mark says where a quotation ends, a clause does not


def read_gold(paths: Iterable[Path] = GOLD) -> Iterator[dict[str, Any]]:
    """Read the paragraphs, with the characters of their quotations."""
    for path in paths:
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            entry["quotations"] = entry["quotations"] or []
            for quotation in entry["quotations"]:
                start = -1
                for _ in range(quotation.get("nth", 1)):
                    start = entry["text"].index(quotation["text"], start + 1)
                quotation |= {"start": start, "end": start + len(quotation["text"])}
            yield entry


def overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """Share of two spans in what they cover together."""
    both = min(one["end"], other["end"]) - max(one["start"], other["start"])
    return max(both, 0) / (max(one["end"], other["end"]) - min(one["start"], other["start"]))


def same_speaker(found: str | None, gold: str | None) -> bool:
    """Tell whether a speaker is the one expected; case, articles and initials do not count."""
    return _plain(found) == _plain(gold)


def _plain(name: str | None) -> list[str]:
    words = (name or "").casefold().replace("’", "'").split()
    words = words[words[:1] in (["the"], ["a"], ["an"]) :]
    return [word for word in words if len(word.strip(".")) > 1 or len(words) == 1]


def same_mention(found: str | None, gold: str | None) -> bool:
    """Tell whether the words that name the speaker share a word with those expected."""
    return bool(set(_plain(found)) & set(_plain(gold)))


@dataclass
class Score:
    """Quotations found, missed and wrongly found; of those found, what else is right."""

    found: int = 0
    missed: int = 0
    wrong: int = 0
    kind: int = 0
    mention: int = 0
    mentions: int = 0  # that the gold set has: it leaves them out where the speaker is inherited
    speaker: int = 0  # the right one, or rightly none
    errors: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of what was found that is in the gold set."""
        return self.found / max(self.found + self.wrong, 1)

    @property
    def recall(self) -> float:
        """Share of the gold set that was found."""
        return self.found / max(self.found + self.missed, 1)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.found / max(2 * self.found + self.wrong + self.missed, 1)

    @property
    def speaker_right(self) -> float:
        """Share of what was found whose speaker is right."""
        return self.speaker / max(self.found, 1)


def match(rows: list[dict[str, Any]], gold: Mapping[str, Any]) -> dict[str, Any] | None:
    """Find the row that is a quotation of the gold set, by its characters."""
    marked = gold["kind"] != "indirect"
    fitting = [
        row
        for row in rows
        if (row["kind"] != "indirect") == marked and overlap(row, gold) >= _OVERLAP[marked]
    ]
    return max(fitting, key=lambda row: overlap(row, gold), default=None)


def score() -> tuple[dict[str, Score], dict[str, Score]]:
    """Score all paragraphs, each as a corpus of its own: by kind, and by rule."""
    kinds = {kind: Score() for kind in KINDS}
    rules: dict[str, Score] = {}
    for entry in read_gold():
        table = quotations(fr.Corpus.from_texts([entry["text"]], language=entry["language"]))
        rows = table.astype(object).where(table.notna(), None).to_dict("records")
        for gold in entry["quotations"]:
            by_kind = kinds[gold["kind"]]
            row = match(rows, gold)
            if row is None:
                by_kind.missed += 1
                by_kind.errors.append(f"{entry['id']}: missed: {gold['text']}")
                continue
            rows.remove(row)
            named = same_speaker(row["speaker"], gold["speaker"])
            for result in (by_kind, rules.setdefault(row["rule"] or NO_RULE, Score())):
                result.found += 1
                result.kind += row["kind"] == gold["kind"]
                result.mention += same_mention(row["speaker_text"], gold["mention"])
                result.mentions += gold["mention"] is not None
                result.speaker += named
            if row["kind"] != gold["kind"]:
                by_kind.errors.append(f"{entry['id']}: is {row['kind']}: {gold['text']}")
            if gold["kind"] in SPOKEN and not named:
                by_kind.errors.append(
                    f"{entry['id']}: {row['speaker']} ({row['speaker_text']}, {row['rule']})"
                    f" is {gold['speaker']}: {gold['text']}"
                )
        for row in rows:
            kinds[row["kind"]].wrong += 1
            rules.setdefault(row["rule"] or NO_RULE, Score()).wrong += 1
            kinds[row["kind"]].errors.append(
                f"{entry['id']}: wrong ({row['speaker_text']}, {row['rule']}): {row['text']}"
            )
    return kinds, rules


def report(kinds: Mapping[str, Score], rules: Mapping[str, Score]) -> str:
    """Write both tables in Markdown."""
    lines = [
        "| kind | found | missed | wrong | precision | recall | kind right | mention overlaps"
        " | speaker right |",
        "|---" * 9 + "|",
    ]
    for name, one in kinds.items():
        cells = [name, one.found, one.missed, one.wrong, _share(one.found, one.found + one.wrong)]
        cells += [_share(one.found, one.found + one.missed), _share(one.kind, one.found)]
        cells += [_share(one.mention, one.mentions)]
        cells += [_share(one.speaker, one.found) if name in SPOKEN else ""]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    lines += [
        "",
        "| rule | rows | in the gold set | mention overlaps | speaker right | precision | recall |",
        "|---" * 7 + "|",
    ]
    of_all = sum(one.found + one.missed for one in kinds.values())
    for name, one in sorted(rules.items()):
        rows = one.found + one.wrong
        cells = [name, rows, one.found, _share(one.mention, one.mentions)]
        cells += [_share(one.speaker, one.found), _share(one.speaker, rows)]
        cells += [f"{one.speaker / of_all:.3f}"]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def _share(count: int, of: int) -> str:
    return f"{count / of:.2f}" if of else ""


if __name__ == "__main__":
    kinds, rules = score()
    lines = [report(kinds, rules)]
    if "--errors" in sys.argv:
        lines += ["", *(f"{kind}: {error}" for kind in kinds for error in kinds[kind].errors)]
    sys.stdout.write("\n".join(lines) + "\n")
