r"""Translations without GNU gettext: Babel extracts, merges, compiles and checks them.

    python -m tools.messages update | merge FRAGMENT.json… | compile | check

English is the language of the code, so only Russian must be complete. A fragment maps a msgid to
its Russian text, or to the three Russian plural forms, whose English plural then stands under
"__plural__"; "context\u0004msgid" names a text with a context. The compiled catalogues are
committed, so that the shop runs from a bare clone; `check` holds them to the texts. The Mini
App keeps its own in `static/webapp/texts/`, which a browser reads as they are.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tools.state import CHECKOUT

LANGUAGES = ("ru", "en")
SOURCE_LANGUAGE = "en"
_CODE = ("apps", "bot", "frozenfood")
_KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "t"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
# Texts of the Mini App stand inside template strings.
_OPTIONS = {"encoding": "utf-8", "parse_template_string": True}
_PLACEHOLDER = re.compile(r"%\(\w+\)[-+ #0-9.]*[a-z]|%[sd]|\{\w*\}")
_DATES = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Generated-By).*\n', re.M
)
# Catalogues are the same bytes for the same texts, whoever writes them and when.
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)

# Babel's two extractors differ in their types only.
Extractor = Any


def extracted(root: Path = CHECKOUT) -> Catalog:
    """Return every text that the code asks to be translated."""
    catalog = Catalog()
    for path, content, extractor in _sources(root):
        found = extractor(io.BytesIO(content.encode()), _KEYWORDS, [], _OPTIONS)
        for _line, function, arguments, _comments in found:
            _add(catalog, function, arguments, str(path.relative_to(root)))
    return catalog


def update(root: Path = CHECKOUT) -> None:
    """Bring the catalogues up to the code, keeping what is translated."""
    template = extracted(root)
    for language in LANGUAGES:
        catalog = _read(root, language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        _write(root, language, catalog)


def merge(fragments: Iterable[Path], root: Path = CHECKOUT) -> list[str]:
    """Fill in the Russian of the fragments; return what they name that the code does not."""
    catalog = _read(root, "ru")
    unknown = []
    for fragment in fragments:
        texts: dict[str, Any] = json.loads(fragment.read_text())
        texts.pop("__plural__", None)  # the code itself says what the plural is
        for key, text in texts.items():
            context, _, msgid = key.rpartition("\4")
            message = catalog.get(msgid, context or None)
            if message is None:
                unknown.append(f"{fragment.name}: {key!r} is not in the code")
            elif isinstance(message.id, (tuple, list)) != isinstance(text, list):
                unknown.append(f"{fragment.name}: {key!r} has the wrong number of forms")
            else:
                message.string = tuple(text) if isinstance(text, list) else text
                message.flags.discard("fuzzy")
    _write(root, "ru", catalog)
    return unknown


def compile_all(root: Path = CHECKOUT) -> None:
    """Write the compiled catalogue of each language."""
    for language in LANGUAGES:
        _po(root, language).with_suffix(".mo").write_bytes(_compiled(_read(root, language)))


def problems(root: Path = CHECKOUT) -> Iterator[str]:
    """Say everything that is wrong with the catalogues."""
    wanted = {_key(message) for message in extracted(root) if message.id}
    for language in LANGUAGES:
        catalog = _read(root, language)
        known = {_key(message) for message in catalog if message.id}
        yield from _drift(f"{language}: not collected", wanted - known)
        yield from _drift(f"{language}: no longer in the code", known - wanted)
        for message in catalog:
            if message.id:
                yield from _faults(language, message)
        compiled = _po(root, language).with_suffix(".mo")
        if not compiled.exists() or compiled.read_bytes() != _compiled(catalog):
            yield f"{language}: the compiled catalogue is not current (make messages)"


def _drift(title: str, keys: set[tuple[str | None, Any]]) -> Iterator[str]:
    """Say in one line what `make messages` will put right."""
    if keys:
        first = sorted(map(_shown, keys))[:5]
        more = f" and {len(keys) - len(first)} more" if len(keys) > len(first) else ""
        yield f"{title} (make messages): {', '.join(first)}{more}"


def _faults(language: str, message: Message) -> Iterator[str]:
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    shown = f"{language}: {_shown(_key(message))}"
    if not any(strings) and language == SOURCE_LANGUAGE:
        return
    if not all(strings) or (isinstance(message.id, tuple) and len(strings) < 2):
        yield f"{shown} is not translated"
        return
    if message.fuzzy:
        yield f"{shown} is fuzzy"
    # A Russian "one" also serves 21 and 31, so every form needs what the plural needs.
    expected = sorted(
        _PLACEHOLDER.findall(message.id if isinstance(message.id, str) else message.id[-1])
    )
    for string in strings:
        if sorted(_PLACEHOLDER.findall(string)) != expected:
            yield f"{shown} has other placeholders: {string!r}"


def _sources(root: Path) -> Iterator[tuple[Path, str, Extractor]]:
    for folder in _CODE:
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_text(), extract_python
    for path in sorted(root.glob("**/templates/**/*")):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if path.is_file() and path.suffix in {".html", ".txt"} and not hidden:
            yield path, _as_python(path), extract_python


def _as_python(template: Path) -> str:
    """Return a template's translatable texts as Django's own makemessages sees them."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
    calls = templatize(template.read_text(), origin=str(template))
    return "\n".join(line.strip() for line in calls.splitlines())


def _add(catalog: Catalog, function: str | None, arguments: Any, location: str) -> None:
    """Enter one call; a call with a variable instead of a text is not for the catalogue."""
    values = list(arguments) if isinstance(arguments, (tuple, list)) else [arguments]
    context = values.pop(0) if function and "pgettext" in function else None
    count = 2 if function and function.lstrip("p").startswith("n") else 1
    texts = values[:count]
    if len(texts) < count or not all(texts):
        return
    catalog.add(tuple(texts) if count == 2 else texts[0], context=context,
                locations=[(location, 0)])  # fmt: skip


def _key(message: Message) -> tuple[str | None, Any]:
    return message.context, message.id if isinstance(message.id, str) else tuple(message.id)


def _shown(key: tuple[str | None, Any]) -> str:
    context, msgid = key
    text = msgid if isinstance(msgid, str) else msgid[0]
    return f"{context}: {text!r}" if context else repr(text)


def _po(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def _read(root: Path, language: str) -> Catalog:
    path = _po(root, language)
    if not path.exists():
        return Catalog(locale=language, project="FrozenFood", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def _write(root: Path, language: str, catalog: Catalog) -> None:
    catalog.header_comment = (
        f"# FrozenFood: {catalog.locale.english_name if catalog.locale else language}"
    )
    catalog.fuzzy = False
    buffer = io.BytesIO()
    write_po(
        buffer, catalog, width=100, sort_output=True, include_lineno=False, ignore_obsolete=True
    )
    path = _po(root, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_DATES.sub("", buffer.getvalue().decode()))


def _compiled(catalog: Catalog) -> bytes:
    catalog.creation_date = catalog.revision_date = _NO_DATE
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def main() -> int:
    """Read the command line and do one of the four things."""
    parser = argparse.ArgumentParser(prog="python -m tools.messages", description=__doc__)
    parser.add_argument("action", choices=["update", "merge", "compile", "check"])
    parser.add_argument("fragments", nargs="*", type=Path)
    arguments = parser.parse_args()
    if arguments.action == "check":
        found = list(problems())
        print("\n".join(found) or "Every text is translated.")
        return 1 if found else 0
    if arguments.action == "update":
        update()
    elif arguments.action == "merge":
        print("\n".join(merge(arguments.fragments)), end="\n")
    compile_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
