"""The state machine: what must hold on AWS and in the emulator alike."""

import re

import jsonata
import pytest

from intarsia import names
from intarsia.domain.jobs import Job
from intarsia.domain.pieces import MOST_PIECES, DrawnPiece, Piece
from intarsia.domain.states import Status
from intarsia.storage.executions import execution_name
from intarsia.storage.items import to_item
from tests.support.paths import ROOT

DEFINITION = ROOT / "stacks" / "render_job.asl.json"
RENDERS = ("RenderGpu", "RenderLinux")
EXPRESSION = re.compile(r"^{%(.*)%}$", re.DOTALL)
JSONPATH_FIELDS = {
    "InputPath",
    "ItemSelector",
    "ItemsPath",
    "OutputPath",
    "Parameters",
    "ResultPath",
    "ResultSelector",
    "SecondsPath",
    "TimeoutSecondsPath",
    "Variable",
}


def expressions(value):
    """All JSONata in a value, without its brackets."""
    match value:
        case dict():
            for each in value.values():
                yield from expressions(each)
        case list():
            for each in value:
                yield from expressions(each)
        case str() if found := EXPRESSION.match(value):
            yield found[1].strip()


def evaluate(text, states=None, **variables):
    """The value of a field such as `{% $attempt + 1 %}`."""
    (expression,) = expressions(text)
    return jsonata.Jsonata(expression).evaluate(None, {"states": states or {}, **variables})


def fields(value):
    match value:
        case dict():
            for key, each in value.items():
                yield key
                yield from fields(each)
        case list():
            for each in value:
                yield from fields(each)


@pytest.fixture
def machine(template):
    return template.machine


@pytest.fixture
def states(template):
    return template.states


def targets(state):
    """Every state that may follow a state."""
    rules = [*state.get("Choices", []), *state.get("Catch", [])]
    return {state.get("Next"), state.get("Default")} | {each["Next"] for each in rules}


class TestDefinition:
    def test_jsonata_throughout(self, machine):
        assert machine["QueryLanguage"] == "JSONata"
        used = set(fields(machine))
        assert not used & JSONPATH_FIELDS
        assert not {field for field in used if field.endswith((".$", "Path"))}
        assert [field for field in fields(machine) if field == "QueryLanguage"] == ["QueryLanguage"]

    def test_every_expression_can_be_parsed(self, machine):
        found = list(expressions(machine))
        assert len(found) > 30
        for expression in found:
            jsonata.Jsonata(expression)

    def test_every_placeholder_is_filled_and_none_is_idle(self, template):
        given = template.one("AWS::StepFunctions::StateMachine")["DefinitionSubstitutions"]
        assert set(given) == set(re.findall(r"\${(\w+)}", DEFINITION.read_text()))

    def test_every_state_can_be_reached(self, states):
        reached = {target for state in states.values() for target in targets(state)}
        starts = {"Load", "Child", "Part"}
        assert set(states) <= reached | starts

    def test_no_task_can_fail_past_the_catch(self, states):
        for name, state in states.items():
            if state["Type"] in ("Task", "Map"):
                assert state["Catch"][-1]["ErrorEquals"] == ["States.ALL"], name

    def test_calls_of_functions_and_the_table_are_tried_again_whatever_the_error(self, states):
        """The emulator's error names differ from AWS's; this one matches in both."""
        for name in ("Load", "Join", "Settle"):
            assert "States.TaskFailed" in states[name]["Retry"][0]["ErrorEquals"], name

    def test_times_are_literal(self, states):
        """The emulator fails an execution on a TimeoutSeconds that is an expression."""
        for state in states.values():
            for key in ("TimeoutSeconds", "Seconds"):
                assert isinstance(state.get(key, 0), int)

    def test_executions_are_standard_traced_and_logged(self, template):
        machine = template.one("AWS::StepFunctions::StateMachine")
        assert machine["StateMachineName"] == "studio-RenderJob"
        assert machine["StateMachineType"] == "STANDARD"
        assert machine["TracingConfiguration"] == {"Enabled": True}
        assert machine["LoggingConfiguration"]["Level"] == "ALL"


