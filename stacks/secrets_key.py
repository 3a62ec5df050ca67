"""The key that encrypts the teams' secrets: a second lock beside the permission to read them."""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.settings import Settings

ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
"""What the account's own policies may give to anyone: keeping the key. Nothing that encrypts or
decrypts, and no grants, by which whoever makes them could give themselves that."""


class SecretsKey(Construct):
    """The key, and who may use it. Outlives the stack, for what it encrypts does so too."""

    def __init__(self, scope: Construct, construct_id: str, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        keepers = iam.PolicyStatement(
            sid="Keep",
            principals=[iam.AccountRootPrincipal()],
            actions=list(ADMINISTRATION),
            resources=["*"],  # this key: a key's own policy knows no other
        )
        # A policy of its own takes the place of the usual one, by which the account's policies
        # could also let somebody decrypt.
        self._key = kms.Key(
            self,
            "Key",
            description=f"Secrets of the teams of {settings.name}",
            alias=f"alias/{settings.name}/secrets",
            enable_key_rotation=True,
            policy=iam.PolicyDocument(statements=[keepers]),
            # A deployment that is rolled back leaves none behind: it would cost for ever.
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        self.arn: str = self._key.key_arn
        self.id: str = self._key.key_id

    def allow_writing(self, role: iam.IRole) -> None:
        """Let a role make secrets. Secrets Manager tries to decrypt with a key it is to use."""
        self._allow(role, "kms:GenerateDataKey", "kms:Decrypt")

    def allow_reading(self, role: iam.IRole) -> None:
        """Let a role read secrets, if it also has the permission to."""
        self._allow(role, "kms:Decrypt")

    def _allow(self, role: iam.IRole, *actions: str) -> None:
        by = f"secretsmanager.{Stack.of(self).region}.amazonaws.com"
        self._key.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ArnPrincipal(role.role_arn)],
                actions=list(actions),
                resources=["*"],
                conditions={"StringEquals": {"kms:ViaService": by}},
            )
        )
