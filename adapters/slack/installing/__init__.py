"""I keep what lets us act in workspaces, and how they give it and take it back."""
