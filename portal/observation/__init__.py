"""What an operator can see of the portal at work: slow queries and figures."""
