"""What is held of people: where, for how long, under which key, and all of it for whoever it is about."""
