"""Checks by cdk-nag: a finding that is not acknowledged makes the synthesis fail."""

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks


def check(app: App) -> None:
    """Add cdk-nag's rules for AWS solutions and serverless to the checks at synthesis of `app`."""
    Validations.of(app).add_plugins(
        AwsSolutionsChecks(app, verbose=True), ServerlessChecks(app, verbose=True)
    )
