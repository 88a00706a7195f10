"""A room with people who talk and click, and the proofs that the bot keeps its promises."""
