"""What ``courttally doctor`` looks at: each check says what it found and the way out."""

from __future__ import annotations

import locale
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

LOW_DISK = 1 << 30


@dataclass(frozen=True, slots=True)
class Check:
    """One finding."""

    name: str
    ok: bool
    found: str
    way_out: str = ""


def checks(home: Path) -> list[Check]:
    """All checks of a home folder and of the machine."""
    return [_python(), _libraries(), _locale(), _disk(home), _writable(home), *_modes(home), _zone(), _key(home)]


def _python() -> Check:
    return Check(
        "Python",
        sys.version_info >= (3, 11),
        platform.python_version(),
        "install Python 3.11 or newer and run scripts/setup again",
    )


def _libraries() -> Check:
    names = ("courttally", "selectolax", "fastwarc", "pyarrow", "duckdb")
    return Check("versions", True, ", ".join(f"{name} {version(name)}" for name in names))


def _locale() -> Check:
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    preferred = locale.getpreferredencoding(False)
    return Check(
        "terminal's encoding",
        encoding == "utf8",
        f"{sys.stdout.encoding}, files {preferred}",
        "set LANG=C.UTF-8 or PYTHONUTF8=1: court names are Cyrillic",
    )


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


def _disk(home: Path) -> Check:
    free = shutil.disk_usage(_existing(home)).free
    return Check(
        "disk",
        free > LOW_DISK,
        f"{free / (1 << 30):.1f} GB free where the home is",
        "free some space: an import or build needs at least 1 GB",
    )


def _writable(home: Path) -> Check:
    place = _existing(home)
    found = "the home can be written" if home.exists() else "the home does not exist yet and can be made"
    ok = os.access(place, os.W_OK | os.X_OK)
    return Check(
        "home", ok, found if ok else "the home cannot be written", "choose another with --home, or change its owner"
    )


def _modes(home: Path) -> list[Check]:
    """Archive and registry are private: nobody else on this machine may read them."""
    found = []
    for name in ("archive", "registry", "linkage"):
        folder = home / name
        if folder.exists():
            mode = folder.stat().st_mode & 0o777
            found.append(
                Check(
                    f"{name} mode",
                    not mode & 0o077,
                    f"{mode:04o}",
                    f"others can read it: chmod 700 on the folder '{name}' in the home",
                )
            )
    return found


def _zone() -> Check:
    from courttally.registry.moscow import MOSCOW

    return Check("time zones", MOSCOW.key == "Europe/Moscow", "Moscow time is known", "install the package tzdata")


def _key(home: Path) -> Check:
    from courttally.registry.linkage import KeyRefusedError, find_key

    try:
        key = find_key(home)
    except KeyRefusedError as error:
        return Check("linkage key", False, str(error), "mend its file as it says, or name another with COURTTALLY_KEY")
    if key is None:
        return Check("linkage key", True, "none: names are not compared ('courttally keys new FILE' makes one)")
    return Check("linkage key", True, f"{key.id}, outside the home and yours alone")
