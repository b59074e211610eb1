"""Published figures and their audit.

May import ``figures``, ``law`` and ``courts``.
"""
