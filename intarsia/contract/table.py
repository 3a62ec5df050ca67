"""The table of every operation of the API."""

from intarsia.contract.batch_operations import BATCHES
from intarsia.contract.job_operations import JOBS
from intarsia.contract.team_operations import DOCUMENTATION, FONTS, SECRETS
from intarsia.contract.template_operations import TEMPLATES

OPERATIONS = (*TEMPLATES, *JOBS, *BATCHES, *FONTS, *SECRETS, *DOCUMENTATION)

TAGS = {
    "Templates": "After Effects projects that jobs render.",
    "Jobs": "Renders, nested renders and joins.",
    "Batches": "Many jobs in one request.",
    "Fonts": "Fonts that your jobs may use.",
    "Secrets": "Values that jobs refer to by name, and that cannot be read back.",
    "Documentation": "This document.",
}
