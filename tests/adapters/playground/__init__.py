"""The browser platform: what it draws, what it reads, and how it behaves over the wire and in a real browser."""
