"""Templates in the API's responses: the contract's objects, with Intarsia's additions."""

from typing import Any, Literal

from pydantic import ConfigDict

from intarsia.domain.templates import Template, TemplateStatus, TemplateType
from intarsia.domain.views import Moment, View

LayerType = Literal["text", "shape", "av", "null", "camera", "light"]
SourceType = Literal["file", "comp", "solid"]


class UploadInfoView(View):
    """The request that uploads a file: the file is its raw body, and it has no API key."""

    url: str
    method: Literal["PUT"]
    expires_in: int
    """Lifetime of `url` in seconds."""
    key: str


class DownloadUrlView(View):
    """A URL to download a template's file, valid for one hour."""

    url: str


class TemplateV3View(View):
    """The contract's TemplateV3 object: a template without its contents."""

    id: str
    type: TemplateType
    display_name: str
    status: TemplateStatus
    created_at: Moment
    updated_at: Moment


class TemplateView(TemplateV3View):
    """The contract's Template object, with Intarsia's additions."""

    compositions: list[str]
    layers: list[str]
    fonts: list[str]
    """PostScript names of the fonts that the project uses."""
    effects: list[str]
    missing_footage: list[str]
    """Files that the project uses but that were not uploaded with it."""
    warnings: list[str]
    mogrt: dict[str, Any]
    """Settable fields of a Motion Graphics template (.mogrt); empty for other types."""
    error: str | None


class TemplateCreatedView(TemplateView):
    """A new template, as top-level fields and again under `template`: clients may read either."""

    template: TemplateView
    upload_info: UploadInfoView | None = None
    """The request that uploads the file; left out if the file is fetched from `src`."""


class _ContentsView(View):
    """Base of compositions and layers, whose fields have snake-case names in the contract."""

    model_config = ConfigDict(alias_generator=None)


class CompositionView(_ContentsView):
    """The contract's TemplateComposition object, in pixels, seconds and frames per second."""

    aeid: str
    """Id of the composition: a string here but a number in layers, as strict clients expect."""
    name: str
    width: int
    height: int
    duration: float
    frame_rate: float
    data: dict[str, Any]


class LayerView(_ContentsView):
    """The contract's TemplateLayer object, in pixels and seconds."""

    composition_id: int
    aeid: int
    name: str
    """Name of the layer, for use as an asset's `layerName`."""
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
    """Return the contract's TemplateV3 object for a template: it has no contents."""
    return TemplateV3View(
        id=template.id,
        type=template.type,
        display_name=template.display_name,
        status=template.status,
        created_at=template.created_at,
        updated_at=template.updated_at,
    )


def template_view(template: Template) -> TemplateView:
    """Return the contract's Template object for a template, with Intarsia's additions."""
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
    """Return the response for a newly registered template.

    `upload_info` is None if its file is fetched from `src`.
    """
    view = template_view(template)
    created = TemplateCreatedView(**dict(view), template=view)
    return created.model_copy(update={"upload_info": upload_info}) if upload_info else created
