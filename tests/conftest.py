import socket
import sys

import numpy as np
import pandas as pd
import pytest

from framing import Corpus, canvas, save_figure, voices
from framing.tables import VOICES

# Two seconds to load, for a form of addresses that no notebook here has.
sys.modules.setdefault("rfc3987_syntax", None)


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Fail whatever opens a network connection; the Unix sockets of this machine stay usable."""

    def local_only(connect):
        def guarded(self, address):
            if self.family != getattr(socket, "AF_UNIX", None):
                # Not an OSError: code that shrugs off a missing network must not hide it.
                pytest.fail(f"a test tried to reach {address}")
            return connect(self, address)

        return guarded

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, local_only(getattr(socket.socket, name)))


@pytest.fixture(autouse=True)
def close_figures():
    yield
    if plt := sys.modules.get("matplotlib.pyplot"):
        plt.close("all")


@pytest.fixture
def save_svg(monkeypatch, tmp_path):
    """Save a figure as SVG only: it has every line and letter, and takes a third of the time."""
    every = canvas._metadata

    def save(axes):
        with monkeypatch.context() as patch:
            patch.setattr(canvas, "_metadata", lambda alt: {"svg": every(alt)["svg"]})
            [path] = save_figure(axes, tmp_path / "only").paths
        return path.read_bytes()

    return save


@pytest.fixture
def spoken():
    """Build a corpus with given voices, so that a test does not depend on how they are found.

    An article is a list of pieces: text, voice, and for a speaker name and certainty.
    """

    def build(*articles, **columns):
        texts = ["".join(piece[0] for piece in pieces) for pieces in articles]
        corpus = Corpus.from_texts(texts, **columns)
        assert corpus.texts == texts
        tokens = corpus.tokens
        names = sorted({p[2] for pieces in articles for p in pieces if len(p) > 2})
        found = [], [], []
        for token in range(len(tokens)):
            pieces = iter(articles[tokens.article[token]])
            end = 0
            while end <= tokens.start[token]:
                text, voice, *said = next(pieces)
                end += len(text)
            name, certainty = said or (None, np.nan)
            values = VOICES.index(voice), names.index(name) if said else -1, certainty
            for column, value in zip(found, values, strict=True):
                column.append(value)
        made = voices.Voices(tokens, texts, corpus.articles, None)
        vars(made).update(  # what would be found when it is asked for
            voice=np.array(found[0], np.int8),
            speaker=np.array(found[1], np.int32),
            certainty=np.array(found[2], float),
            start=tokens.start,
            end=tokens.end,
            speakers=names,
            speaker_ids=[name.casefold() for name in names],
            quotations=pd.DataFrame(),
        )
        voices._FOUND[corpus] = made
        return corpus

    return build


@pytest.fixture
def two_articles(spoken):
    """Build two short articles with every voice in them, for counting by hand."""
    return spoken(
        [
            ("Envoys of peace\n\n", "headline"),
            ("The minister said: ", "journalist"),
            ("“No peace, no truce.”", "quoted", "Anna Berg", 0.9),
            (" They left in alarm. ", "journalist"),
            ("Peace was near", "indirect", "Ivo Kern", 0.5),
            (", he said.", "journalist"),
        ],
        [
            ("Peace, ", "journalist"),
            ("truce or alarm", "quoted", "Anna Berg", 0.9),
            (" and ", "journalist"),
            ("peace", "quoted"),
            (".", "journalist"),
        ],
        source=["Courier", "Herald"],
    )
