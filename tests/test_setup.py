"""The project around the code: environment, lock, layers, corpus, commands."""

import ast
import csv
import hashlib
import inspect
import json
import pickle
import re
import runpy
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import framing
from framing.__main__ import main

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "framing"

LAYERS = [
    {"chunk_kernels", "copies_kernels", "scan_kernels", "search_kernels"},
    {"acceleration", "dates", "dictionary", "files", "rows", "tables"} | {"words", "workers"},
    {"codebook_yaml", "decoding", "dictionary_tree", "display", "language", "locations", "marks"}
    | {"patterns", "spans", "uncertainty"},
    {"dictionary_lines", "gaps", "readers"},
    {"compiled_scan", "vocabulary"},
    {"canvas", "cases", "chunks", "codebook", "dictionary_tables", "dictionary_xml"}
    | {"dictionary_yaml", "layout", "lemmas", "speakers", "tokens", "validation"},
    {"article_figures", "cleaning", "comparison", "cooccurrence", "copies", "dictionary_excel"}
    | {"lexicon", "periods", "search", "textblob_scores", "token_store", "vader_scores"}
    | {"wordings"},
    {"exchange", "passages"},
    {
        "articles",
        "codebook_figures",
        "codebook_files",
        "comparison_figures",
        "cooccurrence_figures",
        "timeline_figures",
        "voice_figures",
    }
    | {"cue_places", "phrases", "quoted", "word_figures"},
    {"corpus", "cues", "datasets", "names", "transcripts"},
    {"language_detection", "people", "reported"},
    {"statements"},
    {"attribution"},
    {"voices"},
    {"parts", "speaker_list"},
    {"matching"},
    {"codebook_checks", "company", "concordance", "frames", "keywords", "sentiment"},
    {"classifier", "codebook_comparison", "codebook_lint", "coding", "reading", "sensitivity"}
    | {"suggestions", "word_statistics"},
    {"batches", "word_tests"},
    {"journal", "totals", "word_comparison"},
    {"report", "scale"},
    {"__main__"},
]
LAYER = {module: number for number, modules in enumerate(LAYERS) for module in modules}

SLOW = {"dask", "distributed", "matplotlib", "nbclient", "nltk", "numba", "openpyxl", "py3langid"}
SLOW |= {"scipy.stats", "simplemma", "sklearn", "textblob", "tqdm", "yaml"}


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def imported_modules(source):
    """List the modules of this package that a source text imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ("framing." * bool(node.level) + (node.module or "")).rstrip(".")
            # "from framing import x" may mean a module; what it takes from one does not matter.
            names = [f"framing.{alias.name}" for alias in node.names]
            names = names if base == "framing" else [base]
        else:
            continue
        for name in names:
            if name.startswith("framing.") and name != "framing.__version__":
                yield name.split(".")[1]
            elif name == "framing":
                yield "__init__"


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.stem)
def test_a_module_imports_only_from_lower_layers(path):
    if path.stem == "__init__":
        return
    assert path.stem in LAYER, f"give {path.stem} a layer in this test"
    for module in imported_modules(path.read_text(encoding="utf-8")):
        assert module in LAYER, f"{path.stem} imports {module}, which has no layer"
        assert LAYER[module] < LAYER[path.stem], f"{path.stem} imports {module}, not below it"


def test_imports_are_found_in_every_form():
    source = """
import framing.a
import framing, numpy
from framing import b, __version__
from framing.c import name
from . import d
def late():
    from .e import name
