"""Entry points of the Lambda functions: one package per function, without logic of their own."""
