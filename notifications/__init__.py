"""To-dos and pushes: which reminder, when, to whom, through which channel."""
