"""The API key of the local stack: the file `key` in the state folder, and its hash in the table."""

import re
from pathlib import Path

from intarsia.local import files
from intarsia.local.errors import StateFileError
from intarsia.storage.keys import KeyRepository, new_token

TEAM = "local"
"""Team of the API key that the local stack creates."""

TOKEN = re.compile(r"itk_[A-Za-z0-9_-]{43}")
"""Format of the tokens that `new_token` returns."""

REMEDY = "remove it; the next start creates a new key"


def registered(file: Path, keys: KeyRepository) -> str:
    """Return the bearer token of TEAM in the private `file`; create it at the first start.

    The token's hash is added to `keys` if it is missing there. Raises StateFileError if the file
    cannot be read or contains anything else than one token.
    """
    token = files.read(file, REMEDY)
    if token is None:
        token = new_token()
        files.write(file, token, mode=0o600)
    # Anything else could not be sent as a header, or could be guessed.
    if not TOKEN.fullmatch(token):
        raise StateFileError(
            f"{file} does not contain exactly one API key (itk_ and 43 characters, no line end): "
            f"{REMEDY}"
        )
    if keys.team_of(token) is None:
        keys.add(token, TEAM, "intarsia up")
    return token
