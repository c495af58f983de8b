"""The triggers that note a change of public content, whoever writes and how.

Every table is watched unless it is named here: a forgotten table costs a few pages
rendered anew, a forgotten trigger would cost a reader the text in force.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import connections
from wagtail.models import Page

PREFIX = "portal_content_"
CHANGES = "cache_contentchange"

# What staff, visitors and the portal itself write beside the public content.
QUIET_APPS = {
    "account",
    "accounts",
    "admin",
    "audit",
    "auth",
    "cache",
    "contenttypes",
    "django_migration_linter",
    "django_tasks_database",
    "feedback",
    "heartbeats",
    "mfa",
    "sessions",
    "sign_in",
    "socialaccount",
    "statistics",
    "subscriptions",
    "wagtailadmin",
    "wagtailsearch",
    "wagtailusers",
}
QUIET_TABLES = {
    # Drafts, and who worked on them.
    "policies_changerequest_contributors",
    "policies_contribution",
    "policies_policystagetask",
    "policies_reminder",
    "wagtailcore_comment",
    "wagtailcore_commentreply",
    "wagtailcore_groupapprovaltask",
    "wagtailcore_groupapprovaltask_groups",
    "wagtailcore_groupcollectionpermission",
    "wagtailcore_grouppagepermission",
    "wagtailcore_groupsitepermission",
    "wagtailcore_modellogentry",
    "wagtailcore_pagelogentry",
    "wagtailcore_pagesubscription",
    "wagtailcore_referenceindex",
    "wagtailcore_revision",
    "wagtailcore_task",
    "wagtailcore_taskstate",
    "wagtailcore_uploadedfile",
    "wagtailcore_workflow",
    "wagtailcore_workflowcontenttype",
    "wagtailcore_workflowpage",
    "wagtailcore_workflowstate",
    "wagtailcore_workflowtask",
    # What visitors chose, and what was done with it.
    "consent_consentdecision",
    "consent_consenterasure",
    "consent_consentevent",
    "consent_dailytotal",
    "consent_purgerun",
    "consent_scanrun",
    "cookie_consent_logitem",
    "search_zeroresult",
    # Made while a page is rendered, from what is watched.
    "media_portalrendition",
    "wagtailimages_rendition",
}
PAGES = "wagtailcore_page"
# Columns of a live page that change while somebody works on its next draft.
DRAFT_COLUMNS = {
    "draft_title",
    "has_unpublished_changes",
    "latest_revision_created_at",
    "latest_revision_id",
    "locked",
    "locked_at",
    "locked_by_id",
    "numchild",
    "owner_id",
}

POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {PREFIX}changed() RETURNS trigger AS $change$
BEGIN
    IF current_setting('portal.content_changed', true)
        IS DISTINCT FROM txid_current()::text
    THEN
        INSERT INTO {CHANGES} DEFAULT VALUES;
        PERFORM set_config('portal.content_changed', txid_current()::text, true);
    END IF;
    RETURN NULL;
END $change$ LANGUAGE plpgsql
"""
# SQLite has one writer at a time, so one row that moves on is enough.
SQLITE_STEPS = (
    f"INSERT INTO {CHANGES} (id) SELECT COALESCE(MAX(id), 0) + 1 FROM {CHANGES}; "
    f"DELETE FROM {CHANGES} WHERE id < (SELECT MAX(id) FROM {CHANGES});"
)


def watched_tables() -> list[str]:
    """Tables of all models, of relations too, except the quiet ones."""
    return sorted(
        {
            model._meta.db_table
            for model in apps.get_models(include_auto_created=True)
            if model._meta.managed
            and not model._meta.proxy
            and model._meta.app_label not in QUIET_APPS
        }
        - QUIET_TABLES
    )


def conditions(vendor: str) -> Iterator[tuple[str, str, str]]:
    """Name, event with table, and when it counts, of each trigger."""
    for table in watched_tables():
        for event in ("INSERT", "UPDATE", "DELETE"):
            when = page_condition(event, vendor) if table == PAGES else ""
            name = f"{PREFIX}{table}_{event.lower()}"[:63]
            yield name, f"AFTER {event} ON {table}", when


def page_condition(event: str, vendor: str) -> str:
    """Only what readers see of a page: the live ones, and not their drafts."""
    if event != "UPDATE":
        return "NEW.live" if event == "INSERT" else "OLD.live"
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    changes = [
        f"OLD.{field.column} {differs} NEW.{field.column}"
        for field in Page._meta.local_concrete_fields
        if field.column not in DRAFT_COLUMNS
    ]
    return f"(OLD.live OR NEW.live) AND ({' OR '.join(changes)})"


def install(using: str = "default") -> None:
    """Make every trigger anew, and count as a change: safe to repeat."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    if CHANGES not in existing:
        return
    is_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if is_postgresql:
            cursor.execute(POSTGRESQL_FUNCTION)
        for name, event, when in conditions(connection.vendor):
            table = event.rpartition(" ")[2]
            if table not in existing:
                continue
            on_table = f" ON {table}" if is_postgresql else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")
            condition = f" WHEN ({when})" if when else ""
            action = (
                f"EXECUTE FUNCTION {PREFIX}changed()"
                if is_postgresql
                else f"BEGIN {SQLITE_STEPS} END"
            )
            cursor.execute(
                f"CREATE TRIGGER {name} {event} FOR EACH ROW{condition} {action}"
            )
        if is_postgresql:
            cursor.execute(f"INSERT INTO {CHANGES} DEFAULT VALUES")
        else:
            for step in SQLITE_STEPS.strip(";").split("; "):
                cursor.execute(step)


def remove(using: str = "default") -> None:
    """Take the triggers away, whichever there are."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, table in present(using).items():
            on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def present(using: str = "default") -> dict[str, str]:
    """The triggers of the database that are switched on, each with its table."""
    connection = connections[using]
    query = (
        "SELECT tgname, tgrelid::regclass::text FROM pg_trigger "
        "WHERE tgenabled IN ('O', 'A')"
        if connection.vendor == "postgresql"
        else "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {
            name: table for name, table in cursor.fetchall() if name.startswith(PREFIX)
        }


def missing(using: str = "default") -> list[str]:
    """Names of triggers that the database lacks, or that somebody switched off."""
    wanted = {name for name, _event, _when in conditions(connections[using].vendor)}
    return sorted(wanted - set(present(using)))
