"""The shop's fonts, with Cyrillic in them: for papers, and for pictures in the chat."""

from pathlib import Path

_FILES = {False: "DejaVuSansCondensed.ttf", True: "DejaVuSansCondensed-Bold.ttf"}


def font_file(*, bold: bool = False) -> Path:
    """Return where a font is kept."""
    return Path(__file__).parent / _FILES[bold]
