import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.decoding import decode
from framing.tables import CorpusError


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("Café\r\n".encode(), None),
        ("Café\r\n".encode("utf-8-sig"), None),
        ("Café\r\n".encode("utf-8-sig"), "utf-8"),
        ("Café\r\n".encode("cp1252"), "cp1252"),
        ("Café\r\n".encode("utf-16"), "utf-16"),
        ("\ufeffCafé\r\n".encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_decoding_keeps_line_ends_and_drops_the_mark(data, encoding):
    assert decode(data, encoding) == "Café\r\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            "Café".encode("cp1252"),
            "byte 3 (0xE9) is not UTF-8; it looks like cp1252: save it as UTF-8 or pass"
            ' encoding="cp1252"',
        ),
        (
            "Переговоры в Москве".encode("cp1251"),
            "byte 0 (0xCF) is not UTF-8; it looks like cp1251: save it as UTF-8 or pass"
            ' encoding="cp1251"',
        ),
        (
            "Talks".encode("utf-16"),
            "byte 0 (0xFF) is not UTF-8; it looks like utf-16: save it as UTF-8 or pass"
            ' encoding="utf-16"',
        ),
        (
            "Talks".encode("utf-16-le"),
            "byte 1 (0x00) is not text; it looks like utf-16-le: save it as UTF-8 or pass"
            ' encoding="utf-16-le"',
        ),
        (
            "Talks".encode("utf-16-be"),
            "byte 0 (0x00) is not text; it looks like utf-16-be: save it as UTF-8 or pass"
            ' encoding="utf-16-be"',
        ),
        (
            "Café au lait".encode() + b"\xe9",
            "byte 13 (0xE9) is not UTF-8; the text before is, so the file is damaged there:"
            " repair it",
        ),
        (
            b"\xff\x98\xff",
            "byte 0 (0xFF) is not UTF-8; save it as UTF-8 or pass encoding= with the name of its"
            " encoding",
        ),
        (
            b"a\x81b",
            "byte 1 (0x81) is not UTF-8; it looks like latin-1: save it as UTF-8 or pass"
            ' encoding="latin-1"',
        ),
    ],
)
def test_an_encoding_is_suggested_and_never_guessed(data, message):
    with pytest.raises(CorpusError) as error:
        decode(data)
    assert str(error.value) == message


def test_a_wrong_declared_encoding():
    with pytest.raises(CorpusError) as error:
        decode(b"Caf\xe9", "ascii")
    assert str(error.value) == (
        "byte 3 (0xE9) is not ASCII; leave encoding= out or pass the right one"
    )
    with pytest.raises(CorpusError, match='there is no encoding "utf-9"; common ones are utf-8'):
        decode(b"a", "utf-9")


def test_a_lone_surrogate_is_kept_for_the_log():
    assert decode(b"a\xed\xa0\x80b") == "a\ud800b"


@settings(deadline=None)
@given(st.text())
def test_decoding_undoes_utf8(text):
    data = text.encode()
    if data.count(0) * 4 <= len(data):
        assert decode(data) == text.removeprefix("\ufeff")
