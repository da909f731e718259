"""Whether a page shows the newest version of what is on it, and what its mailbox holds accordingly. Pure."""

from live.hub.viewer import Viewer
from live.hub.watches import Watch


def compare(viewer: Viewer, watch: Watch, *, with_far: bool = False) -> bool:
    """Put the fragment into the mailbox if the viewer shows another version of it, and take it out if not.

    False where that is not known: the page may be newer than what there is, which must be rendered once more first.
    """
    element, shown, rendered = watch.key.element, viewer.shown.get(watch.key.element), watch.rendered
    if (stand_in := viewer.withheld.get(element)) is not None:
        (viewer.mailbox.discard if shown in (None, stand_in.version) else viewer.mailbox.put)(watch.id)
    elif element in viewer.far and not with_far:
        pass
    elif rendered is not None and shown == rendered.version:
        if rendered.is_shown(viewer.shown):
            viewer.mailbox.discard(watch.id)
        else:
            viewer.shown[element] = ""  # not what it says
            viewer.mailbox.put(watch.id)
    elif rendered is not None and (watch.rendered_at >= viewer.reported_at or rendered.is_marked_of(shown)):
        # What the page has no element for comes inside what nests it, which it shows in another version.
        if shown is not None:
            viewer.mailbox.put(watch.id)
    else:
        return False
    return True
