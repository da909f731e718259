"""The same in other units, in other languages, and small."""

from gallery.examples import Example, Section

_VISITS = "series=visits start=begin step=900 zone=berlin"

UNITS = Section(
    "units",
    "Units",
    "A unit is any word; some are known.",
    (
        Example(
            "unit-percent",
            "%",
            "As it is.",
            '{% chart "line" series=battery start=begin step=300 zone=berlin unit="%" title="Load" %}',
        ),
        Example(
            "unit-ratio",
            "ratio",
            "0.42 is 42 %.",
            '{% chart "line" series=apdex start=begin step=300 zone=berlin unit="ratio" title="Hits" %}',
        ),
        Example(
            "unit-bytes",
            "B",
            "In steps of 1,024; B/s likewise.",
            '{% chart "line" series=memory start=begin step=900 zone=berlin unit="B" title="Memory" %}',
        ),
        Example("unit-seconds", "s", "Durations.", f'{{% chart "line" {_VISITS} unit="s" title="Jobs" %}}'),
        Example(
            "unit-watt",
            "W",
            "With a prefix.",
            '{% chart "bar" series=profit categories=months unit="W" title="Solar" %}',
        ),
        Example(
            "unit-euro",
            "EUR",
            "A currency, by its code.",
            '{% chart "bar" series=profit categories=months unit="EUR" title="Profit" %}',
        ),
        Example(
            "unit-yen",
            "JPY",
            "Without decimals.",
            '{% chart "stat" value=1284512 unit="JPY" previous=1198000 title="Sales" trend=requests %}',
            3,
        ),
        Example("unit-duration", "s", "Large.", '{% chart "stat" value=7512 unit="s" title="Uptime" %}', 3),
        Example("unit-iec", "B", "Large.", '{% chart "stat" value=5368709120 unit="B" title="Backup" %}', 3),
        Example(
            "unit-word", "orders", "A word of your own.", '{% chart "stat" value=182 unit="orders" title="Today" %}', 3
        ),
    ),
)

LANGUAGES = Section(
    "languages",
    "Languages",
    "Numbers and dates are written as the reader's language has them; a drawing does not turn round.",
    (
        Example(
            "german",
            "Deutsch",
            "A comma, and a point between thousands.",
            '{% chart "line" series=readings times=reading_times zone=berlin unit="°C" locale="de" title="Temperatur" '
            'caption="°C · zwei Stunden" %}',
        ),
        Example(
            "german-money",
            "Euro",
            "Behind the number.",
            '{% chart "bar" series=profit categories=months unit="EUR" locale="de" title="Gewinn" %}',
        ),
        Example(
            "german-stat",
            "Groß",
            "One number.",
            '{% chart "stat" value=1.72 unit="%" previous=1.87 good="down" previous_label="gestern" locale="de" '
            'title="Fehler" trend=error_rate %}',
        ),
        Example(
            "arabic-line",
            "العربية",
            "A page that is read from the right.",
            '<div dir="rtl" lang="ar">{% chart "line" series=arabic categories=arabic_days locale="ar" '
            'title="الطلبات" caption="هذا الأسبوع" %}</div>',
        ),
        Example(
            "arabic-bar",
            "العربية",
            "Names beside bars.",
            '<div dir="rtl" lang="ar">{% chart "bar" series=arabic categories=arabic_days horizontal=True '
            'locale="ar" title="الطلبات" %}</div>',
        ),
        Example(
            "arabic-time",
            "العربية",
            "Time goes to the right all the same.",
            '<div dir="rtl" lang="ar">{% chart "line" series=latency start=begin step=300 zone=berlin unit="ms" '
            'locale="ar" title="زمن الاستجابة" state="stale" note="آخر بيانات قبل ١٤ دقيقة" %}</div>',
        ),
        Example(
            "arabic-donut",
            "العربية",
            "A legend.",
            '<div dir="rtl" lang="ar">{% chart "donut" slices=plans locale="ar" title="الخطط" %}</div>',
        ),
        Example(
            "arabic-stat",
            "العربية",
            "One number.",
            '<div dir="rtl" lang="ar">{% chart "stat" value=1280000 previous=1138790 good="up" locale="ar" '
            'title="الطلبات" trend=requests %}</div>',
        ),
        Example(
            "arabic-status",
            "العربية",
            "States.",
            '<div dir="rtl" lang="ar">{% chart "status" items=checks title="الخدمات" %}</div>',
        ),
    ),
)


def _small(slug: str, call: str) -> Example:
    piece = f'<div class="gallery-small">{{% chart {call} title="Small tile" caption="160 px" %}}</div>'
    return Example(f"small-{slug}", slug, "160 pixels wide.", piece, 2)


SIZES = Section(
    "sizes",
    "Small tiles",
    "160 pixels: fewer labels, none of them cut.",
    (
        _small("line", '"line" series=latency start=begin step=300 zone=berlin unit="ms" thresholds=slow'),
        _small("area", '"area" series=traffic stacked=True start=begin step=900 zone=berlin'),
        _small("bar", '"bar" series=accounts categories=regions'),
        _small("horizontal", '"bar" series=accounts categories=countries horizontal=True'),
        _small("histogram", '"histogram" values=durations unit="ms"'),
        _small("sparkline", '"sparkline" values=requests'),
        _small("stat", '"stat" value=1280000 previous=1138790 good="up" level="warn" trend=requests'),
        _small("gauge", '"gauge" value=72 unit="%" thresholds=cpu_limits'),
        _small("donut", '"donut" slices=plans'),
        _small("heatmap", '"heatmap" values=sign_ins rows=week columns=hours'),
        _small("timeline", '"timeline" rows=services start=begin end=end zone=berlin'),
        _small("status", '"status" items=checks'),
        _small("table", '"table" series=latency start=begin step=300 zone=berlin most=4'),
    ),
)
