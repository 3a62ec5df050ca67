"""The operator's settings, with their defaults and valid values.

docs/configuration.md is generated from this file. stacks/context.py provides the values.
"""

from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from stacks.instance_types import GPU_INSTANCE_TYPES, Size
from stacks.spelling import numeral, spelled
from stacks.webhook_rule import WebhookRule

AfterEffects = Literal["2025", "2026"]
Retention = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827]
Spelled = BeforeValidator(spelled)
Numeral = BeforeValidator(numeral)


def _instance_type(name: str) -> str:
    if name not in GPU_INSTANCE_TYPES:
        raise ValueError(f"{name!r} is none of {', '.join(GPU_INSTANCE_TYPES)}")
    return name


InstanceType = Annotated[str, BeforeValidator(_instance_type)]


class Installation(BaseModel):
    """Name and place of the installation."""

    name: str = Field(
        "intarsia",
        pattern=r"^[a-z][a-z0-9-]{1,30}[a-z0-9]$",
        description="Prefix of every named resource: two installations in one region differ in it.",
    )
    account: str = Field(
        "000000000000",
        pattern=r"^\d{12}$",
        description="AWS account. Unset: that of the credentials; without any, this one.",
    )
    region: str = Field(
        "us-east-1",
        pattern=r"^[a-z]{2}(-[a-z]+)+-\d$",
        description="AWS region. Unset: that of the credentials; without any, this one.",
    )
    tags: Annotated[dict[str, str], Spelled] = Field(
        {}, description="Tags of every resource, such as a cost centre. `app` is always there."
    )
    layer: Literal["build", "none"] = Field(
        "build",
        description="`none` leaves the functions' packages out: where they are found elsewhere.",
    )
    nag: bool = Field(True, description="Whether cdk-nag checks the template at synthesis.")


class ApiSettings(BaseModel):
    """Access to the API."""

    domain_name: str = Field(
        "",
        pattern=r"^$|^([a-z0-9-]+\.)+[a-z]{2,}$",
        description="Domain name of the API, as `renders.example.com`. Empty: API Gateway's own.",
    )
    certificate_arn: str = Field(
        "",
        pattern=r"^$|^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[\w-]+$",
        description="Certificate of that name in this region's Certificate Manager.",
    )
    requests_per_second: int = Field(
        100, ge=1, le=10_000, description="Requests that the API answers; beyond them 429."
    )
    burst: int = Field(200, ge=1, le=5_000, description="Requests at once above that rate.")


class GpuSettings(BaseModel):
    """The GPU fleet: Windows machines with After Effects."""

    gpu_max_machines: int = Field(
        4,
        ge=0,
        le=1_000,
        description="Machines at most; with gpuSpotShare so many on demand and so many spare ones. "
        "0: no GPU fleet, previews only.",
    )
    gpu_instance_types: Annotated[list[InstanceType], Spelled] = Field(
        ["g5.2xlarge", "g6.2xlarge", "g4dn.2xlarge"],
        min_length=1,
        description="Types of machine, the preferred first. None is smaller than the first.",
    )
    gpu_spot_share: int = Field(
        0, ge=0, le=100, description="How many of a hundred first attempts go to spare capacity."
    )
    gpu_warm_machines: int = Field(
        0,
        ge=0,
        le=100,
        description="Stopped machines that have booted once: they start in about a minute and cost "
        "their disks. They are of the first type and never spare capacity. From 0 or to 0 only "
        "while there is no machine (day-two.md).",
    )
    gpu_mode: Literal["host", "container"] = Field(
        "host",
        description="Who drives After Effects: `host`, an agent on the machine, with its GPU; "
        "`container`, the task itself, into which ECS passes no GPU on Windows.",
    )
    gpu_root_volume: int = Field(
        200,
        ge=100,
        le=2_000,
        description="GiB of a machine's disk: Windows, After Effects, renders.",
    )
    after_effects_versions: Annotated[list[AfterEffects], Spelled] = Field(
        ["2026"],
        min_length=1,
        description="Versions on the machines' image; a job that asks for another one is refused.",
    )
    after_effects_package: str = Field(
        "",
        pattern=r"^$|^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/([^\s*?]+/)?$",
        description="Folder in your bucket with what docs/windows.md lists, a folder a version, as "
        "`s3://bucket/after-effects/`. It brings the pipeline that makes the machines' image.",
    )
    gpu_driver: Literal["grid", "gaming"] = Field(
        "grid", description="Which of NVIDIA's drivers for AWS the image gets."
    )


class LinuxSettings(BaseModel):
    """The Linux fleet: previews, `engine: "open"`, joins, assemblies."""

    linux_vcpus: Annotated[Literal[1, 2, 4, 8, 16], Numeral] = Field(
        1, description="vCPUs of a task. Drawing uses one; conforming large clips may use more."
    )
    linux_memory: int = Field(
        4, ge=2, le=120, description="GiB of memory of a task. A 4K render takes 0.8."
    )
    linux_spot: bool = Field(
        True, description="Whether first attempts take spare capacity; later ones never do."
    )
    linux_image: str = Field(
        "build",
        pattern=r"^build$|^\S+[:@]\S+$",
        description="`build`: the CDK builds render_container/Dockerfile.linux and pushes it, with "
        "Docker, when it deploys. Or an image that exists, with its tag or digest.",
    )


