"""The grammar of patterns, line by line: what each finds and what it does not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.corpus import as_corpus
from framing.patterns import MOST_EXPANSIONS, Gap, PatternError, Word, parse_pattern
from framing.search import find_pattern

GRAMMAR = [
    # pattern, text it finds, span it takes
    ("peace", "Peace came.", "Peace"),
    ("peace", "the peace's end", "peace's"),
    ("peace", "the peace’s end", "peace’s"),
    ("peace", "a peace-loving people", "peace-loving"),
    ("negotiat*", "the negotiators met", "negotiators"),
    ("negotiat*", "they negotiate", "negotiate"),
    ("peace talks", "new peace talks began", "peace talks"),
    ("peace talks", "new peace-talks began", "peace-talks"),
    ("peace talks", "new peace talks-related calls", "peace talks-related"),
    ("de-escalat*", "to de-escalate", "de-escalate"),
    ("de-escalat*", "deescalation", "deescalation"),
    ("de-escalat*", "de escalating", "de escalating"),
    ("(stop|end) war", "to end war", "end war"),
    ("border(s)?", "two borders", "borders"),
    ("border(s)?", "a border", "border"),
    ("escalat(e|ed|ing)", "escalating", "escalating"),
    ("to (the)? table", "back to table", "to table"),
    ("to (the)? table", "back to the table", "to the table"),
    ("eas* _2_ tension*", "easing tensions", "easing tensions"),
    ("eas* _2_ tension*", "easing the recent tensions", "easing the recent tensions"),
    ("eas* _2_ tension*", "ease tension tension here", "ease tension tension"),
    ("=US", "the US said", "US"),
    ("=US", "the US's aim", "US's"),
    ("=US", "a US-led force", "US-led"),
    ("=Minsk talks", "the Minsk Talks", "Minsk Talks"),
    ("=Secur*", "the Security chief", "Security"),
    ("u.n. force*", "the U.N. forces", None),  # a full stop and a space is a clause mark
    ("u.s", "a U.S embassy", "U.S"),
    ("détente", "a de\u0301tente", "de\u0301tente"),
    ("straße", "die STRASSE", "STRASSE"),
    ("co-operat*", "they co‐operate", "co‐operate"),
    ("*security", "on cyber-security", "cyber-security"),
    ("*security", "on security", "security"),
    ("*operation", "a cooperation's end", "cooperation's"),
    ("neg*ion*", "the negotiations", "negotiations"),
    ("neg*ion*", "the neg-a-ble-ions", "neg-a-ble-ions"),
    ("defen?e", "the defense", "defense"),
    ("wom?n", "a woman-led firm", "woman-led"),
    ("talk(?)", "he talks", "talks"),
    ("=U(?)", "the UN said", "UN"),
    ("* talks", "long-awaited talks", "long-awaited talks"),
    ("* talks", "in Geneva's talks", "Geneva's talks"),
    ("the * of", "in the cost-free end of", None),
    ("the * of", "in the cost-free of", "the cost-free of"),
    ("peac* talks", "peace-deal talks", "peace-deal talks"),
    ("co-*ation", "a co operation", "co operation"),
    # pattern, text it does not find
    ("*security", "securities", None),
    ("defen?e", "defend defene defenssed", None),
    ("talk(?)", "talk talking", None),
    ("=U(?)", "un uN", None),
    ("a*a", "a", None),
    ("* talks", "Talks", None),
    ("* talks", "so, talks", None),
    ("peace", "peaceful peacekeepers", None),
    ("peace", "non-peace", None),
    ("negotiat*", "renegotiate", None),
    ("peace talks", "They want peace. Talks go on.", None),
    ("peace talks", '"peace" talks', None),
    ("peace talks", "peace, talks", None),
    ("peace talks", "peace – talks", None),
    ("peace talks", "peace and talks", None),
    ("peace talks", "peace\n\ntalks", None),
    ("peace talks", "peace-related talks", None),
    ("de-escalat*", "escalate", None),
    ("(stop|end) war", "end the war", None),
    ("border(s)?", "bordering", None),
    ("to (the)? table", "to a table", None),
    ("eas* _2_ tension*", "ease all the recent tensions", None),
    ("eas* _2_ tension*", "ease, they said, tensions", None),
    ("=US", "for us and Us", None),
    ("=Minsk talks", "minsk talks", None),
    ("=Secur*", "security SECURITY", None),
]


@pytest.mark.parametrize(("pattern", "text", "span"), GRAMMAR)
def test_grammar(pattern, text, span):
    tokens = as_corpus(text).tokens
    first, stop = find_pattern(tokens, pattern)
    found = [text[tokens.start[f] : tokens.end[s - 1]] for f, s in zip(first, stop, strict=True)]
    assert found == ([] if span is None else [span])


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("", "an empty pattern; write a word or remove it"),
        ("toge**ther", 'two stars in a row; use one "*"'),
        ("*", "`*` stands for any words; add one that has letters"),
        ("(?) (??)", "stands for any words"),
        ("a|b", 'a "|" outside brackets'),
        ("(a", 'opens a bracket that it does not close; add a ")"'),
        ("b)", 'closes a bracket that it does not open; remove the ")"'),
        ("word?", 'a "?" at the end of a word; write (s)? for what may be missing, or (?) for'),
        ("(word?)", 'a "?" at the end of a word'),
        ("(a|)", "an empty choice in brackets"),
        ("(a)?", "can be empty"),
        ("_2_ a", "_2_ without a word on each side"),
        ("a _2_ _2_ b", "_2_ without a word on each side"),
        ("a _99_ b", "lets 99 words stand between; use 1 to 9"),
        ("a_b", "an underscore in `a_b`"),
        ("a&b", "`&` in `a&b`, which is no part of a word"),
        ("a=b", 'a "=" inside `a=b`'),
        ("=", "which is no word"),
        ("(a|b)" * 14, "stands for more than 10,000 phrases"),
        ("-".join("a" * 15), "stands for more than 10,000 phrases"),
        ("(" * 30 + "a" + ")" * 30, "nests brackets more than 20 deep"),
    ],
)
def test_malformed_patterns_say_what_to_change(pattern, message):
    with pytest.raises(PatternError) as error:
        parse_pattern(pattern)
    assert message in str(error.value)


def test_expansion():
    assert parse_pattern("(=A|b) _3_ c*") == (
        (Word("A", exact_case=True), Gap(3), Word("c*")),
        (Word("b"), Gap(3), Word("c*")),
    )


@given(st.text(alphabet="ab()|?*_2=- .&é", max_size=30))
def test_any_text_is_parsed_or_refused(pattern):
    try:
        phrases = parse_pattern(pattern)
    except PatternError:
        return
    assert 1 <= len(phrases) <= MOST_EXPANSIONS
    assert all(isinstance(phrase[0], Word) for phrase in phrases)
    assert all(isinstance(phrase[-1], Word) for phrase in phrases)


# ------------------------------------------------------------------------------ plain expansion


def texts_of(tree):
    """All texts of a generated pattern: a list of words, each a text or (choices, optional)."""
    texts = [""]
    for item in tree:
        if isinstance(item, str):
            choices = [item]
        else:
            choices = [text for inner in item[0] for text in texts_of(inner)]
            if not item[1] and not all(map(str.strip, choices)):
                raise PatternError("an empty choice")
            choices = [""] * item[1] + choices
        texts = [left + right for left in texts for right in choices]
    return texts


def written(tree):
    return "".join(
        item
        if isinstance(item, str)
        else "(" + "|".join(map(written, item[0])) + ")" + "?" * item[1]
        for item in tree
    )


LETTERS = st.sampled_from(["a", "b ", " c", "d* ", " _2_ e", "f", " "])
TREES = st.recursive(
    st.lists(LETTERS, min_size=1, max_size=4),
    lambda inner: st.lists(
        LETTERS | st.tuples(st.lists(inner, min_size=1, max_size=3), st.booleans()),
        min_size=1,
        max_size=4,
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(TREES)
def test_a_pattern_stands_for_what_its_brackets_written_out_stand_for(tree):
    try:
        phrases = [phrase for text in texts_of(tree) for phrase in parse_pattern(text)]
    except PatternError:  # such as a gap at the beginning
        with pytest.raises(PatternError):
            parse_pattern(written(tree))
    else:
        assert parse_pattern(written(tree)) == tuple(dict.fromkeys(phrases))


def test_a_pattern_of_very_many_words_is_read():
    assert len(parse_pattern("a b " * 20_000)[0]) == 40_000
    assert parse_pattern("a" * 50_000 + "(b|c)?")[0][0].text == "a" * 50_000
