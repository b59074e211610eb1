"""DuckDB in memory over Parquet snapshots.

Imports no other room.
"""
