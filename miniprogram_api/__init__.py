"""What a mini-program talks to: the candidate API, the platforms' callbacks, the platforms' clients."""
