"""courttally documents prosecutions from courts' own online records and counts them so that every number can be checked.

Data moves in one direction, room by room: collect -> archive -> portal -> registry -> figures -> claims -> publish.
Which room may import which is a table in ``tests/test_house.py``; what each holds is said in its own docstring.
"""

# Written here and not asked of the installation, which costs a fifth of a second at every start.
__version__ = "0.1.0"
