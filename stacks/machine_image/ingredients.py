"""The Image Builder components of the GPU machines' AMI, and the version of the AMI."""

import hashlib
import tomllib
from pathlib import Path

from stacks.settings import Settings

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
COMPONENTS = ("driver", "worker", "machine")
"""Names of the components, in the order in which they run. Each is a YAML file in this folder."""


def wanted(settings: Settings) -> bool:
    """Return whether the deployment includes the pipeline that builds the AMI.

    It does if there is a GPU fleet in mode `host`, and `afterEffectsPackage` is set.
    """
    return settings.has_gpu and settings.gpu_mode == "host" and bool(settings.after_effects_package)


def document(component: str) -> str:
    """Return the YAML document of a component, one of COMPONENTS."""
    return (HERE / f"{component}.yaml").read_text()


def version(settings: Settings, source: str) -> str:
    """Return the AMI's version: two numbers of the project's version, and a hash of all inputs.

    `source` is a hash of our code on the machines. Image Builder rejects changes to an existing
    version, so every change of an input requires a new one. The version is also the tag of the
    workers' Windows container image.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    ingredients = [
        source,
        *map(document, COMPONENTS),
        settings.gpu_driver,
        settings.after_effects_package,
        *settings.after_effects_versions,
        str(settings.gpu_root_volume),
    ]
    digest = hashlib.sha256("\0".join(ingredients).encode()).hexdigest()
    # Seven hexadecimal digits, because Image Builder's numbers end at 2^30.
    return ".".join([*project.split(".")[:2], str(int(digest[:7], 16))])
