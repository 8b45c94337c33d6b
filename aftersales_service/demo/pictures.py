"""Pictures of the demo documents, drawn so that no files need to ship."""

import base64
import io
import random

from PIL import Image, ImageDraw


def _encode(image):
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def draw_signature(number):
    """Return a signature as base64 PNG, another one for each number.

    :param int number: which one
    """
    draw = random.Random(number)
    image = Image.new("RGBA", (320, 110), (255, 255, 255, 0))
    points = [
        (24 + step * 25, 76 - (step % 2) * draw.randrange(18, 56) + draw.randrange(14))
        for step in range(11)
    ]
    ImageDraw.Draw(image).line(points, fill=(24, 32, 92, 255), width=3, joint="curve")
    return _encode(image)


def draw_damage(text):
    """Return a photo of a damaged part as base64 PNG.

    :param str text: what the picture shows
    """
    image = Image.new("RGB", (480, 320), (198, 200, 204))
    pen = ImageDraw.Draw(image)
    pen.rectangle((120, 50, 360, 250), fill=(122, 124, 130), outline=(60, 60, 64))
    pen.line(
        [(150, 230), (210, 150), (240, 180), (330, 66)], fill=(150, 20, 20), width=6
    )
    pen.text((16, 292), text, fill=(20, 20, 20))
    return _encode(image)


def draw_logo():
    """Return the demo company's mark: a rotor in a ring, as base64 PNG."""
    image = Image.new("RGBA", (240, 240), (255, 255, 255, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((12, 12, 228, 228), fill=(17, 94, 131, 255))
    pen.ellipse((30, 30, 210, 210), fill=(255, 255, 255, 255))
    for start in range(0, 360, 72):
        pen.pieslice((42, 42, 198, 198), start, start + 38, fill=(17, 94, 131, 255))
    pen.ellipse((92, 92, 148, 148), fill=(242, 153, 27, 255))
    return _encode(image)
