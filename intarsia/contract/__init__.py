"""The HTTP API as a document: a table of its operations, and OpenAPI 3.1 generated from it."""
