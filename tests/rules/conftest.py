"""Rules are tried with the same examples everywhere: a failure is everybody's."""

from hypothesis import settings

settings.register_profile("rules", derandomize=True, deadline=None, database=None, max_examples=60)
settings.load_profile("rules")