class TestLoad:
    def assigned(self, states, result, **given):
        return {
            name: evaluate(text, {"input": {"jobId": "a", **given}, "result": result})
            for name, text in states["Load"]["Assign"].items()
        }

    @pytest.mark.parametrize("children", [[], ["b"], ["b", "c"]])
    def test_reads_a_job(self, states, children):
        item = {
            "status": {"S": "queued"},
            "attempt": {"N": "2"},
            "fleet": {"S": "gpu"},
            "children": {"L": [{"S": child} for child in children]},
        }
        assert self.assigned(states, {"Item": item}, run=3) == {
            "jobId": "a",
            "run": 3,
            "status": "queued",
            "attempt": 2,
            "fleet": "gpu",
            "children": children,
            "parts": ["whole"],
        }

    @pytest.mark.parametrize("drawn", ["---", "+--", "--+", "+-+", "+++", "-" * 20])
    def test_what_is_to_be_done_of_a_job_in_pieces_is_what_the_job_says(self, states, drawn):
        done = DrawnPiece(
            first=0, frames=0, width=1, height=1, fps=1, seconds=0, rendered_by="script"
        )
        pieces = [Piece(done=done if mark == "+" else None) for mark in drawn]
        job = Job.model_construct(pieces=pieces)
        stored = [to_item(piece) for piece in pieces]
        item = {
            "status": {"S": "queued"},
            "attempt": {"N": "1"},
            "fleet": {"S": "gpu"},
            "pieces": {"L": [{"M": piece} for piece in stored]},
        }
        assert self.assigned(states, {"Item": item})["parts"] == job.parts

    def test_reads_a_job_without_a_list_of_children(self, states):
        item = {"status": {"S": "queued"}, "attempt": {"N": "1"}, "fleet": {"S": "linux"}}
        loaded = self.assigned(states, {"Item": item})
        assert (loaded["children"], loaded["run"]) == ([], 0)

    def test_a_missing_job_is_an_end_of_its_own(self, states):
        assert self.assigned(states, {})["status"] == "missing"
        assert next_of(states["Route"], status="missing") == "JobNotFound"

    def test_reads_only_what_it_uses_and_what_is_written_now(self, states):
        """A whole item may be larger than what a state can hold."""
        arguments = states["Load"]["Arguments"]
        assert arguments["ConsistentRead"] is True
        names_of = arguments["ExpressionAttributeNames"]
        read = {names_of[each] for each in arguments["ProjectionExpression"].split(", ")}
        assert read == {"status", "attempt", "fleet", "children", "pieces"}
        assert len(names_of) == len(read)


def next_of(state, output=None, **variables):
    """Where a choice leads."""
    for choice in state["Choices"]:
        if evaluate(choice["Condition"], {"input": output or {}}, **variables):
            return choice["Next"]
    return state["Default"]


class TestRouting:
    @pytest.mark.parametrize("status", list(Status))
    def test_every_status_has_its_way(self, states, status):
        expected = {Status.PENDING: "Children"} | {
            each: "Outcome" if each.terminal else "Render" for each in Status if each != "pending"
        }
        assert next_of(states["Route"], status=status.value) == expected[status]

    @pytest.mark.parametrize("status", list(Status))
    def test_after_the_join_a_queued_or_lost_render_goes_on(self, states, status):
        goes_on = status in (Status.QUEUED, Status.RENDERING)
        assert next_of(states["Joined"], status=status.value) == (
            "Render" if goes_on else "Outcome"
        )

    @pytest.mark.parametrize("part", ["whole", "0", "13"])
    def test_the_fleet_decides_who_renders(self, states, part):
        assert next_of(states["Part"], part, fleet="gpu") == "RenderGpu"
        assert next_of(states["Part"], part, fleet="linux") == "RenderLinux"

    def test_pieces_are_assembled_where_no_after_effects_is_needed(self, states):
        assert next_of(states["Part"], "assemble", fleet="gpu") == "RenderLinux"

    def test_a_retry_waits_longer_each_time(self, states):
        retry = {"decision": "retry"}
        short = states[next_of(states["Settled"], retry, attempt=2)]
        longer = states[next_of(states["Settled"], retry, attempt=3)]
        assert 0 < short["Seconds"] < longer["Seconds"]
        assert short["Next"] == longer["Next"] == "Render"
        assert next_of(states["Settled"], {"decision": "done"}, attempt=1) == "Outcome"

    def test_pieces_that_are_there_are_assembled_at_once(self, states):
        assert next_of(states["Settled"], {"decision": "assemble"}, attempt=3) == "Render"

    @pytest.mark.parametrize("status", list(Status))
    def test_the_execution_ends_as_its_job_did(self, states, status):
        end = states[next_of(states["Outcome"], status=status.value)]
        if status in (Status.FINISHED, Status.CANCELLED):
            assert end["Type"] == "Succeed"
        else:
            assert end["Error"] == ("JobFailed" if status is Status.ERROR else "Unsettled")


