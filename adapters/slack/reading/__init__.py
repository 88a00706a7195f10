"""I read what Slack sends: words, tidings, and what people press."""
