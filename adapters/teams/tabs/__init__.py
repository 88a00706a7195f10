"""The tabs that Teams shows in a frame: somebody's own page, and the board of a channel."""
