"""Files that people and the bot have sent, and the checks of Telegram on photos.

https://core.telegram.org/bots/api#sending-files
"""

import base64
import hashlib
import io
import mimetypes
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from bot.simulator.errors import BotApiError, bad_request

Json = dict[str, Any]

_SIDES = (90, 320, 800, 1280)
_PHOTO_BYTES = 10 * 1024 * 1024
_DOCUMENT_BYTES = 50 * 1024 * 1024
_KIND_PREFIX = {"photo": "AgACAgIAAx", "document": "BQACAgIAAx", "voice": "AwACAgIAAx"}


@dataclass(frozen=True)
class StoredFile:
    """A file that the bot can name by `file_id`."""

    file_id: str
    unique_id: str
    kind: str
    path: str
    mime: str
    size: int
    name: str = ""
    width: int = 0
    height: int = 0
    # All sizes of a photo share the group, so that any of them names the whole photo.
    group: str = ""


class FileStore:
    """Files by id, with their bytes in memory and, when asked, in a folder."""

    def __init__(self) -> None:
        self.files: dict[str, StoredFile] = {}
        self._blobs: dict[str, bytes] = {}
        self.folder: Path | None = None

    def get(self, file_id: str) -> StoredFile | None:
        """Return a file, or None."""
        return self.files.get(file_id)

    def by_path(self, path: str) -> StoredFile | None:
        """Return the file that downloads know under a path, or None."""
        return next((f for f in self.files.values() if f.path == path), None)

    def read(self, stored: StoredFile) -> bytes:
        """Return the bytes of a file, empty when its folder has lost them."""
        if stored.file_id not in self._blobs and self.folder is not None:
            blob = self.folder / _blob_name(stored.path)
            self._blobs[stored.file_id] = blob.read_bytes() if blob.exists() else b""
        return self._blobs.get(stored.file_id, b"")

    def add(self, data: bytes, *, kind: str, name: str, mime: str = "") -> StoredFile:
        """Keep a file of any kind.

        Raises:
            BotApiError: It is empty or too big.
        """
        _check_size(data, _DOCUMENT_BYTES)
        mime = mime or mimetypes.guess_type(name)[0] or "application/octet-stream"
        return self._keep(data, kind=kind, name=name, mime=mime)

    def add_photo(self, data: bytes) -> list[StoredFile]:
        """Keep a photo in the sizes that Telegram would make, smallest first.

        Raises:
            BotApiError: It is no image, or one whose dimensions Telegram refuses.
        """
        _check_size(data, _PHOTO_BYTES)
        group = hashlib.sha256(data).hexdigest()[:24]
        known = self.sizes(group)
        return known or [self._keep_size(image, group) for image in _renditions(data)]

    def sizes(self, group: str) -> list[StoredFile]:
        """Return all sizes of one photo, smallest first."""
        found = [f for f in self.files.values() if f.group == group]
        return sorted(found, key=lambda f: f.width * f.height)

    def dump(self) -> list[Json]:
        """Return the index as JSON, and write the bytes that the folder lacks."""
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            for file_id, blob in self._blobs.items():
                target = self.folder / _blob_name(self.files[file_id].path)
                if not target.exists():
                    partial = target.with_suffix(".part")
                    partial.write_bytes(blob)
                    partial.replace(target)
        return [asdict(stored) for stored in self.files.values()]

    def load(self, index: list[Json]) -> None:
        """Take over a saved index."""
        self.files = {row["file_id"]: StoredFile(**row) for row in index}

    def _keep_size(self, image: Image.Image, group: str) -> StoredFile:
        output = io.BytesIO()
        image.save(output, "JPEG", quality=87)
        return self._keep(
            output.getvalue(),
            kind="photo",
            name="photo.jpg",
            mime="image/jpeg",
            width=image.width,
            height=image.height,
            group=group,
        )

    def _keep(
        self,
        data: bytes,
        *,
        kind: str,
        name: str,
        mime: str,
        width: int = 0,
        height: int = 0,
        group: str = "",
    ) -> StoredFile:
        digest = hashlib.sha256(kind.encode() + name.encode() + data).digest()
        tag = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        prefix = _KIND_PREFIX.get(kind, _KIND_PREFIX["document"])
        suffix = Path(name).suffix or mimetypes.guess_extension(mime) or ""
        path = f"{kind}s/file_{tag[:16]}{suffix}"
        stored = StoredFile(
            prefix + tag, "AQAD" + tag[:12], kind, path, mime, len(data), name, width, height, group
        )
        self.files[stored.file_id] = stored
        self._blobs[stored.file_id] = data
        return stored


def photo_sizes(sizes: list[StoredFile]) -> list[Json]:
    """Return the Bot API's list of PhotoSize."""
    return [
        {
            "file_id": size.file_id,
            "file_unique_id": size.unique_id,
            "file_size": size.size,
            "width": size.width,
            "height": size.height,
        }
        for size in sizes
    ]


def document_view(stored: StoredFile) -> Json:
    """Return the Bot API's Document."""
    return {
        "file_name": stored.name,
        "mime_type": stored.mime,
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
    }


def _blob_name(path: str) -> str:
    return path.replace("/", "-")


def _check_size(data: bytes, limit: int) -> None:
    if not data:
        raise bad_request("file must be non-empty")
    if len(data) > limit:
        raise BotApiError(413, "Request Entity Too Large")


def _renditions(data: bytes) -> list[Image.Image]:
    try:
        opened = Image.open(io.BytesIO(data))
        width, height = opened.size
        # Read from the header, before a single pixel of a bomb is unpacked.
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        image = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise bad_request("IMAGE_PROCESS_FAILED") from error
    renditions = []
    for side in _SIDES:
        copy = image.copy()
        copy.thumbnail((side, side))
        renditions.append(copy)
        if max(image.size) <= side:
            break
    return renditions
