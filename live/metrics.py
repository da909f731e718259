"""What happened, counted: every way in which something can fail to reach a viewer has a number here."""

from prometheus_client import Counter, Gauge, Histogram

# Of what a person waits for: the promise is 5 seconds, a good day some hundredths of one.
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

changes = Counter("live_changes_total", "Fragments announced as changed in this process")
hints = Counter("live_hints_total", "Messages to and from other processes", ["fate"])
hints_heard = Gauge("live_hints_heard", "1 while changes of other processes are heard at once", ["source"])
hint_interruptions = Counter(
    "live_hint_interruptions_total", "Times changes of other processes could no longer be heard", ["source"]
)
hint_round_trip = Histogram(
    "live_hint_round_trip_seconds",
    "From sending a hint to hearing it in the same process, measured every few seconds",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
renders = Counter("live_renders_total", "Fragments rendered, for a page or for a push", ["fragment"])
loads = Counter(
    "live_loads_total", "Calls of a fragment's load_many, each for as many as are rendered together", ["fragment"]
)
render_failures = Counter("live_render_failures_total", "Fragments that could not be rendered", ["fragment"])
overdue = Counter("live_overdue_total", "Times a fragment was shown as out of date as it did not come", ["fragment"])
frames = Counter("live_frames_total", "Different frames made")
deliveries = Counter("live_deliveries_total", "Frames handed to viewers' sockets")
send_failures = Counter("live_send_failures_total", "Frames that a viewer's socket did not take")
viewers = Gauge("live_viewers", "Open sockets that are being kept up to date")
watched = Gauge("live_watched", "Different fragments that somebody is looking at")
closes = Counter("live_closes_total", "Sockets that we closed", ["code"])
polls = Counter("live_polls_total", "Requests of pages that have no socket", ["status"])
feed_resets = Counter("live_feed_resets_total", "Times a page had missed more of a feed than is repeated", ["feed"])
resyncs = Counter("live_resyncs_total", "Times a page said what it shows")
unavailable = Counter("live_unavailable_total", "Requests answered 503: the database was busy or away")
access_round = Histogram(
    "live_access_round_seconds",
    "Asking again who may see all pages that are open",
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 2, 3, 5, 10),
)
databases_away = Gauge("live_databases_away", "Databases that do not answer this process")
failures = Counter("live_failures_total", "Errors inside live", ["where"])
limits = Counter("live_limits_total", "Times a client was refused or closed over a limit of the server", ["limit"])

render_seconds = Histogram(
    "live_render_seconds", "What rendering a fragment took, its queries included", ["fragment"], buckets=SECONDS
)
# From when a change came to this process (it was announced here, which is at commit; or a hint of another process
# arrived) to when the first frame with the fragment's new HTML was handed to sockets. Once a fragment and frame,
# not once a viewer. Changes after which a fragment looked the same, and what the sweep has found, are not in it.
change_to_frame_seconds = Histogram(
    "live_change_to_frame_seconds", "From the commit of a change to its frame, handed to sockets", buckets=SECONDS
)
