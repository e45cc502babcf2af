"""Alerts that are ready to be sent: those of the program, and over them the town's own, in its home."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import yaml
from msgspec.structs import replace

from db.engine.store import Store
from db.staff import journal
from prompts import wording
from records.alerts import AlertRequest, FollowRequest
from records.problem import WrongField
from records.rejected import Rejected
from records.templates import Template, TemplateRequest, TemplateText
from rules import located_yaml, visible
from rules.model import Language, Purpose
from rules.operator_error import NotThere, OperatorError

SHIPPED = Path(__file__).with_name("templates.yaml")
OWN = "templates.yaml"
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
BLANK = re.compile(r"\{([^{}]*)\}")
IS_BLANK = re.compile(r"[a-z][a-z0-9_]*")


def every(home: Path) -> dict[str, Template]:
    """By name, the town's own in the place of those of the program. Raises OperatorError with every wrong place."""
    own = _own(home)
    texts = {**_read(SHIPPED), **own}
    return {name: _told(name, texts[name], own=name in own) for name in sorted(texts)}


def filled(home: Path, asked: AlertRequest) -> AlertRequest:
    """The request with the texts of its template, where it names one; what it says itself wins. Raises Rejected."""
    if not asked.template:
        return asked
    template = _ready(home, asked)
    title, purpose = asked.title or template.title[Language.FR], asked.purpose or template.purpose
    return replace(asked, title=title, texts=_texts(template, asked), purpose=purpose, template="", fill={})


def news(home: Path, asked: FollowRequest) -> FollowRequest:
    """The same of an update or the all clear, whose title and purpose are those of the alert. Raises Rejected."""
    if not asked.template:
        return asked
    return replace(asked, texts=_texts(_ready(home, asked), asked), template="", fill={})


def _ready(home: Path, asked: AlertRequest | FollowRequest) -> Template:
    """Raises Rejected where something is left open."""
    template = _named(every(home), asked.template)
    if wrong := [*_unfilled(template, asked.fill)]:
        raise Rejected(wrong)
    return template


def _texts(template: Template, asked: AlertRequest | FollowRequest) -> dict[Language, str]:
    said = {each: text for each, text in asked.texts.items() if text.strip()}
    return {each: _fill(text, each, asked.fill) for each, text in template.text.items()} | said


def _unfilled(template: Template, given: Mapping[str, str]) -> Iterator[WrongField]:
    for blank in template.blanks:
        if missing := [language for language in Language if not _said(blank, language, given)]:
            how = f"{blank}=…" if len(missing) > 1 else f"{blank}.{missing[0]}=…"
            yield WrongField(field="set", detail=f"must say {how}, which “{template.name}” leaves open.")
    known = {each for blank in template.blanks for each in (blank, *(f"{blank}.{language}" for language in Language))}
    for name in given.keys() - known:
        open_ = ", ".join(template.blanks) or "nothing"
        yield WrongField(field="set", detail=f"{name}=… is not in “{template.name}”: it leaves {open_} open.")


def _said(blank: str, language: Language, given: Mapping[str, str]) -> str:
    """`area.en` counts in English, before `area`."""
    return given.get(f"{blank}.{language}", "").strip() or given.get(blank, "").strip()


def _fill(text: str, language: Language, given: Mapping[str, str]) -> str:
    return BLANK.sub(lambda found: _said(found[1], language, given), text)


def _named(templates: Mapping[str, Template], name: str) -> Template:
    if name not in templates:
        raise Rejected([WrongField(field="template", detail=f"“{name}” is none: there are {', '.join(templates)}.")])
    return templates[name]


async def save(store: Store, home: Path, name: str, asked: TemplateRequest, *, by: str, now: datetime) -> Template:
    """A new one, or the town's own in the place of one: what is left out stays. Raises Rejected, OperatorError."""
    if not NAME.fullmatch(name):
        why = f"“{name}” can't be its name: write small letters, digits and hyphens, a letter first"
        raise Rejected([WrongField(field="", detail=f"{why}.")])
    own = _own(home)
    text = _changed({**_read(SHIPPED), **own}.get(name), asked)
    if wrong := [*_wrong(text)]:
        raise Rejected(wrong)
    _write(home, {**own, name: text})
    await journal.record(store, by, "saved template", f"template {name}", {}, now)
    return _told(name, text, own=True)


