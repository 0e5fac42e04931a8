"""Who is who in an article: names, surnames, roles and pronouns that mean the same person."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from framing.lexicon import (
    AND,
    ANYBODY,
    ARTICLE,
    AUX,
    CAPITAL,
    DEMONYM,
    DETERMINER,
    FEMALE,
    GROUP,
    HE,
    HER,
    HIS,
    INDEFINITE,
    LINK,
    MALE,
    NOT_PERSON,
    POSSESSIVE,
    PREPOSITION,
    RELATIVE,
    ROLE,
    ROLES,
    SHE,
    THEIR,
    THEY,
    TITLE,
    VERB,
)
from framing.names import (
    APPOSED,
    BEFORE_NAME,
    GENDER,
    PRONOUN,
    Name,
    Names,
    Runs,
    bare,
    describe,
    head_of,
    last_name_run,
    name_like,
    one_name,
    same_place,
)
from framing.passages import Words
from framing.phrases import Phrase, subject_of

_SENTENCES_BACK = 5  # how far a pronoun looks for its name
# Limits that no article reaches, so that a text without any full stop is not slow.
_WORDS_BACK = 1000  # from a pronoun to its name
_MOST_NAMESAKES = 50  # persons of one surname
_MOST_TURNS = 500  # of speakers, from a role or surname back to the one it means


class Speaker(NamedTuple):
    """Who a phrase names, as far as its article tells."""

    name: str
    person: bool  # known to be one, by a full name, a title or a role
    certainty: float  # of the step from the phrase to the name


@dataclass(slots=True)
class _Person:
    """A person of the article under the longest name it uses."""

    spelled: tuple[str, ...]
    folded: tuple[str, ...]
    gender: int = 0
    roles: set[str] = field(default_factory=set)
    demonyms: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        return " ".join(self.spelled)


class _Mention(NamedTuple):
    """One place where a person is named, or speaks."""

    word: int
    person: int
    run: int  # -1 where the person speaks, who is the subject there


_WORD = attrgetter("word")


class People:
    """The persons of one article, learnt from how it names them.

    A run of capitalised words is a person's name if a given name opens it, a title or role stands
    before it, or a longer name ends in it. "French President Emmanuel Macron" also teaches that
    the French leader, and the president, is Macron.

    Parameters
    ----------
    words : Words
        The article.
    runs : Runs
        Its runs of capitalised words.
    names : Names
        What the runs spell.
    """

    def __init__(self, words: Words, runs: Runs, names: Names) -> None:
        self.words = words
        self.runs = runs
        self.names = names
        self.persons: list[_Person] = []
        self.by_surname: dict[str, list[int]] = {}
        self.by_name: dict[str, int] = {}
        self.named: list[_Mention] = []  # in the order of the article
        self.said: list[_Mention] = []
        self.groups_heard: list[tuple[int, str]] = []
        self._of_roles: dict[tuple[frozenset[str], frozenset[str], int], list[int]] = {}
        self._mentions_of: dict[tuple[int, ...], tuple[set[int], list[_Mention]]] = {}
        self._groups: dict[str, list[int]] | None = None
        self._of_places: dict[str, list[int]] | None = None
        self._found: dict[tuple[str, ...], int] = {}
        self._learn_names()
        for number, person in enumerate(self.persons):
            self.by_name.setdefault(person.name, number)

    # ------------------------------------------------------------------ learning

    def _learn_names(self) -> None:
        for name in self.runs.full:  # before the others: a surname may come before its name
            self._learn(name)
        by_surname = self.by_surname
        for name in self.runs.alone:
            if name.folded[-1] not in by_surname:
                by_surname[name.folded[-1]] = [self._add(name.spelled, name.folded)]
        last: dict[str, int] = {}  # of several persons of one surname the one named last
        for place, name, teaches in self.runs.mentions:
            surname = name.folded[-1]
            number = (
                last.get(surname, by_surname[surname][0])
                if len(name.folded) == 1
                else self._find(name.folded)
            )
            if number is not None:
                last[surname] = number
                person, first = self.persons[number], self.runs.first[place] + name.cut
                if name.size > 1:
                    person.gender |= self.words.flags[first] & GENDER
                if teaches:
                    self._notice(
                        Phrase(self.runs.first[place], self.runs.stop[place]), name, person
                    )
                self.named.append(_Mention(first, number, place))

    def _before(self, first: int) -> int:
        """Tell what the word directly before a run can be."""
        return self.words.flags[first - 1] if self.words.joined[first] else 0

    def _add(self, spelled: tuple[str, ...], folded: tuple[str, ...]) -> int:
        self.persons.append(_Person(spelled, folded))
        return len(self.persons) - 1

    def _learn(self, name: Name) -> None:
        same = self.by_surname.setdefault(name.folded[-1], [])
        for number in same:
            person = self.persons[number]
            if one_name(person.folded, name.folded):
                if len(name.spelled) > len(person.spelled):
                    person.spelled, person.folded = name.spelled, name.folded
                return
        if len(same) < _MOST_NAMESAKES:
            same.append(self._add(name.spelled, name.folded))

    def _find(self, folded: tuple[str, ...]) -> int | None:
        """Find the person of a name of several words."""
        if folded in self._found:
            return self._found[folded]
        for number in self.by_surname.get(folded[-1], ()):
            if one_name(self.persons[number].folded, folded):
                self._found[folded] = number
                return number
        return None

    def _notice(self, run: Phrase, name: Name, person: _Person) -> None:
        """Learn a person's gender, roles and country from the words beside the name."""
        words = self.words
        flags, joined = words.flags, words.joined
        first, stop = run.first + name.cut, run.stop
        begin = run.first
        while run.first - begin < 6 and joined[begin] and flags[begin - 1] & BEFORE_NAME:
            begin -= 1
        if begin > 1 and flags[begin - 1] & LINK and flags[begin - 2] & ROLE and joined[begin]:
            begin -= 2  # "President of Ukraine Volodymyr Zelenskyy"
        for place in range(begin, first):
            flag = flags[place]
            if flag & (TITLE | ROLE):
                person.gender |= flag & GENDER
                person.roles.add(words.word(place))
            if flag & DEMONYM or name_like(flag):
                person.demonyms.add(bare(words.word(place)))
        if stop >= len(flags):
            return
        if words.commas[stop]:
            self._notice_apposition(stop, person)
        if flags[stop] & LINK and joined[stop]:  # "Chancellor Ute Bremer of Ostmark"
            after = stop + 1
            if after < len(flags) and flags[after] & CAPITAL:
                person.demonyms.add(bare(words.word(after)))

    def _notice_apposition(self, first: int, person: _Person) -> None:
        """Learn from what a comma adds to a name: "Emmanuel Macron, the French president,"."""
        words = self.words
        flags = words.flags
        if not flags[first] & APPOSED:
            return
        for place in range(first, min(first + 10, len(flags))):
            flag = flags[place]
            if place > first and not words.joined[place]:
                break
            if flag & ROLE or (flag & TITLE and not flag & CAPITAL):
                person.gender |= flag & GENDER
                person.roles.add(words.word(place))
            if flag & CAPITAL and not flag & (ROLE | TITLE):
                person.demonyms.add(bare(words.word(place)))
            if flag & (RELATIVE | AUX):
                break

    def heard(self, word: int, name: str) -> None:
        """Note that a person has just spoken, whom the next pronoun may mean."""
        number = self.by_name.get(name)
        if number is not None:
            insort_left(self.said, _Mention(word, number, -1), key=_WORD)

    def heard_group(self, word: int, name: str) -> None:
        """Note that a group or document has just spoken, which "it" or "they" may mean."""
        self.groups_heard.append((word, name))

    def _learn_speaker(self, run: Phrase) -> None:
        """Make a name that speaks a person to later pronouns: "Orsk said. He ..."."""
        flags = self.words.flags[run.first : run.stop]
        if any(flag & (NOT_PERSON | GROUP | DEMONYM | ROLES | POSSESSIVE) for flag in flags):
            return
        if self._person_at(*run) is not None:
            return
        spelled, folded = self.names.spelled(self.words, *run)
        if len(spelled) == 1 and spelled[0].isupper():
            return  # an agency
        same = self.by_surname.setdefault(folded[-1], [])
        if len(same) < _MOST_NAMESAKES:
            same.append(self._add(spelled, folded))
            self.by_name.setdefault(" ".join(spelled), same[-1])
            self.heard(run.first, " ".join(spelled))

    # ------------------------------------------------------------------ mentions

    def _person_at(self, first: int, stop: int) -> int | None:
        """Find the person whom some words name."""
        folded = self.names.spelled(self.words, first, stop)[1]
        if not folded:
            return None
        if len(folded) > 1:
            return self._find(folded)
        same = self.by_surname.get(folded[0])
        if not same:
            return None
        if len(same) == 1:
            return same[0]
        latest = self._latest(same, first)
        return same[0] if latest is None else latest

    def _latest(self, numbers: Sequence[int], word: int) -> int | None:
        """Of some persons the one who was named, or spoke, last before a word."""
        key = tuple(numbers)
        if key not in self._mentions_of:
            chosen = set(key)
            self._mentions_of[key] = chosen, [m for m in self.named if m.person in chosen]
        chosen, mentions = self._mentions_of[key]
        place = bisect_left(mentions, word, key=_WORD)
        named = mentions[place - 1] if place else None
        turn = bisect_left(self.said, word, key=_WORD)
        for mention in reversed(self.said[max(turn - _MOST_TURNS, 0) : turn]):
            if named is not None and mention.word <= named.word:
                break
            if mention.person in chosen:
                return mention.person
        return named.person if named is not None else None

    def _sentence_start(self, sentence: int) -> int:
        """First word of a sentence; of one before the article its first, after it the end."""
        place = self.words.sentence_start.get(sentence)
        if place is not None:
            return place
        return 0 if sentence < self.words.sentence[0] else len(self.words.flags)

    def _between(self, first: int, stop: int) -> Iterable[_Mention]:
        """Mentions at the words from ``first`` to before ``stop``, in order."""
        found: list[_Mention] = []
        for mentions in (self.said, self.named):
            begin = bisect_left(mentions, first, key=_WORD)
            found += mentions[begin : bisect_left(mentions, stop, begin, key=_WORD)]
        return sorted(found, key=_WORD)

    def _is_subject(self, mention: _Mention) -> bool:
        """Tell whether a name is likely the subject of its clause."""
        if mention.run < 0:
            return True
        words, first, stop = self.words, self.runs.first[mention.run], self.runs.stop[mention.run]
        flags, before = words.flags, self._before(first)
        if flags[stop - 1] & POSSESSIVE or before & PREPOSITION:
            return False
        if stop < len(flags) and words.sentence[stop] == words.sentence[first]:
            if words.joined[stop]:
                return not flags[stop] & (PREPOSITION | AND) or bool(before & VERB)
            return words.commas[stop] and not before & (VERB | AUX)
        return bool(before & VERB)

    # ------------------------------------------------------------------ resolving

    def who(self, phrase: Phrase) -> Speaker | None:
        """Say whom a phrase names: "she", "the French leader", "Macron", "a spokesman"."""
        words = self.words
        flag = words.flags[phrase.first]
        if phrase.stop - phrase.first == 1 and flag & PRONOUN and not flag & ANYBODY:
            return self._pronoun(phrase.first)
        several = self._several(phrase)
        if several is not None:
            return several
        head = head_of(words, phrase)
        run = last_name_run(words, head)
        number = None if run is None else self._person_named(run)
        if number is not None:
            return Speaker(self.persons[number].name, True, 1.0)
        if words.flags[head.first] & (DETERMINER | HIS | HER | THEIR | DEMONYM) or run is None:
            number = self._of_role(phrase, head)
            if number is not None:
                return Speaker(self.persons[number].name, True, 0.9)
            number = self._leading(phrase)
            if number is not None:
                return Speaker(self.persons[number].name, True, 0.75)
        name = self._full_group(phrase, head) or describe(words, phrase)
        if run is not None and run.first == head.first:
            self._learn_speaker(run)
        return Speaker(name, False, 1.0) if name else None

    def _several(self, phrase: Phrase) -> Speaker | None:
        """Name those whom "and" joins: "Crane and Makar" speak together."""
        flags = self.words.flags
        for place in range(phrase.first + 1, phrase.stop - 1):
            if flags[place] & AND and name_like(flags[place - 1]):
                one = self.who(Phrase(phrase.first, place))
                other = self.who(Phrase(place + 1, phrase.stop))
                if one is not None and other is not None and one.person and other.person:
                    return Speaker(f"{one.name} and {other.name}", False, 1.0)
        return None

    def _person_named(self, run: Phrase) -> int | None:
        """Find the person of a name, or of its surname where only that is known."""
        name = self.names.of_run(self.words, *run)
        if not name.size:
            return None
        number = self._person_at(run.first + name.cut, run.stop)
        if number is None and name.size > 1:
            number = self._person_at(run.stop - 1, run.stop)
            if number is not None and len(self.persons[number].spelled) > 1:
                return None
        return number

    def _of_role(self, phrase: Phrase, head: Phrase) -> int | None:
        """Find the person of a role: "the French leader", "the minister"."""
        words = self.words
        opening = words.flags[head.first]
        if not opening & (DETERMINER | DEMONYM) or opening & INDEFINITE:
            return None
        roles, demonyms, gender = set(), set(), 0
        for place in range(head.first, head.stop):
            flag = words.flags[place]
            gender |= flag & GENDER
            if flag & ROLE:
                roles.add(words.word(place))
            if flag & CAPITAL and not flag & (ROLE | TITLE | DETERMINER):
                demonyms.add(bare(words.word(place)))
        if not roles or (phrase.stop > head.stop and not demonyms):
            return None
        fitting = self._fitting(frozenset(roles), frozenset(demonyms), gender)
        if not fitting:
            return None
        latest = self._latest(fitting, phrase.first)
        return fitting[0] if latest is None and len(fitting) == 1 else latest

    def _leading(self, phrase: Phrase) -> int | None:
        """Find the one whom "the president", "the head of state" means where no title tells.

        Titles of those who lead a country or house are often exchanged for one another.
        """
        words = self.words
        flags, leaders = words.flags, words.lexicon.leaders
        first = phrase.first + bool(flags[phrase.first] & ARTICLE)
        if flags[phrase.first] & INDEFINITE or words.word(first) not in leaders:
            return None
        demonyms = set()
        for place in range(first + 1, phrase.stop):
            if words.word(place) in words.lexicon.offices or flags[place] & (PREPOSITION | ARTICLE):
                continue
            if not flags[place] & CAPITAL:
                return None
            demonyms.add(bare(words.word(place)))
        fitting = [
            number
            for number, person in enumerate(self.persons)
            if person.roles & leaders and (not demonyms or same_place(demonyms, person.demonyms))
        ]
        if not fitting and demonyms:  # the country of none is told
            fitting = [
                number
                for number, person in enumerate(self.persons)
                if person.roles & leaders and not person.demonyms
            ]
        if not fitting and not demonyms:
            said = bisect_left(self.said, phrase.first, key=_WORD)
            if said:
                return self.said[said - 1].person
            return 0 if len(self.persons) == 1 else None
        latest = self._latest(fitting, phrase.first) if fitting else None
        return fitting[0] if latest is None and len(fitting) == 1 else latest

    def _fitting(self, roles: frozenset[str], demonyms: frozenset[str], gender: int) -> list[int]:
        """List the persons of a role and country; only the country need fit if no role does."""
        key = roles, demonyms, gender
        if key not in self._of_roles:
            fitting = [
                number
                for number in self._candidates(demonyms)
                if (person := self.persons[number]).roles
                and (demonyms or roles & person.roles)
                and (not demonyms or same_place(demonyms, person.demonyms))
                and not (gender and person.gender and not gender & person.gender)
            ]
            same_role = [number for number in fitting if roles & self.persons[number].roles]
            self._of_roles[key] = same_role or fitting
        return self._of_roles[key]

    def _candidates(self, demonyms: frozenset[str]) -> Iterable[int]:
        """List the persons whose country may be one of some; without any, all persons."""
        if not demonyms:
            return range(len(self.persons))
        if self._of_places is None:  # words of one place have their first letters in common
            self._of_places = {}
            for number, person in enumerate(self.persons):
                for start in {word[:4] for word in person.demonyms}:
                    self._of_places.setdefault(start, []).append(number)
        starts = {word[:4] for word in demonyms}
        return sorted({n for start in starts for n in self._of_places.get(start, ())})

    def _full_group(self, phrase: Phrase, head: Phrase) -> str:
        """Find the full name of "the ministry": the last one before that holds the word."""
        words = self.words
        flags, last = words.flags, head.stop - 1
        if head.stop - head.first != 2 or phrase.stop > head.stop:
            return ""
        if not flags[head.first] & ARTICLE or flags[head.first] & INDEFINITE:
            return ""
        if not flags[last] & GROUP or flags[last] & CAPITAL:
            return ""
        runs = self._runs_with(words.word(last))
        place = bisect_right(runs, phrase.first, key=self.runs.stop.__getitem__)
        if not place:
            return ""
        first, stop = self.runs.first[runs[place - 1]], self.runs.stop[runs[place - 1]]
        if (
            stop + 1 < len(flags)
            and words.joined[stop]
            and flags[stop] & LINK
            and flags[stop + 1] & CAPITAL
        ):
            stop += 2
        return describe(words, Phrase(first, stop))

    def _runs_with(self, word: str) -> list[int]:
        """List the runs of capitalised words in which a word like "ministry" stands."""
        if self._groups is None:
            self._groups = {}
            for number, run in enumerate(zip(self.runs.first, self.runs.stop, strict=True)):
                for place in range(*run):
                    if self.words.flags[place] & GROUP:
                        self._groups.setdefault(self.words.word(place), []).append(number)
        return self._groups.get(word, [])

    def _pronoun(self, word: int) -> Speaker | None:
        flag = self.words.flags[word]
        wanted = FEMALE if flag & (SHE | HER) else MALE if flag & (HE | HIS) else 0
        if not wanted:
            return self._group(word, bool(flag & (THEY | THEIR)))
        sentence = self.words.sentence
        here = sentence[word]
        first = max(self._sentence_start(here - _SENTENCES_BACK), word - _WORDS_BACK)
        best: tuple[float, int] | None = None
        for mention in reversed([*self._between(first, word)]):
            gender = self.persons[mention.person].gender
            if gender and not gender & wanted:
                continue
            distance = float(here - sentence[mention.word])
            score = -distance + 1.5 * self._is_subject(mention) + 1.6 * bool(gender)
            score += 0.8 * (mention.run < 0)  # who has just spoken
            if best is None or score > best[0]:
                best = (score, mention.person)
        if best is not None:
            return Speaker(self.persons[best[1]].name, True, 0.85)
        # '"...," he said. Kroll was speaking at a fair': the name may follow
        stop = min(self._sentence_start(here + 2), word + _WORDS_BACK)
        for mention in self._between(word, stop):
            gender = self.persons[mention.person].gender
            if (not gender or gender & wanted) and self._is_subject(mention):
                return Speaker(self.persons[mention.person].name, True, 0.7)
        return None

    def _group(self, word: int, plural: bool) -> Speaker | None:
        """Find the group that "they" or "it" means: a subject of the two sentences before."""
        words = self.words
        if self.groups_heard:
            last, name = self.groups_heard[-1]
            if last < word and words.sentence[word] - words.sentence[last] < 3:
                return Speaker(name, False, 0.8)
        first = self._sentence_start(words.sentence[word])
        for _ in range(2):
            if not first:
                break
            begin = self._sentence_start(words.sentence[first - 1])
            subject = subject_of(words, begin, first)
            if subject is not None and self._is_group(subject, plural):
                name = describe(words, subject)
                return Speaker(name, False, 0.8) if name else None
            first = begin
        return None

    def _is_group(self, subject: Phrase, plural: bool) -> bool:
        flags = self.words.flags[subject.first : subject.stop]
        if plural:
            return any(flag & (ROLES | AND) for flag in flags)
        if any(flag & GROUP for flag in flags):
            return True
        last = subject.stop - 1
        return name_like(flags[-1]) and self._person_at(last, subject.stop) is None
