"""Bytes of a text file -> text. A program of an old or foreign machine does not say which letters its bytes stand for:
the reading that looks like French names wins, and where two look as good, the line is refused. Never spoilt text.

Names are short, so general detectors guess: on single lines of French names charset-normalizer 3.4 reads about one in
three right. Here is known what to expect, which is what the penalties say.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

CANDIDATES = {
    "cp1252": "Windows-1252",
    "mac_roman": "Mac Roman",
    "cp850": "DOS 850",
    "cp863": "DOS 863",
    "cp437": "DOS 437",
    "iso8859_15": "ISO 8859-15",
}
"""Python's name -> the usual one; the first is the likeliest."""

MARKS = {
    codecs.BOM_UTF32_LE: "utf_32_le",
    codecs.BOM_UTF32_BE: "utf_32_be",
    codecs.BOM_UTF8: "utf_8",
    codecs.BOM_UTF16_LE: "utf_16_le",
    codecs.BOM_UTF16_BE: "utf_16_be",
}
"""The longer ones first: one begins with another."""

WRONG = 8.0
"""A penalty that no French name has."""

CLEARLY = 2.0
"""How much better a reading must be than any other."""

MOSTLY = 0.8
"""Share of the lines that are sure of it, from which an encoding is that of the file."""

_FOREIGN = re.compile(rb"(?s)(?=(..[\x80-\xff].))")
_LATIN = re.compile("[\u00a0-\u017f\u0300-\u036f\u2000-\u206f\ufeff]")
_FREQUENT = dict(zip("éèêëàâçîïôûùüœæ", (0, 1, 2, 2, 1, 2, 1, 2, 2, 1, 3, 3, 4, 3, 7), strict=True))
_RARE_CAPITALS = {"Ù": 6.0, "Û": 5.0, "Ü": 5.0, "Ï": 5.0}
_UNLIKELY_LETTERS = dict.fromkeys("ÿþðÞÐßªºµŸ", 12.0)
_VOWELS = frozenset("aeiouyAEIOUY")
_USUAL_SIGNS = dict.fromkeys("«»“”‘’–—…°•·½¼¾€®©™", 3.0) | {"\xa0": 1.0, "´": 6.0}


class Decoded(NamedTuple):
    """`encoding`: its usual name. `others`: line -> the usual name of another one in which that line alone is.
    `unreadable`: lines that could not be read for certain; their text is a guess."""

    text: str
    encoding: str
    others: Mapping[int, str] = {}
    unreadable: frozenset[int] = frozenset()


class NoText(ValueError):
    """These bytes are no text; the message says why and what to do. `line`: where."""

    def __init__(self, why: str, line: int = 1) -> None:
        super().__init__(why)
        self.line = line


def decode(data: bytes) -> Decoded:
    """Raises NoText."""
    for mark, name in MARKS.items():
        if data.startswith(mark):
            return _marked(data[len(mark) :], name)
    if b"\0" in data:
        return _marked(data, _utf_16(data))
    data = data.removesuffix(b"\x1a")  # the end of a file in DOS
    if data.isascii() or _is_utf_8(data):
        return Decoded(data.decode("utf-8"), "UTF-8")
    return _by_line(data.splitlines(keepends=True))


def decoded_as(data: bytes, said: str) -> Decoded:
    """`said`: a usual name of an encoding (Windows-1252, Mac Roman, DOS 850 …), or Python's. Raises NoText."""
    plain = re.sub(r"[^a-z0-9]", "", said.casefold())
    names = {re.sub(r"[^a-z0-9]", "", usual.casefold()): name for name, usual in CANDIDATES.items()}
    name = {"utf8": "utf_8", "mac": "mac_roman", "ansi": "cp1252"}.get(plain) or names.get(plain, said)
    try:
        text = data.decode(name)
    except (LookupError, ValueError) as error:
        if not isinstance(error, UnicodeDecodeError):
            known = ", ".join(["UTF-8", "UTF-16", *CANDIDATES.values()])
            raise NoText(f"--encoding: “{said}” is none that Tocsin knows: {known}") from None
        line = len(data[: error.start + 1].splitlines())
        why = f"holds a byte that is no {said}: name another --encoding, or leave it out"
        raise NoText(why, line) from None
    if "\0" in text:
        raise NoText(f"this is not {said}, it would hold zero bytes: name another --encoding, or leave it out")
    return Decoded(text.removeprefix("\ufeff"), CANDIDATES.get(name, said))


