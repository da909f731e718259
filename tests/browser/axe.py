"""axe-core in a page. Its script is not the page's: the context must be one with ``bypass_csp``."""

from typing import Any

from playwright.sync_api import Page

from tests.servers import ROOT

SCRIPT = ROOT / ".venv/npm/node_modules/axe-core/axe.min.js"
GRAVE = ("serious", "critical")
RUN = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.map(({ id, impact, help, nodes }) => ({
    id, impact, help,
    nodes: nodes.map(({ target, failureSummary }) => target.join(" ") + ": " + failureSummary.replaceAll("\\n", " ")),
  }));
}"""


def grave(page: Page) -> list[str]:
    """What axe-core finds serious or critical on the page, a line each, with a few of the elements."""
    assert SCRIPT.exists(), "axe-core is not there: run tests/npm.sh"
    page.add_script_tag(path=SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return [
        f"{each['impact']}: {each['id']}: {each['help']} ({len(each['nodes'])}), such as {each['nodes'][:4]}"
        for each in found
        if each["impact"] in GRAVE
    ]
