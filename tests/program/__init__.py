"""The program in a process of its own, as an operator starts it."""
