"""I read what Teams sends: words, tidings, and what people press."""
