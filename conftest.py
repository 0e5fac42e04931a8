"""What holds for every test, and for the examples in the package."""

import socket
import sys

import pytest


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
    """Close what a test or an example has drawn: a figure that is left open meets the next one."""
    yield
    if plt := sys.modules.get("matplotlib.pyplot"):
        plt.close("all")
