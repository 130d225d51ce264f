"""A page to try the model on: explore a person, ask why, run a small trial, teach a lesson."""
