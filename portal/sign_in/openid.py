"""What a person's OpenID Connect provider says, taken only when it is proven.

Allauth asks the provider and keeps `state` and the PKCE secret. What it leaves out is
here: the nonce, the signature of the ID token, and whether the answers have the shape
that the standard gives them.
"""

import secrets
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import (
    OpenIDConnectProvider,
)
from allauth.socialaccount.providers.openid_connect.views import (
    OpenIDConnectOAuth2Adapter,
)
from django.conf import settings
from django.http import HttpRequest

# Public keys only: with a shared secret, whoever reads our settings could sign.
ALGORITHMS = ["RS256", "PS256", "ES256"]
REQUIRED = ["iss", "aud", "exp", "iat", "sub", "nonce"]
ENDPOINTS = ["authorization_endpoint", "token_endpoint", "jwks_uri"]
CLOCK_SKEW_SECONDS = 60
NONCES = "sso_nonces"
# Somebody may have opened the sign-in page in a few tabs.
NONCES_KEPT = 5


class ProviderFault(Exception):
    """The provider is there, but does not answer as an OpenID Connect provider."""


class StaffOpenIDAdapter(OpenIDConnectOAuth2Adapter):
    """Allauth's conversation with the provider; the ID token is verified here."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's description of itself, read once for each request."""
        if not hasattr(self, "_description"):
            self._description = described(fetch(self.get_provider().server_url))
        return self._description

    def complete_login(
        self, request: HttpRequest, app: Any, token: Any, **kwargs: Any
    ) -> Any:
        """Only with an ID token of the issuer we know, for us and for this sign-in."""
        description = self.openid_config
        claims = verified_claims(
            kwargs["response"].get("id_token"),
            keys=fetch(description["jwks_uri"]),
            issuer=description["issuer"],
            audience=app.client_id,
        )
        spend_nonce(request, claims["nonce"])
        provider = self.get_provider()
        return provider.sociallogin_from_response(request, {"id_token": claims})


class StaffOpenIDProvider(OpenIDConnectProvider):
    """OpenID Connect with a nonce; nothing of the request reaches the provider."""

    oauth2_adapter_class = StaffOpenIDAdapter
    # The other way of allauth to hand over an ID token knows no nonce.
    supports_token_authentication = False

    def get_auth_params_from_request(
        self, request: HttpRequest, action: Any
    ) -> dict[str, str]:
        params: dict[str, str] = self.get_auth_params()
        if request.user.is_authenticated:
            params["prompt"] = "login"  # This proves presence once more.
        return {**params, "nonce": new_nonce(request)}

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        scope: list[str] = self.get_scope()
        return scope


def fetch(url: str) -> dict[str, Any]:
    """A JSON object of the provider."""
    with get_adapter().get_requests_session() as session:
        response = session.get(url, allow_redirects=False)
        response.raise_for_status()
        found = response.json()
    if not isinstance(found, dict):
        raise ProviderFault(f"No JSON object at {url}.")
    return found


def described(description: dict[str, Any]) -> dict[str, Any]:
    """The description, if it is the one of our provider and leads to safe addresses."""
    issuer = description.get("issuer")
    if str(issuer).rstrip("/") != settings.SSO_ISSUER.rstrip("/"):
        raise ProviderFault("The provider describes another issuer.")
    scheme = settings.SSO_ISSUER.partition("://")[0]
    for name in ENDPOINTS:
        if not str(description.get(name, "")).startswith(("https://", f"{scheme}://")):
            raise ProviderFault(f"The provider's {name} is no safe address.")
    return description


def new_nonce(request: HttpRequest) -> str:
    nonce = secrets.token_urlsafe(24)
    kept = request.session.get(NONCES, [])[-(NONCES_KEPT - 1) :]
    request.session[NONCES] = [*kept, nonce]
    return nonce


def spend_nonce(request: HttpRequest, nonce: Any) -> None:
    """Each once, and only in the session that made it."""
    kept = request.session.get(NONCES, [])
    if nonce not in kept:
        raise OAuth2Error("The nonce of the ID token is not ours.")
    request.session[NONCES] = [other for other in kept if other != nonce]


def verified_claims(
    token: Any, *, keys: dict[str, Any], issuer: str, audience: str
) -> dict[str, Any]:
    """What an ID token says, once its signature and its addressee are proven."""
    if not isinstance(token, str):
        raise OAuth2Error("The provider sent no ID token.")
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            signing_key(token, keys),
            algorithms=ALGORITHMS,
            options={"require": REQUIRED},
            issuer=issuer,
            audience=audience,
            leeway=CLOCK_SKEW_SECONDS,
        )
    except jwt.PyJWTError as error:
        raise OAuth2Error(f"The ID token is refused: {error}") from error
    is_for_several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", "" if is_for_several else audience) != audience:
        raise OAuth2Error("The ID token was made for another client.")
    return claims


def signing_key(token: str, keys: dict[str, Any]) -> jwt.PyJWK:
    """The key that the token names; a provider with a single key need not name it."""
    name = jwt.get_unverified_header(token).get("kid")
    known = [
        key
        for key in jwt.PyJWKSet.from_dict(keys).keys
        if key.public_key_use in {None, "sig"}
    ]
    for key in known:
        if name is not None and key.key_id == name:
            return key
    if len(known) == 1 and None in (name, known[0].key_id):
        return known[0]
    raise OAuth2Error("The provider has no such key.")
