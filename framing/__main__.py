"""The command line: ``python -m framing COMMAND``, or ``framing COMMAND``."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from framing import __version__
from framing.display import plural

if TYPE_CHECKING:
    import pandas as pd

    from framing.codebook import Codebook
    from framing.corpus import Corpus

_STDOUT = "-"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and say how it went.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command and its options; by default those the program was started with.

    Returns
    -------
    int
        The exit code: 0 for done, 1 for a problem that the message explains, 130 for a program
        that was interrupted. (Misspelt commands and options end the program with 2.)
    """
    options = _parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = lambda message, *_, **__: _say(message)
            problem: bool | None = options.run(options)
    except BrokenPipeError:
        # Who reads has seen enough. What is still to be written goes nowhere, without an error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        ours = type(error).__module__.startswith("framing.")
        if not ours and not isinstance(error, (ValueError, OSError, ImportError)):
            raise  # a fault of the program, whose traceback helps to mend it
        _say(error, *getattr(error, "__notes__", ()))
        return 1
    except KeyboardInterrupt:
        _say("stopped")
        return 130  # what shells expect of an interrupted program
    return int(bool(problem))


def _say(*lines: object) -> None:
    """Write a message beside the data."""
    print(f"framing: {lines[0]}", *lines[1:], sep="\n", file=sys.stderr, flush=True)


