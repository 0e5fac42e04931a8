"""The same tables from every process, whatever its hash seed."""

import json
import os
import subprocess
import sys

from test_suggestions import invented
from test_word_comparison import many_texts
from voices_gold import read_gold

SCRIPT = """
import json, sys
import framing as fr

given = json.load(sys.stdin)
calm = fr.Codebook.from_patterns("c", {"calm": ["peace"], "alarm": ["alarm*"]})
words = ["peace", "alarm", "news", "today"]
texts = [" ".join(words[(k * j) % 4] for j in range(k + 9)) for k in range(18)]
corpus = fr.Corpus.from_texts(texts, source=list("ABC") * 6)
scores = fr.score_frames(corpus, calm)
few = ["Peace or war or peace talks.", "War talks, talks."]
outlets = fr.Corpus.from_texts(given["text"], source=given["source"])
truce = fr.Codebook.from_patterns("mine", {"calm": ["truce"]})
gold = fr.Corpus.from_texts(given["gold"])
tables = {
    "compare_groups": fr.compare_groups(scores, permutations=199),
    "frame_rates": fr.frame_rates(scores),
    "dispersion": fr.dispersion(few, min_count=1),
    "collocations": fr.collocations(few, "talks"),
    "keyness": fr.keyness(outlets, by="source", target="Herald", permutations=99),
    "suggest_patterns": fr.suggest_patterns(given["invented"], truce, "calm"),
    "quotations": fr.quotations(gold),
    "find_voices": fr.find_voices(gold),
}
json.dump({name: table.to_csv() for name, table in tables.items()}, sys.stdout)
"""


def test_tables_do_not_depend_on_hash_seeds():
    outlets = many_texts()
    given = {
        "text": outlets["text"].tolist(),
        "source": outlets["source"].tolist(),
        "invented": invented(),
        "gold": [entry["text"] for entry in read_gold()],
    }
    # A process takes a second or two to start, so all tables come from the same two.
    first, second = (
        json.loads(
            subprocess.run(
                [sys.executable, "-c", SCRIPT],
                input=json.dumps(given).encode(),
                env={**os.environ, "PYTHONHASHSEED": seed},
                capture_output=True,
                check=True,
            ).stdout
        )
        for seed in ("1", "2")
    )
    assert [name for name, table in first.items() if second[name] != table] == []
    assert min(table.count("\n") for table in first.values()) > 2
    assert "ceasefire" in first["suggest_patterns"]
