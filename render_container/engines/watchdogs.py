"""Watchdogs: the time without progress, in each phase of a run, after which it counts as hung."""

from dataclasses import dataclass

from render_container.engines.log import EngineLog, Phase


@dataclass(frozen=True)
class Watchdogs:
    """Maximum durations of the phases of an engine's run, in seconds.

    The defaults are long, because a false alarm costs a whole render.
    """

    launch: float = 300
    """From the start of the engine to its first line of output."""
    open: float = 900
    """From the first line until the render starts.

    In this time After Effects launches, the project opens, and our startup script applies the plan.
    On Windows no line separates these steps, so they have one bound. A licence dialog appears in
    this time, and would otherwise block the run for ever.
    """
    first_frame: float = 1800
    """From the start of the render to its first frame.

    For some movies no frame is ever reported. Their whole render must end in this time.
    """
    frame: float = 300
    """Between two frames, unless `frame_factor` allows more."""
    frame_factor: float = 10
    """Between two frames, as a multiple of the longest wait so far, if that exceeds `frame`.

    The wait for the first frame counts too, because at first no other wait is known.
    """
    finish: float = 900
    """From the last frame until the file is reported complete. Muxing a movie prints nothing."""
    exit: float = 60
    """From the report that the file is complete until the end of the process."""
    total: float = 6 * 3600
    """From the start of the engine to its end."""


class Watch:
    """Watchdog of one run. `now` is the time in seconds of any monotonic clock.

    The run starts when the watchdog is constructed.
    """

    def __init__(self, watchdogs: Watchdogs, now: float) -> None:
        self._bounds = watchdogs
        self._began = now
        self._phase = Phase.LAUNCH
        self._since = now
        self._launched = False
        self._frames = 0
        self._longest_wait = 0.0

    def observe(self, log: EngineLog, now: float) -> None:
        """Record the progress of the run: its phase and its frames, as they are in `log`."""
        self._launched = log.launched
        if len(log.frames) > self._frames:
            if self._phase is Phase.FRAMES:
                self._longest_wait = max(self._longest_wait, now - self._since)
            self._frames, self._since = len(log.frames), now
        if log.phase is not self._phase:
            self._phase, self._since = log.phase, now

    def alarm(self, now: float) -> str | None:
        """Return the reason why the run counts as hung, or None if no bound is exceeded.

        The reason is the end of a sentence, such as `drew no frame for 300 seconds`.
        """
        if now - self._began > self._bounds.total:
            return f"took longer than {self._bounds.total:g} seconds"
        bound, complaint = self._bound()
        return complaint.format(f"{bound:g}") if now - self._since > bound else None

    def _bound(self) -> tuple[float, str]:
        match self._phase:
            case Phase.LAUNCH:
                return self._bounds.launch, "said nothing for {} seconds after its launch"
            case Phase.OPEN if not self._launched:
                return self._bounds.open, "neither launched nor opened the project in {} seconds"
            case Phase.OPEN:
                return self._bounds.open, "did not begin to render within {} seconds"
            case Phase.FRAMES:
                return self._frame_bound()
            case Phase.FINISH:
                return self._bounds.finish, "did not complete the file within {} seconds"
            case Phase.EXIT:
                return self._bounds.exit, "did not exit within {} seconds of finishing"

    def _frame_bound(self) -> tuple[float, str]:
        if self._frames == 0:
            return self._bounds.first_frame, "drew no frame for {} seconds"
        frame = max(self._bounds.frame, self._bounds.frame_factor * self._longest_wait)
        return frame, f"drew no frame for {{}} seconds after {self._frames} frames"
