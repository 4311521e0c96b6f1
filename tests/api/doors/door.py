"""Every address of the system with one method."""

import inspect
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.api.doors.nouns import NOUNS
from tests.architecture.test_doors import OTHERS, doors, view_of
from tests.demonstration import World

#: Answered by their own rules, tried by their own tests.
APART = re.compile(
    r"api/v1/gateways/|(livez|readyz|metrics|csp/|sw\.js|manifest\.webmanifest|components/)$"
    r"|sign-(in|out)/|api/v1/device-tokens/$|language/$"
)


@dataclass(frozen=True)
class Door:
    """One address with one method."""

    route: str
    method: str
    verb: str
    view: Any

    @property
    def is_api(self) -> bool:
        return isinstance(self.view, type)

    @cached_property
    def is_button(self) -> bool:
        """A page that nobody opens: it is only sent to."""
        return not self.is_api and "@require_POST" in inspect.getsource(inspect.unwrap(self.view))

    @property
    def loads_first(self) -> bool:
        """A door of one object, which is loaded before the verb is asked for: so it tells 404 from 403."""
        return getattr(self.view, "one_object", False)

    @property
    def words(self) -> list[str]:
        return self.route.removeprefix("api/v1/").removeprefix("finance/").split("/")

    @property
    def names(self) -> list[str]:
        return re.findall(r"<\w+:(\w+)>", self.route)

    @property
    def noun(self) -> str:
        """The word before the first parameter that names an object."""
        before = next(number for number, word in enumerate(self.words) if word.startswith("<"))
        return self.words[before - 1] if before and self.words[before - 1] != "new" else self.words[0]

    @property
    def noun_is_known(self) -> bool:
        return not self.names or self.noun in NOUNS

    def path(self, world: World) -> str:
        if not self.names:
            return self.path_to({})
        if self.noun not in world.found:
            world.found[self.noun] = NOUNS[self.noun][1](world)
        return self.path_to(world.found[self.noun])

    def path_to(self, known: dict[str, Any]) -> str:
        """The address of what has these names."""
        return "/" + re.sub(r"<\w+:(\w+)>", lambda match: str(known[match[1]]), self.route)


def every_door() -> list[Door]:
    found = []
    for route, space, callback in doors():
        view = view_of(callback)
        if space == "admin" or view.__module__.startswith(OTHERS) or APART.search(route):
            continue
        known = getattr(view, "http_method_names", ("get",))
        methods = [method for method in ("get", "post", "patch") if hasattr(view, method) and method in known] or [
            "get"
        ]
        for method in methods:
            verb = getattr(view, "requires", getattr(callback, "requires", None))
            if method == "get":
                verb = getattr(view, "reads", verb)
            found.append(Door(route, method, verb, view))
    return found


DOORS = every_door()
