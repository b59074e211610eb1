"""Subjects as data: one TOML file each, read by `courttally.law.subjects`. No code here."""
