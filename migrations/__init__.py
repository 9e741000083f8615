"""Numbered changes of the database's schema."""
