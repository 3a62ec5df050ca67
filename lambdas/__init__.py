"""Entry points of the functions: one folder each, no logic of their own."""
