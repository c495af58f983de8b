"""Two people at one text: the second to save is asked, and nothing is overwritten."""
