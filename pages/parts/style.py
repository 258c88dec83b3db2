"""What Streamlit's own style leaves to mend on every page."""

from charts import theme

_ON_PRIMARY = "[data-tag], [data-tag] *, button[kind=primary], button[kind=primary] *"

CSS = f"""
.stMainBlockContainer {{ padding-top: 3rem }}
[data-testid="stCaptionContainer"] {{ opacity: .75 !important }}
.stTextInput [data-testid="InputInstructions"] {{ top: 100% !important; bottom: auto !important }}
[data-testid="stSidebarNavLink"]:focus-visible {{
  outline: 2px solid light-dark({theme.OWN["light"]}, {theme.OWN["dark"]}); outline-offset: -2px }}
[data-testid="stPageLink-NavLink"] span, [data-testid="stPageLink-NavLink"] p {{
  white-space: normal !important; overflow-wrap: anywhere; line-height: 1.4 }}
.js-plotly-plot .modebar-container {{ top: auto !important; bottom: 1.6rem }}
@media (hover: none) {{ .js-plotly-plot .modebar-container {{ display: none }} }}
{_ON_PRIMARY} {{
  color: light-dark({theme.SURFACE["light"]}, {theme.SURFACE["dark"]}) !important }}
"""
"""Rules for the whole page: room above, and text that can be read (4.5:1, WCAG 2.2 AA).

A link to a page wraps: by which name an employer is found stands at its end.
The page that the keyboard is on in the sidebar has a ring: its fill is paler than the open one's.
Streamlit fades captions to 4.0:1, writes white on the primary colour, which in the dark is a light
one, and says "Press Enter to apply" over what is typed: here it stands below the box.
Plotly's tools lie on the title of a figure, on a touch screen for good: here they come up in its
lower corner under a mouse, and never where there is none.
"""
