"""The questions of the source texts, each answered by the model; one file for each."""
