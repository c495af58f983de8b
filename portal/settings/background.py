"""Work outside requests: which tasks wait in the database, and how mail leaves."""

TASKS = {
    # Wagtail's own small jobs run at once, as they do without this setting.
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    # A notice is a row, written in the transaction of what it tells about.
    "outbox": {"BACKEND": "django_tasks_db.DatabaseBackend"},
}
# Far below the time after which a notice counts as abandoned by its worker.
EMAIL_TIMEOUT = 30
