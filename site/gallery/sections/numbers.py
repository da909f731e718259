"""Single numbers, and shares of a whole."""

from gallery.examples import Example, Section

SPARKLINE = Section(
    "sparkline",
    "sparkline",
    "A small line without axes, and its last value.",
    (
        Example(
            "sparkline",
            "As high as its values",
            "For a tile that has no room for axes.",
            '{% chart "sparkline" values=requests title="Requests" caption="a second" %}',
            12,
            python=True,
        ),
        Example(
            "sparkline-fixed",
            "minimum=0 maximum=2000",
            "On a fixed axis small changes look small.",
            '{% chart "sparkline" values=requests minimum=0 maximum=2000 title="Requests" %}',
        ),
        Example(
            "sparkline-gaps",
            "Gaps",
            "A lone value between gaps is a dot.",
            '{% chart "sparkline" values=with_gaps unit="ms" title="Ping" %}',
        ),
        Example(
            "sparkline-flat",
            "All the same",
            "Lies in the middle.",
            '{% chart "sparkline" values=same title="Nothing happens" %}',
        ),
    ),
)

STAT = Section(
    "stat",
    "stat",
    "One number, large, with its change and the line that led to it.",
    (
        Example(
            "stat",
            "Change and trend",
            "The change has a colour only if good= says which way is better.",
            '{% chart "stat" value=1280000 title="Requests" previous=1138790 previous_label="yesterday" good="up" '
            "trend=requests %}",
            12,
            python=True,
        ),
        Example(
            "stat-down",
            'good="down"',
            "Percentages change by points.",
            '{% chart "stat" value=1.72 unit="%" title="Error rate" previous=1.87 good="down" trend=error_rate %}',
            3,
        ),
        Example(
            "stat-neutral",
            "Without good=",
            "Neither better nor worse.",
            '{% chart "stat" value=4812 title="Active users" previous=4631 trend=active %}',
            3,
        ),
        Example(
            "stat-worse",
            "Worse",
            "An arrow, a sign and a colour.",
            '{% chart "stat" value=0.94 title="Apdex" previous=0.951 good="up" trend=apdex %}',
            3,
        ),
        Example("stat-alone", "Alone", "Only the number.", '{% chart "stat" value=4812 title="Users" %}', 3),
        Example("stat-ok", 'level="ok"', "A badge.", '{% chart "stat" value=12 level="ok" title="Queue" %}', 3),
        Example(
            "stat-warn",
            'level="warn"',
            "Colour, icon and word.",
            '{% chart "stat" value=320 level="warn" title="Queue" %}',
            3,
        ),
        Example("stat-bad", 'level="bad"', "The same.", '{% chart "stat" value=9412 level="bad" title="Queue" %}', 3),
        Example(
            "stat-missing",
            "No value",
            "A dash.",
            '{% chart "stat" value=None unit="ms" title="Latency" %}',
            3,
        ),
    ),
)

GAUGE = Section(
    "gauge",
    "gauge",
    "One number on an arc.",
    (
        Example(
            "gauge",
            "With limits",
            "The ring outside says where the limits are, the arc and the word which of them is passed.",
            '{% chart "gauge" value=72 unit="%" thresholds=cpu_limits title="CPU" %}',
            12,
            python=True,
        ),
        Example(
            "gauge-plain", "Without limits", "From 0 to 100.", '{% chart "gauge" value=41 unit="%" title="Disk" %}', 3
        ),
        Example(
            "gauge-bad",
            "Critical",
            "Past both limits.",
            '{% chart "gauge" value=93 unit="%" thresholds=cpu_limits title="CPU" %}',
            3,
        ),
        Example(
            "gauge-below",
            "Limits below",
            "Too little is what is bad.",
            '{% chart "gauge" value=12 unit="%" thresholds=battery_limits title="Battery" %}',
            3,
        ),
        Example(
            "gauge-range",
            "minimum=-20 maximum=40",
            "Its own range.",
            '{% chart "gauge" value=7.5 minimum=-20 maximum=40 unit="°C" title="Outside" %}',
            3,
        ),
        Example(
            "gauge-over",
            "Over its end",
            "The arc is full, the number is true.",
            '{% chart "gauge" value=134 unit="%" thresholds=cpu_limits title="Load" %}',
            3,
        ),
        Example("gauge-zero", "At its start", "No arc.", '{% chart "gauge" value=0 unit="%" title="Load" %}', 3),
        Example("gauge-missing", "No value", "A dash.", '{% chart "gauge" value=None unit="%" title="Load" %}', 3),
        Example(
            "gauge-bytes",
            "Bytes",
            "Units as everywhere.",
            '{% chart "gauge" value=11811160064 maximum=17179869184 unit="B" title="Memory" %}',
            3,
        ),
    ),
)

DONUT = Section(
    "donut",
    "donut",
    "Shares of a whole.",
    (
        Example(
            "donut",
            "Four slices",
            "The sum in the middle; the shares make 100 %.",
            '{% chart "donut" slices=plans title="Plan mix" %}',
            12,
            python=True,
        ),
        Example(
            "donut-unit",
            "Pairs, with a unit",
            "In the order given.",
            '{% chart "donut" slices=disk unit="B" title="Disk" %}',
        ),
        Example(
            "donut-other",
            "Fourteen slices",
            "The first, and the rest as “Other”.",
            '{% chart "donut" slices=languages title="Languages" %}',
        ),
        Example(
            "donut-most",
            "most=3",
            "Fewer.",
            '{% chart "donut" slices=languages most=3 title="Languages" %}',
        ),
    ),
)
