"""All of Intarsia on one machine: emulator, deployed stack, fleet, janitor and public URL."""

import logging
import os
import shlex
import shutil
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Self

import httpx

from intarsia import names
from intarsia.local import (
    api_key,
    clients,
    deploy,
    disk,
    environment,
    files,
    front,
    swaps,
    webhook_rules,
)
from intarsia.local.assembly import Assembly
from intarsia.local.claim import Claim, Holder, Share
from intarsia.local.deploy import Deployment
from intarsia.local.emulator import Emulator, free_port
from intarsia.local.errors import DeployError, EmulatorError, StoppedError
from intarsia.local.fleet import WORKER, Fleet
from intarsia.local.janitor import Janitor
from intarsia.local.ports import Ports
from intarsia.local.synth import synthesise
from intarsia.storage.keys import KeyRepository

WATCH = 0.5  # seconds between two checks of the emulator
NOTABLE = 0.05  # seconds
FIRST, LATER = "first deployment under way", "deployment under way"
"""Content of the file `deployed` during the first deployment, and during a later one."""

logger = logging.getLogger(__name__)

Steps = Callable[[str], AbstractContextManager[object]]
"""Function that gets the name of a step of the start, and returns a context manager for the step,
for example to show its progress."""


class LocalStack:
    """The running stack of a state folder; a context manager.

    Nothing listens beyond 127.0.0.1, no process runs after `stop`, and all data stays in the
    folder.
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
        warn: Callable[[str], None] = logger.warning,
    ) -> None:
        """Prepare the stack, which `start` runs.

        `state_dir` is the state folder. `port` is the port of the API's public URL; 0 selects a
        free one. At most `slots` renders run simultaneously; None: one per core. `worker` is the
        command that runs a render. `worker_environment` adds or overrides its environment
        variables, such as INTARSIA_AERENDER for another engine than our own compositor.

        `settings` are an operator's, by their names in docs/configuration.md; None: the defaults.
        Each distinct AWS call is appended to the file `record_calls` with the role that made it;
        None: calls are not recorded. `steps` shows the progress of the start. `wait` calls `warn`
        with a message when saves of the state begin to fail, and when they succeed again.
        """
        self.state = state_dir.absolute()
        self._port = port
        self._slots = slots
        self._worker = worker
        self._worker_environment = dict(worker_environment or {})
        self._settings = dict(settings or {})
        self._record_calls = record_calls
        self._step = steps
        self._saves = disk.SaveWatch(warn)
        self._cleanup = ExitStack()
        self._ending = threading.Event()
        self._changing = threading.Lock()
        self._starting: Emulator | None = None
        """The emulator during the start; None before it and after its success. `cancel` interrupts
        the emulator, so that pending requests of the start fail."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start all parts of the stack. After an error nothing runs.

        Raises LocalStackError if a part cannot be started, and StoppedError if `cancel` is called
        during the start.
        """
        with ExitStack() as cleanup:
            try:
                self._start(cleanup)
            except Exception as error:
                if self._ending.is_set() and not isinstance(error, StoppedError):
                    # `cancel` has ended the emulator, which causes any other error.
                    raise StoppedError("stopped before the start was complete") from error
                raise
            self._cleanup = cleanup.pop_all()

    def _start(self, cleanup: ExitStack) -> None:
        claim = cleanup.enter_context(Claim(self.state))
        self._share = self._take_over(claim, cleanup)
        ports = Ports(self.state / "ports.json")
        listener = front.bind(self._port or free_port(ports.wanted("front")))
        cleanup.callback(listener.close)
        self.port: int = listener.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        with self._stage("emulator"):
            self.emulator = self._start_emulator(ports.wanted("gateway"), cleanup)
        ports.keep(front=self.port, gateway=self.emulator.port)
        with self._stage("synthesis"):
            assembly = Assembly.read(synthesise(settings=self._settings, ending=self._ending))
        with self._stage("deployment"):
            self.deployment = self._deploy(assembly)
        keys = KeyRepository(self.client("dynamodb"), self.table)
        self.api_key = api_key.registered(self.state / "key", keys)
        with self._stage("fleet"):
            self._start_fleet(cleanup)
        janitor = Janitor(self.client("lambda"), self.deployment.outputs["JanitorFunctionName"])
        self._at_the_end(cleanup, "janitor", janitor.stop)
        janitor.start()
        api = self.deployment.only("AWS::ApiGatewayV2::Api")
        token = self.emulator.credentials.front_token
        public = front.Front(listener, self.emulator.endpoint, api, token)
        public.start()
        self._at_the_end(cleanup, "front", public.stop)
        with self._stage("first request"):
            self._prove_it_answers()
        claim.say(Holder(os.getpid(), self.origin, self.emulator.endpoint))
        with self._changing:
            self._starting = None

    def stop(self) -> None:
        """Stop all parts, in reverse order. Unfinished jobs continue at the next start.

        Raises StateNotSavedError if the state could not be saved. Nothing runs then, either.
        """
        self._cleanup.close()
        if error := self.emulator.save_error:
            raise disk.lost(error, self.emulator.saved_at)

    def cancel(self) -> None:
        """Abort `start` or end `wait`, without waiting for it. Safe in any thread."""
        with self._changing:
            self._ending.set()
            if self._starting is not None:
                self._starting.interrupt()

    def wait(self) -> None:
        """Wait until `cancel` is called. Raises EmulatorError if the emulator's process ends."""
        while not self._ending.wait(WATCH):
            if not self.emulator.alive:
                raise EmulatorError(f"the emulator's process has ended; see {self.emulator.log}")
            self._saves.see(self.emulator.save_error, self.emulator.saved_at)

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        """Run the block as the step `name` of the start. Raises StoppedError after `cancel`."""
        if self._ending.is_set():
            raise StoppedError(f'stopped before the step "{name}"')
        with self._step(name):
            yield

    def _at_the_end(self, cleanup: ExitStack, name: str, stop: Callable[[], object]) -> None:
        """Register `stop`, which stops the part `name` of the stack, in `cleanup`.

        The time that the stop takes is logged.
        """

        def timed() -> None:
            began = time.monotonic()
            try:
                stop()
            finally:
                logger.info("stopped: %s in %.2f s", name, time.monotonic() - began)

        cleanup.callback(timed)

    def _take_over(self, claim: Claim, cleanup: ExitStack) -> Share:
        began = time.monotonic()
        share = claim.share(self._ending)
        cleanup.callback(share.release)
        if (waited := time.monotonic() - began) > NOTABLE:
            logger.info("waited %.2f s for the processes of the previous stack to end", waited)
        return share

    @property
    def url(self) -> str:
        """Base URL of the API, such as `http://127.0.0.1:8090/api/v2`."""
        return f"{self.origin}/api/v2"

    @property
    def table(self) -> str:
        """Name of the stack's DynamoDB table."""
        return self.deployment.outputs["TableName"]

    @property
    def _own_ports(self) -> str:
        return f"{self.port},{self.emulator.port}"

    def client(self, service: str) -> Any:
        """Return the boto3 client of an AWS service in the emulator, with root credentials.

        `service` is its name in boto3, such as `dynamodb`.
        """
        return self.emulator.clients(service)

    def _start_emulator(self, port: int | None, cleanup: ExitStack) -> Emulator:
        self._forget_an_unfinished_deployment()
        emulator = Emulator(
            self.state / clients.FOLDER,
            self.state / "logs" / "emulator.log",
            port=port,
            front_port=self.port,
            record_calls=self._record_calls,
            shared=[self._share.handle],
            ending=self._ending,
        )
        with self._changing:
            self._starting = emulator
        self._at_the_end(cleanup, "emulator", emulator.stop)
        emulator.start()
        return emulator

    def _forget_an_unfinished_deployment(self) -> None:
        """Remove the emulator's resources if the first deployment was interrupted.

        The emulator has resources that its record of the stack does not list, and refuses to create
        them again. They contain no data: even the API key is made after the deployment.
        """
        if self._deployed() == FIRST:
            for folder in ("services", "s3"):
                shutil.rmtree(self.state / clients.FOLDER / folder, ignore_errors=True)

    def _deployed(self) -> str | None:
        """Return the digest of the deployed template and its parameters; see `deploy.digest`.

        It is FIRST or LATER during a deployment and after an interrupted one, and None before the
        first.
        """
        file = self.state / clients.FOLDER / "deployed"
        # Damaged content differs from every digest, so it causes a deployment.
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else None

    def _deploy(self, assembly: Assembly) -> Deployment:
        clients = self.emulator.clients
        template = swaps.adapted(assembly.template, configured=bool(self._settings))
        parameters = {"PublicUrl": self.origin, swaps.OWN_PORTS: self._own_ports}
        digest = deploy.digest(template, parameters)
        deployed = self.emulator.state / "deployed"
        before = self._deployed()
        # The stack may be gone: the emulator lost its state, or somebody deleted the stack.
        if before != digest or deploy.stack_status(clients) not in deploy.STANDING:
            unused = before in {None, FIRST} and not (self.state / "key").exists()
            files.write(deployed, FIRST if unused else LATER)
            deploy.publish(clients, assembly.assets)
            deploy.deploy(clients, template, parameters)
            swaps.settle(assembly.template, deploy.deployment(clients).physical_ids, clients)
            # Saved first: a killed emulator must not restart without the stack that the file names.
            self.emulator.checkpoint()
            files.write(deployed, digest)
        # At every start: a secret may have changed since.
        webhook_rules.connect(assembly.template, clients)
        return deploy.deployment(clients)

    def _prove_it_answers(self) -> None:
        headers = {"Authorization": f"Bearer {self.api_key}"}
        answer = httpx.get(f"{self.url}/jobs", headers=headers, timeout=60.0, trust_env=False)
        if answer.status_code != 200:
            raise DeployError(
                f"GET {self.url}/jobs failed with status {answer.status_code}: "
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
            shared=[self._share.handle],
        )
        self._at_the_end(cleanup, "fleet", fleet.stop)
        fleet.start()
