"""I draw what people see in Slack, within its limits."""
