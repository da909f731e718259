"""Tables of colours, states, words."""

from gallery.examples import Example, Section

HEATMAP = Section(
    "heatmap",
    "heatmap",
    "A table of colours; point at a cell for its value.",
    (
        Example(
            "heatmap",
            "Days and hours",
            "From the lowest to the highest value in nine steps.",
            '{% chart "heatmap" values=sign_ins rows=week columns=hours title="Sign-ins" caption="by hour" %}',
            12,
            python=True,
        ),
        Example(
            "heatmap-fixed",
            "minimum=0 maximum=200",
            "Comparable with another one.",
            '{% chart "heatmap" values=sign_ins rows=week columns=hours minimum=0 maximum=200 title="Sign-ins" %}',
        ),
        Example(
            "heatmap-gaps",
            "Missing values",
            "Not the colour of the lowest one.",
            '{% chart "heatmap" values=errors rows=three_services columns=regions title="Errors" %}',
        ),
        Example(
            "heatmap-unit",
            "With a unit",
            "In the legend and in the cells.",
            '{% chart "heatmap" values=busy rows=pair columns=week unit="%" title="Load" %}',
        ),
    ),
)

TIMELINE = Section(
    "timeline",
    "timeline",
    "Which state each thing was in, and when.",
    (
        Example(
            "timeline",
            "Four services",
            "Also the shortest outage can be seen.",
            '{% chart "timeline" rows=services start=begin end=end zone=berlin title="Service state" '
            'caption="last 25 h" %}',
            12,
            python=True,
        ),
        Example(
            "timeline-part",
            "Two hours of it",
            "What lies outside is cut off.",
            '{% chart "timeline" rows=services start=begin end=two_hours zone=berlin title="Service state" %}',
            6,
        ),
        Example(
            "timeline-now",
            "now=",
            "Since the end nothing has been heard: hatched.",
            '{% chart "timeline" rows=services start=begin end=two_hours now=three_hours zone=berlin '
            'title="Service state" %}',
            6,
        ),
    ),
)

STATUS = Section(
    "status",
    "status",
    "Which state each thing is in: colour, icon and word.",
    (
        Example(
            "status",
            "With the last 90 days",
            "Oldest left, today right.",
            '{% chart "status" items=checks title="Services" %}',
            12,
            python=True,
        ),
        Example("status-one", "One item", "Large.", '{% chart "status" items=one_check title="Web" %}'),
    ),
)

TABLE = Section(
    "table",
    "table",
    "The last values themselves, the newest first.",
    (
        Example(
            "table",
            "Over time",
            "Ten rows, unless most= says otherwise.",
            '{% chart "table" series=latency start=begin step=300 zone=berlin unit="ms" title="Latency" '
            'caption="ms" %}',
            12,
            python=True,
        ),
        Example(
            "table-names",
            "Over names",
            "In their order.",
            '{% chart "table" series=accounts names=regions title="Accounts by region" %}',
        ),
        Example(
            "table-times",
            "Times of their own",
            "As they came.",
            '{% chart "table" series=readings times=reading_times zone=berlin unit="°C" title="Readings" %}',
        ),
        Example(
            "table-most",
            "most=4",
            "And how many there are more.",
            '{% chart "table" series=traffic start=begin step=900 zone=berlin most=4 title="Traffic" %}',
        ),
    ),
)

TEXT = Section(
    "text",
    "text",
    "Words in Markdown, without scripts, pictures or styles.",
    (
        Example(
            "text",
            "Markdown",
            "Headings, lists, tables, links, code.",
            '{% chart "text" words title="Who to call" %}',
            12,
            python=True,
        ),
    ),
)
