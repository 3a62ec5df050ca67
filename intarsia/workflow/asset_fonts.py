"""Font names in a job's assets, and their translation to PostScript names.

Clients may name a font of the team's bank by its PostScript name, full name, file name or family
name. Text layers in After Effects accept only the PostScript name.
"""

from collections.abc import Iterator, Sequence

from intarsia.domain.assets import DataAsset, FunctionAsset
from intarsia.domain.fonts import Font, find_font
from intarsia.domain.functions import TextParams
from intarsia.domain.nested import ManifestAsset


def fonts_named(assets: Sequence[ManifestAsset]) -> list[str]:
    """Return the names of fonts in `assets`, as the client wrote them."""
    return [name for asset in assets for name in _names(asset)]


def by_postscript_name(
    assets: Sequence[ManifestAsset], fonts: Sequence[Font]
) -> list[ManifestAsset]:
    """Return copies of `assets` that refer to the team's `fonts` by PostScript name.

    The name of a font that is not in `fonts`, or that has no PostScript name, is kept.
    """
    return [_renamed(asset, fonts) for asset in assets]


def _names(asset: ManifestAsset) -> Iterator[str]:
    value: object = None
    if isinstance(asset, FunctionAsset) and isinstance(asset.params, TextParams):
        value = asset.params.font
    elif isinstance(asset, DataAsset) and asset.property.lower().endswith("text.font"):
        value = asset.value
    if isinstance(value, str):
        yield value


def _renamed(asset: ManifestAsset, fonts: Sequence[Font]) -> ManifestAsset:
    for name in _names(asset):
        font = find_font(fonts, name)
        if font is not None and font.names is not None and font.names.postscript is not None:
            return _with_font(asset, font.names.postscript)
    return asset


def _with_font(asset: ManifestAsset, postscript: str) -> ManifestAsset:
    if isinstance(asset, FunctionAsset):
        params = asset.params.model_copy(update={"font": postscript})
        return asset.model_copy(update={"params": params})
    return asset.model_copy(update={"value": postscript})
