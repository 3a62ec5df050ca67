"""The KMS key that encrypts the teams' secrets.

To read a secret, a role requires permission for this key as well as for the secret.
"""

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
"""KMS actions that IAM policies of the account may allow: the administration of the key.

Encryption and decryption are excluded. So are grants, because a grant could allow both.
"""


class SecretsKey(Construct):
    """The KMS key and its policy. Like the secrets, it is retained when the stack is deleted."""

    def __init__(self, scope: Construct, construct_id: str, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        keepers = iam.PolicyStatement(
            sid="Keep",
            principals=[iam.AccountRootPrincipal()],
            actions=list(ADMINISTRATION),
            resources=["*"],  # in a key policy, `*` means this key
        )
        # An explicit policy replaces the default one, under which the account's policies could
        # also allow decryption.
        self._key = kms.Key(
            self,
            "Key",
            description=f"Secrets of the teams of {settings.name}",
            alias=f"alias/{settings.name}/secrets",
            enable_key_rotation=True,
            policy=iam.PolicyDocument(statements=[keepers]),
            # A rolled-back deployment deletes its key, which would otherwise cost for ever.
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        self.arn: str = self._key.key_arn
        self.id: str = self._key.key_id

    def allow_writing(self, role: iam.IRole) -> None:
        """Let `role` create secrets with this key.

        Secrets Manager requires the permission to decrypt for that too.
        """
        self._allow(role, "kms:GenerateDataKey", "kms:Decrypt")

    def allow_reading(self, role: iam.IRole) -> None:
        """Let `role` decrypt secrets with this key. It also needs the permission to read them."""
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
