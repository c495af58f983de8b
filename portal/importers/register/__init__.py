"""An existing register of policies, as JSON Lines, brought in as drafts.

`lines` reads the stream, `drafts` makes a draft of each line and says what is wrong
with it, `writing` puts a batch of drafts into the database, `running` ties them
together. Nobody's decision is in a register, and none is taken here.
"""
