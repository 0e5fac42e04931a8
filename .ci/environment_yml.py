"""Write environment.yml, for users of conda, from pyproject.toml; `make lock` runs this."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# conda-forge writes these two with an underscore.
CONDA_NAMES = {"jupyter-client": "jupyter_client", "jupyter-server": "jupyter_server"}

# Small text packages that conda-forge may get later than PyPI.
FROM_PIP = {"nltk", "textblob", "vaderSentiment"}

HEADER = """\
# Made from pyproject.toml by "make lock"; do not edit. For users of conda:
#     conda env create -f environment.yml && conda activate framing
# Not tried with conda itself, and its versions are not locked: the results that are shown were
# made with requirements.lock, which "make" installs.
"""


def environment_yml() -> str:
    """Return the text of environment.yml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = ["name: framing", "channels:", "  - conda-forge", "dependencies:"]
    lines += [f"  - python{project['requires-python']}", "  - pip"]
    from_pip = ["  - pip:"]
    for dependency in project["dependencies"]:
        name, floor = re.fullmatch(r"([\w-]+)(>=[\d.]+)", dependency).groups()
        if name in FROM_PIP:
            from_pip.append(f"      - {name}{floor}")
        else:
            lines.append(f"  - {CONDA_NAMES.get(name, name.lower())}{floor}")
    return HEADER + "\n".join([*lines, *from_pip, "      - -e .", ""])


if __name__ == "__main__":
    (ROOT / "environment.yml").write_text(environment_yml(), encoding="utf-8", newline="\n")
