"""One candidate's way through one exam: the form, its versions, confirmation and review."""
