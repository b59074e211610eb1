"""RFC 3161: an authority signs that a digest existed at a time.

Invariants
- The request is built here, with a nonce, and asks for the authority's certificate. Only the digest of the manifest leaves.
- The answer counts when it is granted, carries our nonce and digest, and its signature leads to a root that the user named. The
  roots are the user's choice; without them no answer is believed.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

_LARGEST = 1 << 18
_PATIENCE_S = 30

Ask = Callable[[str, bytes], bytes]
"""Sends a request to an address and returns the answer's bytes. Raises StampError."""


class StampError(Exception):
    """No timestamp could be had, or the one that came does not hold; the message says why."""


@dataclass(frozen=True, slots=True)
class Authority:
    """An address that answers timestamp requests, and the root certificates (PEM) that its signature must lead to."""

    url: str
    roots: bytes

    @staticmethod
    def named(url: str, roots: Path) -> Authority:
        """Check an address and read the roots. Raises StampError."""
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise StampError("the address of a timestamp authority begins with https:// or http://")
        try:
            return Authority(url, roots.read_bytes())
        except OSError as problem:
            raise StampError(f"the file of root certificates cannot be read ({problem.strerror})") from None


@dataclass(frozen=True, slots=True)
class Stamp:
    """What goes into the package: request and answer (DER), the roots (PEM), and the time that the authority states."""

    request: bytes
    answer: bytes
    roots: bytes
    time: datetime
    authority: str


def stamp(data: bytes, authority: Authority, ask: Ask | None = None) -> Stamp:
    """Have some bytes dated. Raises StampError; a package never says more than was proved."""
    from cryptography import x509
    from rfc3161_client import (
        HashAlgorithm,
        TimestampRequestBuilder,
        VerificationError,
        VerifierBuilder,
        decode_timestamp_response,
    )

    request = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True).build()
    answer = (ask or _ask)(authority.url, request.as_bytes())
    try:
        roots = x509.load_pem_x509_certificates(authority.roots)
        response = decode_timestamp_response(answer)
        builder = VerifierBuilder.from_request(request)
        for root in roots:
            builder = builder.add_root_certificate(root)
        builder.build().verify_message(response, data)
    except VerificationError as problem:
        raise StampError(f"the authority's answer does not hold: {problem}") from None
    except ValueError as problem:
        raise StampError(f"the authority's answer or the roots cannot be read: {problem}") from None
    return Stamp(request.as_bytes(), answer, authority.roots, response.tst_info.gen_time, authority.url)


def _ask(url: str, request: bytes) -> bytes:
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, request, headers), timeout=_PATIENCE_S) as answer:
            data: bytes = answer.read(_LARGEST + 1)
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError) as problem:
        reason = getattr(problem, "reason", None) or type(problem).__name__
        raise StampError(f"the timestamp authority did not answer: {reason}") from None
    if len(data) > _LARGEST:
        raise StampError("the timestamp authority's answer is no timestamp: it is too large")
    return data
