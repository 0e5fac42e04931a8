from hypothesis import given, settings
from hypothesis import strategies as st

from framing.cleaning import CONTROL, find_controls, find_repeats, plain
from framing.layout import find_blocks
from framing.tables import BLOCKS
from framing.tokens import scan

LONG = "The talks between the two leaders lasted for more than five hours."


def set_aside(text, title=None):
    tokens = scan([text], [find_blocks(text, title)])
    aside, repeats = find_repeats(tokens)
    assert [repeat.sentence for repeat in repeats] == list(aside.nonzero()[0])

    def sentence(number):
        return text[tokens.sentence_start[number] : tokens.sentence_end[number]]

    return [(sentence(repeat.sentence), repeat.first) for repeat in repeats]


def test_the_first_copy_stays():
    text = f"Title\n{LONG} Thank you.\n{LONG.upper()} So it was. Thank you."
    assert set_aside(text) == [(LONG.upper(), 1)]


def test_punctuation_does_not_matter_and_words_do():
    text = f"{LONG}\n“{LONG[:-1]}!”\n{LONG.replace('five', 'six')}"
    assert set_aside(text) == [(f"“{LONG[:-1]}!”", 0)]


def test_a_repeated_paragraph_goes_as_a_whole():
    paragraph = "Thank you. We have had long and useful talks."
    text = f"{paragraph}\nSomething else.\n{paragraph}"
    assert set_aside(text) == [("Thank you.", 0), ("We have had long and useful talks.", 1)]
    assert set_aside("Thank you.\nThank you.") == []


def test_a_paragraph_with_the_words_of_the_title_goes():
    assert set_aside(f"No deal\n“No deal!”\n{LONG}\nThank you.") == [("“No deal!”", 0)]
    assert set_aside("2022-02-10\nNo deal\n\nNo deal.") == [("No deal.", 1)]


def test_a_credit_goes_with_its_caption():
    caption = "Putin, right, listens during a conference. (AP Photo)"
    text = f"Title\n{caption}\n{caption}\n{LONG} (AP Photo)\nPhoto: AFP\nPhoto: AFP"
    assert set_aside(text) == [("Putin, right, listens during a conference.", 1), ("(AP Photo)", 4)]
    two = "Putin, right, listens. Macron, left, talks about peace. (AP)"
    assert [words for words, _ in set_aside(f"Title\n{two}\n{two}\n{LONG}")] == [
        "Putin, right, listens.",
        "Macron, left, talks about peace.",
        "(AP)",
    ]


def test_repeats_never_cross_articles():
    texts = [LONG, LONG]
    tokens = scan(texts, [find_blocks(text) for text in texts])
    assert not find_repeats(tokens)[0].any()


WORDS = st.lists(st.sampled_from(["peace", "talks", "go", "on"]), min_size=1, max_size=7)
SENTENCES = st.lists(WORDS.map(lambda words: " ".join(words).capitalize() + "."), max_size=4)
PARAGRAPHS = st.sampled_from(["", "10 February 2022", " (AP)", " (AP Photo)", "Photo: AFP"])
ARTICLES = st.lists(st.tuples(SENTENCES.map(" ".join), PARAGRAPHS), max_size=6)


def repeats_read_one_by_one(tokens):
    """Compare every sentence and paragraph with all earlier ones of its article."""
    found = []
    kinds = [BLOCKS[kind] for kind in tokens.block_kind]
    sentences = range(len(tokens.sentence_start))
    of_block = [[s for s in sentences if tokens.sentence_block[s] == b] for b in range(len(kinds))]

    def words(rows):
        return [t for s in rows for t in tokens.type_id[slice(*tokens.sentence_tokens[s : s + 2])]]

    for article in range(tokens.n_articles):
        blocks = range(*tokens.block_offsets[article : article + 2])
        told = [b for b in blocks if kinds[b] not in ("dateline", "credit")]
        gone = {}
        for b in told:
            own = words(of_block[b])
            as_title = own and any(words(of_block[t]) == own for t in told if kinds[t] == "title")
            before = any(words(of_block[other]) == own for other in told if other < b)
            gone[b] = before and (len(own) >= 6 or as_title)
            for s in of_block[b]:
                same = (e for other in told for e in of_block[other] if words([e]) == words([s]))
                first = next(same)
                if gone[b] or (first < s and len(words([s])) >= 6):
                    found.append((s, first))
        for b in blocks:
            if kinds[b] == "credit" and b > blocks[0] and kinds[b - 1] == "caption" and gone[b - 1]:
                found += [(s, s) for s in of_block[b]]
    return sorted(found)


@settings(deadline=None)
@given(st.lists(ARTICLES, max_size=3))
def test_repeats_equal_those_read_one_by_one(articles):
    texts = ["\n".join(words + end for words, end in article) for article in articles]
    tokens = scan(texts, [find_blocks(text) for text in texts])
    aside, repeats = find_repeats(tokens)
    assert [tuple(repeat) for repeat in repeats] == repeats_read_one_by_one(tokens)
    assert aside.nonzero()[0].tolist() == [repeat.sentence for repeat in repeats]


# ---------------------------------------------------------------------------- cells


@given(st.text(st.sampled_from("a\t\r\n\0\x0b\x1f\x7f\x80\x84\x85\x9f\xa0é\u2028")))
def test_control_characters_are_found_in_every_text(text):
    assert [match.span() for match in find_controls(text, text.encode())] == [
        match.span() for match in CONTROL.finditer(text)
    ]


def test_broken_characters():
    assert plain("a\ud800\udc00b\U0001f600") == "a\ufffd\ufffdb\U0001f600"
