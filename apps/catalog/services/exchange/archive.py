"""The archive of pictures that comes beside a table; no name in it ever becomes a path."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.core.files.base import File
from django.utils.translation import gettext as _

from apps.catalog.errors import ArchiveUnreadable, ArchiveUnsafe, BadPicture, PictureTooLarge
from apps.catalog.pictures import LARGEST_FILE, decoded
from apps.catalog.services.images import digest_of, plain_file_name

MOST_PICTURES = 2000
_ENCRYPTED = 0x1


class Archive:
    """Pictures by file name, read one at a time; folders in it don't count."""

    def __init__(self, file: IO[bytes] | None = None) -> None:
        """Read the list of contents.

        Raises:
            ArchiveUnreadable: It is no ZIP archive, or locked by a password.
            ArchiveUnsafe: A name leads out of the archive, or appears twice, or there are too many.
        """
        self._zip: zipfile.ZipFile | None = None
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self._digests: dict[str, str] = {}
        self._checked: set[str] = set()
        if file is None:
            return
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
            raise ArchiveUnreadable from error
        for entry in self._zip.infolist():
            self._enter(entry)
        if len(self._entries) > MOST_PICTURES:
            raise ArchiveUnsafe(reason=_("more than %(count)s files") % {"count": MOST_PICTURES})

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def digest(self, name: str) -> str:
        """Return what tells the file from another.

        Raises:
            PictureTooLarge, BadPicture: It can't be read, or not so much of it.
        """
        if name not in self._digests:
            self._digests[name] = digest_of(self.content(name))
        return self._digests[name]

    def check(self, name: str) -> None:
        """Decode a picture, once, to see that it is whole.

        Raises:
            PictureTooLarge, BadPicture: It can't be used.
        """
        if name not in self._checked:
            decoded(self.content(name))
            self._checked.add(name)

    def content(self, name: str) -> bytes:
        """Return a file's bytes, never more than a picture may have.

        Raises:
            PictureTooLarge: There are more.
            BadPicture: The file is damaged.
        """
        if self._zip is None:
            raise BadPicture
        if self._entries[name].file_size > LARGEST_FILE:
            raise PictureTooLarge
        try:
            with self._zip.open(self._entries[name]) as file:
                content = file.read(LARGEST_FILE + 1)
        except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError,
                zlib.error) as error:  # fmt: skip
            raise BadPicture from error
        if len(content) > LARGEST_FILE:
            raise PictureTooLarge
        return content

    def _enter(self, entry: zipfile.ZipInfo) -> None:
        path = entry.filename.replace("\\", "/")
        name = plain_file_name(path)
        if entry.is_dir() or not name or name.startswith(".") or path.startswith("__MACOSX/"):
            return
        if path.startswith("/") or ".." in path.split("/") or ":" in path:
            raise ArchiveUnsafe(reason=path[:100])
        if entry.flag_bits & _ENCRYPTED:
            raise ArchiveUnreadable
        if name in self._entries:
            raise ArchiveUnsafe(reason=_("two files are called %(name)s") % {"name": name})
        self._entries[name] = entry


@contextmanager
def opened(file: File[bytes] | None) -> Iterator[Archive]:
    """Open the archive of a row, or an empty one where none came.

    Raises:
        ArchiveUnreadable, ArchiveUnsafe: It can't be used.
    """
    if not file:
        yield Archive()
        return
    with file.open("rb") as content:
        yield Archive(content)
