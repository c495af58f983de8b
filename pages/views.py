"""Addresses of pages/ that are not pages of the tree."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe
from wagtail.admin.views.chooser import ChosenMultipleView
from wagtail.models import Page

from pages.listings import a_to_z_context
from pages.models import Specialty, TreatmentIndexPage
from pages.translations import in_language


@require_safe
def treatments_by_specialty(request: HttpRequest, slug: str) -> HttpResponse:
    """The index of treatments, only those of one specialty."""
    specialty = get_object_or_404(Specialty, slug=slug)
    page = in_language(TreatmentIndexPage.objects.live()).first()
    if page is None:
        raise Http404("The treatments section has not been published.")
    context = page.get_context(request)
    context.update(a_to_z_context(request, specialty))
    context["breadcrumbs"].append({"title": page.title, "url": page.get_url(request)})
    return TemplateResponse(request, "pages/treatment_index_page.html", context)


class ChosenPages(ChosenMultipleView):
    """Wagtail's answer to several chosen pages; its own fails for the root."""

    def get(self, request: HttpRequest) -> HttpResponse:
        root = Page.get_first_root_node()
        if str(root.pk) in request.GET.getlist("id"):
            raise Http404("The root of the tree is no page to choose.")
        response: HttpResponse = super().get(request)
        return response
