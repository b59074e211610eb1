"""Metric definitions, scopes, the calendar, the Figure and its proof.

May import ``registry``, ``archive``, ``courts``, ``law`` and ``engine``.
"""
