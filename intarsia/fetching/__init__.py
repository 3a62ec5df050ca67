"""Safe downloads from clients' URLs: with limits, and only from allowed addresses."""
