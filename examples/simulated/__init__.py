"""A simulated world of military courts, made for examples and tests. Nothing in it happened; no person in it
exists.

The order is: truth first (``world``: plain dataclasses), pages second (``render``), files third (``warc``).
``counts`` counts the truth by the counting rules in code of its own, without any part of courttally, so that the
two can be compared.
"""
