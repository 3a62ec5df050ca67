"""Descriptions of models and fields in the OpenAPI document, where names alone are not clear.

A description of a model replaces the docstring of its class.
"""

MODEL_TEXTS: dict[str, str] = {
    "BatchCancelled": "The result of cancelling a batch.",
    "BatchJobCreated": "A job of a batch that was accepted.",
    "BatchRequest": "A batch of jobs. Each job is validated separately.",
    "CancelRequest": "Jobs to cancel. Either all are cancelled or none.",
    "Composition": "A composition of a template. Pixels, seconds, frames per second.",
    "EssentialAsset": "Sets a field of the Essential Graphics panel of a .mogrt or of a "
    "composition. `layerName` is the field's name; write `Group.Field` or `Group->Field` for a "
    "field in a group.",
    "FontRequest": "A font whose file is uploaded separately, by a PUT to `uploadInfo.url`.",
    "Job": "A job: one render, or one join.",
    "JobCreated": "A job that was accepted, with the children it waits for.",
    "JoinRequest": "A join: clips concatenated in the order of `assets`.",
    "JobRequest": "A job to render.",
    "Layer": "A layer of a template. Pixels, and seconds of its composition.",
    "SecretRequest": "A secret to store.",
    "Template": "A template and its contents.",
    "TemplateCreated": "A new template, as top-level fields and again under `template`; clients "
    "may read either.",
    "TemplateRequest": "A template to register.",
    "TemplateUpdate": "The fields of a template to change.",
    "TemplateV3": "A template without its contents.",
}

_COMPOSITION = "Composition of the layer; `A->B` is B used in A. Default: every composition."
_FRAMES = "One frame, or the first and the last frame, both rendered. Counted from 0."
_ERROR = "Reason of the failure; null otherwise."

FIELD_TEXTS: dict[str, dict[str, str]] = {
    "BatchError": {"index": "Position in the request, from 0."},
    "BatchJobCreated": {"index": "Position in the request, from 0."},
    "BatchJobStatus": {"stats": "Only for jobs that have ended."},
    "BatchStats": {
        "error": "Number of jobs that ended as `error` or `manually_cancelled`.",
        "pending": "Number of jobs that have not ended.",
    },
    "Child": {
        "progress": "Percent.",
        "slot": "The parent's layer that receives the output.",
        "error": _ERROR,
        "missingFonts": "Fonts of its template that are not available; it renders without them.",
    },
    "DataAsset": {
        "composition": _COMPOSITION,
        "property": "Path of the property, with `.` or `->`, such as `Transform.Position`.",
        "expression": "Expression to set on the property.",
    },
    "FieldError": {
        "field": "Path of the field, such as `assets[0].layerName`; empty for the whole body."
    },
    "Font": {
        "postscriptName": "PostScript name in the file; null until it has been read.",
        "fullName": "Full name in the file; null until it has been read.",
        "style": "Style name in the file; null until it has been read.",
        "error": "Reason why the file cannot be used; null otherwise.",
    },
    "FontForm": {
        "font": "The file of a TrueType font; its name ends in `.ttf`.",
        "familyName": "Name of the family. Default: the family name in the file.",
    },
    "FootageAsset": {
        "composition": _COMPOSITION,
        "src": "URL of the file; may contain `${secrets.NAME}`.",
        "name": "File name in the project.",
        "conform": "Convert the file for the renderer. Default: only types that need it.",
    },
    "Job": {
        "kind": "`render`, or `join` for concatenated clips.",
        "templateId": "Id of the template; null for a join.",
        "stage": "Current stage while the status is `render:dorender`; null otherwise.",
        "inLine": "True while its tree waits for admission; none of its jobs has started.",
        "progress": "Percent.",
        "outputUrl": "URL of the output; 404 until the job has finished.",
        "error": "Reason of the failure or cancellation; null otherwise. Also in `stats.error`.",
        "failedJobId": "Id of another job that caused the failure or cancellation; or null.",
        "parentId": "Id of the job that waits for this one.",
        "slot": "The parent's layer that receives the output.",
        "batchId": "Id of the batch that created the job.",
        "renderedBy": "Name and version of the renderer.",
        "attempt": "Number of the current attempt to render, from 1; a lost machine costs one.",
        "pieces": "Number of frame ranges that are rendered separately; null if there is only one.",
        "missingFonts": "Fonts of the template that are not available; it renders without them.",
        "warnings": "Messages about parts that were left out or changed.",
        "output": "Properties of the output, measured in the file itself.",
        "stats": "Left out with `minimal=true`.",
        "children": "Only in the response for a single job.",
        "tree": "Progress of the job and all jobs below it. Only for a single job with children.",
    },
    "JobClip": {"fonts": "Names of additional fonts to install."},
    "JobCreated": {
        "outputUrl": "URL of the output; 404 until the job has finished.",
        "children": "Only for a job with nested jobs, or a join with jobs.",
        "missingFonts": "Fonts of the template that are not available; it renders without them.",
    },
    "JobRequest": {
        "preview": "Render in draft quality with the open compositor; `settings` is ignored.",
        "fonts": "Names of fonts beyond those that the template uses.",
        "assets": "Changes to the template, applied in this order.",
        "upload": "Upload the output to your own bucket.",
        "webhook": "HTTP request to send when the job has ended.",
        "tags": "Labels to filter jobs by: an array, or one comma-separated string.",
        "priority": "Order of waiting jobs, and of `sort=priority`: higher first.",
    },
    "Layer": {"name": "The name that `layerName` matches."},
    "NestedJobAsset": {
        "layerName": "The parent's layer that receives the output.",
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
        "codec": "Default: H.264 at 15 Mbit/s; ProRes 4444 for a nested job.",
        "engine": "`open` is the compositor that comes with Intarsia.",
        "pieces": "Number of frame ranges to render in parallel. By default, it depends on the "
        "length. Not allowed with a single frame, `aep` or a script.",
    },
    "ScriptAsset": {
        "src": "URL of the script, or a data: URL.",
        "value": "The text of the script.",
        "keyword": 'The object through which it reads its parameters, as in `NX.get("name")`.',
    },
    "Stats": {"renderDuration": "Seconds.", "error": _ERROR},
    "TemplateRef": {
        "src": "URL of a project to render instead, fetched at render time; `id` is only a name.",
        "composition": "Optional if the template has only one composition.",
    },
    "Template": {
        "fonts": "PostScript names of the fonts it uses.",
        "effects": "Effects it uses.",
        "missingFootage": "Files that it uses but that were not uploaded with it.",
        "mogrt": "Settable fields of a Motion Graphics template; empty for other types.",
        "error": "Reason why it cannot be used; null otherwise.",
    },
    "Tree": {
        "failed": "Number of jobs that ended as `error` or `manually_cancelled`.",
        "progress": "Percent; every job has the same weight.",
    },
    "Upload": {
        "prefix": "Beginning of the file's key.",
        "outputUrl": "Beginning of the job's `outputUrl`. Default: made of endpoint and bucket.",
    },
    "Webhook": {
        "url": "May contain `${secrets.NAME}`, as may the headers and the data.",
        "data": "Sent in the field `data` of the body.",
        "custom": "Send only `data` as the body.",
    },
}
