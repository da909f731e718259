"""Bars and histograms."""

from gallery.examples import Example, Section

BAR = Section(
    "bar",
    "bar",
    "Bars, side by side or stacked, vertical or horizontal, over categories or over time.",
    (
        Example(
            "bar",
            "Side by side",
            "One value of each series for each category.",
            '{% chart "bar" series=accounts categories=regions title="Accounts by region" %}',
            12,
            python=True,
        ),
        Example(
            "bar-stacked",
            "stacked=True",
            "On top of each other.",
            '{% chart "bar" series=accounts categories=regions stacked=True title="Accounts by region" %}',
        ),
        Example(
            "bar-horizontal",
            "horizontal=True",
            "For long names.",
            '{% chart "bar" series=accounts categories=countries horizontal=True title="Accounts by country" %}',
        ),
        Example(
            "bar-horizontal-stacked",
            "horizontal=True stacked=True",
            "Horizontal and stacked.",
            '{% chart "bar" series=accounts categories=countries horizontal=True stacked=True '
            'title="Accounts by country" %}',
        ),
        Example(
            "bar-time",
            "Over time",
            "A bar for each bucket of start and step.",
            '{% chart "bar" series=hourly start=begin step=3600 zone=berlin title="Deliveries" caption="an hour" %}',
        ),
        Example(
            "bar-negative",
            "Below zero",
            "Negative values hang from a stronger line.",
            '{% chart "bar" series=profit categories=months unit="EUR" title="Profit" caption="2025" %}',
        ),
        Example(
            "bar-both-ways",
            "Stacked both ways",
            "What is positive goes up, what is negative goes down.",
            '{% chart "bar" series=balance categories=regions stacked=True title="Customers" %}',
        ),
        Example(
            "bar-limits",
            "Limits",
            "As on lines.",
            '{% chart "bar" series=orders categories=week thresholds=limits title="Orders" %}',
        ),
        Example(
            "bar-limits-horizontal",
            "Limits of horizontal bars",
            "They are vertical.",
            '{% chart "bar" series=orders categories=week thresholds=limits horizontal=True title="Orders" %}',
        ),
        Example(
            "bar-maximum",
            "minimum=-100 maximum=200",
            "What lies outside of a fixed axis is cut off at its edge.",
            '{% chart "bar" series=orders categories=week minimum=-100 maximum=200 title="Orders" %}',
        ),
        Example(
            "bar-gaps",
            "Two series with gaps",
            "A missing value has no bar, and is not a zero.",
            '{% chart "bar" series=two_weeks categories=week title="Orders" %}',
        ),
        Example(
            "bar-many",
            "Forty categories",
            "Every n-th has a label; the tooltip has them all.",
            '{% chart "bar" series=loads categories=hosts unit="%" title="Load" %}',
        ),
        Example(
            "bar-other",
            "Twelve series, stacked",
            "The six greatest, and the rest as one.",
            '{% chart "bar" series=queues stacked=True start=begin step=300 zone=berlin title="Queues" %}',
        ),
    ),
)

HISTOGRAM = Section(
    "histogram",
    "histogram",
    "How often values are how high.",
    (
        Example(
            "histogram",
            "A thousand values",
            "How many bins there are follows from how many values there are and how they are spread.",
            '{% chart "histogram" values=durations unit="ms" title="Answers" caption="by how long they took" %}',
            12,
            python=True,
        ),
        Example(
            "histogram-bins",
            "bins=8",
            "As many as asked for, or a few more or less, so that their edges are round numbers.",
            '{% chart "histogram" values=durations bins=8 unit="ms" title="Answers" %}',
            6,
        ),
        Example(
            "histogram-few",
            "Seven values",
            "Works with few as well.",
            '{% chart "histogram" values=orders title="Orders per day" %}',
            6,
        ),
    ),
)
