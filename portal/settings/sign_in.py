"""How staff sign in: password, second factor, single sign-on, sessions."""

from typing import Any

from portal import environment

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
WAGTAILADMIN_LOGIN_URL = "account_login"
# Passwords and addresses change on the portal's own screens, with their checks.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False

# Minutes without a click, and hours altogether, after which a session ends.
STAFF_SESSION_IDLE_MINUTES = 30
STAFF_SESSION_HOURS = 12
SESSION_COOKIE_AGE = STAFF_SESSION_HOURS * 60 * 60
# How long a sign-in is fresh enough for a decision or a change of roles.
REAUTHENTICATE_AFTER_SECONDS = 10 * 60
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60

REQUIRE_SECOND_FACTOR = environment.flag("PORTAL_REQUIRE_MFA")
PASSWORD_SIGN_IN = environment.flag("PORTAL_PASSWORD_SIGN_IN", default=True)

ACCOUNT_ADAPTER = "portal.sign_in.adapters.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_FORMS = {
    "login": "portal.sign_in.forms.SignInForm",
    "reset_password": "portal.sign_in.forms.PasswordResetForm",
}
# Wrong passwords are counted by the adapter, by name and network together: limits by
# name alone would let anybody lock a colleague out. What is left here are the codes of
# second factors, counted by person.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/5m/key,50/d/key"}

MFA_ADAPTER = "portal.sign_in.adapters.StaffSecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
# Accounts are made by access administrators, who vouch for the address.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = environment.text("PORTAL_MFA_ISSUER", "Treatment policies")
MFA_TOTP_TOLERANCE = 1

# How many proxies of ours stand in front and append to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXY_COUNT", 0)

SSO_ISSUER = environment.text("SSO_ISSUER")
SSO_NAME = environment.text("SSO_NAME", "your organisation")
# Whether every address in the directory is one the organisation gave out itself.
SSO_EMAIL_IS_VERIFIED = environment.flag("SSO_EMAIL_IS_VERIFIED")
SSO_GROUPS_CLAIM = environment.text("SSO_GROUPS_CLAIM", "groups")
# `directory group=Role of the portal; another group=Another role`
SSO_GROUP_ROLES = environment.pairs("SSO_GROUP_ROLES")
SOCIALACCOUNT_ADAPTER = "portal.sign_in.adapters.StaffSingleSignOnAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5


def providers(*, issuer: str, name: str, client_id: str, secret: str) -> dict[str, Any]:
    """Allauth's description of the one provider, or of none without an issuer."""
    staff = {
        "provider_id": "staff",
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": issuer},
    }
    return {
        "openid_connect": {
            "provider_class": "portal.sign_in.openid.StaffOpenIDProvider",
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [staff] if issuer else [],
        }
    }


SOCIALACCOUNT_PROVIDERS = providers(
    issuer=SSO_ISSUER,
    name=SSO_NAME,
    client_id=environment.text("SSO_CLIENT_ID"),
    secret=environment.text("SSO_CLIENT_SECRET"),
)
