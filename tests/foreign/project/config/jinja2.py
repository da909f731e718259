from jinja2 import Environment


def environment(**options):
    return Environment(**options, extensions=["live.jinja2.LiveExtension"])
