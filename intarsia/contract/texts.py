"""Descriptions of models and fields in the document, where names alone are not clear."""

MODEL_TEXTS: dict[str, str] = {
    "BatchCancelled": "What cancelling a batch did.",
    "BatchJobCreated": "A job of a batch that was accepted.",
    "BatchRequest": "A batch of jobs. Each is looked at on its own.",
    "CancelRequest": "Jobs to cancel: all of them or none.",
    "Composition": "A composition of a template. Pixels, seconds, frames per second.",
    "EssentialAsset": "Sets a field of an Essential Graphics panel: of a .mogrt, or of a "
    "composition that has one. `layerName` is the field's name; `Group.Field` or `Group->Field` "
    "for one inside a group.",
    "FontRequest": "A font whose file comes later, by a PUT to `uploadInfo.url`.",
    "Job": "A job: one render, or one join.",
    "JobCreated": "A job that was accepted, with the children it waits for.",
    "JoinRequest": "A join: clips put end to end, in the order of `assets`.",
    "JobRequest": "A job to render.",
    "Layer": "A layer of a template. Pixels, and seconds of its composition.",
    "SecretRequest": "A secret to keep.",
    "Template": "A template and what was found in it.",
    "TemplateCreated": "A new template, flat and once more as `template`: clients read the one or "
    "the other.",
    "TemplateRequest": "A template to register.",
    "TemplateUpdate": "What to change of a template.",
    "TemplateV3": "A template without its contents.",
}

_COMPOSITION = "Where the layer is; `A->B` is B used in A. Without it: every composition."
_FRAMES = "Counted from 0: one frame, or the first and the last, both rendered."
_ERROR = "Why it failed; null otherwise."

FIELD_TEXTS: dict[str, dict[str, str]] = {
    "BatchError": {"index": "Its place in the request, from 0."},
    "BatchJobCreated": {"index": "Its place in the request, from 0."},
    "BatchJobStatus": {"stats": "Of jobs that have ended."},
    "BatchStats": {
        "error": "Ended as `error` or `manually_cancelled`.",
        "pending": "Not ended yet.",
    },
    "Child": {
        "progress": "Percent.",
        "slot": "The layer of the parent that its output is set into.",
        "error": _ERROR,
        "missingFonts": "Fonts that its template uses and that are not there; it renders without.",
    },
    "DataAsset": {
        "composition": _COMPOSITION,
        "property": "A path with `.` or `->`, such as `Transform.Position`.",
        "expression": "Set as the property's expression.",
    },
    "FieldError": {"field": "Such as `assets[0].layerName`; empty for the whole body."},
    "Font": {
        "postscriptName": "As the file says; null until it has been read.",
        "fullName": "As the file says; null until it has been read.",
        "style": "As the file says; null until it has been read.",
        "error": "Why the file cannot be used; null otherwise.",
    },
    "FontForm": {
        "font": "The file of a TrueType font; its name ends in `.ttf`.",
        "familyName": "What to call the family; without it, what the file says.",
    },
    "FootageAsset": {
        "composition": _COMPOSITION,
        "src": "Where the file is; may be or hold `${secrets.NAME}`.",
        "name": "What the file is called in the project.",
        "conform": "Convert the file for the renderer; without it, only kinds that need it.",
    },
    "Job": {
        "kind": "`render`, or `join` for clips put end to end.",
        "templateId": "null for a join.",
        "stage": "What is being done while the status is `render:dorender`; null otherwise.",
        "inLine": "Its tree waits until there is room for it; nothing of it has begun.",
        "progress": "Percent.",
        "outputUrl": "Answers 404 until the job has finished.",
        "error": "Why it failed; null otherwise. Also in `stats.error`.",
        "failedJobId": "The job below this one in which the failure began.",
        "parentId": "The job that waits for this one.",
        "slot": "The layer of the parent that the output is set into.",
        "batchId": "The batch it came with.",
        "renderedBy": "Name and version of what drew it.",
        "attempt": "How often rendering was begun; a lost machine costs one.",
        "pieces": "In how many ranges of frames it is drawn; null: as a whole.",
        "missingFonts": "Fonts that the template uses and that are not there; it renders without.",
        "warnings": "What was left out or changed.",
        "output": "What is in the file, as measured in the file itself.",
        "stats": "Left out with `minimal=true`.",
        "children": "In the answer to one job only.",
        "tree": "How far the job and all below it are; in the answer to one job with children.",
    },
    "JobClip": {"fonts": "Names of fonts to have ready."},
    "JobCreated": {
        "outputUrl": "Where the output will be; answers 404 until the job has finished.",
        "children": "Of a job with nested jobs, and of a join with jobs.",
        "missingFonts": "Fonts that the template uses and that are not there; it renders without.",
    },
    "JobRequest": {
        "preview": "Draft quality, drawn by the open compositor; `settings` is ignored.",
        "fonts": "Names of fonts to have ready; those of the template are found without it.",
        "assets": "What to put into the template, in this order.",
        "upload": "Put the output into your own bucket.",
        "webhook": "Whom to tell when the job has ended.",
        "tags": "To find jobs by: an array, or one text with commas.",
        "priority": "Who begins first, of those in line; also for `sort=priority`. Higher first.",
    },
    "Layer": {"name": "What `layerName` finds it by."},
    "NestedJobAsset": {
        "layerName": "The layer of the parent that the output is set into.",
        "composition": _COMPOSITION,
    },
    "Output": {
        "bytes": "Size of the file.",
        "width": "Pixels.",
        "height": "Pixels.",
        "fps": "Frames per second.",
        "duration": "Seconds.",
    },
    "RenderSettings": {
        "type": "`aep` packages the project instead of rendering it.",
        "frames": _FRAMES,
        "codec": "Without it: H.264 at 15 Mbit/s; ProRes 4444 for what is set into a layer.",
        "engine": "`open` is the compositor that comes with Intarsia.",
        "pieces": "In how many ranges of frames to draw it at once; without it, its length decides."
        " Not with a single frame, `aep` or a script.",
    },
    "ScriptAsset": {
        "src": "Where the script is, or a data: URL.",
        "value": "The script itself.",
        "keyword": 'The object through which it reads its parameters, as in `NX.get("name")`.',
    },
    "Stats": {"renderDuration": "Seconds.", "error": _ERROR},
    "TemplateRef": {
        "src": "A project to render instead, fetched when the job renders; `id` only names it.",
        "composition": "May be left out when there is only one.",
    },
    "Template": {
        "fonts": "PostScript names of the fonts it uses.",
        "effects": "Effects it uses.",
        "missingFootage": "Files it uses that did not come along.",
        "mogrt": "What can be set in a Motion Graphics template; empty for other types.",
        "error": "Why it cannot be used; null otherwise.",
    },
    "Tree": {
        "failed": "Ended as `error` or `manually_cancelled`.",
        "progress": "Percent; every job counts the same.",
    },
    "Upload": {
        "prefix": "Begins the file's key.",
        "outputUrl": "Begins the job's `outputUrl`; without it, made of endpoint and bucket.",
    },
    "Webhook": {
        "url": "May hold `${secrets.NAME}`, as may the headers and the data.",
        "data": "Sent along as `data`.",
        "custom": "Send `data` only.",
    },
}
