"""
The environment that lets the agent into the target.

Python imports our `sitecustomize` before the target's first line, because
its folder stands first on PYTHONPATH.  Settings travel in the named
MEMPROF_* variables.
"""

import os

from memprof.agent import settings as treaty

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

BOOT = os.path.join(os.path.dirname(os.path.realpath(treaty.__file__)), "boot")


def environment(
    base: "Mapping[str, str]",
    label: str,
    capture: str,
    settings: "Mapping[str, str]",
    run: str | None = None,
) -> dict[str, str]:
    """
    Return *base* with the door opened for one direct child of this process.

    *label* names the target in reports; *capture* is the absolute path of an
    existing capture; *settings* are the agent's, by the names in `memprof.agent.settings`.
    *run* is the token by which the captures of the target's children are known, None
    where they are not followed.
    """
    env = {name: value for name, value in base.items() if name not in treaty.INTERNAL}
    env.update({treaty.VARIABLES[name]: value for name, value in settings.items()})
    env[treaty.CAPTURE] = capture
    env[treaty.LABEL] = label
    env[treaty.LAUNCHER] = str(os.getpid())
    if run is not None:
        env[treaty.RUN] = run
        env[treaty.CHILDREN] = capture + treaty.CHILDREN_ENDING
    # An empty PYTHONPATH counts as unset; an empty part of it is the
    # working directory, and must stay one.
    path = base.get("PYTHONPATH")
    env["PYTHONPATH"] = f"{BOOT}{os.pathsep}{path}" if path else str(BOOT)
    return env
