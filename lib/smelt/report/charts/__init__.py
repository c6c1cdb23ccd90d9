"""Charts as inline SVG of fluid width: pure functions from numbers to markup, styled by the page.

Horizontal positions are percentages and heights are pixels, so that a chart fits any screen and its text keeps its
size. Colours are set by CSS classes, for light, dark and print.
"""
