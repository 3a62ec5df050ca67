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


def _instance_type(name: object) -> str:
    if not isinstance(name, str) or name not in GPU_INSTANCE_TYPES:
        raise ValueError(f"valid instance types are {', '.join(GPU_INSTANCE_TYPES)}")
    return name


FARGATE_MEMORY = {
    1: range(2, 9),
    2: range(4, 17),
    4: range(8, 31),
    8: range(16, 61, 4),
    16: range(32, 121, 8),
}
"""Valid amounts of memory of a Fargate task in GiB, by its number of vCPUs.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
"""

InstanceType = Annotated[str, BeforeValidator(_instance_type)]


class Installation(BaseModel):
    """Name and place of the installation."""

    name: str = Field(
        "intarsia",
        pattern=r"^[a-z][a-z0-9-]{1,30}[a-z0-9]$",
        description="Prefix of every named resource. Each installation in a region needs its own.",
    )
    account: str = Field(
        "000000000000",
        pattern=r"^\d{12}$",
        description="AWS account. If unset: the account of your credentials, or this default "
        "without credentials.",
    )
    region: str = Field(
        "us-east-1",
        pattern=r"^[a-z]{2}(-[a-z]+)+-\d$",
        description="AWS region. If unset: the region of your credentials, or this default without "
        "credentials.",
    )
    tags: Annotated[dict[str, str], Spelled] = Field(
        {},
        description="Tags of every resource, such as a cost centre. The tag `app` is always added.",
    )
    layer: Literal["build", "none"] = Field(
        "build",
        description="`build` makes the Lambda layer with the functions' packages. `none` omits "
        "it, for an environment that already has them.",
    )
    nag: bool = Field(True, description="Whether cdk-nag checks the template at synthesis.")


class ApiSettings(BaseModel):
    """Access to the API."""

    domain_name: str = Field(
        "",
        pattern=r"^$|^([a-z0-9-]+\.)+[a-z]{2,}$",
        description="Domain name of the API, such as `renders.example.com`. Empty: the default "
        "address of API Gateway.",
    )
    certificate_arn: str = Field(
        "",
        pattern=r"^$|^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[\w-]+$",
        description="ARN of the certificate for `domainName`, in Certificate Manager of this "
        "region.",
    )
    requests_per_second: int = Field(
        100,
        ge=1,
        le=10_000,
        description="Rate limit of the API. Requests above it get status 429.",
    )
    burst: int = Field(
        200, ge=1, le=5_000, description="Requests accepted at once above that rate."
    )


class GpuSettings(BaseModel):
    """The GPU fleet: Windows machines with After Effects."""

    gpu_max_machines: int = Field(
        4,
        ge=0,
        le=1_000,
        description="Maximum number of on-demand machines and, with `gpuSpotShare`, of Spot "
        "machines. 0: no GPU fleet, previews only.",
    )
    gpu_instance_types: Annotated[list[InstanceType], Spelled] = Field(
        ["g5.2xlarge", "g6.2xlarge", "g4dn.2xlarge"],
        min_length=1,
        description="Instance types in order of preference. The first must be the smallest. Valid: "
        "2xlarge, 4xlarge and 8xlarge of g4dn, g5, g6 and g6e.",
    )
    gpu_spot_share: int = Field(
        0, ge=0, le=100, description="Percentage of first attempts that run on Spot machines."
    )
    gpu_warm_machines: int = Field(
        0,
        ge=0,
        le=100,
        description="Number of stopped machines that have booted once. They start in about a "
        "minute; you pay only for their disks. They have the first instance type and are never "
        "Spot machines. Change from or to 0 only while no machine exists (day-two.md).",
    )
    gpu_mode: Literal["host", "container"] = Field(
        "host",
        description="Place of After Effects. `host`: on the machine, with its GPU, driven by an "
        "agent. `container`: in the task, without a GPU, because ECS passes none to Windows "
        "containers.",
    )
    gpu_root_volume: int = Field(
        200,
        ge=100,
        le=2_000,
        description="Size of a machine's disk in GiB, for Windows, After Effects and renders.",
    )
    after_effects_versions: Annotated[list[AfterEffects], Spelled] = Field(
        ["2026"],
        min_length=1,
        description="Versions in the machines' image. A job for another version is refused.",
    )
    after_effects_package: str = Field(
        "",
        pattern=r"^$|^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/([^\s*?]+/)?$",
        description="S3 location of your After Effects packages, such as "
        "`s3://bucket/after-effects/`, with one folder per version; docs/windows.md lists their "
        "contents. In `host` mode, it adds the pipeline that builds the machines' image.",
    )
    gpu_driver: Literal["grid", "gaming"] = Field(
        "grid", description="NVIDIA's driver for AWS in the machines' image."
    )


class LinuxSettings(BaseModel):
    """The Linux fleet: previews, `engine: "open"`, joins, assemblies."""

    linux_vcpus: Annotated[Literal[1, 2, 4, 8, 16], Numeral] = Field(
        1, description="vCPUs of a task. Drawing uses one; conforming large clips may use more."
    )
    linux_memory: int = Field(
        4, ge=2, le=120, description="Memory of a task in GiB. A 4K render takes 0.8."
    )
    linux_spot: bool = Field(
        True, description="Whether first attempts run on Fargate Spot. Later attempts never do."
    )
    linux_image: str = Field(
        "build",
        pattern=r"^build$|^\S+[:@]\S+$",
        description="`build`: the deployment builds render_container/Dockerfile.linux with Docker "
        "and pushes the image. Otherwise: an existing image with its tag or digest.",
    )


