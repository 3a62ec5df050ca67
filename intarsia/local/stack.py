"""All of Intarsia on one machine: emulator, deployed stack, fleet, janitor and public URL."""

import hashlib
import json
import os
import shlex
import sysconfig
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import Any, NoReturn, Self

import httpx

from intarsia import names
from intarsia.local import clients, deploy, environment, front, swaps, webhook_rules
from intarsia.local.assembly import Assembly
from intarsia.local.claim import Claim, Holder
from intarsia.local.deploy import Deployment
from intarsia.local.emulator import Emulator, free_port
from intarsia.local.errors import DeployError, EmulatorError
from intarsia.local.fleet import WORKER, Fleet
from intarsia.local.janitor import Janitor
from intarsia.local.synth import synthesise
from intarsia.storage.keys import KeyRepository, new_token

TEAM = "local"
WATCH = 0.5  # seconds between two looks at the emulator

Steps = Callable[[str], AbstractContextManager[object]]
"""Entered with the name of each step of the start, left when it is done."""


class LocalStack:
    """The running stack of a state folder; a context manager.

    Nothing listens beyond 127.0.0.1, nothing runs after `stop`, and all data stays in the folder.
    """

    def __init__(
        self,
        state_dir: Path = Path(".intarsia"),
        port: int = 8090,
        *,
        slots: int | None = None,
        worker: Sequence[str] = WORKER,
        worker_environment: Mapping[str, str] | None = None,
        settings: Mapping[str, Any] | None = None,
        record_calls: Path | None = None,
        steps: Steps = nullcontext,
    ) -> None:
        """`port` 0 finds a free one; `slots` renders run at once (default: one per core).

        `worker` is the command of a render and `worker_environment` what it is told beyond the
        usual, such as another INTARSIA_AERENDER than our own compositor.
        `steps` shows the start.
        `settings` are an operator's, by their names in docs/configuration.md.
        `record_calls` is a file in which every call stands with the role that made it.
        """
        self.state = state_dir.absolute()
        self._port = port
        self._slots = slots
        self._worker = worker
        self._worker_environment = dict(worker_environment or {})
        self._settings = dict(settings or {})
        self._record_calls = record_calls
        self._step = steps
        self._cleanup = ExitStack()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start everything. Raises LocalStackError; then nothing runs."""
        with ExitStack() as cleanup:
            claim = cleanup.enter_context(Claim(self.state))
            ports = _Ports(self.state / "ports.json")
            listener = front.bind(self._port or free_port(ports.wanted("front")))
            cleanup.callback(listener.close)
            self.port: int = listener.getsockname()[1]
            self.origin = f"http://127.0.0.1:{self.port}"
            with self._step("emulator"):
                self.emulator = self._start_emulator(ports.wanted("gateway"), cleanup)
            ports.keep(front=self.port, gateway=self.emulator.port)
            with self._step("synthesis"):
                assembly = Assembly.read(synthesise(settings=self._settings))
            with self._step("deployment"):
                self.deployment = self._deploy(assembly)
            self.api_key = self._key()
            with self._step("fleet"):
                self._start_fleet(cleanup)
            janitor = Janitor(self.client("lambda"), self.deployment.outputs["JanitorFunctionName"])
            janitor.start()
            cleanup.callback(janitor.stop)
            api = self.deployment.only("AWS::ApiGatewayV2::Api")
            token = self.emulator.credentials.front_token
            public = front.Front(listener, self.emulator.endpoint, api, token)
            public.start()
            cleanup.callback(public.stop)
            with self._step("first request"):
                self._prove_it_answers()
            claim.say(Holder(os.getpid(), self.origin, self.emulator.endpoint))
            self._cleanup = cleanup.pop_all()

    def stop(self) -> None:
        """Stop everything, in the opposite order. The workers' jobs go on at the next start."""
        self._cleanup.close()

    def wait(self) -> NoReturn:
        """Wait for ever. EmulatorError when the emulator dies."""
        while self.emulator.alive:
            time.sleep(WATCH)
        raise EmulatorError(f"the emulator died; see {self.emulator.log}")

    @property
    def url(self) -> str:
        """Base URL of the API, such as `http://127.0.0.1:8090/api/v2`."""
        return f"{self.origin}/api/v2"

    @property
    def table(self) -> str:
        """Name of the table."""
        return self.deployment.outputs["TableName"]

    @property
    def _own_ports(self) -> str:
        return f"{self.port},{self.emulator.port}"

    def client(self, service: str) -> Any:
        """A boto3 client of the emulator, as its root user."""
        return self.emulator.clients(service)

    def _start_emulator(self, port: int | None, cleanup: ExitStack) -> Emulator:
        emulator = Emulator(
            self.state / clients.FOLDER,
            self.state / "logs" / "emulator.log",
            port=port,
            front_port=self.port,
            record_calls=self._record_calls,
        )
        emulator.start()
        cleanup.callback(emulator.stop)
        return emulator

    def _deploy(self, assembly: Assembly) -> Deployment:
        clients = self.emulator.clients
        template = swaps.adapted(assembly.template, configured=bool(self._settings))
        parameters = {"PublicUrl": self.origin, swaps.OWN_PORTS: self._own_ports}
        digest = _digest(template, parameters)
        deployed = self.emulator.state / "deployed"
        current = deployed.exists() and deployed.read_text() == digest
        # What was deployed may be gone: the emulator's state was lost, or its stack deleted.
        if not current or deploy.stack_status(clients) not in deploy.STANDING:
            deployed.unlink(missing_ok=True)
            deploy.publish(clients, assembly.assets)
            deploy.deploy(clients, template, parameters)
            swaps.settle(assembly.template, deploy.deployment(clients).physical_ids, clients)
            # A killed emulator must not come back without the stack that we think it has.
            self.emulator.checkpoint()
            deployed.write_text(digest)
        # At every start: a secret may have changed since.
        webhook_rules.connect(assembly.template, clients)
        return deploy.deployment(clients)

    def _key(self) -> str:
        """The team's bearer token: made once, hashed in the table, in clear in a private file."""
        file = self.state / "key"
        if not file.exists():
            fresh = file.with_name("key.new")
            fresh.unlink(missing_ok=True)
            fresh.touch(mode=0o600)
            fresh.write_text(new_token())
            fresh.rename(file)
        token = file.read_text()
        keys = KeyRepository(self.client("dynamodb"), self.table)
        if keys.team_of(token) is None:
            keys.add(token, TEAM, "intarsia up")
        return token

    def _prove_it_answers(self) -> None:
        headers = {"Authorization": f"Bearer {self.api_key}"}
        answer = httpx.get(f"{self.url}/jobs", headers=headers, timeout=60.0, trust_env=False)
        if answer.status_code != 200:
            raise DeployError(
                f"the API answers {answer.status_code} to GET {self.url}/jobs: "
                f"{answer.text[:500]}; see {self.emulator.log}"
            )

    def _start_fleet(self, cleanup: ExitStack) -> None:
        aerender = Path(sysconfig.get_path("scripts")) / "intarsia-aerender"
        fleet = Fleet(
            self.client("ecs"),
            self.deployment.outputs["ClusterName"],
            logs=self.state / "logs" / "tasks",
            scratch=self.state / "work",
            environment=environment.aws(self.emulator.endpoint)
            | {
                names.ENV_AERENDER: shlex.quote(str(aerender)),
                names.ENV_ALLOW_PRIVATE_SOURCES: "1",
                names.ENV_OWN_PORTS: self._own_ports,
                names.ENV_PUBLIC_URL: self.origin,
                names.ENV_RENDERED_BY: "Intarsia compositor (no After Effects on this machine)",
            }
            | self._worker_environment,
            session=self.emulator.credentials.session,
            command=self._worker,
            slots=self._slots,
        )
        fleet.start()
        cleanup.callback(fleet.stop)


def _digest(template: dict[str, Any], parameters: dict[str, str]) -> str:
    """Changes when a deployment would; the template names its assets by content."""
    return hashlib.sha256(json.dumps([template, parameters], sort_keys=True).encode()).hexdigest()


class _Ports:
    """Ports of the last start: addresses that were given out stay good if they are free."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._last: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}

    def wanted(self, name: str) -> int | None:
        return self._last.get(name)

    def keep(self, **ports: int) -> None:
        self._file.write_text(json.dumps(ports))