def _marked(data: bytes, encoding: str) -> Decoded:
    usual = encoding.upper().replace("_", "-", 1).replace("_", " ")
    try:
        return Decoded(data.decode(encoding), usual)
    except UnicodeDecodeError as error:
        if encoding == "utf_8":
            return _by_line(data.splitlines(keepends=True))
        why = f"this file says that it is {usual}, and byte {error.start} is not: save it as “CSV UTF-8”"
        raise NoText(why) from None


def _utf_16(data: bytes) -> str:
    """Without a mark: of each character of the header, one of the two bytes is zero."""
    sample = data[:4096]
    zeros = sample[::2].count(0), sample[1::2].count(0)
    for name, (rare, usual) in {"utf_16_le": zeros, "utf_16_be": zeros[::-1]}.items():
        if usual > len(sample) // 4 and rare <= usual // 20:
            return name
    raise NoText("this is no text file, it holds zero bytes: save it as “CSV UTF-8” or as an Excel workbook (.xlsx)")


def _by_line(lines: list[bytes]) -> Decoded:
    """UTF-8 where a line is; else what most of the others are; else what that line alone is."""
    foreign = [number for number, line in enumerate(lines) if not _is_utf_8(line)]
    others = b"".join(lines[number] for number in foreign)
    main, sure = _main(others)
    mixed = any(not line.isascii() and _is_utf_8(line) for line in lines)
    doubtful = _doubtful(others, main)
    texts = [""] * len(lines)
    apart, unreadable = {}, set()
    read_as = dict.fromkeys(foreign, main)
    for number in foreign:
        groups = _groups(lines[number])
        if not sure or not doubtful.isdisjoint(groups):
            found = _best(groups, usual=main if sure else "")
            if found is None:
                unreadable.add(number + 1)
            read_as[number] = found or main
        if mixed or read_as[number] != main:
            apart[number + 1] = CANDIDATES[read_as[number]]
    for number, line in enumerate(lines):
        texts[number] = line.decode(read_as.get(number, "utf-8"), errors="replace")
    return Decoded("".join(texts), "UTF-8" if mixed else CANDIDATES[main], apart, frozenset(unreadable))


def _main(data: bytes) -> tuple[str, bool]:
    """What nearly all of these lines are, and whether that is sure."""
    if found := _best(_groups(data)):
        return found, True
    lines = Counter(_best(_groups(line)) or "" for line in data.splitlines())
    found, number = max(lines.items(), key=lambda each: each[1] if each[0] else 0)
    return found or next(iter(CANDIDATES)), bool(found) and number > MOSTLY * lines.total()


