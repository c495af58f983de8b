"""Every address of the site, in one screen. Pages of the tree come last."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView, TemplateView
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from pages.places import serve_page
from pages.views import ChosenPages, treatments_by_specialty
from policies.views import as_at, checklist, compare, feeds, history, public, register
from portal import bucket, health
from portal.search.views import search_page
from portal.security_txt import security_txt
from portal.sitemaps import sitemap_section, sitemap_xml
from portal.statistics import beacon

handler500 = "portal.errors.failed"

policy_urls = [
    path("", public.policy, name="policy"),
    path("versions/<int:number>/", public.policy_version, name="policy_version"),
    path("versions/<int:number>/checklist/", checklist.version_checklist,
         name="policy_version_checklist"),
    path("checklist/", checklist.checklist, name="policy_checklist"),
    path("on/", as_at.choose_day, name="policy_on"),
    path("on/<str:day>/", as_at.policy_on_day, name="policy_on_day"),
    path("history/", history.policy_history, name="policy_history"),
    path("history.json", history.policy_history_json, name="policy_history_json"),
    path("feed/", feeds.one_policy, name="policy_feed"),
    path("compare/", compare.choose_versions, name="policy_compare_choose"),
    path("compare/<int:old>..<int:new>/", compare.compare, name="policy_compare"),
]  # fmt: skip

urlpatterns = [
    path("health/live/", health.live, name="health_live"),
    path("health/ready/", health.ready, name="health_ready"),
    path("health/metrics/", health.metrics, name="health_metrics"),
    path("robots.txt", TemplateView.as_view(
        template_name="robots.txt", content_type="text/plain"
    ), name="robots"),
    path("sitemap.xml", sitemap_xml, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemap_section, name="sitemap_section"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    *[
        path(
            door, RedirectView.as_view(pattern_name="account_login", query_string=True)
        )
        for door in ("admin/login/", "django-admin/login/", "_util/login/")
    ],
    path("staff/", include("portal.sign_in.urls")),
    path("django-admin/", admin.site.urls),
    path("admin/choose-page/chosen-multiple/", ChosenPages.as_view(),
         name="wagtailadmin_choose_page_chosen_multiple"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("cookies/", include("portal.consent.urls")),
    path("statistics/", beacon.count, name="statistics_count"),
    path("api/", include("portal.api.urls")),
    path("follow/", include("policies.subscriptions.urls")),
    path("treatments/specialty/<slug:slug>/", treatments_by_specialty,
         name="treatments_by_specialty"),
    path("policies/feed/", feeds.all_policies, name="policies_feed"),
    path("policies/feed/specialty/<slug:slug>/", feeds.one_specialty,
         name="policies_feed_specialty"),
    path("policies/register.csv", register.register_csv, name="register_csv"),
    path("policies/register.json", register.register_json, name="register_json"),
    path("policies/<slug:reference>/", include(policy_urls)),
]  # fmt: skip

if settings.SERVE_MEDIA:
    # Pictures only: documents pass the serve view, which asks who may read them.
    urlpatterns += [
        path(
            f"{settings.MEDIA_URL.strip('/')}/images/<path:path>",
            serve,
            {"document_root": f"{settings.MEDIA_ROOT}/images"},
        )
    ]

if settings.MEDIA_BUCKET:
    urlpatterns += [
        path(f"{settings.MEDIA_URL.strip('/')}/images/<path:path>", bucket.picture)
    ]

# English has no prefix: the addresses of policies are promised for good.
urlpatterns += i18n_patterns(
    path("search/", search_page, name="search"),
    path("feedback/", include("policies.feedback.urls")),
    re_path(wagtail_urls.serve_pattern, serve_page, name="wagtail_serve"),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