# ---------------------------------------------------------------------------- the options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="framing",
        description="Analyse how news media frame events.",
        epilog="Exit codes: 0 done, 1 a problem that the message explains, 2 a misspelt command.",
    )
    parser.add_argument("--version", action="version", version=f"framing {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    for add in (_add_score, _add_sentiment, _add_keyness, _add_check, _add_convert, _add_reproduce):
        add(commands)
    return parser


def _command(
    commands: Any, run: Callable[[argparse.Namespace], object], text: str, example: str
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        run.__name__.removeprefix("_"),
        help=text,
        description=f"{text[0].upper()}{text[1:]}.",
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run, misuse=command.error)
    return command


def _add_score(commands: Any) -> None:
    text = "count the mentions of every frame in every article, or in parts of the articles"
    example = "framing score corpus --codebook ukraine-2022 --by voice --out scores.csv"
    parser = _command(commands, _score, text, example)
    _add_corpus(parser)
    text = "a built-in codebook, or a file"
    parser.add_argument("--codebook", required=True, metavar="NAME|FILE", help=text)
    text = "block, quoted, sentence, voice, speaker, or a column to be kept; may be repeated"
    parser.add_argument("--by", action="append", metavar="PART", help=text)
    text = "write the mentions that are counted as well, a row for each"
    parser.add_argument("--matches", metavar="FILE", help=text)
    _add_out(parser, " A name that ends in / is a folder: the corpus is then scored in batches.")
    text = "with a folder: scores, matches, sentiment, ...; may be repeated (default: scores)"
    parser.add_argument("--tables", action="append", metavar="TABLE", help=text)
    text = "with a folder: how many processes work at once"
    parser.add_argument("--processes", type=int, metavar="N", help=text)


def _add_sentiment(commands: Any) -> None:
    text = "score how positive or negative the sentences of each article sound"
    example = "framing sentiment corpus --where constructed=false --by block"
    parser = _command(commands, _sentiment, text, example)
    _add_corpus(parser)
    units = ("article", "block", "voice", "speaker", "sentence")
    parser.add_argument("--by", choices=units, default="article", help="what a row is")
    _add_out(parser)


def _add_keyness(commands: Any) -> None:
    text = "find the words that are typical of some articles, the target, against the others"
    example = 'framing keyness corpus --where constructed=true --by source --target "Osmark Herald"'
    parser = _command(commands, _keyness, text, example)
    _add_corpus(parser)
    text = "column that divides the articles"
    parser.add_argument("--by", required=True, metavar="COLUMN", help=text)
    text = "value of that column; may be repeated"
    parser.add_argument("--target", required=True, action="append", metavar="VALUE", help=text)
    text = "value to compare with, may be repeated (default: all others)"
    parser.add_argument("--reference", action="append", metavar="VALUE", help=text)
    text = "words to leave out (default: en)"
    parser.add_argument("--stop-words", default="en", metavar="LANGUAGE|none", help=text)
    numbers = parser.add_argument_group("numbers, which are otherwise those of framing.keyness")
    for name, (kind, text) in _KEYNESS.items():
        option = f"--{name.replace('_', '-')}"
        numbers.add_argument(option, type=kind, metavar="N", help=text, default=argparse.SUPPRESS)
    _add_out(parser)


_KEYNESS: dict[str, tuple[Callable[[str], float], str]] = {
    "min_articles": (int, "test only words that at least so many articles use"),
    "permutations": (int, "random relabellings"),
    "level": (float, "level of the intervals, between 0 and 1"),
    "seed": (int, "seed for the random relabellings"),
}


def _add_check(commands: Any) -> None:
    text = "test codebooks against their own examples, and list what needs a look in them"
    parser = _command(commands, _check, text, "framing check diplomacy-fr")
    text = "a built-in codebook, or a file"
    parser.add_argument("codebooks", nargs="+", metavar="NAME|FILE", help=text)
    parser.add_argument("--encoding", help="encoding of text files that are not in UTF-8")


def _add_convert(commands: Any) -> None:
    text = "write a codebook in the format of another program, or read one of another program"
    parser = _command(
        commands, _convert, text, "framing convert diplomacy diplomacy.dic --leave-out"
    )
    parser.add_argument("codebook", metavar="FROM", help="a built-in codebook, or a file")
    parser.add_argument("path", metavar="TO", help="the file to write; its ending is the format")
    parser.add_argument("--encoding", help="encoding of a text file that is not in UTF-8")
    text = "write although the format cannot hold everything"
    parser.add_argument("--leave-out", action="store_true", help=text)


def _add_reproduce(commands: Any) -> None:
    text = "execute the notebooks in place and write figures, tables and the manifest"
    parser = _command(commands, _reproduce, text, "framing reproduce --notebooks notebooks")
    text = "folder with the notebooks (default: %(default)s)"
    parser.add_argument("--notebooks", metavar="DIR", default="notebooks", help=text)


def _add_corpus(parser: argparse.ArgumentParser) -> None:
    text = "a folder, a .txt file, or a .csv, .tsv, .xlsx, .jsonl or .parquet table"
    parser.add_argument("corpus", metavar="CORPUS", help=text)
    pairs: dict[str, Any] = {"type": _pair, "action": "append", "default": []}
    text = "what a column is called in the file, as in text=body; may be repeated"
    parser.add_argument("--column", metavar="OURS=THEIRS", help=text, **pairs)
    parser.add_argument("--encoding", help="encoding of text files that are not in UTF-8")
    parser.add_argument("--language", default="en", metavar="CODE", help="(default: en)")
    text = "quotation marks of a .csv or .tsv file are plain text"
    parser.add_argument("--no-quoting", dest="quoting", action="store_false", help=text)
    text = "only articles with this value; may be repeated, for one column with other values"
    parser.add_argument("--where", metavar="COLUMN=VALUE", help=text, **pairs)
    text = "keep the scanned corpus there, texts in clear, to open it in a moment next time"
    parser.add_argument("--store", metavar="FOLDER", help=text)
    text = "write what was skipped, changed or not understood (.csv or .parquet)"
    parser.add_argument("--log", metavar="FILE", help=text)


def _add_out(parser: argparse.ArgumentParser, more: str = "") -> None:
    text = f"a .csv or .parquet file; - is CSV to the screen or the next program (default).{more}"
    parser.add_argument("--out", metavar="FILE", default=_STDOUT, help=text)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign):
        raise argparse.ArgumentTypeError(f'"{text}" has no "="; write it like name=value')
    return name, value


# ---------------------------------------------------------------------------- the commands


def _score(options: argparse.Namespace) -> bool:
    if _is_folder(options.out):
        return _score_in_batches(options)
    for name in ("processes", "tables"):
        if getattr(options, name) is not None:
            options.misuse(f"--{name} is for a folder: end the name of --out in /")

    from framing.frames import score_frames
    from framing.matching import find_matches

    _check_endings(options, "out", "matches", "log")
    codebook = _codebook(options.codebook)
    corpus = _corpus(options)
    voices = bool({"voice", "speaker"} & set(options.by or ()))
    matches = find_matches(corpus, codebook, voices=voices)
    scores = score_frames(corpus, codebook, by=options.by, matches=matches)
    if options.matches:
        _write(matches, options.matches)
    _write(scores, options.out)
    if len(corpus) == 1:
        _say("one article describes a case and carries no claim beyond it")
    return False


