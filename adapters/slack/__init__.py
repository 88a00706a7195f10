"""I translate between Slack and the core."""
