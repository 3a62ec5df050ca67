"""DynamoDB, S3 and executions behind small repositories."""
