"""What an operator looks at, and what tells them to look."""
