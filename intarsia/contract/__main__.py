"""The command `python -m intarsia.contract`: print the text of docs/openapi.json."""

import sys

from intarsia.contract.document import as_text

sys.stdout.write(as_text())