def _score_in_batches(options: argparse.Namespace) -> bool:
    """Score a corpus of any size into a folder; True if a batch could not be done."""
    for name in ("matches", "where", "store", "log"):
        if getattr(options, name):
            options.misuse(f"--{name} is not for a folder: its batches are never read at once")

    from framing.scale import score_dataset

    batches = score_dataset(
        options.corpus,
        _codebook(options.codebook),
        options.out,
        tables=tuple(options.tables or ("scores",)),
        by=options.by,
        columns=dict(options.column) or None,
        encoding=options.encoding,
        language=options.language,
        quoting=options.quoting,
        processes=1 if options.processes is None else options.processes,
    )
    is_done = batches["status"] == "done"
    for path, reason in zip(batches["path"][~is_done], batches["reason"][~is_done], strict=True):
        _say(f"{path}: {reason}")
    for caution in batches["caution"].unique():
        _say(caution)
    _say(f"{is_done.sum():,} of {len(batches):,} batches are in {options.out}")
    return bool((batches["status"] == "failed").any())


def _sentiment(options: argparse.Namespace) -> None:
    from framing.sentiment import score_sentiment

    _check_endings(options, "out", "log")
    corpus = _corpus(options)
    _write(score_sentiment(corpus, by=options.by), options.out)


def _keyness(options: argparse.Namespace) -> None:
    from framing.word_comparison import keyness

    _check_endings(options, "out", "log")
    table = keyness(
        _corpus(options),
        options.reference,
        by=options.by,
        target=options.target,
        stop_words=None if options.stop_words == "none" else options.stop_words,
        **{name: getattr(options, name) for name in _KEYNESS if hasattr(options, name)},
    )
    _write(table, options.out)


def _check(options: argparse.Namespace) -> bool:
    from framing.tables import CodebookError

    failed = False
    for name in options.codebooks:
        try:
            codebook = _codebook(name, options.encoding)
        except CodebookError as error:
            _say(error)
            failed = True
        else:
            failed |= _check_one(codebook, name, options.encoding)
    return failed


def _check_one(codebook: Codebook, name: str, encoding: str | None) -> bool:
    """Say what is wrong or needs a look in a codebook, and where; True if an example fails."""
    from framing.codebook_checks import check_codebook
    from framing.codebook_lint import lint_codebook

    line_of = _lines(name, encoding)
    checks = check_codebook(codebook)
    examples = checks[checks["check"] != "pattern"]  # the list below has the patterns
    wrong = examples[~examples["passed"]].to_dict("records")
    for row in wrong:
        key = row["check"].replace("-", "_") + "s"
        where = line_of(("frame", row["frame"], key, row["text"]))
        said = f'{row["check"]} "{row["text"]}": {row["reason"]}'
        _say(f'{where}: frame "{row["frame"]}", {said}')
    columns = ["frame", "pattern", "kind", "detail"]
    findings = lint_codebook(codebook)[columns].fillna("").to_dict("records")
    for row in findings:
        place = "pattern" if row["pattern"] else "frame", row["frame"], row["pattern"]
        about = [f'frame "{row["frame"]}"'] if row["frame"] else []
        about += [f"`{row['pattern']}`"] if row["pattern"] else []
        _say(f"{line_of(place)}: warning: {', '.join(about)}: {row['kind']}: {row['detail']}")
    passed = f"{len(examples) - len(wrong):,} of {plural(len(examples), 'example')} as they should"
    _say(f"{name}: {passed} be, {plural(len(findings), 'warning')}")
    return bool(wrong)


def _convert(options: argparse.Namespace) -> None:
    from framing.codebook_files import write_codebook
    from framing.tables import CodebookError

    codebook = _codebook(options.codebook, options.encoding)
    for _, *parts in codebook.left_out:
        _say(f"not read: {_joined(*parts)}")
    try:
        missing = write_codebook(codebook, options.path, leave_out=options.leave_out)
    except CodebookError as error:
        raise CodebookError(str(error).replace("pass leave_out=True", "add --leave-out")) from None
    for row in missing.fillna("").to_numpy():
        _say(f"not written: {_joined(*row)}")
    _say(f"wrote {options.path}, {plural(len(missing), 'part')} left out")


def _joined(*parts: str) -> str:
    return ": ".join(filter(None, parts))


