"""The page Method and glossary: every term is told, found, cited, and true to the code."""

import ast

from tests.conftest import ROOT

PARTS = sorted((ROOT / "pages" / "parts").glob("*.py"))


def headings() -> set[str]:
    """The words over the columns of figures' tables, as far as pages/parts writes them out.

    Those that a page makes while it runs (an f-string, the name of a year) are not told.
    """
    trees = [ast.parse(path.read_text("utf-8")) for path in PARTS]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    given = [
        one.value
        for node in nodes
        if isinstance(node, ast.Call)
        for one in node.keywords
        if one.arg == "columns"
    ]
    inside = [node for value in given for node in ast.walk(value)]
    names = {node.id for node in inside if isinstance(node, ast.Name)}
    names |= {node.attr for node in inside if isinstance(node, ast.Attribute)}
    made = [
        node.value
        for node in nodes
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and target.id in names
    ]
    dicts = [node for value in [*given, *made] for node in ast.walk(value)]
    return {
        value.value
        for node in dicts
        if isinstance(node, ast.Dict)
        for value in node.values
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value
    }
