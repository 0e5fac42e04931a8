"""What the words of an article can be: verbs of saying, roles, pronouns ..., as flags of a number.

The lists are those of the language's file. No model is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from framing.language import load_language

# What a word can be.
SAY, THINK, TELL, URGE, PROMISE, ACCUSE, DESCRIBE, SHOW = (1 << n for n in range(8))
ING, DOUBTFUL, PARTICLE_VERB, NOUN, ACCORDING, VIEW = (1 << n for n in range(8, 14))
AUX, BE, ADVERB, RELATIVE, SUBORDINATE, AND, PREPOSITION = (1 << n for n in range(14, 21))
DETERMINER, HE, SHE, THEY, IT, SELF, ANYBODY, TIME, HEARER = (1 << n for n in range(21, 30))
THAT, TO, LINK, ROLE, ROLES, GROUP, TITLE, PARTICLE, DEMONYM = (1 << n for n in range(30, 39))
FEMALE, MALE, NOT_PERSON, CAPITAL, POSSESSIVE, INITIAL, NUMBER = (1 << n for n in range(39, 46))
INVERTED, POSTPOSED, HIS, HER, THEIR, ARTICLE, INDEFINITE = (1 << n for n in range(46, 53))
AGENT, PLEDGE, BARE, NEGATIVE, QUESTION, CONTRAST = (1 << n for n in range(53, 59))
ABBREVIATION, OPINION, MODAL, NAMING = (1 << n for n in range(59, 63))

_KINDS = {
    "say": SAY,
    "think": THINK,
    "tell": TELL,
    "urge": URGE,
    "promise": PROMISE,
    "accuse": ACCUSE,
    "describe": DESCRIBE,
    "show": SHOW,
}
VERB = SAY | THINK | TELL | URGE | PROMISE | ACCUSE | DESCRIBE | SHOW
CLAUSE_VERB = SAY | THINK | SHOW
CUE = VERB | PARTICLE_VERB | NOUN | ACCORDING | VIEW | POSTPOSED | INVERTED | OPINION
SUBJECT_PRONOUN = HE | SHE | THEY | IT | ANYBODY
PEOPLE = ROLE | ROLES | GROUP
CLOSED = AUX | RELATIVE | SUBORDINATE | AND | PREPOSITION | THAT | TO
# What a word keeps when "'s" follows: "the president's", "yesterday's".
_OWNING = PEOPLE | DEMONYM | TITLE | PARTICLE | FEMALE | MALE | NOT_PERSON | TIME


@dataclass(frozen=True)
class Lexicon:
    """What the words of a language can be."""

    flags: Mapping[str, int]
    endings: tuple[str, ...]
    particles: Mapping[str, Mapping[str, int]]  # of each two-word verb, and what makes it one
    according: Mapping[str, tuple[tuple[str, ...], ...]]  # first word: the words after it
    view: Mapping[str, tuple[tuple[str, ...], ...]]
    labels: frozenset[str]  # "question" and the like, at the line starts of transcripts
    leaders: frozenset[str]  # roles that are often exchanged: president, head of state
    offices: frozenset[str]  # "state" and the like, after "head of"

    def of(self, word: str) -> int:
        """Give the flags of a folded word."""
        flags = self.flags.get(word, 0)
        if not flags and word.endswith("'s"):
            flags = self.flags.get(word[:-2], 0) & _OWNING
        if not flags and word.endswith(self.endings):
            flags = ADVERB
        if word.endswith(("'s", "s'")):
            flags |= POSSESSIVE
        if len(word) == 1 and word.isalpha():
            flags |= INITIAL
        if word[0].isdigit():
            flags |= NUMBER
        return flags


@cache
def load_lexicon(code: str) -> Lexicon:
    """Build the lexicon of a language from its lists; it is empty where there are none."""
    language = load_language(code)
    voices, people = language.voices, language.people
    shortened = language.abbreviations | language.final_abbreviations
    flags: dict[str, int] = {}

    def add(words: Iterable[str], flag: int) -> None:
        for word in words:
            flags[word] = flags.get(word, 0) | flag

    for kind, flag in _KINDS.items():
        for entry in voices.get(kind, ()):
            add(_forms(entry), flag)
            add(_participles(entry), ING)
    particles: dict[str, dict[str, int]] = {}
    for entry in voices.get("particle_verbs", ()):
        for form in _forms(entry["verb"]):
            particles.setdefault(form, {})[entry["particle"]] = _KINDS[entry["kind"]]
        add(_participles(entry["verb"]), ING)
    add(particles, PARTICLE_VERB)
    for name, flag in (
        ("doubtful", DOUBTFUL),
        ("nouns", NOUN),
        ("agents", AGENT),
        ("pledges", PLEDGE),
        ("bare", BARE),
        ("opinions", OPINION),
        ("modals", MODAL),
        ("naming", NAMING),
        ("negatives", NEGATIVE),
        ("questions", QUESTION),
        ("contrasts", CONTRAST),
        ("that", THAT),
        ("to", TO),
        ("links", LINK),
        ("auxiliaries", AUX),
        ("passive", BE),
        ("adverbs", ADVERB),
        ("relatives", RELATIVE),
        ("subordinators", SUBORDINATE),
        ("conjunctions", AND),
        ("prepositions", PREPOSITION),
        ("determiners", DETERMINER),
        ("articles", ARTICLE),
        ("indefinite", INDEFINITE),
        ("anybody", ANYBODY),
        ("times", TIME),
        ("hearers", HEARER),
    ):
        add(voices.get(name, ()), flag)
    pronouns = voices.get("pronouns", {})
    for name, flag in (("male", HE), ("female", SHE), ("plural", THEY), ("neuter", IT)):
        add(pronouns.get(name, ()), flag)
        add(voices.get("inverted", {}).get(name, ()), flag | INVERTED)
        add(voices.get("possessives", {}).get(name, ()), {HE: HIS, SHE: HER}.get(flag, THEIR))
    add([*pronouns.get("first", ()), *pronouns.get("second", ())], SELF)
    roles, titles = people.get("roles", {}), people.get("titles", {})
    for name, flag in (("male", ROLE | MALE), ("female", ROLE | FEMALE), ("either", ROLE)):
        add(roles.get(name, ()), flag)
        add(titles.get(name, ()), TITLE | (flag & ~ROLE))
    add(roles.get("plural", ()), ROLES)
    for name, flag in (
        ("groups", GROUP),
        ("particles", PARTICLE),
        ("demonyms", DEMONYM),
        ("female", FEMALE),
        ("male", MALE),
        ("not_people", NOT_PERSON),
    ):
        add(people.get(name, ()), flag)
    if language.code != "en":  # given names of the world's news are listed once
        everywhere = load_language("en").people
        add(everywhere.get("female", ()), FEMALE)
        add(everywhere.get("male", ()), MALE)
    phrases = {
        name: _phrases(voices.get(key, ()))
        for name, key in (("according", "according"), ("view", "in_words"))
    }
    add(phrases["according"], ACCORDING)
    add(phrases["view"], VIEW)
    add(voices.get("according_after", ()), POSTPOSED)
    add(shortened, ABBREVIATION)
    return Lexicon(
        flags=flags,
        endings=tuple(voices.get("adverb_endings", ())) or ("\0",),
        particles=particles,
        labels=frozenset(voices.get("labels", ())),
        leaders=frozenset(people.get("leaders", ())),
        offices=frozenset(people.get("offices", ())),
        **phrases,
    )


def _forms(entry: str) -> list[str]:
    """List all forms of a verb: those that can follow a subject, a bar, its participles."""
    return entry.replace("|", " ").split()


def _participles(entry: str) -> list[str]:
    """List the forms of a verb in -ing."""
    return entry.partition("|")[2].split()


def _phrases(entries: Sequence[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Sort fixed phrases by their first word, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for entry in entries:
        first, *rest = entry.split()
        found.setdefault(first, []).append(tuple(rest))
    return {first: tuple(sorted(rests, key=len, reverse=True)) for first, rests in found.items()}
