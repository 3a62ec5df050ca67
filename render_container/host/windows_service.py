"""The host agent as a Windows service.

`python -m render_container.host.windows_service --startup auto --username .\\render --password …
install` installs it; then there are `start`, `stop` and `remove`. Installing needs administrator's
rights, running does not. docs/host-agent.md explains when a task at logon is the better choice.
"""

import logging
import os
import sys
from pathlib import Path
from threading import Event

assert sys.platform == "win32", "this module is for Windows"

import servicemanager  # noqa: E402 - these modules exist only on Windows
import win32service  # noqa: E402
import win32serviceutil  # noqa: E402

from intarsia.names import ENV_SPOOL  # noqa: E402
from render_container.host.agent import Agent  # noqa: E402

RESTART_AFTER = 5_000  # milliseconds from a crash to the next start
FORGET_AFTER = 86_400  # seconds without a crash after which the count of crashes starts again
STOP_WITHIN = 30_000  # milliseconds that After Effects and the service may take to end
CLASS = "render_container.host.windows_service.HostAgentService"

_RECOVERY = {
    "ResetPeriod": FORGET_AFTER,
    "RebootMsg": "",
    "Command": "",
    "Actions": [(win32service.SC_ACTION_RESTART, RESTART_AFTER)] * 3,
}

_log = logging.getLogger("intarsia.host.service")


class HostAgentService(win32serviceutil.ServiceFramework):
    """Windows service that runs the host agent on the spool that ENV_SPOOL names."""

    _svc_name_ = "IntarsiaHostAgent"
    _svc_display_name_ = "Intarsia host agent"
    _svc_description_ = "Drives After Effects for render tasks in containers on this machine."

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self._stop = Event()

    def SvcStop(self) -> None:  # noqa: N802 - the framework's name
        """Stop the agent. It kills its render, and then `SvcDoRun` returns.

        The framework calls this in a thread of its own.
        """
        self.ReportServiceStatus(win32service.SERVICE_STOP_PENDING, waitHint=STOP_WITHIN)
        self._stop.set()

    SvcShutdown = SvcStop

    def SvcDoRun(self) -> None:  # noqa: N802 - the framework's name
        """Serve requests until `SvcStop` is called. After an error, end the process with code 1.

        The framework reports the service as started before this call, and as stopped after it.
        """
        _log_to_event_log()
        try:
            Agent(Path(os.environ[ENV_SPOOL]), os.environ).serve(self._stop)
        except Exception:  # noqa: BLE001 - the service's outermost handler
            _log.exception("the agent ended with an error")
            # Without a reported stop this is a crash: Windows restarts the service (`configure`).
            os._exit(1)


class _EventLog(logging.Handler):
    """Logging handler that writes to Windows' event log, under the source IntarsiaHostAgent."""

    def emit(self, record: logging.LogRecord) -> None:
        text = self.format(record)
        if record.levelno >= logging.ERROR:
            servicemanager.LogErrorMsg(text)
        elif record.levelno >= logging.WARNING:
            servicemanager.LogWarningMsg(text)
        else:
            servicemanager.LogInfoMsg(text)


def _log_to_event_log() -> None:
    logger = logging.getLogger()
    logger.setLevel(logging.INFO)
    logger.addHandler(_EventLog())


def configure(_: object = None) -> None:
    """Have Windows restart the service after a crash.

    The framework calls this when the service has been installed. Its argument, the command's
    options, is not used.
    """
    manager = win32service.OpenSCManager(None, None, win32service.SC_MANAGER_ALL_ACCESS)
    try:
        service = win32service.OpenService(
            manager, HostAgentService._svc_name_, win32service.SERVICE_ALL_ACCESS
        )
        try:
            win32service.ChangeServiceConfig2(
                service, win32service.SERVICE_CONFIG_FAILURE_ACTIONS, _RECOVERY
            )
        finally:
            win32service.CloseServiceHandle(service)
    finally:
        win32service.CloseServiceHandle(manager)


def main() -> int:
    """Install, update, start, stop or remove the service, and return the exit code.

    The command is in the process's arguments.
    """
    code = win32serviceutil.HandleCommandLine(
        HostAgentService, serviceClassString=CLASS, customOptionHandler=configure
    )
    return int(code or 0)


if __name__ == "__main__":
    sys.exit(main())
