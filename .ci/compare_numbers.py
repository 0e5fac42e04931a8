"""Compare two folders of results: the same files, the same words, numbers equal to 9 digits.

Pictures are not compared, since their bytes may differ from one machine to another.
"""

import json
import math
import re
import sys
from itertools import zip_longest
from pathlib import Path

NUMBER = re.compile(r"(-?[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)")
EMBEDDED_PICTURE = re.compile(r"base64,[\w+/=]+")


def compare(old: Path, new: Path) -> list[str]:
    """Return one line for each file that is missing or differs."""
    old_names, new_names = (
        {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
        for folder in (old, new)
    )
    found = [f"{name}: no longer written" for name in sorted(old_names - new_names)]
    found += [f"{name}: new; commit it" for name in sorted(new_names - old_names)]
    for name in sorted(old_names & new_names):
        if name.suffix in {".csv", ".ipynb"}:
            difference = first_difference(words(old / name), words(new / name))
            found += [f"{name}: {difference}"] if difference else []
    return found


def words(path: Path) -> str:
    """Return the text of a table, or of a notebook without its pictures."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        notebook = json.loads(text)
        for cell in notebook["cells"]:
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                for kind in [kind for kind in data if kind.startswith("image/")]:
                    del data[kind]
        text = json.dumps(notebook, indent=1, ensure_ascii=False)
    return EMBEDDED_PICTURE.sub("", text)


def first_difference(old: str, new: str) -> str:
    """Return the first place where two texts differ, or nothing."""
    old_parts, new_parts = NUMBER.split(old), NUMBER.split(new)
    for index, (was, now) in enumerate(zip_longest(old_parts, new_parts, fillvalue="")):
        number = index % 2 == 1 and was and now
        if not (close(was, now) if number else was == now):
            before = "".join(old_parts[max(index - 3, 0) : index])[-40:]
            return f"{was[:40]!r} became {now[:40]!r} after {before!r}"
    return ""


def close(was: str, now: str) -> bool:
    """Tell whether two numbers agree; those rounded to 9 digits may differ by 1 in the last."""
    return math.isclose(float(was), float(now), rel_tol=1.1e-8, abs_tol=1.1e-9)


if __name__ == "__main__":
    sys.exit("\n".join(compare(Path(sys.argv[1]), Path(sys.argv[2]))) or None)
