"""Pictures a phone would take: drawn here, so that the story needs no files."""

import base64
import io

from PIL import Image, ImageDraw


def _encode(image, kind="PNG"):
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return base64.b64encode(buffer.getvalue()).decode()


def signature():
    """Return a signature as base64 PNG."""
    image = Image.new("RGBA", (420, 140), (255, 255, 255, 0))
    draw = ImageDraw.Draw(image)
    points = [(30, 95), (60, 30), (85, 100), (120, 35), (140, 98), (170, 70)]
    points += [(190, 95), (215, 60), (230, 96), (262, 50), (290, 92), (390, 58)]
    draw.line(points, fill=(20, 30, 90, 255), width=4, joint="curve")
    return _encode(image)


def broken_valve():
    """Return the photo of a broken valve plate as base64 JPEG."""
    image = Image.new("RGB", (640, 480), (196, 198, 202))
    draw = ImageDraw.Draw(image)
    draw.ellipse(
        (150, 70, 490, 410), fill=(120, 122, 128), outline=(60, 60, 64), width=8
    )
    draw.ellipse((250, 170, 390, 310), fill=(36, 36, 40))
    draw.line(
        [(320, 240), (352, 168), (338, 128), (372, 78)], fill=(150, 20, 20), width=7
    )
    draw.text((24, 444), "CP-0007  intake valve, plate cracked", fill=(20, 20, 20))
    return _encode(image, "JPEG")
