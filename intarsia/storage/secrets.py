"""Secrets: names in the table, values only in AWS Secrets Manager.

A value is stored under `<prefix>/<team id>/<secret id>`, not under the secret's name. Secrets
Manager frees a deleted name only after a while (DeleteSecret: "there might be a short delay"), but
a team may reuse a name immediately. The table maps each name to its current id.

Creating stores the value first, under a unique id. Then one conditional write of one item takes the
name. Of two concurrent PUTs only one takes it, and the other deletes its own value. A crash before
the name is taken leaves an unreferenced value that blocks nothing.

Deleting removes the value before the name. A crash in between leaves a name without a value, which
the next DELETE of the same secret removes. The opposite order could leave a value that its team
believes to be deleted.
"""

from typing import Any

from botocore.exceptions import ClientError

from intarsia.domain.errors import ConflictError
from intarsia.domain.ids import new_id, now, timestamp
from intarsia.domain.secrets import Secret
from intarsia.names import SECRET_ITEMS
from intarsia.storage.items import attribute, from_item, to_item

_NOT_THERE = "ResourceNotFoundException"
_BEING_DELETED = "InvalidRequestException"


class SecretNotFoundError(Exception):
    """Absence of a secret of a given name in a team."""


class SecretRecords:
    """Records of all teams' secrets, without values: one partition per team, one item per name."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def add(self, secret: Secret) -> bool:
        """Store the secret's record, and return True; return False if its name is taken."""
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_item(secret, **_keys(secret.team_id, secret.name)),
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError as error:
            if not _is_refused(error):
                raise
            # The item may be this secret's: botocore retries a write whose response was lost.
            there = self.find(secret.team_id, secret.name)
            return there is not None and there.id == secret.id
        return True

    def find(self, team_id: str, name: str) -> Secret | None:
        """Return a team's secret with this name, or None if the team has none."""
        item = self._client.get_item(
            TableName=self._table, Key=_key(team_id, name), ConsistentRead=True
        ).get("Item")
        return from_item(Secret, item) if item else None

    def list_by_team(self, team_id: str) -> list[Secret]:
        """Return a team's secrets, oldest first."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :team",
            ExpressionAttributeValues={":team": attribute(_team(team_id))},
            ConsistentRead=True,
        )
        found = [from_item(Secret, item) for page in pages for item in page["Items"]]
        return sorted(found, key=lambda secret: (timestamp(secret.created_at), secret.id))

    def remove(self, secret: Secret) -> None:
        """Delete the secret's record, which frees its name; another secret's record is kept."""
        try:
            self._client.delete_item(
                TableName=self._table,
                Key=_key(secret.team_id, secret.name),
                ConditionExpression="id = :id",
                ExpressionAttributeValues={":id": attribute(secret.id)},
            )
        except ClientError as error:
            if not _is_refused(error):
                raise


class SecretValues:
    """Secrets with their values. The caller's IAM role decides which methods succeed."""

    def __init__(
        self, client: Any, prefix: str, records: SecretRecords, *, key: str | None = None
    ) -> None:
        """Use a Secrets Manager `client`, in which all names of secrets begin with `prefix`.

        `key` is the ARN of the KMS key that encrypts new values; None: AWS's key for Secrets
        Manager. Existing values keep the key with which they were created.
        """
        self._client = client
        self._prefix = prefix
        self._records = records
        self._encryption = {"KmsKeyId": key} if key else {}

    def get(self, team_id: str, name: str) -> str:
        """Return the value of a team's secret.

        Raises SecretNotFoundError if there is no such secret or it is being deleted.
        """
        secret = self._records.find(team_id, name)
        if secret is None:
            raise SecretNotFoundError(f"there is no secret named {name}")
        try:
            answer = self._client.get_secret_value(SecretId=self._path(secret))
        except ClientError as error:
            if error.response["Error"]["Code"] in {_NOT_THERE, _BEING_DELETED}:
                raise SecretNotFoundError(f"the secret {name} is being deleted") from None
            raise
        return str(answer["SecretString"])

    def create(self, team_id: str, name: str, value: str) -> Secret:
        """Store a value under a new name, and return the secret.

        Raises ConflictError if the team already has a secret of this name.
        """
        secret = Secret(id=new_id(), team_id=team_id, name=name, created_at=now())
        if self._records.find(team_id, name) is None:  # a usual conflict needs no value
            self._client.create_secret(
                Name=self._path(secret), SecretString=value, **self._encryption
            )
            if self._records.add(secret):
                return secret
            self._delete_value(secret)
        raise ConflictError("A secret with this name already exists in your team")

    def delete(self, secret: Secret) -> None:
        """Delete the secret's value permanently, then free its name."""
        self._delete_value(secret)
        self._records.remove(secret)

    def _delete_value(self, secret: Secret) -> None:
        try:
            self._client.delete_secret(SecretId=self._path(secret), ForceDeleteWithoutRecovery=True)
        except ClientError as error:
            if error.response["Error"]["Code"] != _NOT_THERE:
                raise

    def _path(self, secret: Secret) -> str:
        return f"{self._prefix}/{secret.team_id}/{secret.id}"


def _is_refused(error: ClientError) -> bool:
    return bool(error.response["Error"]["Code"] == "ConditionalCheckFailedException")


def _keys(team_id: str, name: str) -> dict[str, str]:
    return {"pk": _team(team_id), "sk": f"NAME#{name}"}


def _key(team_id: str, name: str) -> dict[str, Any]:
    return {key: attribute(value) for key, value in _keys(team_id, name).items()}


def _team(team_id: str) -> str:
    return SECRET_ITEMS.format(team_id=team_id)
