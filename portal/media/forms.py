from typing import Any

from django.core.exceptions import ValidationError
from wagtail.documents.forms import BaseDocumentForm

from portal.media.access import reasons_to_keep


class DocumentForm(BaseDocumentForm):
    """Refuses a new file for a document on record.

    Here and not on saving: by then the stock form has deleted the old file.
    """

    def clean_file(self) -> Any:
        reasons = reasons_to_keep(self.instance) if self.instance.pk else []
        if reasons and "file" in self.changed_data:
            self.instance.file.close()
            raise ValidationError(reasons)
        return self.cleaned_data["file"]
