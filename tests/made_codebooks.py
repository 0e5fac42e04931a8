"""Frames made of a few patterns."""

from framing import Frame, Pattern


def make_frames(patterns, **fields):
    """Make a frame of each name and its patterns; texts are plain patterns."""
    return tuple(
        Frame(name, tuple(p if isinstance(p, Pattern) else Pattern(p) for p in some), **fields)
        for name, some in patterns.items()
    )
