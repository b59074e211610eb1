"""Asking the court sites: the plan, polite fetching, the captcha desk. (Not built yet: a later step.)

May import ``courts``, ``portal`` and ``archive``.
"""
