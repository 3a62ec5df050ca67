"""cdk-nag at synthesis: a finding without an acknowledgement stops it."""

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks


def check(app: App) -> None:
    """Check the app against AWS' own rules for solutions, and for serverless ones."""
    Validations.of(app).add_plugins(
        AwsSolutionsChecks(app, verbose=True), ServerlessChecks(app, verbose=True)
    )
