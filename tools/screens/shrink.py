"""Make the pictures of the manual small, and refuse those that stay big.

usage: shrink.py FOLDER
"""

import sys
from pathlib import Path

from PIL import Image

COLOURS = 128
MOST_BYTES = 150_000
MOST_BYTES_IN_ALL = 3_000_000


def shrink(path):
    """Reduce a picture to a palette, and return its size in bytes."""
    with Image.open(path) as picture:
        if picture.mode != "P":
            small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            small.save(path, optimize=True)
    return path.stat().st_size


def main(folder):
    sizes = {path: shrink(path) for path in sorted(Path(folder).rglob("*.png"))}
    total = sum(sizes.values())
    print(f"{len(sizes)} pictures, {total // 1000} kB")
    big = [
        f"{path.name} has {size // 1000} kB"
        for path, size in sizes.items()
        if size > MOST_BYTES
    ]
    if total > MOST_BYTES_IN_ALL:
        big.append(f"together {total // 1000} kB")
    if big:
        sys.exit("Too big: " + ", ".join(big))


if __name__ == "__main__":
    main(*sys.argv[1:])
