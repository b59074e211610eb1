"""What the public may see: tiers, pages, downloads.

May import ``figures``, ``claims``, ``courts`` and ``law``.
"""

from courttally.publish.frozen import Release
from courttally.publish.site import SiteInputs, SiteReport, build_site, collect_inputs, make_release
from courttally.publish.tiers import TierError

__all__ = ["Release", "SiteInputs", "SiteReport", "TierError", "build_site", "collect_inputs", "make_release"]
