"""The CDK stack: its constructs and their dependencies."""

from typing import Any

from aws_cdk import App, CfnOutput, Environment, Fn, Stack, Tags
from constructs import Construct

from stacks.admission import Admission
from stacks.api import Api
from stacks.context import settings_of
from stacks.data import Data
from stacks.event_schemas import EventSchemas
from stacks.events import Events
from stacks.fleet import Fleet
from stacks.fonts import Fonts
from stacks.functions import FunctionMaker
from stacks.settings import Settings
from stacks.templates import Templates
from stacks.watch.watch import Watch
from stacks.watch.watched import Watched
from stacks.webhook_rules import WebhookRules
from stacks.webhooks import Webhooks
from stacks.workflow import Workflow


class IntarsiaStack(Stack):
    """All AWS resources of an installation, in one stack."""

    def __init__(self, scope: Construct, construct_id: str, settings: Settings) -> None:
        super().__init__(
            scope,
            construct_id,
            env=Environment(account=settings.account, region=settings.region),
            stack_name="Intarsia" if settings.name == "intarsia" else f"Intarsia-{settings.name}",
            description="Intarsia: After Effects renders with nested jobs",
        )
        functions = FunctionMaker(self, "Functions", settings)
        data = Data(self, "Data", settings)
        fleet = Fleet(self, "Fleet", settings=settings, data=data)
        workflow = Workflow(
            self, "Workflow", settings=settings, data=data, fleet=fleet, functions=functions
        )
        events = Events(self, "Events", settings=settings, data=data, functions=functions)
        EventSchemas(self, "EventSchemas", prefix=settings.name)
        templates = Templates(self, "Templates", data=data, bus=events.bus, functions=functions)
        Fonts(self, "Fonts", data=data, templates=templates)
        api = Api(self, "Api", settings=settings, data=data, workflow=workflow, functions=functions)
        admission = Admission(
            self,
            "Admission",
            settings=settings,
            data=data,
            workflow=workflow,
            functions=functions,
        )
        webhooks = Webhooks(
            self, "Webhooks", data=data, bus=events.bus, api=api, functions=functions
        )
        rules = WebhookRules(
            self,
            "WebhookRules",
            prefix=settings.name,
            rules=settings.webhook_rules,
            bus=events.bus,
        )
        made = {
            "Api": api.function,
            "Join": workflow.join,
            "Settle": workflow.settle,
            "Janitor": workflow.janitor,
            "Introspect": templates.introspect,
            "Fetch": templates.fetch,
            "Publish": events.publish,
            "Webhooks": webhooks.function,
            "Admit": admission.function,
        }
        dead_letters = {
            "events": events.dead_letters,
            "webhooks": webhooks.dead_letters,
            "admission": admission.dead_letters,
            "templates": templates.dead_letters,
        }
        if rules.dead_letters:
            dead_letters["webhook-rules"] = rules.dead_letters
        Watch(
            self,
            "Watch",
            Watched(
                settings=settings,
                api=api,
                data=data,
                workflow=workflow,
                fleet=fleet,
                functions=list(made.values()),
                dead_letters=dead_letters,
            ),
        )
        self._output("ApiUrl", api.url)
        self._output("TableName", data.table.table_name)
        self._output("TemplatesBucketName", data.templates.bucket_name)
        self._output("RendersBucketName", data.renders.bucket_name)
        self._output("SecretsKeyId", data.secrets_key.id)
        self._output("StateMachineArn", workflow.machine.state_machine_arn)
        self._output("ClusterName", fleet.cluster.cluster_name)
        self._output("BusName", events.bus.event_bus_name)
        for name, function in made.items():
            self._output(f"{name}FunctionName", function.function_name)

    @property
    def availability_zones(self) -> list[str]:
        """First two availability zones of the region, resolved at deployment, not at synthesis."""
        return [Fn.select(index, Fn.get_azs()) for index in range(2)]

    def _output(self, name: str, value: str) -> None:
        # The prefix avoids the ids of constructs, some of which are the same names.
        CfnOutput(self, f"Output{name}", value=value).override_logical_id(name)


def build(*, defaults: dict[str, Any], outdir: str) -> App:
    """Return the CDK app, whose `synth` writes the CloudFormation template to the folder `outdir`.

    `defaults` are context values for keys that the CDK's command line does not set. Raises
    SettingError if the file of settings cannot be read, or if a setting is unknown or invalid.
    """
    app = App(context=defaults, outdir=outdir)
    settings = settings_of(app.node)
    stack = IntarsiaStack(app, "Intarsia", settings)
    for key, value in {**settings.tags, "app": settings.name}.items():
        Tags.of(stack).add(key, value)
    if settings.nag:
        from stacks.nag import check

        check(app)
    return app
