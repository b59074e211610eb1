"""One small rule a module, one kind of error a rule.

Invariants: a rule is a function ``find(book, found)`` that yields findings; it reads the claims and their ties, and what
earlier rules found (to leave alone what is explained already). No rule knows an id, a publisher or an article by name. What
cannot be judged yields nothing.
"""
