"""What the law says and what results mean: the dated statute table, wartime parts, the notation of charges,
the vocabulary of outcomes, and the reading of sentences.

Imports no other room. Rules are rows of data with a version; nothing here knows a page or a file.
"""
