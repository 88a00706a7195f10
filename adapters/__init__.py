"""I translate: between the bot's own words and those of platforms and trackers."""
