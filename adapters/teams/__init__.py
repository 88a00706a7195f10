"""I translate Microsoft Teams."""
