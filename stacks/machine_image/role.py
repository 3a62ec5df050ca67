"""IAM role of the machine on which EC2 Image Builder builds the GPU machines' AMI."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.gpu_machine_role import allow_sessions
from stacks.machine_image.source import Source
from stacks.settings import Settings
from stacks.statements import allow

DRIVERS = {
    "grid": ("ec2-windows-nvidia-drivers", "latest/"),
    "gaming": ("nvidia-gaming", "windows/latest/"),
}
"""S3 bucket and key prefix of NVIDIA's drivers, by the setting `gpuDriver`.

AWS licenses these drivers for its instances.
"""
CERTIFICATES = "GridSwCert-Archive/"
"""Key prefix of the licences of the gaming driver, in the same bucket."""


def builder_role(
    scope: Construct, settings: Settings, source: Source, repository: ecr.IRepository
) -> iam.Role:
    """Create the IAM role of the machine on which the AMI is built.

    It may read the inputs (driver, our code, After Effects) and write to `repository` and the log.
    It replaces AWS' policies EC2InstanceProfileForImageBuilder and AmazonSSMManagedInstanceCore,
    which allow access to every component, every bucket of Image Builder and every parameter.
    """
    role = iam.Role(
        scope,
        "Role",
        assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"),
        description="Builds the image of the GPU machines",
    )
    stack = Stack.of(scope)
    allow_sessions(role)
    allow(
        role,
        "*",
        "ec2messages:AcknowledgeMessage",
        "ec2messages:DeleteMessage",
        "ec2messages:FailMessage",
        "ec2messages:GetEndpoint",
        "ec2messages:GetMessages",
        "ec2messages:SendReply",
        why="Image Builder runs components by Systems Manager, which supports no narrower "
        "resource.",
    )
    allow(
        role,
        stack.format_arn(
            service="imagebuilder", resource="component", resource_name=f"{settings.name}-*"
        ),
        "imagebuilder:GetComponent",
        why="This installation's components, in any version.",
    )
    allow(
        role,
        stack.format_arn(
            service="logs",
            resource="log-group",
            resource_name=f"/aws/imagebuilder/{settings.name}-gpu*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        ),
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        why="Image Builder names a log's streams after the image's version.",
    )
    allow(
        role,
        f"arn:{stack.partition}:s3:::ec2imagebuilder-*",
        "s3:GetObject",
        why="Image Builder's program is in AWS buckets that are named by region.",
    )
    _inputs(role, settings, source)
    _repository(role, repository)
    return role


def _inputs(role: iam.Role, settings: Settings, source: Source) -> None:
    partition = Stack.of(role).partition
    driver, prefix = DRIVERS[settings.gpu_driver]
    package, folder = settings.package_location
    for bucket in (driver, package):
        allow(role, f"arn:{partition}:s3:::{bucket}", "s3:ListBucket")
    why = "The file name of the newest driver is not known in advance."
    allow(role, f"arn:{partition}:s3:::{driver}/{prefix}*", "s3:GetObject", why=why)
    if settings.gpu_driver == "gaming":
        certificates = f"arn:{partition}:s3:::{driver}/{CERTIFICATES}*"
        allow(role, certificates, "s3:GetObject", why="The driver's licence, which AWS renews.")
    for year in settings.after_effects_versions:
        allow(
            role,
            f"arn:{partition}:s3:::{package}/{folder}{year}/*",
            "s3:GetObject",
            why="The operator's files for this version, whose names are not known in advance.",
        )
    # Not the asset's own grant, which would allow every asset of the account.
    asset = f"{source.asset.bucket.bucket_arn}/{source.asset.s3_object_key}"
    allow(role, asset, "s3:GetObject")


def _repository(role: iam.Role, repository: ecr.IRepository) -> None:
    allow(
        role,
        repository.repository_arn,
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload",
        "ecr:ListImages",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
    )
    allow(role, "*", "ecr:GetAuthorizationToken", why="The action supports no narrower resource.")
