"""A certificate of the tests' own making, for a server on loopback."""

import subprocess
from pathlib import Path


def made_certificate(folder: Path) -> tuple[Path, Path]:
    """(key, self-signed certificate) for ``localhost``, good for two days."""
    key, certificate = folder / "key.pem", folder / "cert.pem"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*words, "-keyout", key, "-out", certificate, *names], capture_output=True, check=True)
    return key, certificate
