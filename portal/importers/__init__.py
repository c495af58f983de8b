"""Content from outside, as JSON files, through the same services as editors.

A folder of content holds `site.json`, the folders `information`, `treatments` and
`policies` with one file for each page, and the folder `files` with their documents.
The modules `site`, `information`, `treatments` and `policies` describe the shapes.
"""
