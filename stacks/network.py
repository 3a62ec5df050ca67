"""The fleets' network: public subnets in two availability zones, no inbound traffic, no NAT."""

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from stacks.acknowledge import acknowledge


class Network(Construct):
    """The VPC of the render machines, and their security group.

    Machines have public IP addresses, so that they can download footage from anywhere. They accept
    no connections. S3 and DynamoDB are reached through gateway endpoints, which are free of charge.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            max_azs=2,
            nat_gateways=0,
            restrict_default_security_group=False,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="public", subnet_type=ec2.SubnetType.PUBLIC)
            ],
            gateway_endpoints={
                "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3),
                "DynamoDb": ec2.GatewayVpcEndpointOptions(
                    service=ec2.GatewayVpcEndpointAwsService.DYNAMODB
                ),
            },
        )
        self.security_group = ec2.SecurityGroup(
            self,
            "Workers",
            vpc=self.vpc,
            description="Render machines: everything out, nothing in",
            allow_all_outbound=True,
        )
        acknowledge(
            self.vpc,
            "Nothing in this network listens. A flow log would list downloads of footage, which "
            "are in the workers' logs with their URLs.",
            "AwsSolutions-VPC7",
        )

    @property
    def subnet_ids(self) -> list[str]:
        """Ids of the public subnets, one per availability zone."""
        return [subnet.subnet_id for subnet in self.vpc.public_subnets]
