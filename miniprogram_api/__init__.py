"""What a mini-program talks to: the candidate API and the platforms' callbacks. Handlers only translate."""
