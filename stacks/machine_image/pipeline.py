"""The EC2 Image Builder pipeline that builds the GPU machines' AMI. An operator starts it."""

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_imagebuilder as imagebuilder
from aws_cdk.aws_imagebuilder import CfnDistributionConfiguration as Distribution
from aws_cdk.aws_imagebuilder import CfnImageRecipe as Recipe
from constructs import Construct

from stacks.gpu_machines import STOCK_IMAGE
from stacks.machine_image.ingredients import COMPONENTS, document
from stacks.machine_image.role import DRIVERS, builder_role
from stacks.machine_image.source import Source
from stacks.network import Network
from stacks.settings import Settings


class MachineImagePipeline(Construct):
    """The pipeline, with its components, recipe, infrastructure and distribution.

    The doctor tests each AMI on a machine started from it. An AMI that fails is not distributed,
    and the SSM parameter `parameter` keeps the id of the previous AMI.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        source: Source,
        repository: ecr.IRepository,
        network: Network,
    ) -> None:
        super().__init__(scope, construct_id)
        self._name = f"{settings.name}-gpu"
        self._source = source
        # Image Builder's own role may write parameters under this prefix.
        self.parameter = f"/imagebuilder/{self._name}"
        image = f"{repository.repository_uri}:{source.version}"
        role = builder_role(self, settings, source, repository)
        recipe = self._recipe(settings, image)
        pipeline = imagebuilder.CfnImagePipeline(
            self,
            "Pipeline",
            name=self._name,
            description="Builds the image of the GPU machines. Start it manually.",
            image_recipe_arn=recipe.attr_arn,
            infrastructure_configuration_arn=self._infrastructure(settings, role, network).attr_arn,
            distribution_configuration_arn=self._distribution(settings).attr_arn,
            image_tests_configuration=imagebuilder.CfnImagePipeline.ImageTestsConfigurationProperty(
                image_tests_enabled=True, timeout_minutes=90
            ),
        )
        output = CfnOutput(self, "Arn", value=pipeline.attr_arn)
        output.override_logical_id("MachineImagePipelineArn")
        written = CfnOutput(self, "Parameter", value=self.parameter)
        written.override_logical_id("MachineImageParameter")

    def _recipe(self, settings: Settings, image: str) -> Recipe:
        bucket, prefix = DRIVERS[settings.gpu_driver]
        package, folder = settings.package_location
        asset = self._source.asset
        told = {
            "driver": {"Bucket": bucket, "Prefix": prefix},
            "worker": {
                "SourceBucket": asset.s3_bucket_name,
                "SourceKey": asset.s3_object_key,
                "Image": image,
            },
            "machine": {
                "PackageBucket": package,
                "PackagePrefix": folder,
                "Versions": ",".join(settings.after_effects_versions),
                "Image": image,
            },
        }
        return Recipe(
            self,
            "Recipe",
            name=self._name,
            version=self._source.version,
            # Resolved at every build, so that a new build of a version has Windows' updates.
            parent_image=f"ssm:{STOCK_IMAGE}",
            working_directory="C:\\",
            components=[self._component(name, told[name]) for name in COMPONENTS],
            block_device_mappings=[
                Recipe.InstanceBlockDeviceMappingProperty(
                    device_name="/dev/sda1",
                    ebs=Recipe.EbsInstanceBlockDeviceSpecificationProperty(
                        volume_size=settings.gpu_root_volume,
                        volume_type="gp3",
                        encrypted=True,
                        delete_on_termination=True,
                    ),
                )
            ],
        )

    def _component(self, name: str, told: dict[str, str]) -> Recipe.ComponentConfigurationProperty:
        component = imagebuilder.CfnComponent(
            self,
            name.title(),
            name=f"{self._name}-{name}",
            platform="Windows",
            supported_os_versions=["Microsoft Windows Server 2022"],
            version=self._source.version,
            data=document(name),
        )
        return Recipe.ComponentConfigurationProperty(
            component_arn=component.attr_arn,
            parameters=[
                Recipe.ComponentParameterProperty(name=key, value=[value])
                for key, value in told.items()
            ],
        )

    def _infrastructure(
        self, settings: Settings, role: iam.Role, network: Network
    ) -> imagebuilder.CfnInfrastructureConfiguration:
        profile = iam.CfnInstanceProfile(self, "Profile", roles=[role.role_name])
        return imagebuilder.CfnInfrastructureConfiguration(
            self,
            "Infrastructure",
            name=self._name,
            instance_profile_name=profile.ref,
            instance_types=settings.gpu_instance_types,
            subnet_id=network.subnet_ids[0],
            security_group_ids=[network.security_group.security_group_id],
            terminate_instance_on_failure=True,
            instance_metadata_options=(
                imagebuilder.CfnInfrastructureConfiguration.InstanceMetadataOptionsProperty(
                    http_tokens="required", http_put_response_hop_limit=1
                )
            ),
            resource_tags={"app": settings.name},
        )

    def _distribution(self, settings: Settings) -> Distribution:
        version = self._source.version
        return Distribution(
            self,
            "Distribution",
            name=self._name,
            distributions=[
                Distribution.DistributionProperty(
                    region=Stack.of(self).region,
                    ami_distribution_configuration={
                        "Name": f"{self._name}-{version}-{{{{imagebuilder:buildDate}}}}",
                        "AmiTags": {"app": settings.name, "version": version},
                    },
                    ssm_parameter_configurations=[
                        Distribution.SsmParameterConfigurationProperty(
                            parameter_name=self.parameter, data_type="aws:ec2:image"
                        )
                    ],
                    # The first-boot steps of Windows are done ahead, in prepared snapshots.
                    fast_launch_configurations=[
                        Distribution.FastLaunchConfigurationProperty(
                            account_id=settings.account,
                            enabled=True,
                            max_parallel_launches=6,  # the minimum that AWS accepts
                            snapshot_configuration=(
                                Distribution.FastLaunchSnapshotConfigurationProperty(
                                    target_resource_count=5  # snapshots, each of which costs
                                )
                            ),
                        )
                    ],
                )
            ],
        )
