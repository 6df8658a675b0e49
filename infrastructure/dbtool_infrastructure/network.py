"""The network that the cluster lies in: no way to the internet, in either direction."""

from aws_cdk import Fn
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from constructs import Construct

from .environment import Environment
from .log_groups import log_group


class Network(Construct):
    """A VPC of isolated subnets, one a zone.

    Neither NAT nor internet gateway: the Data API reaches the cluster from AWS's side, and nothing
    in here needs to call out. Interface endpoints are made for what applications in the VPC call.
    """

    def __init__(self, scope: Construct, id: str, environment: Environment, key: kms.IKey) -> None:
        super().__init__(scope, id)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr(environment.vpc_cidr),
            # By number, so that the template fits every account.
            availability_zones=[
                Fn.select(zone, Fn.get_azs()) for zone in range(environment.availability_zones)
            ],
            nat_gateways=0,
            create_internet_gateway=False,
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name="Database", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED
                )
            ],
            # CDK's way to empty the default group is a Lambda function with rights of its own.
            # Nothing is ever put into that group.
            restrict_default_security_group=False,
        )
        self.vpc.add_flow_log(
            "FlowLog",
            destination=ec2.FlowLogDestination.to_cloud_watch_logs(
                log_group(
                    self, "FlowLogGroup", f"/dbtool/{environment.name}/flow", environment, key
                )
            ),
        )
        if environment.interface_endpoints:
            self._add_endpoints(environment)

    def _add_endpoints(self, environment: Environment) -> None:
        group = ec2.SecurityGroup(
            self,
            "EndpointGroup",
            vpc=self.vpc,
            description="HTTPS from the VPC to interface endpoints",
            allow_all_outbound=False,
        )
        group.add_ingress_rule(
            ec2.Peer.ipv4(environment.vpc_cidr), ec2.Port.tcp(443), "HTTPS from the VPC"
        )
        for name in environment.interface_endpoints:
            self.vpc.add_interface_endpoint(
                "Endpoint" + name.title().replace("-", ""),
                service=ec2.InterfaceVpcEndpointAwsService(name),
                security_groups=[group],
                open=False,
            )
