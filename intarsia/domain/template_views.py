"""A template as a client sees it: the contract's objects, and what Intarsia adds to them."""

from typing import Any, Literal

from pydantic import ConfigDict

from intarsia.domain.templates import Template, TemplateStatus, TemplateType
from intarsia.domain.views import Moment, View

LayerType = Literal["text", "shape", "av", "null", "camera", "light"]
SourceType = Literal["file", "comp", "solid"]


class UploadInfoView(View):
    """How the file is uploaded: one raw request, without the API key."""

    url: str
    method: Literal["PUT"]
    expires_in: int
    """Seconds."""
    key: str


class DownloadUrlView(View):
    """Where the file can be read for an hour."""

    url: str


class TemplateV3View(View):
    """The TemplateV3 object: a template without its contents."""

    id: str
    type: TemplateType
    display_name: str
    status: TemplateStatus
    created_at: Moment
    updated_at: Moment


class TemplateView(TemplateV3View):
    """The Template object."""

    compositions: list[str]
    layers: list[str]
    fonts: list[str]
    """PostScript names."""
    effects: list[str]
    missing_footage: list[str]
    """Files that the project uses and that did not come along with it."""
    warnings: list[str]
    mogrt: dict[str, Any]
    """What can be set in a Motion Graphics template; empty for other types."""
    error: str | None


class TemplateCreatedView(TemplateView):
    """A new template, flat and nested, for clients that read the one or the other."""

    template: TemplateView
    upload_info: UploadInfoView | None = None
    """Left out when the file is fetched from `src`."""


class _ContentsView(View):
    """Of what is in a template: the contract spells these with underscores."""

    model_config = ConfigDict(alias_generator=None)


class CompositionView(_ContentsView):
    """The TemplateComposition object. Pixels, seconds, frames per second."""

    aeid: str
    """A string here and a number in layers, as strict clients want it."""
    name: str
    width: int
    height: int
    duration: float
    frame_rate: float
    data: dict[str, Any]


class LayerView(_ContentsView):
    """The TemplateLayer object. Pixels and seconds."""

    composition_id: int
    aeid: int
    name: str
    """What a job's `layerName` finds it by."""
    top: float
    left: float
    width: float
    height: float
    start_time: float
    in_point: float
    out_point: float
    layer_type: LayerType
    source_type: SourceType | None
    source_comp_id: int | None
    parent_id: int | None
    data: dict[str, Any]


def template_v3_view(template: Template) -> TemplateV3View:
    """A template without its contents."""
    return TemplateV3View(
        id=template.id,
        type=template.type,
        display_name=template.display_name,
        status=template.status,
        created_at=template.created_at,
        updated_at=template.updated_at,
    )


def template_view(template: Template) -> TemplateView:
    """The Template object of the contract, with what Intarsia adds to it."""
    contents = template.contents
    return TemplateView(
        **dict(template_v3_view(template)),
        compositions=contents.compositions,
        layers=contents.layers,
        fonts=contents.fonts,
        effects=contents.effects,
        missing_footage=contents.missing_footage,
        warnings=contents.warnings,
        mogrt=contents.mogrt,
        error=template.error,
    )


def created_template_view(
    template: Template, upload_info: UploadInfoView | None
) -> TemplateCreatedView:
    """What a client gets for a template that it has just registered."""
    view = template_view(template)
    created = TemplateCreatedView(**dict(view), template=view)
    return created.model_copy(update={"upload_info": upload_info}) if upload_info else created
