"""What the webhooks of Alertmanager and Grafana have in common: alerts that fire or are resolved, in groups.

An alert is a series ``alerts`` with its labels as tags: firing (0) from when it fires and resolved (1) from when it is
resolved; and the same once more when the webhook arrives, for one that fires again may say that it has all the time.
Where the token may, a banner shows a group while it fires.

https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from django.http import JsonResponse

from live.api import Refused
from live.banners.models import Banner
from live.banners.schedule import SEVERITY
from live.banners.validation import EARLIEST, MAX_CHARACTERS
from live.notices import everyone, may_notify
from series.ingest import alert_banners
from series.ingest.alert_banners import Firing
from series.ingest.bodies import from_json
from series.ingest.endpoint import Arrived, Parsed
from series.samples import MAX_LABEL_LENGTH, UNPRINTABLE, Sample, SampleError, check_labels
from series.values import FixedState
from tokens.authentication import name_in_log
from tokens.scopes import permits

SERIES = "alerts"
MAX_ALERTS_PER_REQUEST = 10_000
# A banner's levels by the label ``severity``, for which there is no list, only habits; all others are degraded. Of
# severity none are alerts that are not for people: Watchdog, which fires always.
LEVELS = dict.fromkeys(["critical", "emergency", "error", "fatal", "page"], Banner.Level.OUTAGE)
LEVELS |= dict.fromkeys(["info", "information", "informational"], Banner.Level.INFO)
NOT_SHOWN = "none"
# What its banner says of an alert: the first of these annotations.
ANNOTATIONS = ("summary", "description", "message")
TEXTS = ("firing", "resolved")
STATES = {text: FixedState(TEXTS, code) for code, text in enumerate(TEXTS)}
# When an alert came into its state.
TIMES = {"firing": "startsAt", "resolved": "endsAt"}


class Alert(NamedTuple):
    """One of a group; ``sample`` is the state that it is in since when."""

    labels: dict[str, str]
    annotations: dict[str, str]
    sample: Sample

    @property
    def is_shown(self) -> bool:
        """Whether a banner is to show it."""
        return self.sample.value == STATES["firing"] and self.severity != NOT_SHOWN

    @property
    def severity(self) -> str:
        """Its label, in lower case."""
        return self.labels.get("severity", "").strip().lower()

    @property
    def level(self) -> Banner.Level:
        """Of its banner."""
        return LEVELS.get(self.severity, Banner.Level.DEGRADED)

    @property
    def text(self) -> str:
        """Of its banner, as every database takes it."""
        texts = [*(self.annotations.get(name, "") for name in ANNOTATIONS), self.labels.get("alertname", "")]
        cleaned = (text.encode(errors="ignore").decode().replace("\0", "").strip() for text in texts)
        return next(filter(None, cleaned), "Alert")


def parse(arrived: Arrived) -> Parsed:
    """The alerts of a group. Raises ``Refused`` with 400 or 413, after which senders do not send the same again."""
    body = from_json(arrived.body)
    if not isinstance(body, dict) or not isinstance(body.get("alerts"), list):
        raise Refused(400, "invalid_body", "The body must be an object with alerts, a list of them.")
    if len(body["alerts"]) > MAX_ALERTS_PER_REQUEST:
        message = f"There are more than {MAX_ALERTS_PER_REQUEST} alerts; group_by or max_alerts can make them fewer."
        raise Refused(413, "too_many_alerts", message)
    alerts = []
    for index, alert in enumerate(body["alerts"]):
        try:
            alerts.append(_alert(alert, arrived.time))
        except SampleError as error:
            raise Refused(400, "invalid_field", str(error), index=index, field=error.field) from error
    also = None
    if alerts and permits(arrived.token.scopes, f"banners:{everyone}"):
        also = _banner(alerts, body.get("groupKey"), arrived)
    samples = [alert.sample for alert in alerts]
    # As Alertmanager has it that was without news of an alert for a while: fires, is resolved, has been firing since.
    again = [
        Sample(one.name, one.tags, arrived.time, one.value, has_own_time=False) for one in samples if one.has_own_time
    ]
    return Parsed(samples + again, lambda written: JsonResponse({"accepted": len(alerts)}), also)


def _alert(alert: Any, arrival: datetime) -> Alert:
    if not isinstance(alert, dict):
        raise SampleError("alerts", "an alert must be an object with status and labels.")
    status = alert.get("status")
    if not isinstance(status, str) or status not in STATES:
        raise SampleError("status", "status must be firing or resolved.")
    labels, annotations = _texts(alert, "labels"), _texts(alert, "annotations")
    time = _time(alert.get(TIMES[status]), arrival)
    tags = _tags(labels, alert.get("fingerprint"))
    sample = Sample(SERIES, tags, time or arrival, STATES[status], has_own_time=time is not None)
    return Alert(labels, annotations, sample)


def _texts(alert: dict[str, Any], field: str) -> dict[str, str]:
    texts = alert.get(field) or {}
    if isinstance(texts, dict) and all(isinstance(text, str) for text in texts.values()):
        return texts
    raise SampleError(field, f"{field} must be an object of texts.")


def _tags(labels: dict[str, str], fingerprint: Any) -> dict[str, str]:
    """The labels; where no series can have these, the alert's name and its fingerprint, which stands for all of them.
    Raises ``SampleError``."""
    # An empty label is the same as none.
    tags = {label: text for label, text in labels.items() if text}
    if not tags:
        raise SampleError("labels", "an alert must have labels.")
    try:
        check_labels(SERIES, tags)
    except SampleError:
        if not isinstance(fingerprint, str):
            raise
        name = UNPRINTABLE.sub(" ", labels.get("alertname", ""))[:MAX_LABEL_LENGTH]
        return {"alertname": name, "fingerprint": fingerprint}
    return tags


def _time(text: Any, arrival: datetime) -> datetime | None:
    """When it was; None where that is not known, for which senders write the year 1, and where it is still to come."""
    with suppress(ValueError):
        time = datetime.fromisoformat(text) if isinstance(text, str) else None
        if time is not None and time.tzinfo is not None and EARLIEST <= time <= arrival:
            return time
    return None


def _banner(alerts: Sequence[Alert], key: Any, arrived: Arrived) -> Callable[[], None]:
    """What is done about the banner of a group. Raises ``Refused`` for a group without a key."""
    if not isinstance(key, str):
        raise Refused(400, "invalid_field", "groupKey must be a text.", field="groupKey")
    who, user = name_in_log(arrived.token), arrived.token.user
    group = hashlib.sha256(f"{arrived.token.pk} {key}".encode(errors="backslashreplace")).hexdigest()
    shown = [alert for alert in alerts if alert.is_shown]
    if not shown:
        return lambda: alert_banners.end(group, who=who)

    def show() -> None:
        # Not on the event loop, which asks no database.
        if user is None or may_notify(user, everyone):
            alert_banners.show(group, firing, who=who)

    worst = min(shown, key=lambda alert: (SEVERITY.index(alert.level), alert.sample.time, alert.sample.identity))
    more = f" (+ {len(shown) - 1} more)" if len(shown) > 1 else ""
    text = worst.text[: MAX_CHARACTERS - len(more)] + more
    firing = Firing(worst.level, text, min(alert.sample.time for alert in shown))
    return show
