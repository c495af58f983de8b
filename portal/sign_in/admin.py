"""How somebody signs in is nothing for Django's admin to change.

An address marked there as verified, or a provider added there, would open the account
of another person. Neither has rows that staff need to see.
"""

import allauth.account.admin
import allauth.socialaccount.admin  # noqa: F401 - both register their models
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialApp, SocialToken
from django.contrib import admin

admin.site.unregister([EmailAddress, SocialApp, SocialToken])
