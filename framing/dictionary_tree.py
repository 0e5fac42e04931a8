"""What readers and writers of dictionaries share: the tree of categories, problems, leftovers."""

from __future__ import annotations

from dataclasses import dataclass, field

from framing.dictionary import DEEPEST, Category, Dictionary, DictionaryError, Entry, LeftOut

LARGEST_FILE = 20_000_000  # bytes or characters
LEVELS = " > "
_LONGEST_NAME = 500  # characters; names stand in many messages


@dataclass
class Branch:
    """A category and what is in it."""

    category: Category
    children: list[Branch] = field(default_factory=list)


class Reading:
    """A dictionary while it is read, with all problems and with what is left out."""

    def __init__(self) -> None:
        self.dictionary = Dictionary()
        self.problems: list[tuple[int, str]] = []
        self.known: dict[tuple[str, ...], Category] = {}
        self._kinds: dict[str, tuple[LeftOut, int]] = {}

    def category(self, path: tuple[str, ...], line: int) -> Category:
        """Begin a category; one that may not be there is a problem and not in the dictionary."""
        new = Category(path, line)
        problem = path_problem(path)
        if not problem and path in self.known:
            problem = (
                f'the category "{LEVELS.join(path)}" stands here again (first on line'
                f" {self.known[path].line}); join the two or rename one"
            )
        if problem:
            self.problems.append((line, problem))
            if len(path[-1]) > _LONGEST_NAME:
                raise DictionaryError(sorted(self.problems))
        else:
            self.known[path] = new
            self.dictionary.categories.append(new)
        return new

    def entry(self, category: Category, text: str, line: int) -> Entry | None:
        """Add a word or phrase, with single spaces; nothing is left out where none stands."""
        tidy = " ".join(text.split())
        if not tidy:
            self.leave(line, category.path, text, "there is no word")
            return None
        category.entries.append(Entry(tidy, line))
        return category.entries[-1]

    def leave(self, line: int, path: tuple[str, ...], text: str, reason: str) -> None:
        """Note something that is not taken over."""
        where = LEVELS.join(path[: DEEPEST + 1])
        self.dictionary.left_out.append(LeftOut(line, where, text, reason))

    def count(self, line: int, path: tuple[str, ...], text: str, reason: str) -> None:
        """Note something of a kind that is told once, where it stands first, with its number."""
        if reason in self._kinds:
            first, number = self._kinds[reason]
            self._kinds[reason] = first, number + 1
        else:
            where = LEVELS.join(path[: DEEPEST + 1])
            self._kinds[reason] = LeftOut(line, where, text, ""), 1

    def result(self) -> Dictionary:
        """Return the dictionary, or raise all problems together."""
        if self.problems:
            raise DictionaryError(sorted(self.problems))
        left_out = self.dictionary.left_out
        for reason, (first, number) in self._kinds.items():
            left_out.append(first._replace(reason=f"{reason} ({number} in the file)"))
        left_out.sort(key=lambda left: left.line)
        return self.dictionary


def path_problem(path: tuple[str, ...]) -> str:
    """Say why there can be no category of this path, if so."""
    where = shown(LEVELS.join(path[: DEEPEST + 1]))
    if not path or not all(name.strip() for name in path):
        return f'a category in "{shown(LEVELS.join(path[:DEEPEST]))}" has no name; give it one'
    if len(path) > DEEPEST:
        return f'the category "{where}" is {len(path)} levels deep; {DEEPEST} are read: move it up'
    if max(map(len, path)) > _LONGEST_NAME:
        return f'the name of "{where}" is longer than {_LONGEST_NAME} characters; shorten it'
    return ""


def branches(dictionary: Dictionary) -> list[Branch]:
    """Arrange the categories as a tree; one that only others lie in is made without entries."""
    trees: dict[tuple[str, ...], Branch] = {}
    roots: list[Branch] = []
    given: set[tuple[str, ...]] = set()
    problems = []
    for category in dictionary.categories:
        path = category.path
        if problem := path_problem(path):
            problems.append((category.line, problem))
            continue
        if path in given:
            twice = f'the category "{LEVELS.join(path)}" stands twice; join the two or rename one'
            problems.append((category.line, twice))
        given.add(path)
        for depth in range(1, len(path) + 1):
            here = path[:depth]
            if here not in trees:
                trees[here] = Branch(Category(here))
                (trees[here[:-1]].children if depth > 1 else roots).append(trees[here])
        trees[path].category = category
    if problems:
        raise DictionaryError(problems)
    return roots


def shown(text: str) -> str:
    """Shorten a text for a message."""
    return text if len(text) <= 60 else f"{text[:57]}..."


def number_text(number: float) -> str:
    """Write a number so that reading it gives the same, without needless zeros."""
    written = repr(float(number) + 0.0)  # never "-0"
    return written.removesuffix(".0")
