"""Every address of the staff's ground, and who gets through there."""

from tests.site.door_rows import (
    ANYBODY,
    KEEPERS,
    READERS,
    SIGN_IN,
    SIGNED_IN,
    STAFF,
    WRITERS,
    list_beside_pages,
    names,
    row,
)
from tests.site.door_table_of_system import DJANGO_ADMIN, SYSTEM

EVERYBODY = [
    row(
        "wagtailadmin_login admin:login wagtailcore_login "
        "django.views.generic.base.RedirectView",
        ANYBODY,
        SIGN_IN,
    ),
    row("wagtailadmin_sprite wagtailadmin_javascript_catalog", ANYBODY),
    row("wagtailadmin_password_reset*", ANYBODY, 404),
    row("portal.sign_in.urls.closed account_inactive account_signup", ANYBODY, 404),
    row("account_email account_email_verification_sent", ANYBODY, 404),
    row("account_set_password account_confirm_login_code", ANYBODY, 404),
]
SIGNING_IN = [
    row("account_login", ANYBODY),
    row("account_logout", SIGNED_IN),
    row(
        "account_reset_password account_reset_password_done "
        "account_reset_password_from_key_done",
        ANYBODY,
    ),
    row(
        "account_reset_password_from_key",
        ANYBODY,
        path="staff/password/reset/key/1-any/",
    ),
    row("mfa_authenticate mfa_reauthenticate*", SIGNED_IN, 302),
    row("openid_connect_login openid_connect_callback", ANYBODY, 404),
    row("staff_invitation", ANYBODY, 404),
    row("account_confirm_email", "S", 400, path="staff/confirm-email/any/"),
    row("socialaccount_login_cancelled", ANYBODY),
    row("sign_in_carry_on", SIGNED_IN, 302),
    row("sign_in_security", SIGNED_IN),
    row("sign_in_sign_out_everywhere", SIGNED_IN, 405),
    row("mfa_index account_change_password", SIGNED_IN),
    row("mfa_activate_totp mfa_generate_recovery_codes", SIGNED_IN),
    row("mfa_list_webauthn mfa_add_webauthn", SIGNED_IN),
    row("mfa_deactivate_totp mfa_view_recovery_codes", SIGNED_IN, 404),
    row("mfa_download_recovery_codes", SIGNED_IN, 404),
    row("mfa_remove_webauthn mfa_edit_webauthn", SIGNED_IN, 404),
    row("account_reauthenticate", SIGNED_IN),
]
PUBLIC_ADDRESSES = [
    row(
        "wagtaildocs_serve",
        READERS,
        path="documents/<document>/document.pdf",
        other=dict.fromkeys("XKDNV", 404),
    ),
    row("*_authenticate_with_password", ANYBODY, 404),
]
DESK = [
    row("wagtailadmin_home wagtailadmin_account wagtailadmin_dismissibles", STAFF),
    row("django.views.generic.base.TemplateView", STAFF),
    row("wagtail.admin.views.home.default", STAFF, 404, path="admin/no/such/"),
    row("wagtailadmin_editing_sessions:*", STAFF, 405, object_id="policy_draft"),
    row("wagtailadmin_logout", STAFF, 405, other={"N": SIGN_IN}),
    row("wagtailadmin_error_test", ""),
]
PAGES = [
    row("wagtailadmin_explore_root", WRITERS, 302, other={"S": 200}),
    row(
        "wagtailadmin_explore wagtailadmin_explore_results",
        "PES",
        other={"T": 302},
    ),
    row(names("wagtailadmin_pages", "add preview_on_add"), "PS", post="PS"),
    row("wagtailadmin_pages:add_subpage", "PS", 302),
    row("wagtailadmin_pages:choose_parent", "TE", other={"P": 302, "S": 302}),
    row(
        names(
            "wagtailadmin_pages",
            "usage view_draft revisions_view workflow_history history history_results",
        ),
        "PES",
    ),
    row(
        names("wagtailadmin_pages", "edit preview_on_edit revisions_revert"),
        "PES",
        post="PES",
    ),
    row("wagtailadmin_pages:delete", "PES", post=""),
    row(
        names("wagtailadmin_pages", "edit view_draft history"),
        "TS",
        page_id="treatment_draft",
    ),
    row(
        "wagtailadmin_pages:revisions_compare",
        "PES",
        path="admin/pages/<policy_draft>/revisions/compare/earliest...latest/",
    ),
    row(
        "wagtailadmin_pages:workflow_history_detail",
        "PES",
        page_id="page_in_review",
    ),
    row(
        names(
            "wagtailadmin_pages",
            "unpublish move set_page_position copy set_privacy revisions_unschedule",
        ),
        "",
        post="",
    ),
    row("wagtailadmin_pages:workflow_preview", "", page_id="page_in_review"),
    row(
        names("wagtailadmin_pages", "workflow_action collect_workflow_action_data"),
        "",
        post="",
        page_id="page_in_review",
    ),
    row("wagtailadmin_pages:lock", WRITERS, 405, post=""),
    row("wagtailadmin_pages:unlock", WRITERS, 405, post="S"),
    row("wagtailadmin_pages:convert_alias", WRITERS, 404),
    row("wagtailadmin_pages:revisions_index", WRITERS, 302),
    row(
        names(
            "wagtailadmin_pages",
            "type_use type_use_results search search_results "
            "confirm_workflow_cancellation",
        ),
        WRITERS,
    ),
    row("wagtailadmin_pages:move_confirm", WRITERS, post=""),
    row("wagtailadmin_choose_page*", WRITERS),
    row(
        "wagtailadmin_choose_page_chosen_multiple",
        WRITERS,
        404,
        path="admin/choose-page/chosen-multiple/?id=<root>",
    ),
    row("wagtailembeds:*", WRITERS),
    row("wagtailadmin_block_preview", WRITERS, 404),
    row("wagtailadmin_api:pages:listing", WRITERS),
    row("wagtailadmin_api:pages:detail", "PES", other={"T": 404}, pk="policy_draft"),
    row("wagtailadmin_api:pages:find", WRITERS, 404),
    row("wagtailadmin_api:pages:action", WRITERS, 405, pk="policy_draft"),
    row(
        "wagtail_bulk_action",
        WRITERS,
        path="admin/bulk/wagtailcore/page/delete/?id=<policy_draft>",
    ),
]
MEDIA = [
    row(names("wagtailadmin_api:documents", "listing detail"), KEEPERS, pk="document"),
    row(names("wagtailadmin_api:images", "listing detail"), KEEPERS, pk="image"),
    row("wagtailadmin_api:documents:find wagtailadmin_api:images:find", KEEPERS, 404),
    row("wagtailadmin_tag_autocomplete", KEEPERS),
    row("wagtailadmin_tag_model_autocomplete", KEEPERS, 404, model_name="none"),
    row(
        names("wagtaildocs", "index index_results add add_multiple")
        + " "
        + names("wagtailimages", "index index_results add add_multiple"),
        KEEPERS,
    ),
    row(names("wagtaildocs", "edit delete"), "S", post="S"),
    row(names("wagtailimages", "edit delete"), "S", post="S"),
    row("wagtaildocs:document_usage", "S"),
    row(names("wagtailimages", "image_usage preview"), "S"),
    row(
        names(
            "wagtaildocs",
            "create_multiple_from_uploaded_document delete_upload_multiple",
        ),
        KEEPERS,
        405,
    ),
    row(names("wagtaildocs", "edit_multiple delete_multiple"), KEEPERS, 405, post="S"),
    row(
        names(
            "wagtailimages",
            "create_multiple_from_uploaded_image delete_upload_multiple",
        ),
        KEEPERS,
        405,
    ),
    row(
        names("wagtailimages", "edit_multiple delete_multiple"), KEEPERS, 405, post="S"
    ),
    row("wagtailimages:url_generator*", KEEPERS, 404),
    row(
        "wagtaildocs_chooser:choose wagtailimages_chooser:choose "
        "wagtaildocs_chooser:*_results wagtailimages_chooser:*_results "
        "wagtaildocs_chooser:*_multiple wagtailimages_chooser:*_multiple "
        "wagtailimages_chooser:select_format",
        WRITERS,
    ),
    row("wagtaildocs_chooser:chosen", KEEPERS, pk="document"),
    row("wagtailimages_chooser:chosen", KEEPERS, pk="image"),
    row("wagtaildocs_chooser:create wagtailimages_chooser:create", KEEPERS),
    row(
        "wagtail_bulk_action",
        KEEPERS,
        path="admin/bulk/media/portaldocument/delete/?id=<document>",
    ),
    row(
        "wagtail_bulk_action",
        KEEPERS,
        path="admin/bulk/media/portalimage/delete/?id=<image>",
    ),
]
LISTS = [
    row("wagtailsnippets:index", "TPGS"),
    *list_beside_pages("pages_specialty", "specialty", "TS", "TS", WRITERS),
    *list_beside_pages("policies_ratifyingbody", "body", "GS", "GS", "GS"),
    *list_beside_pages(
        "cookie_consent_cookiegroup", "cookie_group", "KDS", "KS", "KDS", more=""
    ),
    *list_beside_pages("cookie_consent_cookie", "cookie", "KDS", "KS", "KDS", more=""),
    row("wagtailsnippets_cookie_consent_cookiegroup:inspect", "KDS", pk="cookie_group"),
    row("wagtailsnippets_cookie_consent_cookie:inspect", "KDS", pk="cookie"),
    row(
        "wagtailsnippets_cookie_consent_cookiegroup:reorder",
        "KS",
        405,
        pk="cookie_group",
    ),
    row(
        "wagtail_bulk_action",
        "KDS",
        path="admin/bulk/cookie_consent/cookie/delete/?id=<cookie>",
    ),
    *list_beside_pages(
        "consent_bannerwording",
        "wording",
        "KDS",
        "KS",
        "KDS",
        more="preview_on_edit",
        makers="S",
    ),
    row("wagtailsnippets_consent_bannerwording:preview_on_add", "S"),
    row("cookie-notices:index", "KDS"),
    row("cookie-notices:notice cookie-notices:json", "KDS", number="cookie_notice"),
    row("cookie-notices:publish", "KS", post="KS"),
    row("cookie-records:index cookie-records:export", "DS"),
    row("cookie-records:purge", "KDS", 405, post="DS"),
    row("cookie-choices:*", "KDS"),
    row("consent_scans", "KDS"),
    row("consent_scan", "KDS", pk="scan"),
    row("statistics_*", "KDS"),
    row("search_words*", "TPS"),
    row("translation_report", "TGS"),
    row("simple_translation:submit_page_translation", "TS", page_id="treatment_draft"),
    row(
        "simple_translation:submit_snippet_translation",
        "S",
        404,
        app_label="pages",
        model_name="specialty",
        pk="1",
    ),
    row("feedback_report", "TPGS"),
    row("feedback_export", "TPGS", table="feedback-per-page"),
    row("feedback_deal_with", "TPGS", 405, pk="feedback"),
    *list_beside_pages(
        "search_synonym", "synonym", "TPS", "TPS", "TPS", deleters="TPS"
    ),
]
APPROVAL = [
    row("policy_changes", READERS),
    row("policy_change policy_change_text", READERS, pk="change"),
    row(
        "policy_change_decide policy_change_ratify",
        READERS,
        405,
        pk="change",
        post=READERS,
    ),
    row("policy_change_cancel", READERS, 405, pk="change", post="G"),
    row("policy_versions policy_publish_at_once", READERS),
    row("policy_version_text policy_rescind", READERS, pk="version"),
    row("policy_judge", READERS, 404, pk="version"),
    row("policy_ledger policy_export policy_evidence", "GS"),
    row("quarantine", "S"),
    row("quarantine_scan quarantine_delete", "S", 405, pk="held", post="S"),
    row("policy_evidence_of_version", "GS", pk="version"),
    row("policy_ledger_verify audit_verify", "GS", 405, post="GS"),
    row("audit_log audit_export", "GS"),
]
PEOPLE = [
    row("staff_people staff_invite", "XS"),
    row("staff_person", "XS", pk="person"),
    row(
        "staff_person_roles staff_person_details staff_person_activity",
        "XS",
        405,
        pk="person",
        post="XS",
    ),
    row("staff_invite_again", "XS", 405, pk="person", post=""),
    row("staff_roles_held staff_roles_held_export", "GXS"),
]
TABLE = [
    *EVERYBODY,
    *PUBLIC_ADDRESSES,
    *SIGNING_IN,
    *DESK,
    *PAGES,
    *MEDIA,
    *LISTS,
    *APPROVAL,
    *PEOPLE,
    *DJANGO_ADMIN,
    *SYSTEM,
]
