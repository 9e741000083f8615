"""Numbered schema changes, run in order by `zhunkao migrate`."""
