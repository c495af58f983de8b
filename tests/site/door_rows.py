"""What a row of the table of addresses says.

People are letters, as in `door_objects`: R draft reader, T treatment editor, P policy
author, C clinical reviewer, A commissioning approver, E emergency publisher,
G governance lead, X access administrator, K cookie settings manager, D data protection
officer, S system administrator, N staff without a role, V visitor. Whoever is not named
is refused with a reason, or asked to sign in.
"""

from dataclasses import dataclass, field

STAFF = "RTPCAEGXKDS"
SIGNED_IN = STAFF + "N"
ANYBODY = SIGNED_IN + "V"
READERS = "RTPCAEGS"
WRITERS = "TPES"
KEEPERS = "TPS"
# They read no drafts, wherever they ask.
OUTSIDERS = "XKDNV"
SIGN_IN = "sign-in"
REFUSED = "refused"


@dataclass(frozen=True)
class Row:
    """Views with the same answer to the same people.

    `values` are arguments of the address: names of objects, or text as it is. `other`
    are people who get in with another answer. `post`, where sending a form is what
    matters, are those whose form is taken, or answered with what is wrong with it.
    """

    views: str
    who: str
    answer: int | str = 200
    path: str = ""
    post: str | None = None
    other: dict[str, int | str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)


def row(
    views: str,
    who: str,
    answer: int | str = 200,
    *,
    path: str = "",
    post: str | None = None,
    other: dict[str, int | str] | None = None,
    **values: str,
) -> Row:
    return Row(views, who, answer, path, post, other or {}, values)


def names(space: str, listed: str, joint: str = ":") -> str:
    """Names of views in one space."""
    return " ".join(f"{space}{joint}{name}" for name in listed.split())


def list_beside_pages(
    model: str,
    pk: str,
    readers: str,
    writers: str,
    choosers: str,
    more: str = "copy",
    *,
    makers: str | None = None,
    deleters: str = "S",
) -> list[Row]:
    """The screens of a list that is kept beside the pages, and its chooser."""
    views, chooser = f"wagtailsnippets_{model}", f"wagtailsnippetchoosers_{model}"
    makers = writers if makers is None else makers
    changing = f"edit usage history history_results {more}"
    return [
        row(names(views, "list list_results"), readers, pk=pk),
        row(names(views, changing), writers, pk=pk),
        row(names(views, "add"), makers, pk=pk),
        row(names(views, "delete"), deleters, pk=pk),
        row(
            names(chooser, "choose choose_results chosen chosen_multiple"),
            choosers,
            pk=pk,
        ),
        row(names(chooser, "create"), makers, pk=pk),
    ]


# The arguments of addresses, unless a row says otherwise.
DEFAULTS = {
    "action": "delete",
    "action_name": "approve",
    "app_label": "policies",
    "app_name": "media",
    "collection_id": "collection",
    "content_type_app_name": "policies",
    "content_type_id": "1",
    "content_type_model_name": "policypage",
    "destination_id": "policy_index",
    "doc_id": "document",
    "document_id": "document",
    "file_format": "csv",
    "filter_spec": "width-8",
    "image_id": "image",
    "key": "any",
    "model_name": "policypage",
    "object_id": "1",
    "page_id": "policy_draft",
    "page_pk": "policy_in_force",
    "page_to_move_id": "policy_draft",
    "page_view_restriction_id": "1",
    "parent_page_id": "policy_index",
    "pk": "1",
    "provider_id": "staff",
    "redirect_id": "redirect",
    "restriction_id": "1",
    "revision_id": "revision",
    "session_id": "1",
    "table": "versions",
    "task_id": "task",
    "task_state_id": "task_state",
    "token": "any",
    "uidb64": "MQ",
    "uploaded_file_id": "1",
    "workflow_pk": "workflow",
    "workflow_state_id": "workflow_state",
}
