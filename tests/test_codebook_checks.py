"""Codebooks against their own examples."""

from framing import Codebook, Frame, Pattern, check_codebook


def test_examples_must_match_and_counter_examples_may_not():
    calm = Frame(
        "calm",
        (Pattern("peace"), Pattern("truce")),
        examples=("Peace came.",),
        counter_examples=("A peace pipe.",),
    )
    table = check_codebook(Codebook("mine", (calm,)))
    assert table[["check", "text", "passed"]].values.tolist() == [
        ["example", "Peace came.", True],
        ["counter-example", "A peace pipe.", False],
        ["pattern", "truce", False],
    ]