class WorkSettings(BaseModel):
    """Admission and division of work."""

    gpu_depth: int = Field(
        200,
        ge=1,
        le=10_000,
        description="Renders for the GPU fleet that are under way at once; what is beyond waits in "
        "order: by priority, then fair between teams.",
    )
    linux_depth: int = Field(
        200,
        ge=1,
        le=10_000,
        description="The same for the Linux fleet, which has a line of its own.",
    )
    split_frames: int = Field(
        9000,
        ge=0,
        le=9_999_999,
        description="From how many frames on, 10 or more, a render is drawn in pieces unasked. "
        "0: never.",
    )
    split_pieces: int = Field(4, ge=2, le=20, description="In how many pieces at most.")


class KeepingSettings(BaseModel):
    """Retention of data."""

    output_days: int = Field(
        0, ge=0, le=3_650, description="Days after which an output is removed. 0: never."
    )
    manifest_days: int = Field(
        90, ge=7, le=3_650, description="Days after which a job's manifest and log are removed."
    )
    log_days: Annotated[Retention, Numeral] = Field(
        30, description="Days for which CloudWatch keeps logs."
    )


class WatchSettings(BaseModel):
    """Notifications and alarms."""

    alarm_email: str = Field(
        "",
        pattern=r"^$|^[^@\s]+@[^@\s]+\.[^@\s]+$",
        description="Where alarms and the budget's warnings are sent. AWS asks it to confirm.",
    )
    price_factor: float = Field(
        1.0,
        ge=0.1,
        le=10,
        description="What you pay for tasks as a multiple of list prices in us-east-1, for a job's "
        "cost: another region, a discount.",
    )
    monthly_budget: int = Field(
        0, ge=0, le=10_000_000, description="US dollars a month to warn at. 0: no budget."
    )
    webhook_rules: Annotated[list[WebhookRule], Spelled] = Field(
        [], description="Events that go to HTTPS endpoints of yours; docs/events.md has examples."
    )


class Settings(
    Installation, ApiSettings, GpuSettings, LinuxSettings, WorkSettings, KeepingSettings,
    WatchSettings,
):  # fmt: skip
    """Everything that differs between one installation and the next."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        coerce_numbers_to_str=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _restore_zeros(cls, given: Any) -> Any:
        """Restore the leading zeros that an account loses as a JSON number."""
        if isinstance(given, dict) and isinstance(given.get("account"), int):
            return given | {"account": str(given["account"]).zfill(12)}
        return given

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.name.startswith(("aws", "ecs", "fargate")):
            raise ValueError("name: AWS keeps names that begin with aws, ecs or fargate for itself")
        if 0 < self.split_frames < 10:
            raise ValueError("splitFrames: it is 0, for never, or at least 10")
        if bool(self.domain_name) != bool(self.certificate_arn):
            raise ValueError("domainName and certificateArn: one needs the other")
        if any(
            GPU_INSTANCE_TYPES[each].vcpus < self.gpu_size.vcpus
            or GPU_INSTANCE_TYPES[each].gibibytes < self.gpu_size.gibibytes
            for each in self.gpu_instance_types
        ):
            raise ValueError(
                f"gpuInstanceTypes: a task that fills {self.gpu_instance_types[0]} must fit on "
                "every other type"
            )
        if self.linux_memory not in range(2 * self.linux_vcpus, 8 * self.linux_vcpus + 1):
            raise ValueError(
                f"linuxMemory: Fargate gives {self.linux_vcpus} vCPUs "
                f"{2 * self.linux_vcpus} to {8 * self.linux_vcpus} GiB"
            )
        if self.gpu_warm_machines > self.gpu_max_machines:
            raise ValueError("gpuWarmMachines: not more than gpuMaxMachines")
        rules = [rule.name for rule in self.webhook_rules]
        if len(set(rules)) < len(rules):
            raise ValueError("webhookRules: two have the same name")
        return self

    @property
    def has_gpu(self) -> bool:
        """Return whether there is a GPU fleet."""
        return self.gpu_max_machines > 0

    @property
    def gpu_size(self) -> Size:
        """Minimum size of a GPU machine: that of the first instance type."""
        return GPU_INSTANCE_TYPES[self.gpu_instance_types[0]]

    @property
    def engines(self) -> list[str]:
        """Names of the engines available to jobs, such as `ae2026`."""
        versions = [f"ae{each}" for each in self.after_effects_versions] if self.has_gpu else []
        return [*versions, "open"]

    @property
    def package_location(self) -> tuple[str, str]:
        """Bucket and key prefix of the After Effects packages; both empty if there are none."""
        bucket, _, prefix = self.after_effects_package.removeprefix("s3://").partition("/")
        return bucket, str(PurePosixPath(prefix)) + "/" if prefix else ""
