"""What Slack would show: the main cards, drawn from the very blocks that are sent there. `python -m tests.pictures`."""
