"""Where the table of roles and the screens of access enter Wagtail's admin."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from portal.accounts.models import User
from portal.accounts.people import may_administer
from portal.accounts.roles import FOR_EVERYBODY, GOVERNANCE_LEAD, ROLES_BY_NAME
from portal.accounts.views import people, roles_held
from portal.refusals import Refusal

# After every other hook has added what it adds.
LAST = 10_000


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    person = "people/<int:pk>/"
    return [
        path("people/", people.people_list, name="staff_people"),
        path("people/invite/", people.invite, name="staff_invite"),
        path(person, people.person, name="staff_person"),
        path(f"{person}roles/", people.change_roles, name="staff_person_roles"),
        path(f"{person}details/", people.change_details, name="staff_person_details"),
        path(
            f"{person}activity/", people.change_activity, name="staff_person_activity"
        ),
        path(f"{person}invite-again/", people.invite_again, name="staff_invite_again"),
        path("roles-held/", roles_held.roles_held, name="staff_roles_held"),
        path(
            "roles-held/export.<slug:file_format>",
            roles_held.export_roles_held,
            name="staff_roles_held_export",
        ),
    ]


class PeopleMenuItem(MenuItem):
    """Shown to access administrators."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_administer(request.user)  # type: ignore[arg-type]


@hooks.register("register_admin_menu_item")
def people_menu_item() -> MenuItem:
    return PeopleMenuItem(
        "People", reverse("staff_people"), name="people", icon_name="user", order=600
    )


class RolesHeldMenuItem(MenuItem):
    """Shown to governance leads; access administrators reach it from People."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.is_superuser or request.user.has_role(GOVERNANCE_LEAD.name)  # type: ignore[union-attr]


@hooks.register("register_admin_menu_item")
def roles_held_menu_item() -> MenuItem:
    return RolesHeldMenuItem(
        "Roles held",
        reverse("staff_roles_held"),
        name="roles-held",
        icon_name="group",
        order=118,
    )


def shown_to(user: Any, kind: str) -> frozenset[str]:
    """Names of menu entries or panels that the person's roles open."""
    roles = [ROLES_BY_NAME[name] for name in user.role_names & ROLES_BY_NAME.keys()]
    return FOR_EVERYBODY.union(*(getattr(role, kind) for role in roles))


@hooks.register("construct_main_menu", order=LAST)
def keep_menu_of_roles(request: HttpRequest, items: list[MenuItem]) -> None:
    """The table decides; a package that adds an entry does not."""
    if not request.user.is_superuser:
        names = shown_to(request.user, "menu")
        items[:] = [item for item in items if item.name in names]


@hooks.register("construct_settings_menu", order=LAST)
def drop_stock_user_screens(request: HttpRequest, items: list[MenuItem]) -> None:
    """Users and groups are kept on the screen People and in the table of roles."""
    items[:] = [item for item in items if item.name not in {"users", "groups"}]


class YourRolesPanel(Component):
    """What the person may do here, one sentence for each role."""

    name = "your_roles"
    order = 50
    template_name = "accounts/your_roles.html"

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        names = [name for name in ROLES_BY_NAME if name in user.role_names]
        return {
            "roles": [ROLES_BY_NAME[name] for name in names],
            "is_superuser": user.is_superuser,
        }


@hooks.register("construct_homepage_panels", order=LAST)
def keep_panels_of_roles(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(YourRolesPanel())
    if not request.user.is_superuser:
        names = shown_to(request.user, "panels")
        panels[:] = [panel for panel in panels if panel.name in names]


@hooks.register("before_bulk_action")
def refuse_bulk_actions_on_people(
    request: HttpRequest, action_type: str, objects: Any, action_class_instance: Any
) -> None:
    """They write past the model, so no guard of ours would see them."""
    if action_class_instance.model is User:
        raise Refusal(
            "People are changed one at a time, on the screen People, with a reason."
        )