class WorkSettings(BaseModel):
    """Admission and division of work."""

    gpu_depth: int = Field(
        200,
        ge=1,
        le=10_000,
        description="Maximum number of GPU renders under way at once. Further trees wait in the "
        "admission queue: by priority, then fairly between teams.",
    )
    linux_depth: int = Field(
        200,
        ge=1,
        le=10_000,
        description="The same for the Linux fleet, which has its own admission queue.",
    )
    split_frames: int = Field(
        9000,
        ge=0,
        le=9_999_999,
        description="Number of frames, at least 10, from which a render is divided into pieces "
        "automatically. 0: never.",
    )
    split_pieces: int = Field(
        4, ge=2, le=20, description="Maximum number of pieces of a render divided automatically."
    )


class KeepingSettings(BaseModel):
    """Retention of data."""

    output_days: int = Field(
        0, ge=0, le=3_650, description="Days after which an output is deleted. 0: never."
    )
    manifest_days: int = Field(
        90, ge=7, le=3_650, description="Days after which a job's manifest and log are deleted."
    )
    log_days: Annotated[Retention, Numeral] = Field(
        30, description="Days after which CloudWatch deletes logs."
    )


class WatchSettings(BaseModel):
    """Notifications and alarms."""

    alarm_email: str = Field(
        "",
        pattern=r"^$|^[^@\s]+@[^@\s]+\.[^@\s]+$",
        description="E-mail address for alarms and budget warnings. AWS first sends it a link to "
        "confirm.",
    )
    price_factor: float = Field(
        1.0,
        ge=0.1,
        le=10,
        description="Your price of tasks as a multiple of the list price in us-east-1, used for "
        "the cost of jobs. Set it for another region or a discount.",
    )
    monthly_budget: int = Field(
        0,
        ge=0,
        le=10_000_000,
        description="Monthly costs in US dollars at which AWS warns you. 0: no budget.",
    )
    webhook_rules: Annotated[list[WebhookRule], Spelled] = Field(
        [],
        description="Rules that send events to your HTTPS endpoints. Example: docs/events.md.",
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
        """Restore the leading zeros that an account id loses if it is given as a JSON number."""
        if isinstance(given, dict) and isinstance(given.get("account"), int):
            return given | {"account": str(given["account"]).zfill(12)}
        return given

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.name.startswith(("aws", "ecs", "fargate")):
            raise ValueError(
                f'name "{self.name}": AWS reserves names that begin with aws, ecs or fargate'
            )
        if 0 < self.split_frames < 10:
            raise ValueError(f"splitFrames {self.split_frames}: must be 0 (never) or at least 10")
        if bool(self.domain_name) != bool(self.certificate_arn):
            raise ValueError("domainName and certificateArn: set both or neither")
        if any(
            GPU_INSTANCE_TYPES[each].vcpus < self.gpu_size.vcpus
            or GPU_INSTANCE_TYPES[each].gibibytes < self.gpu_size.gibibytes
            for each in self.gpu_instance_types
        ):
            raise ValueError(
                "gpuInstanceTypes: no type may have fewer vCPUs or less memory than the first, "
                f"{self.gpu_instance_types[0]}. Put the smallest type first."
            )
        sizes = FARGATE_MEMORY[self.linux_vcpus]
        if self.linux_memory not in sizes:
            raise ValueError(
                f"linuxMemory {self.linux_memory}: with linuxVcpus {self.linux_vcpus} it must be "
                f"{sizes[0]} to {sizes[-1]} GiB, in steps of {sizes.step}"
            )
        if self.gpu_warm_machines > self.gpu_max_machines:
            raise ValueError(
                f"gpuWarmMachines {self.gpu_warm_machines}: must not exceed gpuMaxMachines, "
                f"{self.gpu_max_machines}"
            )
        rules = [rule.name for rule in self.webhook_rules]
        if len(set(rules)) < len(rules):
            raise ValueError("webhookRules: two rules have the same name. Give each its own name.")
        return self

    @property
    def has_gpu(self) -> bool:
        """Whether the installation has a GPU fleet."""
        return self.gpu_max_machines > 0

    @property
    def gpu_size(self) -> Size:
        """Minimum vCPUs and memory of a GPU machine: those of the first instance type."""
        return GPU_INSTANCE_TYPES[self.gpu_instance_types[0]]

    @property
    def engines(self) -> list[str]:
        """Names of the engines available to jobs, such as `ae2026`."""
        versions = [f"ae{each}" for each in self.after_effects_versions] if self.has_gpu else []
        return [*versions, "open"]

    @property
    def package_location(self) -> tuple[str, str]:
        """S3 bucket and key prefix of the After Effects packages; both empty if there are none."""
        bucket, _, prefix = self.after_effects_package.removeprefix("s3://").partition("/")
        return bucket, str(PurePosixPath(prefix)) + "/" if prefix else ""