def _is_utf_8(data: bytes) -> bool:
    """“Ïà” of DOS is a sign of Arabic in UTF-8: what is that by chance has not one letter of Latin script."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return data.isascii() or _LATIN.search(text) is not None or _best(_groups(data)) is None


def _groups(data: bytes) -> Counter[bytes]:
    """Each byte above ASCII with the two before and the one after it, and how often."""
    return Counter(_FOREIGN.findall(b"\n\n" + data + b"\n"))


def _best(groups: Mapping[bytes, int], usual: str = "") -> str | None:
    """The encoding in which these look like French names; None when two readings look as good, or none does.
    `usual`: what the file is otherwise, which wins unless another one is clearly better."""
    penalties = {name: _penalty(name, groups) for name in CANDIDATES}
    ahead = {name: value - (CLEARLY if name == usual else 0) for name, value in penalties.items()}
    best = min(ahead, key=lambda name: ahead[name])
    if any(_penalty_of(best, group) >= WRONG for group in groups):
        return None
    texts = [_texts(best, groups)]
    rivals = [name for name in CANDIDATES if ahead[name] < ahead[best] + CLEARLY and _texts(name, groups) not in texts]
    return None if rivals else best


def _doubtful(data: bytes, main: str) -> set[bytes]:
    """Groups that another encoding explains much better."""
    found = set()
    for group in _groups(data):
        least = min(_penalty_of(name, group) for name in CANDIDATES)
        if _penalty_of(main, group) >= min(WRONG, least + CLEARLY + 1):
            found.add(group)
    return found


def _texts(encoding: str, groups: Iterable[bytes]) -> list[str]:
    return [group.decode(encoding, errors="replace") for group in groups]


def _penalty(encoding: str, groups: Mapping[bytes, int]) -> float:
    return sum(_penalty_of(encoding, group) * number for group, number in groups.items())


@lru_cache(maxsize=100_000)
def _penalty_of(encoding: str, group: bytes) -> float:
    """How unlikely the third of four bytes is in a French name or address."""
    try:
        earlier, before, letter, after = list(group.decode(encoding))
    except UnicodeDecodeError:
        try:
            letter = group[2:3].decode(encoding)
        except UnicodeDecodeError:
            return 20.0
        earlier, before, after = " ", " ", " "
    if letter == "’":
        return 3.0 + _apostrophe(earlier, before, after)
    return sum(_letter(before, letter, after) if letter.isalpha() else _sign(before, letter, after))


def _letter(before: str, letter: str, after: str) -> Iterator[float]:
    small = letter.lower()
    yield _UNLIKELY_LETTERS.get(letter, _RARE_CAPITALS.get(letter, _FREQUENT.get(small, 6.0) + letter.isupper() / 2))
    if not letter.isascii() and ord(letter) > 0x17F:
        yield 14.0  # Greek, ligatures
    if before.isdigit() or after.isdigit():
        yield 8.0
    if letter.isupper():
        yield 8.0 if before.islower() or (before.isalpha() and after.islower()) else 0.0
    else:
        yield _small(before, after)
    yield _in_french(before, small, after, starts=not before.isalpha() and letter.islower())


def _small(before: str, after: str) -> float:
    """A small letter among capitals: programs that know ASCII only make such words, but seldom."""
    if after.isupper():
        return 4.0 if before.isupper() else 6.0
    return 3.0 if before.isupper() and not after.isalpha() else 0.0


def _in_french(before: str, small: str, after: str, *, starts: bool) -> float:
    rules = {
        "é": starts and after in _VOWELS,
        "à": after.isalpha(),
        "ù": after.isalpha(),
        "œ": after.lower() not in "udtc",
        "ë": before not in _VOWELS,
        "ï": before not in _VOWELS,
        "â": before in _VOWELS or starts,
        "î": after in _VOWELS,
        "ê": before in _VOWELS or (starts and after != "t"),
        "ô": before in _VOWELS or (starts and after != "t"),
        "è": before in _VOWELS - set("iuIUyY") or starts,
        "ç": after.lower() not in "aou",
        "û": starts,
    }
    if small != "à" and not before.isalpha() and not after.isalpha():
        return 4.0
    begins_a_cell = 2.0 if starts and before not in " '’-(" else 0.0
    return begins_a_cell + (4.0 if rules.get(small) else 0.0)


def _apostrophe(earlier: str, before: str, after: str) -> float:
    """`l’Église`, `O’Brien`, `qu’on`; not in the middle of POÊLE."""
    if not after.isalpha() or before not in "LDJMNSCTUOldjmnsctuo":
        return 6.0
    begins = not earlier.isalpha() or earlier in "Qq"
    return 0.0 if begins else 6.0


def _sign(before: str, sign: str, after: str) -> Iterator[float]:
    yield _USUAL_SIGNS.get(sign, 20.0)
    if sign in "‘´":
        yield 6.0
    elif sign in "\xa0·":
        begins_a_cell = before.isascii() and not before.isalnum() and before not in ".:"
        yield 6.0 if (after.isalpha() and (before.isalpha() or begins_a_cell)) or sign == "·" else 0.0
    elif sign in "–—":
        yield 6.0 if after.islower() and before.isalpha() else 1.0 * before.isalpha()
    elif sign in "°½¼¾":
        yield 0.0 if before.isdigit() or before in "nN" or not before.isalnum() else 8.0
        yield 8.0 if after.isalpha() else 0.0
    else:
        yield 8.0 if after.isalnum() and sign not in "«“" else 4.0 * (after.isalnum() and sign == "«")
        yield 8.0 if before.isalnum() and sign in "«“" else 0.0