class TestChildren:
    @pytest.mark.parametrize("run", [0, 2])
    def test_a_child_runs_under_the_name_that_the_janitor_looks_for(self, states, run):
        arguments = states["Child"]["Arguments"]
        given = {"input": "b", "context": {"Execution": {"Id": "parent"}}}
        assert evaluate(arguments["Name"], given, run=run) == execution_name("b", run)
        assert evaluate(arguments["Input"]["jobId"], given, run=run) == "b"
        assert evaluate(arguments["Input"]["run"], given, run=run) == run

    def test_a_child_is_run_by_this_very_machine(self, states):
        child = states["Child"]
        assert child["Resource"] == "arn:aws:states:::states:startExecution.sync:2"
        this = "$states.context.StateMachine.Id"
        assert list(expressions(child["Arguments"]["StateMachineArn"])) == [this]

    def test_a_failing_child_does_not_stop_its_siblings(self, states):
        (catch,) = states["Child"]["Catch"]
        assert catch["ErrorEquals"] == ["States.ALL"]
        after = states[catch["Next"]]
        assert (after["Type"], after["End"]) == ("Pass", True)

    def test_only_what_never_began_is_started_again(self, states):
        """A child that failed would be tried again by States.TaskFailed."""
        for retry in states["Child"]["Retry"]:
            assert not [name for name in retry["ErrorEquals"] if name.startswith("States.")]

    def test_the_map_is_inline_as_wide_as_aws_allows(self, states):
        children = states["Children"]
        assert children["ItemProcessor"]["ProcessorConfig"] == {"Mode": "INLINE"}
        assert children["MaxConcurrency"] == 40
        assert children["Next"] == "Join"


def test_a_linux_worker_reckons_its_cost_on_the_capacity_that_it_runs_on(states):
    arguments = states["RenderLinux"]["Arguments"]
    (strategy,) = arguments["CapacityProviderStrategy"]
    (override,) = arguments["Overrides"]["ContainerOverrides"]
    told = {each["Name"]: each["Value"] for each in override["Environment"]}
    assert told[names.ENV_CAPACITY] == strategy["CapacityProvider"]


@pytest.mark.parametrize("render", RENDERS)
class TestRender:
    def test_waits_for_the_task_and_stops_it_when_the_execution_is_stopped(self, states, render):
        assert states[render]["Resource"] == "arn:aws:states:::ecs:runTask.sync"

    def test_names_a_capacity_provider_for_a_launch_type_never_scales_from_none(
        self, states, render
    ):
        assert "LaunchType" not in states[render]["Arguments"]
        assert len(states[render]["Arguments"]["CapacityProviderStrategy"]) == 1

    def test_tells_the_worker_its_job_and_attempt_as_text(self, states, render):
        (override,) = states[render]["Arguments"]["Overrides"]["ContainerOverrides"]
        assert override["Name"] == names.WORKER_CONTAINER
        told = {
            each["Name"]: evaluate(each["Value"], {"input": "7"}, jobId="a", attempt=2)
            for each in override["Environment"]
        }
        if render == "RenderLinux":
            assert told.pop(names.ENV_CAPACITY) == "FARGATE"
        assert told == {names.ENV_JOB_ID: "a", names.ENV_ATTEMPT: "2", names.ENV_PIECE: "7"}

    def test_never_reads_what_the_task_returned(self, states, render):
        """The emulator's answer has another shape, and it says nothing of the render."""
        assert states[render]["Output"] == {}
        assert "Assign" not in states[render]

    def test_however_it_ends_its_siblings_go_on_and_all_are_settled(self, states, render):
        assert targets(states[render]) == {"PartEnded", None}
        assert states[render]["End"] is True
        assert states["PartEnded"] == {"Type": "Pass", "End": True}
        assert targets(states["Render"]) == {"Settle", None}

    def test_a_render_that_failed_is_settled_before_it_is_tried_again(self, states, render):
        for retry in states[render]["Retry"]:
            assert not [name for name in retry["ErrorEquals"] if name.startswith("States.")]

    def test_a_task_that_never_began_is_tried_again(self, states, render):
        tried = states[render]["Retry"][0]["ErrorEquals"]
        assert {"AmazonECS.Unknown", "Ecs.TaskFailedToStartException"} <= set(tried)

    @pytest.mark.parametrize(
        ("error", "cause"),
        [
            (
                {"Error": "States.TaskFailed", "Cause": '{"StoppedReason":"Host terminated"}'},
                "Host terminated",
            ),
            ({"Error": "States.TaskFailed", "Cause": '{"stoppedReason": "Gone"}'}, "Gone"),
            ({"Error": "States.Timeout"}, "States.Timeout"),
            (
                {"Error": "AmazonECS.Unknown", "Cause": "RESOURCE:GPU"},
                "AmazonECS.Unknown: RESOURCE:GPU",
            ),
        ],
    )
    def test_says_in_few_words_why_a_task_ended(self, states, render, error, cause):
        (catch,) = states[render]["Catch"]
        assert evaluate(catch["Output"]["cause"], {"errorOutput": error}) == cause


