"""Repositories: access to DynamoDB, S3, Secrets Manager, X-Ray and Step Functions executions."""
