"""The HTTP API: one Lambda function handles every route and authorises the requests."""

import json

from aws_cdk import CfnCondition, CfnOutput, CfnParameter, Duration, Fn
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct

from intarsia import names
from stacks.acknowledge import acknowledge
from stacks.data import Data
from stacks.functions import FunctionMaker, FunctionPlan
from stacks.lines import allow_lines, depths
from stacks.log_groups import log_group
from stacks.settings import Settings
from stacks.statements import EVERY_TEAM, allow, role_of
from stacks.workflow import Workflow

ROUTES = ("/api/v2/{proxy+}", "/api/v3/{proxy+}")

ACCESS_LOG = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "ip": "$context.identity.sourceIp",
    "method": "$context.httpMethod",
    "route": "$context.routeKey",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "latency": "$context.responseLatency",
    "error": "$context.integrationErrorMessage",
}
"""Fields of an entry in the access log.

The path is left out, because the path of an output contains its secret.
"""


class Api(Construct):
    """API Gateway, and the api function that handles its requests."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        data: Data,
        workflow: Workflow,
        functions: FunctionMaker,
    ) -> None:
        super().__init__(scope, construct_id)
        self._public_url = self._public_url_parameter()
        self.function = self._function(settings, functions, data, workflow)
        self.http = apigateway.HttpApi(
            self,
            "Http",
            api_name=settings.name,
            description="Intarsia: render jobs and templates",
            create_default_stage=False,
            disable_execute_api_endpoint=bool(settings.domain_name),
        )
        integration = HttpLambdaIntegration("Function", self.function)
        for path in ROUTES:
            for route in self.http.add_routes(
                path=path, methods=[apigateway.HttpMethod.ANY], integration=integration
            ):
                acknowledge(
                    route,
                    "The function itself checks the bearer token, so that a refusal has the "
                    "body that clients of this API expect.",
                    "AwsSolutions-APIG4",
                )
        stage = self._stage(settings)
        named = self._domain_name(settings, stage) if settings.domain_name else None
        self.url = f"https://{named.name}" if named else self.http.api_endpoint
        """URL of the API without a path: at the operator's domain name, else at API Gateway."""
        self.origin = self._origin()
        """Scheme and host in URLs for clients: the stack's parameter PublicUrl, else `url`.

        It is for functions that cannot take them from an HTTP request.
        """

    def _domain_name(
        self, settings: Settings, stage: apigateway.HttpStage
    ) -> apigateway.DomainName:
        """Create the API's domain name at API Gateway, as configured by the operator.

        The operator's DNS record must point at the stack's output DomainTarget.
        """
        name = apigateway.DomainName(
            self,
            "DomainName",
            domain_name=settings.domain_name,
            certificate=acm.Certificate.from_certificate_arn(
                self, "Certificate", settings.certificate_arn
            ),
            security_policy=apigateway.SecurityPolicy.TLS_1_2,
        )
        target = CfnOutput(self, "DomainTarget", value=name.regional_domain_name)
        target.override_logical_id("DomainTarget")
        apigateway.ApiMapping(self, "Mapping", api=self.http, domain_name=name, stage=stage)
        return name

    def _stage(self, settings: Settings) -> apigateway.HttpStage:
        log = log_group(self, "AccessLog", f"/{settings.name}/api/access", settings)
        stage = apigateway.HttpStage(
            self,
            "Stage",
            http_api=self.http,
            stage_name="$default",
            auto_deploy=True,
            detailed_metrics_enabled=True,
            throttle=apigateway.ThrottleSettings(
                rate_limit=settings.requests_per_second, burst_limit=settings.burst
            ),
        )
        resource = stage.node.default_child
        assert isinstance(resource, apigateway.CfnStage)
        resource.access_log_settings = apigateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=log.log_group_arn, format=json.dumps(ACCESS_LOG)
        )
        return stage

    def _function(
        self, settings: Settings, functions: FunctionMaker, data: Data, workflow: Workflow
    ) -> lambda_.Function:
        function = functions.make(
            self,
            FunctionPlan(
                name="api",
                description="The HTTP API",
                timeout=Duration.seconds(29),  # API Gateway gives up after 30
                memory=1024,
                environment={
                    names.ENV_TABLE: data.table.table_name,
                    names.ENV_TEMPLATES_BUCKET: data.templates.bucket_name,
                    names.ENV_RENDERS_BUCKET: data.renders.bucket_name,
                    names.ENV_STATE_MACHINE: workflow.machine.state_machine_arn,
                    names.ENV_PUBLIC_URL: self._public_url,
                    names.ENV_SECRETS_PREFIX: data.secrets_prefix,
                    names.ENV_SECRETS_KEY: data.secrets_key.arn,
                    names.ENV_SPLIT_FRAMES: str(settings.split_frames),
                    names.ENV_SPLIT_PIECES: str(settings.split_pieces),
                    names.ENV_ENGINES: ",".join(settings.engines),
                    **depths(settings),
                },
            ),
        )
        allow(
            function,
            data.table.table_arn,
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:PutItem",
            "dynamodb:DeleteItem",
            "dynamodb:UpdateItem",
            "dynamodb:Query",
        )
        allow_lines(function, data)
        for index in (names.INDEX_BY_TEAM, names.INDEX_ACTIVE):
            allow(function, f"{data.table.table_arn}/index/{index}", "dynamodb:Query")
        # Presigned URLs need these rights too: an upload's PUT, an output's GET.
        projects = data.templates.arn_for_objects(f"{names.TEMPLATES_PREFIX}*")
        actions = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
        allow(function, projects, *actions, why=EVERY_TEAM)
        fonts = data.templates.arn_for_objects(f"{names.FONTS_PREFIX}*")
        allow(function, fonts, "s3:PutObject", "s3:DeleteObject", why=EVERY_TEAM)
        # The API never reads secrets; workers and the webhooks function do.
        allow(
            function,
            data.secret_arns,
            "secretsmanager:CreateSecret",
            "secretsmanager:DeleteSecret",
            why=EVERY_TEAM,
        )
        data.secrets_key.allow_writing(role_of(function))
        manifests = data.renders.arn_for_objects("jobs/*")
        allow(function, manifests, "s3:GetObject", "s3:PutObject", why=EVERY_TEAM)
        allow(function, data.renders.arn_for_objects("outputs/*"), "s3:GetObject", why=EVERY_TEAM)
        for bucket in (data.templates, data.renders):
            # Without this right S3 answers 403, not 404, for a missing object.
            allow(function, bucket.bucket_arn, "s3:ListBucket")
        workflow.allow_starting(function)
        workflow.allow_stopping(function)
        return function

    def _origin(self) -> str:
        is_given = Fn.condition_not(Fn.condition_equals(self._public_url, ""))
        given = CfnCondition(self, "HasPublicUrl", expression=is_given)
        url: str = Fn.condition_if(given.logical_id, self._public_url, self.url).to_string()
        return url

    def _public_url_parameter(self) -> str:
        parameter = CfnParameter(
            self,
            "PublicUrl",
            default="",
            allowed_pattern=r"(https?://[^/\s]+)?",
            description="Origin of the API in URLs for clients. Empty: the API's own origin.",
        )
        parameter.override_logical_id("PublicUrl")
        url: str = parameter.value_as_string
        return url
