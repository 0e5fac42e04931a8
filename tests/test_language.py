import tomllib
from importlib.resources import files

import pytest

import framing.language
from framing.corpus import Corpus
from framing.language import LanguageError, known_languages, load_language
from framing.lexicon import load_lexicon
from framing.voices import quotations

# An invented language: "dan" is said, "ke" is that.
PACK = """
name = "Tovian"
experimental = true

[voices]
say = ["dani dan dano | danin"]
that = ["ke"]
auxiliaries = ["es"]
determiners = ["lo"]

[voices.pronouns]
male = ["er"]

[people.titles]
either = ["prezo"]
"""


@pytest.fixture
def packs(tmp_path, monkeypatch):
    """Write word lists where the package looks for them; give a function that adds a file."""
    folder = tmp_path / "languages"
    folder.mkdir()
    english = files("framing") / "languages" / "en.toml"
    (folder / "en.toml").write_text(english.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(framing.language, "files", lambda package: tmp_path)
    load_language.cache_clear()
    load_lexicon.cache_clear()

    def add(content, code="tv"):
        (folder / f"{code}.toml").write_text(content, encoding="utf-8")

    yield add
    load_language.cache_clear()
    load_lexicon.cache_clear()


@pytest.mark.parametrize("code", known_languages())
def test_every_pack_loads(code):
    language = load_language(code)  # which checks keys and entries
    assert language.name != code
    assert language.experimental == (code != "en")
    assert all(language.voices[key] for key in ("say", "that", "auxiliaries", "determiners"))


@pytest.mark.parametrize("code", known_languages())
def test_lines_are_short(code):
    path = files("framing") / "languages" / f"{code}.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    long = [number for number, line in enumerate(lines, 1) if len(line) > 100]
    assert not long


@pytest.mark.parametrize("code", [code for code in known_languages() if code != "en"])
def test_given_names_do_not_repeat_or_contradict_the_english_list(code):
    english, people = load_language("en").people, load_language(code).people
    listed = {*english["female"], *english["male"]}
    assert not listed & {*people["female"], *people["male"]}


@pytest.mark.parametrize("code", [code for code in known_languages() if code != "en"])
def test_doubtful_forms_are_forms_of_verbs(code):
    voices = load_language(code).voices
    kinds = ("say", "think", "tell", "urge", "promise", "accuse", "describe", "show")
    entries = [entry for kind in kinds for entry in voices[kind]]
    entries += [entry["verb"] for entry in voices["particle_verbs"]]
    forms = {form for entry in entries for form in entry.replace("|", " ").split()}
    assert not set(voices["doubtful"]) - forms


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[voices]\nsays = []", "voices.says is not read by anything; known: say, think, "),
        ("[voice]\nsay = []", "voice is not read by anything; known: sentences, names, "),
        ("[voices.pronouns]\nmen = []", "voices.pronouns.men is not read by anything"),
        ("[people]\nmale = 'ada'", "people.male is no list."),
        ("voices = []", "voices is no table."),
        ("[names]\ncapital_nouns = 1", "names.capital_nouns is 1, and should be true or false."),
        ("[people]\nmale = ['Ada']", "people.male: write 'ada' for 'Ada'."),
        ("[people]\nmale = ['']", "people.male: '' is no word."),
        ("[people]\nmale = [1]", "people.male: 1 is no word."),
        ("[people]\nmale = ['ada', 'ada']", "people.male: 'ada' stands 2 times."),
        ("[people]\nmale = ['ada']\nfemale = ['ada']", "people: ada in both female and male."),
        ("[voices]\nsay = ['dan dano']", "voices.say: 'dan dano' needs one bar"),
        ("[voices]\nparticle_verbs = ['dan']", "voices.particle_verbs: 'dan' needs verb, "),
        (
            "[voices]\nparticle_verbs = [{verb = 'a | b', particle = 'c', kind = 'sing'}]",
            "voices.particle_verbs: kind 'sing' is none of say, ",
        ),
        ("experimental = 'yes'", "experimental is 'yes', and should be true or false."),
        ("[voices", "Expected ']'"),
    ],
)
def test_a_mistake_in_a_pack_is_pointed_out(packs, content, problem):
    packs(content)
    with pytest.raises(LanguageError) as error:
        load_language("tv")
    assert str(error.value).startswith(f"tv.toml: {problem}")


def test_every_mistake_is_listed(packs):
    packs("[voices]\nsays = []\nsay = ['Dan | dano']")
    with pytest.raises(LanguageError) as error:
        load_language("tv")
    assert len(str(error.value).splitlines()) == 2


def test_a_language_needs_a_file_and_no_code(packs):
    packs(PACK)
    assert tomllib.loads(PACK)["name"] == load_language("tv").name
    text = '"Mi lor tal," dan Ana Vell. Tom Brek dan ke lo tor es vil.'
    corpus = Corpus.from_texts([text], language="tv")
    assert list(corpus.log["reason"]) == [
        "the word lists of Tovian are experimental: voices and negation are a start"
    ]
    table = quotations(corpus)
    found = table[["text", "kind", "speaker"]].astype(object).to_numpy().tolist()
    assert found == [
        ['"Mi lor tal,"', "direct", "Ana Vell"],
        ["lo tor es vil", "indirect", "Tom Brek"],
    ]
