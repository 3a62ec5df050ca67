"""A team's templates, their contents and its fonts, each read once per request."""

from collections.abc import Sequence

from intarsia.domain.fonts import Font, find_font
from intarsia.domain.pieces import Splitting
from intarsia.domain.settings import Engine
from intarsia.domain.templates import Template
from intarsia.projects.facts import ProjectFacts
from intarsia.storage.fonts import FontRepository
from intarsia.storage.objects import Objects
from intarsia.storage.templates import TemplateRepository

ON_EVERY_FLEET = ("liberation", "arial", "timesnewroman", "couriernew")
"""Prefixes of the names of fonts that every machine has, from Windows or from the compositor.

They are in lower case, without spaces.
"""

NEVER = Splitting()


class Library:
    """One team's templates and fonts, each cached as it was when it was first read."""

    def __init__(
        self,
        team_id: str,
        *,
        templates: TemplateRepository,
        projects: Objects,
        fonts: FontRepository,
        splitting: Splitting = NEVER,
        engines: Sequence[Engine] = tuple(Engine),
    ) -> None:
        self.team_id = team_id
        self.engines = engines
        """Engines that the installation offers."""
        self.splitting = splitting
        """Rule for splitting renders into pieces if they do not set `pieces`."""
        self._templates = templates
        self._projects = projects
        self._fonts = fonts
        self._found: dict[str, Template | None] = {}
        self._facts: dict[str, ProjectFacts] = {}
        self._bank: list[Font] | None = None

    def template(self, template_id: str) -> Template | None:
        """Return the team's template with this id, or None if the team has none."""
        if template_id not in self._found:
            template = self._templates.get(template_id)
            own = template is not None and template.team_id == self.team_id
            self._found[template_id] = template if own else None
        return self._found[template_id]

    def facts(self, template: Template) -> ProjectFacts:
        """Return the facts that introspection found in an uploaded template."""
        if template.id not in self._facts:
            text = self._projects.get_text(template.facts_key)
            self._facts[template.id] = ProjectFacts.model_validate_json(text)
        return self._facts[template.id]

    def fonts(self, wanted: list[str]) -> tuple[list[Font], list[str]]:
        """Return the team's fonts named in `wanted`, and the names in `wanted` that are missing.

        A name is missing if neither the team nor every machine has such a font.
        """
        if self._bank is None:
            self._bank = self._fonts.list_by_team(self.team_id) if wanted else None
        found: dict[str, Font] = {}
        missing = []
        for name in dict.fromkeys(wanted):
            font = find_font(self._bank or [], name)
            if font is not None:
                found[font.id] = font
            elif not name.lower().replace(" ", "").startswith(ON_EVERY_FLEET):
                missing.append(name)
        return list(found.values()), missing
