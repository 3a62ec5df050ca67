"""Operations on a team's fonts and secrets, and on the OpenAPI document.

Their paths are `/api/v2/fonts`, `/api/v2/secrets` and `/api/v2/openapi.json`.
"""

from intarsia.contract import examples
from intarsia.contract.answers import (
    FontForm,
    OpenApiDocument,
)
from intarsia.contract.operations import Answer, Body, Operation
from intarsia.domain.font_views import FontCreatedView, FontView
from intarsia.domain.fonts import FontRequest
from intarsia.domain.secrets import SecretDeletedView, SecretRequest, SecretView

FONTS_PATH = "/api/v2/fonts"
SECRETS_PATH = "/api/v2/secrets"

FONTS = (
    Operation(
        "post",
        FONTS_PATH,
        "upload-font",
        "Fonts",
        "Add a font",
        Answer(201, "The font.", FontCreatedView),
        errors=(400, 401, 413),
        text="Send a TrueType file as the part `font` of a multipart form. For a file above 4 MB, "
        "send its name as JSON, then PUT the file to `uploadInfo.url`. 413 above 40 MiB.",
        body=Body(FontRequest, examples.FONT, form=FontForm),
    ),
    Operation(
        "get",
        FONTS_PATH,
        "list-fonts",
        "Fonts",
        "List fonts",
        Answer(200, "Every font of your team.", FontView, many=True),
        errors=(401,),
    ),
    Operation(
        "get",
        f"{FONTS_PATH}/{{id}}",
        "get-font",
        "Fonts",
        "Get a font",
        Answer(200, "The font.", FontView),
        errors=(401, 404),
    ),
    Operation(
        "delete",
        f"{FONTS_PATH}/{{id}}",
        "delete-font",
        "Fonts",
        "Delete a font",
        Answer(204, "The font was deleted."),
        errors=(401, 404, 409),
        text="409 while jobs that use it have not ended.",
    ),
)

SECRETS = (
    Operation(
        "get",
        SECRETS_PATH,
        "list-secrets",
        "Secrets",
        "List secrets",
        Answer(
            200, "Ids and names of the secrets; values are never returned.", SecretView, many=True
        ),
        errors=(401,),
    ),
    Operation(
        "put",
        SECRETS_PATH,
        "create-or-update-secret",
        "Secrets",
        "Add a secret",
        Answer(201, "The secret, without its value.", SecretView),
        errors=(400, 401, 409),
        text="Write `${secrets.NAME}` in a job; the value is inserted when the job renders. 409 if "
        "the name exists: delete the old secret first.",
        body=Body(SecretRequest, examples.SECRET),
    ),
    Operation(
        "delete",
        f"{SECRETS_PATH}/{{id}}",
        "delete-secret",
        "Secrets",
        "Delete a secret",
        Answer(200, "The secret was deleted.", SecretDeletedView),
        errors=(401, 404),
    ),
)

DOCUMENTATION = (
    Operation(
        "get",
        "/api/v2/openapi.json",
        "get-openapi",
        "Documentation",
        "Get this document",
        Answer(200, "The API as an OpenAPI 3.1 document.", OpenApiDocument),
        text="A page to browse it is at `/api/v2/docs`. Neither requires an API key.",
        needs_key=False,
    ),
)