def _changed(before: TemplateText | None, asked: TemplateRequest) -> TemplateText:
    title = {language: words for language, words in asked.title.items() if words.strip()}
    text = {language: words for language, words in asked.text.items() if words.strip()}
    if before is None:
        return TemplateText(purpose=asked.purpose or Purpose.EMERGENCY, title=title, text=text)
    purpose = asked.purpose or before.purpose
    return TemplateText(purpose=purpose, title={**before.title, **title}, text={**before.text, **text})


async def remove(store: Store, home: Path, name: str, *, by: str, now: datetime) -> bool:
    """The town's own; whether there is one of the program now in its place. Raises NotThere, OperatorError."""
    own, shipped = _own(home), _read(SHIPPED)
    if name not in own:
        kept = "it is the program's, and stays" if name in shipped else "`tocsin templates list` shows what there is"
        raise NotThere(f"The town has no template “{name}” of its own: {kept}.")
    _write(home, {each: text for each, text in own.items() if each != name})
    await journal.record(store, by, "removed template", f"template {name}", {}, now)
    return name in shipped


def _own(home: Path) -> dict[str, TemplateText]:
    """What a person has written is looked at as when it is saved; those of the program are, by the tests."""
    path = home / OWN
    found = _read(path) if path.exists() else {}
    wrong = [f"  {path}, {name}: {each.field} {each.detail}" for name, text in found.items() for each in _wrong(text)]
    if wrong:
        raise OperatorError("\n".join(["The templates can't be used: correct these.", *wrong]))
    return found


def _read(path: Path) -> dict[str, TemplateText]:
    try:
        found = located_yaml.entries(path.read_text(encoding="utf-8-sig"), TemplateText)
    except located_yaml.BadYaml as error:
        places = "\n".join(f"  {path} {each}" for each in error.wrong)
        raise OperatorError(f"The templates can't be used: correct these places.\n{places}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"{path} can't be read ({error}): put it back, saved as UTF-8.") from None
    return found


def _wrong(text: TemplateText) -> Iterator[WrongField]:
    """Both languages, blanks alike in both, and what a voice can say."""
    for language in Language:
        for field, of in (("title", text.title), ("text", text.text)):
            if not of.get(language, "").strip():
                yield WrongField(field=f"{field}_{language}", detail="is empty: write it.")
    yield from _wrong_blanks({language: set(BLANK.findall(words)) for language, words in text.text.items()})
    for language, words in text.title.items():
        if BLANK.search(words):
            yield WrongField(field=f"title_{language}", detail="leaves something open: only a text can.")
    for language, words in text.text.items():
        for each in wording.unsayable(BLANK.sub("x", visible.text(words, lines=True)), language):
            why = f"a voice can't say “{each.sign}” for certain; write {each.instead}."
            yield WrongField(field=f"text_{language}", detail=why)


def _wrong_blanks(blanks: Mapping[Language, set[str]]) -> Iterator[WrongField]:
    for language, names in blanks.items():
        for name in sorted(names):
            if not IS_BLANK.fullmatch(name):
                why = f"“{{{name}}}” is no blank: write small letters, as {{area}}."
                yield WrongField(field=f"text_{language}", detail=why)
    every = list(blanks.values())
    alone = {name for names in every for name in names if any(name not in others for others in every)}
    for name in sorted(alone):
        yield WrongField(field="text", detail=f"{{{name}}} is in one language only: leave it open in both.")


def _told(name: str, text: TemplateText, *, own: bool) -> Template:
    blanks = [each for words in text.text.values() for each in BLANK.findall(words)]
    return Template(
        name=name,
        purpose=text.purpose,
        title=text.title,
        text={language: " ".join(words.split()) for language, words in text.text.items()},
        blanks=tuple(dict.fromkeys(blanks)),
        own=own,
    )


def _write(home: Path, own: Mapping[str, TemplateText]) -> None:
    data: Any = {name: msgspec.to_builtins(text) for name, text in own.items()}
    draft = home / f"{OWN}.new"
    draft.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")
    draft.replace(home / OWN)
