"""What a server in production is told from outside, with sample values."""

HOST = "portal.example.org"
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "portal.settings.production",
    # Long and mixed, as the check of the deployment asks for.
    "SECRET_KEY": "sample-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ-abcdefghijklmnop",
    "ALLOWED_HOSTS": HOST,
    "BASE_URL": f"https://{HOST}",
    "MAIL_FROM": f"portal@{HOST}",
    "CONSENT_PEPPER": "pepper",
    "BEHIND_PROXY": "yes",
    "TRUSTED_PROXY_COUNT": "1",
    "SERVER_WORKERS": "1",
    "SECURITY_CONTACT": "mailto:security@example.org",
    "SECURITY_CONTACT_EXPIRES": "2099-01-01",
}
