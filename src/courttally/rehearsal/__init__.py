"""A simulated portal whose truth is known. Everything it makes is marked simulated.

May import ``courts`` and ``archive``.
"""
