"""Make the smaller sizes of the demo pictures: `python -m apps.catalog.demo.renditions`.

They are kept beside the pictures so that loading the demo shop needs no time for it.
"""

from pathlib import Path

from apps.catalog.pictures import MEDIUM, SMALL, renditions_of

PICTURES = Path(__file__).parent / "pictures"


def main() -> None:
    """Encode every picture at 600 and 200 pixels."""
    for picture in sorted(PICTURES.glob("*.webp")):
        renditions = renditions_of(picture.read_bytes())
        for side, content in ((MEDIUM, renditions.medium), (SMALL, renditions.small)):
            folder = PICTURES / str(side)
            folder.mkdir(exist_ok=True)
            (folder / picture.name).write_bytes(content)


if __name__ == "__main__":
    main()
