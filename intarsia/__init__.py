"""Intarsia: After Effects renders on your own AWS account, with nested jobs at the centre."""
