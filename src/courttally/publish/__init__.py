"""What the public may see: tiers, pages, downloads.

May import ``figures``, ``claims``, ``courts`` and ``law``.
"""
