"""Addresses that system administrators alone open: Django's admin and the set-up."""

from tests.site.door_rows import (
    ANYBODY,
    names,
    row,
)

READ_IN_DJANGO = ["cookie_consent_logitem", "django_tasks_database_dbtaskresult"]
EMPTY_IN_DJANGO = [
    "mfa_authenticator",
    "socialaccount_socialaccount",
    "taggit_tag",
]
DJANGO_ADMIN = [
    row("admin:index admin:jsi18n admin:password_change*", "S"),
    row("admin:logout", ANYBODY, 302, other={"N": 405, "S": 405}),
    row("admin:autocomplete", ""),
    row("admin:view_on_site", "S", 404),
    row("admin:app_list", "S", path="django-admin/auth/"),
    row("admin:*_changelist", "S"),
    row(
        names("admin:auth_group", "add history delete change", "_"),
        "S",
        object_id="role",
    ),
    row(
        names("admin:cookie_consent_cookiegroup", "add history delete change", "_"),
        "S",
        object_id="cookie_group",
    ),
    row(
        names("admin:cookie_consent_cookie", "add history delete change", "_"),
        "S",
        object_id="cookie",
    ),
    *[
        row(names(f"admin:{model}", "history change", "_"), "S", 302)
        for model in [*READ_IN_DJANGO, *EMPTY_IN_DJANGO]
    ],
    *[row(names(f"admin:{model}", "add delete", "_"), "") for model in READ_IN_DJANGO],
    *[row(f"admin:{model}_add", "S") for model in EMPTY_IN_DJANGO],
    *[row(f"admin:{model}_delete", "S", 302) for model in EMPTY_IN_DJANGO],
    row("admin:django.views.generic.base.RedirectView", "S", 302),
    row("admin:taggit_tag_merge_tags", "S"),
    row(
        "admin:django.contrib.admin.sites.*",
        "S",
        404,
        path="django-admin/no/such/",
    ),
]
SYSTEM = [
    row("wagtailadmin_reports:*", "S"),
    row(names("wagtailadmin_collections", "index add"), "S"),
    row(names("wagtailadmin_collections", "edit delete"), "S", pk="collection"),
    row("wagtailadmin_collections:set_privacy", "S"),
    row(
        names(
            "wagtailadmin_workflows",
            "index index_results add select_task_type task_index task_index_results "
            "task_chooser task_chooser_results task_chooser_create task_chosen",
        ),
        "S",
    ),
    row(
        names("wagtailadmin_workflows", "disable edit usage usage_results"),
        "S",
        pk="workflow",
    ),
    row(names("wagtailadmin_workflows", "edit_task disable_task"), "S", pk="task"),
    row("wagtailadmin_workflows:enable", "S", 405, pk="workflow"),
    row("wagtailadmin_workflows:enable_task", "S", 405, pk="task"),
    row("wagtailadmin_workflows:remove", "S", 405),
    row("wagtailadmin_workflows:add_task", "S", model_name="policystagetask"),
    row(
        names("wagtailredirects", "index index_results add edit delete start_import"),
        "S",
    ),
    row("wagtailredirects:process_import", "S", 405),
    row(
        "wagtailsettings:edit",
        "S",
        path="admin/settings/pages/sitebrand/<site>/",
    ),
    row(
        "wagtailsettings:edit",
        "S",
        302,
        path="admin/settings/pages/sitebrand/",
    ),
    row(
        "wagtailsettings:preview_on_edit",
        "S",
        404,
        app_name="pages",
        model_name="sitebrand",
        pk="site",
    ),
    row("wagtailsites:*", "S", pk="site"),
    row("wagtailusers_users:*", "S", pk="person"),
    row("wagtailusers_groups:*", "S", pk="role"),
    row(
        "wagtail_bulk_action",
        "S",
        path="admin/bulk/accounts/user/delete/?id=<person>",
    ),
]
