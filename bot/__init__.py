"""I decide: the engine of turns and the pure rules of a backlog."""