def _reproduce(options: argparse.Namespace) -> None:
    from framing import report

    notebooks = report.reproduce(
        options.notebooks, on_start=lambda path: print(f"executing {path}", flush=True)
    )
    if notebooks:
        print(f"executed {len(notebooks)} and wrote {options.notebooks}/manifest.json")
    else:
        print(f"no notebooks named like 01_find_frames.ipynb in {options.notebooks}: nothing to do")


# ---------------------------------------------------------------------------- what they share


def _codebook(name: str, encoding: str | None = None) -> Codebook:
    """Load a built-in codebook, or read a file, which has an ending."""
    from framing.codebook_files import builtin_codebook, read_codebook

    return read_codebook(name, encoding=encoding) if _is_file(name) else builtin_codebook(name)


def _is_file(name: str) -> bool:
    return bool(Path(name).suffix) or Path(name).name != name


def _lines(name: str, encoding: str | None) -> Callable[[tuple[str, ...]], str]:
    """Return what tells the file and line of a part of a codebook, where it has lines."""
    from framing.codebook_yaml import CodebookRecord, is_codebook
    from framing.decoding import decode

    path = Path(name) if _is_file(name) else Path(__file__).parent / "codebooks" / f"{name}.yaml"
    if path.suffix.lower() in (".yaml", ".yml"):
        text = decode(path.read_bytes(), encoding)
        if is_codebook(text):
            record = CodebookRecord(path.name, text)
            return lambda place: f"{path.name}, line {record.line(place)}"
    return lambda _: path.name


def _corpus(options: argparse.Namespace) -> Corpus:
    """Read the corpus, choose its articles, and say what was read."""
    from framing.corpus import read_corpus

    corpus = read_corpus(
        options.corpus,
        columns=dict(options.column) or None,
        encoding=options.encoding,
        language=options.language,
        quoting=options.quoting,
        store=options.store,
    )
    skipped = int((corpus.log["step"] == "skipped").sum())
    said = [f"{plural(len(corpus), 'article')} read"]
    if skipped:
        said.append(f"{skipped:,} skipped")
    if others := len(corpus.log) - skipped:
        said.append(plural(others, "note"))
    if options.log:
        _write(corpus.log, options.log)
    _say(", ".join(said) + (f": see {options.log or '--log FILE'}" if len(corpus.log) else ""))
    if options.where:
        corpus = corpus.where(**dict(_conditions(corpus, options.where)))
        _say(f"{plural(len(corpus), 'article')} chosen")
    return corpus


def _conditions(corpus: Corpus, pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[str, Any]]:
    """Group the values by column; a flag is written true or false."""
    flags = {"true": True, "false": False}
    articles = corpus.articles
    for column in dict(pairs):
        values: list[Any] = [value for name, value in pairs if name == column]
        if column in articles and articles[column].dtype == bool:
            values = [flags.get(value.lower(), value) for value in values]
        yield column, values


def _is_folder(out: str) -> bool:
    return out.endswith(("/", os.sep)) or Path(out).is_dir()


def _check_endings(options: argparse.Namespace, *names: str) -> None:
    """End the program before the work if what it is for could not be written, or destroys it."""
    taken = {os.path.realpath(options.corpus): "the corpus"}
    for name in names:
        path = getattr(options, name)
        if path and path != _STDOUT and Path(path).suffix.lower() not in (".csv", ".parquet"):
            options.misuse(f'--{name} "{path}": end the name in .csv or .parquet')
        if path:
            place = path if path == _STDOUT else os.path.realpath(path)
            if place in taken:
                options.misuse(f'--{name} "{path}" is {taken[place]}: choose another file')
            taken[place] = f"that of --{name}"


def _write(table: pd.DataFrame, path: str) -> None:
    """Write a table to a file, whole or not at all, or as CSV to the standard output."""
    from framing.files import as_csv, save_table, write_atomically

    if path == _STDOUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(as_csv(table))  # UTF-8, whatever the screen is set to
        sys.stdout.buffer.flush()
    elif path.lower().endswith(".parquet"):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, table.to_parquet(index=False))
    else:
        save_table(table, path)
    if "caution" in table and (cautions := int((table["caution"].fillna("") != "").sum())):
        _say(f"{cautions:,} of {plural(len(table), 'row')} with a caution: see the column caution")


if __name__ == "__main__":
    sys.exit(main())
