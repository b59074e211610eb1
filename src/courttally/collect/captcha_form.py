"""Taking the captcha out of a search form: the picture and the id that an answer must name. Nothing is solved here.

Invariants
- Strict: a form that asks for a code and whose picture or id cannot be taken out whole raises; it is never passed over.
- Only the picture in the page itself is taken (`data:` with base64); nothing is fetched for it.

A captcha belongs to a region of the platform: the middle label of a court's host (reference, section 1.8).
"""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from courttally import courts

LARGEST_IMAGE = 64 << 10
"""Bytes; the sites' own are about three thousand."""

_DATA = re.compile(r"data:\s*(image/(?:png|jpeg|gif))\s*;\s*base64\s*,([A-Za-z0-9+/=\s]+)", re.IGNORECASE)
_ID = re.compile(r"[0-9A-Za-z_-]{1,128}")
_REGION = re.compile(r"[0-9a-z]([0-9a-z-]{0,38}[0-9a-z])?")
_MAGIC = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8"}


class CaptchaFormError(ValueError):
    """A form asks for a code, and its picture or id is not where it should be. The message holds no text of the page."""


@dataclass(frozen=True, slots=True)
class Captcha:
    """What a form shows: the id that goes back with the answer, and the picture."""

    captchaid: str
    image: bytes
    media_type: str


def captcha_of(page: str) -> Captcha | None:
    """The captcha of a search form; None where no code is asked for. Raises CaptchaFormError."""
    tree = LexborHTMLParser(page)
    fields = tree.css('input[name="captcha"]')
    if not fields:
        return None
    if len(fields) > 1:
        raise CaptchaFormError("the form asks for more than one code")
    form = _ancestor(fields[0], _owns_captcha)
    ids = form.css('input[name="captchaid"]') if form is not None else []
    found = {node.attributes.get("value") or "" for node in ids}
    if len(found) != 1 or not _ID.fullmatch(captchaid := found.pop()):
        raise CaptchaFormError("the form asks for a code without naming one captcha")
    inline = _inline(form) if form is not None else []
    if len(inline) != 1:
        raise CaptchaFormError("the form asks for a code and does not show one picture")
    media_type, image = _decoded(inline[0])
    return Captcha(captchaid, image, media_type)


def media_type_of(image: bytes) -> str:
    """Which kind of picture some bytes are. Raises CaptchaFormError for bytes that are none, or too many."""
    if len(image) > LARGEST_IMAGE:
        raise CaptchaFormError(f"the picture is larger than {LARGEST_IMAGE >> 10} KiB")
    for media_type, magic in _MAGIC.items():
        if image.startswith(magic):
            return media_type
    raise CaptchaFormError("the picture is no PNG, JPEG or GIF")


def is_captchaid(text: str) -> bool:
    """Whether a text can be the id of a captcha."""
    return _ID.fullmatch(text) is not None


def is_region(text: str) -> bool:
    """Whether a text can be a region of the platform."""
    return _REGION.fullmatch(text) is not None


def region_of(host: str) -> str:
    """The region of the platform that a host belongs to: `spb` of `gvs.spb.sudrf.ru` and of `gvs--spb.sudrf.ru`.

    A host without a middle label is a region of its own, named by its first label. Raises ValueError for what is no
    host name.
    """
    court = courts.by_host(host)
    labels = (host.casefold().partition(":")[0] if court is None else court.host).rstrip(".").split(".")
    region = labels[1] if len(labels) >= 4 else labels[0].rpartition("--")[2]
    if not is_region(region):
        raise ValueError("this is no host name of a court's site")
    return region


def _decoded(source: str) -> tuple[str, bytes]:
    match = _DATA.fullmatch(source.strip())
    if match is None:
        raise CaptchaFormError("the form's picture is not written as pictures in pages are")
    try:
        image = base64.b64decode("".join(match[2].split()), validate=True)
    except binascii.Error:
        raise CaptchaFormError("the form's picture is damaged") from None
    media_type = media_type_of(image)
    if media_type != match[1].lower():
        raise CaptchaFormError("the form's picture is not of the kind it says")
    return media_type, image


def _inline(node: LexborNode) -> list[str]:
    """The pictures that stand in the page itself, below a node."""
    images = [image.attributes.get("src") or "" for image in node.css("img")]
    return [source for source in images if source.lstrip()[:5].lower() == "data:"]


def _owns_captcha(node: LexborNode) -> bool:
    """Whether a node is the form, or holds what belongs to a captcha: a form that begins inside a table ends there, and its fields stand beside it."""
    return node.tag == "form" or bool(node.css('input[name="captchaid"]') and _inline(node))


def _ancestor(node: LexborNode, fits: Callable[[LexborNode], bool]) -> LexborNode | None:
    found = node.parent
    while found is not None and not fits(found):
        found = found.parent
    return found
