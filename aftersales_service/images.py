"""Pictures that clients send: decoded, checked and drawn again (rule D10)."""

import base64
import binascii
import hashlib
import io

from PIL import Image, UnidentifiedImageError

from .exceptions import ArgumentError

FORMATS = ("PNG", "JPEG")
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000


def as_image(env, value, label):
    """Return a picture in base64, drawn again so that nothing else is in it.

    :param env: environment, for the language of the error
    :param value: what the client sent: base64 as text or bytes
    :param str label: what the picture is called on screen
    :return: base64 bytes of a PNG or JPEG picture
    :raise ArgumentError: when it is no picture, too large, or of another format
    """
    try:
        data = base64.b64decode(_as_bytes(value), validate=True)
        if not data or len(data) > MAX_BYTES:
            raise ValueError
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        if image.width * image.height > MAX_PIXELS:
            raise ValueError
        image.load()
        return base64.b64encode(_redraw(image))
    except (
        ValueError,
        TypeError,
        OSError,
        binascii.Error,
        SyntaxError,
        UnidentifiedImageError,
        Image.DecompressionBombError,
    ) as error:
        raise ArgumentError(
            env._(
                "“%(label)s” must be a PNG or JPEG picture of at most 10 MB.",
                label=label,
            )
        ) from error


def fingerprint(image):
    """Return what makes a picture of ``as_image`` the same picture.

    :param bytes image: base64, as ``as_image`` returns it
    :return: str
    """
    return hashlib.sha256(base64.b64decode(image)).hexdigest()


def _as_bytes(value):
    if isinstance(value, str):
        value = value.encode("ascii")
    if not isinstance(value, bytes):
        raise TypeError
    if value.startswith(b"data:"):
        value = value.partition(b",")[2]
    return value


def _redraw(image):
    output = io.BytesIO()
    if image.format == "JPEG":
        image.convert("RGB").save(output, "JPEG", quality=90)
    else:
        image.convert("RGBA").save(output, "PNG")
    return output.getvalue()
