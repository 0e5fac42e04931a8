"""The scan, patterns and the log in the scripts of many languages."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scanned import scan_one, sentences, words

from framing.corpus import Corpus
from framing.marks import Block, find_quotations
from framing.patterns import PatternError, Word, parse_pattern
from framing.search import find_pattern
from framing.tokens import CLAUSE, JOIN, OTHER, START
from framing.words import SPACELESS, fold, spaceless_pattern, spell, token_pattern


def found(text, pattern):
    tokens = scan_one(text)
    first, stop = find_pattern(tokens, pattern)
    return [text[tokens.start[a] : tokens.end[b - 1]] for a, b in zip(first, stop, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Мир, безопасность — об’єднання", ["Мир", "безопасность", "об’єднання"]),
        ("й из и\u0306", ["й", "из", "и\u0306"]),
        ("Ο Πόλεμος τέλειωσε; Όχι· όχι", ["Ο", "Πόλεμος", "τέλειωσε", "Όχι", "όχι"]),
        ("السَّلامُ عليكم، وقفُ إطلاقِ النار", ["السَّلامُ", "عليكم", "وقفُ", "إطلاقِ", "النار"]),
        ("الســـلام ـ والحرب", ["الســـلام", "والحرب"]),
        ("أمن، إيمان، آمال، امن", ["أمن", "إيمان", "آمال", "امن"]),
        ("صلح می\u200cشود. کتاب\u200cها؟", ["صلح", "می\u200cشود", "کتاب\u200cها"]),
        ("שָׁלוֹם עַל־יִשְׂרָאֵל", ["שָׁלוֹם", "עַל־יִשְׂרָאֵל"]),
        ("צה״ל וארה\"ב, רח׳ ג׳ורג׳", ["צה״ל", "וארה\"ב", "רח׳", "ג׳ורג׳"]),
        ("״שלום״ \"שלום\" ב\"הארץ\" ב״הארץ״", ["שלום", "שלום", "ב", "הארץ", "ב", "הארץ"]),
        ("युद्ध और शांति, क्\u200dष वार्\u200cता", ["युद्ध", "और", "शांति", "क्\u200dष", "वार्\u200cता"]),
        ("মঁসিয়ে தமிழ்நாடு ശാന്തി", ["মঁসিয়ে", "தமிழ்நாடு", "ശാന്തി"]),
        ("მშვიდობა, ᲛᲨᲕᲘᲓᲝᲑᲐ", ["მშვიდობა", "ᲛᲨᲕᲘᲓᲝᲑᲐ"]),
        ("Ինչո՞ւ պատերազմ։ Այո՛, կեցցե՜", ["Ինչո՞ւ", "պատերազմ", "Այո՛", "կեցցե՜"]),
        ("İstanbul'da ışık", ["İstanbul'da", "ışık"]),
        ("Vie\u0323\u0302t Nam", ["Vie\u0323\u0302t", "Nam"]),
        ("평화 협상이 시작됐다", ["평화", "협상이", "시작됐다"]),
        ("col·laboració de pau", ["col", "laboració", "de", "pau"]),
        # scripts without spaces: a letter with its marks
        ("停战了", ["停", "战", "了"]),
        ("美国F-16战机2022年到", ["美", "国", "F-16", "战", "机", "2022", "年", "到"]),
        ("はか\u3099データ々", ["は", "か\u3099", "デ", "ー", "タ", "々"]),
        ("ﾊﾞｽ", ["ﾊﾞ", "ｽ"]),
        ("葛\U000e0100飾区 〇一", ["葛\U000e0100", "飾", "区", "〇", "一"]),
        ("\U00020bb7野家", ["\U00020bb7", "野", "家"]),
        ("สันติภาพ ๑๒", ["สั", "น", "ติ", "ภ", "า", "พ", "๑๒"]),
        ("ສັນຕິ", ["ສັ", "ນ", "ຕິ"]),
        ("សន្តិ", ["ស", "ន្", "តិ"]),
        ("ငြိမ်း ၁၂", ["ငြိ", "မ်း", "၁၂"]),
    ],
)  # fmt: skip
def test_words(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("МИР", "мир"),
        ("и\u0306", "й"),
        ("ΠΌΛΕΜΟΣ", "πόλεμος"),  # the final sigma
        ("السَّلامُ", "السلام"),
        ("الســـلام", "السلام"),
        ("ا\u064e\u0654", "أ"),  # a vowel sign between alef and hamza
        ("שָׁלוֹם", "שלום"),
        ("\ufb2aלום", "שלום"),  # a letter with its dot in one character
        ('צה"ל', "צה״ל"),
        ("ג'ורג׳", "ג׳ורג׳"),
        ("עַל־פי", "על-פי"),
        ("می\u200cشود", "میشود"),
        ("क्\u200dष", "क्ष"),
        ("ᲛᲨᲕᲘᲓᲝᲑᲐ", "მშვიდობა"),
        ("ինչո՞ւ", "ինչու"),
        ("İçin", "için"),
        ("Vie\u0323\u0302t", "việt"),
        ("ＮＡＴＯ２", "nato2"),
        ("ﾊﾞ", "バ"),
        ("か\u3099", "が"),
    ],
)
def test_spellings_that_are_one_word(one, other):
    assert fold(one) == fold(other) == fold(fold(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أمن", "امن"),  # alef forms as they are written
        ("πόλεμος", "ΠΟΛΕΜΟΣ"),  # Greek capitals without the accent
        ("ışık", "IŞIK"),  # no language is asked: I is i
        ("ي", "ی"),  # Arabic and Persian yeh
        ("和平", "和約"),
    ],
)
def test_spellings_that_are_two_words(one, other):
    assert fold(one) != fold(other)


def test_the_exact_spelling_keeps_case_and_vowel_signs():
    assert spell("İçin") == "İçin"
    assert spell("ＮＡＴＯ") == "NATO"
    assert spell("السَّــلام") == unicodedata.normalize("NFC", "السَّلام")


@pytest.mark.parametrize(
    "expected",
    [
        ["Мир настал.", "Войны нет!"],
        ["Τι είπε;", "Δεν ξέρω."],
        ["Τι είπε\u037e", "Δεν ξέρω."],
        ["هل انتهت الحرب؟", "نعم.", "انتهت."],
        ["جنگ ختم ہوئی۔", "امن آیا۔"],
        ["האם בא שלום?", "כן."],
        ["शांति आई।", "युद्ध गया॥", "अब"],
        ["Ինչո՞ւ եկավ։", "Չգիտեմ։"],
        ["მშვიდობა.", "ომი."],
        ["សន្តិភាព។", "សង្គ្រាម៕", "ថ្ងៃ"],
        ["ငြိမ်းချမ်း။", "စစ်။"],
    ],
)
def test_sentences(expected):
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "expected",
    [
        ["停战了。", "他说：“谈判？！”", "好"],
        ["「停戦だ。」", "と言った。", "会談"],
        ["शांति।", "युद्ध"],
        ["សន្តិភាព។", "សង្គ្រាម"],
        ["他同意了（见图。）", "好"],
    ],
)
def test_sentences_without_spaces_between_them(expected):
    assert sentences("".join(expected)) == expected


def test_a_full_stop_ends_no_thai_sentence():
    text = "วันที่ 5 ก.พ. เวลา 10.00 น. เขามา"
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("停战", JOIN),
        ("停 战", JOIN),
        ("停，战", CLAUSE),
        ("停、战", CLAUSE),
        ("停《战", OTHER),
        ("チ・プ", JOIN),
        ("普·京", JOIN),
        ("όχι· ναι", CLAUSE),
        ("όχι\u0387 ναι", CLAUSE),
        ("１．５", OTHER),
        ("ոչ՝ այո", CLAUSE),
        ("စစ်၊", None),
    ],
)
def test_gaps(text, gap):
    gaps = list(scan_one(text).gap)
    assert gaps[0] == START
    assert gap is None or gaps[-1] == gap


def test_offsets_in_a_mixed_text():
    text = "北约NATO说"
    tokens = scan_one(text)
    assert [(int(s), int(e)) for s, e in zip(tokens.start, tokens.end, strict=True)] == [
        (0, 1), (1, 2), (2, 6), (6, 7),
    ]  # fmt: skip
    assert list(tokens.gap) == [START, JOIN, JOIN, JOIN]


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("双方宣布停战协议。", "停战", ["停战"]),
        ("停，战", "停战", []),
        ("双方停止了战争", "停 _2_ 战", ["停止了战"]),
        ("停火、停战", "停(火|战)", ["停火", "停战"]),
        ("北约NATO峰会", "NATO峰会", ["NATO峰会"]),
        ("北约nato峰会", "=NATO峰会", []),
        ("ＮＡＴＯ首脳会議", "NATO首脳*", ["ＮＡＴＯ首脳"]),
        ("中美会谈，中-美会谈", "中-美", ["中美", "中-美"]),
        ("ウラジーミル・プーチン氏", "ウラジーミル・プーチン", ["ウラジーミル・プーチン"]),
        ("ウラジーミルプーチン氏", "ウラジーミル・プーチン", ["ウラジーミルプーチン"]),
        ("เขาต้องการสันติภาพถาวร", "สันติภาพ", ["สันติภาพ"]),
        ("ສັນຕິພາບ", "ສັນຕິ", ["ສັນຕິ"]),
        ("សន្តិភាពយូរ", "សន្តិភាព", ["សន្តិភាព"]),
        ("ငြိမ်းချမ်းရေး", "ငြိမ်းချမ်း", ["ငြိမ်းချမ်း"]),
        ("평화를 원한다. 평화 협상", "평화", ["평화"]),
        ("평화를 원한다. 평화 협상", "평화*", ["평화를", "평화"]),
        ("הסכם שָׁלוֹם ושלום", "שלום", ["שָׁלוֹם"]),
        ('כוחות צה"ל נסוגו', "צה״ל", ['צה"ל']),
        ("בית־ספר", "בית ספר", ["בית־ספר"]),
        ("هُدنةٌ جديدة", "هدنة", ["هُدنةٌ"]),
        ("هُدنة وهدنة", "=هدنة", []),
        ("मैं शांति चाहता हूँ", "शांति", ["शांति"]),
        ("Ինչո՞ւ", "ինչու", ["Ինչո՞ւ"]),
        ("İçin", "için", ["İçin"]),
        ("la col·laboració", "col·laboració", ["col·laboració"]),
    ],
)
def test_patterns_are_found(text, pattern, expected):
    assert found(text, pattern) == expected


def test_a_pattern_is_cut_like_the_text():
    assert parse_pattern("F-16战机*") == (
        (Word("F"), Word("16"), Word("战"), Word("机*")),
        (Word("F16"), Word("战"), Word("机*")),
    )


@pytest.mark.parametrize(("pattern", "odd"), [("停&战", "&"), ("शांति&", "&"), ("停《战", "《")])
def test_what_is_no_part_of_a_word_is_named(pattern, odd):
    with pytest.raises(PatternError, match=f"has `{odd}` in"):
        parse_pattern(pattern)


def test_every_letter_of_a_script_without_spaces_is_listed():
    prefixes = {
        "CJK UNIFIED IDEOGRAPH": "Han", "CJK COMPATIBILITY IDEOGRAPH": "Han",
        "IDEOGRAPHIC ITERATION": "Han", "HIRAGANA": "Kana", "KATAKANA": "Kana",
        "THAI ": "Thai", "LAO ": "Lao", "KHMER ": "Khmer", "MYANMAR ": "Burmese",
    }  # fmt: skip
    for code in range(0x110000):
        char = chr(code)
        match = spaceless_pattern().match(char)
        if not (match or char.isalpha()):
            continue
        script = next(
            (s for p, s in prefixes.items() if unicodedata.name(char, "").startswith(p)), None
        )
        if script and char.isalpha():
            assert match, hex(code)
            assert match.lastgroup == script
        if match:
            assert not char.isdecimal()
            assert char.isalnum() or unicodedata.category(char) == "Cn", hex(code)


MIXED = st.text(
    alphabet=st.one_of(
        st.sampled_from("aZé’'-.,!?\"“”«» \n_7$;·・"),
        st.sampled_from("мирЖισς和平战会हिन्दी।سَلـامשָלוםצ״׳־"),
        st.sampled_from("がー々ﾊﾞ「」สันเ๑ໆុកမ်းինչո՞ւ։İıᲛმ평화"),
        st.sampled_from("\u0301\u0307\u3099\u200b\u200c\u200d\u00ad\u202e\ufe0f\U000e0100😀"),
        st.characters(exclude_categories=("Cs",)),
    ),
    max_size=80,
)


@given(MIXED)
def test_every_letter_lies_in_exactly_one_token_which_folds_to_its_type(text):
    tokens = scan_one(text)
    times_in_token = [0] * len(text)
    for start, end, type_id in zip(tokens.start, tokens.end, tokens.type_id, strict=True):
        assert tokens.types[type_id] == fold(text[start:end]) != ""
        assert fold(tokens.types[type_id]) == tokens.types[type_id]
        for position in range(start, end):
            times_in_token[position] += 1
    for char, times in zip(text, times_in_token, strict=True):
        if char.isalnum() and char != "\u0640":  # a tatweel is a longer stroke, no letter
            assert times == 1
        assert times <= 1


@given(MIXED)
def test_any_run_of_tokens_without_gaps_is_found_as_a_pattern(text):
    tokens = scan_one(text)
    for word in words(text)[:5]:
        first, stop = find_pattern(tokens, word)
        assert word in [
            text[tokens.start[a] : tokens.end[b - 1]] for a, b in zip(first, stop, strict=True)
        ]


@pytest.mark.parametrize(
    "text", ["״" * 100_000, 'א"' * 50_000, "ה״" * 50_000 + "א", "停" * 50_000, "か\u3099" * 50_000]
)
def test_time_grows_with_the_length_of_a_text(text):
    assert all(match.end() > match.start() for match in token_pattern().finditer(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("彼は「停戦だ」と言った。", ["「停戦だ」"]),
        ("「彼は『停戦』と言った」", ["「彼は『停戦』と言った」", "『停戦』"]),
        ("他说“停战”。", ["“停战”"]),
        ('דובר צה"ל אמר: "אין שלום".', ['"אין שלום"']),
        ("דובר צה”ל אמר", []),
    ],
)
def test_quotations(text, expected):
    quotations = find_quotations(text, [Block("body", 0, len(text))])
    assert [text[q.start : q.end] for q in quotations] == expected
    assert all(q.balanced for q in quotations)


def test_the_log_says_where_letters_are_counted():
    at_the_limit = "The talks went on and on, near to them, 京."  # one of ten
    texts = ["停战了。", at_the_limit, "データがない", "평화 협상", at_the_limit + "北"]
    log = Corpus.from_texts(texts).log
    rows = log[log["reason"].str.startswith("counted per character")]
    assert rows["article_id"].tolist() == ["1", "3", "5"]
    assert set(rows["step"]) == {"read"}
    assert rows["reason"].tolist() == [
        f"counted per character: {script} is written without spaces;"
        " rates per 1,000 words are rates per 1,000 characters"
        for script in ("Han", "Kana", "Han")
    ]


def test_scripts_are_named_as_readers_know_them():
    assert list(SPACELESS) == ["Han", "Kana", "Thai", "Lao", "Khmer", "Burmese"]


def test_words_of_a_script_without_spaces_are_its_characters():
    corpus = Corpus.from_texts(["停战了。NATO来"])
    assert corpus.articles["n_words"].item() == 5
