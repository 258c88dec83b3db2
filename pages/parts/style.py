"""What Streamlit's own style leaves to mend on every page."""

from charts import theme


def css(*, dark: bool) -> str:
    """Rules for the whole page: room above, and text that can be read (4.5:1, WCAG 2.2 AA).

    Streamlit fades captions to 4.0:1, and writes white on the primary colour, which in the dark is
    a light one.
    """
    rules = [
        ".stMainBlockContainer { padding-top: 3rem }",
        '[data-testid="stCaptionContainer"] { opacity: .75 }',
    ]
    if dark:
        on_primary = "[data-tag], [data-tag] *, button[kind=primary], button[kind=primary] *"
        rules.append(f"{on_primary} {{ color: {theme.SURFACE['dark']} !important }}")
    return " ".join(rules)
