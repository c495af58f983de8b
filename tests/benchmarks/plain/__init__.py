"""A plain Wagtail site, made as its tutorial teaches: what the portal is compared with.

It shows the content of one treatment page of the portal in the same kinds of blocks,
each with its template; leaflets, policies, related pages and updates as related rows;
a menu and breadcrumbs from the tree; the usual middleware. Nothing is kept, and
nothing is made slower than who follows the tutorial would make it.
"""
