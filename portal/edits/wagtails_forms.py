"""Forms of Wagtail's own screens that compare before they save.

Wagtail takes the forms of pages, snippets, settings, pictures and documents from the
project; those of collections, redirects, sites and people it names in its views. Groups
are saved on no screen: what roles permit comes with a deployment.
"""

from typing import Any

from wagtail.admin.forms import collections as stock_collections
from wagtail.admin.forms.workflows import get_task_form_class
from wagtail.admin.views.collections import Edit as CollectionEditView
from wagtail.admin.views.workflows import EditTask as TaskEditView
from wagtail.contrib.redirects import forms as stock_redirects
from wagtail.contrib.redirects.views import EditView as RedirectEditView
from wagtail.sites import forms as stock_sites
from wagtail.sites.views import SiteViewSet
from wagtail.users import forms as stock_users
from wagtail.users.views.users import UserViewSet

from portal.audit.recording import record
from portal.edits.conflicts import MADE_FROM
from portal.edits.forms import ComparesBeforeSaving, EditedModelForm, made_from_field


class RowForm(ComparesBeforeSaving):
    """For models whose form Wagtail writes by hand."""

    def as_stored(self, instance: Any) -> Any:
        """Views take fields away from some people; nobody is asked about those."""
        stored = type(self)(instance=instance)
        for name in stored.fields.keys() - self.fields.keys():
            del stored.fields[name]
        return stored


class CollectionForm(RowForm, stock_collections.CollectionForm):
    made_from = made_from_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["parent"] = self.instance.get_parent().pk

    def save(self, commit: bool = True) -> Any:
        """Puts on record that the collection moves, which writes past the model."""
        saved = super().save(commit=commit)
        parent = self.cleaned_data.get("parent")
        if commit and parent and parent.pk != self.initial["parent"]:
            before, after = self.instance.get_parent().name, parent.name
            record(
                "settings.changed",
                subject=saved,
                before={"parent": before},
                after={"parent": after},
            )
        return saved

    class Meta(stock_collections.CollectionForm.Meta):
        pass


class RedirectForm(EditedModelForm, stock_redirects.RedirectForm):
    class Meta(stock_redirects.RedirectForm.Meta):
        pass


class SiteForm(RowForm, stock_sites.SiteForm):
    made_from = made_from_field()

    class Meta(stock_sites.SiteForm.Meta):
        pass


class UserForm(RowForm, stock_users.UserEditForm):
    made_from = made_from_field()

    class Meta(stock_users.UserEditForm.Meta):
        pass


def task_form_class(view: TaskEditView) -> Any:
    """Wagtail makes the form of a stage from its kind."""
    stock = get_task_form_class(view.model, for_edit=True)
    return type(
        f"Edited{stock.__name__}", (RowForm, stock), {MADE_FROM: made_from_field()}
    )


def form_class_of(stock: Any, edited: Any) -> Any:
    """A view set's choice of form: its own for a new row, ours for a stored one."""

    def get_form_class(viewset: Any, for_update: bool = False) -> Any:
        return edited if for_update else stock(viewset, for_update)

    return get_form_class


def compare_in_wagtails_forms() -> None:
    """Put the forms above in the places of Wagtail's."""
    CollectionEditView.form_class = CollectionForm
    RedirectEditView.form_class = RedirectForm
    TaskEditView.get_form_class = task_form_class
    for viewset, edited in (
        (SiteViewSet, SiteForm),
        (UserViewSet, UserForm),
    ):
        viewset.get_form_class = form_class_of(viewset.get_form_class, edited)
