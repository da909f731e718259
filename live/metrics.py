"""What happened, counted: every way in which something can fail to reach a viewer has a number here."""

from prometheus_client import Counter, Gauge

changes = Counter("live_changes_total", "Fragments announced as changed in this process")
hints = Counter("live_hints_total", "Messages to and from other processes", ["fate"])
renders = Counter("live_renders_total", "Fragments rendered, for a page or for a push", ["fragment"])
render_failures = Counter("live_render_failures_total", "Fragments that could not be rendered", ["fragment"])
frames = Counter("live_frames_total", "Different frames made")
deliveries = Counter("live_deliveries_total", "Frames handed to viewers' sockets")
send_failures = Counter("live_send_failures_total", "Frames that a viewer's socket did not take")
viewers = Gauge("live_viewers", "Open sockets that are being kept up to date")
watched = Gauge("live_watched", "Different fragments that somebody is looking at")
closes = Counter("live_closes_total", "Sockets that we closed", ["code"])
polls = Counter("live_polls_total", "Requests of pages that have no socket", ["status"])
feed_resets = Counter("live_feed_resets_total", "Times a page had missed more of a feed than is repeated", ["feed"])
resyncs = Counter("live_resyncs_total", "Times a page said what it shows")
failures = Counter("live_failures_total", "Errors inside the hub", ["where"])