"""
    assert sorted(imported_modules(source)) == ["__init__", "a", "b", "c", "d", "e"]


def loaded_by(code):
    """Run code in a new process and list what is loaded then."""
    code += "\nimport sys; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_importing_framing_loads_none_of_its_modules_and_no_other_package():
    loaded = loaded_by("import framing; dir(framing)")
    assert {name for name in loaded if name.startswith("framing")} == {"framing"}
    assert not loaded & {"numpy", "pandas", "pyarrow", "difflib"}


def test_asking_for_all_names_loads_nothing_slow():
    assert not SLOW & loaded_by("from framing import *; score_frames")


def test_reading_and_counting_loads_only_what_it_uses():
    loaded = loaded_by(
        "import framing as fr\n"
        "fr.score_frames(fr.Corpus.from_texts(['Peace.']), fr.builtin_codebook('diplomacy'))"
    )
    unused = {
        "canvas",
        "dictionary_xml",
        "keywords",
        "reading",
        "sentiment",
        "voices",
        "word_tests",
    }
    assert not {f"framing.{module}" for module in unused} & loaded
    assert not (SLOW | {"xml.sax", "scipy"}) - {"yaml"} & loaded


def listed_for_type_checkers():
    """Read the names that the package's first file imports when types are checked."""
    tree = ast.parse(read("framing/__init__.py"))
    [block] = [node for node in tree.body if isinstance(node, ast.If)]
    return {
        alias.asname: node.module.removeprefix("framing.")
        for node in block.body
        for alias in node.names
        if alias.asname == alias.name
    }


def test_editors_and_programs_know_the_same_names():
    assert listed_for_type_checkers() == framing._MODULE_OF
    assert list(framing._MODULE_OF) == sorted(framing._MODULE_OF)
    assert dir(framing) == sorted(framing.__all__) == sorted(["__version__", *framing._MODULE_OF])


@pytest.mark.parametrize("name", framing._MODULE_OF)
def test_a_public_name_is_documented_and_defined_in_its_module(name):
    value = getattr(framing, name)
    assert inspect.getdoc(value)
    assert value.__module__ == f"framing.{framing._MODULE_OF[name]}"
    assert vars(framing)[name] is value, "it is loaded once"
    assert pickle.loads(pickle.dumps(value)) is value
    # Loading a module sets its name on the package, and would hide the function.
    assert not (PACKAGE / f"{name}.py").exists()


def test_a_star_takes_every_name():
    names = {}
    exec("from framing import *", names)
    assert set(framing.__all__) <= set(names)


def test_a_misspelt_name_is_met_with_those_that_come_close():
    with pytest.raises(AttributeError, match='"score_frame"; did you mean "score_frames"'):
        _ = framing.score_frame
    with pytest.raises(AttributeError, match=r'nothing called "xyz"$'):
        _ = framing.xyz
    assert not hasattr(framing, "np")


def test_environment_yml_is_the_one_made_from_pyproject():
    text = read("environment.yml")
    assert text == runpy.run_path(str(ROOT / ".ci" / "environment_yml.py"))["environment_yml"]()
    *from_conda, from_pip = yaml.safe_load(text)["dependencies"]
    assert "pandas>=3.0" in from_conda
    assert from_pip["pip"][-1] == "-e ."
    assert any(name.startswith("textblob") for name in from_pip["pip"])


