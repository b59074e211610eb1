"""The directory of courts as data: codes, names, hosts, levels, regions of the seat, territory policy, aliases.

Imports no other room.
"""
