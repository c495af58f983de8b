"""Staff accounts, with roles that another person gave them."""

from types import SimpleNamespace
from typing import Any

import factory
import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.log_actions import LogContext
from wagtail.models import GroupPagePermission, Page

from portal.accounts.models import RoleGrant, User
from portal.accounts.roles import ENTER_ADMIN
from portal.accounts.samples import create_sample_accounts
from portal.refusals import Refusal

PASSWORD = "a-password-for-tests"


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A member of staff without a role, or with the roles named in `roles`."""

    username = factory.Sequence(lambda number: f"person{number}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    password = factory.django.Password(PASSWORD)

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    @factory.post_generation
    def roles(user: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted:
            user.groups.add(*Group.objects.filter(name__in=extracted))
            user.refresh_from_db()


def give_oneself(person: User, role: str) -> None:
    """A role as the tables would hold it after somebody got past every guard."""
    with LogContext(user=person), pytest.raises(Refusal), transaction.atomic():
        person.groups.add(Group.objects.get(name=role))
    User.groups.through.objects.create(
        user_id=person.pk, group_id=Group.objects.get(name=role).pk
    )
    RoleGrant.objects.create(user=person, role=role, is_granted=True, granted_by=person)
    person.refresh_from_db()


def sample_people() -> SimpleNamespace:
    """The sample accounts of the portal by their names: `people.author` and so on."""
    create_sample_accounts(PASSWORD)
    return SimpleNamespace(**{user.username: user for user in User.objects.all()})


def full_rights_group() -> Group:
    """A group with every permission that Wagtail knows, on every page."""
    group, _created = Group.objects.get_or_create(name="Publishers of everything")
    root = Page.get_first_root_node()
    for permission in Permission.objects.filter(
        content_type__app_label="wagtailcore", content_type__model="page"
    ):
        GroupPagePermission.objects.get_or_create(
            group=group, page=root, permission=permission
        )
    app_label, codename = ENTER_ADMIN.split(".")
    group.permissions.add(
        Permission.objects.get(content_type__app_label=app_label, codename=codename),
        *Permission.objects.filter(content_type__app_label="wagtailcore"),
    )
    return group
