"""A plain Wagtail site, made as its tutorial teaches: what the portal is compared with.

One page type with a stream of headings and rich text, a menu, breadcrumbs, the usual
middleware. It shows the content of a treatment page of the portal.
"""
