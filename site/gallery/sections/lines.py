"""Lines and areas."""

from gallery.examples import Example, Section

_LATENCY = 'series=latency start=begin step=300 zone=berlin unit="ms"'

LINE = Section(
    "line",
    "line",
    "Up to eight lines, over time or over categories.",
    (
        Example(
            "line",
            "Over time, with a limit",
            "start and step say when each value was; None is a gap. Everything above 500 ms is marked.",
            f'{{% chart "line" {_LATENCY} thresholds=slow title="Latency" caption="ms · last 25 h" %}}',
            12,
            python=True,
        ),
        Example(
            "line-filled",
            "Alone and from zero",
            "A lone line that stands on zero is filled by itself.",
            '{% chart "line" series=visits start=begin step=900 zone=berlin minimum=0 title="Visits" '
            'caption="a quarter of an hour" %}',
        ),
        Example(
            "line-not-filled",
            "fill=False",
            "The same without its area.",
            '{% chart "line" series=visits start=begin step=900 zone=berlin minimum=0 fill=False title="Visits" %}',
        ),
        Example(
            "line-fill",
            "fill=True",
            "Both of two lines are filled; three never are.",
            '{% chart "line" series=in_and_out start=begin step=300 zone=berlin fill=True unit="Mbit/s" '
            'title="Network" caption="Mbit/s" %}',
        ),
        Example(
            "line-limits",
            "Two limits",
            "warn and bad, each with a faint band on its wrong side.",
            f'{{% chart "line" {_LATENCY} thresholds=limits title="Latency" %}}',
        ),
        Example(
            "line-below",
            "A limit below",
            'Threshold(20, "bad", above=False): too little is what is bad.',
            '{% chart "line" series=battery start=begin step=300 zone=berlin unit="%" minimum=0 maximum=100 '
            'thresholds=too_low title="Battery" %}',
        ),
        Example(
            "line-show-extremes",
            "show_extremes=True",
            "The lowest and the highest value beside the last one.",
            f'{{% chart "line" {_LATENCY} show_extremes=True title="Latency" %}}',
        ),
        Example(
            "line-log",
            "log=True",
            "Powers of ten are equally far apart. Zero is not on such an axis: it is a gap.",
            '{% chart "line" series=growth start=begin step=300 zone=berlin log=True title="Growth" %}',
        ),
        Example(
            "line-noise",
            "Noise",
            "An axis fits its values, so noise fills all of its height …",
            '{% chart "line" series=voltage start=begin step=300 zone=berlin unit="V" title="Mains" %}',
        ),
        Example(
            "line-minimum-range",
            "minimum_range=40",
            "… unless it spans at least that much.",
            '{% chart "line" series=voltage start=begin step=300 zone=berlin unit="V" minimum_range=40 '
            'title="Mains" %}',
        ),
        Example(
            "line-negative",
            "Below zero",
            "Zero is a stronger line.",
            '{% chart "line" series=temperature start=begin step=900 zone=berlin unit="°C" title="Outside" %}',
        ),
        Example(
            "line-clamped",
            "minimum=0 maximum=100",
            "What lies outside of a fixed axis is drawn at its edge.",
            '{% chart "line" series=spikes start=begin step=300 zone=berlin minimum=0 maximum=100 title="Spikes" %}',
        ),
        Example(
            "line-late",
            "now=",
            "Time goes on without data: hatched up to now.",
            '{% chart "line" series=late start=begin step=300 now=now zone=berlin title="Sent by a sensor" %}',
        ),
        Example(
            "line-times",
            "times=",
            "Each value has a time of its own. The line breaks where it took too long.",
            '{% chart "line" series=readings times=reading_times every=600 zone=berlin unit="°C" title="Readings" %}',
        ),
        Example(
            "line-categories",
            "categories=",
            "Names instead of times; this week is not over.",
            '{% chart "line" series=two_weeks categories=week title="Orders" %}',
        ),
        Example(
            "line-autumn",
            "The night of 25 hours",
            "Clocks go back at three: 02:00 comes twice, and the distances stay true.",
            '{% chart "line" series=quiet start=autumn step=900 zone=berlin title="Requests" %}',
        ),
        Example(
            "line-decade",
            "Ten years",
            "Labels follow the calendar.",
            '{% chart "line" series=decade start=year_2016 step=2629800 zone=utc title="Orders" %}',
        ),
        Example(
            "line-second",
            "One second",
            "Down to milliseconds.",
            '{% chart "line" series=second start=begin step=0.01 zone=berlin title="Vibration" %}',
        ),
        Example(
            "line-eight",
            "Eight lines",
            "After six colours, dashes.",
            '{% chart "line" series=eight start=begin step=300 zone=berlin title="Workers" %}',
            6,
        ),
        Example(
            "line-forty",
            "Forty lines",
            "Eight are drawn, the legend counts the rest.",
            '{% chart "line" series=forty start=begin step=300 zone=berlin title="Hosts" %}',
            6,
        ),
        Example(
            "line-columns",
            "columns=60",
            "Twice as many columns to point at.",
            f'{{% chart "line" {_LATENCY} columns=60 title="Latency" %}}',
            6,
        ),
        Example(
            "line-no-columns",
            "columns=0",
            "Nothing to point at; the text alternative for screen readers stays.",
            f'{{% chart "line" {_LATENCY} columns=0 title="Latency" %}}',
            6,
        ),
    ),
)

AREA = Section(
    "area",
    "area",
    "Lines with the ground under them filled, or stacked layers.",
    (
        Example(
            "area",
            "stacked=True",
            "Layers add up; the tooltip has the value of each. Where all are missing, so is the stack.",
            '{% chart "area" series=traffic stacked=True start=begin step=900 zone=berlin unit="req/s" '
            'title="Traffic" caption="req/s" %}',
            12,
            python=True,
        ),
        Example(
            "area-plain",
            "Not stacked",
            "A line with its area.",
            '{% chart "area" series=visits start=begin step=900 zone=berlin title="Visits" %}',
        ),
        Example(
            "area-bytes",
            "Bytes",
            "Ticks in steps of 1,024.",
            '{% chart "area" series=memory stacked=True start=begin step=900 zone=berlin unit="B" title="Memory" %}',
        ),
        Example(
            "area-limits",
            "Limits of a fixed axis",
            "For the sum, of a stack.",
            '{% chart "area" series=visits start=begin step=900 zone=berlin minimum=0 maximum=400 thresholds=limits '
            'show_extremes=True title="Visits" %}',
        ),
        Example(
            "area-times",
            "Times of their own",
            "Broken where it took too long, hatched where it is late.",
            '{% chart "area" series=readings times=reading_times every=600 now=three_hours zone=berlin unit="°C" '
            'minimum_range=40 columns=10 title="Readings" %}',
        ),
        Example(
            "area-other",
            "Twelve layers",
            "The six greatest, and the rest as one.",
            '{% chart "area" series=queues stacked=True start=begin step=300 zone=berlin title="Queues" %}',
        ),
        Example(
            "area-categories",
            "Over categories",
            "Layers of the regions.",
            '{% chart "area" series=accounts stacked=True categories=regions title="Accounts" %}',
        ),
    ),
)
