"""What is wrong with data, and what breaks naive code."""

from gallery.examples import Example, Section

_VISITS = "series=visits start=begin step=900 zone=berlin"
_DAYS = "series=orders categories=week"

STATES = Section(
    "states",
    "States",
    "Something is wrong, and the box stays as large as it was.",
    (
        Example(
            "state-empty",
            "Empty",
            "Nothing was ever sent.",
            '{% chart "line" series=nothing start=begin step=300 title="Orders" state="empty" %}',
        ),
        Example(
            "state-waiting",
            "Empty, with what fills it",
            "no_data(message, command=…), in a figure of your own.",
            '<figure class="chart"><figcaption><b>Orders</b></figcaption>{{ waiting }}</figure>',
        ),
        Example(
            "state-stale",
            'state="stale"',
            "Data that stays away: the last picture, paler.",
            '{% chart "line" series=late start=begin step=300 now=now zone=berlin title="Sensor" state="stale" '
            'note="Last data 2 h 30 min ago, expected every 5 min" %}',
        ),
        Example(
            "state-error",
            'state="error"',
            "A newer one could not be drawn.",
            f'{{% chart "area" {_VISITS} title="Visits" state="error" '
            'note="Could not be drawn; this is from 14:35" %}',
        ),
        Example(
            "state-partial",
            'state="partial"',
            "Some of it is missing.",
            '{% chart "line" series=partly start=begin step=300 zone=berlin title="Load" state="partial" '
            'note="1 of 3 series has no data: asia" %}',
        ),
        Example(
            "state-stale-bars",
            "Stale bars",
            "Every kind can be.",
            f'{{% chart "bar" {_DAYS} title="Orders" state="stale" note="Last data 3 d ago" %}}',
        ),
        Example(
            "state-stale-stat",
            "A stale number",
            "The same box.",
            '{% chart "stat" value=4812 title="Users" trend=active state="stale" note="Last data 14 min ago" %}',
        ),
        Example(
            "state-error-gauge",
            "A gauge in error",
            "The same box.",
            '{% chart "gauge" value=72 unit="%" thresholds=cpu_limits title="CPU" state="error" note="No answer" %}',
        ),
        Example(
            "state-partial-donut",
            "A partial donut",
            "The same box.",
            '{% chart "donut" slices=plans title="Plans" state="partial" note="Without today" %}',
        ),
    ),
)

HARD = Section(
    "hard",
    "Hard cases",
    "What a chart is given sooner or later.",
    (
        Example(
            "hard-null",
            "All missing",
            "There is a time axis, and nothing on it.",
            '{% chart "line" series=all_null start=begin step=300 zone=berlin title="All missing" %}',
        ),
        Example(
            "hard-one",
            "One value",
            "A dot at the newest time.",
            '{% chart "line" series=one start=begin step=300 zone=berlin title="One value" %}',
        ),
        Example(
            "hard-one-bar",
            "One bar",
            "A slot of its own.",
            '{% chart "bar" series=one start=begin step=3600 zone=berlin title="One bar" %}',
        ),
        Example(
            "hard-two",
            "Two values",
            "The shortest line.",
            '{% chart "line" series=two start=begin step=300 zone=berlin title="Two values" %}',
        ),
        Example(
            "hard-zeros",
            "All zero",
            "On the ground.",
            '{% chart "line" series=zeros start=begin step=300 zone=berlin title="All zero" %}',
        ),
        Example(
            "hard-zero-donut",
            "Nothing to share",
            "An empty ring.",
            '{% chart "donut" slices=no_shares title="All zero" %}',
        ),
        Example(
            "hard-same",
            "All the same",
            "The axis has a height.",
            '{% chart "line" series=same start=begin step=300 zone=berlin title="All the same" %}',
        ),
        Example(
            "hard-same-histogram",
            "All the same, counted",
            "One bin.",
            '{% chart "histogram" values=same title="All the same" %}',
        ),
        Example(
            "hard-infinite",
            "Infinite and not a number",
            "Gaps.",
            '{% chart "line" series=infinite start=begin step=300 zone=berlin title="Infinite" %}',
        ),
        Example(
            "hard-sizes",
            "1e-12 and 1e15",
            "In one series.",
            '{% chart "line" series=sizes start=begin step=300 zone=berlin title="Sizes" %}',
        ),
        Example(
            "hard-lone",
            "Alone between gaps",
            "A dot.",
            '{% chart "line" series=lone start=begin step=300 zone=berlin title="Alone" %}',
        ),
        Example(
            "hard-null-heatmap",
            "A table of nothing",
            "No value at all.",
            '{% chart "heatmap" values=no_values rows=pair columns=regions title="Nothing" %}',
        ),
        Example(
            "hard-script",
            "A script as a name",
            "Everything that comes from somebody is text.",
            '{% chart "line" series=evil categories=evil_names title=xss caption=xss unit=xss note=xss '
            'state="partial" %}',
        ),
        Example(
            "hard-script-states",
            "And as a state",
            "The same in lists.",
            '{% chart "status" items=evil_checks title=xss %}',
        ),
        Example(
            "hard-long",
            "A name of 300 characters",
            "Cut where there is no room; in full in the table.",
            '{% chart "bar" series=long_name categories=regions title=long caption=long %}',
        ),
    ),
)
