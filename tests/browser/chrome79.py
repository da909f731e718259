"""Style sheets as Chrome 79 understands them: what it does not know is taken out, as a browser drops it."""

import re

import tinycss2
from tinycss2.ast import AtRule, Declaration, Node, ParseError, QualifiedRule

# At-rules that it drops as a whole.
AT_RULES = {"container", "layer", "property", "starting-style"}
# With one selector that it does not know it drops the whole rule.
SELECTORS = re.compile(r":(?:is|where|has|focus-visible|dir|modal|popover-open)\b|:not\([^()]*[ ,][^()]*\)")
# inset and the shorthands of logical sides are of Chrome 87, the others of later ones.
PROPERTIES = re.compile(
    r"(?:inset(?:-.+)?|aspect-ratio|translate|rotate|scale|container(?:-.+)?|accent-color|content-visibility|text-wrap.*"
    r"|(?:margin|padding)-(?:inline|block)|border-(?:inline|block)(?:-(?:width|style|color))?)$"
)
FUNCTIONS = re.compile(r"\b(?:color-mix|oklab|oklch|light-dark|round)\(")
UNITS = re.compile(r"[\d.](?:cq(?:w|h|i|b|min|max)|[dsl]v[wh])\b")


def style_sheet(css: str) -> str:
    """What is left of a style sheet."""
    return "".join(map(_rule, tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)))


def _rule(node: Node) -> str:
    if isinstance(node, QualifiedRule):
        if SELECTORS.search(tinycss2.serialize(node.prelude)):
            return ""
        return f"{tinycss2.serialize(node.prelude)}{{{_declarations(node)}}}\n"
    if not isinstance(node, AtRule) or node.lower_at_keyword in AT_RULES:
        return ""
    prelude = tinycss2.serialize(node.prelude)
    if node.lower_at_keyword == "supports" and PROPERTIES.search(prelude.strip(" ()").partition(":")[0]):
        return ""
    if node.lower_at_keyword in {"media", "supports"}:
        rules = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
        return f"@{node.at_keyword}{prelude}{{{''.join(map(_rule, rules))}}}\n"
    return node.serialize() + "\n"


def _declarations(rule: QualifiedRule) -> str:
    known = []
    nodes = tinycss2.parse_declaration_list(rule.content, skip_comments=True, skip_whitespace=True)
    is_flex = any(isinstance(node, Declaration) and "flex" in tinycss2.serialize(node.value) for node in nodes)
    for node in nodes:
        if isinstance(node, ParseError | AtRule) or not isinstance(node, Declaration):
            continue
        value = tinycss2.serialize(node.value)
        # A custom property takes whatever there is, and is invalid where it is used.
        is_known = node.name.startswith("--") or not (FUNCTIONS.search(value) or UNITS.search(value))
        is_gap = is_flex and node.lower_name in {"gap", "row-gap", "column-gap"}
        if is_known and not PROPERTIES.match(node.lower_name) and not is_gap:
            known.append(f"{node.name}:{value}{' !important' if node.important else ''}")
    return ";".join(known)
