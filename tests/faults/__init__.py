"""Breaking things on purpose, and counting what is lost."""
