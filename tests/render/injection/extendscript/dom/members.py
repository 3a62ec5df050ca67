"""Which members After Effects' classes have, and which of them scripts can write.

Only what the mock knows; test_dom.py holds it against the types-for-adobe declarations. Text
attributes are those of ae-scripting.docsforadobe.dev/text/textdocument of After Effects 24 and
later, where more of them can be written than those declarations say.
"""

from typing import Any, NamedTuple


class HostClass(NamedTuple):
    """A class of host objects: names, apart by spaces."""

    above: str | None
    read: str = ""
    write: str = ""
    methods: str = ""
    indexed: bool = False
    """Whether it is a collection, read as `items[1]`."""
    made: bool = False
    """Whether scripts make it with `new`."""


_RANGE = (
    "text applyFill applyStroke autoKernType autoLeading baselineDirection baselineShift digitSet "
    "endIndent fauxBold fauxItalic fillColor firstLineIndent font fontBaselineOption "
    "fontCapsOption fontSize horizontalScale justification kerning leading ligature noBreak "
    "spaceAfter spaceBefore startIndent strokeColor strokeOverFill strokeWidth tracking tsume "
    "verticalScale"
)

CLASSES = {
    "Application": HostClass(
        None,
        read="version buildNumber project fonts isRenderEngine",
        write="exitCode",
        methods="beginSuppressDialogs endSuppressDialogs beginUndoGroup endUndoGroup",
    ),
    "FontsObject": HostClass(None, read="missingOrSubstitutedFonts"),
    "Project": HostClass(
        None,
        read="file rootFolder items numItems activeItem",
        write="displayStartFrame bitsPerChannel",
        methods="item itemByID layerByID importFile importPlaceholder close save",
    ),
    "ItemCollection": HostClass(None, read="length", methods="addComp addFolder", indexed=True),
    "LayerCollection": HostClass(
        None, read="length", methods="add addNull addSolid addText byName", indexed=True
    ),
    "Item": HostClass(None, "id typeName", "name comment parentFolder label", "remove"),
    "FolderItem": HostClass("Item", "items numItems", "", "item"),
    "AVItem": HostClass(
        "Item",
        "usedIn hasVideo hasAudio footageMissing",
        "width height pixelAspect frameRate frameDuration duration",
    ),
    "CompItem": HostClass(
        "AVItem",
        "numLayers layers",
        "bgColor displayStartTime displayStartFrame workAreaStart workAreaDuration",
        "layer duplicate",
    ),
    "FootageItem": HostClass("AVItem", "file mainSource", "", "replace replaceWithSolid"),
    "FootageSource": HostClass(None, "isStill file"),
    "FileSource": HostClass("FootageSource"),
    "PlaceholderSource": HostClass("FootageSource"),
    "SolidSource": HostClass("FootageSource", "", "color"),
    "PropertyBase": HostClass(
        None,
        "matchName propertyIndex propertyDepth propertyType parentProperty isModified "
        "canSetEnabled active elided isEffect isMask",
        "name enabled",
    ),
    "PropertyGroup": HostClass("PropertyBase", "numProperties", "", "property addProperty"),
    "Property": HostClass(
        "PropertyBase",
        "propertyValueType value hasMin hasMax minValue maxValue isSpatial canVaryOverTime "
        "canSetExpression isTimeVarying numKeys expressionError isSeparationFollower "
        "isSeparationLeader",
        "expression expressionEnabled dimensionsSeparated",
        "setValue valueAtTime setValueAtTime keyTime",
    ),
    "Layer": HostClass(
        "PropertyGroup",
        "id index hasVideo nullLayer containingComp isNameSet transform position scale opacity",
        "parent startTime stretch inPoint outPoint solo shy locked comment label",
        "remove duplicate moveToEnd moveToBeginning",
    ),
    "AVLayer": HostClass(
        "Layer",
        "source isNameFromSource height width hasAudio hasTrackMatte isTrackMatte "
        "trackMatteLayer canSetTimeRemapEnabled canSetCollapseTransformation",
        "audioEnabled motionBlur effectsActive adjustmentLayer guideLayer threeDLayer "
        "collapseTransformation timeRemapEnabled trackMatteType",
        "replaceSource removeTrackMatte setTrackMatte",
    ),
    "TextLayer": HostClass("AVLayer", "text sourceText"),
    "ShapeLayer": HostClass("AVLayer"),
    "CameraLayer": HostClass("Layer"),
    "LightLayer": HostClass("Layer"),
    "TextDocument": HostClass(
        None,
        "boxText pointText paragraphCount",
        _RANGE + " lineOrientation",
        "characterRange",
        made=True,
    ),
    "CharacterRange": HostClass(None, "characterStart characterEnd isRangeValid", _RANGE),
    "ImportOptions": HostClass(
        None, "", "file sequence forceAlphabetical importAs", "canImportAs", made=True
    ),
    "File": HostClass(
        None,
        "absoluteURI exists fsName fullName name path error eof length",
        "encoding lineFeed",
        "open close read readln write writeln remove rename",
        made=True,
    ),
    "Folder": HostClass(None, "exists fsName fullName name path", "", "create", made=True),
    "Environment": HostClass(None, "global fileName line engineName", "", "getenv writeln sleep"),
}


def described(*, flat: bool) -> dict[str, Any]:
    """The table as dom.js takes it, members with those of the classes above.

    `flat`: a text layer is no `instanceof AVLayer`, only a TextLayer. Whether it is one is not
    known of After Effects, so scripts are tried both ways.
    """
    table: dict[str, Any] = {}
    for name, facts in CLASSES.items():
        members: dict[str, str] = {}
        at: HostClass | None = facts
        while at is not None:
            named = ((at.read, "read"), (at.write, "write"), (at.methods, "method"))
            for names, access in named:
                members.update(dict.fromkeys(names.split(), access) | members)
            at = CLASSES[at.above] if at.above else None
        above = None if flat and facts.above in {"Layer", "AVLayer"} else facts.above
        table[name] = {
            "above": above,
            "members": members,
            "indexed": facts.indexed,
            "made": facts.made,
        }
    return table
