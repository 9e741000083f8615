"""Reminders as they are kept and read: to-dos, what staff see of them, and what operators hold back."""
