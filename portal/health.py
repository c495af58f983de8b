"""For load balancers and for those who watch: is it alive, is it ready, how does it do.

None of the answers says why something is away; the log does.
"""

import secrets
from functools import cache as once

from django.conf import settings
from django.core.cache import cache, caches
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from psycopg_pool import PoolTimeout

from portal.observation.figures import as_text
from portal.redis_cache import ForgivingRedisCache

PROBE = "health-probe"


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """A line each for database, migrations and cache; 503 without the first two.

    The portal goes on without its cache, only slower.
    """
    database = state_of_database()
    lines = [database, f"cache: {'ok' if is_cache_there() else 'away'}"]
    return HttpResponse(
        "\n".join(lines) + "\n",
        status=200 if database == "database: ok" else 503,
        content_type="text/plain",
    )


def state_of_database() -> str:
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except (Error, PoolTimeout):
        return "database: away"
    missing = sum(migration not in applied for migration in migrations_on_disk())
    return f"database: {missing} migrations missing" if missing else "database: ok"


@once
def migrations_on_disk() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def is_cache_there() -> bool:
    if isinstance(caches["default"], ForgivingRedisCache):
        return caches["default"].is_there()
    value = secrets.token_hex(8)
    try:
        cache.set(PROBE, value, timeout=10)
        return bool(cache.get(PROBE) == value)
    except Exception:  # noqa: BLE001 - whatever the backend raises, it is away
        return False


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, for whoever has the token; for others no such page."""
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not secrets.compare_digest(given.encode(), token.encode()):
        raise Http404
    return HttpResponse(as_text(), content_type=CONTENT_TYPE_PLAIN_0_0_4)
