"""Bytes of a file become text: by a declared encoding or as UTF-8, never by a guess."""

from __future__ import annotations

import re

from framing.tables import CorpusError


def decode(
    data: bytes, encoding: str | None = None, *, before: int = 0, ascii_before: bool = True
) -> str:
    """Decode a file, by default as UTF-8 with or without byte order mark, and never by a guess.

    Parameters
    ----------
    data : bytes
        The file's bytes.
    encoding : str, optional
        The encoding declared by the user.
    before : int
        How many bytes of the file stand before these.
    ascii_before : bool
        Whether these are all ASCII, so that they fit most encodings.

    Returns
    -------
    str
        The text without byte order mark. Line ends stay as they are.

    Raises
    ------
    CorpusError
        With the position of the first byte that does not fit, and a likely encoding.

    Examples
    --------
    >>> decode("café".encode("cp1252"))
    Traceback (most recent call last):
    framing.tables.CorpusError: byte 3 (0xE9) is not UTF-8; it looks like cp1252: save it as UTF-8
    or pass encoding="cp1252"
    """
    name = encoding or "utf-8"
    try:
        text = data.decode(name, error_rule(name))
    except LookupError as error:
        raise CorpusError(
            f'there is no encoding "{encoding}"; common ones are utf-8, utf-16, cp1252, cp1251'
        ) from error
    except UnicodeDecodeError as error:
        position = error.start
        byte = f"byte {before + position} (0x{data[position]:02X}) is not {name.upper()}"
        if encoding:
            raise CorpusError(f"{byte}; leave encoding= out or pass the right one") from error
        raise CorpusError(f"{byte}; {_advice(data, position, ascii_before)}") from error
    except UnicodeError as error:  # such as a declared UTF-16 without byte order mark
        raise CorpusError(f"is not {name.upper()}: {error}") from error
    if encoding is None and data.count(0) * 4 > len(data):
        raise CorpusError(
            f"byte {data.index(0)} (0x00) is not text; {_advice(data, 0, ascii_before)}"
        )
    return text.removeprefix("\ufeff")


def error_rule(encoding: str) -> str:
    """Name the rule for bytes that do not fit: a lone surrogate damages only itself."""
    unicode = re.fullmatch(r"utf[-_]?(8([-_]sig)?|(16|32)([-_]?[lb]e)?)", encoding, re.IGNORECASE)
    return "surrogatepass" if unicode else "strict"


def _advice(data: bytes, position: int, ascii_before: bool) -> str:
    likely = _likely_encoding(data, position) if ascii_before else "utf-8"
    if likely == "utf-8":
        return "the text before is, so the file is damaged there: repair it"
    if likely is None:
        return "save it as UTF-8 or pass encoding= with the name of its encoding"
    return f'it looks like {likely}: save it as UTF-8 or pass encoding="{likely}"'


def _likely_encoding(data: bytes, position: int) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if data.count(0) * 4 > len(data):
        return "utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be"
    if not data[:position].isascii():
        return "utf-8"
    high = sum(byte >= 0xC0 for byte in data)
    low = len(re.findall(rb"[A-Za-z]", data))
    for likely in ("cp1251",) if high > low else ("cp1252", "latin-1"):
        try:
            data.decode(likely)
        except UnicodeDecodeError:
            continue
        return likely
    return None
