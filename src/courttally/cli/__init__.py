"""The command line: one verb a room, thin. Heavy imports happen inside the verbs so that ``--help`` is instant.

May import every room.
"""
