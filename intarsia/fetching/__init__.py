"""Safe fetching of clients' URLs: bounded, and only from allowed addresses."""
