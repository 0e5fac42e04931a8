"""The folder of a dataset's results: whose it is, and what was finished in it before."""

from __future__ import annotations

import json
import re

from framing.batches import ALWAYS, CHOICES, JOURNAL, Entry, as_json
from framing.display import quote
from framing.locations import LEFTOVER, Folder
from framing.tables import CorpusError

MANIFEST = "manifest.json"
FREQUENCY = "frequency.parquet"
CODEBOOK = "codebook.yaml"
_EARLIER = f"{JOURNAL}/earlier.json"  # the manifest of the run before, while this one runs
_OURS = re.compile(
    rf"(?:{'|'.join((*CHOICES, *ALWAYS))})/part-\d{{5,}}-\d{{5,}}-\d{{5,}}\.parquet"
    rf"|{JOURNAL}/[-\w]+\.json|{re.escape(MANIFEST)}|{re.escape(FREQUENCY)}|{re.escape(CODEBOOK)}"
)


def claim(folder: Folder, out: str) -> dict[str, Entry]:
    """Take a folder for the results, and give what is known of batches finished in it before."""
    names = folder.names()
    begun = any(name == MANIFEST or name.startswith(f"{JOURNAL}/") for name in names)
    for name in names:
        if not LEFTOVER.fullmatch(name) and not (begun and _OURS.fullmatch(name)):
            raise CorpusError(
                f"{out}: has other files, such as {quote(name)}; choose a new folder for the"
                " results, or one from a run before."
            )
    for name in names:
        if LEFTOVER.fullmatch(name):
            folder.remove(name)
    if MANIFEST in names:
        # So that no manifest stands beside results that it does not describe.
        folder.rename(MANIFEST, _EARLIER)
    elif _EARLIER not in names:
        folder.write(_EARLIER, as_json({"batches": []}))
    journal = [name for name in folder.names() if name.startswith(f"{JOURNAL}/")]
    known = {}
    for name in sorted(journal, key=lambda name: name != _EARLIER):
        for entry in _read_entries(folder.read(name) or b""):
            known[entry["batch"]] = entry
    return known


def _read_entries(data: bytes) -> list[Entry]:
    """Read a file of the journal; what is damaged is as if it were not there."""
    try:
        content = json.loads(data)
        entries = content.get("batches", [content])
        return [entry for entry in entries if {"batch", "key", "outputs"} <= entry.keys()]
    except (ValueError, TypeError, AttributeError):
        return []
