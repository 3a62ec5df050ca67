"""What an operator can choose, read from the CDK's context."""

import os
import re
from dataclasses import dataclass
from typing import Any, Literal, Self, cast

from constructs import Node


class SettingError(ValueError):
    """A context value cannot be used; the message names it and says what can."""


# vCPUs and memory (GiB) of the instance types that have one GPU and enough memory for AE.
INSTANCE_SIZES: dict[str, tuple[int, int]] = {
    "g4dn.2xlarge": (8, 32),
    "g4dn.4xlarge": (16, 64),
    "g5.2xlarge": (8, 32),
    "g5.4xlarge": (16, 64),
    "g6.2xlarge": (8, 32),
    "g6.4xlarge": (16, 64),
}


@dataclass(frozen=True)
class Settings:
    """Everything that differs between one installation and the next."""

    name: str
    """Prefix of every named resource, such as `intarsia`."""
    account: str
    region: str
    layer: Literal["build", "none"]
    """`none` leaves the Lambda layer out: where functions find the packages elsewhere."""
    nag: bool
    """Whether cdk-nag checks the template."""
    gpu_instance_type: str
    gpu_max_instances: int
    gpu_spot: bool
    gpu_mode: Literal["host", "container"]
    """Who drives After Effects: `host`, the agent on the machine, which has the GPU; `container`,
    the worker in its own container, into which ECS passes no GPU on Windows."""
    split_frames: int
    """From how many frames on a render is drawn in pieces unasked; 0: never."""
    split_pieces: int
    """In how many pieces at most."""

    @classmethod
    def of(cls, node: Node) -> Self:
        """The settings in a construct's context. Raises SettingError."""
        return cls(
            name=_matching(node, "name", r"(?!aws|ecs|fargate)[a-z][a-z0-9-]{1,30}[a-z0-9]"),
            account=_account(node),
            region=str(_given(node, "region", os.environ.get("CDK_DEFAULT_REGION"), "us-east-1")),
            layer=cast(Literal["build", "none"], _matching(node, "layer", "build|none")),
            nag=_flag(node, "nag"),
            gpu_instance_type=_matching(
                node, "gpuInstanceType", "|".join(map(re.escape, INSTANCE_SIZES))
            ),
            gpu_max_instances=int(_matching(node, "gpuMaxInstances", r"[1-9][0-9]{0,3}")),
            gpu_spot=_flag(node, "gpuSpot"),
            gpu_mode=cast(
                Literal["host", "container"], _matching(node, "gpuMode", "host|container")
            ),
            split_frames=int(_matching(node, "splitFrames", r"0|[1-9][0-9]{1,6}")),
            split_pieces=int(_matching(node, "splitPieces", r"[2-9]|1[0-9]|20")),
        )

    @property
    def gpu_size(self) -> tuple[int, int]:
        """vCPUs and memory (GiB) of a GPU machine."""
        return INSTANCE_SIZES[self.gpu_instance_type]


def _account(node: Node) -> str:
    account = str(
        _given(node, "account", os.environ.get("CDK_DEFAULT_ACCOUNT"), "000000000000")
    ).zfill(12)  # a JSON number has lost its leading zeros
    if not re.fullmatch(r"\d{12}", account):
        raise SettingError(f'context "account" is {account!r}; it has 12 digits')
    return account


def _given(node: Node, key: str, *defaults: str | None) -> Any:
    value = node.try_get_context(key)
    return next(found for found in (value, *defaults) if found is not None)


def _matching(node: Node, key: str, pattern: str) -> str:
    value = str(node.try_get_context(key))
    if not re.fullmatch(pattern, value):
        raise SettingError(f'context "{key}" is {value!r}; it must match {pattern}')
    return value


def _flag(node: Node, key: str) -> bool:
    return _matching(node, key, "True|False|true|false").lower() == "true"
