"""One render, from a parsed command line to output files and log lines."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from render_container.compositor import templates
from render_container.compositor.arguments import RENDER_SETTINGS, Arguments
from render_container.compositor.errors import CompositorError, UsageError
from render_container.compositor.report import Report
from render_container.compositor.templates import OutputTemplate
from render_container.compositor.timing import FrameRange, elapsed, frame_range

if TYPE_CHECKING:
    from render_container.compositor.footage import FootageLibrary
    from render_container.compositor.output import MovieOutput, StillsOutput
    from render_container.encoding import Samples


def render(arguments: Arguments, report: Report) -> None:
    """Render the composition named in a parsed command line, and log to `report`.

    No partly written file is left at the output path after an error.

    Raises:
        CompositorError: if the arguments are not valid, the project, a footage file or an output
            template cannot be used, or the output cannot be written.
    """
    began = time.monotonic()
    project, folder = _open_project(arguments.project)
    comp = _find_comp(project, arguments.comp)
    report.message("Adding specified comp to Render Queue")
    template, output = _find_output(arguments)
    for ignored in arguments.ignored:
        report.warning(f"{ignored} is not supported by this compositor and was ignored.")
    _Render(
        arguments,
        report,
        project=project,
        folder=folder,
        comp=comp,
        template=template,
        output=output,
    ).run()
    report.detail(f"Total Time Elapsed: {elapsed(time.monotonic() - began)}")


def _open_project(path: Path | None) -> tuple[Any, Path]:
    if path is None:
        raise UsageError("No project provided and no project open.")
    if not path.is_file():
        raise CompositorError(f"After Effects error: File Not Found {path}")
    import py_aep

    try:
        return py_aep.parse(path).project, path.absolute().parent
    except Exception as error:  # py-aep raises many types for damaged or old files
        raise CompositorError(
            f"After Effects error: Unable to open the project {path.name}: it is damaged, too "
            f"old, or not an After Effects project ({type(error).__name__}: {error})"
        ) from error


def _find_comp(project: Any, name: str | None) -> Any:
    if name is None:
        raise UsageError("No composition was given: name one with -comp.")
    for comp in project.compositions:
        if comp.name == name:
            return comp
    raise CompositorError("No comp was found with the given name.")


def _find_output(arguments: Arguments) -> tuple[OutputTemplate, Path]:
    if arguments.settings_template not in RENDER_SETTINGS:
        raise CompositorError("No render settings template was found with the given name.")
    if arguments.output is None:
        raise CompositorError("Specified render queue item needs output file but none provided.")
    template = templates.find_template(arguments.output_template, arguments.output)
    if not arguments.output.absolute().parent.is_dir():
        raise CompositorError(
            f"After Effects error: the output folder does not exist: {arguments.output.parent}"
        )
    return template, arguments.output


class _Render:
    def __init__(
        self,
        arguments: Arguments,
        report: Report,
        *,
        project: Any,
        folder: Path,
        comp: Any,
        template: OutputTemplate,
        output: Path,
    ) -> None:
        self._arguments = arguments
        self._report = report
        self._comp = comp
        self._template = template
        self._output = output
        self._folder = folder
        self._range: FrameRange = frame_range(project, comp, arguments)

    def run(self) -> None:
        from render_container.compositor import audit
        from render_container.compositor.evaluate import Evaluator
        from render_container.compositor.fonts import FontBook
        from render_container.compositor.footage import FootageLibrary
        from render_container.compositor.painter import Painter
        from render_container.compositor.textshape import Shaper

        book = FontBook()
        audit.warn(self._comp, book, self._report)
        footage = FootageLibrary(
            self._folder, bars_for_missing=self._arguments.continue_on_missing_footage
        )
        for path in sorted(footage.check(audit.used_layers(self._comp))):
            self._report.warning(f"File Not Found {path}: colour bars stand in for it.")
        self._warn_about_range()
        sound = self._sound(footage)
        self._announce(sound is not None)
        if self._template.kind == "sound":
            self._save_sound(sound)
        else:
            painter = Painter(draft=self._arguments.draft)
            output = self._open_output(sound)
            try:
                with output:
                    self._frames(Evaluator(footage, Shaper(book)), painter, output)
            finally:  # a signal may come between making the temporary file and entering the block
                output.discard()
        self._report.detail(f"{_now()}: Finished composition {self._comp.name}.")

    def _frames(self, evaluator: Any, painter: Any, output: MovieOutput | StillsOutput) -> None:
        """Draw, write and log each frame; a frame equal to the one before is not drawn again."""
        background = None if self._template.alpha else tuple(self._comp.bg_color[:3])
        last, pixels = None, None
        for count, frame in enumerate(self._range.frames, start=1):
            began = time.monotonic()
            state = evaluator.frame(self._comp, self._range.seconds(frame))
            if state != last or pixels is None:
                last, pixels = state, painter.paint(state, background)
            number = frame + self._range.offset
            output.write(number, pixels)
            code = self._range.timecode(frame + int(self._comp.display_start_frame))
            self._report.detail(f"{code} ({count}): {int(time.monotonic() - began)} Seconds")

    def _save_sound(self, sound: Samples | None) -> None:
        from render_container.compositor.output import SoundOutput

        output = SoundOutput(self._output, sound)
        try:
            output.save()
        finally:
            output.discard()

    def _open_output(self, sound: Samples | None) -> MovieOutput | StillsOutput:
        from render_container.compositor.output import MovieOutput, StillsOutput

        if self._template.kind == "image":
            return StillsOutput(self._output, self._template, len(self._range.frames))
        size = (int(self._comp.width), int(self._comp.height))
        rate = self._range.rate / self._range.step
        single = self._arguments.single_threaded
        return MovieOutput(self._output, self._template, size, rate, sound, single_threaded=single)

    def _sound(self, footage: FootageLibrary) -> Samples | None:
        """Return the sound of the frames to render.

        Returns None if the output format has no sound, `-sound OFF` was given, or no layer is
        audible.
        """
        if not self._template.has_audio or self._arguments.sound is False:
            return None
        from render_container.compositor.audio import Mixer, has_sound
        from render_container.encoding import SAMPLE_RATE

        if not has_sound(self._comp):
            return None
        rate = self._range.rate
        shown = len(self._range.frames) * self._range.step
        count = round(shown / rate * SAMPLE_RATE)
        return Mixer(footage).mix(self._comp, self._range.seconds(self._range.first), count)

    def _warn_about_range(self) -> None:
        duration = float(self._comp.duration)
        start = self._range.seconds(self._range.first)
        end = self._range.seconds(self._range.last + 1)
        if start < -1e-6 or end > duration + 1e-6:
            self._report.warning(
                f"timeSpanStart of {start:.2f} seconds will cause render to have frames outside "
                f"of range defined by comp displayStartTime "
                f"({float(self._comp.display_start_time):.2f}) and end of comp duration "
                f"({duration:.2f}). Render will succeed, but may have blank frames."
            )

    def _announce(self, sound: bool) -> None:
        report, span = self._report, self._range
        shown = int(self._comp.display_start_frame)
        size = f"{int(self._comp.width)} x {int(self._comp.height)}"
        draft = self._arguments.draft
        report.detail(f"{_now()}: Starting composition {self._comp.name}.")
        report.blank(2)
        report.settings(
            [
                ("Render Settings", self._arguments.settings_template),
                ("Quality", "Draft" if draft else "Best"),
                ("Resolution", "Full"),
                ("Size", size),
                ("Proxy Use", "Use No Proxies"),
                ("Effects", "Current Settings"),
                ("Disk Cache", "Read Only"),
                ("Color Depth", "8 bits per channel"),
                ("Frame Blending", "Off for All Layers"),
                ("Field Render", "Off"),
                ("Pulldown", "Off"),
                ("Motion Blur", "Off for All Layers"),
                ("Solos", "Current Settings"),
                ("Time Span", self._time_span()),
                ("Start", span.timecode(span.first + shown)),
                ("End", span.timecode(span.last + shown)),
                ("Duration", span.timecode(span.span)),
                ("Frame Rate", f"{float(span.rate):.3f} (comp)"),
                ("Guide Layers", "All Off"),
                ("Skip Existing Files", "Off"),
            ]
        )
        report.detail()
        template = self._template
        report.settings(
            [
                ("Output Module", self._arguments.output_template or template.name),
                ("Output To", str(self._output)),
                ("Format", template.format),
                ("Output Info", template.info),
                ("Include", "-"),
                ("Output Audio", "48.000 kHz / 16 bit / Stereo" if sound else "Off"),
                ("Channels", "RGB + Alpha" if template.alpha else "RGB"),
                ("Depth", "Millions of Colors+" if template.alpha else "Millions of Colors"),
                ("Color", "Straight (Unmatted)" if template.alpha else "Premultiplied"),
                ("Resize", "-"),
                ("Crop", "-"),
                ("Final Size", size),
                ("Profile", "-"),
                ("Post-Render Action", "None"),
            ]
        )
        report.detail()

    def _time_span(self) -> str:
        given = self._arguments.start is not None or self._arguments.end is not None
        return "Custom" if given else "Work Area"


def _now() -> str:
    """Return the local date and time in the format of After Effects' log."""
    now = datetime.now().astimezone()
    hour = now.hour % 12 or 12
    half = "AM" if now.hour < 12 else "PM"
    return f"{now.month}/{now.day}/{now.year} {hour}:{now:%M:%S} {half}"
