"""What a chart is written as: HTML parts and tooltip for a page, a canvas for a file, a table, a `<figure>` in Django.

Imports `text`. `figure` alone may use Django's settings, templates and requests.
"""
