"""Services that several servers share: the cache in Redis, uploads in a bucket."""

from typing import Any

from botocore.config import Config
from redis.backoff import NoBackoff
from redis.retry import Retry

from portal import environment

REDIS_URL = environment.text("REDIS_URL")
MEDIA_BUCKET = environment.text("MEDIA_BUCKET")
MEDIA_ENDPOINT = environment.text("MEDIA_ENDPOINT")
MEDIA_REGION = environment.text("MEDIA_REGION")
MEDIA_ACCESS_KEY = environment.text("MEDIA_ACCESS_KEY")
MEDIA_SECRET_KEY = environment.text("MEDIA_SECRET_KEY")
# Of a stored file, never a redirect to the store: who may read it is asked each time.
WAGTAILDOCS_SERVE_METHOD = "serve_view"

# A cache in front that takes PURGE is told at publication which pages are other ones.
PURGE_ADDRESS = environment.text("PURGE_ADDRESS")
WAGTAILFRONTENDCACHE = (
    {"front": {"BACKEND": "portal.purging.PurgeByRequest", "LOCATION": PURGE_ADDRESS}}
    if PURGE_ADDRESS
    else {}
)


def redis_cache(url: str) -> dict[str, Any]:
    """Django's settings for a cache in a Redis database of its own."""
    return {
        "BACKEND": "portal.redis_cache.PortalRedisCache",
        "LOCATION": url,
        "KEY_PREFIX": "portal",
        "OPTIONS": {
            "socket_connect_timeout": 0.5,
            "socket_timeout": 1,
            "retry": Retry(NoBackoff(), 0),
        },
    }


def bucket_storage(folder: str = "") -> dict[str, Any]:
    """Django's settings for uploads in a bucket that nobody reads without a key."""
    return {
        "BACKEND": "portal.bucket.BucketStorage",
        "OPTIONS": {
            "bucket_name": MEDIA_BUCKET,
            "location": folder,
            "endpoint_url": MEDIA_ENDPOINT or None,
            "region_name": MEDIA_REGION or None,
            "access_key": MEDIA_ACCESS_KEY or None,
            "secret_key": MEDIA_SECRET_KEY or None,
            "default_acl": None,
            "file_overwrite": False,
            # Instead of minutes: who uploads hears within seconds that it is away.
            "client_config": Config(
                signature_version="s3v4",
                connect_timeout=2,
                read_timeout=5,
                retries={"max_attempts": 1, "mode": "standard"},
            ),
        },
    }
