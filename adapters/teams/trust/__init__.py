"""Who may speak as Microsoft Teams to us, and how we prove who we are."""
