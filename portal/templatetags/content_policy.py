"""What an inline script of the admin needs, or no browser will run it."""

from django import template

from portal.content_policy import nonce_attribute

register = template.Library()
register.simple_tag(nonce_attribute, name="script_nonce")
