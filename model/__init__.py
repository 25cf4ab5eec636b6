"""What happens in the village, and in which order."""

from pathlib import Path

import agents

if Path(agents.__file__ or "").parent.parent != Path(__file__).parent.parent:
    raise ImportError(
        f"another package called 'agents' ({agents.__file__}) hides the one of Jinguo; "
        "remove it or use an environment of its own"
    )
