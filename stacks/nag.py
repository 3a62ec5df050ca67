"""cdk-nag at synthesis: a finding without an acknowledgement fails the synthesis."""

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks


def check(app: App) -> None:
    """Check the app at synthesis against cdk-nag's rules for AWS solutions and serverless."""
    Validations.of(app).add_plugins(
        AwsSolutionsChecks(app, verbose=True), ServerlessChecks(app, verbose=True)
    )
