"""Operations on templates: `/api/v2/templates` and `/api/v3/templates`."""

from intarsia.contract import examples
from intarsia.contract.operations import Answer, Body, Operation, Query
from intarsia.domain.template_views import (
    CompositionView,
    DownloadUrlView,
    LayerView,
    TemplateCreatedView,
    TemplateV3View,
    TemplateView,
    UploadInfoView,
)
from intarsia.domain.templates import TemplateRequest, TemplateUpdate

TAG = "Templates"
V2 = "/api/v2/templates"
V3 = "/api/v3/templates"

PAGE = (
    Query(
        "limit",
        "Maximum number of rows to return. Values above 1000 count as 1000.",
        {"type": "integer", "minimum": 1, "maximum": 10**9, "default": 300},
    ),
    Query(
        "offset",
        "Number of rows to skip.",
        {"type": "integer", "minimum": 0, "maximum": 10**9, "default": 0},
    ),
)

DOWNLOAD = Answer(200, "A URL of the file, valid for one hour.", DownloadUrlView)

TEMPLATES = (
    Operation(
        "post",
        V2,
        "create-or-update-template",
        TAG,
        "Register a template",
        Answer(201, "The template, with the upload URL of its file.", TemplateCreatedView),
        errors=(400, 401),
        text="Then upload the file with one PUT to `uploadInfo.url`, without your API key. With "
        "`src`, the file is fetched from that URL instead. The status becomes `uploaded` once the "
        "project has been read, or `error` with the reason in `error`.",
        body=Body(TemplateRequest, examples.TEMPLATE),
    ),
    Operation(
        "get",
        V2,
        "list-templates",
        TAG,
        "List templates",
        Answer(200, "Every template of your team.", TemplateView, many=True),
        errors=(401,),
        text="Use `GET /api/v3/templates`, which returns less data.",
        deprecated=True,
    ),
    Operation(
        "get",
        f"{V2}/{{id}}",
        "get-template",
        TAG,
        "Get a template",
        Answer(200, "The template and its contents.", TemplateView),
        errors=(401, 404),
    ),
    Operation(
        "patch",
        f"{V2}/{{id}}",
        "update-template",
        TAG,
        "Rename a template",
        Answer(200, "The template with its new name.", TemplateView),
        errors=(400, 401, 404),
        body=Body(TemplateUpdate, {"rename": {"displayName": "Lower third, blue"}}),
    ),
    Operation(
        "delete",
        f"{V2}/{{id}}",
        "delete-template",
        TAG,
        "Delete a template",
        Answer(204, "The template was deleted. Its jobs and their outputs are kept."),
        errors=(401, 404, 409),
        text="409 while jobs that use it have not ended.",
    ),
    Operation(
        "get",
        f"{V2}/{{id}}/download",
        "get-template-download-url",
        TAG,
        "Get a download URL of a template's file",
        DOWNLOAD,
        errors=(401, 404, 410),
        text="410 if the template has no file.",
    ),
    Operation(
        "get",
        f"{V2}/{{id}}/upload",
        "get-template-download-url-old",
        TAG,
        "Get a download URL of a template's file (old path)",
        DOWNLOAD,
        errors=(401, 404, 410),
        text="The same as `GET /api/v2/templates/{id}/download`, for older clients.",
        deprecated=True,
    ),
    Operation(
        "put",
        f"{V2}/{{id}}/upload",
        "get-template-upload-url",
        TAG,
        "Get a new upload URL",
        Answer(200, "The URL for the PUT of the file, valid for one hour.", UploadInfoView),
        errors=(401, 404),
    ),
    Operation(
        "get",
        V3,
        "list-templates-v3",
        TAG,
        "List templates, without their contents",
        Answer(200, "Every template of your team.", TemplateV3View, many=True),
        errors=(401,),
    ),
    Operation(
        "get",
        f"{V3}/{{id}}",
        "get-template-v3",
        TAG,
        "Get a template, without its contents",
        Answer(200, "The template.", TemplateV3View),
        errors=(400, 401, 404),
    ),
    Operation(
        "get",
        f"{V3}/{{id}}/compositions",
        "list-template-compositions-v3",
        TAG,
        "List a template's compositions",
        Answer(
            200,
            "The compositions; an empty array before the template is `uploaded`.",
            CompositionView,
            True,
        ),
        errors=(400, 401, 404),
        query=PAGE,
    ),
    Operation(
        "get",
        f"{V3}/{{id}}/layers",
        "list-template-layers-v3",
        TAG,
        "List a template's layers",
        Answer(
            200,
            "The layers of all compositions, in the order of their ids; an empty array before the "
            "template is `uploaded`.",
            LayerView,
            many=True,
        ),
        errors=(400, 401, 404),
        query=PAGE,
    ),
)
