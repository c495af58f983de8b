"""The whole production layout on one machine, under load, with its parts killed."""
