"""I draw what people see in Teams, within its limits."""
