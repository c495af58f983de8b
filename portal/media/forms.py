from typing import Any

from django.core.exceptions import ValidationError
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from portal.edits.forms import ComparesBeforeSaving, made_from_field
from portal.media.access import reasons_to_keep


class LibraryForm(ComparesBeforeSaving):
    """What the forms of documents and of pictures have in common."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.get("user")
        super().__init__(*args, **kwargs)

    def as_stored(self, instance: Any) -> Any:
        return type(self)(instance=instance, user=self.user)

    def clean_tags(self) -> Any:
        """Tags that are given up are read from the rows: a disabled field of tags
        would take the list of them for a text.
        """
        if "tags" in self.given_up:
            return [tag.name for tag in self.instance.tags.all()]
        return super().clean_tags()  # type: ignore[misc]


class DocumentForm(LibraryForm, BaseDocumentForm):
    """Refuses a new file for a document on record.

    Here and not on saving: by then the stock form has deleted the old file.
    """

    made_from = made_from_field()

    def clean_file(self) -> Any:
        reasons = reasons_to_keep(self.instance) if self.instance.pk else []
        if reasons and "file" in self.changed_data:
            self.instance.file.close()
            raise ValidationError(reasons)
        return self.cleaned_data["file"]

    class Meta(BaseDocumentForm.Meta):
        pass


class ImageForm(LibraryForm, BaseImageForm):
    made_from = made_from_field()

    class Meta(BaseImageForm.Meta):
        pass
