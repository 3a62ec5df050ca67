"""Render settings: output type, frames, quality, codec and engine, with the contract's defaults."""

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    model_validator,
)

from intarsia.domain.pieces import MOST_PIECES


class Codec(StrEnum):
    """The contract's twelve output codecs.

    After Effects' preferences have an output-module template of the same name for each.
    """

    H264_VBR_1 = "video_h264_vbr_1mbps"
    H264_VBR_5 = "video_h264_vbr_5mbps"
    H264_VBR_15 = "video_h264_vbr_15mbps"
    H264_VBR_40 = "video_h264_vbr_40mbps"
    H264_CBR_1 = "video_h264_cbr_1mbps"
    H264_CBR_5 = "video_h264_cbr_5mbps"
    H264_CBR_15 = "video_h264_cbr_15mbps"
    H264_CBR_40 = "video_h264_cbr_40mbps"
    PRORES_422 = "video_prores_422"
    PRORES_4444 = "video_prores_4444"
    PNG = "image_png"
    JPEG = "image_jpeg"

    @property
    def kind(self) -> Literal["video", "image"]:
        """The output type to which the codec belongs, also the prefix of its name."""
        return "image" if self.value.startswith("image_") else "video"

    @property
    def short_name(self) -> str:
        """The codec's name without the prefix `video_` or `image_`, as older clients write it."""
        return self.value.removeprefix(f"{self.kind}_")

    @property
    def extension(self) -> str:
        """File extension of the output, without the dot."""
        if self.kind == "image":
            return "png" if self is Codec.PNG else "jpg"
        return "mov" if "prores" in self.value else "mp4"

    @property
    def has_alpha(self) -> bool:
        """Whether the codec keeps transparency."""
        return self in {Codec.PRORES_4444, Codec.PNG}


class Engine(StrEnum):
    """The renderer: After Effects 2025, After Effects 2026, or the open compositor."""

    AE2025 = "ae2025"
    AE2026 = "ae2026"
    OPEN = "open"


_CODEC_NAMES = frozenset(codec.value for codec in Codec)


def _long_codec_name(value: object) -> object:
    # The vendor's own specification still shows the short forms (h264_vbr_15mbps, png).
    if isinstance(value, str) and not value.startswith(("video_", "image_")):
        for prefix in ("video_", "image_"):
            if prefix + value in _CODEC_NAMES:
                return prefix + value
    return value


def described(message: str) -> WrapValidator:
    """Return a validator that reports the one error `message` if a value is invalid.

    Without it, pydantic reports one error per member of a union.
    """

    def validate(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(value)
        except ValidationError:
            raise ValueError(message) from None

    return WrapValidator(validate)


Frame = Annotated[int, Field(ge=0, strict=True)]
Frames = Annotated[
    Frame | tuple[Frame, Frame],
    described("must be a frame number, or [first, last]; frames count from 0"),
]
CodecName = Annotated[
    Codec,
    BeforeValidator(_long_codec_name),
    WithJsonSchema({"type": "string", "enum": [*Codec, *(codec.short_name for codec in Codec)]}),
]


class RenderSettings(BaseModel):
    """Settings of a job's output. Unknown keys are rejected.

    `frames` counts from 0: one frame, or the first and the last frame, both rendered.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["video", "image", "aep"] = "video"
    frames: Frames | None = None
    quality: Literal["draft", "full"] = "full"
    codec: CodecName | None = None
    engine: Engine = Engine.AE2026
    pieces: Annotated[int, Field(ge=2, le=MOST_PIECES, strict=True)] | None = None
    """Number of frame ranges to render in parallel; None to derive it from the render's length."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if isinstance(self.frames, tuple) and self.frames[1] <= self.frames[0]:
            raise ValueError("frames must be [first, last] with last greater than first")
        if self.type == "image" and self.frames is None:
            raise ValueError('frames is required when type is "image": a frame or [first, last]')
        if self.codec is not None and self.type == "aep":
            raise ValueError('codec cannot be used with type "aep", which packages the project')
        if self.pieces is not None and self.type == "aep":
            raise ValueError('pieces cannot be used with type "aep", which packages the project')
        if self.pieces is not None and self.one_frame:
            raise ValueError("pieces cannot be used with a single frame")
        if self.codec is not None and self.codec.kind != self.type:
            known = ", ".join(codec for codec in Codec if codec.kind == self.type)
            raise ValueError(f'codec {self.codec} does not fit type "{self.type}"; use {known}')
        return self

    def resolved_codec(self, *, in_slot: bool) -> Codec:
        """Return the requested codec, or the default if none is requested.

        `in_slot` is True if the output is inserted into a parent's slot. A video for a slot
        defaults to ProRes 4444, to keep its transparency and to avoid a second lossy compression.
        Every other video defaults to H.264 at 15 Mbit/s, and images default to PNG.
        """
        if self.codec is not None:
            return self.codec
        if self.type == "image":
            return Codec.PNG
        return Codec.PRORES_4444 if in_slot else Codec.H264_VBR_15

    @property
    def one_frame(self) -> bool:
        """Whether exactly one frame is requested."""
        return isinstance(self.frames, int)

    @property
    def first_and_last(self) -> tuple[int, int] | None:
        """First and last frame to render, counted from 0; None for the whole composition."""
        if self.frames is None:
            return None
        return (self.frames, self.frames) if isinstance(self.frames, int) else self.frames


class JoinSettings(BaseModel):
    """Settings of a join's output."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    preset: Literal["mp4"] = "mp4"


PREVIEW = RenderSettings(quality="draft", engine=Engine.OPEN)
"""Settings of a job with `preview: true`. By the contract, they replace the requested settings."""
