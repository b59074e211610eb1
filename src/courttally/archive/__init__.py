"""The evidence: captures in WARC files written once, the import of files, and the ledgers of what was asked.

Imports no other room.
"""
