"""Codebook files: our own YAML, and the dictionaries of other programs, read and written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files as package_files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from framing.codebook import LEVELS, Codebook, Frame, Pattern, find_problems, merge_frames
from framing.codebook_yaml import CodebookRecord, is_codebook
from framing.decoding import decode
from framing.dictionary import Dictionary, DictionaryError, LeftOut
from framing.files import write_atomically
from framing.tables import CodebookError, CorpusError

if TYPE_CHECKING:
    from framing.exchange import Format

_YAML = (".yaml", ".yml")
LARGEST_FILE = 20_000_000  # bytes


def builtin_codebook(name: str) -> Codebook:
    """Load a codebook that comes with the toolkit.

    Parameters
    ----------
    name : str
        ``"diplomacy"``: de-escalation, security, unity and their counter-frames for any conflict
        between states; ``"ukraine-2022"``: the same with what belongs to the crisis of early 2022;
        ``"diplomacy-fr"``, ``"diplomacy-de"``: for French and German texts, experimental. How well
        the English ones find what they should is told in data cards beside them
        (``framing/codebooks/*.md``).

    Returns
    -------
    Codebook
        The codebook.

    Raises
    ------
    CodebookError
        If there is no codebook of this name; the message lists those there are.

    Examples
    --------
    >>> builtin_codebook("diplomacy")["unity"].counter_frame
    'division'
    """
    folder = package_files("framing") / "codebooks"
    names = sorted(
        entry.name.removesuffix(".yaml")
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml")
    )
    if name not in names:
        raise CodebookError(
            f'there is no built-in codebook "{name}"; there are {", ".join(names)}. A file of'
            f' your own is read with read_codebook("{name.removesuffix(".yaml")}.yaml")'
        )
    return read_codebook(Path(str(folder / f"{name}.yaml")))


def read_codebook(path: str | Path, *, encoding: str | None = None) -> Codebook:
    """Read a codebook, or a dictionary of another program, with every problem at once.

    Parameters
    ----------
    path : str or Path
        A file whose ending says what it is: a codebook as described in the README or a quanteda
        dictionary (``.yaml``, ``.yml``); LIWC (``.dic``), WordStat (``.cat``), Lexicoder
        (``.lc3``, ``.lcd``), Yoshikoder (``.ykd``), REFI-QDA codebooks of NVivo, MAXQDA, ATLAS.ti
        or QualCoder (``.qdc``), tables with a row per pattern (``.csv``, ``.tsv``, ``.xlsx``). A
        codebook that a file ``extends`` stands in the same folder or is a built-in one.
    encoding : str, optional
        Encoding of a text file that is not in UTF-8, such as ``"cp1252"``. It is never guessed.

    Returns
    -------
    Codebook
        The codebook, together with what it extends: lists are joined, patterns and examples of
        frames with the same name are appended, and a definition given here replaces the other. A
        dictionary of another program becomes a codebook whose frames have no definitions unless
        the file has them; a category inside another has its path as its name (``"economy >
        growth"``). What it held beyond that is listed in ``codebook.log``. Such a file names no
        language and is taken for English: ``dataclasses.replace(codebook, language="fr")``.

    Raises
    ------
    CodebookError
        If the file cannot be read; one line per problem, with file and line number.

    See Also
    --------
    write_codebook : the same formats, written.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending in _YAML:
        text = _decoded(path, _file_bytes(path), encoding)
        if is_codebook(text):
            return _read(path, text, ())

    from framing.exchange import FORMATS, QUANTEDA, YOSHIKODER  # all formats: slow to load

    if ending in _YAML:
        return _read_dictionary(path, QUANTEDA, text)
    data = _file_bytes(path)
    form = FORMATS.get(ending)
    if ending == ".cat" and data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        form = YOSHIKODER
    if form is None:
        raise CodebookError(f"{path.name}: {_unknown_ending(ending)}")
    return _read_dictionary(path, form, _decoded(path, data, encoding) if form.is_text else data)


def _unknown_ending(ending: str) -> str:
    from framing.exchange import FORMATS

    if ending == ".qdpx":
        return "a project of REFI-QDA is not read; export its codebook as .qdc"
    known = ", ".join((*_YAML, *FORMATS))
    return f'"{ending}" is no ending of a codebook file; known are {known}'


# ---------------------------------------------------------------------------- our own files


def _read(path: Path, text: str, extending: tuple[Path, ...]) -> Codebook:
    """Read one file; ``extending`` are the files that lead to it through ``extends``."""
    content = CodebookRecord(path.name, text)
    values = content.fields | {
        "frames": tuple(_frame(record) for record in content.fields["frames"])
    }
    if content.extends:
        chain = (*extending, path.resolve())
        base_path = _base_path(path, content, chain)
        if base_path is None:
            raise content.error()
        base_text = _decoded(base_path, _file_bytes(base_path), None)
        values = _merge(_read(base_path, base_text, chain), values)
    values |= {"counting": values["counting"] or "longest", "lemmas": bool(values["lemmas"])}
    content.problems += [(content.line(place), text) for place, text in find_problems(values)]
    if content.problems:
        raise content.error()
    return Codebook(**values)


def _frame(record: Mapping[str, Any]) -> Frame:
    patterns = tuple(Pattern(**pattern) for pattern in record["patterns"])
    return Frame(**{**record, "patterns": patterns})


def _base_path(path: Path, content: CodebookRecord, chain: tuple[Path, ...]) -> Path | None:
    """Find the file that a codebook extends: beside it, or among the built-in ones."""
    name = content.extends
    line = content.line(("extends",))
    if Path(name).name != name:
        content.problems.append(
            (line, f"extends `{name}` leads to another folder; put the file beside this one")
        )
        return None
    if not name.endswith((".yaml", ".yml")):
        name += ".yaml"
    builtin = Path(str(package_files("framing") / "codebooks")) / name
    base = next((p for p in (path.parent / name, builtin) if p.is_file()), None)
    if base is None:
        content.problems.append(
            (line, f"extends `{name}`, which is neither beside this file nor built in;"
             " check the name")
        )  # fmt: skip
        return None
    if base.resolve() in chain:
        content.problems.append(
            (line, f"extends `{name}`, which extends this file in turn; remove one of the two")
        )
        return None
    return base


def _merge(base: Codebook, fields: dict[str, Any]) -> dict[str, Any]:
    """Join the fields of a file with the codebook that it extends."""
    own = {frame.name: frame for frame in fields["frames"]}
    frames = []
    for frame in base.frames:
        extra = own.pop(frame.name, None)
        frames.append(merge_frames(frame, extra) if extra else frame)
    return fields | {
        "frames": (*frames, *own.values()),
        "anchors": _merge_lists(base.anchors, fields["anchors"]),
        "hard_masks": base.hard_masks + fields["hard_masks"],
        "soft_masks": base.soft_masks + fields["soft_masks"],
        "negation": fields["negation"] or base.negation,
        "description": fields["description"] or base.description,
        "counting": fields["counting"] or base.counting,
        "lemmas": base.lemmas if fields["lemmas"] is None else fields["lemmas"],
    }


def _merge_lists(
    base: Mapping[str, tuple[str, ...]], extra: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    return {name: base.get(name, ()) + extra.get(name, ()) for name in dict(base) | dict(extra)}


def _file_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise CodebookError(
                f"{path.name}: the file has {path.stat().st_size:,} bytes; a codebook may have"
                f" {LARGEST_FILE:,}"
            )
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise CodebookError(f"{path}: {reason}; check the path of the codebook file") from None


def _decoded(path: Path, data: bytes, encoding: str | None) -> str:
    try:
        text = decode(data, encoding)
    except CorpusError as error:
        match = re.match(r"byte (\d+)", str(error))
        line = data[: int(match.group(1))].count(b"\n") + 1 if match else 1
        raise CodebookError(f"{path.name}, line {line}: {error}") from None
    if half := re.search("[\ud800-\udfff]", text):
        line = text[: half.start()].count("\n") + 1
        code = f"U+{ord(half.group()):04X}"
        raise CodebookError(f"{path.name}, line {line}: {code} is half a character; remove it")
    return text


def _read_dictionary(path: Path, form: Format, content: str | bytes) -> Codebook:
    from framing.exchange import as_codebook_fields

    try:
        fields = as_codebook_fields(form.read(content), form, path.name)
        return Codebook(**fields | {"name": fields["name"] or path.stem})
    except DictionaryError as error:
        messages = [f"line {line}: {text}" for line, text in error.problems]
    except CodebookError as error:
        messages = str(error).split("\n")
    # what a message quotes from the file may hold anything
    lines = (f"{path.name}, {message}" for message in messages)
    raise CodebookError("\n".join(re.sub(r"[^ -~]", _visible, line) for line in lines))


def _visible(character: re.Match[str]) -> str:
    """Show a character that has no form of its own, such as a control code, by its number."""
    text = character.group()
    return text if text.isprintable() else ascii(text)[1:-1]


# ---------------------------------------------------------------------------- writing


def write_codebook(
    codebook: Codebook, path: str | Path, *, leave_out: bool = False
) -> pd.DataFrame:
    """Write a codebook to a file, in the format that the ending of its name says.

    A codebook in YAML holds everything, and `read_codebook` reads it back unchanged; what the
    codebook extends is written out, so that the file stands alone. Other formats hold less. What
    would be lost is told before anything is written.

    Parameters
    ----------
    codebook : Codebook
        The codebook.
    path : str or Path
        The file to write; an existing one is replaced at once or not at all. The ending is one of
        those that `read_codebook` reads; ``.yaml`` is our own form, ``.yml`` quanteda's.
    leave_out : bool
        Whether to write although the format cannot hold everything.

    Returns
    -------
    DataFrame
        What the file does not hold, one row each; no rows if nothing is missing:

        - frame (string): the frame concerned; NA for the codebook as a whole
        - text (string): the pattern or other part
        - reason (string): why it is not in the file, or how it differs there

    Raises
    ------
    CodebookError
        If the ending is unknown, or the format cannot hold everything and ``leave_out`` is false;
        the message lists what.

    Examples
    --------
    >>> import tempfile
    >>> mine = Codebook.from_patterns("mine", {"calm": ["peace*"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     missing = write_codebook(mine, f"{folder}/mine.yaml")
    ...     read_codebook(f"{folder}/mine.yaml") == mine, len(missing)
    (True, 0)
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending == ".yaml":
        write_atomically(path, _yaml_text(codebook).encode())
        return _missing_table([])

    from framing.exchange import FORMATS, QUANTEDA, as_dictionary

    form = QUANTEDA if ending == ".yml" else FORMATS.get(ending)
    if form is None:
        raise CodebookError(f"{path.name}: {_unknown_ending(ending)}")
    dictionary, missing = as_dictionary(codebook, form)
    try:
        content = form.write(dictionary)
        missing += _changed(dictionary, form.read(content))
    except DictionaryError as error:
        messages = (f"{path.name}: {text}" for _, text in error.problems)
        raise CodebookError("\n".join(messages)) from None
    if missing and not leave_out:
        shown = [f"{row.category or 'codebook'}: {row.text}: {row.reason}" for row in missing[:20]]
        more = [f"and {len(missing) - 20} more"] * (len(missing) > 20)
        raise CodebookError(
            f"{path.name}: the format of {form.name} cannot hold everything; pass leave_out=True to"
            " write what it can:\n" + "\n".join(shown + more)
        )
    try:
        data = content.encode() if isinstance(content, str) else content
    except UnicodeEncodeError as error:
        code = f"U+{ord(error.object[error.start]):04X}"
        raise CodebookError(f"{path.name}: {code} is half a character; remove it") from None
    write_atomically(path, data)
    return _missing_table(missing)


def _changed(written: Dictionary, read: Dictionary) -> Iterator[LeftOut]:
    """List the names and patterns that the file gives back otherwise."""
    kept = {category.path: category for category in read.categories}
    for category in written.categories:
        name = LEVELS.join(category.path)
        if category.path not in kept:
            reason = "the name is changed, as this format needs it"
            yield LeftOut(0, name, category.path[-1], reason)
            continue
        found = {(entry.text, entry.weight) for entry in kept[category.path].entries}
        for entry in category.entries:
            if (entry.text, entry.weight) not in found:
                yield LeftOut(0, name, entry.text, "this format cannot write it exactly")


def _missing_table(missing: list[LeftOut]) -> pd.DataFrame:
    rows = [(row.category or None, row.text, row.reason) for row in missing]
    return pd.DataFrame(rows, columns=["frame", "text", "reason"]).astype("string")


def _yaml_text(codebook: Codebook) -> str:
    import yaml

    return yaml.safe_dump(_as_written(codebook), sort_keys=False, allow_unicode=True, width=100)


def _as_written(codebook: Codebook) -> dict[str, Any]:
    """Return the content of the file, without what is empty or as if left out."""
    masks = {"hard": list(codebook.hard_masks), "soft": list(codebook.soft_masks)}
    return _filled({
        "name": codebook.name,
        "version": codebook.version,
        "language": codebook.language,
        "description": codebook.description,
        "counting": codebook.counting if codebook.counting != "longest" else "",
        "lemmas": codebook.lemmas or None,
        "anchors": {name: list(entries) for name, entries in codebook.anchors.items()},
        "masks": _filled(masks),
        "negation": {name: list(entries) for name, entries in (codebook.negation or {}).items()},
        "frames": [
            _filled({
                "name": frame.name,
                "counter_frame": frame.counter_frame,
                "definition": frame.definition,
                "include": list(frame.include),
                "exclude": list(frame.exclude),
                "patterns": [_pattern_as_written(pattern) for pattern in frame.patterns],
                "examples": list(frame.examples),
                "counter_examples": list(frame.counter_examples),
            })
            for frame in codebook.frames
        ],
    })  # fmt: skip


def _pattern_as_written(pattern: Pattern) -> str | dict[str, Any]:
    if pattern == Pattern(pattern.text):
        return pattern.text
    return _filled({
        "pattern": pattern.text,
        "anchor": pattern.anchor,
        "near": list(pattern.near),
        "not_near": list(pattern.not_near),
        "within": pattern.within,
        "order": pattern.order if pattern.order != "either" else "",
        "except": list(pattern.except_),
        "regex": pattern.regex or None,
        "weight": pattern.weight if pattern.weight != 1 else None,
        "review": pattern.review or None,
        "note": pattern.note,
    })  # fmt: skip


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}
