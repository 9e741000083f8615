"""What the exam service knows and decides: no platform, no candidate HTTP."""
