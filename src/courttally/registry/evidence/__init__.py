"""Evidence for a lawyer: everything behind one case in one package that can be checked without this program.

``gather`` finds captures and says where each came from, ``wacz`` writes them as other tools read them, ``report`` tells what the
court's page said when, ``stamp`` has the manifest dated by an authority, ``package`` puts the files together with the way to check
them, ``release`` encrypts, logs and hands out. The package holds court pages as they are, names included: it is of the archive tier.
"""

from courttally.registry.evidence.gather import Gathered, gather
from courttally.registry.evidence.package import build_package
from courttally.registry.evidence.release import Released, ReleaseError, release
from courttally.registry.evidence.stamp import Authority, StampError

__all__ = [
    "Authority",
    "Gathered",
    "ReleaseError",
    "Released",
    "StampError",
    "build_package",
    "gather",
    "release",
]
