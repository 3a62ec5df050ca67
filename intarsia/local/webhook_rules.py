"""Webhook rules in the emulator, made by its API: its CloudFormation does not support them."""

import json
import re
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from intarsia.local.errors import DeployError

Clients = Callable[[str], Any]
Template = dict[str, Any]

CONNECTION = "AWS::Events::Connection"
DESTINATION = "AWS::Events::ApiDestination"

_REFERENCE = re.compile(r"\{\{resolve:secretsmanager:(?P<id>.+):SecretString:(?P<key>\w+)::\}\}")
_ARN = "arn:aws:events:${AWS::Region}:${AWS::AccountId}:api-destination/"


def name_destinations(template: Template) -> bool:
    """Replace references to destinations by the ARNs that the emulator will give them.

    Changes the template in place. Return whether it has any destination.
    """
    named = {
        logical_id: {"Fn::Sub": _ARN + resource["Properties"]["Name"]}
        for logical_id, resource in _of_type(template, DESTINATION).items()
    }
    template["Resources"] = _named(template["Resources"], named)
    return bool(named)


def connect(template: Template, clients: Clients) -> None:
    """Create or update the connections and destinations of a synthesised template.

    Raises DeployError for a secret, or a key of a secret, that the emulator does not have.
    """
    events = clients("events")
    connections = {}
    for logical_id, resource in _of_type(template, CONNECTION).items():
        made = _resolved(resource["Properties"], clients("secretsmanager"))
        answer = _put(events.create_connection, events.update_connection, made)
        connections[logical_id] = answer["ConnectionArn"]
    for resource in _of_type(template, DESTINATION).values():
        connection = resource["Properties"]["ConnectionArn"]["Fn::GetAtt"][0]
        made = resource["Properties"] | {"ConnectionArn": connections[connection]}
        _put(events.create_api_destination, events.update_api_destination, made)


def _of_type(template: Template, kind: str) -> dict[str, Any]:
    resources = template["Resources"].items()
    return {name: resource for name, resource in resources if resource["Type"] == kind}


def _named(value: Any, named: dict[str, Any]) -> Any:
    match value:
        case {"Fn::GetAtt": [logical_id, "Arn"]} if logical_id in named:
            return named[logical_id]
        case dict():
            return {key: _named(item, named) for key, item in value.items()}
        case list():
            return [_named(item, named) for item in value]
        case _:
            return value


def _put(create: Callable[..., Any], update: Callable[..., Any], made: Template) -> Any:
    try:
        return create(**made)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise
        return update(**made)


def _resolved(value: Any, secrets: Any) -> Any:
    """Return a property with CloudFormation's references to secrets replaced by their values."""
    if isinstance(value, dict):
        return {key: _resolved(item, secrets) for key, item in value.items()}
    found = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    return _secret(found["id"], found["key"], secrets) if found else value


def _secret(secret: str, key: str, secrets: Any) -> str:
    try:
        content = json.loads(secrets.get_secret_value(SecretId=secret)["SecretString"])
    except secrets.exceptions.ResourceNotFoundException:
        raise DeployError(
            f'a webhook rule needs the secret "{secret}", which does not exist. Start without the '
            f"rule, create the secret (aws --endpoint-url {secrets.meta.endpoint_url} "
            f"secretsmanager create-secret --name {secret} --secret-string ...), and start again"
        ) from None
    except (KeyError, ValueError):
        content = None
    if not isinstance(content, dict) or key not in content:
        raise DeployError(f'the secret "{secret}" of a webhook rule has no key "{key}"')
    return str(content[key])