def provider_of(states, attempt, retries):
    """Which capacity provider a GPU task is given."""
    (strategy,) = states["RenderGpu"]["Arguments"]["CapacityProviderStrategy"]
    given = {"context": {"State": {"RetryCount": retries}}}
    return evaluate(strategy["CapacityProvider"], given, attempt=attempt)


class TestGpu:
    @pytest.mark.parametrize(("attempt", "retries"), [(1, 0), (1, 1), (2, 0)])
    def test_waits_for_a_machine_of_the_only_capacity_provider(
        self, template, states, attempt, retries
    ):
        provider = template.one("AWS::ECS::CapacityProvider")
        assert provider_of(states, attempt, retries) == provider["Name"]

    def test_gambles_on_spare_machines_by_the_share_and_once(self, large):
        first = [provider_of(large.states, 1, 0) for _ in range(300)]
        assert 190 < first.count("studio-gpu-spot") < 285  # 80 % of 300, seven sigma either way
        assert set(first) == {"studio-gpu-warm", "studio-gpu-spot"}
        for attempt, retries in [(1, 1), (2, 0), (3, 2)]:
            again = {provider_of(large.states, attempt, retries) for _ in range(20)}
            assert again == {"studio-gpu-warm"}

    def test_names_one_provider_a_task_for_weights_count_within_one_call_only(self, large):
        (strategy,) = large.states["RenderGpu"]["Arguments"]["CapacityProviderStrategy"]
        assert strategy["Weight"] == 1

    def test_has_a_machine_to_itself(self, states):
        arguments = states["RenderGpu"]["Arguments"]
        assert arguments["PlacementConstraints"] == [{"Type": "distinctInstance"}]
        # The constraint holds within a group, and a job's own group would be of one task.
        assert "Group" not in arguments


class TestLinux:
    @pytest.mark.parametrize(
        ("attempt", "retries", "provider"),
        [(1, 0, "FARGATE_SPOT"), (1, 1, "FARGATE"), (2, 0, "FARGATE")],
    )
    def test_gambles_on_spare_capacity_once(self, states, attempt, retries, provider):
        (strategy,) = states["RenderLinux"]["Arguments"]["CapacityProviderStrategy"]
        given = {"context": {"State": {"RetryCount": retries}}}
        assert evaluate(strategy["CapacityProvider"], given, attempt=attempt) == provider

    def test_reaches_the_internet_from_public_subnets(self, template, states):
        network = states["RenderLinux"]["Arguments"]["NetworkConfiguration"]["AwsvpcConfiguration"]
        subnets = {f"<{name}>" for name in template.all("AWS::EC2::Subnet")}
        assert set(network["Subnets"]) == subnets
        assert len(subnets) == 2
        assert network["AssignPublicIp"] == "ENABLED"
        assert "AWS::EC2::NatGateway" not in {
            each["Type"] for each in template.body["Resources"].values()
        }


class TestParts:
    def test_are_done_at_once_by_a_map_whose_history_stays_small(self, states):
        render = states["Render"]
        assert render["ItemProcessor"]["ProcessorConfig"] == {"Mode": "INLINE"}
        assert render["MaxConcurrency"] == MOST_PIECES
        assert evaluate(render["Items"], parts=["0", "2"]) == ["0", "2"]


class TestSettle:
    @pytest.mark.parametrize(
        ("ended", "cause"),
        [
            ([{}], None),
            ([{"cause": "lost"}], "lost"),
            ([{}, {}], None),
            ([{}, {"cause": "lost"}, {"cause": "gone"}], "lost"),
        ],
    )
    def test_gets_a_cause_when_there_is_one(self, states, ended, cause):
        output = {"cause": evaluate(states["Render"]["Output"]["cause"], {"result": ended})}
        payload = states["Settle"]["Arguments"]["Payload"]
        assert evaluate(payload["cause"], {"input": output}) == cause

    def test_is_told_what_was_tried(self, states):
        payload = states["Settle"]["Arguments"]["Payload"]
        assert evaluate(payload["attempt"], attempt=2) == 2
        assert evaluate(payload["parts"], parts=["1", "2"]) == ["1", "2"]

    @pytest.mark.parametrize("parts", [["whole"], ["0", "4"], ["assemble"]])
    @pytest.mark.parametrize("step", ["Join", "Settle"])
    def test_what_follows_is_a_list_also_of_one(self, states, step, parts):
        given = {"result": {"Payload": {"parts": parts}}}
        assert evaluate(states[step]["Assign"]["parts"], given) == parts
