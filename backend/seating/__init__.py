"""Who sits where and when, and under which number."""