def test_every_package_in_the_lock_has_a_version_and_hashes():
    lines = read("requirements.lock").replace("\\\n", "").splitlines()
    packages = [line for line in lines if line and not line.lstrip().startswith("#")]
    for line in packages:
        assert re.match(r"[a-z0-9.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line), line[:60]


def test_the_lock_names_no_address():
    lock = read("requirements.lock")
    assert not re.search(r"://|@|\.org|index|find-links", lock)
    assert not re.search(r"/(?:home|root|tmp|Users|work)\b", lock)


def test_the_lock_has_what_pyproject_asks_for_and_builds_with():
    locked = dict(re.findall(r"(?m)^([a-z0-9.-]+)==([\w.]+)", read("requirements.lock")))
    asked = tomllib.loads(read("pyproject.toml"))
    names = [*asked["project"]["dependencies"], *asked["build-system"]["requires"]]
    names += asked["project"]["optional-dependencies"]["dev"]
    assert {re.split("[<>=]", name)[0].lower() for name in names} <= set(locked)
    assert int(locked["setuptools"].split(".")[0]) >= 77


def test_one_version_everywhere():
    assert yaml.safe_load(read("CITATION.cff"))["version"] == framing.__version__
    assert f"\n## {framing.__version__} " in read("CHANGELOG.md")


def test_the_article_is_the_one_received():
    content = (ROOT / "corpus" / "macron_moscow_2022-02-10.txt").read_bytes()
    digest = "12c7c18c3e7b2ee76bff09b75ce6c683bcb97fff7164c5e1ff5493fad1bf7a92"
    assert hashlib.sha256(content).hexdigest() == digest
    assert digest in read("corpus/README.md")


def test_metadata_lists_files_that_exist():
    with (ROOT / "corpus" / "metadata.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert rows
    for row in rows:
        text = (ROOT / "corpus" / row["path"]).read_text(encoding="utf-8")
        assert text.startswith(row["title"])
        assert row["constructed"] in {"true", "false"}
        assert all(row.values())


TARGETS = set(re.findall(r"(?m)^([a-z-]+):", read("Makefile")))
DOCUMENTS = [path for path in sorted(ROOT.glob("*.md")) if path.is_file()] + [ROOT / ".ci" / "run"]


def test_the_makefile_has_the_promised_targets_and_explains_them():
    promised = {
        *("help", "reproduce", "test", "lint", "types", "lab", "fuzz", "simulations", "voices"),
        *("bench", "bench-large", "lock", "clean"),
    }
    assert promised == TARGETS == set(re.findall(r"(?m)^([a-z-]+):.*## ", read("Makefile")))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_in_documents_exist(document, capsys):
    text = document.read_text(encoding="utf-8")
    code = r"(?s)```.*?```|`[^`\n]+`" if document.suffix == ".md" else r"(?m)^[^#\n]+$"
    text = "\n".join(re.findall(code, text))
    for target in re.findall(r"\bmake ([a-z-]+)", text):
        assert target in TARGETS
    for command in re.findall(r"python3? -m framing ([a-z]+)", text):
        with pytest.raises(SystemExit, match=r"^0$"):
            main([command, "--help"])
    for command in re.findall(r"(?m)^framing ([a-z]+)", text):
        with pytest.raises(SystemExit, match=r"^0$"):
            main([command, "--help"])


@pytest.fixture
def compare():
    return runpy.run_path(str(ROOT / ".ci" / "compare_numbers.py"))["compare"]


def results(folder, csv_text, plain="1", picture="AAAA"):
    (folder / "tables").mkdir(parents=True)
    (folder / "tables" / "rates.csv").write_text(csv_text, encoding="utf-8")
    page = f"<img src=data:image/png;base64,{picture}>"
    data = {"image/png": picture, "text/plain": plain, "text/html": page}
    notebook = {"cells": [{"outputs": [{"data": data}]}]}
    (folder / "01_a.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return folder


def test_results_that_differ_beyond_9_digits_or_in_pictures_are_equal(compare, tmp_path):
    old = results(tmp_path / "old", "frame,rate\nunity,0.123456789\n", "1e-12", "AAAA")
    new = results(tmp_path / "new", "frame,rate\nunity,0.12345679\n", "0.0", "BBBB")
    assert compare(old, new) == []


@pytest.mark.parametrize("changed", ["unity,0.5", "unity,", "utility,0.12346", "unity,0.12346,1"])
def test_results_that_differ_are_named(changed, compare, tmp_path):
    old = results(tmp_path / "old", "unity,0.12346")
    new = results(tmp_path / "new", changed)
    [line] = compare(old, new)
    assert line.startswith(str(Path("tables", "rates.csv")))


def test_results_that_are_missing_or_new_are_named(compare, tmp_path):
    old, new = results(tmp_path / "old", "1"), results(tmp_path / "new", "1")
    (old / "tables" / "gone.csv").touch()
    (new / "tables" / "come.csv").touch()
    gone, come = Path("tables", "gone.csv"), Path("tables", "come.csv")
    assert compare(old, new) == [f"{gone}: no longer written", f"{come}: new; commit it"]


def test_tests_cannot_reach_the_network():
    with socket.socket() as connection, pytest.raises(pytest.fail.Exception, match="tried"):
        connection.connect(("127.0.0.1", 9))
