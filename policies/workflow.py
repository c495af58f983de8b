"""The end of every workflow. Wagtail imports this while it defines its own models,
so nothing here may import a model at the top.
"""

from typing import Any


def finish(workflow_state: Any, user: Any = None) -> None:
    """Publish what was approved; a page that approval does not govern, as it is."""
    from policies.governed import is_governed
    from policies.publication import publish_approved_change

    page = workflow_state.content_object.specific
    if is_governed(type(page)):
        publish_approved_change(workflow_state, user)
    else:
        revision = workflow_state.current_task_state.revision
        revision.publish(user=user)
