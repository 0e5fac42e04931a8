"""One text scanned as one paragraph, with its words and sentences."""

from framing.marks import Block
from framing.tokens import scan


def scan_one(text):
    return scan([text], [[Block("body", 0, len(text))]])


def words(text):
    tokens = scan_one(text)
    return [text[s:e] for s, e in zip(tokens.start, tokens.end, strict=True)]


def sentences(text):
    tokens = scan_one(text)
    return [text[s:e] for s, e in zip(tokens.sentence_start, tokens.sentence_end, strict=True)]
