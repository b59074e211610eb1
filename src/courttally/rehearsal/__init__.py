"""A simulated portal whose truth is known. Everything it makes is marked simulated.

May import ``courts`` and ``archive``. The order of the modules is the order of the work: ``world`` (what happens),
``shown`` (what a site shows of it on a day), ``crawl`` (what a newsroom sees of that, night by night), ``render_*`` and
``serve`` (the pages), ``truth`` and ``counts`` (what is true, what was visible, what must be counted).
"""
