"""What the captures, read together, say: case records, accused, charges, events, outcomes, coverage, and the way back
from a value to its line.

May import ``courts``, ``law``, ``portal``, ``archive`` and ``engine``.
"""
