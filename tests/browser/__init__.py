"""The three scenes in a real browser, against the real program in its own process."""
