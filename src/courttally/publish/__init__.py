"""What the public may see: tiers, pages, downloads.

May import ``figures``, ``claims``, ``courts`` and ``law``.
"""

from courttally.publish.site import SiteInputs, SiteReport, build_site, collect_inputs
from courttally.publish.tiers import TierError

__all__ = ["SiteInputs", "SiteReport", "TierError", "build_site", "collect_inputs"]
